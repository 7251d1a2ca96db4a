package dev.tenon.benchmarks.steps;

import com.google.adk.agents.BaseAgent;
import com.google.adk.agents.InvocationContext;
import com.google.adk.agents.LoopAgent;
import com.google.adk.agents.ParallelAgent;
import com.google.adk.agents.SequentialAgent;
import com.google.adk.events.Event;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.sessions.Session;
import com.google.genai.types.Content;
import com.google.genai.types.Part;
import io.reactivex.rxjava3.core.Flowable;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Through Google's ADK: agents of our own that say nothing, in the agents it has for each pattern, each run in a session of its own. It has no agent that chooses: one of our own does, as its guide has it. */
final class AdkSteps implements Framework {
    private static final String APP = "bench";
    private static final String USER = "user";
    private static final Content QUESTION = Content.fromParts(Part.fromText("Go"));

    private final InMemoryRunner sequence;
    private final InMemoryRunner loop;
    private final InMemoryRunner conditional;
    private final InMemoryRunner parallel;

    AdkSteps(Runnable step) {
        sequence = runner(SequentialAgent.builder()
                .name("sequence")
                .subAgents(times(step))
                .build());
        loop = runner(looped(new Work("step", step)));
        conditional = runner(looped(new Choice(new Work("low", step), new Work("high", step))));
        parallel = runner(
                ParallelAgent.builder().name("parallel").subAgents(times(step)).build());
    }

    private static BaseAgent looped(BaseAgent agent) {
        return LoopAgent.builder()
                .name("loop")
                .subAgents(agent)
                .maxIterations(STEPS)
                .build();
    }

    private static List<BaseAgent> times(Runnable step) {
        return IntStream.range(0, STEPS)
                .<BaseAgent>mapToObj(i -> new Work("step" + i, step))
                .toList();
    }

    private static InMemoryRunner runner(BaseAgent agent) {
        return new InMemoryRunner(agent, APP);
    }

    private static void run(InMemoryRunner runner) {
        Session session = runner.sessionService()
                .createSession(APP, USER, Map.of("n", 3), null)
                .blockingGet();
        runner.runAsync(session.sessionKey(), QUESTION).blockingSubscribe();
        runner.sessionService().deleteSession(session.sessionKey()).blockingAwait();
    }

    @Override
    public void sequence() {
        run(sequence);
    }

    @Override
    public void loop() {
        run(loop);
    }

    @Override
    public void conditional() {
        run(conditional);
    }

    @Override
    public void parallel() {
        run(parallel);
    }

    /** One step. */
    private static final class Work extends BaseAgent {
        private final Runnable step;

        Work(String name, Runnable step) {
            super(name, "", List.of(), List.of(), List.of());
            this.step = step;
        }

        @Override
        protected Flowable<Event> runAsyncImpl(InvocationContext context) {
            return Flowable.fromRunnable(step);
        }

        @Override
        protected Flowable<Event> runLiveImpl(InvocationContext context) {
            return runAsyncImpl(context);
        }
    }

    /** One of two steps. */
    private static final class Choice extends BaseAgent {
        private final BaseAgent low;
        private final BaseAgent high;

        Choice(BaseAgent low, BaseAgent high) {
            super("choice", "", List.of(low, high), List.of(), List.of());
            this.low = low;
            this.high = high;
        }

        @Override
        protected Flowable<Event> runAsyncImpl(InvocationContext context) {
            int n = (Integer) context.session().state().getOrDefault("n", 0);
            return (n < 5 ? low : high).runAsync(context);
        }

        @Override
        protected Flowable<Event> runLiveImpl(InvocationContext context) {
            return runAsyncImpl(context);
        }
    }
}
