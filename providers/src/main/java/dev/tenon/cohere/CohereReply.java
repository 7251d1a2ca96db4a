package dev.tenon.cohere;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import dev.tenon.wire.Charges;
import dev.tenon.wire.Counts;
import dev.tenon.wire.Growing;
import dev.tenon.wire.ModelReply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** A reply while it is read, from one object or from the events of a stream. Members and events that are not known are skipped. Not thread-safe. */
final class CohereReply implements ModelReply {
    private static final Origin PLAIN = new Origin(Cohere.WIRE, Json.NULL);

    /** A part of the content, or a part of a wire newer than this version. */
    private static final class Block {
        final String type;
        final Growing text = new Growing();
        Json whole;

        Block(String type, Json whole) {
            this.type = type;
            this.whole = whole;
        }
    }

    private static final class Open {
        String id = "";
        String name = "";
        final Growing arguments = new Growing();
    }

    private final Call call;
    private final Counts counts = new Counts();
    private final Charges charges = new Charges();
    private final Map<Integer, Block> blocks = new LinkedHashMap<>();
    private final Map<Integer, Open> calls = new LinkedHashMap<>();
    private final List<Json> citations = new ArrayList<>(0);
    private final Growing plan = new Growing();
    private long reasoning;
    private String id = "";
    private String finish = "";
    private boolean begun;
    private boolean answered;
    private boolean ended;
    private @Nullable Json error;

    CohereReply(Call call) {
        this.call = call;
    }

    @Override
    public void whole(JsonParser parser) {
        Json.Obj reply = JacksonJson.read(parser).asObj();
        if (reply.has("type") && reply.get("delta").orElse(Json.NULL) instanceof Json.Obj
                || reply.string("type").orElse("").contains("-")) {
            event(reply);
            return;
        }
        reply.string("id").ifPresent(it -> id = it);
        if (error(reply)) return;
        message(object(reply, "message"));
        ending(reply);
        ended = !finish.isEmpty();
    }

    @Override
    public void begin() {
        begun = true;
    }

    @Override
    public void chunk(String event, JsonParser parser) {
        event(JacksonJson.read(parser).asObj());
    }

    /** An error has its words where a reply has its message. */
    private boolean error(Json.Obj reply) {
        Json said = reply.get("error").orElse(Json.NULL);
        boolean words = reply.get("message").orElse(Json.NULL) instanceof Json.Str;
        if (!words && !ModelReply.isError(said)) return false;
        error = reply.without("id");
        return true;
    }

    private void event(Json.Obj event) {
        event.string("id").filter(it -> id.isEmpty()).ifPresent(it -> id = it);
        if (error(event)) return;
        Json.Obj delta = object(event, "delta");
        Json.Obj message = object(delta, "message");
        int index = event.get("index").orElse(Json.NULL) instanceof Json.Num number ? (int) number.longValue() : 0;
        switch (event.string("type").orElse("")) {
            case "message-start" -> message(message);
            case "tool-plan-delta" -> message.string(Cohere.TOOL_PLAN).ifPresent(plan::add);
            case "content-start" -> block(index, object(message, "content"));
            case "content-delta" -> more(index, object(message, "content"));
            case "tool-call-start" -> toolCall(index, object(message, "tool_calls"));
            case "tool-call-delta" -> arguments(index, object(message, "tool_calls"));
            case "citation-start" -> message.get("citations").ifPresent(this::cited);
            case "message-end" -> {
                ended = true;
                ending(delta);
                Json said = delta.get("error").orElse(Json.NULL);
                if (ModelReply.isError(said)) {
                    error = said instanceof Json.Obj ? said : Json.object("message", said);
                }
            }
            default -> {}
        }
    }

    private static Json.Obj object(Json.Obj parent, String name) {
        return parent.get(name).orElse(Json.NULL) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    }

