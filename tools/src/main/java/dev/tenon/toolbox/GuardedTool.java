package dev.tenon.toolbox;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.util.Objects;

/**
 * A tool behind a guard: a {@link RefusedException} becomes a failed result with its message as it is, and an event {@value #REFUSED} that an audit log keeps. Everything else goes the
 * usual way. Immutable.
 */
public final class GuardedTool implements Tool {
    /** The event that tells of a refusal; its payload has {@code tool}, {@code code} and {@code message}. */
    public static final String REFUSED = "tool.call.refused";

    private final ToolSpec spec;
    private final ContextFunction<Json.Obj> function;

    private GuardedTool(ToolSpec spec, ContextFunction<Json.Obj> function) {
        this.spec = spec;
        this.function = function;
    }

    /** A guarded tool of a spec. */
    public static GuardedTool of(ToolSpec spec, ContextFunction<Json.Obj> function) {
        return new GuardedTool(Objects.requireNonNull(spec, "spec"), Objects.requireNonNull(function, "function"));
    }

    /** A guarded tool whose arguments are a record, without traits and with the default timeout; {@link Tool#with} changes that. */
    public static <A> GuardedTool of(String name, String description, Class<A> arguments, ContextFunction<A> function) {
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(function, "function");
        return of(
                ToolSpec.of(name, description, JsonSchema.of(arguments)),
                (json, context) -> function.apply(json.as(arguments), context));
    }

    /** The same tool with these traits. */
    public GuardedTool traits(ToolSpec.Trait first, ToolSpec.Trait... more) {
        return new GuardedTool(spec.withTraits(first, more), function);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public ToolOutput call(Json.Obj arguments, ToolContext context) throws Exception {
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(context, "context");
        try {
            return ToolOutput.of(function.apply(arguments, context));
        } catch (RefusedException refused) {
            String message = String.valueOf(refused.getMessage());
            context.emit(
                    REFUSED,
                    Json.object()
                            .put("tool", spec.name())
                            .put("code", refused.code())
                            .put("message", message)
                            .build());
            return ToolOutput.error(message);
        }
    }

    @Override
    public String toString() {
        return "GuardedTool[" + spec.name() + "]";
    }
}
