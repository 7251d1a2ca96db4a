package dev.tenon.cohere;

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
import dev.tenon.wire.DataUrl;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.TextDocument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes the messages of one request. Not thread-safe. */
final class MessageWriter {
    private final Omissions omissions;
    private final JsonGenerator out;
    private final @Nullable List<Json> documents;
    private final CallIds ids = new CallIds(CallIds.Form.ANY);

    /** @param documents where text documents go that are to be cited; null where they stay in their place */
    MessageWriter(Omissions omissions, JsonGenerator out, @Nullable List<Json> documents) {
        this.omissions = omissions;
        this.out = out;
        this.documents = documents;
    }

    /** Whether one of these has a text document that is to be cited. */
    boolean makesDocuments(List<Message> messages) {
        return documents != null
                && messages.stream()
                        .filter(UserMessage.class::isInstance)
                        .flatMap(message -> message.content().stream())
                        .anyMatch(part -> part instanceof Content.Media media && TextDocument.is(media));
    }

    void write(Message message, int index) {
        switch (message) {
            case SystemMessage system -> {
                begin("system");
                out.writeStringProperty("content", system.text());
                out.writeEndObject();
            }
            case UserMessage user -> user(user, index);
            case AssistantMessage assistant -> assistant(assistant);
            case ToolMessage tool -> results(tool);
        }
    }

    private void begin(String role) {
        out.writeStartObject();
        out.writeStringProperty("role", role);
    }

    private void text(String text) {
        out.writeStartObject();
        out.writeStringProperty("type", "text");
        out.writeStringProperty("text", text);
        out.writeEndObject();
    }