    private static List<Json> list(Json.Obj parent, String name) {
        return parent.get(name).orElse(Json.NULL) instanceof Json.Arr list ? list.items() : List.of();
    }

    /** A whole message, or the one that a stream begins with. */
    private void message(Json.Obj message) {
        if (message.equals(Json.Obj.EMPTY)) return;
        answered = true;
        message.string(Cohere.TOOL_PLAN).ifPresent(plan::add);
        if (message.get("content").orElse(Json.NULL) instanceof Json.Str text) {
            block(0, Json.object().put("type", "text").put("text", text).build());
        }
        for (Json part : list(message, "content")) {
            if (part instanceof Json.Obj object) block(blocks.size(), object);
        }
        for (Json one : list(message, "tool_calls")) {
            if (one instanceof Json.Obj object) toolCall(calls.size(), object);
        }
        list(message, "citations").forEach(this::cited);
    }

    private void block(int index, Json.Obj part) {
        answered = true;
        if (blocks.containsKey(index)) {
            more(index, part);
            return;
        }
        blocks.put(index, new Block(part.string("type").orElse("text"), part));
        more(index, part);
    }

    private void more(int index, Json.Obj piece) {
        answered = true;
        Block block = blocks.get(index);
        if (block == null) {
            String type = piece.has("thinking") ? "thinking" : "text";
            block = new Block(type, piece);
            blocks.put(index, block);
        }
        String text = piece.string(block.type.equals("thinking") ? "thinking" : "text")
                .orElse("");
        if (text.isEmpty()) return;
        block.text.add(text);
        if (!call.watched()) return;
        if (block.type.equals("thinking")) call.delta(new Delta.Thinking(text));
        if (block.type.equals("text")) call.delta(new Delta.Text(text));
    }

    private void toolCall(int index, Json.Obj made) {
        answered = true;
        Open open = new Open();
        open.id = made.string("id").orElse("");
        open.name = object(made, "function").string("name").orElse("");
        calls.put(index, open);
        if (call.watched()) call.delta(new Delta.ToolCallStarted(calls.size() - 1, open.id, open.name));
        arguments(index, made);
    }

    private void arguments(int index, Json.Obj piece) {
        Open open = calls.get(index);
        if (open == null) {
            toolCall(index, piece);
            return;
        }
        String more = object(piece, "function").string("arguments").orElse("");
        if (more.isEmpty()) return;
        open.arguments.add(more);
        if (call.watched()) {
            call.delta(new Delta.ToolCallArguments(new ArrayList<>(calls.keySet()).indexOf(index), more));
        }
    }

    private void cited(Json citation) {
        switch (citation) {
            case Json.Obj one -> citations.add(one);
            case Json.Arr several -> several.forEach(this::cited);
            case Json.Str text -> {}
            case Json.Num number -> {}
            case Json.Bool bool -> {}
            case Json.Null nothing -> {}
        }
    }

    private void ending(Json.Obj end) {
        end.string("finish_reason").ifPresent(it -> finish = it);
        Json.Obj usage = object(end, "usage");
        Json.Obj tokens = object(usage, "tokens");
        Json.Obj billed = object(usage, "billed_units");
        Json.Obj counted = tokens.equals(Json.Obj.EMPTY) ? billed : tokens;
        // What Cohere itself puts around the messages is counted, and not charged for.
        if (!billed.isEmpty()) charges.billed(billed);
        counts.put(Counts.INPUT, counted, "input_tokens");
        counts.put(Counts.OUTPUT, counted, "output_tokens");
        if (counted.get("reasoning_tokens").orElse(Json.NULL) instanceof Json.Num number) {
            reasoning = Math.max(0, number.longValue());
        }
        counts.put(Counts.CACHE_READ, usage, "cached_tokens");
    }

    @Override
    public @Nullable Json error() {
        return error;
    }

    @Override
    public boolean answered() {
        return answered;
    }

    @Override
    public boolean finished() {
        return ended;
    }

