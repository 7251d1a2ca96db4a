package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a tool gives back for the model. Immutable.
 *
 * @param error whether the call failed; the content then says why, and what the model can do
 */
public record ToolOutput(List<Content.OfResult> content, boolean error) {
    public ToolOutput {
        Objects.requireNonNull(content, "content");
        content = List.copyOf(content);
    }

    /** Text. */
    public static ToolOutput text(String text) {
        return new ToolOutput(List.of(Content.text(text)), false);
    }

    /** JSON. */
    public static ToolOutput json(@Nullable Object value) {
        return text(Json.of(value).toString());
    }

    /** An image, for example of {@code image/png}. */
    public static ToolOutput image(byte[] bytes, String mimeType) {
        Content.Media image = Content.Media.of(Objects.requireNonNull(bytes, "bytes"), mimeType);
        if (image.kind() != Content.Media.Kind.IMAGE) {
            throw new IllegalArgumentException("an image has a type such as image/png, got \"" + mimeType + "\"");
        }
        return new ToolOutput(List.of(image), false);
    }

    /** A file with its name, such as a PDF document. */
    public static ToolOutput file(String name, byte[] bytes, String mimeType) {
        Objects.requireNonNull(name, "name");
        return new ToolOutput(
                List.of(Content.Media.of(Objects.requireNonNull(bytes, "bytes"), mimeType)
                        .withName(name)),
                false);
    }

    /** This output and then that one, as one: text with an image, a file with what is in it. An error where one of both is. */
    public ToolOutput and(ToolOutput more) {
        Objects.requireNonNull(more, "more");
        List<Content.OfResult> both = new ArrayList<>(content);
        both.addAll(more.content());
        return new ToolOutput(both, error || more.error());
    }

    /** A failure, in words for the model. */
    public static ToolOutput error(String text) {
        return new ToolOutput(List.of(Content.text(text)), true);
    }

    /**
     * The output of any returned value: an output as it is, a part of content or a list of parts as they are, text as it is, null as {@code null}, everything
     * else as its JSON.
     *
     * @throws dev.tenon.json.JsonException where the value has no JSON form, for example because it holds itself
     */
    public static ToolOutput of(@Nullable Object value) {
        return switch (value) {
            case null -> text("null");
            case ToolOutput output -> output;
            case Content.OfResult part -> new ToolOutput(List.of(part), false);
            case List<?> parts
            when !parts.isEmpty() && parts.stream().allMatch(Content.OfResult.class::isInstance) ->
                new ToolOutput(parts.stream().map(Content.OfResult.class::cast).toList(), false);
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
