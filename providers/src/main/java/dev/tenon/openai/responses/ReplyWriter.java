package dev.tenon.openai.responses;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Content.Media;
import dev.tenon.message.Origin;
import dev.tenon.wire.Arguments;
import dev.tenon.wire.FreeText;
import dev.tenon.wire.Omissions;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a reply of history as the items that it was read from. What another host or another wire format gave goes as text and calls: the rest is of use only
 * there. Not thread-safe.
 */
final class ReplyWriter {
    private final Back back;
    private final Omissions omissions;
    private final JsonGenerator out;

    ReplyWriter(Back back, Omissions omissions, JsonGenerator out) {
        this.back = back;
        this.omissions = omissions;
        this.out = out;
    }

    /** @param ids the ids that calls are sent with */
    void write(AssistantMessage message, Function<Content.ToolCall, String> ids) {
        List<Content.OfAssistant> content = message.content();
        Json.Obj refused = back.data(message.origin())
                .get(Back.REFUSAL)
                .filter(Json.Obj.class::isInstance)
                .map(Json::asObj)
                .orElse(Json.Obj.EMPTY);
        boolean left = !refused.isEmpty();
        int at = 0;
        while (at < content.size()) {
            List<Content.OfAssistant> item = content.subList(at, end(content, at));
            at += item.size();
            Optional<Json.Obj> head = back.item(item.get(0).origin());
            switch (item.get(0)) {
                case Content.Text text -> {
                    boolean here = left && head.isPresent() && isSame(head.get(), refused);
                    said(head.orElse(Json.Obj.EMPTY), item, here ? refused : Json.Obj.EMPTY);
                    left &= !here;
                }
                case Content.Thinking thinking -> thought(head, item, message);
                case Content.ToolCall call -> called(call, head.orElse(Json.Obj.EMPTY), ids.apply(call));
                case Content.Media media ->
                    omissions.add("a medium that the model made", "this wire format takes none back");
                case Content.Opaque opaque -> {
                    if (head.isPresent()) {
                        said(head.get(), item, Json.Obj.EMPTY);
                    } else {
                        opaque(opaque, item);
                    }
                }
            }
        }
        if (left) said(refused.get(Back.ITEM).map(Json::asObj).orElse(Json.Obj.EMPTY), List.of(), refused);
    }

    private static boolean isSame(Json.Obj head, Json.Obj refused) {
        return refused.get(Back.ITEM).filter(head::equals).isPresent();
    }

    /** Where the item that begins there ends. */
    private int end(List<Content.OfAssistant> content, int from) {
        Content.OfAssistant first = content.get(from);
        boolean begun = back.item(first.origin()).isPresent();
        int at = from + 1;
        while (at < content.size() && goesOn(first, begun, content.get(at))) at++;
        return at;
    }

    private boolean goesOn(Content.OfAssistant first, boolean begun, Content.OfAssistant next) {
        boolean follows = !back.item(next.origin()).isPresent()
                && back.data(next.origin()).has(Back.PART);
        return switch (first) {
            case Content.Text text ->
                begun
                        ? follows && (next instanceof Content.Text || next instanceof Content.Opaque)
                        : next instanceof Content.Text
                                && back.item(next.origin()).isEmpty();
            case Content.Thinking thinking -> begun && follows && next instanceof Content.Thinking;
            case Content.Opaque opaque ->
                begun
                        ? follows && (next instanceof Content.Text || next instanceof Content.Opaque)
                        : next instanceof Media media
                                && back.data(media.origin()).has(Back.RESULT_OF)
                                && back.text(media.origin(), Back.RESULT_OF).equals(id(opaque));
            case Content.ToolCall call -> false;
            case Media media -> false;
        };
    }

    private static String id(Content.Opaque opaque) {
        return opaque.data() instanceof Json.Obj item ? item.string("id").orElse("") : "";
    }

