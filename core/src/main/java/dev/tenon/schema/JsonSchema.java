package dev.tenon.schema;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;

/**
 * A JSON Schema, draft 2020-12: of a Java type or of a document. Immutable; equal when {@link #json()} is. Its JSON form is the
 * document itself.
 */
public final class JsonSchema {
    /** The schema that everything fits. */
    public static final JsonSchema ANY = new JsonSchema(Json.Obj.EMPTY);

    private final Json json;

    private JsonSchema(Json json) {
        this.json = json;
    }

    /** The schema of a Java type, as {@link Json#as(Class)} reads and {@link Json#of(Object)} writes it. */
    public static JsonSchema of(Class<?> type) {
        return of((Type) type);
    }

    /** As {@link #of(Class)}, for a generic type. */
    public static JsonSchema of(TypeRef<?> type) {
        return of(type.type());
    }

    /** As {@link #of(Class)}, for a type known only at run time. */
    public static JsonSchema of(Type type) {
        throw SchemaException.type(type.getTypeName(), "has no schema yet");
    }

    /**
     * A schema document.
     *
     * @throws SchemaException where it is broken, naming the JSON Pointer of the place
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static JsonSchema of(Json document) {
        return new JsonSchema(Objects.requireNonNull(document, "document"));
    }

    /** As {@link #of(Json)}, of text. */
    public static JsonSchema parse(String text) {
        return of(Json.parse(text));
    }

    /**
     * The schema of a method's parameters as one object, a member a parameter.
     *
     * @param context types whose parameters are not the caller's to give, such as a tool's context
     * @throws SchemaException where a parameter has neither a compiled name ({@code javac -parameters}) nor {@code @JsonProperty}
     */
    public static JsonSchema ofParameters(Method method, Class<?>... context) {
        throw SchemaException.type(method.toString(), "has no schema yet");
    }

    /** The member's name under which {@link #ofParameters} expects a parameter. */
    public static String parameterName(Parameter parameter) {
        return parameter.getName();
    }

    /** The document. */
    @JsonValue
    public Json json() {
        return json;
    }

    /** What is wrong with a value; empty where it fits. At most the first 100 violations. */
    public List<Violation> validate(Json value) {
        return List.of();
    }

    /** Whether a value fits. */
    public boolean accepts(Json value) {
        return validate(value).isEmpty();
    }

    /** The schema as a reader of values sees it. */
    public Shape shape() {
        return new Shape(json);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonSchema schema && schema.json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    @Override
    public String toString() {
        return json.toString();
    }
}
