package dev.tenon.gemini;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Content.Media;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.wire.Arguments;
import dev.tenon.wire.CallIds;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.TextDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Writes the messages of one request as {@code contents}. Not thread-safe. */
final class ContentWriter {
    /**
     * What Google wants in place of a signature where there is none: for calls that another model made (ai.google.dev, "Thought signatures",
     * 2026). The text {@code skip_thought_signature_validator} in base64.
     */
    private static final String NO_SIGNATURE = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

    private final Platform platform;
    private final Generation generation;
    private final Omissions omissions;
    private final JsonGenerator out;
    private final CallIds ids = new CallIds(CallIds.Form.ANY);
    /** The names of the calls that have no result yet, by the id as it stands in history. */
    private final Map<String, String> open = new HashMap<>();

    ContentWriter(Platform platform, Generation generation, Omissions omissions, JsonGenerator out) {
        this.platform = platform;
        this.generation = generation;
        this.omissions = omissions;
        this.out = out;
    }

    static void text(String text, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("text", text);
        out.writeEndObject();
    }

    /** @param thisTurn whether no user message comes after it */
    void write(Message message, int index, boolean thisTurn) {
        switch (message) {
            case SystemMessage system -> {} // Stands before the conversation.
            case UserMessage user -> user(user, index);
            case AssistantMessage assistant -> assistant(assistant, index, thisTurn);
            case ToolMessage tool -> results(tool, index);
        }
    }

    private void begin(String role) {
        out.writeStartObject();
        out.writeStringProperty("role", role);
        out.writeArrayPropertyStart("parts");
    }

    private void end() {
        out.writeEndArray();
        out.writeEndObject();
    }

    private static IllegalArgumentException refused(int message, int part, String why) {
        return new IllegalArgumentException("message " + message + ", part " + part + ": " + why);
    }

    // What the user says

    private void user(UserMessage user, int index) {
        begin("user");
        int written = 0;
        for (int i = 0; i < user.content().size(); i++) {
            switch (user.content().get(i)) {
                case Content.Text text -> {
                    text(text.text(), out);
                    written++;
                }
                case Media media -> {
                    String wrong = refuses(media);
                    if (!wrong.isEmpty()) throw refused(index, i, wrong);
                    medium(media);
                    written++;
                }
                case Content.Opaque opaque -> written += opaque(opaque) ? 1 : 0;
            }
        }
        // Google refuses contents without parts.
        if (written == 0) text("", out);
        end();
    }

    /** Says whether it was written. */
    private boolean opaque(Content.Opaque opaque) {
        boolean trace =
                opaque.kind().equals(Grounding.GROUNDING) || opaque.kind().equals(Grounding.URL_CONTEXT);
        if (!opaque.origin().from(Gemini.WIRE)) {
            omissions.foreign("a part \"" + opaque.kind() + "\"");
        } else if (trace) {
            omissions.host("a part \"" + opaque.kind() + "\"", "takes back no trace of what it searched");
        } else {
            JacksonJson.write(opaque.data(), out);
            return true;
        }
        return false;
    }

    // Media

    /** Why a medium cannot be sent, and what to do; empty where it can. */
    private String refuses(Media media) {
        return switch (media.source()) {
            case Media.Inline inline -> media.mimeType().isEmpty() ? "a medium given as bytes needs its MIME type" : "";
            case Media.At at -> "";
            case Media.Stored stored ->
                isAddress(stored.id()) || !platform.files().isEmpty()
                        ? ""
                        : platform.host()
                                + " has no file ids: give the address of a file, for example gs://bucket/file";
        };
    }

    private static boolean isAddress(String id) {
        return id.contains("://");
    }

    private void medium(Media media) {
        if (TextDocument.is(media)) {
            text(TextDocument.named(media), out);
            return;
        }
        if (!media.name().isEmpty()) omissions.host("the name of a medium", "has no place for it");
        out.writeStartObject();
        switch (media.source()) {
            case Media.Inline inline -> blob(media.mimeType(), inline.base64());
            case Media.At at -> file(media.mimeType(), at.uri());
            case Media.Stored stored -> file(media.mimeType(), address(stored.id()));
        }
        back(media.origin());
        out.writeEndObject();
    }

    private void blob(String mimeType, String base64) {
        out.writeObjectPropertyStart("inlineData");
        out.writeStringProperty("mimeType", mimeType);
        out.writeStringProperty("data", base64);
        out.writeEndObject();
    }

    private void file(String mimeType, String uri) {
        out.writeObjectPropertyStart("fileData");
        if (!mimeType.isEmpty()) out.writeStringProperty("mimeType", mimeType);
        out.writeStringProperty("fileUri", uri);
        out.writeEndObject();
    }

    private String address(String id) {
        if (isAddress(id)) return id;
        return platform.files() + (id.startsWith("files/") ? id : "files/" + id);
    }

    /** What came with a part and goes back with it. */
    private void back(Origin origin) {
        if (!origin.from(Gemini.WIRE) || !(origin.data() instanceof Json.Obj back)) return;
        back.forEach((name, value) -> {
            if (name.equals(WirePart.FUNCTION_CALL)) return;
            out.writeName(name);
            JacksonJson.write(value, out);
        });
    }

    // What the model said

    private void assistant(AssistantMessage message, int index, boolean thisTurn) {
        ids.begin();
        open.clear();
        begin("model");
        boolean unsigned = thisTurn && generation == Generation.LEVEL && !isSigned(message);
        int written = 0;
        for (int i = 0; i < message.content().size(); i++) {
            switch (message.content().get(i)) {
                case Content.Text text -> written += said(text.text(), false, text.origin());
                case Content.Thinking thinking -> written += thought(thinking);
                case Content.ToolCall call -> {
                    call(call, index, i, unsigned);
                    unsigned = false;
                    written++;
                }
                case Media media -> written += made(media);
                case Content.Opaque opaque -> written += opaque(opaque) ? 1 : 0;
            }
        }
        if (written == 0) text("", out);
        end();
    }

