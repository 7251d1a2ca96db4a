package dev.tenon.ollama;

import dev.tenon.http.HttpBody;
import dev.tenon.json.JacksonJson;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ToolChoice;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.Arguments;
import dev.tenon.wire.Omissions;
import dev.tenon.wire.OwnMembers;
import dev.tenon.wire.TextDocument;
import dev.tenon.wire.ToolChoices;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes one request of {@code /api/chat} straight to where it goes. Not thread-safe. */
final class ChatBody implements HttpBody {
    /** What this writes itself, and a setting of that name would write twice. */
    private static final OwnMembers OWN = OwnMembers.of("model", "messages", "tools", "stream", "format");

    private final ModelInfo info;
    private final ChatRequest request;
    private final Call call;
    private final Omissions omissions;

    ChatBody(ModelInfo info, ChatRequest request, Call call) {
        this.info = info;
        this.request = request;
        this.call = call;
        this.omissions = new Omissions(Ollama.HOST, call);
    }

    @Override
    public void writeTo(OutputStream to) {
        Settings settings = new Settings(request, OWN, omissions);
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeStringProperty("model", info.model());
            out.writeArrayPropertyStart("messages");
            messages(out);
            out.writeEndArray();
            tools(out);
            Settings.format(request, out);
            // Ollama streams unless it is told not to.
            out.writeBooleanProperty("stream", call.watched());
            settings.write(out);
            out.writeEndObject();
        }
        omissions.tell();
    }

    private void messages(JsonGenerator out) {
        List<Message> messages = request.messages();
        int lastUser = -1;
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof UserMessage) lastUser = i;
        }
        for (int i = 0; i < messages.size(); i++) {
            switch (messages.get(i)) {
                case SystemMessage system -> {
                    begin("system", system.text(), out);
                    out.writeEndObject();
                }
                case UserMessage user -> {
                    UserParts parts = UserParts.of(user, i, omissions);
                    begin("user", parts.text(), out);
                    images(parts.images(), out);
                    out.writeEndObject();
                }
                case AssistantMessage assistant -> assistant(assistant, i, i > lastUser, out);
                case ToolMessage tool -> results(tool, out);
            }
        }
    }

    private static void begin(String role, String content, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("role", role);
        out.writeStringProperty("content", content);
    }

    static void images(List<String> images, JsonGenerator out) {
        if (images.isEmpty()) return;
        out.writeArrayPropertyStart("images");
        images.forEach(out::writeString);
        out.writeEndArray();
    }

    private void assistant(AssistantMessage message, int index, boolean thisTurn, JsonGenerator out) {
        begin("assistant", message.text(), out);
        StringBuilder thought = new StringBuilder();
        List<String> images = new ArrayList<>();
        boolean called = false;
        for (Content.OfAssistant part : message.content()) {
            switch (part) {
                case Content.Text text -> {} // All of it at once.
                case Content.ToolCall toolCall -> called = true;
                case Content.Thinking thinking -> {
                    boolean ours = thinking.origin().from(Ollama.WIRE)
                            || thinking.origin().equals(Origin.NONE);
                    if (!ours) {
                        omissions.foreign("thinking");
                    } else if (thisTurn) {
                        thought.append(thinking.text());
                    }
                }
                case Content.Media media -> {
                    if (media.kind() == Content.Media.Kind.IMAGE
                            && media.source() instanceof Content.Media.Inline bytes) {
                        images.add(bytes.base64());
                    } else {
                        omissions.host("a medium that a model made", "takes only images as bytes back");
                    }
                }
                case Content.Opaque opaque -> omissions.foreign("a part \"" + opaque.kind() + "\"");
            }
        }
        if (!thought.isEmpty()) out.writeStringProperty("thinking", thought.toString());
        images(images, out);
        if (called) calls(message, index, out);
        out.writeEndObject();
    }

    private static void calls(AssistantMessage message, int index, JsonGenerator out) {
        out.writeArrayPropertyStart("tool_calls");
        for (int i = 0; i < message.content().size(); i++) {
            if (!(message.content().get(i) instanceof Content.ToolCall call)) continue;
            out.writeStartObject();
            if (!call.id().isEmpty()) out.writeStringProperty("id", call.id());
            out.writeObjectPropertyStart("function");
            out.writeStringProperty("name", call.name());
            out.writeName("arguments");
            out.writeRawValue(Arguments.of(call, Ollama.HOST, index, i));
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void results(ToolMessage message, JsonGenerator out) {
        List<String> moved = new ArrayList<>();
        for (Content.ToolResult result : message.content()) {
            StringBuilder text = new StringBuilder();
            for (Content.OfResult part : result.content()) {
                switch (part) {
                    case Content.Text said -> text.append(said.text());
                    case Content.Media media -> medium(media, text, moved);
                    case Content.Opaque opaque ->
                        omissions.foreign("a part \"" + opaque.kind() + "\" of a tool result");
                }
            }
            begin("tool", text.toString(), out);
            out.writeStringProperty("tool_name", result.name());
            if (!result.callId().isEmpty()) out.writeStringProperty("tool_call_id", result.callId());
            out.writeEndObject();
        }
        if (moved.isEmpty()) return;
        begin("user", "The " + moved.size() + " images of the tool results above, in order.", out);
        images(moved, out);
        out.writeEndObject();
    }

    private void medium(Content.Media media, StringBuilder text, List<String> moved) {
        String line;
        if (TextDocument.is(media)) {
            line = TextDocument.named(media);
        } else if (media.kind() == Content.Media.Kind.IMAGE && media.source() instanceof Content.Media.Inline bytes) {
            moved.add(bytes.base64());
            line = "[image " + moved.size() + " (" + media.mimeType() + ") follows after the tool results]";
        } else {
            line = omissions.ofResult(media, UserParts.wrong(media));
        }
        if (!text.isEmpty()) text.append('\n');
        text.append(line);
    }

    private void tools(JsonGenerator out) {
        ToolChoices.check(request, false);
        ToolChoice choice = request.toolChoice();
        List<ToolSpec> offered = switch (choice.mode()) {
            case AUTO, REQUIRED -> request.tools();
            // Where a host cannot be told to call none, it is offered none; and of a named one only that.
            case NONE -> List.of();
            case NAMED ->
                request.tools().stream()
                        .filter(tool -> tool.name().equals(choice.name()))
                        .toList();
        };
        if (choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.NAMED) {
            omissions.host("the tool choice", "cannot be told that a call is required");
        }
        if (offered.isEmpty()) return;
        out.writeArrayPropertyStart("tools");
        for (ToolSpec tool : offered) {
            out.writeStartObject();
            out.writeStringProperty("type", "function");
            out.writeObjectPropertyStart("function");
            out.writeStringProperty("name", tool.name());
            if (!tool.told().isEmpty()) out.writeStringProperty("description", tool.told());
            out.writeName("parameters");
            JacksonJson.write(Settings.object(tool.parameters().json()), out);
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
