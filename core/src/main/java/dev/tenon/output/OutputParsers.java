package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Parsers by the name of their format, for programs that take the format from a configuration. Immutable: {@link #with} makes a
 * copy that has one more.
 */
public final class OutputParsers {
    /** {@code json}, {@code yaml}, {@code xml}, {@code csv}, {@code key-value}, {@code code-block}, {@code one-of}, {@code boolean} and {@code text}. */
    public static final OutputParsers STOCK = new OutputParsers(Map.of())
            .with("json", OutputParser::json)
            .with("yaml", OutputParser::yaml)
            .with("xml", OutputParser::xml)
            .with("csv", OutputParser::csv)
            .with("key-value", OutputParser::keyValue)
            .with("code-block", schema -> OutputParser.codeBlock().map(Json.Str::new))
            .with("one-of", OutputParser::oneOf)
            .with("boolean", schema -> OutputParser.bool().map(Json.Bool::of))
            .with("text", schema -> OutputParser.text().map(Json.Str::new));

    private final Map<String, Function<JsonSchema, OutputParser<? extends Json>>> formats;

    private OutputParsers(Map<String, Function<JsonSchema, OutputParser<? extends Json>>> formats) {
        this.formats = Collections.unmodifiableMap(new LinkedHashMap<>(formats));
    }

    /** A copy with one more format, or with another parser for one that is there. */
    public OutputParsers with(String format, Function<JsonSchema, OutputParser<? extends Json>> parser) {
        Map<String, Function<JsonSchema, OutputParser<? extends Json>>> more = new LinkedHashMap<>(formats);
        more.put(Objects.requireNonNull(format, "format"), Objects.requireNonNull(parser, "parser"));
        return new OutputParsers(more);
    }

    /** The names of the formats, in the order they were added. */
    public Set<String> formats() {
        return formats.keySet();
    }

    /**
     * The parser of a format for values of a schema.
     *
     * @throws IllegalArgumentException where there is no such format, naming those there are
     */
    public OutputParser<? extends Json> parser(String format, JsonSchema schema) {
        Objects.requireNonNull(schema, "schema");
        Function<JsonSchema, OutputParser<? extends Json>> maker = formats.get(format);
        if (maker == null) {
            throw new IllegalArgumentException(
                    "no format \"" + format + "\"; there are " + String.join(", ", formats.keySet()));
        }
        return maker.apply(schema);
    }
}