    private static boolean isSigned(AssistantMessage message) {
        return message.toolCalls().stream()
                .anyMatch(call -> call.origin().from(Gemini.WIRE)
                        && call.origin().data() instanceof Json.Obj back
                        && back.has(WirePart.SIGNATURE));
    }

    /** Says how many parts were written. */
    private int said(String text, boolean thought, Origin origin) {
        boolean proves = origin.from(Gemini.WIRE) && origin.data() instanceof Json.Obj;
        if (text.isEmpty() && !proves) return 0;
        out.writeStartObject();
        out.writeStringProperty("text", text);
        if (thought) out.writeBooleanProperty("thought", true);
        back(origin);
        out.writeEndObject();
        return 1;
    }

    private int thought(Content.Thinking thinking) {
        boolean known = thinking.origin().from(Gemini.WIRE) || thinking.origin().equals(Origin.NONE);
        if (known) return said(thinking.text(), true, thinking.origin());
        omissions.foreign("thinking");
        return 0;
    }

    private int made(Media media) {
        String wrong = refuses(media);
        if (wrong.isEmpty()) {
            medium(media);
            return 1;
        }
        omissions.add("a medium that the model made", wrong);
        return 0;
    }

    private void call(Content.ToolCall call, int message, int part, boolean unsigned) {
        Json.Obj back = call.origin().from(Gemini.WIRE) && call.origin().data() instanceof Json.Obj object
                ? object
                : Json.Obj.EMPTY;
        Json.Obj more =
                back.get(WirePart.FUNCTION_CALL).orElse(Json.NULL) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        out.writeStartObject();
        out.writeObjectPropertyStart(WirePart.FUNCTION_CALL);
        if (!call.id().isEmpty()) out.writeStringProperty("id", ids.of(call));
        open.put(call.id(), call.name());
        out.writeStringProperty("name", call.name());
        arguments(call, more, message, part);
        more.without("args").forEach((name, value) -> {
            out.writeName(name);
            JacksonJson.write(value, out);
        });
        out.writeEndObject();
        back(call.origin());
        if (unsigned) out.writeStringProperty(WirePart.SIGNATURE, NO_SIGNATURE);
        out.writeEndObject();
    }

    private void arguments(Content.ToolCall call, Json.Obj more, int message, int part) {
        boolean empty = call.arguments().isEmpty() || call.arguments().equals("{}");
        if (empty && more.has("args")) return;
        out.writeName("args");
        out.writeRawValue(Arguments.of(call, platform.host(), message, part));
    }

    // What the tools returned

    private void results(ToolMessage message, int index) {
        begin("user");
        List<Media> after = new ArrayList<>(0);
        List<Content.Opaque> parts = new ArrayList<>(0);
        for (int i = 0; i < message.content().size(); i++) {
            result(message.content().get(i), index, i, after, parts);
        }
        if (message.content().isEmpty()) text("", out);
        if (!after.isEmpty()) {
            text(
                    after.size() == 1
                            ? "The medium of the tool result above:"
                            : "The " + after.size() + " media of the tool results above, in order:",
                    out);
            after.forEach(this::medium);
        }
        parts.forEach(this::opaque);
        end();
    }

    private void result(
            Content.ToolResult result, int message, int part, List<Media> after, List<Content.Opaque> parts) {
        String name = result.name().isEmpty() ? open.getOrDefault(result.callId(), "") : result.name();
        if (name.isEmpty()) throw refused(message, part, "a tool result needs the name of its tool");
        List<Media> here = new ArrayList<>(0);
        StringBuilder text = new StringBuilder();
        for (Content.OfResult content : result.content()) {
            switch (content) {
                case Content.Text said -> text.append(said.text());
                case Media media -> {
                    String wrong = refuses(media);
                    if (!wrong.isEmpty()) {
                        note(text, omissions.ofResult(media, wrong));
                    } else if (TextDocument.is(media)) {
                        note(text, TextDocument.named(media));
                    } else if (isShown(media)) {
                        here.add(media);
                    } else {
                        after.add(media);
                        note(
                                text,
                                "[medium " + after.size() + " (" + media.mimeType()
                                        + ") follows after the tool results]");
                    }
                }
                case Content.Opaque opaque -> parts.add(opaque);
            }
        }
        out.writeStartObject();
        out.writeObjectPropertyStart("functionResponse");
        if (!result.callId().isEmpty()) out.writeStringProperty("id", ids.of(result));
        out.writeStringProperty("name", name);
        out.writeObjectPropertyStart("response");
        out.writeStringProperty(result.error() ? "error" : "output", text.toString());
        out.writeEndObject();
        if (!here.isEmpty()) {
            out.writeArrayPropertyStart("parts");
            for (Media media : here) {
                out.writeStartObject();
                if (media.source() instanceof Media.Inline inline) blob(media.mimeType(), inline.base64());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    /** Whether a medium may stand inside of a result (ai.google.dev, "Multimodal function responses", 2026). */
    private boolean isShown(Media media) {
        return generation == Generation.LEVEL
                && media.source() instanceof Media.Inline
                && (media.kind() == Media.Kind.IMAGE
                        || TextDocument.bare(media.mimeType()).equals("application/pdf"));
    }

    private static void note(StringBuilder text, String words) {
        if (!text.isEmpty()) text.append('\n');
        text.append(words);
    }
}
