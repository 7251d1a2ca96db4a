package dev.tenon.recall;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.TokenCounter;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How much of a request stands at its beginning as it did in the one before: what a provider's prompt cache can serve. Immutable.
 *
 * <p>Caches compare from the first token on, tools before the system message before the conversation (Anthropic's guide, "Prompt caching", 2025; OpenAI's and Google's go by the same rule); the first
 * difference ends what is served.
 *
 * @param kept tokens that stand as they did
 * @param lost tokens of the request before that do not
 * @param moved what ended the prefix, the first difference of each kind; empty where the request only grew at its end
 */
public record CachedPrefix(long kept, long lost, List<String> moved) {
    public CachedPrefix {
        Objects.requireNonNull(moved, "moved");
        moved = List.copyOf(moved);
    }

    /** Looks for what moved the prefix from one request to the next. */
    public static CachedPrefix between(ChatRequest before, ChatRequest after, TokenCounter counter) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(counter, "counter");
        List<String> moved = new ArrayList<>();
        long kept = counter.marks();
        boolean same = true;
        int tools = sameTools(before.tools(), after.tools());
        for (ToolSpec tool : before.tools().subList(0, tools)) {
            kept += counter.tokens(tool);
        }
        if (tools < before.tools().size() || tools < after.tools().size()) {
            moved.add(tools(before.tools(), after.tools(), tools));
            same = false;
        }
        if (!before.format().equals(after.format())) {
            moved.add("the wanted format changed; some providers put it before everything else");
        }
        int messages = sameMessages(before.messages(), after.messages());
        if (same) {
            kept += kept(before.messages(), after.messages(), counter);
        }
        if (messages < before.messages().size()) {
            moved.add(message(before.messages(), after.messages(), messages));
        }
        return new CachedPrefix(kept, Math.max(0, counter.tokens(before) - kept), moved);
    }

    /** Whether the request only grew at its end. */
    public boolean isKept() {
        return moved.isEmpty();
    }

    private static int sameTools(List<ToolSpec> before, List<ToolSpec> after) {
        int at = 0;
        while (at < before.size() && at < after.size() && before.get(at).equals(after.get(at))) {
            at++;
        }
        return at;
    }

    static int sameMessages(List<Message> before, List<Message> after) {
        int at = 0;
        while (at < before.size() && at < after.size() && before.get(at).equals(after.get(at))) {
            at++;
        }
        return at;
    }

    /** Tokens of what stands at the beginning of both: whole messages, and of the first that differs its parts. */
    static long kept(List<Message> before, List<Message> after, TokenCounter counter) {
        int same = sameMessages(before, after);
        long kept = Group.tokens(before.subList(0, same), counter);
        if (same < before.size()
                && same < after.size()
                && before.get(same).getClass() == after.get(same).getClass()) {
            List<? extends Content> one = before.get(same).content();
            List<? extends Content> other = after.get(same).content();
            int parts = 0;
            while (parts < one.size() && parts < other.size() && one.get(parts).equals(other.get(parts))) {
                parts++;
            }
            kept += counter.tokens(one.subList(0, parts));
        }
        return kept;
    }

    private static String tools(List<ToolSpec> before, List<ToolSpec> after, int at) {
        if (at == before.size()) {
            return "tool \"" + after.get(at).name() + "\" was added behind " + at
                    + " others; all messages come after it, so give all tools from the beginning";
        }
        String name = before.get(at).name();
        if (at == after.size()) {
            return "tool \"" + name + "\" was taken away; all messages come after it, so keep it and let the policy"
                    + " deny it";
        }
        if (!after.get(at).name().equals(name)) {
            boolean later = after.stream().anyMatch(tool -> tool.name().equals(name));
            return "tool \"" + name + "\" "
                    + (later
                            ? "changed its place"
                            : "was replaced by \"" + after.get(at).name() + "\"") + "; keep the tools and their order";
        }
        return "tool \"" + name + "\" changed its description or schema; make it once, without a time or a count in it";
    }

    private static String message(List<Message> before, List<Message> after, int at) {
        Message was = before.get(at);
        if (at >= after.size()) {
            return "message " + at + " and what followed is not sent any more";
        }
        Message now = after.get(at);
        if (was instanceof SystemMessage && now instanceof SystemMessage) {
            return "the instructions changed at character " + difference(was.text(), now.text())
                    + "; put what changes (time, user, state) into the message of the user";
        }
        if (was.getClass() != now.getClass()) {
            return "message " + at
                    + " was another one: part of the conversation is hidden or shown again from there on";
        }
        String one = Json.of(was).toString();
        String other = Json.of(now).toString();
        return "message " + at + " changed: "
                + (other.length() < one.length() ? "it was shortened" : "something was added")
                + ", or another stands in its place";
    }

    private static int difference(String one, String other) {
        int at = 0;
        while (at < one.length() && at < other.length() && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        return at;
    }
}