    /** A message: as the item it was where it has an id, else as anyone's words. */
    private void said(Json.Obj head, List<Content.OfAssistant> parts, Json.Obj refused) {
        String refusal = refused.string("text").orElse("");
        if (head.string("id").orElse("").isEmpty()) {
            String text = Content.text(parts) + refusal;
            if (text.isEmpty()) return;
            out.writeStartObject();
            out.writeStringProperty("role", "assistant");
            out.writeStringProperty("content", text);
            out.writeEndObject();
            return;
        }
        out.writeStartObject();
        out.writeStringProperty("type", OutputItems.MESSAGE);
        out.writeStringProperty("role", "assistant");
        members(head);
        if (!head.has("status")) out.writeStringProperty("status", "completed");
        out.writeArrayPropertyStart("content");
        for (Content.OfAssistant part : parts) {
            if (part instanceof Content.Text text) text(text);
            if (part instanceof Content.Opaque opaque) JacksonJson.write(opaque.data(), out);
        }
        if (!refusal.isEmpty()) {
            out.writeStartObject();
            out.writeStringProperty("type", "refusal");
            out.writeStringProperty("refusal", refusal);
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void text(Content.Text text) {
        out.writeStartObject();
        out.writeStringProperty("type", "output_text");
        out.writeStringProperty("text", text.text());
        out.writeArrayPropertyStart("annotations");
        for (Citation citation : text.citations()) {
            if (citation.data() instanceof Json.Obj annotation) JacksonJson.write(annotation, out);
        }
        out.writeEndArray();
        Json.Obj rest = back.data(text.origin()).get(Back.PART).map(Json::asObj).orElse(Json.Obj.EMPTY);
        if (!rest.has("logprobs")) {
            out.writeArrayPropertyStart("logprobs");
            out.writeEndArray();
        }
        members(rest);
        out.writeEndObject();
    }

    private void members(Json.Obj object) {
        object.forEach((name, value) -> {
            out.writeName(name);
            JacksonJson.write(value, out);
        });
    }

    /** Reasoning goes back where the host can make something of it: encrypted, in plain words, or by an id that it keeps. */
    private void thought(Optional<Json.Obj> head, List<Content.OfAssistant> parts, AssistantMessage message) {
        Origin origin = parts.get(0).origin();
        if (head.isEmpty()) {
            lost("thinking", origin);
            return;
        }
        Json.Obj item = head.get();
        String shown = back.text(origin, Back.SHOWN);
        boolean kept = !back.text(message.origin(), Back.RESPONSE).isEmpty();
        boolean plain =
                shown.equals("content") || !OutputItems.texts(item, "content").isEmpty();
        if (!item.has("encrypted_content") && !plain && !kept) {
            omissions.add("thinking", "it came without its encrypted content, and the host does not keep it");
            return;
        }
        out.writeStartObject();
        out.writeStringProperty("type", OutputItems.REASONING);
        members(item);
        if (!shown.isEmpty()) {
            out.writeArrayPropertyStart(shown);
            for (Content.OfAssistant part : parts) {
                if (!(part instanceof Content.Thinking thinking)) continue;
                out.writeStartObject();
                out.writeStringProperty("type", OutputItems.partType(shown));
                out.writeStringProperty("text", thinking.text());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        if (!item.has("summary") && !shown.equals("summary")) {
            out.writeArrayPropertyStart("summary");
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private void lost(String what, Origin origin) {
        if (!origin.wire().isEmpty() && !origin.from(OpenAiResponses.WIRE)) {
            omissions.foreign(what);
        } else if (!back.comesFromHere(origin) && origin.from(OpenAiResponses.WIRE)) {
            omissions.add(what, "it came from another host and goes back only there");
        } else {
            omissions.add(what, "this wire format takes back only what it gave");
        }
    }

    private void called(Content.ToolCall call, Json.Obj head, String id) {
        boolean custom = OutputItems.type(head).equals(OutputItems.CUSTOM);
        out.writeStartObject();
        out.writeStringProperty("type", custom ? OutputItems.CUSTOM : OutputItems.FUNCTION);
        members(head.without("type"));
        out.writeStringProperty("call_id", id);
        out.writeStringProperty("name", call.name());
        if (custom) {
            out.writeStringProperty("input", FreeText.of(call));
        } else {
            out.writeStringProperty("arguments", Arguments.text(call));
        }
        out.writeEndObject();
    }

    private void opaque(Content.Opaque opaque, List<Content.OfAssistant> parts) {
        String what = "a part \"" + opaque.kind() + "\"";
        if (!back.comesFromHere(opaque.origin())) {
            lost(what, opaque.origin());
        } else if (!(opaque.data() instanceof Json.Obj item)) {
            omissions.add(what, "its data are no object");
        } else if (parts.size() > 1
                && parts.get(1) instanceof Media media
                && media.source() instanceof Media.Inline image) {
            JacksonJson.write(item.with("result", image.base64()), out);
        } else if (opaque.kind().equals(OutputItems.IMAGE) && !item.has("result")) {
            omissions.add(what, "its image is not in the history");
        } else {
            JacksonJson.write(item, out);
        }
    }
}
