package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.json.TypeRef;
import dev.tenon.schema.Coerced;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Violation;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value that a model meant out of the text that it wrote: JSON in prose, in fences, cut off, with slips of syntax, or of
 * the right content in the wrong shape. It says what it mended, and it makes nothing up: what cannot be read without guessing is
 * an {@link OutputException} whose violations can go back to the model.
 *
 * <p>Valid JSON that fits the schema comes back as it is, at about the cost of reading it once. Time is linear in the length of the
 * text, nesting is bounded by {@link Json#MAX_DEPTH}, numbers are exact.
 *
 * <p>Immutable and thread-safe; made once for a schema and kept.
 */
public final class RecoveryParser {
    /** The longest text that is read, in characters: 64 Mi, more than any model writes. */
    public static final int MAX_LENGTH = 64 << 20;

    private static final int LENIENT = Integer.MAX_VALUE;

    private final Chooser chooser;
    private final int ceiling;

    private RecoveryParser(Chooser chooser, int ceiling) {
        this.chooser = chooser;
        this.ceiling = ceiling;
    }

    /** For values of this schema. */
    public static RecoveryParser of(JsonSchema schema) {
        Objects.requireNonNull(schema, "schema");
        return new RecoveryParser(new Chooser(schema), LENIENT);
    }

    /** For values of a Java type, by its schema. */
    public static RecoveryParser of(Class<?> type) {
        Objects.requireNonNull(type, "type");
        return of(JsonSchema.of(type));
    }

    /** For any JSON. */
    public static RecoveryParser any() {
        return of(JsonSchema.ANY);
    }

    /** A copy that mends nothing: the text is one JSON document that fits, or it is refused. */
    public RecoveryParser strict() {
        return new RecoveryParser(chooser, -1);
    }

    /**
     * A copy that refuses what it would have to mend at a cost above this.
     *
     * @param cost see {@link Parsed#cost()}; 0 still takes a document out of prose
     */
    public RecoveryParser ceiling(int cost) {
        if (cost < 0) {
            throw new IllegalArgumentException("cost < 0: " + cost + "; for no mending at all use strict()");
        }
        return new RecoveryParser(chooser, cost);
    }

    /** The schema. */
    public JsonSchema schema() {
        return chooser.schema();
    }

    /**
     * The value that a text holds.
     *
     * @throws OutputException where there is none, or none that fits
     */
    public Parsed<Json> parse(String text) {
        Objects.requireNonNull(text, "text");
        if (text.length() > MAX_LENGTH) {
            throw Refusal.of("output.unreadable", "the text is longer than " + MAX_LENGTH + " characters");
        }
        if (ceiling < 0) {
            return strictly(text);
        }
        return new RecoveryReader(this, chooser, text).finish();
    }

    /** As {@link #parse(String)}, as a Java value. */
    public <T> Parsed<T> parse(String text, Class<T> type) {
        Objects.requireNonNull(type, "type");
        Parsed<Json> parsed = parse(text);
        return new Parsed<>(as(parsed.value(), () -> parsed.value().as(type)), parsed.fixes(), parsed.cost());
    }

    /** As {@link #parse(String)}, as a value of a generic type. */
    public <T> Parsed<T> parse(String text, TypeRef<T> type) {
        Objects.requireNonNull(type, "type");
        Parsed<Json> parsed = parse(text);
        return new Parsed<>(as(parsed.value(), () -> parsed.value().as(type)), parsed.fixes(), parsed.cost());
    }

    /**
     * The arguments of a tool call, an object. No text, white space, {@code ""} and {@code null} mean no arguments; defaults are put in, and
     * what is required must be there.
     *
     * @throws OutputException where they cannot be read or do not fit; its violations are for the model
     */
    public Parsed<Json> arguments(@Nullable String text) {
        if (text == null || nothing(text.strip())) {
            Coerced none = chooser.coercion().apply(Json.Obj.EMPTY);
            if (none.value().isEmpty()) {
                throw Chooser.misfit(none.violations());
            }
            return new Parsed<>(none.value().get(), Chooser.fixes(none), none.cost());
        }
        Parsed<Json> parsed;
        try {
            parsed = parse(text);
        } catch (OutputException e) {
            if (!e.code().equals("output.unreadable")) {
                throw e;
            }
            String said = "expected an object of arguments, but " + e.getMessage();
            throw new OutputException(e.code(), said, List.of(new Violation("", "type", "$: " + said)));
        }
        if (!(parsed.value() instanceof Json.Obj)) {
            throw Chooser.misfit(List.of(new Violation(
                    "", "type", "$: expected object, got " + parsed.value().kind())));
        }
        return parsed;
    }

    /** Whether a text says that there are no arguments: nothing at all, nothing in quotes, null as some language has it. */
    private static boolean nothing(String text) {
        return switch (text) {
            case "", "\"\"", "\"null\"", "null", "None", "nil", "undefined" -> true;
            default -> text.isBlank();
        };
    }

    /** A reader for a text that comes in pieces. */
    public RecoveryReader start() {
        return new RecoveryReader(this, chooser, 1024);
    }

    /** Refuses what costs more than the caller allows. */
    Parsed<Json> checked(Parsed<Json> parsed) {
        if (ceiling < 0 && !parsed.untouched()) {
            Fix first = parsed.fixes().getFirst();
            throw refused("the text is not the JSON that was wanted: "
                    + first.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " at \""
                    + first.place() + "\"");
        }
        if (ceiling >= 0 && parsed.cost() > ceiling) {
            throw refused("reading the text would take mending at a cost of " + parsed.cost()
                    + ", above the ceiling of " + ceiling);
        }
        return parsed;
    }

    private static OutputException refused(String said) {
        return new OutputException("output.refused", said, List.of(new Violation("", "syntax", "$: " + said)));
    }

    private Parsed<Json> strictly(String text) {
        Json value;
        try {
            value = Json.parse(text);
        } catch (JsonException e) {
            throw refused(e.getMessage() == null ? "not JSON" : e.getMessage());
        }
        List<Violation> violations = schema().validate(value);
        if (!violations.isEmpty()) {
            throw Chooser.misfit(violations);
        }
        return new Parsed<>(value, List.of(), 0);
    }

    private static <T> T as(Json value, java.util.function.Supplier<T> read) {
        try {
            return read.get();
        } catch (JsonException e) {
            String said = e.getMessage() == null ? value.kind() : e.getMessage();
            throw new OutputException("output.invalid", said, List.of(new Violation("", "type", "$: " + said)));
        }
    }
}
