package dev.tenon.wire;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import java.util.Map;

/** Calls of tools that take free text. OpenAI's two formats have them; any other host is sent the text as the member of an object, or the call would be lost there. */
public final class FreeText {
    /** What marks such a call. */
    public static final Map<String, Json> MARK = Map.of(Content.ToolCall.FREE_TEXT, Json.of(true));

    private static final String NOTHING =
            Json.object(Content.ToolCall.INPUT, "").toString();

    private FreeText() {}

    /** The text, as the model wrote it. */
    public static String of(Content.ToolCall call) {
        if (!call.original().isEmpty()) return call.original();
        // Of an empty text nothing could be kept beside what history holds.
        return call.arguments().equals(NOTHING) ? "" : call.arguments();
    }

    /** The text as an object. */
    static String asObject(Content.ToolCall call) {
        return Json.object(Content.ToolCall.INPUT, of(call)).toString();
    }
}
