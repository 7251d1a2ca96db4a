package dev.tenon.anthropic;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.Delta;
import dev.tenon.wire.Growing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One block of a reply, as it came whole or as it grows. Not thread-safe. */
final class Block {
    /** Origin of what came by this wire and has nothing that must go back unchanged. */
    static final Origin PLAIN = new Origin(Anthropic.WIRE, Json.NULL);

    private enum Kind {
        TEXT,
        THINKING,
        REDACTED,
        CALL,
        /** Of a tool of the host's own, or newer than this version. */
        OTHER
    }

    final int index;

    private final Kind kind;
    private final String type;
    /** Which call of the reply it is, from 0. */
    private final int order;

    /** As it came at first; of a block that grows with the members that deltas have given it. */
    private final Map<String, Json> members;

    /** The text, the thinking, the text of the input. */
    private final Growing text = new Growing();

    private final Growing signature = new Growing();
    private final List<Citation> citations = new ArrayList<>(0);

    Block(int index, Json.Obj block, int order) {
        this.index = index;
        this.order = order;
        this.members = new LinkedHashMap<>(block.members());
        this.type = block.string("type").orElse("");
        this.kind = switch (type) {
            case "text" -> Kind.TEXT;
            case "thinking" -> Kind.THINKING;
            case "redacted_thinking" -> Kind.REDACTED;
            case "tool_use" -> Kind.CALL;
            default -> Kind.OTHER;
        };
        switch (kind) {
            case TEXT -> {
                text.add(block.string("text").orElse(""));
                if (block.get("citations").orElse(Json.NULL) instanceof Json.Arr cited) cited.forEach(this::cite);
            }
            case THINKING -> {
                text.add(block.string("thinking").orElse(""));
                signature.add(block.string("signature").orElse(""));
            }
            case REDACTED, CALL, OTHER -> {}
        }
    }

    /** Whether a tool of the host's own is called. */
    boolean isHosted() {
        return type.equals("server_tool_use");
    }

    String name() {
        return string("name");
    }

    boolean isCall() {
        return kind == Kind.CALL;
    }

    /** Tells a watcher what came with the beginning. */
    void tell(Call watcher) {
        switch (kind) {
            case TEXT -> {
                if (!text.isEmpty()) watcher.delta(new Delta.Text(text.toString()));
            }
            case THINKING -> {
                if (!text.isEmpty()) watcher.delta(new Delta.Thinking(text.toString()));
            }
            case CALL -> watcher.delta(new Delta.ToolCallStarted(order, string("id"), string("name")));
            case REDACTED, OTHER -> {}
        }
    }

    /** The block is whole: tells a watcher the arguments that came with its beginning, and not in pieces. */
    void end(Call watcher) {
        if (kind == Kind.CALL && text.isEmpty()) watcher.delta(new Delta.ToolCallArguments(order, arguments()));
    }

    void text(String piece, Call watcher) {
        if (kind == Kind.OTHER) {
            grow("text", Json.of(piece));
        } else if (!piece.isEmpty()) {
            text.add(piece);
            if (watcher.watched()) watcher.delta(new Delta.Text(piece));
        }
    }

    void thinking(String piece, Call watcher) {
        if (kind == Kind.OTHER) {
            grow("thinking", Json.of(piece));
        } else if (!piece.isEmpty()) {
            text.add(piece);
            if (watcher.watched()) watcher.delta(new Delta.Thinking(piece));
        }
    }

    void input(String piece, Call watcher) {
        if (piece.isEmpty()) return;
        text.add(piece);
        if (kind == Kind.CALL && watcher.watched()) watcher.delta(new Delta.ToolCallArguments(order, piece));
    }

    void signature(String piece) {
        signature.add(piece);
    }

    void cite(Json citation) {
        if (!(citation instanceof Json.Obj data)) return;
        Json index = data.get("document_index").orElse(Json.NULL);
        String source = data.string("url")
                .or(() -> data.string("source"))
                .or(() -> data.string("file_id"))
                .orElse(index.isNull() ? "" : index.toString());
        String title =
                data.string("title").or(() -> data.string("document_title")).orElse("");
        // Its positions are those in the source, not in the answer.
        citations.add(new Citation(source, title, data.string("cited_text").orElse(""), -1, -1, data, Map.of()));
    }

    /** More of a member that this version does not know: texts are joined, of anything else the last counts. */
    void grow(String name, Json more) {
        if (more instanceof Json.Str piece && members.get(name) instanceof Json.Str before) {
            members.put(name, Json.of(before.value() + piece.value()));
        } else {
            members.put(name, more);
        }
    }

    Content.OfAssistant content() {
        return switch (kind) {
            case TEXT -> new Content.Text(text.toString(), citations, PLAIN, newer("type", "text", "citations"));
            case THINKING -> {
                Json.Obj back = signature.isEmpty() ? Json.Obj.EMPTY : Json.object("signature", signature.toString());
                yield new Content.Thinking(
                        text.toString(),
                        false,
                        new Origin(Anthropic.WIRE, back),
                        newer("type", "thinking", "signature"));
            }
            case REDACTED -> new Content.Thinking("", true, new Origin(Anthropic.WIRE, rest("type")), Map.of());
            case CALL -> new Content.ToolCall(string("id"), string("name"), arguments(), "", callOrigin(), Map.of());
            case OTHER -> Content.Opaque.of(Anthropic.WIRE, opaqueKind(), opaque());
        };
    }

    private Origin callOrigin() {
        Json.Obj back = rest("type", "id", "name", "input");
        return back.size() == 0 ? PLAIN : new Origin(Anthropic.WIRE, back);
    }

    /** Members that this version does not know: kept, and not sent back, since the host refuses what is no input. */
    private Map<String, Json> newer(String... known) {
        if (members.size() <= known.length && List.of(known).containsAll(members.keySet())) return Map.of();
        Map<String, Json> newer = new LinkedHashMap<>(rest(known).members());
        newer.values().removeIf(Json::isNull);
        return newer;
    }

    private Json.Obj rest(String... without) {
        Map<String, Json> rest = new LinkedHashMap<>(members);
        for (String name : without) {
            rest.remove(name);
        }
        return Json.Obj.of(rest);
    }

    private String string(String name) {
        return members.get(name) instanceof Json.Str text ? text.value() : "";
    }

    private Json input() {
        Json input = members.getOrDefault("input", Json.NULL);
        return input.isNull() ? Json.Obj.EMPTY : input;
    }

    /** The pieces where there were any, else what stood at the beginning. */
    private String arguments() {
        if (!text.isEmpty()) return text.toString();
        return input() instanceof Json.Str said ? said.value() : input().toString();
    }

    /** One of the host's tools has its name besides. */
    private String opaqueKind() {
        return type.equals("server_tool_use") ? type + ":" + string("name") : type;
    }

    private Json opaque() {
        if (text.isEmpty()) return Json.Obj.of(members);
        Json input;
        try {
            input = Json.parse(text.toString());
        } catch (JsonException e) {
            // Cut in the middle of a stream.
            input = Json.of(text.toString());
        }
        Map<String, Json> whole = new LinkedHashMap<>(members);
        whole.put("input", input);
        return Json.Obj.of(whole);
    }
}
