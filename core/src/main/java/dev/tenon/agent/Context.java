package dev.tenon.agent;

import dev.tenon.json.Json;
import dev.tenon.provider.Notice;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.scope.Key;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Scoped;
import dev.tenon.scope.State;
import dev.tenon.tool.ToolContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a tool sees of the run that called it. */
final class Context implements ToolContext, Scoped {
    private final AgentSetup setup;
    private final EffectCall call;
    private final String session;
    private final State state;

    // Guarded by this.
    private List<State.Change> changes = List.of();

    Context(AgentSetup setup, EffectCall call, String session, Json state) {
        this.session = session;
        this.setup = setup;
        this.call = call;
        this.state = State.of(state);
    }

    synchronized List<State.Change> changes() {
        return List.copyOf(changes);
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
        return session;
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
    public synchronized <T> void update(Key<T> key, T value) {
        State.Change change = new State.Change(key.name(), Json.of(value));
        List<State.Change> more = new ArrayList<>(changes);
        more.add(change);
        changes = more;
    }

    @Override
    public void progress(String message) {
        call.notice(new Notice.Custom("tool.call.progress", Json.of(Objects.requireNonNull(message, "message"))));
    }

    @Override
    public void emit(String name, Json payload) {
        call.notice(new Notice.Custom(name, payload));
    }
}
