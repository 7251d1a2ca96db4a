package dev.tenon.wire;

import dev.tenon.json.JacksonJson;
import dev.tenon.message.Content;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** Arguments of calls in history. */
public final class Arguments {
    private Arguments() {}

    /** For hosts that take them as a text: as it stands in history, to the letter, since a host's prompt cache compares letters. Of none an empty object. */
    public static String text(Content.ToolCall call) {
        if (call.holdsFreeText()) return FreeText.asObject(call);
        return call.arguments().isEmpty() ? "{}" : call.arguments();
    }

    /**
     * For hosts that take them as an object: their text as it stands in history, to the letter, since a host's prompt cache compares what comes of it. Of none an empty object.
     *
     * @param message where the call stands, for errors
     * @param part likewise
     * @throws IllegalArgumentException where they are no JSON object
     */
    public static String of(Content.ToolCall call, String host, int message, int part) {
        if (call.holdsFreeText()) return FreeText.asObject(call);
        if (call.arguments().isEmpty()) return "{}";
        if (isObject(call.arguments())) return call.arguments();
        throw new IllegalArgumentException("message " + message + ", part " + part + ": the arguments of the call of \""
                + call.name() + "\" are no JSON object, and " + host
                + " takes no other; ToolCall.replaced(…) keeps the text beside readable ones");
    }

    /** Whether a text is one JSON object and nothing else, without making one of it. */
    private static boolean isObject(String text) {
        try (JsonParser parser = JacksonJson.wire().createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) return false;
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }
}
