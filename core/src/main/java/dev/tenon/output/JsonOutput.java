package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;

/** JSON. Immutable. */
final class JsonOutput implements OutputParser<Json> {
    private final RecoveryParser parser;

    JsonOutput(JsonSchema schema) {
        this.parser = RecoveryParser.of(schema);
    }

    @Override
    public Parsed<Json> parseWithRecovery(String text) {
        return parser.parse(text);
    }

    @Override
    public Json parse(String text) {
        return parser.strict().parse(text).value();
    }

    @Override
    public String format() {
        return "Answer with JSON and nothing else"
                + (parser.schema().equals(JsonSchema.ANY)
                        ? "."
                        : ". It must fit this JSON Schema:\n" + parser.schema());
    }
}