    @Override
    public boolean goesOn() {
        return answered && !ended && blocks.isEmpty() && calls.isEmpty() && !id.isEmpty();
    }

    @Override
    public String answer() {
        return "message";
    }

    @Override
    public @Nullable ChatResponse partial() {
        return begun || answered ? response() : null;
    }

    @Override
    public ChatResponse response() {
        List<Content.OfAssistant> parts = new ArrayList<>();
        boolean cited = false;
        for (Block block : blocks.values()) {
            String text = block.text.toString();
            switch (block.type) {
                case "text" -> {
                    parts.add(new Content.Text(text, cited ? List.of() : citations(text), PLAIN, Map.of()));
                    cited = true;
                }
                case "thinking" -> parts.add(new Content.Thinking(text, false, PLAIN, Map.of()));
                default -> parts.add(new Content.Opaque(block.type, block.whole, PLAIN, Map.of()));
            }
        }
        for (Open open : calls.values()) {
            parts.add(new Content.ToolCall(open.id, open.name, open.arguments.toString(), "", PLAIN, Map.of()));
        }
        Map<String, Json> extra = new LinkedHashMap<>();
        Origin origin = PLAIN;
        if (!plan.isEmpty()) {
            Json planned = Json.of(plan.toString());
            extra.put(Cohere.TOOL_PLAN, planned);
            origin = new Origin(Cohere.WIRE, Json.object(Cohere.TOOL_PLAN, planned));
        }
        if (!cited && !citations.isEmpty()) extra.put("citations", Json.Arr.of(citations));
        AssistantMessage message = new AssistantMessage(parts, origin, Map.of());
        return new ChatResponse(id, "", message, List.of(), reason(), usage(), "", extra);
    }

    private Usage usage() {
        if (counts.isEmpty()) return Usage.UNREPORTED;
        return charges.on(new Usage(
                counts.of(Counts.INPUT),
                counts.of(Counts.OUTPUT),
                counts.of(Counts.CACHE_READ),
                0,
                reasoning,
                0,
                counts.reported(),
                Map.of()));
    }

    /** They are for the text of the first text part: Cohere gives one. Its places are code points. */
    private List<Citation> citations(String text) {
        List<Citation> all = new ArrayList<>(citations.size());
        for (Json given : citations) {
            Json.Obj citation = given.asObj();
            Json.Obj source = list(citation, "sources").stream().findFirst().orElse(Json.NULL) instanceof Json.Obj first
                    ? first
                    : Json.Obj.EMPTY;
            Json.Obj document = source.has("document") ? object(source, "document") : object(source, "tool_output");
            all.add(new Citation(
                    source.string("id").orElse(""),
                    document.string("title").orElse(""),
                    "",
                    place(citation, "start", text),
                    place(citation, "end", text),
                    citation,
                    Map.of()));
        }
        return all;
    }

    private static int place(Json.Obj citation, String name, String text) {
        if (!(citation.get(name).orElse(Json.NULL) instanceof Json.Num number)) return -1;
        long points = number.longValue();
        if (points < 0 || points > text.codePointCount(0, text.length())) return -1;
        return text.offsetByCodePoints(0, (int) points);
    }

    /** API reference, "Chat", 2026. */
    private FinishReason reason() {
        if (finish.isEmpty()) return FinishReason.NONE;
        FinishReason.Kind kind = switch (finish) {
            case "COMPLETE", "STOP_SEQUENCE" -> FinishReason.Kind.STOP;
            case "MAX_TOKENS" -> FinishReason.Kind.LENGTH;
            case "TOOL_CALL" -> FinishReason.Kind.TOOL_CALLS;
            case "ERROR", "TIMEOUT" -> FinishReason.Kind.ERROR;
            case "ERROR_TOXIC" -> FinishReason.Kind.CONTENT_FILTER;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return new FinishReason(kind, finish);
    }
}
