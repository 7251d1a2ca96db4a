package dev.tenon.gemini;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Usage;
import dev.tenon.wire.Charges;
import dev.tenon.wire.Counts;
import dev.tenon.wire.ModelReply;
import dev.tenon.wire.Scalar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A {@code GenerateContentResponse} while it is read. A whole one is a stream of one chunk. Not thread-safe. */
final class GeminiReply implements ModelReply {
    private final Call call;
    private final List<ModelTurn> turns = new ArrayList<>(1);
    private final Counts counts = new Counts();
    private String tier = "";

    /** The parts of the candidate that is being read, used again for the next. */
    private final List<WirePart> read = new ArrayList<>(1);

    private int used;

    private String id = "";
    private String model = "";
    private Json feedback = Json.NULL;
    private @Nullable Json error;
    private boolean begun;
    /** Whether a chunk has been begun to be read and not come to its end. */
    private boolean within;

    GeminiReply(Call call) {
        this.call = call;
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

    @Override
    public @Nullable Json error() {
        return error;
    }

    @Override
    public boolean answered() {
        return !turns.isEmpty();
    }

    @Override
    public boolean finished() {
        return !turns.isEmpty() && turns.stream().allMatch(ModelTurn::finished);
    }

    /** The usage stands at the end of the last chunk. Some models have a reason to have ended in every chunk: that says nothing of the next. */
    @Override
    public boolean complete() {
        return !within && finished() && turns.stream().allMatch(ModelTurn::beganOpen);
    }

    @Override
    public String answer() {
        return "candidates";
    }

    @Override
    public @Nullable ChatResponse partial() {
        return begun || answered() || !feedback.isNull() ? response() : null;
    }

    private void object(JsonParser parser) {
        within = true;
        try {
            members(parser);
            within = false;
        } catch (PartialArguments.Misplaced e) {
            throw ProviderException.of(
                            Kind.MALFORMED_RESPONSE,
                            "the reply has pieces of arguments that make no document: " + e.getMessage())
                    .build();
        }
    }

    private void members(JsonParser parser) {
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (member) {
                case "candidates" -> candidates(parser, token);
                case "usageMetadata" -> usage(parser, token);
                case "modelVersion" -> model = Scalar.first(model, parser, token);
                case "responseId" -> id = Scalar.first(id, parser, token);
                case "promptFeedback" -> feedback(JacksonJson.read(parser));
                case "error" -> {
                    Json reported = JacksonJson.read(parser);
                    if (ModelReply.isError(reported)) error = Json.object("error", reported);
                }
                default -> parser.skipChildren();
            }
        }
    }

    private void feedback(Json said) {
        if (!(said instanceof Json.Obj object)) return;
        feedback = object;
        object.string("blockReason").ifPresent(reason -> {
            String why = object.string("blockReasonMessage").orElse("the prompt was blocked");
            error = Json.object()
                    .put("type", GeminiErrors.BLOCKED)
                    .put("code", reason)
                    .put("message", why)
                    .build();
        });
    }

    private void candidates(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        int position = 0;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                candidate(parser, position++);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void candidate(JsonParser parser, int position) {
        int index = position;
        String finish = "";
        Json grounding = Json.NULL;
        Json urls = Json.NULL;
        Json recited = Json.NULL;
        Map<String, Json> extra = Map.of();
        used = 0;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) continue;
            switch (member) {
                case "content" -> content(parser, token);
                case "index" -> index = token == JsonToken.VALUE_NUMBER_INT ? parser.getValueAsInt(position) : position;
                case "finishReason" -> finish = Scalar.text(parser, token, "");
                case "groundingMetadata" -> grounding = JacksonJson.read(parser);
                case "urlContextMetadata" -> urls = JacksonJson.read(parser);
                case "citationMetadata" -> recited = JacksonJson.read(parser);
                default -> {
                    if (extra.isEmpty()) extra = new LinkedHashMap<>();
                    extra.put(member, JacksonJson.read(parser));
                }
            }
        }
        ModelTurn turn = at(index);
        Call watcher = call.watched() && turn.index == 0 ? call : null;
        for (int i = 0; i < used; i++) {
            turn.add(read.get(i), watcher);
        }
        turn.grounding().grounding(grounding);
        turn.grounding().urls(urls);
        turn.grounding().recited(recited);
        turn.extra().putAll(extra);
        boolean ends = !finish.isEmpty() && !finish.equals("FINISH_REASON_UNSPECIFIED");
        turn.chunk(ends ? finish : null, watcher);
    }

    private void content(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (member.equals("parts") && value == JsonToken.START_ARRAY) {
                parts(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void parts(JsonParser parser) {
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                if (used == read.size()) read.add(new WirePart());
                read.get(used++).read(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private ModelTurn at(int index) {
        for (int i = 0; i < turns.size(); i++) {
            if (turns.get(i).index == index) return turns.get(i);
        }
        ModelTurn turn = new ModelTurn(index);
        turns.add(turn);
        return turn;
    }

    private void usage(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            JsonToken value = parser.nextToken();
            switch (member) {
                case "promptTokenCount" -> counts.read(parser, value, Counts.INPUT);
                case "candidatesTokenCount" -> counts.read(parser, value, Counts.OUTPUT);
                case "totalTokenCount" -> counts.read(parser, value, Counts.TOTAL);
                case "cachedContentTokenCount" -> counts.read(parser, value, Counts.CACHE_READ);
                case "thoughtsTokenCount" -> counts.read(parser, value, Counts.REASONING);
                case "toolUsePromptTokenCount" -> counts.read(parser, value, Counts.TOOL_PROMPT);
                case "trafficType", "serviceTier" -> tier = Scalar.text(parser, value, tier);
                default -> parser.skipChildren();
            }
        }
    }

    /** The wire counts what its own tools read beside the prompt, and thoughts beside the answer. */
    private Usage usage() {
        if (counts.isEmpty()) return Usage.UNREPORTED;
        long reasoning = counts.of(Counts.REASONING);
        Charges charges = new Charges();
        charges.tier(tier);
        turns.forEach(turn -> turn.grounding().charge(charges));
        return charges.on(new Usage(
                counts.of(Counts.INPUT) + counts.of(Counts.TOOL_PROMPT),
                counts.of(Counts.OUTPUT) + reasoning,
                counts.of(Counts.CACHE_READ),
                0,
                reasoning,
                0,
                counts.reported(),
                Map.of()));
    }

    @Override
    public ChatResponse response() {
        List<ModelTurn> ordered = new ArrayList<>(turns);
        ordered.sort(Comparator.comparingInt(turn -> turn.index));
        if (ordered.isEmpty()) ordered.add(new ModelTurn(0));
        ModelTurn first = ordered.get(0);
        List<AssistantMessage> others = new ArrayList<>(ordered.size() - 1);
        for (ModelTurn other : ordered.subList(1, ordered.size())) {
            others.add(other.message());
        }
        Map<String, Json> extra = first.extra();
        if (!feedback.isNull()) {
            Map<String, Json> more = new LinkedHashMap<>(extra);
            feedback.at("/blockReason").ifPresent(reason -> more.put("block_reason", reason));
            more.put("promptFeedback", feedback);
            extra = more;
        }
        return new ChatResponse(id, model, first.message(), others, first.reason(), usage(), "", extra);
    }
}
