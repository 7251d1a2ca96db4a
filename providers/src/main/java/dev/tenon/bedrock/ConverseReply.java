package dev.tenon.bedrock;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import dev.tenon.wire.BedrockErrors;
import dev.tenon.wire.Counts;
import dev.tenon.wire.Growing;
import dev.tenon.wire.ModelReply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * A reply while it is read, from one object or from the events of a stream. An event has its name beside it, or is an object of one member of that name. Members
 * and events that are not known are skipped. Not thread-safe.
 */
final class ConverseReply implements ModelReply {
    private static final Origin PLAIN = new Origin(Bedrock.WIRE, Json.NULL);

    /** A block of the content. What kind it is shows with what comes of it first. */
    private static final class Block {
        final Growing text = new Growing();
        final Growing thinking = new Growing();
        final Growing signature = new Growing();
        final Growing redacted = new Growing();
        final Growing input = new Growing();
        final List<Json> citations = new ArrayList<>(0);
        final List<Json> results = new ArrayList<>(0);
        int call = -1;

        /** What a call began with; of a whole one all of it. */
        Json.@Nullable Obj use;

        Json.@Nullable Obj result;

        /** A kind newer than this version, or a medium. */
        Json.@Nullable Obj other;

        boolean whole;
    }

    private final Call call;
    private final Counts counts = new Counts();
    private final TreeMap<Integer, Block> blocks = new TreeMap<>();
    private final Map<String, Json> extra = new LinkedHashMap<>();
    private int calls;
    private String stop = "";
    private boolean begun;
    private boolean answered;
    private boolean ended;
    private boolean measured;
    private @Nullable Json error;

    ConverseReply(Call call) {
        this.call = call;
    }

