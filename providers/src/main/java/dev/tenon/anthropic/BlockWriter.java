package dev.tenon.anthropic;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Content.Media;
import dev.tenon.message.Origin;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.TextDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes blocks of contents. Not thread-safe. */
final class BlockWriter {
    /** The types of images that the host takes (API reference, "Create a Message", 2026). */
    private static final Set<String> IMAGES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

    private static final String PDF = "application/pdf";

    private final JsonGenerator out;
    private final Omissions omissions;

    BlockWriter(JsonGenerator out, Omissions omissions) {
        this.out = out;
        this.omissions = omissions;
    }

    private void begin(String type) {
        out.writeStartObject();
        out.writeStringProperty("type", type);
    }

    /** Writes what the part's origin has for this wire, the breakpoint, and the end. */
    private void end(Origin origin, Json.@Nullable Obj control) {
        Json.Obj more =
                origin.from(Anthropic.WIRE) && origin.data() instanceof Json.Obj members ? members : Json.Obj.EMPTY;
        more.forEach(this::member);
        if (control != null && !more.has(Breakpoints.CONTROL)) member(Breakpoints.CONTROL, control);
        out.writeEndObject();
    }

    private void member(String name, Json value) {
        out.writeName(name);
        JacksonJson.write(value, out);
    }

    /** A text of the program's. */
    void text(Content.Text text, Json.@Nullable Obj control) {
        begin("text");
        out.writeStringProperty("text", text.text());
        end(text.origin(), control);
    }

    /** A text of the model's, with its citations. */
    void said(Content.Text text, Json.@Nullable Obj control) {
        begin("text");
        out.writeStringProperty("text", text.text());
        if (text.origin().from(Anthropic.WIRE)) {
            List<Json> citations = new ArrayList<>(text.citations().size());
            for (Citation citation : text.citations()) {
                // The host says which file it was, and does not take that back (API reference, citations in requests
                // and replies, 2026).
                if (citation.data() instanceof Json.Obj data) citations.add(data.without("file_id"));
            }
            if (!citations.isEmpty()) member("citations", Json.Arr.of(citations));
        }
        end(text.origin(), control);
    }

    void thinking(Content.Thinking thinking) {
        begin(thinking.redacted() ? "redacted_thinking" : "thinking");
        Json.Obj back = thinking.origin().data() instanceof Json.Obj members ? members : Json.Obj.EMPTY;
        if (!thinking.redacted()) {
            out.writeStringProperty("thinking", thinking.text());
            if (!back.has("signature")) out.writeStringProperty("signature", "");
        }
        back.forEach(this::member);
        out.writeEndObject();
    }

    /** @param arguments the text of an object */
    void call(Content.ToolCall call, String id, String arguments, Json.@Nullable Obj control) {
        begin("tool_use");
        out.writeStringProperty("id", id);
        out.writeStringProperty("name", call.name());
        out.writeName("input");
        out.writeRawValue(arguments);
        end(call.origin(), control);
    }

    void result(Content.ToolResult result, String id, Json.@Nullable Obj control) {
        begin("tool_result");
        out.writeStringProperty("tool_use_id", id);
        if (result.error()) out.writeBooleanProperty("is_error", true);
        if (result.content().size() == 1
                && result.content().get(0) instanceof Content.Text only
                && !only.origin().from(Anthropic.WIRE)) {
            out.writeStringProperty("content", only.text());
        } else {
            out.writeArrayPropertyStart("content");
            result.content().forEach(this::within);
            out.writeEndArray();
        }
        end(result.origin(), control);
    }

    private void within(Content.OfResult part) {
        switch (part) {
            case Content.Text text -> {
                if (!text.text().isEmpty()) text(text, null);
            }
            case Media media -> {
                String wrong = refuses(media);
                if (wrong.isEmpty()) {
                    media(media, null);
                } else {
                    text(Content.text(omissions.ofResult(media, wrong)), null);
                }
            }
            case Content.Opaque opaque -> {
                if (opaque.origin().from(Anthropic.WIRE)) {
                    opaque(opaque, null);
                } else {
                    omissions.foreign("a part \"" + opaque.kind() + "\" of a tool result");
                }
            }
        }
    }

    void opaque(Content.Opaque opaque, Json.@Nullable Obj control) {
        Json data = opaque.data();
        boolean marked = control != null && data instanceof Json.Obj block && !block.has(Breakpoints.CONTROL);
        JacksonJson.write(marked ? data.asObj().with(Breakpoints.CONTROL, control) : data, out);
    }

    /** Why a medium cannot be sent, and what to do; empty where it can. */
    static String refuses(Media media) {
        String type = TextDocument.bare(media.mimeType());
        return switch (media.kind()) {
            case IMAGE ->
                media.source() instanceof Media.Inline && !IMAGES.contains(type)
                        ? "anthropic takes images as JPEG, PNG, GIF or WebP, got " + shown(type)
                        : "";
            case AUDIO -> "anthropic takes no audio";
            case VIDEO -> "anthropic takes no video";
            case DOCUMENT ->
                switch (media.source()) {
                    case Media.Inline inline ->
                        type.equals(PDF) || TextDocument.is(media)
                                ? ""
                                : "anthropic takes documents as PDF or text, got " + shown(type);
                    case Media.At at ->
                        type.isEmpty() || type.equals(PDF)
                                ? ""
                                : "anthropic takes documents by their address only as PDF, got " + shown(type)
                                        + ": give the bytes";
                    case Media.Stored stored -> "";
                };
        };
    }

    private static String shown(String type) {
        return type.isEmpty() ? "no MIME type" : type;
    }

    /** Writes a medium that is not {@linkplain #refuses refused}. */
    void media(Media media, Json.@Nullable Obj control) {
        boolean document = media.kind() == Media.Kind.DOCUMENT;
        begin(document ? "document" : "image");
        out.writeObjectPropertyStart("source");
        switch (media.source()) {
            case Media.At at -> {
                out.writeStringProperty("type", "url");
                out.writeStringProperty("url", at.uri());
            }
            case Media.Stored stored -> {
                out.writeStringProperty("type", "file");
                out.writeStringProperty("file_id", stored.id());
            }
            case Media.Inline inline -> {
                boolean text = TextDocument.is(media);
                out.writeStringProperty("type", text ? "text" : "base64");
                out.writeStringProperty("media_type", text ? "text/plain" : TextDocument.bare(media.mimeType()));
                out.writeStringProperty("data", text ? TextDocument.text(media) : inline.base64());
            }
        }
        out.writeEndObject();
        if (document && !media.name().isEmpty()) out.writeStringProperty("title", media.name());
        end(media.origin(), control);
    }
}
