package dev.tenon.openai;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Citation;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import dev.tenon.wire.Charges;
import dev.tenon.wire.ModelReply;
import dev.tenon.wire.OpenAiUsage;
import dev.tenon.wire.Scalar;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A reply while it is read, from one object or from the chunks of a stream. Members that are not known are skipped. Not thread-safe. */
final class ChatReply implements ModelReply {
    private final Call call;
    private final Piece piece = new Piece();
    private final List<Choice> choices = new ArrayList<>(1);
    private final OpenAiUsage usage = new OpenAiUsage();

    private String id = "";
    private String model = "";
    private String tier = "";
    private List<Json> citations = List.of();
    private List<Json> results = List.of();
    private @Nullable Json error;
    private boolean begun;

    ChatReply(Call call) {
        this.call = call;
    }

    @Override
    public void whole(JsonParser parser) {
        object(parser, true);
    }

    @Override
    public void begin() {
        begun = true;
    }

    @Override
    public @Nullable ChatResponse partial() {
        return begun || answered() ? response() : null;
    }

    @Override
    public void chunk(String event, JsonParser parser) {
        if (event.equals("error")) {
            error(JacksonJson.read(parser));
        } else {
            object(parser, false);
        }
    }

    @Override
    public @Nullable Json error() {
        return error;
    }

    private void error(Json reported) {
        if (ModelReply.isError(reported)) error = reported;
    }

    @Override
    public boolean answered() {
        return !choices.isEmpty();
    }

    @Override
    public String answer() {
        return "choices";
    }

    /** Whether every choice has its reason to have ended. */
    @Override
    public boolean finished() {
        for (int i = 0; i < choices.size(); i++) {
            if (!choices.get(i).finished()) return false;
        }
        return !choices.isEmpty();
    }

    private void object(JsonParser parser, boolean whole) {
        Map<String, Json> bare = Map.of();
        boolean isError = false;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "choices" -> choices(parser, token, whole);
                // Some hosts give every chunk another id; the first is the reply's.
                case "id" -> id = Scalar.first(id, parser, token);
                case "model" -> model = Scalar.first(model, parser, token);
                case "usage" -> usage.read(parser);
                case "service_tier" -> tier = Scalar.first(tier, parser, token);
                case "x_groq" -> groq(parser, token);
                case "citations" -> citations = list(parser, token, citations);
                case "search_results" -> {
                    if (results.isEmpty()) {
                        results = list(parser, token, results);
                    } else {
                        parser.skipChildren();
                    }
                }
                case "error" -> error(JacksonJson.read(parser));
                // An error that is the object itself (Mistral, and gateways).
                case "object" -> isError = isError(parser, token);
                case "message", "type", "code", "param", "status", "detail" -> {
                    if (bare.isEmpty()) bare = new LinkedHashMap<>();
                    bare.put(name, JacksonJson.read(parser));
                }
                default -> parser.skipChildren();
            }
        }
        boolean noReply = whole && choices.isEmpty() && (bare.containsKey("message") || bare.containsKey("detail"));
        if (error == null && (isError || noReply)) error = Json.Obj.of(bare);
    }

    /** Looks at the length first: of every chunk of a stream this is asked. */
    private static boolean isError(JsonParser parser, JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            return parser.getStringLength() == "error".length()
                    && parser.getString().equals("error");
        }
        parser.skipChildren();
        return false;
    }

    private static List<Json> list(JsonParser parser, JsonToken token, List<Json> before) {
        if (token != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return before;
        }
        List<Json> items = ((Json.Arr) JacksonJson.read(parser)).items();
        return items.isEmpty() ? before : items;
    }

    /** Groq's streams report their usage here. */
    private void groq(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            if (name.equals("usage")) {
                usage.read(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void choices(JsonParser parser, JsonToken token, boolean whole) {
        if (token != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        int position = 0;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                choice(parser, position++, whole);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void choice(JsonParser parser, int position, boolean whole) {
        int index = position;
        String finish = null;
        boolean read = false;
        boolean message = false;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "index" -> {
                    if (token == JsonToken.VALUE_NUMBER_INT) index = parser.getValueAsInt(position);
                }
                // Perplexity sends both: in chunks the delta counts, in a whole reply the message.
                case "delta" -> {
                    if (whole && read) {
                        parser.skipChildren();
                    } else {
                        piece.read(parser);
                        read = true;
                        message = false;
                    }
                }
                case "message" -> {
                    if (!whole && (read || hasContent(position))) {
                        parser.skipChildren();
                    } else {
                        piece.read(parser);
                        read = true;
                        message = true;
                    }
                }
                case "finish_reason" -> {
                    if (token == JsonToken.VALUE_STRING) {
                        finish = parser.getString();
                    } else {
                        parser.skipChildren();
                    }
                }
                case "error" -> error(JacksonJson.read(parser));
                default -> parser.skipChildren();
            }
        }
        Choice choice = at(index);
        if (read) choice.add(piece, message, call.watched() && choice.index == 0 ? call : null);
        if (finish != null) choice.finish(finish);
    }

    private boolean hasContent(int index) {
        for (Choice choice : choices) {
            if (choice.index == index) return !choice.isEmpty();
        }
        return false;
    }

    private Choice at(int index) {
        for (int i = 0; i < choices.size(); i++) {
            if (choices.get(i).index == index) return choices.get(i);
        }
        Choice choice = new Choice(index);
        choices.add(choice);
        return choice;
    }

    @Override
    public ChatResponse response() {
        List<Choice> ordered = new ArrayList<>(choices);
        ordered.sort(Comparator.comparingInt(choice -> choice.index));
        if (ordered.isEmpty()) ordered.add(new Choice(0));
        List<Json> listed = citations.isEmpty() ? results : citations;
        List<Citation> cited = new ArrayList<>(listed.size());
        for (Json citation : listed) {
            cited.add(Citations.listed(citation, results));
        }
        Choice first = ordered.get(0);
        List<AssistantMessage> others = new ArrayList<>(ordered.size() - 1);
        for (Choice other : ordered.subList(1, ordered.size())) {
            others.add(other.message(List.of()));
        }
        FinishReason reason = first.reason();
        Charges charges = new Charges();
        charges.tier(tier);
        Usage counted = charges.on(usage.usage());
        return new ChatResponse(id, model, first.message(cited), others, reason, counted, first.refusal(), Map.of());
    }
}
