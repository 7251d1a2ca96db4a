package dev.tenon.wire;

import dev.tenon.json.Json;
import dev.tenon.message.Content;

/** Calls of tools that take free text. OpenAI's two formats have them; any other host is sent the text as the member of an object, or the call would be lost there. */
public final class FreeText {
    /** The member. */
    public static final String MEMBER = "input";

    private FreeText() {}

    /** Whether a call is one: what goes back with it says so. */
    public static boolean is(Content.ToolCall call) {
        Json data = call.origin().data();
        return switch (call.origin().wire()) {
            case "openai-chat" -> isText(data, "/type", "custom");
            case "openai-responses" -> isText(data, "/item/type", "custom_tool_call");
            default -> false;
        };
    }

    private static boolean isText(Json data, String pointer, String text) {
        return data instanceof Json.Obj
                && data.at(pointer).filter(Json.of(text)::equals).isPresent();
    }

    /** The text, as the model wrote it. */
    public static String of(Content.ToolCall call) {
        return call.original().isEmpty() ? call.arguments() : call.original();
    }

    /** The text as an object. */
    static String asObject(Content.ToolCall call) {
        return Json.object(MEMBER, of(call)).toString();
    }
}
