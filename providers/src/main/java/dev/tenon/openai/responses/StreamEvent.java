package dev.tenon.openai.responses;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The members of one event, or of a whole reply, as they were read: hosts write {@code type} before the others or after. Reused for every
 * event of a stream. Not thread-safe.
 */
final class StreamEvent {
    /** Of most events of a stream the type is that of the one before. */
    private String type = "";

    private EventKind typeKind = EventKind.NOTHING;

    /** Null where the event says no type. */
    @Nullable
    EventKind kind;

    String delta = "";
    /** Which item of the output; -1 where the event does not say. */
    int item;
    /** Which part of the item. */
    int part;

    String itemId = "";

    @Nullable
    Json whole;

    @Nullable
    Json annotation;

    /** What describes an error, or the progress of a tool: what has no field of its own here. */
    Map<String, Json> rest = Map.of();

    void clear() {
        kind = null;
        delta = "";
        item = -1;
        part = 0;
        itemId = "";
        whole = null;
        annotation = null;
        rest = Map.of();
    }

    /** The event's type in the host's words. */
    String type() {
        return type;
    }

    /** Takes the type from the text that the parser stands at, or the one the framing of the stream gives. */
    void type(JsonParser parser, JsonToken token) {
        if (token != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return;
        }
        if (!isLastType(parser)) named(parser.getString());
        kind = typeKind;
    }

    /** Takes the type from what frames the event: it comes before all members. */
    void framed(String name) {
        if (!(name.startsWith("response.") || name.equals("error"))) return;
        if (!name.equals(type)) named(name);
        kind = typeKind;
    }

    private void named(String name) {
        type = name;
        typeKind = EventKind.of(name);
    }

    private boolean isLastType(JsonParser parser) {
        int length = parser.getStringLength();
        if (length != type.length()) return false;
        char[] chars = parser.getStringCharacters();
        int from = parser.getStringOffset();
        for (int i = length - 1; i >= 0; i--) {
            if (chars[from + i] != type.charAt(i)) return false;
        }
        return true;
    }

    /** Reads a member that is no part of a reply as a whole. */
    void member(String name, JsonParser parser, JsonToken token, boolean wantsItemId) {
        switch (name) {
            case "type" -> type(parser, token);
            case "delta" -> {
                if (token == JsonToken.VALUE_STRING) {
                    delta = parser.getString();
                } else {
                    other(name, parser);
                }
            }
            case "output_index" -> item = number(parser, token, -1);
            case "content_index", "summary_index" -> part = number(parser, token, 0);
            case "item_id" -> {
                if (wantsItemId && token == JsonToken.VALUE_STRING) {
                    itemId = parser.getString();
                } else {
                    other(name, parser);
                }
            }
            case "item" -> whole = JacksonJson.read(parser);
            case "annotation" -> annotation = JacksonJson.read(parser);
            case "code", "message", "param", "detail" -> keep(name, parser);
            default -> other(name, parser);
        }
    }

    /** What only those want who are told of everything, and only where the type came first, in the frame or as a member. */
    private void other(String name, JsonParser parser) {
        if (kind == EventKind.PROGRESS) {
            keep(name, parser);
        } else {
            parser.skipChildren();
        }
    }

    private void keep(String name, JsonParser parser) {
        if (rest.isEmpty()) rest = new LinkedHashMap<>();
        rest.put(name, JacksonJson.read(parser));
    }

    private static int number(JsonParser parser, JsonToken token, int otherwise) {
        if (token == JsonToken.VALUE_NUMBER_INT) return Math.max(otherwise, parser.getValueAsInt(otherwise));
        parser.skipChildren();
        return otherwise;
    }
}
