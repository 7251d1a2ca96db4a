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
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema, draft 2020-12: of a Java type or of a document. Immutable and thread-safe; equal when {@link #json()} is. Its JSON
 * form is the document itself.
 *
 * {@snippet file="dev/tenon/schema/ValidationTest.java" region="type"}
 *
 * <p>Of a type: members are required and not null unless they are {@code Optional} or {@code @Nullable}, and objects are closed.
 * Names, tags and what is left out are those of {@link Json#of(Object)}. {@link Description}, Jackson's annotations and, by their
 * names, those of Bean Validation count.
 *
 * <p>Of a document: what names an older draft in {@code $schema} is read as that. {@code format} is checked. Nothing is ever
 * fetched; other documents are handed in with {@link SchemaOptions}. A broken schema is an error when it is made.
 *
 * <p>It is compiled once; a value that fits costs one small object. Time is bounded for hostile schemas and values too: patterns,
 * recursion and choices are given up after a number of steps, and what could not be decided does not fit.
 */
public final class JsonSchema {
    /** The schema that everything fits. */
    public static final JsonSchema ANY = new JsonSchema(Json.Obj.EMPTY, SchemaOptions.DEFAULT);

    private final Json json;
    private final SchemaOptions options;
    private volatile @Nullable Compiled compiled;

    private JsonSchema(Json json, SchemaOptions options) {
        this.json = json;
        this.options = options;
    }

    /**
     * The schema of a Java type, as {@link Json#as(Class)} reads and {@link Json#of(Object)} writes it. Kept: the same type gives
     * the same object while its class is loaded.
     *
     * @throws SchemaException where the type has no JSON form that a schema could describe, naming the place in it
     */
    public static JsonSchema of(Class<?> type) {
        Objects.requireNonNull(type, "type");
        return TypeCache.of(type);
    }

    /** As {@link #of(Class)}, for a generic type. */
    public static JsonSchema of(TypeRef<?> type) {
        Objects.requireNonNull(type, "type");
        return of(type.type());
    }

    /** As {@link #of(Class)}, for a type known only at run time. */
    public static JsonSchema of(Type type) {
        Objects.requireNonNull(type, "type");
        return TypeCache.of(type);
    }

    /**
     * A schema document.
     *
     * @throws SchemaException where it is broken, naming the JSON Pointer of the place
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static JsonSchema of(Json document) {
        return of(document, SchemaOptions.DEFAULT);
    }

    /** As {@link #of(Json)}, with other documents to refer to or formats unchecked. Equality does not look at the options. */
    public static JsonSchema of(Json document, SchemaOptions options) {
        Objects.requireNonNull(options, "options");
        JsonSchema schema = new JsonSchema(Objects.requireNonNull(document, "document"), options);
        schema.compiled();
        return schema;
    }

    /** A document that is right because it was made here; compiled when it is first used. */
    static JsonSchema known(Json document) {
        return new JsonSchema(document, SchemaOptions.DEFAULT);
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
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(context, "context");
        return known(TypeSchemas.ofParameters(method, context));
    }

    /** The member's name under which {@link #ofParameters} expects a parameter. */
    public static String parameterName(Parameter parameter) {
        Objects.requireNonNull(parameter, "parameter");
        return TypeSchemas.parameterName(parameter);
    }

    /** The document. */
    @JsonValue
    public Json json() {
        return json;
    }

    /** What is wrong with a value; empty where it fits. At most the first 100 violations. */
    public List<Violation> validate(Json value) {
        Objects.requireNonNull(value, "value");
        Compiled ready = compiled();
        return ready.validate(ready.root, value);
    }

    /** Whether a value fits. */
    public boolean accepts(Json value) {
        Objects.requireNonNull(value, "value");
        Compiled ready = compiled();
        return ready.accepts(ready.root, value);
    }

    /** The schema as a reader of values sees it. */
    public Shape shape() {
        Compiled ready = compiled();
        return ready.shape(new Shape.Key(List.of(ready.root), List.of()));
    }

    /** The schema as one who checks a value while reading it sees it. */
    public Checkpoint checkpoint() {
        return compiled().checkpoint();
    }

    StrictSchema strict(StrictProfile profile) {
        return compiled().strict(profile, this);
    }

    /** Compiled on first use where the document is known to be right; twice at once does no harm. */
    private Compiled compiled() {
        Compiled ready = compiled;
        if (ready == null) {
            ready = Compiler.compile(json, options);
            compiled = ready;
        }
        return ready;
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
