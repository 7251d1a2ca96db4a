package dev.tenon.openai.responses;

import dev.tenon.json.JacksonJson;
import dev.tenon.message.Content;
import dev.tenon.message.Content.Media;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.Dialect.Feature;
import dev.tenon.wire.DataUrl;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.TextDocument;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Writes the parts of a list of contents: {@code input_text}, {@code input_image}, {@code input_file}. Not thread-safe. */
final class InputParts {
    private final Dialect dialect;
    private final Back back;
    private final Omissions omissions;
    private final JsonGenerator out;

    InputParts(Dialect dialect, Back back, Omissions omissions, JsonGenerator out) {
        this.dialect = dialect;
        this.back = back;
        this.omissions = omissions;
        this.out = out;
    }

    /** Writes a part of a message. @throws IllegalArgumentException where it cannot be sent, naming its place */
    void write(Content part, int message, int index) {
        switch (part) {
            case Content.Text text -> text(text.text());
            case Media media -> {
                String wrong = refuses(media);
                if (!wrong.isEmpty())
                    throw new IllegalArgumentException("message " + message + ", part " + index + ": " + wrong);
                media(media);
            }
            case Content.Opaque opaque -> {
                if (sends(opaque)) {
                    JacksonJson.write(opaque.data(), out);
                } else {
                    leaveOut(List.of(opaque));
                }
            }
            case Content.Thinking thinking -> throw misplaced(part);
            case Content.ToolCall call -> throw misplaced(part);
            case Content.ToolResult result -> throw misplaced(part);
        }
    }

    /** Whether a part goes out at all. */
    boolean sends(Content part) {
        return !(part instanceof Content.Opaque opaque) || back.comesFromHere(opaque.origin());
    }

    /** Tells of parts that do not. */
    void leaveOut(List<? extends Content> unsent) {
        for (Content part : unsent) {
            if (part instanceof Content.Opaque opaque) omissions.foreign("a part \"" + opaque.kind() + "\"");
        }
    }

    private static IllegalStateException misplaced(Content part) {
        return new IllegalStateException(
                "no user or system message holds " + part.getClass().getSimpleName());
    }

    /** Writes what came of a call: a text, or a list of parts where there is more. */
    void result(Content.ToolResult result) {
        List<Content.OfResult> content = result.content();
        if (content.stream().allMatch(Content.Text.class::isInstance)) {
            out.writeString(result.text());
            return;
        }
        out.writeStartArray();
        for (Content.OfResult part : content) {
            switch (part) {
                case Content.Text text -> text(text.text());
                case Media media -> {
                    String wrong = refuses(media);
                    if (wrong.isEmpty()) {
                        media(media);
                    } else {
                        text(omissions.ofResult(media, wrong));
                    }
                }
                case Content.Opaque opaque -> {
                    if (back.comesFromHere(opaque.origin()) && opaque.kind().startsWith("input_")) {
                        JacksonJson.write(opaque.data(), out);
                    } else {
                        omissions.foreign("a part \"" + opaque.kind() + "\" of a tool result");
                    }
                }
            }
        }
        out.writeEndArray();
    }

    private void text(String text) {
        out.writeStartObject();
        out.writeStringProperty("type", "input_text");
        out.writeStringProperty("text", text);
        out.writeEndObject();
    }

    /** Why a medium cannot be sent, and what to do; empty where it can. */
    private String refuses(Media media) {
        return switch (media.kind()) {
            case IMAGE ->
                !dialect.has(Feature.IMAGES)
                        ? dialect.name() + " takes no images"
                        : media.source() instanceof Media.At && !dialect.has(Feature.IMAGE_URLS)
                                ? dialect.name() + " takes images only as bytes"
                                : typed(media, "an image");
            case DOCUMENT ->
                TextDocument.is(media)
                        ? ""
                        : !dialect.has(Feature.FILES)
                                ? dialect.name() + " takes no documents but texts"
                                : typed(media, "a document");
            case AUDIO -> "the Responses API takes no audio: use Chat Completions";
            case VIDEO -> "the Responses API takes no video";
        };
    }

    private static String typed(Media media, String what) {
        return media.source() instanceof Media.Inline && media.mimeType().isEmpty()
                ? what + " given as bytes needs its MIME type"
                : "";
    }

    private void media(Media media) {
        if (media.kind() == Media.Kind.IMAGE) {
            image(media);
        } else if (TextDocument.is(media)) {
            text(TextDocument.named(media));
        } else {
            file(media);
        }
    }

    private void image(Media media) {
        out.writeStartObject();
        out.writeStringProperty("type", "input_image");
        out.writeStringProperty("detail", "auto");
        switch (media.source()) {
            case Media.At at -> out.writeStringProperty("image_url", at.uri());
            case Media.Inline inline -> data("image_url", media, inline);
            case Media.Stored stored -> out.writeStringProperty("file_id", stored.id());
        }
        out.writeEndObject();
    }

    private void file(Media media) {
        out.writeStartObject();
        out.writeStringProperty("type", "input_file");
        switch (media.source()) {
            case Media.At at -> out.writeStringProperty("file_url", at.uri());
            case Media.Inline inline -> {
                out.writeStringProperty("filename", media.name().isEmpty() ? "document" : media.name());
                data("file_data", media, inline);
            }
            case Media.Stored stored -> out.writeStringProperty("file_id", stored.id());
        }
        out.writeEndObject();
    }

    private void data(String name, Media media, Media.Inline inline) {
        out.writeName(name);
        DataUrl.write(media.mimeType(), inline, out);
    }
}
