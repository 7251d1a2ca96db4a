package dev.tenon.agent;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.run.Outcome.Handed;
import dev.tenon.schema.Description;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Results that are too long for the model: what is shown of them, and how they are read and handed on by reference. The whole is in the run's state, and so on record.
 *
 * <p>A kept result is a {@link Content.ToolResult} whose {@code callId} is its reference.
 */
final class LongResults {
    static final String READ = "read_result";

    private static final String PREFIX = "result:";
    private static final Pattern REFERENCE = Pattern.compile("result:[0-9]{1,9}/[0-9]{1,9}(#(/.*)?)?");

    /** A cut is moved back to the end of a line where one is so near. */
    private static final int NEAR = 200;

    /** A short list of references must not become an argument without measure: each may stand for all of a long result. */
    private static final int MOST_HANDED = 100;

    /** Deeper arguments hold no references. */
    private static final int DEPTH = 64;

    /** Reads ranges of a long result. */
    record Read(
            @Description("the reference, for example result:3/0")
            String result,

            @Description("the number of the first character, from 0; by default 0")
            Optional<Integer> from,

            @Description("how many characters; by default as many as are shown at once")
            Optional<Integer> characters,

            @Description("begin where this text stands next, at or after the first character")
            Optional<String> find) {}

    static final ToolSpec SPEC = ToolSpec.of(
                    READ, "Reads a part of a result that was too long to be shown whole.", JsonSchema.of(Read.class))
            .withTraits(ToolSpec.Trait.READ_ONLY, ToolSpec.Trait.IDEMPOTENT);

    /** The machine answers its calls; nobody else has the results. */
    static final Tool TOOL =
            Tool.of(SPEC, (arguments, context) -> ToolOutput.error("only the model reads results of this run"));

    private LongResults() {}

    static String reference(String key) {
        return PREFIX + key;
    }

    static boolean isLong(List<Content.OfResult> content, int limit) {
        if (limit == 0) {
            return false;
        }
        long length = 0;
        for (Content.OfResult part : content) {
            length += part instanceof Content.Text text ? text.text().length() : 0;
        }
        return length > limit;
    }