    private void user(UserMessage user, int index) {
        begin("user");
        if (user.content().size() == 1 && user.content().get(0) instanceof Content.Text only) {
            out.writeStringProperty("content", only.text());
        } else {
            out.writeArrayPropertyStart("content");
            for (int i = 0; i < user.content().size(); i++) {
                userPart(user.content().get(i), index, i);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void userPart(Content.OfUser part, int message, int index) {
        switch (part) {
            case Content.Text text -> text(text.text());
            case Content.Media media -> {
                if (TextDocument.is(media)) {
                    if (documents == null) {
                        text(TextDocument.named(media));
                    } else {
                        documents.add(Json.object()
                                .put("id", "doc:" + documents.size())
                                .put("data", data(media))
                                .build());
                    }
                } else {
                    String wrong = wrong(media);
                    if (!wrong.isEmpty()) {
                        throw new IllegalArgumentException("message " + message + ", part " + index + ": " + wrong);
                    }
                    image(media);
                }
            }
            case Content.Opaque opaque -> {
                if (opaque.origin().from(Cohere.WIRE)) {
                    JacksonJson.write(opaque.data(), out);
                } else {
                    omissions.foreign("a part \"" + opaque.kind() + "\"");
                }
            }
        }
    }

    private static Json data(Content.Media document) {
        Json.ObjBuilder data = Json.object();
        if (!document.name().isEmpty()) data.put("title", document.name());
        return data.put("text", TextDocument.text(document)).build();
    }

    /** Why a medium cannot be sent; empty where it can. */
    private static String wrong(Content.Media media) {
        return switch (media.kind()) {
            case IMAGE ->
                switch (media.source()) {
                    case Content.Media.Inline bytes ->
                        media.mimeType().isEmpty() ? "an image given as bytes needs its MIME type" : "";
                    case Content.Media.At at -> "";
                    case Content.Media.Stored file -> Cohere.HOST + " keeps no files";
                };
            case AUDIO -> Cohere.HOST + " takes no audio";
            case VIDEO -> Cohere.HOST + " takes no video";
            case DOCUMENT -> Cohere.HOST + " takes no documents but text";
        };
    }

    private void image(Content.Media media) {
        out.writeStartObject();
        out.writeStringProperty("type", "image_url");
        out.writeObjectPropertyStart("image_url");
        out.writeName("url");
        switch (media.source()) {
            case Content.Media.Inline bytes -> DataUrl.write(media.mimeType(), bytes, out);
            case Content.Media.At at -> out.writeString(at.uri());
            case Content.Media.Stored file -> out.writeString(file.id());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void assistant(AssistantMessage message) {
        ids.begin();
        begin("assistant");
        List<Content.OfAssistant> parts = new ArrayList<>();
        boolean plain = true;
        for (Content.OfAssistant part : message.content()) {
            switch (part) {
                case Content.Text text -> {
                    if (!text.text().isEmpty()) parts.add(text);
                }
                case Content.Thinking thinking -> {
                    if (thinking.origin().from(Cohere.WIRE)) {
                        parts.add(thinking);
                        plain = false;
                    } else {
                        omissions.foreign("thinking");
                    }
                }
                case Content.Opaque opaque -> {
                    if (opaque.origin().from(Cohere.WIRE)) {
                        parts.add(opaque);
                        plain = false;
                    } else {
                        omissions.foreign("a part \"" + opaque.kind() + "\"");
                    }
                }
                case Content.Media media -> omissions.host("a medium that a model made", "takes none back");
                case Content.ToolCall call -> {}
            }
        }
        boolean calls = !message.toolCalls().isEmpty();
        if (!plain) {
            out.writeArrayPropertyStart("content");
            parts.forEach(this::part);
            out.writeEndArray();
        } else if (!parts.isEmpty() || !calls) {
            out.writeStringProperty("content", Content.text(parts));
        }
        if (calls) calls(message);
        if (message.origin().from(Cohere.WIRE) && message.origin().data() instanceof Json.Obj back) {
            back.string(Cohere.TOOL_PLAN).ifPresent(plan -> out.writeStringProperty(Cohere.TOOL_PLAN, plan));
        }
        citations(message);
        out.writeEndObject();
    }

    private void part(Content.OfAssistant part) {
        switch (part) {
            case Content.Text text -> text(text.text());
            case Content.Thinking thinking -> {
                out.writeStartObject();
                out.writeStringProperty("type", "thinking");
                out.writeStringProperty("thinking", thinking.text());
                out.writeEndObject();
            }
            case Content.Opaque opaque -> JacksonJson.write(opaque.data(), out);
            case Content.Media media -> {}
            case Content.ToolCall call -> {}
        }
    }

    private void citations(AssistantMessage message) {
        List<Json> back = new ArrayList<>(0);
        for (Content.OfAssistant part : message.content()) {
            if (part instanceof Content.Text text && text.origin().from(Cohere.WIRE)) {
                text.citations().forEach(citation -> back.add(citation.data()));
            }
        }
        back.removeIf(citation -> !(citation instanceof Json.Obj));
        if (back.isEmpty()) return;
        out.writeName("citations");
        JacksonJson.write(Json.Arr.of(back), out);
    }

    private void calls(AssistantMessage message) {
        out.writeArrayPropertyStart("tool_calls");
        for (Content.ToolCall call : message.toolCalls()) {
            out.writeStartObject();
            out.writeStringProperty("id", ids.of(call));
            out.writeStringProperty("type", "function");
            out.writeObjectPropertyStart("function");
            out.writeStringProperty("name", call.name());
            out.writeStringProperty("arguments", Arguments.text(call));
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void results(ToolMessage message) {
        List<Content.Media> moved = new ArrayList<>(0);
        for (Content.ToolResult result : message.content()) {
            begin("tool");
            out.writeStringProperty("tool_call_id", ids.of(result));
            out.writeArrayPropertyStart("content");
            boolean empty = true;
            for (Content.OfResult part : result.content()) {
                empty = !resultPart(part, moved) && empty;
            }
            if (empty) text("");
            out.writeEndArray();
            out.writeEndObject();
        }
        if (moved.isEmpty()) return;
        begin("user");
        out.writeArrayPropertyStart("content");
        text("The " + moved.size() + " images of the tool results above, in order:");
        moved.forEach(this::image);
        out.writeEndArray();
        out.writeEndObject();
    }

    /** Whether anything was written. */
    private boolean resultPart(Content.OfResult part, List<Content.Media> moved) {
        return switch (part) {
            case Content.Text said -> {
                text(said.text());
                yield true;
            }
            case Content.Media media
            when TextDocument.is(media) -> {
                out.writeStartObject();
                out.writeStringProperty("type", "document");
                out.writeObjectPropertyStart("document");
                out.writeName("data");
                JacksonJson.write(data(media), out);
                out.writeEndObject();
                out.writeEndObject();
                yield true;
            }
            case Content.Media media -> {
                String wrong = wrong(media);
                if (wrong.isEmpty()) {
                    moved.add(media);
                    text("[image " + moved.size() + " follows after the tool results]");
                } else {
                    text(omissions.ofResult(media, wrong));
                }
                yield true;
            }
            case Content.Opaque opaque -> {
                boolean ours = opaque.origin().from(Cohere.WIRE);
                if (ours) {
                    JacksonJson.write(opaque.data(), out);
                } else {
                    omissions.foreign("a part \"" + opaque.kind() + "\" of a tool result");
                }
                yield ours;
            }
        };
    }
}
