package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;

/** A word that may stand without quotes. Immutable. */
final class ScalarOutput implements OutputParser<Json> {
    private final RecoveryParser parser;
    private final String wanted;
    private final String format;

    /** @param wanted what it may be, for errors */
    ScalarOutput(JsonSchema schema, String wanted, String format) {
        this.parser = RecoveryParser.of(schema);
        this.wanted = wanted;
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
        try {
            return parser.parse(text);
        } catch (OutputException e) {
            String shown = bare.length() <= SHOWN ? bare : bare.substring(0, SHOWN) + "…";
            throw Refusal.of(e.code(), "expected " + wanted + ", got " + new Json.Str(shown));
        }
    }

    private static final int SHOWN = 60;

    @Override
    public String format() {
        return format;
    }
}
