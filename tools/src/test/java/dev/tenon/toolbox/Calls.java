package dev.tenon.toolbox;

import dev.tenon.json.Json;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Key;
import dev.tenon.scope.Registration;
import dev.tenon.scope.State;
import dev.tenon.scope.Stop;
import dev.tenon.scope.TimeSource;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls tools as a run does: arguments are checked by the schema first. */
public final class Calls implements ToolContext {
    public final Cancellation scope = new Cancellation();
    public final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final List<Tool> tools;
    private final Map<Class<?>, Object> given = new HashMap<>();

    private volatile Runnable onProgress = () -> {};

    public Calls(List<Tool> tools) {
        this.tools = List.copyOf(tools);
    }

    public <T> Calls provide(Class<T> type, T value) {
        given.put(type, value);
        return this;
    }

    /** What is done when a tool tells how far it is. */
    public void onProgress(Runnable action) {
        this.onProgress = action;
    }

    public Tool tool(String name) {
        return tools.stream()
                .filter(tool -> tool.spec().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no tool " + name));
    }

    /** The output of a call with these arguments: names and values in turn. */
    public ToolOutput output(String name, Object... arguments) throws Exception {
        Json.ObjBuilder object = Json.object();
        for (int i = 0; i < arguments.length; i += 2) {
            object.put((String) arguments[i], arguments[i + 1]);
        }
        return output(name, object.build());
    }

    public ToolOutput output(String name, Json.Obj arguments) throws Exception {
        Tool tool = tool(name);
        var wrong = tool.spec().parameters().validate(arguments);
        if (!wrong.isEmpty()) {
            throw new AssertionError("the arguments do not fit: " + wrong);
        }
        return tool.call(arguments, this);
    }

    /** The text of a call that must be well. */
    public String call(String name, Object... arguments) throws Exception {
        ToolOutput output = output(name, arguments);
        if (output.error()) {
            throw new AssertionError(name + " was refused: " + output.text());
        }
        return output.text();
    }

    /** The text of a call that must be refused, saying what is allowed. */
    public String refused(String name, Object... arguments) throws Exception {
        int before = events.size();
        ToolOutput output = output(name, arguments);
        if (!output.error()) {
            throw new AssertionError(name + " was not refused: " + output.text());
        }
        if (!output.text().contains(". Allowed: ")) {
            throw new AssertionError(name + " does not say what is allowed: " + output.text());
        }
        if (events.size() != before + 1 || !events.get(before).startsWith(GuardedTool.REFUSED)) {
            throw new AssertionError("the refusal was not told: " + events);
        }
        return output.text();
    }

    @Override
    public String run() {
        return "run";
    }

    @Override
    public <T> T get(Class<T> type) {
        Object value = given.get(type);
        if (value == null) {
            throw new IllegalStateException("no " + type.getName());
        }
        return type.cast(value);
    }

    @Override
    public State state() {
        return State.of(Json.Obj.EMPTY);
    }

    @Override
    public <T> void update(Key<T> key, T value) {
        throw new AssertionError("no tool here keeps state");
    }

    @Override
    public ToolOutput call(String tool, Json.Obj arguments) {
        throw new AssertionError("no tool here calls another");
    }

    @Override
    public void offer(String tool) {
        throw new AssertionError("no tool here offers another");
    }

    @Override
    public void progress(String message) {
        events.add("progress " + message);
        onProgress.run();
    }

    @Override
    public void emit(String name, Json payload) {
        events.add(name + " " + payload);
    }

    @Override
    public String id() {
        return "run/1/0";
    }

    @Override
    public Optional<Instant> deadline() {
        return scope.deadline();
    }

    @Override
    public Optional<Stop> stop() {
        return scope.stop();
    }

    @Override
    public Registration onStop(Runnable action) {
        return scope.onStop(action);
    }

    @Override
    public TimeSource time() {
        return scope.time();
    }
}
