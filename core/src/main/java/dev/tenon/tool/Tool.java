package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something a model can call. Implementations must be thread-safe: calls of one turn run in parallel. A tool that is {@link AutoCloseable} is closed with the
 * agent that owns it.
 *
 * <p>The arguments have been read, coerced and validated by the schema of the {@link #spec()}. What a call throws becomes a result that tells the
 * model; only {@link ToolException} ends the run.
 */
public interface Tool {
    /** What the model is told. Constant. */
    ToolSpec spec();

    /** Runs a call. Blocks; an interrupt or {@link ToolContext#stopped()} says that nobody waits any more. */
    ToolOutput call(Json.Obj arguments, ToolContext context) throws Exception;

    /**
     * A function of a call's arguments.
     *
     * @param <A> the arguments
     */
    @FunctionalInterface
    interface Function<A> {
        /** Runs a call; the returned value becomes the output by {@link ToolOutput#of(Object)}. */
        @Nullable
        Object apply(A arguments) throws Exception;
    }

    /**
     * A function of a call's arguments and its context.
     *
     * @param <A> the arguments
     */
    @FunctionalInterface
    interface ContextFunction<A> {
        /** Runs a call; the returned value becomes the output by {@link ToolOutput#of(Object)}. */
        @Nullable
        Object apply(A arguments, ToolContext context) throws Exception;
    }

    /** A tool whose arguments are a record (or another data class), by whose components the schema is made. */
    static <A> Tool of(String name, String description, Class<A> arguments, Function<A> function) {
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(function, "function");
        return of(name, description, arguments, (a, context) -> function.apply(a));
    }

    /** As {@link #of(String, String, Class, Function)}, for a function that wants the context. */
    static <A> Tool of(String name, String description, Class<A> arguments, ContextFunction<A> function) {
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(function, "function");
        return of(
                ToolSpec.of(name, description, JsonSchema.of(arguments)),
                (json, context) -> function.apply(json.as(arguments), context));
    }

    /** A tool of a spec, for example with a schema that was written by hand. */
    static Tool of(ToolSpec spec, ContextFunction<Json.Obj> function) {
        return new FunctionTool(Objects.requireNonNull(spec, "spec"), Objects.requireNonNull(function, "function"));
    }

    /** The tool that this one wraps under another spec; empty where it wraps none. */
    default Optional<Tool> wrapped() {
        return Optional.empty();
    }

    /** This tool with another spec: another name, traits, timeout. The schema should accept what the tool accepts. */
    default Tool with(java.util.function.UnaryOperator<ToolSpec> change) {
        Objects.requireNonNull(change, "change");
        return new RespecifiedTool(change.apply(spec()), this);
    }
}
