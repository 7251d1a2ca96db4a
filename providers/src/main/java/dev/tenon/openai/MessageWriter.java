package dev.tenon.openai;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.openai.Dialect.Feature;
import dev.tenon.openai.Dialect.ThinkingBack;
import dev.tenon.wire.Arguments;
import dev.tenon.wire.CallIds;
import dev.tenon.wire.FreeText;
import dev.tenon.wire.Omissions;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** Writes the messages of one request. Not thread-safe. */
final class MessageWriter {
    private final Dialect dialect;
    private final Omissions omissions;
    private final JsonGenerator out;
    private final PartWriter parts;
    private final CallIds ids;

    MessageWriter(Dialect dialect, Omissions omissions, JsonGenerator out) {
        this.dialect = dialect;
        this.omissions = omissions;
        this.out = out;
        this.parts = new PartWriter(dialect, out);
        this.ids = new CallIds(dialect.hasShortCallIds() ? CallIds.Form.NINE : CallIds.Form.ANY);
    }

    /**
     * @param thisTurn whether no user message comes after it
     * @param last whether no message does
     */
    void write(Message message, int index, boolean thisTurn, boolean last) {
        switch (message) {
            case SystemMessage system -> {
                begin(dialect.systemRole());
                texts(system.content());
                out.writeEndObject();
            }
            case UserMessage user -> user(user, index);
            case AssistantMessage assistant -> assistant(assistant, thisTurn, last);
            case ToolMessage tool -> results(tool);
        }
    }

    private void begin(String role) {
        out.writeStartObject();
        out.writeStringProperty("role", role);
    }

    private void texts(List<Content.Text> texts) {
        if (texts.size() == 1) {
            out.writeStringProperty("content", texts.get(0).text());
        } else if (texts.isEmpty()) {
            out.writeStringProperty("content", "");
        } else {
            out.writeArrayPropertyStart("content");
            texts.forEach(parts::text);
            out.writeEndArray();
        }
    }