    /** What the model is shown: beginning and end, between them how much is left out and how to get at it. Images and files stay. */
    static List<Content.OfResult> shown(List<Content.OfResult> content, String reference, int limit) {
        String whole = Content.text(content);
        int head = upTo(whole, limit - limit / 2);
        int tail = from(whole, whole.length() - limit / 2);
        String shown = whole.substring(0, head) + "\n[" + (tail - head) + " of " + whole.length()
                + " characters are left out here. The whole result is " + reference + ": " + READ
                + " reads parts of it, these from " + head + " on. To hand the whole to another tool, give \""
                + reference + "\" as the argument, or \"" + reference + "#/a/b\" for a part of JSON.]\n"
                + whole.substring(tail);
        List<Content.OfResult> parts = new ArrayList<>();
        parts.add(Content.text(shown));
        for (Content.OfResult part : content) {
            if (!(part instanceof Content.Text)) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static int upTo(String text, int end) {
        int line = text.lastIndexOf('\n', end - 1);
        int at = line >= 0 && line > end - NEAR ? line + 1 : end;
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }

    private static int from(String text, int start) {
        int line = text.indexOf('\n', start);
        int at = line >= 0 && line < start + NEAR ? line + 1 : start;
        return at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at + 1 : at;
    }

    /** What {@value #READ} gives. */
    static ToolOutput read(Json.Obj arguments, List<Content.ToolResult> kept, int limit) {
        Read asked = arguments.as(Read.class);
        Found found = find(asked.result().strip(), kept);
        if (found.problem != null) {
            return ToolOutput.error(found.problem);
        }
        String whole = found.text();
        int from = asked.from().orElse(0);
        if (from < 0 || from > whole.length()) {
            return ToolOutput.error("from " + from + " is outside: the result has " + whole.length() + " characters");
        }
        if (asked.find().isPresent()) {
            int at = whole.indexOf(asked.find().get(), from);
            if (at < 0) {
                return ToolOutput.error("that text does not stand at or after " + from);
            }
            from = at;
        }
        int most = Math.max(1, Math.min(asked.characters().orElse(limit), limit - NEAR));
        int start = from < whole.length() && Character.isLowSurrogate(whole.charAt(from)) ? from + 1 : from;
        int end = upTo(whole, (int) Math.min(whole.length(), (long) start + most));
        end = Math.max(end, Math.min(whole.length(), start + 2));
        return ToolOutput.text(
                "[characters " + start + " to " + end + " of " + whole.length() + "]\n" + whole.substring(start, end));
    }

    /** A result or a part of it, or why there is none. */
    private record Found(
            String whole,
            Optional<Json> part,
            @org.jspecify.annotations.Nullable String problem) {
        static Found problem(String said) {
            return new Found("", Optional.empty(), said);
        }

        String text() {
            return part.map(json -> json instanceof Json.Str text ? text.value() : json.toString())
                    .orElse(whole);
        }

        /** As JSON, where it is an object, an array or a part; else as text. */
        Json json() {
            return part.or(() -> parsed(whole).filter(json -> json instanceof Json.Obj || json instanceof Json.Arr))
                    .orElseGet(() -> Json.of(whole));
        }
    }

    private static Found find(String reference, List<Content.ToolResult> kept) {
        int hash = reference.indexOf('#');
        String name = hash < 0 ? reference : reference.substring(0, hash);
        String pointer = hash < 0 ? "" : reference.substring(hash + 1);
        Content.ToolResult result = null;
        for (Content.ToolResult one : kept) {
            result = one.callId().equals(name) ? one : result;
        }
        if (result == null) {
            String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
            return Found.problem("there is no result \"" + shown + "\" in this run"
                    + (kept.isEmpty()
                            ? "; only results that were too long to be shown whole have references"
                            : "; there are: "
                                    + String.join(
                                            ", ",
                                            kept.stream()
                                                    .map(Content.ToolResult::callId)
                                                    .toList())));
        }
        String whole = result.text();
        if (pointer.isEmpty()) {
            return new Found(whole, Optional.empty(), null);
        }
        Optional<Json> json = parsed(whole);
        if (json.isEmpty()) {
            return Found.problem(name + " is no JSON, so it has no part at " + pointer + "; hand it whole");
        }
        Optional<Json> part = json.get().at(pointer);
        return part.isEmpty()
                ? Found.problem("there is nothing at " + pointer + " in " + name)
                : new Found(whole, part, null);
    }

    private static Optional<Json> parsed(String text) {
        try {
            return Optional.of(Json.parse(text));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    // Handing on

    /** Where in these arguments a result is named, each as text; empty where none is, or nothing was kept. */
    static List<Handed> named(Json arguments, List<Content.ToolResult> kept) {
        List<Handed> found = new ArrayList<>(0);
        if (!kept.isEmpty()) {
            named(arguments, "", DEPTH, found);
        }
        return found;
    }

    private static void named(Json value, String at, int depth, List<Handed> found) {
        if (depth == 0) {
            return;
        }
        switch (value) {
            case Json.Str text -> {
                if (text.value().startsWith(PREFIX)
                        && REFERENCE.matcher(text.value()).matches()) {
                    found.add(new Handed(at, text.value(), false));
                }
            }
            case Json.Obj object ->
                object.members().forEach((name, member) -> named(member, at + "/" + escaped(name), depth - 1, found));
            case Json.Arr array -> {
                for (int i = 0; i < array.size(); i++) {
                    named(array.get(i), at + "/" + i, depth - 1, found);
                }
            }
            case Json.Num number -> {}
            case Json.Bool bool -> {}
            case Json.Null nothing -> {}
        }
    }

    /** Why one of these cannot be handed on; empty where all can. */
    static Optional<String> problem(List<Handed> handed, List<Content.ToolResult> kept) {
        if (handed.size() > MOST_HANDED) {
            return Optional.of("one call hands on at most " + MOST_HANDED + " results or parts of them, got "
                    + handed.size() + " references; make several calls");
        }
        return handed.stream()
                .map(one -> find(one.reference(), kept).problem)
                .filter(java.util.Objects::nonNull)
                .findFirst();
    }

    /** The arguments with the results in the places of their references. */
    static Json.Obj resolved(Json.Obj arguments, List<Handed> handed, List<Content.ToolResult> kept) {
        if (handed.isEmpty()) {
            return arguments;
        }
        return replaced(arguments, "", handed, kept).asObj();
    }

    private static Json replaced(Json value, String at, List<Handed> handed, List<Content.ToolResult> kept) {
        for (Handed one : handed) {
            if (one.at().equals(at)) {
                Found found = find(one.reference(), kept);
                return found.problem != null ? value : one.text() ? Json.of(found.text()) : found.json();
            }
        }
        if (handed.stream().noneMatch(one -> one.at().startsWith(at + "/"))) {
            return value;
        }
        return switch (value) {
            case Json.Obj object -> {
                Json.ObjBuilder changed = Json.object();
                object.members()
                        .forEach((name, member) ->
                                changed.put(name, replaced(member, at + "/" + escaped(name), handed, kept)));
                yield changed.build();
            }
            case Json.Arr array -> {
                List<Json> items = new ArrayList<>(array.size());
                for (int i = 0; i < array.size(); i++) {
                    items.add(replaced(array.get(i), at + "/" + i, handed, kept));
                }
                yield Json.of(items);
            }
            case Json.Str text -> text;
            case Json.Num number -> number;
            case Json.Bool bool -> bool;
            case Json.Null nothing -> nothing;
        };
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
