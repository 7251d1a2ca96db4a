package dev.tenon.agent;

import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.provider.Notice;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.scope.Key;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Scoped;
import dev.tenon.scope.State;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a tool sees of the run that called it. */
final class Context implements ToolContext, Scoped {
    private final AgentSetup setup;
    private final RunRequest request;
    private final RunTools tools;
    private final EffectCall call;
    private final State state;

    // Guarded by this.
    private List<State.Change> changes = List.of();
    private final List<ToolSpec> offered = new ArrayList<>(0);
    private final Map<String, Integer> nested = new HashMap<>(0);

    Context(AgentSetup setup, RunRequest request, RunTools tools, EffectCall call, Json state) {
        this.setup = setup;
        this.request = request;
        this.tools = tools;
        this.call = call;
        this.state = State.of(state);
    }

    synchronized List<State.Change> changes() {
        return List.copyOf(changes);
    }

    synchronized List<ToolSpec> offered() {
        return List.copyOf(offered);
    }

    @Override
    public Scope scope() {
        return call;
    }

    @Override
    public String run() {
        return call.run();
    }

    @Override
    public String session() {
        return request.session();
    }

    @Override
    public <T> T get(Class<T> type) {
        Object found = setup.given().get(type);
        if (found == null) {
            throw new IllegalStateException("the agent \"" + setup.name() + "\" was given no " + type.getName()
                    + "; give it one with Agent.builder(…).provide(" + type.getSimpleName() + ".class, …)");
        }
        return type.cast(found);
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public <T> void update(Key<T> key, T value) {
        changed(List.of(new State.Change(key.name(), Json.of(value))));
    }

    private synchronized void changed(List<State.Change> by) {
        List<State.Change> more = new ArrayList<>(changes);
        more.addAll(by);
        changes = more;
    }

    @Override
    public void progress(String message) {
        call.notice(new Notice.Custom("tool.call.progress", Json.of(Objects.requireNonNull(message, "message"))));
    }

    @Override
    public void emit(String name, Json payload) {
        Event told = Event.of(name, call.time().now(), payload); // Its name is checked where whoever gave it is told.
        call.notice(new Notice.Custom(told.name(), payload));
    }

    @Override
    public ToolOutput call(String tool, Json.Obj arguments) {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(arguments, "arguments");
        NestedCall.Input input = new NestedCall.Input(tool, arguments, state.json());
        String name = input.key();
        int number;
        synchronized (this) {
            number = nested.merge(name, 1, Integer::sum) - 1;
        }
        Outcome.Returned returned =
                NestedCall.called(call, name + "-" + number, new NestedCall(setup, request, tools), input);
        if (!returned.error()) {
            changed(returned.changes());
            returned.offered().forEach(spec -> offer(spec.name()));
        }
        return new ToolOutput(returned.content(), returned.error());
    }

    @Override
    public void offer(String tool) {
        Objects.requireNonNull(tool, "tool");
        ToolSpec spec = tools.all()
                .find(tool)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the agent \"" + setup.name() + "\" has no tool \"" + tool + "\", so it cannot offer it"))
                .spec();
        synchronized (this) {
            offered.add(spec);
        }
    }
}