    private void user(UserMessage user, int index) {
        begin("user");
        List<Content.OfUser> content = user.content();
        if (content.size() == 1 && content.get(0) instanceof Content.Text text) {
            out.writeStringProperty("content", text.text());
        } else if (content.isEmpty()) {
            out.writeStringProperty("content", "");
        } else {
            out.writeArrayPropertyStart("content");
            for (int i = 0; i < content.size(); i++) {
                userPart(content.get(i), index, i);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void userPart(Content.OfUser part, int message, int index) {
        switch (part) {
            case Content.Text text -> parts.text(text);
            case Content.Media media -> {
                String wrong = parts.refuses(media);
                if (!wrong.isEmpty()) {
                    throw new IllegalArgumentException("message " + message + ", part " + index + ": " + wrong);
                }
                parts.media(media);
            }
            case Content.Opaque opaque -> {
                if (opaque.origin().from(OpenAi.WIRE)) {
                    JacksonJson.write(opaque.data(), out);
                } else {
                    omissions.foreign("a part \"" + opaque.kind() + "\"");
                }
            }
        }
    }

    private void assistant(AssistantMessage message, boolean thisTurn, boolean last) {
        ids.begin();
        begin("assistant");
        List<Content.Thinking> thinking = thinkingBack(message, thisTurn);
        boolean inContent = dialect.thinkingName().equals(Dialect.IN_CONTENT);
        content(message, inContent ? thinking : List.of());
        if (!inContent) thinking(thinking);
        origin(message);
        media(message);
        List<Content.ToolCall> calls = message.toolCalls();
        if (!calls.isEmpty()) {
            out.writeArrayPropertyStart("tool_calls");
            calls.forEach(this::call);
            out.writeEndArray();
        }
        if (last && calls.isEmpty() && dialect.has(Feature.PREFIX)) out.writeBooleanProperty("prefix", true);
        out.writeEndObject();
    }

    private List<Content.Thinking> thinkingBack(AssistantMessage message, boolean thisTurn) {
        List<Content.Thinking> back = new ArrayList<>(0);
        for (Content.OfAssistant part : message.content()) {
            if (!(part instanceof Content.Thinking thinking)) continue;
            boolean known =
                    thinking.origin().from(OpenAi.WIRE) || thinking.origin().equals(Origin.NONE);
            boolean wanted = switch (dialect.thinking()) {
                case NEVER -> false;
                case THIS_TURN -> thisTurn;
                case ALWAYS -> true;
            };
            if (known && wanted) {
                back.add(thinking);
            } else if (!known || dialect.thinking() == ThinkingBack.NEVER) {
                if (known) {
                    omissions.host("thinking", "takes none back");
                } else {
                    omissions.foreign("thinking");
                }
            }
        }
        return back;
    }

    /** Text as one text, as the model gave it; a list where something else stands between. */
    private void content(AssistantMessage message, List<Content.Thinking> thinking) {
        List<Content.OfAssistant> listed = new ArrayList<>();
        boolean plain = true;
        for (Content.OfAssistant part : message.content()) {
            switch (part) {
                case Content.Text text -> {
                    if (!text.text().isEmpty()) listed.add(text);
                }
                case Content.Thinking thought -> {
                    if (thinking.contains(thought) && !thought.text().isEmpty()) {
                        listed.add(thought);
                        plain = false;
                    }
                }
                case Content.Opaque opaque -> {
                    if (goesBack(opaque)) {
                        listed.add(opaque);
                        plain = false;
                    }
                }
                case Content.Media media -> {}
                case Content.ToolCall call -> {}
            }
        }
        if (!plain) {
            out.writeArrayPropertyStart("content");
            listed.forEach(this::listed);
            out.writeEndArray();
        } else if (!listed.isEmpty()) {
            out.writeStringProperty("content", Content.text(listed));
        } else if (message.toolCalls().isEmpty() && !hasAudioBack(message)) {
            out.writeStringProperty("content", transcript(message));
        } else {
            out.writeNullProperty("content");
        }
    }

    private void listed(Content.OfAssistant part) {
        switch (part) {
            case Content.Text text -> parts.text(text);
            case Content.Thinking thinking -> parts.thinking(thinking);
            case Content.Opaque opaque -> JacksonJson.write(opaque.data(), out);
            case Content.Media media -> {}
            case Content.ToolCall call -> {}
        }
    }

    private boolean goesBack(Content.Opaque opaque) {
        boolean ours = opaque.origin().from(OpenAi.WIRE);
        boolean ran = opaque.kind().startsWith(Choice.EXECUTED);
        if (!ours) {
            omissions.foreign("a part \"" + opaque.kind() + "\"");
        } else if (ran) {
            omissions.host("a part \"" + opaque.kind() + "\"", "takes back no trace of its own tools");
        }
        return ours && !ran;
    }

    private void thinking(List<Content.Thinking> thinking) {
        if (thinking.isEmpty()) return;
        if (!dialect.thinkingName().equals(Dialect.DETAILS)) {
            StringBuilder text = new StringBuilder();
            thinking.forEach(part -> text.append(part.text()));
            if (!text.isEmpty()) out.writeStringProperty(dialect.thinkingName(), text.toString());
            return;
        }
        List<Json> details = thinking.stream()
                .map(part -> part.origin().data())
                .filter(data -> data instanceof Json.Obj object && object.has("type"))
                .toList();
        if (details.isEmpty()) {
            out.writeStringProperty(
                    "reasoning",
                    Content.text(thinking.stream()
                            .map(part -> Content.text(part.text()))
                            .toList()));
        } else {
            out.writeName(Dialect.DETAILS);
            JacksonJson.write(Json.Arr.of(details), out);
        }
    }

    private void extraContent(Origin origin) {
        if (!dialect.has(Feature.EXTRA_CONTENT_BACK) || !origin.from(OpenAi.WIRE)) return;
        if (!(origin.data() instanceof Json.Obj back)) return;
        back.get(Piece.EXTRA).ifPresent(extra -> {
            out.writeName(Piece.EXTRA);
            JacksonJson.write(extra, out);
        });
    }

    /** What belongs to the message as a whole. */
    private void origin(AssistantMessage message) {
        if (message.origin().from(OpenAi.WIRE) && message.origin().data() instanceof Json.Obj back) {
            back.string("refusal").ifPresent(refusal -> out.writeStringProperty("refusal", refusal));
        }
        extraContent(message.origin());
        if (!dialect.has(Feature.ANNOTATIONS_BACK)) return;
        List<Json> annotations = new ArrayList<>(0);
        for (Content.OfAssistant part : message.content()) {
            if (part instanceof Content.Text text && text.origin().from(OpenAi.WIRE)) {
                text.citations().forEach(citation -> annotations.add(citation.data()));
            }
        }
        annotations.removeIf(annotation -> !(annotation instanceof Json.Obj));
        if (!annotations.isEmpty()) {
            out.writeName("annotations");
            JacksonJson.write(Json.Arr.of(annotations), out);
        }
    }

    private void media(AssistantMessage message) {
        List<Content.Media> images = new ArrayList<>(0);
        for (Content.OfAssistant part : message.content()) {
            if (!(part instanceof Content.Media media)) continue;
            if (isAudioBack(media)) {
                out.writeObjectPropertyStart("audio");
                out.writeName("id");
                JacksonJson.write(media.origin().data().asObj().get("id").orElse(Json.NULL), out);
                out.writeEndObject();
            } else if (media.kind() == Content.Media.Kind.IMAGE && dialect.has(Feature.IMAGES_BACK)) {
                images.add(media);
            } else {
                omissions.host("a medium that the model made", "takes none back");
            }
        }
        if (images.isEmpty()) return;
        out.writeArrayPropertyStart("images");
        images.forEach(parts::media);
        out.writeEndArray();
    }

    private boolean hasAudioBack(AssistantMessage message) {
        return message.content().stream().anyMatch(part -> part instanceof Content.Media media && isAudioBack(media));
    }

    private boolean isAudioBack(Content.Media media) {
        return dialect.has(Feature.AUDIO_BACK)
                && media.kind() == Content.Media.Kind.AUDIO
                && media.origin().from(OpenAi.WIRE)
                && media.origin().data() instanceof Json.Obj object
                && !object.string("id").orElse("").isEmpty();
    }

    /** What was said in audio that does not go back. */
    private static String transcript(AssistantMessage message) {
        StringBuilder said = new StringBuilder();
        for (Content.OfAssistant part : message.content()) {
            if (part instanceof Content.Media media && media.origin().data() instanceof Json.Obj object) {
                said.append(object.string("transcript").orElse(""));
            }
        }
        return said.toString();
    }

    private void call(Content.ToolCall call) {
        out.writeStartObject();
        boolean custom = ToolCalls.isCustom(call);
        String type = custom ? "custom" : "function";
        out.writeStringProperty("id", ids.of(call));
        out.writeStringProperty("type", type);
        out.writeObjectPropertyStart(type);
        out.writeStringProperty("name", call.name());
        if (custom) {
            out.writeStringProperty("input", FreeText.of(call));
        } else {
            out.writeStringProperty("arguments", Arguments.text(call));
        }
        out.writeEndObject();
        extraContent(call.origin());
        out.writeEndObject();
    }

    private void results(ToolMessage message) {
        List<Content.Media> moved = new ArrayList<>(0);
        for (Content.ToolResult result : message.content()) {
            result(result, moved);
        }
        if (moved.isEmpty()) return;
        begin("user");
        out.writeArrayPropertyStart("content");
        parts.text(Content.text(
                moved.size() == 1
                        ? "The medium of the tool result above:"
                        : "The " + moved.size() + " media of the tool results above, in order:"));
        moved.forEach(parts::media);
        out.writeEndArray();
        out.writeEndObject();
    }

    private void result(Content.ToolResult result, List<Content.Media> moved) {
        begin("tool");
        out.writeStringProperty("tool_call_id", ids.of(result));
        List<Content.Media> here = new ArrayList<>(0);
        StringBuilder text = new StringBuilder();
        for (Content.OfResult part : result.content()) {
            switch (part) {
                case Content.Text said -> text.append(said.text());
                case Content.Media media -> {
                    String wrong = parts.refuses(media);
                    if (!wrong.isEmpty()) {
                        note(text, omissions.ofResult(media, wrong));
                    } else if (dialect.has(Feature.TOOL_RESULT_MEDIA)) {
                        here.add(media);
                    } else {
                        moved.add(media);
                        note(
                                text,
                                "[medium " + moved.size() + " (" + media.mimeType()
                                        + ") follows after the tool results]");
                    }
                }
                case Content.Opaque opaque -> omissions.foreign("a part \"" + opaque.kind() + "\" of a tool result");
            }
        }
        if (here.isEmpty()) {
            out.writeStringProperty("content", text.toString());
        } else {
            out.writeArrayPropertyStart("content");
            if (!text.isEmpty()) parts.text(Content.text(text.toString()));
            here.forEach(parts::media);
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void note(StringBuilder text, String words) {
        if (!text.isEmpty()) text.append('\n');
        text.append(words);
    }
}
