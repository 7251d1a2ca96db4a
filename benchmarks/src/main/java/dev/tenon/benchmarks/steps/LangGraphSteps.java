package dev.tenon.benchmarks.steps;

import java.util.List;
import java.util.Map;
import org.bsc.langgraph4j.CompileConfig;
import org.bsc.langgraph4j.CompiledGraph;
import org.bsc.langgraph4j.GraphDefinition;
import org.bsc.langgraph4j.GraphStateException;
import org.bsc.langgraph4j.StateGraph;
import org.bsc.langgraph4j.action.AsyncEdgeAction;
import org.bsc.langgraph4j.action.AsyncNodeAction;
import org.bsc.langgraph4j.state.AgentState;

/** Through LangGraph4j: graphs of nodes, without a store of checkpoints. It has no loop of its own: a node counts in the state, and an edge leads back while the count is not reached. */
final class LangGraphSteps implements Framework {
    private static final Map<String, Object> INPUT = Map.of("n", 3);
    private static final String DONE = "done";

    private final CompiledGraph<AgentState> sequence;
    private final CompiledGraph<AgentState> loop;
    private final CompiledGraph<AgentState> conditional;
    private final CompiledGraph<AgentState> parallel;

    LangGraphSteps(Runnable step) {
        try {
            sequence = compiled(sequence(step));
            loop = compiled(loop(step));
            conditional = compiled(conditional(step));
            parallel = compiled(parallel(step));
        } catch (GraphStateException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StateGraph<AgentState> sequence(Runnable step) throws GraphStateException {
        StateGraph<AgentState> graph = new StateGraph<>(AgentState::new);
        String last = GraphDefinition.START;
        for (int i = 0; i < STEPS; i++) {
            String name = "step" + i;
            graph.addNode(name, node(step)).addEdge(last, name);
            last = name;
        }
        return graph.addEdge(last, GraphDefinition.END);
    }

    private static StateGraph<AgentState> loop(Runnable step) throws GraphStateException {
        return new StateGraph<>(AgentState::new)
                .addNode("step", counted(step))
                .addEdge(GraphDefinition.START, "step")
                .addConditionalEdges(
                        "step",
                        AsyncEdgeAction.edge_async(state -> ended(state) ? DONE : "step"),
                        Map.of("step", "step", DONE, GraphDefinition.END));
    }

    private static StateGraph<AgentState> conditional(Runnable step) throws GraphStateException {
        StateGraph<AgentState> graph = new StateGraph<>(AgentState::new);
        graph.addNode("low", counted(step)).addNode("high", counted(step));
        for (String from : List.of(GraphDefinition.START, "low", "high")) {
            graph.addConditionalEdges(
                    from,
                    AsyncEdgeAction.edge_async(LangGraphSteps::chosen),
                    Map.of("low", "low", "high", "high", DONE, GraphDefinition.END));
        }
        return graph;
    }

    private static StateGraph<AgentState> parallel(Runnable step) throws GraphStateException {
        StateGraph<AgentState> graph = new StateGraph<>(AgentState::new);
        graph.addNode("join", node(() -> {})).addEdge("join", GraphDefinition.END);
        for (int i = 0; i < STEPS; i++) {
            String name = "step" + i;
            graph.addNode(name, node(step)).addEdge(GraphDefinition.START, name).addEdge(name, "join");
        }
        return graph;
    }

    private static CompiledGraph<AgentState> compiled(StateGraph<AgentState> graph) throws GraphStateException {
        return graph.compile(CompileConfig.builder().recursionLimit(2 * STEPS).build());
    }

    private static AsyncNodeAction<AgentState> node(Runnable step) {
        return AsyncNodeAction.node_async(state -> {
            step.run();
            return Map.of();
        });
    }

    private static AsyncNodeAction<AgentState> counted(Runnable step) {
        return AsyncNodeAction.node_async(state -> {
            step.run();
            return Map.of("count", number(state, "count") + 1);
        });
    }

    private static boolean ended(AgentState state) {
        return number(state, "count") == STEPS;
    }

    private static String chosen(AgentState state) {
        if (ended(state)) return DONE;
        return number(state, "n") < 5 ? "low" : "high";
    }

    private static int number(AgentState state, String key) {
        return state.<Integer>value(key).orElse(0);
    }

    private static void run(CompiledGraph<AgentState> graph) {
        if (graph.invoke(INPUT).isEmpty()) {
            throw new IllegalStateException("it ended without a state");
        }
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
}
