package dev.tenon.gemini;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.wire.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One {@code Part} as it was read, before it is known which candidate it belongs to: {@code index} may stand after the contents. Reused for every
 * part of a stream. Not thread-safe.
 */
final class WirePart {
    /** What proves the thinking before a part (ai.google.dev, "Thought signatures", 2026). */
    static final String SIGNATURE = "thoughtSignature";

    static final String FUNCTION_CALL = "functionCall";

    /** Null where the part is none. */
    @Nullable
    String text;

    boolean thought;

    /** {@code inlineData} or {@code fileData}. */
    boolean media;

    String mimeType = "";
    String name = "";
    /** Base64; null where the medium is elsewhere. */
    @Nullable
    String data;

    String uri = "";

    boolean call;
    String callId = "";
    String callName = "";
    /** The whole arguments; null where they were not sent, or come in pieces. */
    @Nullable
    String arguments;

    /** Whether the call goes on in the next part. */
    boolean goesOn;

    final List<PartialArguments.Piece> pieces = new ArrayList<>(0);

    /** Everything else, in the wire's own words: the signature, and what this version does not know. */
    private Map<String, Json> rest = Map.of();
    /** Likewise of the function call. */
    private Map<String, Json> callRest = Map.of();

    private void clear() {
        text = null;
        thought = false;
        media = false;
        mimeType = "";
        name = "";
        data = null;
        uri = "";
        call = false;
        callId = "";
        callName = "";
        arguments = null;
        goesOn = false;
        if (!pieces.isEmpty()) pieces.clear();
        rest = Map.of();
        callRest = Map.of();
    }

    /** What goes back with the part, besides what it says; null for nothing. */
    Json back() {
        if (rest.isEmpty() && callRest.isEmpty() && !thoughtAside()) return Json.NULL;
        Json.ObjBuilder back = Json.object().putAll(Json.Obj.of(rest));
        if (thoughtAside()) back.put("thought", true);
        if (!callRest.isEmpty()) back.put(FUNCTION_CALL, Json.Obj.of(callRest));
        return back.build();
    }

    /** What belongs to the thinking and is no text: an image that the model made on its way to the one it answers with. */
    private boolean thoughtAside() {
        return thought && (media || (text == null && !call && !unknown().isEmpty()));
    }

    /** The first member that this version does not know; empty where there is none. */
    String unknown() {
        for (String member : rest.keySet()) {
            if (!member.equals(SIGNATURE)) return member;
        }
        return "";
    }

    /** Reads the object that the parser stands at. */
    void read(JsonParser parser) {
        clear();
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) continue;
            switch (member) {
                case "text" -> {
                    if (token == JsonToken.VALUE_STRING) {
                        text = parser.getString();
                    } else {
                        keep(member, parser);
                    }
                }
                case "thought" -> {
                    thought = token == JsonToken.VALUE_TRUE;
                    parser.skipChildren();
                }
                case FUNCTION_CALL -> {
                    if (token == JsonToken.START_OBJECT) {
                        call(parser);
                    } else {
                        keep(member, parser);
                    }
                }
                case "inlineData", "fileData" -> {
                    if (token == JsonToken.START_OBJECT) {
                        medium(parser);
                    } else {
                        keep(member, parser);
                    }
                }
                default -> keep(member, parser);
            }
        }
    }

    private void keep(String member, JsonParser parser) {
        if (rest.isEmpty()) rest = new LinkedHashMap<>();
        rest.put(member, JacksonJson.read(parser));
    }

    private void medium(JsonParser parser) {
        media = true;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (member) {
                case "mimeType" -> mimeType = Scalar.text(parser, token, "");
                case "data" -> data = Scalar.text(parser, token, "");
                case "fileUri" -> uri = Scalar.text(parser, token, "");
                case "displayName" -> name = Scalar.text(parser, token, "");
                default -> parser.skipChildren();
            }
        }
    }

    private void call(JsonParser parser) {
        call = true;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (member) {
                case "id" -> callId = Scalar.text(parser, token, "");
                case "name" -> callName = Scalar.text(parser, token, "");
                case "args" -> {
                    Json args = JacksonJson.read(parser);
                    if (!args.isNull()) arguments = args.toString();
                }
                case "partialArgs" -> pieces(parser, token);
                case "willContinue" -> {
                    goesOn = token == JsonToken.VALUE_TRUE;
                    parser.skipChildren();
                }
                default -> {
                    if (callRest.isEmpty()) callRest = new LinkedHashMap<>();
                    callRest.put(member, JacksonJson.read(parser));
                }
            }
        }
    }

    private void pieces(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                piece(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void piece(JsonParser parser) {
        String path = "";
        Json value = null;
        boolean more = false;
        for (String member = parser.nextName(); member != null; member = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (member) {
                case "jsonPath" -> path = Scalar.text(parser, token, "");
                case "stringValue", "numberValue", "boolValue" -> value = JacksonJson.read(parser);
                // The name of an enum's only value, or null itself.
                case "nullValue" -> {
                    value = Json.NULL;
                    parser.skipChildren();
                }
                case "willContinue" -> {
                    more = token == JsonToken.VALUE_TRUE;
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
        if (value != null) pieces.add(new PartialArguments.Piece(JsonPath.parse(path), value, more));
    }
}
