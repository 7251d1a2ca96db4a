package dev.tenon.openai;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Content.Media;
import dev.tenon.openai.Dialect.Feature;
import dev.tenon.wire.DataUrl;
import dev.tenon.wire.TextDocument;
import tools.jackson.core.JsonGenerator;

/** Writes the parts of a list of contents. Not thread-safe. */
final class PartWriter {
    private final Dialect dialect;
    private final JsonGenerator out;

    PartWriter(Dialect dialect, JsonGenerator out) {
        this.dialect = dialect;
        this.out = out;
    }

    void text(Content.Text text) {
        out.writeStartObject();
        out.writeStringProperty("type", "text");
        out.writeStringProperty("text", text.text());
        out.writeEndObject();
    }

    /** Mistral's form. */
    void thinking(Content.Thinking thinking) {
        out.writeStartObject();
        out.writeStringProperty("type", "thinking");
        out.writeArrayPropertyStart("thinking");
        text(Content.text(thinking.text()));
        out.writeEndArray();
        if (thinking.origin().data() instanceof Json.Obj back) {
            back.string("signature").ifPresent(signature -> out.writeStringProperty("signature", signature));
        }
        out.writeEndObject();
    }

    /** Why a medium cannot be sent, and what to do; empty where it can. */
    String refuses(Media media) {
        return switch (media.kind()) {
            case IMAGE -> !dialect.has(Feature.IMAGES) ? takesNo("images") : addressed(media, "an image");
            case AUDIO ->
                !dialect.has(Feature.AUDIO)
                        ? takesNo("audio")
                        : media.source() instanceof Media.Inline
                                ? ""
                                : dialect.name() + " takes audio only inline: give its bytes";
            case VIDEO -> !dialect.has(Feature.VIDEO) ? takesNo("video") : addressed(media, "a video");
            case DOCUMENT -> document(media);
        };
    }

    private String takesNo(String what) {
        return dialect.name() + " takes no " + what;
    }

    private String addressed(Media media, String what) {
        return switch (media.source()) {
            case Media.At at ->
                media.kind() == Media.Kind.IMAGE && !dialect.has(Feature.IMAGE_URLS)
                        ? dialect.name() + " takes images only as bytes"
                        : "";
            case Media.Inline inline -> media.mimeType().isEmpty() ? what + " given as bytes needs its MIME type" : "";
            case Media.Stored stored ->
                dialect.name() + " takes " + what + " as bytes or by its address, not by a file id";
        };
    }

    private String document(Media media) {
        if (TextDocument.is(media)) return "";
        return switch (media.source()) {
            case Media.Inline inline ->
                !dialect.has(Feature.FILES)
                        ? takesNo("documents but texts")
                        : media.mimeType().isEmpty() ? "a document given as bytes needs its MIME type" : "";
            case Media.Stored stored ->
                dialect.has(Feature.FILES) && !dialect.has(Feature.DOCUMENT_URLS) ? "" : takesNo("file ids");
            case Media.At at ->
                dialect.has(Feature.DOCUMENT_URLS) || dialect.has(Feature.FILE_URLS)
                        ? ""
                        : takesNo("documents by their address: give the bytes");
        };
    }

    /** Writes a medium that is not {@linkplain #refuses refused}. */
    void media(Media media) {
        switch (media.kind()) {
            case IMAGE -> addressed("image_url", media);
            case VIDEO -> addressed("video_url", media);
            case AUDIO -> audio(media);
            case DOCUMENT -> {
                if (TextDocument.is(media)) {
                    text(Content.text(TextDocument.named(media)));
                } else if (dialect.has(Feature.DOCUMENT_URLS)) {
                    documentUrl(media);
                } else {
                    file(media);
                }
            }
        }
    }

    private void addressed(String type, Media media) {
        out.writeStartObject();
        out.writeStringProperty("type", type);
        out.writeObjectPropertyStart(type);
        url("url", media);
        out.writeEndObject();
        out.writeEndObject();
    }

    private void url(String name, Media media) {
        out.writeName(name);
        switch (media.source()) {
            case Media.At at -> out.writeString(at.uri());
            case Media.Inline inline -> DataUrl.write(media.mimeType(), inline, out);
            case Media.Stored stored -> out.writeString(stored.id());
        }
    }

    private void audio(Media media) {
        out.writeStartObject();
        out.writeStringProperty("type", "input_audio");
        out.writeObjectPropertyStart("input_audio");
        if (media.source() instanceof Media.Inline inline) out.writeStringProperty("data", inline.base64());
        out.writeStringProperty("format", audioFormat(media.mimeType()));
        out.writeEndObject();
        out.writeEndObject();
    }

    /** The wire's word: OpenAI knows wav and mp3, others more. */
    private static String audioFormat(String mimeType) {
        String type = TextDocument.bare(mimeType);
        String bare = type.substring(type.indexOf('/') + 1);
        return switch (bare) {
            case "mpeg", "mpeg3", "x-mpeg-3", "mp3" -> "mp3";
            case "wav", "x-wav", "wave", "vnd.wave" -> "wav";
            case "mp4", "x-m4a", "m4a" -> "m4a";
            default -> bare.startsWith("x-") ? bare.substring(2) : bare;
        };
    }

    private void documentUrl(Media media) {
        out.writeStartObject();
        out.writeStringProperty("type", "document_url");
        url("document_url", media);
        if (!media.name().isEmpty()) out.writeStringProperty("document_name", media.name());
        out.writeEndObject();
    }

    private void file(Media media) {
        out.writeStartObject();
        out.writeStringProperty("type", "file");
        out.writeObjectPropertyStart("file");
        if (media.source() instanceof Media.Stored stored) {
            out.writeStringProperty("file_id", stored.id());
        } else {
            out.writeStringProperty("filename", media.name().isEmpty() ? "document" : media.name());
            url("file_data", media);
        }
        out.writeEndObject();
        out.writeEndObject();
    }
}
