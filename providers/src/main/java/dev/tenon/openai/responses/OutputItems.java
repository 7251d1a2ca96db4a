package dev.tenon.openai.responses;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Content.Media;
import dev.tenon.message.Origin;
import dev.tenon.wire.FreeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Items of the wire's output as parts of a message: a text part is a text, a summary or a thought is thinking, a call of a client's tool is a call. Everything
 * else, what the host's own tools did above all, is opaque, whole and in its place; an image that was made is a medium besides. Not thread-safe.
 */
final class OutputItems {
    static final String MESSAGE = "message";
    static final String REASONING = "reasoning";
    static final String FUNCTION = "function_call";
    static final String CUSTOM = "custom_tool_call";
    static final String IMAGE = "image_generation_call";

    private final Back back;
    private final List<Content.OfAssistant> contents = new ArrayList<>();
    private final StringBuilder refusal = new StringBuilder();
    private Json.Obj refusedIn = Json.Obj.EMPTY;

    OutputItems(Back back) {
        this.back = back;
    }

    List<Content.OfAssistant> contents() {
        return contents;
    }

    /** The words in which the model declined; empty where it did not. */
    String refusal() {
        return refusal.toString();
    }

    /** What is left of the message in which it did. */
    Json.Obj refusedIn() {
        return refusedIn;
    }

    boolean hasCalls() {
        return contents.stream().anyMatch(Content.ToolCall.class::isInstance);
    }

    static String type(Json.Obj item) {
        return item.string("type").orElse("");
    }

    void add(Json.Obj item) {
        switch (type(item)) {
            case MESSAGE -> message(item);
            case REASONING -> reasoning(item);
            case FUNCTION -> call(item, "arguments", List.of("type", "call_id", "name", "arguments"));
            case CUSTOM -> call(item, "input", List.of("call_id", "name", "input"));
            case IMAGE -> image(item);
            default -> contents.add(new Content.Opaque(type(item), item, back.plain(), Map.of()));
        }
    }

    private void message(Json.Obj item) {
        Json.Obj rest = Back.without(item, List.of("type", "role", "content"));
        Json content = item.get("content").orElse(Json.NULL);
        Json.Arr parts = content instanceof Json.Arr list
                ? list
                : content instanceof Json.Str text
                        ? Json.array(Json.object()
                                .put("type", "output_text")
                                .put("text", text)
                                .build())
                        : Json.Arr.EMPTY;
        boolean first = true;
        for (Json one : parts) {
            if (!(one instanceof Json.Obj part)) continue;
            if (type(part).equals("refusal")) {
                refusal.append(part.string("refusal").orElse(""));
                refusedIn = rest;
                continue;
            }
            Json.ObjBuilder data = Json.object();
            if (first) data.put(Back.ITEM, rest);
            first = false;
            contents.add(part(part, data));
        }
    }

    private Content.OfAssistant part(Json.Obj part, Json.ObjBuilder data) {
        if (!type(part).equals("output_text")) {
            Origin origin = back.origin(data.put(Back.PART, Json.Obj.EMPTY).build());
            return new Content.Opaque(type(part), part, origin, Map.of());
        }
        Json.Obj rest = Back.without(part, List.of("type", "text", "annotations"));
        // An empty list of them is what every part has.
        Json.Obj kept =
                rest.get("logprobs").filter(Json.Arr.EMPTY::equals).isPresent() ? rest.without("logprobs") : rest;
        Origin origin = back.origin(data.put(Back.PART, kept).build());
        return new Content.Text(part.string("text").orElse(""), Annotations.read(part), origin, Map.of());
    }

    /** The summary is shown where there is one, else the thinking itself. */
    private void reasoning(Json.Obj item) {
        String shown = texts(item, "summary").isEmpty() ? "content" : "summary";
        List<String> texts = texts(item, shown);
        // What is more than texts, and what is less, goes back as it came, not from the texts.
        boolean held = !texts.isEmpty() && isPlain(item.get(shown).orElse(Json.NULL), shown);
        Json.Obj rest = Back.without(item, held ? List.of("type", shown) : List.of("type"));
        Json.ObjBuilder data = Json.object().put(Back.ITEM, rest);
        if (held) data.put(Back.SHOWN, shown);
        Origin origin = back.origin(data.build());
        if (texts.isEmpty()) contents.add(new Content.Thinking("", false, origin, Map.of()));
        for (String text : texts) {
            contents.add(new Content.Thinking(text, false, origin, Map.of()));
            origin = back.origin(Json.object(Back.PART, Json.Obj.EMPTY));
        }
    }

    /** The texts of a list of parts that have one. */
    static List<String> texts(Json.Obj item, String name) {
        if (!(item.get(name).orElse(Json.NULL) instanceof Json.Arr parts)) return List.of();
        List<String> texts = new ArrayList<>(parts.size());
        for (Json part : parts) {
            if (part instanceof Json.Obj object) object.string("text").ifPresent(texts::add);
        }
        return texts;
    }

    /** The type of the parts of a member of reasoning. */
    static String partType(String shown) {
        return shown.equals("summary") ? "summary_text" : "reasoning_text";
    }

    private static boolean isPlain(Json parts, String shown) {
        String type = partType(shown);
        return parts.asArr().items().stream()
                .allMatch(part -> part instanceof Json.Obj object
                        && object.size() == 2
                        && type(object).equals(type)
                        && object.string("text").isPresent());
    }

    private void call(Json.Obj item, String arguments, List<String> held) {
        Json given = item.get(arguments).orElse(Json.NULL);
        String text = given instanceof Json.Str said ? said.value() : given.isNull() ? "" : given.toString();
        Json.ObjBuilder data = Json.object().put(Back.ITEM, Back.without(item, held));
        // A call that came without any arguments is not the same as one with empty ones.
        if (given.isNull()) data.put("arguments", null);
        contents.add(new Content.ToolCall(
                callId(item),
                item.string("name").orElse(""),
                text,
                "",
                back.origin(data.build()),
                type(item).equals(CUSTOM) ? FreeText.MARK : Map.of()));
    }

    static String callId(Json.Obj item) {
        return item.string("call_id")
                .filter(id -> !id.isEmpty())
                .or(() -> item.string("id"))
                .orElse("");
    }

    /** What was made is a medium; the call without it goes before, so that nothing is kept twice. */
    private void image(Json.Obj item) {
        String base64 = item.string("result").orElse("");
        if (base64.isEmpty()) {
            contents.add(new Content.Opaque(IMAGE, item, back.plain(), Map.of()));
            return;
        }
        contents.add(new Content.Opaque(IMAGE, item.without("result"), back.plain(), Map.of()));
        String format = item.string("output_format").orElse("png");
        contents.add(new Media(
                Media.Kind.IMAGE,
                "image/" + format,
                new Media.Inline(base64),
                "",
                back.origin(Json.object(Back.RESULT_OF, item.string("id").orElse(""))),
                Map.of()));
    }
}
