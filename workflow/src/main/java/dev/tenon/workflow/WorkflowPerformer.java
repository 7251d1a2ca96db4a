package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.provider.Notice;
import dev.tenon.run.Effect;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer;
import dev.tenon.schema.Violation;
import dev.tenon.scope.Key;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Scoped;
import dev.tenon.scope.State;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import dev.tenon.tool.CheckableTool;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolContext;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Does what a workflow's machine wants. Thread-safe. */
final class WorkflowPerformer implements Performer {
    static final String FUNCTION = "function";
    static final String SCRIPT = "script";
    static final String STEP = "step";
    static final String MOMENT = "moment";
    static final String POLICY = "policy";

    private final Registry registry;

    WorkflowPerformer(Registry registry) {
        this.registry = registry;
    }

    @Override
    public Outcome perform(Effect effect, EffectCall call) {
        return switch (effect) {
            case Effect.Work work -> work(work, call);
            case Effect.CallTool tool -> tool(tool, call);
            case Effect other ->
                throw new IllegalStateException(
                        "a workflow does not perform " + other.getClass().getSimpleName());
        };
    }

    private Outcome work(Effect.Work work, EffectCall call) {
        try {
            Json done = done(work, call);
            return new Outcome.Worked(done == null ? Json.NULL : done);
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException(call.stop()
                    .orElseGet(() -> new Stop(Stop.Kind.INTERRUPTED, "the thread of the step was interrupted")));
        } catch (Exception e) {
            return call.stop().<Outcome>map(Outcome.Stopped::new).orElseGet(() -> new Outcome.Failed(Failure.of(e)));
        }
    }

    private @Nullable Json done(Effect.Work work, EffectCall call) throws Exception {
        return switch (work.kind()) {
            case FUNCTION -> known(registry.functions().get(work.name()), work).apply(work.input(), new Context(call));
            case SCRIPT ->
                known(registry.scripts().get(work.name()), work)
                        .run(
                                work.input().at("/code").orElse(Json.of("")).asString(),
                                work.input().at("/input").orElse(Json.NULL),
                                new Context(call));
            case STEP ->
                known(registry.types().get(work.name()), work)
                        .run(
                                work.input()
                                        .at("/settings")
                                        .orElse(Json.Obj.EMPTY)
                                        .asObj(),
                                work.input().at("/input").orElse(Json.NULL),
                                new Context(call));
            case MOMENT ->
                new Moment(
                                call.time().now().toEpochMilli(),
                                ThreadLocalRandom.current().nextLong())
                        .json();
            case POLICY -> Json.of(decision(work.name(), work.input().asObj()));
            default -> throw new IllegalStateException("a workflow does no work of kind " + work.kind());
        };
    }

    private ToolDecision decision(String name, Json.Obj arguments) {
        Tool tool = registry.tools().get(name);
        if (tool == null) {
            throw new IllegalStateException("there is no tool \"" + name + "\"");
        }
        try {
            ToolDecision decision = registry.policy().decide(tool.spec(), arguments, List.of());
            return Objects.requireNonNull(decision, "the policy returned null");
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(WorkflowPerformer.class).warn("the policy failed at a call of {}", name, e);
            return new ToolDecision.Deny("whoever decides about it failed");
        }
    }

    private static <T> T known(@Nullable T found, Effect.Work work) {
        return Objects.requireNonNull(found, () -> "there is no " + work.kind() + " \"" + work.name() + "\"");
    }

    private Outcome tool(Effect.CallTool called, EffectCall call) {
        Tool tool = find(called);
        List<Violation> wrong = tool.spec().parameters().validate(called.arguments());
        if (!wrong.isEmpty()) {
            return error("the arguments do not fit: " + wrong.getFirst().message());
        }
        try {
            return returned(tool, tool.call(called.arguments(), new Context(call)));
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return call.stop().<Outcome>map(Outcome.Stopped::new).orElseGet(() -> error("it was interrupted"));
        } catch (Exception e) {
            return call.stop().<Outcome>map(Outcome.Stopped::new).orElseGet(() -> new Outcome.Failed(Failure.of(e)));
        }
    }

