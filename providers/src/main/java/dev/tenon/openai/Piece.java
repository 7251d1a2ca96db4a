package dev.tenon.openai;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.wire.Growing;
import dev.tenon.wire.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * One {@code message} or {@code delta} as it was read, before it is known which choice it belongs to: hosts write {@code index} before it or
 * after. Reused for every chunk of a stream. Not thread-safe.
 */
final class Piece {
    /** The member for what other APIs of a host know and this one has no place for (ai.google.dev, "OpenAI compatibility", 2026). */
    static final String EXTRA = "extra_content";

    /** One element of a list of contents. */
    record Part(String type, String text, Map<String, Json> rest) {}

    /** One tool call, or a fragment of one. */
    static final class Fragment {
        int index = -1;
        String id = "";
        String name = "";
        /** Null where the wire has no such member. */
        @Nullable
        String arguments;
        /** Whether it is a call of a tool that takes free text. */
        boolean custom;
        /** What the host wants back with the call (Gemini's compatible endpoint: the signature of its thinking); null where there is none. */
        @Nullable
        Json extraContent;
    }

    /** A text, or null. */
    @Nullable
    String content;

    String reasoning = "";
    String refusal = "";
    final List<Part> parts = new ArrayList<>(0);
    final List<Fragment> calls = new ArrayList<>(0);
    final List<Json> details = new ArrayList<>(0);
    final List<Json> annotations = new ArrayList<>(0);
    final List<Json> executed = new ArrayList<>(0);
    final List<Json> images = new ArrayList<>(0);

    @Nullable
    Json audio;

    /** As that of a call, for the message. */
    @Nullable
    Json extraContent;

    void clear() {
        content = null;
        reasoning = "";
        refusal = "";
        parts.clear();
        calls.clear();
        details.clear();
        annotations.clear();
        executed.clear();
        images.clear();
        audio = null;
        extraContent = null;
    }

    /** Reads the object that the parser stands at; anything else is skipped. */
    void read(JsonParser parser) {
        clear();
        if (!parser.isExpectedStartObjectToken()) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) continue;
            switch (name) {
                case "content" -> content(parser, token);
                // One text under several names, by host and version; some send two of them at once.
                case "reasoning_content", "reasoning", "reasoning_text", "thinking" -> {
                    String text = Scalar.text(parser, token, "");
                    if (reasoning.isEmpty()) reasoning = text;
                }
                case "refusal" -> refusal = Scalar.text(parser, token, "");
                case "tool_calls" -> calls(parser, token);
                case "function_call" -> {
                    Fragment call = new Fragment();
                    call.index = 0;
                    function(parser, token, call);
                    if (!call.name.isEmpty() || (call.arguments != null && !call.arguments.isEmpty())) calls.add(call);
                }
                case "reasoning_details" -> list(parser, token, details);
                case "annotations" -> list(parser, token, annotations);
                case "executed_tools" -> list(parser, token, executed);
                case "images" -> list(parser, token, images);
                case "audio" -> audio = JacksonJson.read(parser);
                case EXTRA -> extraContent = JacksonJson.read(parser);
                default -> parser.skipChildren();
            }
        }
    }

    private static void list(JsonParser parser, JsonToken token, List<Json> into) {
        if (token != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            Json json = JacksonJson.read(parser);
            if (json instanceof Json.Obj) into.add(json);
        }
    }

    private void content(JsonParser parser, JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            content = parser.getString();
        } else if (token == JsonToken.START_ARRAY) {
            for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                if (item == JsonToken.START_OBJECT) {
                    parts.add(part(parser));
                } else if (item == JsonToken.VALUE_STRING) {
                    parts.add(new Part("text", parser.getString(), Map.of()));
                } else {
                    parser.skipChildren();
                }
            }
        } else {
            parser.skipChildren();
        }
    }

    private static Part part(JsonParser parser) {
        String type = "";
        Growing text = new Growing();
        Map<String, Json> rest = Map.of();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "type" -> type = Scalar.text(parser, token, "");
                case "text", "thinking", "refusal" -> spoken(parser, token, text);
                default -> {
                    if (rest.isEmpty()) rest = new LinkedHashMap<>();
                    rest.put(name, JacksonJson.read(parser));
                }
            }
        }
        return new Part(type, text.toString(), rest);
    }

    /** A text, or a list of parts that have one (Mistral's thinking). */
    private static void spoken(JsonParser parser, JsonToken token, Growing into) {
        if (token == JsonToken.VALUE_STRING) {
            into.add(parser.getString());
        } else if (token == JsonToken.START_ARRAY) {
            for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                if (item == JsonToken.START_OBJECT) {
                    into.add(part(parser).text());
                } else {
                    spoken(parser, item, into);
                }
            }
        } else {
            parser.skipChildren();
        }
    }

    private void calls(JsonParser parser, JsonToken token) {
        if (token != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                calls.add(call(parser));
            } else {
                parser.skipChildren();
            }
        }
    }

    private static Fragment call(JsonParser parser) {
        Fragment call = new Fragment();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "index" -> {
                    if (token == JsonToken.VALUE_NUMBER_INT) call.index = parser.getValueAsInt(-1);
                }
                case "id" ->
                    call.id = token == JsonToken.VALUE_NUMBER_INT ? parser.getString() : Scalar.text(parser, token, "");
                // A host that sends both leaves one of them empty.
                case "function", "custom" -> function(parser, token, call);
                case EXTRA -> {
                    Json extra = JacksonJson.read(parser);
                    if (!extra.isNull()) call.extraContent = extra;
                }
                default -> parser.skipChildren();
            }
        }
        return call;
    }

    private static void function(JsonParser parser, JsonToken object, Fragment call) {
        if (object != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "name" -> {
                    String text = Scalar.text(parser, token, "");
                    if (!text.isEmpty()) call.name = text;
                }
                case "arguments" -> arguments(parser, token, call);
                case "input" -> {
                    boolean said = token.isStructStart()
                            || !Scalar.text(parser, token, "").isEmpty();
                    arguments(parser, token, call);
                    if (said) call.custom = true;
                }
                default -> parser.skipChildren();
            }
        }
    }

    private static void arguments(JsonParser parser, JsonToken token, Fragment call) {
        if (token == JsonToken.VALUE_STRING) {
            String text = parser.getString();
            if (call.arguments == null || !text.isEmpty()) call.arguments = text;
        } else if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            call.arguments = JacksonJson.read(parser).toString();
        }
    }
}
