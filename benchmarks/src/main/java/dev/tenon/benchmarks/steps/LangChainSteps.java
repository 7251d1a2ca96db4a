package dev.tenon.benchmarks.steps;

import dev.langchain4j.agentic.AgenticServices;
import dev.langchain4j.agentic.UntypedAgent;
import dev.langchain4j.agentic.scope.AgenticScope;
import java.util.Map;
import java.util.stream.IntStream;

/** Through LangChain4j's agentic module: actions without a model, in the agents it has for each pattern. A condition is a predicate in Java. */
final class LangChainSteps implements Framework {
    private static final Map<String, Object> INPUT = Map.of("n", 3);

    private final UntypedAgent sequence;
    private final UntypedAgent loop;
    private final UntypedAgent conditional;
    private final UntypedAgent parallel;

    LangChainSteps(Runnable step) {
        sequence = AgenticServices.sequenceBuilder().subAgents(times(step)).build();
        loop = AgenticServices.loopBuilder()
                .subAgents(action(step))
                .maxIterations(STEPS)
                .build();
        UntypedAgent choice = AgenticServices.conditionalBuilder()
                .subAgents(scope -> n(scope) < 5, action(step))
                .subAgents(scope -> n(scope) >= 5, action(step))
                .build();
        conditional = AgenticServices.loopBuilder()
                .subAgents(choice)
                .maxIterations(STEPS)
                .build();
        parallel = AgenticServices.parallelBuilder().subAgents(times(step)).build();
    }

    private static Object action(Runnable step) {
        return AgenticServices.agentAction(step::run);
    }

    private static Object[] times(Runnable step) {
        return IntStream.range(0, STEPS).mapToObj(i -> action(step)).toArray();
    }

    private static int n(AgenticScope scope) {
        return scope.readState("n", 0);
    }

    @Override
    public void sequence() {
        sequence.invoke(INPUT);
    }

    @Override
    public void loop() {
        loop.invoke(INPUT);
    }

    @Override
    public void conditional() {
        conditional.invoke(INPUT);
    }

    @Override
    public void parallel() {
        parallel.invoke(INPUT);
    }
}
