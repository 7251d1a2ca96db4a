package dev.tenon.recall;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The messages of a group as an edit shows them.
 *
 * <p>An assistant's message that is changed loses what its provider wanted back with it: a signature vouches for a whole, and an item that stands for one without its reasoning is refused. It then is
 * a plain message, as any provider takes it from another.
 */
final class Shortened {
    static final String CLEARED = "[This result was left out to save room. It can be shown again.]";
    static final String REPEATED = "[The same call was made again later; its newer result is below.]";

    private final Edit edit;
    private int result;

    private Shortened(Edit edit) {
        this.edit = edit;
    }

    static List<Message> of(Group group, Edit edit) {
        if (edit.isNone()) {
            return group.messages();
        }
        Shortened shortened = new Shortened(edit);
        List<Message> messages = new ArrayList<>(group.messages().size());
        for (Message message : group.messages()) {
            shortened.add(message, messages);
        }
        // What was only thinking has nothing left to say.
        return messages;
    }

    private void add(Message message, List<Message> to) {
        switch (message) {
            case AssistantMessage said -> assistant(said, to);
            case ToolMessage tools -> to.add(tools(tools));
            case UserMessage user -> to.add(edit.clamp() == 0 ? user : new UserMessage(userParts(user), user.extra()));
            case SystemMessage system -> to.add(system);
        }
    }

    private void assistant(AssistantMessage said, List<Message> to) {
        List<Content.OfAssistant> parts = new ArrayList<>(said.content().size());
        boolean changed = false;
        for (Content.OfAssistant part : said.content()) {
            if (edit.unthought() && part instanceof Content.Thinking) {
                changed = true;
                continue;
            }
            Content.OfAssistant shown = assistantPart(part);
            changed |= !shown.equals(part);
            parts.add(shown);
        }
        if (!changed) {
            to.add(said);
        } else if (!parts.isEmpty()) {
            to.add(new AssistantMessage(parts.stream().map(Shortened::plain).toList(), Origin.NONE, said.extra()));
        }
    }

    private static Content.OfAssistant plain(Content.OfAssistant part) {
        return switch (part) {
            case Content.Text text -> new Content.Text(text.text(), text.citations(), Origin.NONE, text.extra());
            case Content.ToolCall call ->
                new Content.ToolCall(
                        call.id(), call.name(), call.arguments(), call.original(), Origin.NONE, call.extra());
            case Content.Thinking thinking ->
                new Content.Thinking(thinking.text(), thinking.redacted(), Origin.NONE, thinking.extra());
            // These are nothing but what goes back to their provider.
            case Content.Media media -> media;
            case Content.Opaque opaque -> opaque;
        };
    }

    private Content.OfAssistant assistantPart(Content.OfAssistant part) {
        if (edit.clamp() == 0) {
            return part;
        }
        return switch (part) {
            case Content.Text text -> clamped(text);
            case Content.ToolCall call -> clamped(call);
            case Content.Thinking thinking -> thinking;
            case Content.Media media -> media;
            case Content.Opaque opaque -> opaque;
        };
    }

    private List<Content.OfUser> userParts(UserMessage user) {
        List<Content.OfUser> parts = new ArrayList<>(user.content().size());
        for (Content.OfUser part : user.content()) {
            parts.add(
                    switch (part) {
                        case Content.Text text -> clamped(text);
                        case Content.Media media -> note(media);
                        case Content.Opaque opaque -> opaque;
                    });
        }
        return parts;
    }

    private ToolMessage tools(ToolMessage tools) {
        List<Content.ToolResult> results = new ArrayList<>(tools.content().size());
        for (Content.ToolResult one : tools.content()) {
            int number = result++;
            if (edit.repeated().contains(number)) {
                results.add(with(one, List.of(Content.text(REPEATED))));
            } else if (edit.clear()) {
                results.add(with(one, List.of(Content.text(CLEARED))));
            } else {
                results.add(edit.clamp() == 0 ? one : with(one, resultParts(one)));
            }
        }
        return new ToolMessage(results, tools.extra());
    }

    private List<Content.OfResult> resultParts(Content.ToolResult result) {
        List<Content.OfResult> parts = new ArrayList<>(result.content().size());
        for (Content.OfResult part : result.content()) {
            parts.add(
                    switch (part) {
                        case Content.Text text -> clamped(text);
                        case Content.Media media -> note(media);
                        case Content.Opaque opaque -> opaque;
                    });
        }
        return parts;
    }

    private static Content.ToolResult with(Content.ToolResult result, List<Content.OfResult> content) {
        return new Content.ToolResult(
                result.callId(), result.name(), content, result.error(), Origin.NONE, result.extra());
    }

    private Content.Text clamped(Content.Text text) {
        String shown = clamped(text.text(), edit.clamp());
        // Citations say where in the text they are, which is not there any more.
        return shown.length() == text.text().length() ? text : Content.text(shown);
    }

    private Content.Text note(Content.Media media) {
        return Content.text("[" + media.kind().name().toLowerCase(java.util.Locale.ROOT)
                + (media.name().isEmpty() ? "" : " " + clamped(media.name(), 100))
                + " left out to save room]");
    }

    private Content.ToolCall clamped(Content.ToolCall call) {
        if (call.arguments().length() <= edit.clamp()) {
            return call;
        }
        Json.Obj short_ = call.json()
                .map(arguments -> (Json.Obj) clamped(arguments, Math.max(20, edit.clamp() / 4)))
                .orElse(Json.Obj.EMPTY);
        if (short_.toString().length() > 2 * edit.clamp() + 200) {
            short_ = Json.object("left_out", call.arguments().length() + " characters of arguments");
        }
        return new Content.ToolCall(call.id(), call.name(), short_.toString(), "", Origin.NONE, call.extra());
    }

    private static Json clamped(Json json, int most) {
        return switch (json) {
            case Json.Str text -> Json.of(clamped(text.value(), most));
            case Json.Arr items ->
                Json.Arr.of(
                        items.items().stream().map(item -> clamped(item, most)).toList());
            case Json.Obj object -> {
                Map<String, Json> members = new LinkedHashMap<>();
                object.forEach((name, value) -> members.put(name, clamped(value, most)));
                yield Json.Obj.of(members);
            }
            default -> json;
        };
    }

    /** Beginning and end of a text, with what is missing said between; no pair of surrogates is cut. */
    static String clamped(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int head = most * 2 / 3;
        int tail = text.length() - (most - head);
        if (head > 0 && Character.isHighSurrogate(text.charAt(head - 1))) {
            head--;
        }
        if (tail < text.length() && Character.isLowSurrogate(text.charAt(tail))) {
            tail++;
        }
        String shown =
                text.substring(0, head) + "\n[… " + (tail - head) + " characters left out …]\n" + text.substring(tail);
        return shown.length() < text.length() ? shown : text;
    }
}
