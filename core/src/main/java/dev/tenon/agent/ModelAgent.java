package dev.tenon.agent;

import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.provider.ModelInfo;
import dev.tenon.run.Answer;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Limits;
import dev.tenon.run.Machine;
import dev.tenon.run.Performer;
import dev.tenon.run.Program;
import dev.tenon.run.Question;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.scope.Scope;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What {@link AgentBuilder} builds. */
final class ModelAgent implements Agent {
    private static final Runner RUNNER = Runner.plain();

    private final AgentSetup setup;
    private final AtomicBoolean closed = new AtomicBoolean();

    ModelAgent(AgentBuilder builder) {
        this.setup = new AgentSetup(builder);
    }

    @Override
    public RunResult run(RunRequest request, Scope scope, Watch watch) {
        return RUNNER.run(this, request, scope, watch);
    }

    @Override
    public Binding<RunRequest, ?, RunResult> binding() {
        if (closed.get()) {
            throw new IllegalStateException(
                    "agent \"" + setup.name() + "\" is closed, and its tools with it; build another");
        }
        return new Bound(setup);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (Tool tool : setup.tools().tools()) {
            if (tool instanceof AutoCloseable closeable) {
                close(tool.spec().name(), closeable);
            }
        }
    }

    private static void close(String name, AutoCloseable tool) {
        try {
            tool.close();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LoggerFactory.getLogger(ModelAgent.class).warn("tool {} could not be closed", name, e);
        }
    }

    @Override
    public String toString() {
        return "Agent[" + setup.name() + "]";
    }

    /** The machine of a run, and what does its effects. */
    private static final class Bound implements Binding<RunRequest, AgentState, RunResult> {
        private final AgentSetup setup;
        private volatile @Nullable Chosen chosen;

        Bound(AgentSetup setup) {
            this.setup = setup;
        }

        /** The tools of one run. */
        private record Chosen(RunRequest request, RunTools tools) {}

        /** Chosen once a run: a binding is asked for one run, seldom for more. */
        @SuppressWarnings("ReferenceEquality")
        private RunTools tools(RunRequest request) {
            Chosen known = chosen;
            if (known == null || known.request() != request) {
                known = new Chosen(request, setup.tools(request));
                chosen = known;
            }
            return known.tools();
        }

        @Override
        public String name() {
            return setup.name();
        }

        @Override
        public Json definition() {
            return setup.definition();
        }

        @Override
        public Machine<AgentState> machine(RunRequest input) {
            return new AgentMachine(setup, input);
        }

        @Override
        public Performer performer(RunRequest input) {
            return new AgentPerformer(setup, input, () -> tools(input));
        }

        @Override
        public RunResult result(RunRequest input, Finished<AgentState> finished) {
            AgentState state = finished.state();
            return new RunResult(
                    finished.run(),
                    finished.end(),
                    state.turn(),
                    state.finish(),
                    finished.spent(),
                    state.fixes(),
                    state.values(),
                    finished.abandoned(),
                    finished.took(),
                    java.util.Map.of());
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
        public String id(RunRequest input) {
            return input.id();
        }

        @Override
        public String session(RunRequest input) {
            return input.session();
        }

        @Override
        public Limits limits(RunRequest input) {
            return input.limits().isEmpty() ? setup.limits() : input.limits().getFirst();
        }

        @Override
        public ModelInfo model() {
            return setup.model().info();
        }

        @Override
        public Optional<Program<?, ?>> child(String name) {
            return setup.tools().find(name).flatMap(AgentTool::program);
        }

        @Override
        public List<Interceptor> interceptors() {
            return setup.interceptors();
        }

        @Override
        public List<Listener> listeners() {
            return setup.listeners();
        }

        @Override
        public Function<Question, Optional<Answer>> answers() {
            return setup.answers();
        }

        @Override
        public int parallelism() {
            return setup.parallelism();
        }

        @Override
        public Duration grace() {
            return setup.grace();
        }

        @Override
        public @Nullable Duration timeout(RunRequest input, Effect effect) {
            if (!(effect instanceof Effect.CallTool call)) {
                return null;
            }
            Duration timeout = tools(input)
                    .all()
                    .find(call.tool())
                    .map(tool -> tool.spec().timeout())
                    .orElse(ToolSpec.NO_TIMEOUT);
            return timeout.isZero() ? null : timeout;
        }
    }
}
