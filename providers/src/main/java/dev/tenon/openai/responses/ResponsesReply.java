package dev.tenon.openai.responses;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Notice;
import dev.tenon.provider.Usage;
import dev.tenon.wire.Charges;
import dev.tenon.wire.ModelReply;
import dev.tenon.wire.OpenAiUsage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A reply while it is read, from one object or from events. Not thread-safe.
 *
 * <p>In a stream every item comes up to three times: in pieces, whole at its own end, and again in the reply at the end of all. Its own end
 * counts (later copies encrypt the reasoning anew, and cost a reading); what never came to it is taken from the reply at the end, which holds
 * items that were not streamed at all.
 */
final class ResponsesReply implements ModelReply {
    private final @Nullable Call watched;
    private final OutputItem.@Nullable Calls calls;
    private final Back back;
    /** Whether the host was asked to keep the reply. */
    private final boolean asksToStore;

    private final StreamEvent event = new StreamEvent();
    private final TreeMap<Integer, OutputItem> items = new TreeMap<>();
    private final OpenAiUsage usage = new OpenAiUsage();

    private @Nullable OutputItem last;
    private int lastPlace = -1;
    /** Whether the places of items in the output cannot be relied on: then their ids are. */
    private boolean unplaced;

    private String id = "";
    private String model = "";
    private String status = "";
    private String incomplete = "";
    private String conversation = "";
    private String tier = "";
    private @Nullable Boolean stored;
    private @Nullable Json error;
    private boolean hasOutput;
    private boolean begun;
    private boolean ended;

    ResponsesReply(Call call, Back back, boolean asksToStore) {
        this.back = back;
        this.watched = call.watched() ? call : null;
        this.calls = watched == null ? null : new OutputItem.Calls(watched);
        this.asksToStore = asksToStore;
    }

    @Override
    public void whole(JsonParser parser) {
        object("", parser, true);
        // An error that is the object itself (gateways).
        if (event.kind == null && !hasOutput) error(Json.Obj.of(event.rest));
    }

    @Override
    public void begin() {
        begun = true;
    }

    @Override
    public void chunk(String name, JsonParser parser) {
        object(name, parser, false);
    }

