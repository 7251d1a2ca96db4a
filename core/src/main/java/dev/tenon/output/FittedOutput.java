package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Coerced;
import dev.tenon.schema.Coercion;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A format of lines or tags whose texts the schema turns into numbers and the like. Immutable. */
final class FittedOutput implements OutputParser<Json> {
    /** How a format is read: what it holds, and what had to be mended. */
    @FunctionalInterface
    interface Syntax {
        Written read(String text, Fixes fixes);
    }

    private final String language;
    private final JsonSchema schema;
    private final Coercion coercion;
    private final Syntax syntax;
    private final String format;

    FittedOutput(String language, JsonSchema schema, Syntax syntax, String format) {
        this.language = language;
        this.schema = schema;
        this.coercion = Coercion.to(schema);
        this.syntax = syntax;
        this.format = format;
    }

    @Override
    public Parsed<Json> parseWithRecovery(String text) {
        Objects.requireNonNull(text, "text");
        Fixes fixes = new Fixes();
        String content = CodeBlockOutput.content(text, language, fixes);
        Written written = syntax.read(content, fixes);
        Coerced coerced = coercion.apply(written);
        if (coerced.value().isEmpty()) {
            throw Chooser.misfit(coerced.violations());
        }
        // In these formats everything is text: that a schema makes a number of it is no mending.
        List<Fix> mended = new ArrayList<>(fixes.list());
        for (Fix fix : Chooser.fixes(coerced)) {
            switch (fix.kind()) {
                case NUMBER, BOOLEAN, NULL, TEXT, ARRAY_WRAPPED -> {}
                default -> mended.add(fix);
            }
        }
        return new Parsed<>(coerced.value().get(), mended, fixes.cost());
    }

    @Override
    public String format() {
        return schema.equals(JsonSchema.ANY) ? format : format + " Its content must fit this JSON Schema:\n" + schema;
    }
}
