package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tool gives back for the model. Immutable.
 *
 * @param error whether the call failed; the content then says why, and what the model can do
 */
public record ToolOutput(List<Content.OfResult> content, boolean error) {
    public ToolOutput {
        content = List.copyOf(content);
    }

    /** Text. */
    public static ToolOutput text(String text) {
        return new ToolOutput(List.of(Content.text(text)), false);
    }

    /** A failure, in words for the model. */
    public static ToolOutput error(String text) {
        return new ToolOutput(List.of(Content.text(text)), true);
    }

    /**
     * The output of any returned value: an output as it is, content as it is, text as it is, null as {@code null}, everything else as its JSON.
     *
     * @throws dev.tenon.json.JsonException where the value has no JSON form, for example because it holds itself
     */
    public static ToolOutput of(@Nullable Object value) {
        return switch (value) {
            case null -> text("null");
            case ToolOutput output -> output;
            case Content.OfResult part -> new ToolOutput(List.of(part), false);
            case CharSequence text -> text(text.toString());
            case Json.Str text -> text(text.value());
            default -> text(Json.of(value).toString());
        };
    }

    /** All text joined with nothing between. */
    public String text() {
        return Content.text(content);
    }
}
