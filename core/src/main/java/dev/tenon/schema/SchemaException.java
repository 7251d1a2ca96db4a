package dev.tenon.schema;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A schema that is broken, a Java type that has none, or something a provider's profile cannot express. Its context holds
 * {@code pointer}, the place in the schema, or {@code path}, the place in the type.
 */
public final class SchemaException extends TenonException {
    private static final long serialVersionUID = 1L;

    public SchemaException(String code, String message, Map<String, String> context, @Nullable Throwable cause) {
        super(
                code,
                Objects.requireNonNull(message, "message"),
                Recovery.NONE,
                Objects.requireNonNull(context, "context"),
                cause);
    }

    /** A document that is no schema, at a JSON Pointer into it. */
    static SchemaException invalid(String pointer, String message) {
        return new SchemaException(
                "schema.invalid", "schema at \"" + pointer + "\": " + message, Map.of("pointer", pointer), null);
    }

    /** A Java type that has no schema; the path starts at the type that was asked for. */
    static SchemaException type(String path, String message) {
        return new SchemaException("schema.type", path + ": " + message, Map.of("path", path), null);
    }
}
