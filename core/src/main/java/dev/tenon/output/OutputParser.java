package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads a value of one type out of a model's text in one format, and says how to ask for that format. The stock ones are the
 * static methods; {@link OutputParsers} has them by name.
 *
 * <p>Stock parsers are immutable and thread-safe; your own should be.
 *
 * @param <T> what is read
 */
public interface OutputParser<T> {
    /**
     * The value, and what had to be mended to get it.
     *
     * @throws OutputException where the text holds none that fits
     */
    Parsed<T> parseWithRecovery(String text);

    /** What to write into the prompt so that the model answers in this format: one or a few sentences. */
    String format();

    /**
     * The value of a text that needs no mending.
     *
     * @throws OutputException where it holds none, or something would have to be mended
     */
    default T parse(String text) {
        Parsed<T> parsed = parseWithRecovery(text);
        for (Fix fix : parsed.fixes()) {
            String said = "the text is not in the format: "
                    + fix.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " at \"" + fix.place() + "\"";
            throw Refusal.of("output.refused", said);
        }
        return parsed.value();
    }

    /** A parser of the same text for another type. */
    default <R> OutputParser<R> map(Function<? super T, ? extends R> mapping) {
        Objects.requireNonNull(mapping, "mapping");
        OutputParser<T> from = this;
        return new OutputParser<>() {
            @Override
            public Parsed<R> parseWithRecovery(String text) {
                Parsed<T> parsed = from.parseWithRecovery(text);
                return new Parsed<>(mapping.apply(parsed.value()), parsed.fixes(), parsed.cost());
            }

            @Override
            public String format() {
                return from.format();
            }
        };
    }

    /** JSON, by {@link RecoveryParser}. */
    static OutputParser<Json> json(JsonSchema schema) {
        return new JsonOutput(schema);
    }

    /** JSON of a Java type. */
    static <T> OutputParser<T> json(Class<T> type) {
        return json(JsonSchema.of(type)).map(json -> json.as(type));
    }

    /** YAML: block mappings and lists, plain, quoted and block texts, JSON within. No anchors, aliases or tags. */
    static OutputParser<Json> yaml(JsonSchema schema) {
        return new FittedOutput("yaml", schema, YamlText::read, "Answer with YAML and nothing else.");
    }

    /** XML: children and attributes become members, repeated children an array. No document types, no entities but the five. */
    static OutputParser<Json> xml(JsonSchema schema) {
        return new FittedOutput("xml", schema, XmlText::read, "Answer with one XML element and nothing else.");
    }

    /** CSV with a header line: an array of objects. Separated by commas, semicolons, tabs or bars. */
    static OutputParser<Json> csv(JsonSchema schema) {
        Objects.requireNonNull(schema, "schema");
        Set<String> columns = schema.shape().item(0).properties().keySet();
        return new FittedOutput(
                "csv",
                schema,
                (text, fixes) -> CsvText.read(text, fixes, columns),
                "Answer with CSV, the first line the column names, and nothing else.");
    }

    /** Lines such as {@code name: value}: an object. */
    static OutputParser<Json> keyValue(JsonSchema schema) {
        return new FittedOutput(
                "key-value", schema, KeyValueText::read, "Answer with one line a field, as name: value.");
    }

    /** The content of the first Markdown code block; of the text where there is none. */
    static OutputParser<String> codeBlock() {
        return new CodeBlockOutput("");
    }

    /** The content of the first Markdown code block in a language. */
    static OutputParser<String> codeBlock(String language) {
        Objects.requireNonNull(language, "language");
        return new CodeBlockOutput(language);
    }

    /** One of these words, by case, style and the signs around it. */
    static OutputParser<String> oneOf(List<String> choices) {
        Objects.requireNonNull(choices, "choices");
        List<Json> constants = new ArrayList<>();
        choices.forEach(choice -> constants.add(new Json.Str(choice)));
        return oneOf(JsonSchema.of(Json.object()
                        .put("type", "string")
                        .put("enum", Json.Arr.of(constants))
                        .build()))
                .map(Json::asString);
    }

    /**
     * One of the values that a schema lists as {@code enum}, {@code const} or choices of these.
     *
     * @throws IllegalArgumentException where it lists none
     */
    static OutputParser<Json> oneOf(JsonSchema schema) {
        Objects.requireNonNull(schema, "schema");
        List<Json> choices = new ArrayList<>(schema.shape().constants());
        schema.shape().branches().forEach(branch -> choices.addAll(branch.constants()));
        if (choices.isEmpty()) {
            throw new IllegalArgumentException("the schema lists no values to choose from: " + schema.json());
        }
        List<String> words = new ArrayList<>();
        choices.forEach(choice -> words.add(choice instanceof Json.Str text ? text.value() : choice.toString()));
        return new ScalarOutput(
                schema,
                "one of " + String.join(", ", words),
                "Answer with exactly one of: " + String.join(", ", words) + ".");
    }

    /** One constant of an enum, by its name. */
    static <E extends Enum<E>> OutputParser<E> oneOf(Class<E> type) {
        Objects.requireNonNull(type, "type");
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            names.add(constant.name());
        }
        return oneOf(names).map(name -> Enum.valueOf(type, name));
    }

    /** Yes or no. */
    static OutputParser<Boolean> bool() {
        JsonSchema schema = JsonSchema.of(Json.object("type", "boolean"));
        return new ScalarOutput(schema, "true or false", "Answer with true or false.")
                .map(json -> json == Json.Bool.TRUE);
    }

    /** The text as it is, without white space around it. */
    static OutputParser<String> text() {
        return new OutputParser<>() {
            @Override
            public Parsed<String> parseWithRecovery(String text) {
                return new Parsed<>(text.strip(), List.of(), 0);
            }

            @Override
            public String format() {
                return "Answer with plain text, without Markdown.";
            }
        };
    }
}
