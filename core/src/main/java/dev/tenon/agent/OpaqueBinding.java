package dev.tenon.agent;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Machine;
import dev.tenon.run.Next;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Watch;
import java.util.List;

/** An agent written by hand: one call, like a tool's, whose result is its text. What it does by itself is not on record. */
record OpaqueBinding(Agent agent) implements Binding<RunRequest, OpaqueBinding.Called, RunResult> {
    private static final String KEY = "call";

    /** The result as JSON, once there is one. */
    record Called(List<Json> result) {}

    @Override
    public String name() {
        return agent.getClass().getName();
    }

    @Override
    public Json definition() {
        return Json.object("agent", name());
    }

    @Override
    public String id(RunRequest input) {
        return input.id();
    }

    @Override
    public Json encode(RunRequest input) {
        return Json.of(input);
    }

    @Override
    public RunRequest decode(Json input) {
        return AgentTool.decoded(input);
    }

    @Override
    public Machine<Called> machine(RunRequest input) {
        return new Machine<>() {
            @Override
            public Called blank() {
                return new Called(List.of());
            }

            @Override
            public Next<Called> next(Called state, Fact fact) {
                return switch (fact) {
                    case Fact.Begun begun ->
                        Next.want(state, new Effect.CallTool(KEY, name(), "", Json.Obj.EMPTY, Json.Obj.EMPTY, true));
                    case Fact.Signalled signalled -> Next.wait(state);
                    case Fact.Ended ended ->
                        switch (ended.outcome()) {
                            case Outcome.Returned returned -> {
                                Json result = Json.parse(Content.text(returned.content()));
                                yield Next.end(
                                        new Called(List.of(result)),
                                        result.as(RunResult.class).end());
                            }
                            case Outcome.Stopped stopped -> Next.end(state, new RunEnd.Cancelled(stopped.stop()));
                            case Outcome.Limited limited -> Next.end(state, new RunEnd.Limited(limited.reached()));
                            case Outcome.Failed failed -> Next.end(state, new RunEnd.Failed(failed.failure()));
                            case Outcome other -> throw new IllegalStateException("no outcome of a call: " + other);
                        };
                };
            }
        };
    }

    @Override
    public Performer performer(RunRequest input) {
        return new Performer() {
            @Override
            public Outcome perform(Effect effect, EffectCall call) {
                RunResult result = agent.run(input, call, call.watched() ? Watch.of(call::delta) : Watch.NONE);
                return new Outcome.Returned(List.of(Content.text(Json.of(result).toString())), false, List.of(), false);
            }

            @Override
            public Doubt doubt(Effect effect, EffectCall call) {
                return new Doubt.Ask(name() + " had begun when the process died");
            }
        };
    }

    @Override
    public RunResult result(RunRequest input, Finished<Called> finished) {
        if (finished.state().result().isEmpty()) {
            return new RunResult(
                    finished.run(),
                    finished.end(),
                    List.of(),
                    dev.tenon.provider.FinishReason.NONE,
                    finished.spent(),
                    List.of(),
                    Json.Obj.EMPTY,
                    finished.abandoned(),
                    finished.took(),
                    java.util.Map.of());
        }
        return finished.state().result().get(0).as(RunResult.class);
    }
}
