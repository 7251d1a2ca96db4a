package dev.tenon.agent;

import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.tool.ToolCondition;
import java.util.ArrayList;
import java.util.List;

/** The calls of a turn and their results, to see which call is made again and again. */
final class Repetitions {
    private static final String HINT = "[The same call has given the same result ";
    private static final String REFUSAL = "not run: the same call has given the same result ";

    /** A loop is of the last calls; older ones are not looked at, so that the work of a turn stays in proportion to its length. */
    private static final int LATEST = 64;

    private static final Seen NEW = new Seen(0, 0, false, false, "");

    private final RepeatedCalls rules;
    private final List<Called> latest;

    /** A call with its result, both as they stand in the turn. */
    private record Called(Content.ToolCall call, Content.ToolResult result) {}

    /**
     * What is to become of a call.
     *
     * @param times how often in a row it gave the same result; 0 where it need not be noticed
     * @param refusals how often since then it was not run
     * @param message for the model
     */
    record Seen(int times, int refusals, boolean refused, boolean ends, String message) {}

    private Repetitions(RepeatedCalls rules, List<Called> latest) {
        this.rules = rules;
        this.latest = latest;
    }

    static Repetitions in(List<Message> turn, RepeatedCalls rules) {
        List<Called> latest = new ArrayList<>();
        int least = rules.hint() == 0 ? rules.refuse() : rules.hint();
        // Nothing was called so often in fewer messages, unless side by side.
        for (int i = turn.size() - 1; least > 0 && i > 0 && latest.size() < LATEST; i--) {
            if (turn.get(i) instanceof ToolMessage results && turn.get(i - 1) instanceof AssistantMessage asked) {
                List<Content.ToolCall> calls = asked.toolCalls();
                for (int k = Math.min(calls.size(), results.content().size()) - 1; k >= 0; k--) {
                    latest.add(new Called(calls.get(k), results.content().get(k)));
                }
            }
        }
        return new Repetitions(rules, latest.size() < least ? List.of() : latest);
    }

    Seen of(Content.ToolCall call) {
        int times = 0;
        int refusals = 0;
        List<Content.OfResult> result = null;
        for (Called before : latest) {
            if (!same(before.call(), call)) {
                continue;
            }
            if (before.result().error() && before.result().text().startsWith(REFUSAL)) {
                refusals += times == 0 ? 1 : 0;
                continue;
            }
            List<Content.OfResult> came = withoutHint(before.result().content());
            if (result != null && !result.equals(came)) {
                break;
            }
            result = came;
            times++;
        }
        boolean refused = rules.refuse() > 0 && times >= rules.refuse();
        if (!refused && (rules.hint() == 0 || times < rules.hint()) || excepted(call.name())) {
            return NEW;
        }
        boolean ends = refused && rules.end() > 0 && refusals >= rules.end();
        String message = refused
                ? REFUSAL + times + " times; use that result, call with other arguments or another tool, or answer"
                : HINT + times + " times before. If this is the same again, calling it once more will not help: use"
                        + " the result, call with other arguments or another tool, or answer.]";
        return new Seen(times, refusals, refused, ends, message);
    }

    private boolean excepted(String tool) {
        return rules.except().stream().anyMatch(glob -> ToolCondition.matches(glob, tool));
    }

    /** The same arguments, in whatever order. */
    private static boolean same(Content.ToolCall one, Content.ToolCall other) {
        return one.name().equals(other.name())
                && (one.arguments().equals(other.arguments())
                        || one.arguments().length() == other.arguments().length()
                                && one.json().isPresent()
                                && one.json().equals(other.json()));
    }

    private static List<Content.OfResult> withoutHint(List<Content.OfResult> content) {
        return content.size() > 1
                        && content.getLast() instanceof Content.Text last
                        && last.text().startsWith(HINT)
                ? content.subList(0, content.size() - 1)
                : content;
    }
}
