package dev.tenon.anthropic;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Notice;
import dev.tenon.wire.BedrockErrors;
import dev.tenon.wire.ModelReply;
import dev.tenon.wire.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A reply while it is read. Not thread-safe.
 *
 * <p>A whole reply is an object with the members of a message. A stream is events, of which {@code message_start} holds such an object and {@code message_delta} more
 * of its members; the blocks come between. No two events have a member of one name that means two things, so that they are told by what they hold; only
 * an event that holds nothing needs its type.
 */
final class MessagesReply implements ModelReply {
    /** Where the host's own tools ran: wanted back while a turn goes on. */
    static final String CONTAINER = "container";

    /** The beginning of the name of a notice of an event that this version does not know. */
    private static final String EVENT = "anthropic.";

    /** The types of events, and of the message within the first ("Streaming messages", 2026). */
    private static final Set<String> KNOWN = Set.of(
            "content_block_delta",
            "content_block_start",
            "content_block_stop",
            "error",
            "message",
            "message_delta",
            "message_start",
            "message_stop",
            "ping");

    private final Call call;
    private final List<Block> blocks = new ArrayList<>(2);
    private final MessagesUsage usage = new MessagesUsage();
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private String id = "";
    private String model = "";
    private String type = "";
    private @Nullable String finish;
    private @Nullable Json error;
    private boolean streamed;
    private boolean begun;
    private boolean stopped;
    private int calls;

    MessagesReply(Call call) {
        this.call = call;
    }

    @Override
    public void whole(JsonParser parser) {
        object(parser);
    }

    @Override
    public void begin() {
        streamed = true;
    }

    @Override
    public void chunk(String event, JsonParser parser) {
        object(parser);
    }

    @Override
    public @Nullable Json error() {
        return error;
    }

    @Override
    public boolean answered() {
        return begun;
    }

    @Override
    public String answer() {
        return "content";
    }

    @Override
    public boolean finished() {
        return finish != null || stopped;
    }

    @Override
    public @Nullable ChatResponse partial() {
        return streamed || begun ? response() : null;
    }

