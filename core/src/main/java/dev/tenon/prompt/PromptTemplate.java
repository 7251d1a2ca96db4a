package dev.tenon.prompt;

import dev.tenon.json.Json;
import dev.tenon.output.OutputException;
import dev.tenon.output.OutputParser;
import dev.tenon.prompt.PromptException.Place;
import dev.tenon.schema.Coerced;
import dev.tenon.schema.Coercion;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.SchemaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A text with places for values: <code>&#123;&#123;name&#125;&#125;</code>. No logic; single braces, JSON among them, are left as they are. <code>&#123;&#123;&gt; part&#125;&#125;</code>
 * puts another template in, <code>&#123;&#123;#examples&#125;&#125;</code> the examples. <code>\&#123;&#123;</code> is two braces. A place that is begun and not
 * closed is an error with its line and column.
 *
 * <p>A text is put in as it is, every other value as JSON. What a value holds is never read as a template. A value that is missing, or not
 * of the declared type, is a {@link PromptException} that names it, its line and its column; so is a value that the template has no
 * place for, since it is most likely a slip.
 *
 * <p>A file may begin with front matter between lines of {@code ---}, in YAML: {@code name}, {@code variables} (each a type such as
 * {@code string}, or a JSON Schema), {@code examples} (a list of {@code input} and {@code output}), {@code example} (how one is written, by
 * default <code>Input: &#123;&#123;input&#125;&#125;</code> and <code>Output: &#123;&#123;output&#125;&#125;</code>).
 *
 * <p>Immutable: {@link #with}, {@link #partial} and {@link #example} make copies. Thread-safe.
 */
public final class PromptTemplate {
    private static final String EXAMPLE = "Input: {{input}}\nOutput: {{output}}";

    /** Templates within templates; more is a circle. */
    private static final int MAX_LEVELS = 16;

    /** Templates in one text: of ten that each hold the next ten times nobody wants what comes out. */
    private static final int MAX_PARTS = 10_000;

    private record Example(String input, String output) {}

    private final String name;
    private final List<Piece> pieces;
    private final Map<String, JsonSchema> declared;
    private final Map<String, Object> values;
    private final Map<String, PromptTemplate> parts;
    private final List<Example> examples;
    private final String exampleFormat;

    private PromptTemplate(
            String name,
            List<Piece> pieces,
            Map<String, JsonSchema> declared,
            Map<String, Object> values,
            Map<String, PromptTemplate> parts,
            List<Example> examples,
            String exampleFormat) {
        this.name = name;
        this.pieces = List.copyOf(pieces);
        this.declared = Collections.unmodifiableMap(new LinkedHashMap<>(declared));
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
        this.examples = List.copyOf(examples);
        this.exampleFormat = exampleFormat;
    }

    /** A template of this text. */
    public static PromptTemplate of(String text) {
        Objects.requireNonNull(text, "text");
        return named("prompt", text);
    }

    /** A template of this text; the name stands in messages. */
    public static PromptTemplate named(String name, String text) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
        return new PromptTemplate(
                name, TemplateText.pieces(name, text, 1), Map.of(), Map.of(), Map.of(), List.of(), EXAMPLE);
    }

    /**
     * A template of a file in UTF-8, front matter and all. Its name is the front matter's, else the file's.
     *
     * @throws PromptException where it cannot be read
     */
    public static PromptTemplate file(Path file) {
        Objects.requireNonNull(file, "file");
        Path last = file.getFileName();
        String name = last == null ? file.toString() : last.toString();
        try {
            return withFrontMatter(name, Files.readString(file));
        } catch (IOException e) {
            throw PromptException.of("prompt.file", name, "cannot be read: " + e.getMessage());
        }
    }

    /** A template of a text that may begin with front matter. */
    public static PromptTemplate withFrontMatter(String name, String text) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
        if (text.startsWith("\ufeff")) {
            return withFrontMatter(name, text.substring(1)); // The byte order mark of a file.
        }
        List<String> lines = text.lines().toList();
        int end = lines.isEmpty() || !lines.getFirst().strip().equals("---") ? -1 : 1;
        while (end > 0 && end < lines.size() && !lines.get(end).strip().equals("---")) {
            end++;
        }
        if (end < 0) {
            return named(name, text);
        }
        if (end >= lines.size()) {
            throw PromptException.at("prompt.syntax", name, new Place(1, 1), "the front matter has no second ---");
        }
        Json.Obj front = front(name, String.join("\n", lines.subList(1, end)));
        String body = behind(text, end + 1);
        String called =
                front.get("name").map(given -> word(name, "name", given)).orElse(name);
        List<Piece> pieces = TemplateText.pieces(called, body, end + 2);
        List<Example> examples = new ArrayList<>();
        Json shots = front.get("examples").orElse(Json.Arr.EMPTY);
        if (!(shots instanceof Json.Arr list)) {
            throw PromptException.of(
                    "prompt.syntax", called, "examples: expected a list of input and output, got " + shots.kind());
        }
        for (Json one : list) {
            if (!(one instanceof Json.Obj example)) {
                throw PromptException.of(
                        "prompt.syntax", called, "examples: expected input and output, got " + one.kind());
            }
            examples.add(new Example(
                    shown(example.get("input").orElse(new Json.Str(""))),
                    shown(example.get("output").orElse(new Json.Str("")))));
        }
        return new PromptTemplate(
                called,
                pieces,
                declared(called, front.get("variables").orElse(Json.Obj.EMPTY)),
                Map.of(),
                Map.of(),
                examples,
                front.get("example")
                        .map(given -> word(called, "example", given))
                        .orElse(EXAMPLE));
    }

    /** What stands behind so many lines, whichever way they end. */
    private static String behind(String text, int lines) {
        int at = 0;
        for (int line = 0; line < lines; line++) {
            while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
                at++;
            }
            at += text.startsWith("\r\n", at) ? 2 : 1;
        }
        return text.substring(Math.min(at, text.length()));
    }

    /** A text, also where YAML takes it for a number. */
    private static String word(String template, String member, Json given) {
        if (given instanceof Json.Obj || given instanceof Json.Arr || given.isNull()) {
            throw PromptException.of("prompt.syntax", template, member + ": expected a text, got " + given.kind());
        }
        return shown(given);
    }

    private static Json.Obj front(String name, String yaml) {
        if (yaml.isBlank()) {
            return Json.Obj.EMPTY;
        }
        try {
            return OutputParser.yaml(JsonSchema.of(Json.object("type", "object")))
                    .parseWithRecovery(yaml)
                    .value()
                    .asObj();
        } catch (OutputException e) {
            throw PromptException.of("prompt.syntax", name, "the front matter cannot be read: " + e.getMessage());
        }
    }

    private static Map<String, JsonSchema> declared(String name, Json variables) {
        Map<String, JsonSchema> declared = new LinkedHashMap<>();
        if (!(variables instanceof Json.Obj object)) {
            throw PromptException.of(
                    "prompt.syntax", name, "variables: expected a mapping of names to types, got " + variables.kind());
        }
        object.forEach((variable, type) -> {
            try {
                declared.put(
                        variable,
                        JsonSchema.of(
                                type instanceof Json.Str word
                                        ? Json.object("type", word.value())
                                        : type.isNull() ? Json.Obj.EMPTY : type));
            } catch (SchemaException e) {
                throw PromptException.of(
                        "prompt.syntax", name, "variables: \"" + variable + "\" has no type: " + e.getMessage());
            }
        });
        return declared;
    }

    /** A copy in which this variable must be of this type. A template with declarations has no other variables. */
    public PromptTemplate declaring(String variable, JsonSchema type) {
        Map<String, JsonSchema> more = new LinkedHashMap<>(declared);
        more.put(Objects.requireNonNull(variable, "variable"), Objects.requireNonNull(type, "type"));
        return new PromptTemplate(name, pieces, more, values, parts, examples, exampleFormat);
    }

    /** A copy in which this variable has a value. */
    public PromptTemplate with(String variable, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.put(Objects.requireNonNull(variable, "variable"), Objects.requireNonNull(value, "value"));
        return new PromptTemplate(name, pieces, declared, more, parts, examples, exampleFormat);
    }

    /** A copy that puts a template in where <code>&#123;&#123;&gt; part&#125;&#125;</code> stands. It sees the values of this one. */
    public PromptTemplate partial(String part, PromptTemplate template) {
        Map<String, PromptTemplate> more = new LinkedHashMap<>(parts);
        more.put(Objects.requireNonNull(part, "part"), Objects.requireNonNull(template, "template"));
        return new PromptTemplate(name, pieces, declared, values, more, examples, exampleFormat);
    }

    /** A copy with one more example. A text is shown as it is, every other value as JSON. */
    public PromptTemplate example(Object input, Object output) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        List<Example> more = new ArrayList<>(examples);
        more.add(new Example(shown(input), shown(output)));
        return new PromptTemplate(name, pieces, declared, values, parts, more, exampleFormat);
    }

    /** A copy that writes each example this way, with <code>&#123;&#123;input&#125;&#125;</code> and <code>&#123;&#123;output&#125;&#125;</code>. */
    public PromptTemplate exampleFormat(String format) {
        return new PromptTemplate(
                name, pieces, declared, values, parts, examples, Objects.requireNonNull(format, "format"));
    }

    /** The name that stands in messages. */
    public String name() {
        return name;
    }

    /** The variables that have no value yet, in the order in which they stand in the text. */
    public Set<String> missing() {
        Set<String> missing = variables();
        missing.removeAll(values.keySet());
        return missing;
    }

    private Set<String> variables() {
        return variables(new ArrayDeque<>(), new int[1]);
    }

    /** @param around the parts that are being looked through: one that stands in itself has no more variables there */
    private Set<String> variables(Deque<String> around, int[] walked) {
        Set<String> found = new LinkedHashSet<>();
        Set<String> done = new HashSet<>(around);
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Variable variable) {
                found.add(variable.name());
            } else if (piece instanceof Piece.Part part && parts.containsKey(part.name()) && done.add(part.name())) {
                count(part, walked);
                PromptTemplate template = inner(part);
                around.push(part.name());
                Set<String> within = template.variables(around, walked);
                around.pop();
                within.removeAll(template.values.keySet());
                found.addAll(within);
            }
        }
        return found;
    }

    private void count(Piece.Part part, int[] counted) {
        if (++counted[0] > MAX_PARTS) {
            throw PromptException.at(
                    "prompt.parts", name, part.place(), "more than " + MAX_PARTS + " templates stand in this one");
        }
    }

    /** A part as it is here: it finds this template's parts too, and its own first. */
    private PromptTemplate inner(Piece.Part part) {
        PromptTemplate template = Objects.requireNonNull(parts.get(part.name()));
        Map<String, PromptTemplate> all = new LinkedHashMap<>(parts);
        all.putAll(template.parts);
        return new PromptTemplate(
                template.name,
                template.pieces,
                template.declared,
                template.values,
                all,
                template.examples,
                template.exampleFormat);
    }

    /**
     * The text with all values in.
     *
     * @throws PromptException where a value is missing, of the wrong type, or has no place
     */
    public String render() {
        return render(Map.of());
    }

    /** As {@link #render()}, with these values beside those that the template has; of equal names these win. */
    public String render(Map<String, ?> more) {
        Objects.requireNonNull(more, "more");
        Map<String, Object> all = new LinkedHashMap<>(values);
        all.putAll(more);
        Set<String> used = new LinkedHashSet<>();
        StringBuilder out = new StringBuilder();
        render(all, out, used, 0, new int[1]);
        for (String given : all.keySet()) {
            if (!used.contains(given) && !declared.containsKey(given)) {
                Set<String> places = variables();
                throw PromptException.of(
                        "prompt.unused",
                        name,
                        "there is no place for \"" + given + "\"; "
                                + (places.isEmpty()
                                        ? "there are no variables"
                                        : "the variables are " + String.join(", ", places)));
            }
        }
        return out.toString();
    }

    private void render(Map<String, Object> all, StringBuilder out, Set<String> used, int level, int[] counted) {
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Literal literal -> out.append(literal.text());
                case Piece.Variable variable -> out.append(value(variable, all, used));
                case Piece.Part part -> part(part, all, out, used, level, counted);
                case Piece.Examples place -> examples(out);
            }
        }
    }

    private String value(Piece.Variable variable, Map<String, Object> all, Set<String> used) {
        JsonSchema type = declared.get(variable.name());
        if (type == null && !declared.isEmpty()) {
            throw PromptException.at(
                    "prompt.undeclared",
                    name,
                    variable.place(),
                    "\"" + variable.name() + "\" is not declared; declared are "
                            + String.join(", ", declared.keySet()));
        }
        Object given = all.get(variable.name());
        if (given == null && type != null) {
            Optional<Json> fallback = type.shape().fallback();
            if (fallback.isPresent()) {
                return shown(fallback.get());
            }
        }
        if (given == null) {
            throw PromptException.at(
                    "prompt.missing", name, variable.place(), "no value for \"" + variable.name() + "\"");
        }
        used.add(variable.name());
        if (type == null) {
            return shown(given);
        }
        Coerced typed = Coercion.to(type).apply(Json.of(given));
        if (typed.value().isEmpty()) {
            throw PromptException.at(
                    "prompt.type",
                    name,
                    variable.place(),
                    "\"" + variable.name() + "\": "
                            + typed.violations().getFirst().message());
        }
        return shown(typed.value().get());
    }

    private void part(
            Piece.Part part, Map<String, Object> all, StringBuilder out, Set<String> used, int level, int[] counted) {
        if (!parts.containsKey(part.name())) {
            throw PromptException.at("prompt.missing", name, part.place(), "no template for \"> " + part.name() + "\"");
        }
        if (level >= MAX_LEVELS) {
            throw PromptException.at(
                    "prompt.circle", name, part.place(), "templates stand within one another in a circle");
        }
        count(part, counted);
        PromptTemplate template = inner(part);
        Map<String, Object> seen = new LinkedHashMap<>(template.values);
        seen.putAll(all);
        template.render(seen, out, used, level + 1, counted);
    }

    private void examples(StringBuilder out) {
        String between = "";
        for (Example example : examples) {
            out.append(between)
                    .append(named(name + ", example", exampleFormat)
                            .render(Map.of("input", example.input(), "output", example.output())));
            between = "\n\n";
        }
    }

    private static String shown(Object value) {
        return switch (value) {
            case CharSequence text -> text.toString();
            case Json.Str text -> text.value();
            case Json json -> json.toString();
            default -> {
                Json json = Json.of(value);
                yield json instanceof Json.Str text ? text.value() : json.toString();
            }
        };
    }
}
