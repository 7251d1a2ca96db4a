package dev.tenon.bedrock;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.wire.Arguments;
import dev.tenon.wire.CallIds;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.TextDocument;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Writes a conversation as turns of user and assistant, which take each other's place: what stands on one side together is one message. Not thread-safe. */
final class Turns {
    /** Formats by MIME type: bedrock-runtime-2023-09-30, {@code ImageFormat}, {@code DocumentFormat}, {@code VideoFormat}. */
    private static final Map<String, String> FORMATS = Map.ofEntries(
            Map.entry("image/png", "png"),
            Map.entry("image/jpeg", "jpeg"),
            Map.entry("image/jpg", "jpeg"),
            Map.entry("image/gif", "gif"),
            Map.entry("image/webp", "webp"),
            Map.entry("application/pdf", "pdf"),
            Map.entry("application/msword", "doc"),
            Map.entry("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
            Map.entry("application/vnd.ms-excel", "xls"),
            Map.entry("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
            Map.entry("video/x-matroska", "mkv"),
            Map.entry("video/quicktime", "mov"),
            Map.entry("video/mp4", "mp4"),
            Map.entry("video/webm", "webm"),
            Map.entry("video/x-flv", "flv"),
            Map.entry("video/mpeg", "mpeg"),
            Map.entry("video/x-ms-wmv", "wmv"),
            Map.entry("video/3gpp", "three_gp"));

    private final Omissions omissions;
    private final JsonGenerator out;
    private final CallIds ids = new CallIds(CallIds.Form.WORD);
    private String role = "";
    private String opened = "";
    private boolean open;
    private int documents;

    Turns(Omissions omissions, JsonGenerator out) {
        this.omissions = omissions;
        this.out = out;
    }

    void write(List<Message> messages) {
        for (int i = 0; i < messages.size(); i++) {
            switch (messages.get(i)) {
                // They stand elsewhere.
                case SystemMessage system -> {}
                case UserMessage user -> {
                    turn("user");
                    for (int part = 0; part < user.content().size(); part++) {
                        userPart(user.content().get(part), i, part);
                    }
                }
                case AssistantMessage assistant -> {
                    turn("assistant");
                    ids.begin();
                    for (int part = 0; part < assistant.content().size(); part++) {
                        assistantPart(assistant.content().get(part), i, part);
                    }
                }
                case ToolMessage tool -> {
                    turn("user");
                    tool.content().forEach(this::result);
                }
            }
        }
        end();
    }

    private void turn(String next) {
        role = next;
    }

    /** A message begins with its first part, so that one without any is none, and does not part those around it. */
    private void begin() {
        if (open && opened.equals(role)) return;
        end();
        open = true;
        opened = role;
        out.writeStartObject();
        out.writeStringProperty("role", role);
        out.writeArrayPropertyStart("content");
    }

    private void end() {
        if (!open) return;
        open = false;
        out.writeEndArray();
        out.writeEndObject();
    }

    static void text(String text, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("text", text);
        out.writeEndObject();
    }

    /** Bedrock refuses texts of nothing but white space. */
    private void said(String text) {
        if (text.isBlank()) return;
        begin();
        text(text, out);
    }

    private void raw(Json block) {
        begin();
        JacksonJson.write(block, out);
    }

    private void userPart(Content.OfUser part, int message, int index) {
        switch (part) {
            case Content.Text text -> said(text.text());
            case Content.Media media -> {
                if (TextDocument.is(media)) {
                    said(TextDocument.named(media));
                    return;
                }
                String wrong = wrong(media);
                if (!wrong.isEmpty()) {
                    throw new IllegalArgumentException("message " + message + ", part " + index + ": " + wrong);
                }
                begin();
                media(media);
            }
            case Content.Opaque opaque -> opaque(opaque);
        }
    }

    private void opaque(Content.Opaque opaque) {
        if (opaque.origin().from(Bedrock.WIRE)) {
            raw(opaque.data());
        } else {
            omissions.foreign("a part \"" + opaque.kind() + "\"");
        }
    }

    /** Why a medium cannot be sent; empty where it can. */
    private static String wrong(Content.Media media) {
        if (media.kind() == Content.Media.Kind.AUDIO) return Bedrock.HOST + " takes no audio";
        String type = TextDocument.bare(media.mimeType());
        if (!FORMATS.containsKey(type)) {
            return Bedrock.HOST + " takes no " + (type.isEmpty() ? "medium without its MIME type" : type);
        }
        boolean bucket =
                media.source() instanceof Content.Media.At at && at.uri().startsWith("s3://");
        boolean there = media.source() instanceof Content.Media.Inline || bucket;
        return there ? "" : Bedrock.HOST + " takes media only as bytes, or at an address that begins with s3://";
    }

    private void media(Content.Media media) {
        String kind = switch (media.kind()) {
            case IMAGE -> "image";
            case VIDEO -> "video";
            case DOCUMENT, AUDIO -> "document";
        };
        out.writeStartObject();
        out.writeObjectPropertyStart(kind);
        out.writeStringProperty("format", FORMATS.getOrDefault(TextDocument.bare(media.mimeType()), ""));
        if (kind.equals("document")) out.writeStringProperty("name", name(media));
        out.writeObjectPropertyStart("source");
        switch (media.source()) {
            case Content.Media.Inline bytes -> out.writeStringProperty("bytes", bytes.base64());
            case Content.Media.At at -> location(at.uri());
            case Content.Media.Stored file -> location(file.id());
        }
        out.writeEndObject();
        out.writeEndObject();
        out.writeEndObject();
    }

    private void location(String uri) {
        out.writeObjectPropertyStart("s3Location");
        out.writeStringProperty("uri", uri);
        out.writeEndObject();
    }

    /** A document's name must be there, have only some characters, and be its own in the request (API reference, "DocumentBlock", 2026). */
    private String name(Content.Media media) {
        int dot = media.name().lastIndexOf('.');
        String bare = dot > 0 ? media.name().substring(0, dot) : media.name();
        String clean = bare.replaceAll("[^A-Za-z0-9\\s\\-()\\[\\]]", "-")
                .replaceAll("\\s+", " ")
                .strip();
        documents++;
        return (clean.isEmpty() ? "document" : clean) + (documents == 1 ? "" : " " + documents);
    }

    private void assistantPart(Content.OfAssistant part, int message, int index) {
        switch (part) {
            case Content.Text text -> said(text.text());
            case Content.Thinking thinking -> thinking(thinking);
            case Content.Media media -> omissions.host("a medium that a model made", "takes none back");
            case Content.ToolCall call -> {
                begin();
                out.writeStartObject();
                out.writeObjectPropertyStart("toolUse");
                out.writeStringProperty("toolUseId", ids.of(call));
                out.writeStringProperty("name", call.name());
                out.writeName("input");
                out.writeRawValue(Arguments.of(call, Bedrock.HOST, message, index));
                out.writeEndObject();
                out.writeEndObject();
            }
            case Content.Opaque opaque -> opaque(opaque);
        }
    }

    /** Thinking goes back where it is signed: a model that signs none takes none. */
    private void thinking(Content.Thinking thinking) {
        if (!thinking.origin().from(Bedrock.WIRE)) {
            omissions.foreign("thinking");
            return;
        }
        Json back = thinking.origin().data();
        boolean hidden = back instanceof Json.Obj object && object.has("redactedContent");
        boolean signed = back instanceof Json.Obj object && object.has("signature");
        if (hidden) {
            raw(Json.object("reasoningContent", back));
        } else if (signed) {
            Json text = Json.object()
                    .put("text", thinking.text())
                    .putAll(back.asObj())
                    .build();
            raw(Json.object("reasoningContent", Json.object("reasoningText", text)));
        } else {
            omissions.host("thinking", "takes back only what is signed");
        }
    }

    private void result(Content.ToolResult result) {
        begin();
        out.writeStartObject();
        out.writeObjectPropertyStart("toolResult");
        out.writeStringProperty("toolUseId", ids.of(result));
        out.writeArrayPropertyStart("content");
        for (Content.OfResult part : result.content()) {
            switch (part) {
                case Content.Text text -> {
                    if (!text.text().isBlank()) text(text.text(), out);
                }
                case Content.Media media -> {
                    String wrong = wrong(media);
                    if (TextDocument.is(media)) {
                        text(TextDocument.named(media), out);
                    } else if (wrong.isEmpty()) {
                        media(media);
                    } else {
                        text(omissions.ofResult(media, wrong), out);
                    }
                }
                case Content.Opaque opaque -> {
                    if (opaque.origin().from(Bedrock.WIRE)) {
                        JacksonJson.write(opaque.data(), out);
                    } else {
                        omissions.foreign("a part \"" + opaque.kind() + "\" of a tool result");
                    }
                }
            }
        }
        out.writeEndArray();
        if (result.error()) out.writeStringProperty("status", "error");
        out.writeEndObject();
        out.writeEndObject();
    }
}