    private void object(JsonParser parser) {
        int index = 0;
        boolean ends = false;
        Json.Obj bare = Json.Obj.EMPTY;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "type" -> {
                    type = Scalar.same(type, parser, token);
                    ends = type.equals("content_block_stop");
                    stopped |= type.equals("message_stop");
                    if (streamed && !type.isEmpty() && !KNOWN.contains(type)) {
                        unknown(parser);
                        return;
                    }
                }
                case "index" -> index = token == JsonToken.VALUE_NUMBER_INT ? parser.getValueAsInt(0) : 0;
                case "delta" -> delta(index, parser, token);
                case "content_block" -> start(index, parser, token);
                case "message" -> {
                    if (token == JsonToken.START_OBJECT) {
                        object(parser);
                    } else {
                        bare = bare.with(name, JacksonJson.read(parser));
                    }
                }
                // Bedrock's.
                case "__type" -> bare = bare.with("type", Json.of(BedrockErrors.bare(Scalar.text(parser, token, ""))));
                case "content" -> content(parser, token);
                case "id" -> id = Scalar.first(id, parser, token);
                case "model" -> model = Scalar.first(model, parser, token);
                case "usage" -> usage.read(parser);
                case "error" -> {
                    Json said = JacksonJson.read(parser);
                    if (ModelReply.isError(said)) error = said;
                }
                default -> ending(name, parser, token);
            }
        }
        if (ends && call.watched()) {
            Block ended = at(index);
            if (ended != null) ended.end(call);
        }
        // An error that is the event itself.
        if (error == null && bare.size() > 0 && (type.equals("error") || bare.has("type"))) error = bare;
    }

    /** An event that this version does not know: whoever watches is told it as it is. */
    private void unknown(JsonParser parser) {
        Json.ObjBuilder event = Json.object();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            Json said = JacksonJson.read(parser);
            if (name.equals("error") && ModelReply.isError(said)) error = said;
            event.put(name, said);
        }
        if (call.watched()) call.notice(new Notice.Custom(EVENT + type, event.build()));
    }

    /** How the message ended, and what is known at its end. */
    private void ending(String name, JsonParser parser, JsonToken token) {
        switch (name) {
            case "stop_reason" -> {
                if (token == JsonToken.VALUE_STRING) finish = parser.getString();
            }
            case "stop_sequence", "stop_details", CONTAINER, "context_management" -> {
                Json said = JacksonJson.read(parser);
                if (!said.isNull()) extra.put(name, said);
            }
            default -> parser.skipChildren();
        }
    }

    private void content(JsonParser parser, JsonToken token) {
        begun = true;
        if (token != JsonToken.START_ARRAY) {
            if (token == JsonToken.VALUE_STRING) {
                add(
                        0,
                        Json.object()
                                .put("type", "text")
                                .put("text", parser.getString())
                                .build());
            } else {
                parser.skipChildren();
            }
            return;
        }
        int index = 0;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (JacksonJson.read(parser) instanceof Json.Obj block) {
                Block whole = add(index++, block);
                if (call.watched()) whole.end(call);
            }
        }
    }

    private void start(int index, JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        begun = true;
        add(index, JacksonJson.read(parser).asObj());
    }

    private Block add(int index, Json.Obj members) {
        Block block = new Block(index, members, calls);
        if (block.isCall()) calls++;
        blocks.add(block);
        if (call.watched()) block.tell(call);
        return block;
    }

    /** The last block of this index: a host that starts its message again counts from 0 again. */
    private @Nullable Block at(int index) {
        for (int i = blocks.size() - 1; i >= 0; i--) {
            if (blocks.get(i).index == index) return blocks.get(i);
        }
        return null;
    }

    private void delta(int index, JsonParser parser, JsonToken object) {
        if (object != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        Block block = at(index);
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "type" -> {} // The other members say it.
                case "text" -> block(index, block, "text").text(Scalar.text(parser, token, ""), call);
                case "thinking" -> block(index, block, "thinking").thinking(Scalar.text(parser, token, ""), call);
                case "partial_json" -> {
                    String piece = Scalar.text(parser, token, "");
                    if (block != null) block.input(piece, call);
                }
                case "signature" -> block(index, block, "thinking").signature(Scalar.text(parser, token, ""));
                case "citation" -> block(index, block, "text").cite(JacksonJson.read(parser));
                case "stop_reason", "stop_sequence", "stop_details", CONTAINER -> ending(name, parser, token);
                default -> {
                    Json more = JacksonJson.read(parser);
                    if (block != null) block.grow(name, more);
                }
            }
        }
    }

    /** The block that a delta belongs to. Where the host has not begun it, it begins now. */
    private Block block(int index, @Nullable Block known, String kind) {
        if (known != null) return known;
        Block again = at(index);
        if (again != null) return again;
        begun = true;
        return add(index, Json.object("type", kind));
    }

    @Override
    public ChatResponse response() {
        List<Content.OfAssistant> parts = new ArrayList<>(blocks.size());
        for (Block block : blocks) {
            parts.add(block.content());
            if (block.isHosted()) usage.ran(block.name());
        }
        Json container = extra.getOrDefault(CONTAINER, Json.NULL);
        Origin origin =
                container.isNull() ? Block.PLAIN : new Origin(Anthropic.WIRE, Json.object(CONTAINER, container));
        String refusal = extra.getOrDefault("stop_details", Json.NULL) instanceof Json.Obj details
                ? details.string("explanation").orElse("")
                : "";
        AssistantMessage message = new AssistantMessage(parts, origin, Map.of());
        return new ChatResponse(id, model, message, List.of(), reason(), usage.usage(), refusal, extra);
    }

    /** The words of the API (API reference, "stop_reason", 2026), and of the betas. */
    private FinishReason reason() {
        if (finish == null) return FinishReason.NONE;
        FinishReason.Kind kind = switch (finish) {
            case "end_turn", "stop_sequence" -> FinishReason.Kind.STOP;
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.Kind.LENGTH;
            case "tool_use" -> FinishReason.Kind.TOOL_CALLS;
            case "pause_turn", "compaction" -> FinishReason.Kind.PAUSE;
            case "refusal" -> FinishReason.Kind.REFUSAL;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return new FinishReason(kind, finish);
    }
}
