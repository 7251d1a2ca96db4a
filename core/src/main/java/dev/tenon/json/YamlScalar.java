package dev.tenon.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A scalar without quotes, as YAML 1.2 reads it: by the tag resolution of the core schema (YAML 1.2.2, section 10.3.2), in which {@code no} and {@code on} are texts. Files of ours are read by this, and not
 * by the library that finds the scalars, which knows YAML 1.1. Immutable.
 */
public final class YamlScalar {
    private enum Kind {
        NULL,
        TRUE,
        FALSE,
        DECIMAL,
        OCTAL,
        HEXADECIMAL,
        NOT_FINITE,
        TEXT
    }

    private static final Pattern OCTAL = Pattern.compile("0o[0-7]+");
    private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]+");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern NOT_FINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    private final Kind kind;
    private final String text;

    private YamlScalar(Kind kind, String text) {
        this.kind = kind;
        this.text = text;
    }

    /** The scalar of this text, in time linear in its length. */
    public static YamlScalar of(String text) {
        return new YamlScalar(kind(Objects.requireNonNull(text, "text")), text);
    }

    private static Kind kind(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> Kind.NULL;
            case "true", "True", "TRUE" -> Kind.TRUE;
            case "false", "False", "FALSE" -> Kind.FALSE;
            default -> {
                if (DECIMAL.matcher(text).matches()) yield Kind.DECIMAL;
                if (OCTAL.matcher(text).matches()) yield Kind.OCTAL;
                if (HEXADECIMAL.matcher(text).matches()) yield Kind.HEXADECIMAL;
                yield NOT_FINITE.matcher(text).matches() ? Kind.NOT_FINITE : Kind.TEXT;
            }
        };
    }

    /** Whether it is a number that JSON can hold; reading one takes time that grows faster than its digits, so bound the text first. */
    public boolean isNumber() {
        return kind == Kind.DECIMAL || kind == Kind.OCTAL || kind == Kind.HEXADECIMAL;
    }

    /** Whether it is {@code .inf} or {@code .nan}, which JSON has no value for. */
    public boolean isNotFinite() {
        return kind == Kind.NOT_FINITE;
    }

    /**
     * The value; the text itself where it is neither null, a boolean nor a number.
     *
     * @throws JsonException where a number has an exponent that is out of all measure
     */
    public Json value() {
        return switch (kind) {
            case NULL -> Json.NULL;
            case TRUE -> Json.of(true);
            case FALSE -> Json.of(false);
            case DECIMAL -> decimal();
            case OCTAL -> new Json.Num(new BigDecimal(new BigInteger(text.substring(2), 8)));
            case HEXADECIMAL -> new Json.Num(new BigDecimal(new BigInteger(text.substring(2), 16)));
            case NOT_FINITE, TEXT -> Json.of(text);
        };
    }

    private Json decimal() {
        try {
            return new Json.Num(new BigDecimal(text));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new JsonException(
                    "json.number",
                    "expected a number of a size that can be used, got " + Text.clip(Json.of(text)),
                    Map.of(),
                    e);
        }
    }

    /** The text. */
    @Override
    public String toString() {
        return text;
    }
}
