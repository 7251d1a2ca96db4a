package dev.tenon.toolbox.guard;

import dev.tenon.json.Json;
import dev.tenon.scope.Key;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Scoped;
import dev.tenon.scope.State;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.util.Objects;
import java.util.Optional;

/**
 * A tool that sees some secrets by name and no others: what {@code context.get(SecretStore.class)} gives it is this grant, whatever the agent has. Immutable.
 */
@SuppressWarnings("try") // What close throws is the tool's own affair.
public final class GrantedTool implements Tool, AutoCloseable {
    private final Tool tool;
    private final SecretStore store;

    private GrantedTool(Tool tool, SecretStore store) {
        this.tool = tool;
        this.store = store;
    }

    /** The tool with a grant of these secrets; of none, where none is named. */
    public static GrantedTool of(Tool tool, SecretStore store, String... names) {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(names, "names");
        return new GrantedTool(Objects.requireNonNull(tool, "tool"), store.only(names));
    }

    @Override
    public ToolSpec spec() {
        return tool.spec();
    }

    @Override
    public Optional<Tool> wrapped() {
        return Optional.of(tool);
    }

    @Override
    public ToolOutput call(Json.Obj arguments, ToolContext context) throws Exception {
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(context, "context");
        return tool.call(arguments, new Granted(context, store));
    }

    @Override
    public void close() throws Exception {
        if (tool instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    @Override
    public String toString() {
        return "GrantedTool[" + spec().name() + "]";
    }

    private record Granted(ToolContext context, SecretStore store) implements ToolContext, Scoped {
        @Override
        public Scope scope() {
            return context;
        }

        @Override
        public <T> T get(Class<T> type) {
            return type == SecretStore.class ? type.cast(store) : context.get(type);
        }

        @Override
        public String run() {
            return context.run();
        }

        @Override
        public String session() {
            return context.session();
        }

        @Override
        public ToolOutput call(String tool, Json.Obj arguments) {
            return context.call(tool, arguments);
        }

        @Override
        public void offer(String tool) {
            context.offer(tool);
        }

        @Override
        public State state() {
            return context.state();
        }

        @Override
        public <T> void update(Key<T> key, T value) {
            context.update(key, value);
        }

        @Override
        public void progress(String message) {
            context.progress(message);
        }

        @Override
        public void emit(String name, Json payload) {
            context.emit(name, payload);
        }
    }
}
