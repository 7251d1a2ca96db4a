package dev.tenon.openai.responses;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.Delta;
import dev.tenon.wire.Growing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One item of the output while it comes: what announced it, what was added, and at last the whole of it, which is what counts. Not thread-safe. */
final class OutputItem {
    /** A part that grows. */
    private static final class Part {
        final EventKind kind;
        final Growing text = new Growing();
        final List<Json> annotations = new ArrayList<>(0);

        Part(EventKind kind) {
            this.kind = kind;
        }
    }

    private final SortedMap<Integer, Part> contents = new TreeMap<>();
    private final SortedMap<Integer, Part> summaries = new TreeMap<>();
    private final Growing arguments = new Growing();
    private Json.Obj wire;
    private boolean whole;

    /** Which call of the reply it was told as; -1 before. */
    private int call = -1;

    private @Nullable Part last;
    private int lastPlace = -1;

    OutputItem(Json.Obj wire) {
        this.wire = wire;
    }

    /** One that was not announced: what comes of it says what it is. */
    static OutputItem of(EventKind first) {
        return new OutputItem(Json.object(
                "type",
                switch (first) {
                    case SUMMARY, THINKING -> OutputItems.REASONING;
                    case ARGUMENTS -> OutputItems.FUNCTION;
                    default -> OutputItems.MESSAGE;
                }));
    }

    boolean isWhole() {
        return whole;
    }

    String id() {
        return wire.string("id").orElse("");
    }

    boolean isCall() {
        String type = OutputItems.type(wire);
        return type.equals(OutputItems.FUNCTION) || type.equals(OutputItems.CUSTOM);
    }

    /** The arguments and the free text of calls have different names. */
    private static String argumentsName(Json.Obj item) {
        return OutputItems.type(item).equals(OutputItems.CUSTOM) ? "input" : "arguments";
    }

    /** Takes a piece, and tells it. */
    void add(EventKind kind, int place, String delta, @Nullable Calls calls) {
        if (kind == EventKind.ARGUMENTS) {
            arguments.add(delta);
        } else {
            part(kind, place).text.add(delta);
        }
        if (calls != null && !delta.isEmpty()) tell(kind, delta, calls);
    }

    void annotate(int place, Json annotation) {
        part(EventKind.TEXT, place).annotations.add(annotation);
    }

    private Part part(EventKind kind, int place) {
        Part known = last;
        if (known != null && lastPlace == place && known.kind == kind) return known;
        SortedMap<Integer, Part> parts = kind == EventKind.SUMMARY ? summaries : contents;
        Part part = parts.computeIfAbsent(place, at -> new Part(kind));
        last = part;
        lastPlace = place;
        return part;
    }

    /** Takes the whole item in place of its pieces, and tells what was not told of it. */
    void settle(Json.Obj item, @Nullable Calls calls) {
        wire = item;
        whole = true;
        if (calls != null) {
            switch (OutputItems.type(item)) {
                case OutputItems.MESSAGE -> tellRest(EventKind.TEXT, contents, texts(item), calls);
                case OutputItems.REASONING -> {
                    tellRest(EventKind.SUMMARY, summaries, OutputItems.texts(item, "summary"), calls);
                    // One of the two is shown.
                    if (summaries.isEmpty()
                            && OutputItems.texts(item, "summary").isEmpty())
                        tellRest(EventKind.THINKING, contents, OutputItems.texts(item, "content"), calls);
                }
                case OutputItems.FUNCTION, OutputItems.CUSTOM -> {
                    begin(calls);
                    rest(arguments.toString(), item.string(argumentsName(item)).orElse(""))
                            .ifPresent(more -> tell(EventKind.ARGUMENTS, more, calls));
                }
                default -> {}
            }
        }
        contents.clear();
        summaries.clear();
        last = null;
    }

    /** The texts of a message. */
    private static List<String> texts(Json.Obj item) {
        if (!(item.get("content").orElse(Json.NULL) instanceof Json.Arr parts))
            return item.string("content").map(List::of).orElse(List.of());
        List<String> texts = new ArrayList<>(parts.size());
        for (Json part : parts) {
            if (part instanceof Json.Obj object && OutputItems.type(object).equals("output_text"))
                object.string("text").ifPresent(texts::add);
        }
        return texts;
    }

    /** All parts together: some hosts count parts from 1. */
    private void tellRest(EventKind kind, Map<Integer, Part> parts, List<String> texts, Calls calls) {
        StringBuilder shown = new StringBuilder();
        for (Part part : parts.values()) {
            if (part.kind == kind) shown.append(part.text);
        }
        rest(shown.toString(), String.join("", texts)).ifPresent(more -> tell(kind, more, calls));
    }

    /** What is left of a text of which the beginning was shown; nothing where something else was. */
    private static Optional<String> rest(String shown, String text) {
        return text.length() > shown.length() && text.startsWith(shown)
                ? Optional.of(text.substring(shown.length()))
                : Optional.empty();
    }

    private void tell(EventKind kind, String delta, Calls calls) {
        switch (kind) {
            case TEXT -> calls.call.delta(new Delta.Text(delta));
            case SUMMARY, THINKING -> calls.call.delta(new Delta.Thinking(delta));
            case ARGUMENTS -> {
                begin(calls);
                calls.call.delta(new Delta.ToolCallArguments(call, delta));
            }
            default -> {}
        }
    }

    /** Tells that a call begins, where that was not told. */
    void begin(Calls calls) {
        if (call >= 0) return;
        call = calls.count++;
        calls.call.delta(new Delta.ToolCallStarted(
                call, OutputItems.callId(wire), wire.string("name").orElse("")));
    }

    /** A watched call, and how many tool calls it was told of. */
    static final class Calls {
        final Call call;
        private int count;

        Calls(Call call) {
            this.call = call;
        }
    }

    /** The item: whole, or as far as it came. */
    Json.Obj json() {
        if (whole) return wire;
        Json.Obj item = wire;
        if (!arguments.isEmpty()) item = item.with(argumentsName(item), arguments.toString());
        if (!summaries.isEmpty()) item = item.with("summary", parts(summaries));
        if (!contents.isEmpty()) item = item.with("content", parts(contents));
        return item;
    }

    private static Json.Arr parts(Map<Integer, Part> parts) {
        return Json.Arr.of(parts.values().stream().map(OutputItem::json).toList());
    }

    private static Json json(Part part) {
        String text = part.text.toString();
        return switch (part.kind) {
            case REFUSAL ->
                Json.object().put("type", "refusal").put("refusal", text).build();
            case SUMMARY ->
                Json.object().put("type", "summary_text").put("text", text).build();
            case THINKING ->
                Json.object().put("type", "reasoning_text").put("text", text).build();
            default ->
                Json.object()
                        .put("type", "output_text")
                        .put("text", text)
                        .put("annotations", part.annotations)
                        .build();
        };
    }
}