    private Tool find(Effect.CallTool called) {
        return Objects.requireNonNull(
                registry.tools().get(called.tool()), () -> "there is no tool \"" + called.tool() + "\"");
    }

    private static Outcome.Returned error(String text) {
        return new Outcome.Returned(List.of(Content.text(text)), true, List.of(), false);
    }

    private static Outcome.Returned returned(Tool tool, @Nullable ToolOutput given) {
        ToolOutput output = given == null ? ToolOutput.text("null") : given;
        return tool.spec()
                .broken(output)
                .map(WorkflowPerformer::error)
                .orElseGet(() -> new Outcome.Returned(output.content(), output.error(), List.of(), false));
    }

    @Override
    public Doubt doubt(Effect effect, EffectCall call) {
        return switch (effect) {
            case Effect.Work work ->
                work.kind().equals(MOMENT) || work.kind().equals(POLICY) || registry.repeatable(work.name())
                        ? Doubt.AGAIN
                        : new Doubt.Ask(IN_DOUBT);
            case Effect.CallTool tool -> doubt(tool, call);
            case Effect other -> Doubt.AGAIN;
        };
    }

    private static final String IN_DOUBT =
            "the call had begun when the process died, and it is not known whether it happened";

    private Doubt doubt(Effect.CallTool called, EffectCall call) {
        Tool tool = find(called);
        ToolSpec spec = tool.spec();
        if (spec.is(ToolSpec.Trait.IDEMPOTENT) || spec.is(ToolSpec.Trait.READ_ONLY)) {
            return Doubt.AGAIN;
        }
        Optional<CheckableTool> checkable = checkable(tool);
        if (checkable.isPresent()) {
            try {
                return checkable
                        .get()
                        .check(called.arguments(), new Context(call))
                        .<Doubt>map(output -> new Doubt.Settled(returned(tool, output)))
                        .orElse(Doubt.AGAIN);
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                LoggerFactory.getLogger(WorkflowPerformer.class)
                        .warn("tool {} could not check whether {} happened", spec.name(), call.id(), e);
            }
        }
        return new Doubt.Ask(IN_DOUBT);
    }

    private static Optional<CheckableTool> checkable(Tool tool) {
        return tool instanceof CheckableTool own
                ? Optional.of(own)
                : tool.wrapped().flatMap(WorkflowPerformer::checkable);
    }

    /** What functions, scripts, steps and tools see of the run. */
    private final class Context implements StepContext, ToolContext, Scoped {
        private final EffectCall call;

        Context(EffectCall call) {
            this.call = call;
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
        public <T> T get(Class<T> type) {
            Object found = registry.given().get(type);
            if (found == null) {
                throw new IllegalStateException("the registry was given no " + type.getName()
                        + "; give it one with registry.provide(" + type.getSimpleName() + ".class, …)");
            }
            return type.cast(found);
        }

        @Override
        public State state() {
            return State.EMPTY;
        }

        @Override
        public <T> void update(Key<T> key, T value) {
            throw new UnsupportedOperationException("tool call " + id() + " updates \"" + key.name()
                    + "\": in a workflow a step's output is written to the state, with as(\"" + key.name() + "\")");
        }

        @Override
        public ToolOutput call(String tool, Json.Obj arguments) {
            throw new UnsupportedOperationException("tool call " + id() + " calls \"" + tool
                    + "\": in a workflow that is a step of its own, Step.tool(\"" + tool + "\")");
        }

        @Override
        public void offer(String tool) {
            throw new UnsupportedOperationException(
                    "tool call " + id() + " offers \"" + tool + "\": in a workflow no model is told of tools");
        }

        @Override
        public void progress(String message) {
            call.notice(new Notice.Custom("tool.call.progress", Json.of(Objects.requireNonNull(message, "message"))));
        }

        @Override
        public void emit(String name, Json payload) {
            Event told =
                    Event.of(name, call.time().now(), payload); // Its name is checked where whoever gave it is told.
            call.notice(new Notice.Custom(told.name(), payload));
        }
    }
}
