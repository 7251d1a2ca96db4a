package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;

/** A word that may stand without quotes. Immutable. */
final class ScalarOutput implements OutputParser<Json> {
    private final RecoveryParser parser;
    private final String format;

    ScalarOutput(JsonSchema schema, String format) {
        this.parser = RecoveryParser.of(schema);
        this.format = format;
    }

    @Override
    public Parsed<Json> parseWithRecovery(String text) {
        String bare = text.strip();
        // The bare word is what was asked for.
        Json exact = new Json.Str(bare);
        if (parser.schema().accepts(exact)) {
            return new Parsed<>(exact, java.util.List.of(), 0);
        }
        return parser.parse(text);
    }

    @Override
    public String format() {
        return format;
    }
}
