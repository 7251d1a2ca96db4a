package dev.tenon.ollama;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import dev.tenon.wire.Counts;
import dev.tenon.wire.Growing;
import dev.tenon.wire.ModelReply;
import dev.tenon.wire.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A reply of {@code /api/chat} or {@code /api/generate} while it is read: one object, or one a line, each of them with a piece. The last says {@code done}.
 * Members that are not known are skipped. Not thread-safe.
 */
final class OllamaReply implements ModelReply {
    private static final Origin PLAIN = new Origin(Ollama.WIRE, Json.NULL);

    private final Call call;
    private final String answer;
    private final Counts counts = new Counts();
    private final Growing text = new Growing();
    private final Growing thinking = new Growing();
    private final List<Content.ToolCall> calls = new ArrayList<>(0);
    private final List<Content.Media> images = new ArrayList<>(0);
    private final Map<String, Json> extra = new LinkedHashMap<>();
    private String model = "";
    private String reason = "";
    private boolean begun;
    private boolean answered;
    private boolean done;
    private boolean streamed;
    private @Nullable Json error;

    /** @param answer the member that an answer cannot be without */
    OllamaReply(Call call, String answer) {
        this.call = call;
        this.answer = answer;
    }

    @Override
    public void whole(JsonParser parser) {
        object(parser);
    }

    @Override
    public void begin() {
        begun = true;
    }

    @Override
    public void chunk(String event, JsonParser parser) {
        object(parser);
    }

    private void object(JsonParser parser) {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "model" -> model = Scalar.first(model, parser, token);
                case "message" -> message(parser, token);
                case "response" -> {
                    answered |= token == JsonToken.VALUE_STRING;
                    piece(Scalar.text(parser, token, ""));
                }
                case "thinking" -> thought(Scalar.text(parser, token, ""));
                case "done" -> done |= token == JsonToken.VALUE_TRUE;
                case "done_reason" -> reason = Scalar.text(parser, token, reason);
                case "prompt_eval_count" -> counts.read(parser, token, Counts.INPUT);
                case "eval_count" -> counts.read(parser, token, Counts.OUTPUT);
                case "error" -> {
                    Json said = JacksonJson.read(parser);
                    if (ModelReply.isError(said)) error = said;
                }
                // What generate wants back to go on, and what a program may measure.
                case "context",
                        "created_at",
                        "total_duration",
                        "load_duration",
                        "prompt_eval_duration",
                        "eval_duration",
                        "logprobs" -> {
                    Json said = JacksonJson.read(parser);
                    if (!said.isNull()) keep(name, said);
                }
                default -> parser.skipChildren();
            }
        }
        streamed |= !done;
    }

    /** Of every chunk's own words the first time and the last numbers, and the probabilities of all. */
    private void keep(String name, Json said) {
        if (name.equals("created_at")) {
            extra.putIfAbsent(name, said);
        } else if (said instanceof Json.Arr more && extra.get(name) instanceof Json.Arr before) {
            List<Json> joined = new ArrayList<>(before.items());
            joined.addAll(more.items());
            extra.put(name, Json.Arr.of(joined));
        } else {
            extra.put(name, said);
        }
    }

    private void message(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        answered = true;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "content" -> piece(Scalar.text(parser, value, ""));
                case "thinking" -> thought(Scalar.text(parser, value, ""));
                case "tool_calls" -> toolCalls(parser, value);
                case "images" -> images(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private void piece(String piece) {
        if (piece.isEmpty()) return;
        text.add(piece);
        if (call.watched()) call.delta(new Delta.Text(piece));
    }

    private void thought(String piece) {
        if (piece.isEmpty()) return;
        thinking.add(piece);
        if (call.watched()) call.delta(new Delta.Thinking(piece));
    }

    private void images(JsonParser parser, JsonToken list) {
        if (list != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item == JsonToken.VALUE_STRING) {
                Content.Media.Source bytes = new Content.Media.Inline(parser.getString());
                images.add(new Content.Media(Content.Media.Kind.IMAGE, "", bytes, "", PLAIN, Map.of()));
            } else {
                parser.skipChildren();
            }
        }
    }

    private void toolCalls(JsonParser parser, JsonToken list) {
        if (list != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                toolCall(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void toolCall(JsonParser parser) {
        String id = "";
        String function = "";
        String arguments = "";
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            if (name.equals("id")) {
                id = Scalar.text(parser, token, "");
            } else if (name.equals("function") && token == JsonToken.START_OBJECT) {
                for (String member = parser.nextName(); member != null; member = parser.nextName()) {
                    JsonToken value = parser.nextToken();
                    switch (member) {
                        case "name" -> function = Scalar.text(parser, value, "");
                        case "arguments" -> {
                            Json given = JacksonJson.read(parser);
                            arguments = given.isNull()
                                    ? ""
                                    : given instanceof Json.Str said ? said.value() : given.toString();
                        }
                        default -> parser.skipChildren();
                    }
                }
            } else {
                parser.skipChildren();
            }
        }
        Content.ToolCall made = new Content.ToolCall(id, function, arguments, "", PLAIN, Map.of());
        if (call.watched()) {
            call.delta(new Delta.ToolCallStarted(calls.size(), id, function));
            if (!arguments.isEmpty()) call.delta(new Delta.ToolCallArguments(calls.size(), arguments));
        }
        calls.add(made);
    }

    @Override
    public @Nullable Json error() {
        return error;
    }

    @Override
    public boolean over() {
        return error != null || done && streamed;
    }

    @Override
    public boolean answered() {
        return answered;
    }

    @Override
    public boolean finished() {
        return done;
    }

    @Override
    public boolean goesOn() {
        return answered && !done;
    }

    @Override
    public String answer() {
        return answer;
    }

    @Override
    public @Nullable ChatResponse partial() {
        return begun || answered ? response() : null;
    }

    @Override
    public ChatResponse response() {
        List<Content.OfAssistant> parts = new ArrayList<>(2 + images.size() + calls.size());
        if (!thinking.isEmpty()) parts.add(new Content.Thinking(thinking.toString(), false, PLAIN, Map.of()));
        if (!text.isEmpty()) parts.add(new Content.Text(text.toString(), List.of(), PLAIN, Map.of()));
        parts.addAll(images);
        parts.addAll(calls);
        Usage usage = counts.isEmpty()
                ? Usage.UNREPORTED
                : new Usage(counts.of(Counts.INPUT), counts.of(Counts.OUTPUT), 0, 0, 0, 0, counts.reported(), Map.of());
        AssistantMessage message = new AssistantMessage(parts, PLAIN, Map.of());
        return new ChatResponse("", model, message, List.of(), finish(), usage, "", extra);
    }

    private FinishReason finish() {
        if (reason.isEmpty()) return FinishReason.NONE;
        FinishReason.Kind kind = switch (reason) {
            case "stop" -> calls.isEmpty() ? FinishReason.Kind.STOP : FinishReason.Kind.TOOL_CALLS;
            case "length" -> FinishReason.Kind.LENGTH;
            // An empty conversation loads a model, and with keep_alive 0 takes it out of memory.
            case "load", "unload" -> FinishReason.Kind.STOP;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return new FinishReason(kind, reason);
    }
}