    @Override
    public void whole(JsonParser parser) {
        Json.Obj reply = JacksonJson.read(parser).asObj();
        if (error(reply)) return;
        if (!reply.has("output")) {
            // The first of a stream's objects.
            reply.forEach((name, value) -> event(name, value));
            return;
        }
        Json.Obj message = object(object(reply, "output"), "message");
        answered = reply.get("output").orElse(Json.NULL) instanceof Json.Obj;
        List<Json> content = list(message, "content");
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof Json.Obj block) whole(i, block);
        }
        ending(reply);
        ended = !stop.isEmpty();
        metadata(reply);
    }

    @Override
    public void begin() {
        begun = true;
    }

    @Override
    public void chunk(String event, JsonParser parser) {
        Json.Obj payload = JacksonJson.read(parser).asObj();
        boolean named = !event.isEmpty() && !event.equals("message") && !event.equals("error");
        if (named) {
            event(event, payload);
        } else if (!error(payload)) {
            payload.forEach(this::event);
        }
    }

    /** An error has its words where a reply has none. */
    private boolean error(Json.Obj reply) {
        Json said = reply.has("message")
                ? reply.get("message").orElseThrow()
                : reply.get("Message").orElse(Json.NULL);
        Json inner = reply.get("error").orElse(Json.NULL);
        if (inner instanceof Json.Obj && ModelReply.isError(inner)) {
            error = inner;
            return true;
        }
        if (!(said instanceof Json.Str)) return false;
        Json.ObjBuilder made = Json.object();
        reply.string("__type")
                .or(() -> reply.string("type"))
                .ifPresent(type -> made.put("type", BedrockErrors.bare(type)));
        error = made.put("message", said).build();
        return true;
    }

    private void event(String name, Json payload) {
        if (!(payload instanceof Json.Obj event)) return;
        switch (name) {
            case "messageStart" -> answered = true;
            case "contentBlockStart" -> start(index(event), object(event, "start"));
            case "contentBlockDelta" -> delta(index(event), object(event, "delta"));
            case "messageStop" -> {
                answered = true;
                ended = true;
                ending(event);
            }
            case "metadata" -> metadata(event);
            default -> {
                if (name.endsWith("Exception"))
                    error = Json.object().put("type", name).putAll(event).build();
            }
        }
    }

    private static int index(Json.Obj event) {
        return event.get("contentBlockIndex").orElse(Json.NULL) instanceof Json.Num number
                ? (int) Math.clamp(number.longValue(), 0L, (long) Integer.MAX_VALUE)
                : 0;
    }

    private static Json.Obj object(Json.Obj parent, String name) {
        return parent.get(name).orElse(Json.NULL) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
    }

    private static List<Json> list(Json.Obj parent, String name) {
        return parent.get(name).orElse(Json.NULL) instanceof Json.Arr list ? list.items() : List.of();
    }

    private Block block(int index) {
        answered = true;
        return blocks.computeIfAbsent(index, it -> new Block());
    }

    private void whole(int index, Json.Obj given) {
        Block block = block(index);
        block.whole = true;
        given.forEach((name, value) -> {
            switch (name) {
                case "text" -> text(block, value);
                case "toolUse" -> {
                    if (value instanceof Json.Obj use) use(block, use);
                }
                case "toolResult" -> {
                    if (value instanceof Json.Obj result) block.result = result;
                }
                case "reasoningContent" -> {
                    if (value instanceof Json.Obj thought) {
                        Json.Obj words = object(thought, "reasoningText");
                        thinking(block, words);
                        thinking(block, thought);
                    }
                }
                case "citationsContent" -> {
                    if (value instanceof Json.Obj cited) {
                        for (Json part : list(cited, "content")) {
                            if (part instanceof Json.Obj one) one.get("text").ifPresent(said -> text(block, said));
                        }
                        block.citations.addAll(list(cited, "citations"));
                    }
                }
                default -> block.other = given;
            }
        });
    }

    private void start(int index, Json.Obj start) {
        Block block = block(index);
        start.forEach((name, value) -> {
            if (!(value instanceof Json.Obj begun)) return;
            switch (name) {
                case "toolUse" -> use(block, begun);
                case "toolResult" -> block.result = begun;
                default -> block.other = start;
            }
        });
    }

    private void use(Block block, Json.Obj use) {
        block.use = use;
        if (isOfTheHost(use)) {
            use.get("input").ifPresent(input -> block.input.add(input.toString()));
            return;
        }
        block.call = calls++;
        if (call.watched()) {
            call.delta(new Delta.ToolCallStarted(
                    block.call,
                    use.string("toolUseId").orElse(""),
                    use.string("name").orElse("")));
        }
        use.get("input").filter(input -> !input.isNull()).ifPresent(input -> input(block, input.toString()));
    }

    /** A tool that the host itself runs has a type that says so. */
    private static boolean isOfTheHost(Json.Obj use) {
        return !use.string("type").orElse("tool_use").equals("tool_use");
    }

    private void delta(int index, Json.Obj delta) {
        Block block = block(index);
        delta.forEach((name, value) -> {
            switch (name) {
                case "text" -> text(block, value);
                case "toolUse" -> {
                    if (value instanceof Json.Obj more) more.string("input").ifPresent(piece -> input(block, piece));
                }
                case "reasoningContent" -> {
                    if (value instanceof Json.Obj thought) thinking(block, thought);
                }
                case "citation" -> block.citations.add(value);
                case "toolResult" -> {
                    if (value instanceof Json.Arr results) block.results.addAll(results.items());
                }
                default -> block.other = delta;
            }
        });
    }

    private void text(Block block, Json piece) {
        if (!(piece instanceof Json.Str said) || said.value().isEmpty()) return;
        block.text.add(said.value());
        if (call.watched()) call.delta(new Delta.Text(said.value()));
    }

    private void thinking(Block block, Json.Obj thought) {
        thought.string("text").filter(text -> !text.isEmpty()).ifPresent(text -> {
            block.thinking.add(text);
            if (call.watched()) call.delta(new Delta.Thinking(text));
        });
        thought.string("signature").ifPresent(block.signature::add);
        thought.string("redactedContent").ifPresent(block.redacted::add);
    }

    private void input(Block block, String piece) {
        if (piece.isEmpty()) return;
        block.input.add(piece);
        if (call.watched() && block.call >= 0) call.delta(new Delta.ToolCallArguments(block.call, piece));
    }

    private void ending(Json.Obj end) {
        end.string("stopReason").ifPresent(it -> stop = it);
        keep(end, "additionalModelResponseFields");
    }

    private void metadata(Json.Obj reply) {
        Json.Obj usage = object(reply, "usage");
        measured |= reply.has("usage");
        counts.put(Counts.INPUT, usage, "inputTokens");
        counts.put(Counts.OUTPUT, usage, "outputTokens");
        counts.put(Counts.TOTAL, usage, "totalTokens");
        counts.put(Counts.CACHE_READ, usage, "cacheReadInputTokens");
        counts.put(Counts.CACHE_WRITE, usage, "cacheWriteInputTokens");
        for (String name : new String[] {"metrics", "trace", "performanceConfig", "serviceTier"}) {
            keep(reply, name);
        }
    }

    private void keep(Json.Obj from, String name) {
        from.get(name).filter(value -> !value.isNull()).ifPresent(value -> extra.put(name, value));
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

    /** What the answer cost comes after it. */
    @Override
    public boolean complete() {
        return ended && measured;
    }

    @Override
    public boolean goesOn() {
        return answered && !ended && blocks.values().stream().noneMatch(block -> block.whole);
    }

    @Override
    public String answer() {
        return "output";
    }

    @Override
    public @Nullable ChatResponse partial() {
        return begun || answered ? response() : null;
    }

    @Override
    public ChatResponse response() {
        List<Content.OfAssistant> parts = new ArrayList<>();
        blocks.values().forEach(block -> parts(block, parts));
        AssistantMessage message = new AssistantMessage(parts, PLAIN, Map.of());
        return new ChatResponse("", "", message, List.of(), reason(), usage(), "", extra);
    }

    private Usage usage() {
        if (counts.isEmpty()) return Usage.UNREPORTED;
        long read = counts.of(Counts.CACHE_READ);
        long written = counts.of(Counts.CACHE_WRITE);
        // Bedrock counts what was read from the cache and written to it beside the input.
        long input = counts.of(Counts.INPUT) + read + written;
        return new Usage(input, counts.of(Counts.OUTPUT), read, written, 0, 0, counts.reported(), Map.of());
    }

    private static void parts(Block block, List<Content.OfAssistant> parts) {
        if (!block.redacted.isEmpty()) {
            Json back = Json.object("redactedContent", block.redacted.toString());
            parts.add(new Content.Thinking("", true, new Origin(Bedrock.WIRE, back), Map.of()));
        }
        if (!block.thinking.isEmpty() || !block.signature.isEmpty()) {
            Origin origin = block.signature.isEmpty()
                    ? PLAIN
                    : new Origin(Bedrock.WIRE, Json.object("signature", block.signature.toString()));
            parts.add(new Content.Thinking(block.thinking.toString(), false, origin, Map.of()));
        }
        if (!block.text.isEmpty()) {
            parts.add(new Content.Text(block.text.toString(), cited(block), PLAIN, Map.of()));
        } else if (!block.citations.isEmpty()) {
            cite(block, parts);
        }
        Json.Obj use = block.use;
        if (use != null) parts.add(use(use, block.input.toString()));
        Json.Obj result = block.result;
        if (result != null) {
            Json.Obj all = block.results.isEmpty() ? result : result.with("content", Json.Arr.of(block.results));
            parts.add(new Content.Opaque("toolResult", Json.object("toolResult", all), PLAIN, Map.of()));
        }
        Json.Obj other = block.other;
        if (other != null) parts.add(other(other));
    }

    /** Citations that stand alone are for the text before them. */
    private static void cite(Block block, List<Content.OfAssistant> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof Content.Text before) {
                List<Citation> more = new ArrayList<>(before.citations());
                more.addAll(cited(block));
                parts.set(i, new Content.Text(before.text(), more, before.origin(), before.extra()));
                return;
            }
        }
        parts.add(new Content.Text("", cited(block), PLAIN, Map.of()));
    }

    private static List<Citation> cited(Block block) {
        List<Citation> all = new ArrayList<>(block.citations.size());
        for (Json given : block.citations) {
            Json.Obj citation = given instanceof Json.Obj object ? object : Json.Obj.EMPTY;
            StringBuilder quote = new StringBuilder();
            for (Json part : list(citation, "sourceContent")) {
                if (part instanceof Json.Obj one)
                    quote.append(one.string("text").orElse(""));
            }
            Json.Obj web = object(object(citation, "location"), "web");
            String source =
                    citation.string("source").or(() -> web.string("url")).orElse("");
            all.add(new Citation(
                    source,
                    citation.string("title").or(() -> web.string("domain")).orElse(""),
                    quote.toString(),
                    -1,
                    -1,
                    given,
                    Map.of()));
        }
        return all;
    }

    private static Content.OfAssistant use(Json.Obj use, String input) {
        String name = use.string("name").orElse("");
        if (!isOfTheHost(use)) {
            return new Content.ToolCall(use.string("toolUseId").orElse(""), name, input, "", PLAIN, Map.of());
        }
        Json all;
        try {
            all = Json.object("toolUse", use.with("input", input.isEmpty() ? Json.Obj.EMPTY : Json.parse(input)));
        } catch (JsonException e) {
            all = Json.object("toolUse", use.with("input", Json.of(input)));
        }
        return new Content.Opaque(use.string("type").orElse("") + ":" + name, all, PLAIN, Map.of());
    }

    private static Content.OfAssistant other(Json.Obj block) {
        Json.Obj image = object(block, "image");
        Json bytes = object(image, "source").get("bytes").orElse(Json.NULL);
        if (bytes instanceof Json.Str base64) {
            return new Content.Media(
                    Content.Media.Kind.IMAGE,
                    "image/" + image.string("format").orElse("png"),
                    new Content.Media.Inline(base64.value()),
                    "",
                    PLAIN,
                    Map.of());
        }
        String kind = block.members().keySet().stream().findFirst().orElse("");
        return new Content.Opaque(kind, block, PLAIN, Map.of());
    }

    /** bedrock-runtime-2023-09-30, {@code StopReason}, and what came later (API reference, "Converse", 2026). */
    private FinishReason reason() {
        if (stop.isEmpty()) return FinishReason.NONE;
        FinishReason.Kind kind = switch (stop) {
            case "end_turn", "stop_sequence" -> FinishReason.Kind.STOP;
            case "tool_use" -> FinishReason.Kind.TOOL_CALLS;
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.Kind.LENGTH;
            case "guardrail_intervened", "content_filtered" -> FinishReason.Kind.CONTENT_FILTER;
            case "malformed_model_output", "malformed_tool_use" -> FinishReason.Kind.ERROR;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return new FinishReason(kind, stop);
    }
}