    /** @param first whether it may be a reply, not an event: events have members of the same names */
    private void object(String framed, JsonParser parser, boolean first) {
        event.clear();
        event.framed(framed);
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "response" -> reply(parser, token);
                case "error" -> error(JacksonJson.read(parser));
                default -> {
                    if (!first || !member(name, parser, token)) event.member(name, parser, token, unplaced);
                }
            }
        }
        if (event.kind != null) take(event.kind);
    }

    private void reply(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken value = parser.nextToken();
            if (!member(name, parser, value)) parser.skipChildren();
        }
    }

    /** Reads a member of a reply as a whole, if it is one. */
    private boolean member(String name, JsonParser parser, JsonToken token) {
        switch (name) {
            case "id" -> id = text(parser, token, id);
            case "model" -> model = text(parser, token, model);
            case "status" -> status = text(parser, token, status);
            case "usage" -> usage.read(parser);
            case "service_tier" -> tier = text(parser, token, tier);
            case "output" -> output(parser, token);
            case "error" -> error(JacksonJson.read(parser));
            case "incomplete_details" -> incomplete = inner(parser, "reason");
            case "conversation" -> conversation = inner(parser, "id");
            case "store" -> {
                if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE)
                    stored = token == JsonToken.VALUE_TRUE;
                parser.skipChildren();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static String text(JsonParser parser, JsonToken token, String before) {
        if (token == JsonToken.VALUE_STRING) return parser.getString();
        parser.skipChildren();
        return before;
    }

    private static String inner(JsonParser parser, String name) {
        return JacksonJson.read(parser) instanceof Json.Obj object
                ? object.string(name).orElse("")
                : "";
    }

    /** The first that is told says most: a reply that failed repeats less of it. */
    private void error(Json reported) {
        if (error == null && ModelReply.isError(reported)) error = reported;
    }

    private void output(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        hasOutput = true;
        int place = 0;
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken(), place++) {
            // What could not be placed, and was told as it came, is all here again.
            if (place == 0 && unplaced) items.clear();
            OutputItem known = items.get(place);
            if (item != JsonToken.START_OBJECT || known != null && known.isWhole()) {
                parser.skipChildren();
            } else {
                settle(place, (Json.Obj) JacksonJson.read(parser), unplaced ? null : calls);
            }
        }
    }

    private void settle(int place, Json.Obj item, OutputItem.@Nullable Calls told) {
        items.computeIfAbsent(place, at -> new OutputItem(item)).settle(item, told);
    }

    private void take(EventKind kind) {
        switch (kind) {
            case TEXT, REFUSAL, SUMMARY, THINKING, ARGUMENTS -> {
                OutputItem item = item(kind);
                if (!item.isWhole()) item.add(kind, event.part, event.delta, calls);
            }
            case ANNOTATION -> {
                OutputItem item = item(EventKind.TEXT);
                if (event.annotation != null && !item.isWhole()) item.annotate(event.part, event.annotation);
            }
            case ITEM_BEGINS -> {
                if (event.whole instanceof Json.Obj item) begins(item);
            }
            case ITEM_WHOLE -> {
                if (event.whole instanceof Json.Obj item) ends(item);
            }
            case END -> ended = true;
            case ERROR -> {
                if (error == null)
                    error = Json.object()
                            .put("type", "error")
                            .putAll(Json.Obj.of(event.rest))
                            .build();
            }
            case PROGRESS -> {
                if (watched != null) watched.notice(new Notice.Custom(event.type(), progress()));
            }
            case REPEATED, REPLY, NOTHING -> {}
        }
    }

    private Json progress() {
        Json.ObjBuilder told = Json.object().putAll(Json.Obj.of(event.rest));
        if (event.item >= 0) told.put("output_index", event.item);
        if (!event.delta.isEmpty()) told.put("delta", event.delta);
        return told.build();
    }

    private void begins(Json.Obj item) {
        OutputItem known = event.item < 0 ? null : items.get(event.item);
        String named = item.string("id").orElse("");
        if (known != null && !named.isEmpty() && known.id().equals(named)) return;
        if (event.item < 0 || known != null) unplaced = true;
        int place = unplaced ? next() : event.item;
        OutputItem begun = new OutputItem(item);
        items.put(place, begun);
        last = begun;
        lastPlace = place;
        if (calls != null && begun.isCall()) begun.begin(calls);
    }

    private void ends(Json.Obj item) {
        if (event.item < 0) unplaced = true;
        if (!unplaced) {
            settle(event.item, item, calls);
            return;
        }
        String named = item.string("id").orElse("");
        OutputItem open = last;
        for (OutputItem one : items.values()) {
            if (one.id().equals(named)) open = one;
        }
        if (open == null || open.isWhole()) {
            settle(next(), item, calls);
        } else {
            open.settle(item, calls);
        }
    }

    private int next() {
        return items.isEmpty() ? 0 : items.lastKey() + 1;
    }

    /** The item that the event goes on with. */
    private OutputItem item(EventKind kind) {
        OutputItem known = last;
        if (known != null && event.item == lastPlace && !unplaced) return known;
        if (event.item < 0 && !unplaced) {
            // Where they were announced with their places, the one that was announced last is meant.
            if (known != null) return known;
            unplaced = true;
        }
        OutputItem found = unplaced ? byId(event.itemId) : items.get(event.item);
        if (found == null) {
            int place = unplaced ? next() : event.item;
            found = OutputItem.of(kind);
            items.put(place, found);
            lastPlace = place;
        } else {
            lastPlace = event.item;
        }
        last = found;
        return found;
    }

    private @Nullable OutputItem byId(String named) {
        if (!named.isEmpty()) {
            for (OutputItem one : items.descendingMap().values()) {
                if (one.id().equals(named)) return one;
            }
        }
        return last;
    }

    @Override
    public @Nullable Json error() {
        if (error == null && status.equals("failed")) return Json.Obj.EMPTY;
        return error;
    }

    /** After an error comes the reply as a whole, which has failed. */
    @Override
    public boolean over() {
        return ended;
    }

    @Override
    public boolean answered() {
        return !items.isEmpty() || hasOutput && (!begun || ended);
    }

    @Override
    public boolean finished() {
        return ended || error != null;
    }

    @Override
    public String answer() {
        return "output";
    }

    @Override
    public @Nullable ChatResponse partial() {
        return begun || answered() ? response() : null;
    }

    @Override
    public ChatResponse response() {
        OutputItems output = new OutputItems(back);
        items.values().forEach(item -> output.add(item.json()));
        Json.ObjBuilder data = Json.object();
        if (!id.isEmpty() && (stored == null ? asksToStore : stored)) data.put(Back.RESPONSE, id);
        if (!conversation.isEmpty()) data.put(Back.CONVERSATION, conversation);
        if (!output.refusal().isEmpty()) {
            data.put(
                    Back.REFUSAL,
                    Json.object()
                            .put(Back.ITEM, output.refusedIn())
                            .put("text", output.refusal())
                            .build());
        }
        AssistantMessage message = new AssistantMessage(output.contents(), back.origin(data.build()), Map.of());
        FinishReason finish = finish(output);
        return new ChatResponse(id, model, message, List.of(), finish, usage(), output.refusal(), Map.of());
    }

    private Usage usage() {
        Usage tokens = usage.usage();
        if (tokens.unreported() > 0) return tokens;
        Charges charges = new Charges();
        charges.tier(tier);
        items.values().forEach(item -> ranHere(item.json(), charges));
        return charges.on(tokens);
    }

    /**
     * Calls of the host's own tools are paid by the call, or by what they took; of the web only searches are (developers.openai.com, "Web search", 2026). Calls
     * that the program answers, and those of other servers, cost nothing but tokens.
     */
    private static void ranHere(Json.Obj item, Charges charges) {
        String type = OutputItems.type(item);
        if (!type.endsWith("_call")) return;
        switch (type) {
            case OutputItems.FUNCTION,
                    OutputItems.CUSTOM,
                    "mcp_call",
                    "computer_call",
                    "local_shell_call",
                    "apply_patch_call",
                    "tool_search_call" -> {}
            case "shell_call" -> {
                boolean local = item.at("/environment/type").equals(Optional.of(Json.of("local")));
                if (!local) charges.unpriced(type);
            }
            case "web_search_call" -> {
                String action = item.at("/action/type").map(Json::asString).orElse("search");
                if (action.equals("search")) charges.add(type, 1);
            }
            default -> charges.add(type, 1);
        }
    }

    /** The word is that of the end; while a stream goes on, the host says {@code in_progress}. */
    private FinishReason finish(OutputItems output) {
        if (begun && !ended || status.isEmpty()) return FinishReason.NONE;
        if (!incomplete.isEmpty()) {
            FinishReason.Kind kind = switch (incomplete) {
                case "max_output_tokens", "max_tokens" -> FinishReason.Kind.LENGTH;
                case "content_filter" -> FinishReason.Kind.CONTENT_FILTER;
                default -> FinishReason.Kind.UNKNOWN;
            };
            return new FinishReason(kind, incomplete);
        }
        FinishReason.Kind kind = switch (status) {
            // The second is that of some compatible hosts.
            case "completed", "complete" ->
                output.hasCalls()
                        ? FinishReason.Kind.TOOL_CALLS
                        : output.refusal().isEmpty() ? FinishReason.Kind.STOP : FinishReason.Kind.REFUSAL;
            case "failed", "cancelled" -> FinishReason.Kind.ERROR;
            default -> FinishReason.Kind.UNKNOWN;
        };
        return new FinishReason(kind, status);
    }
}
