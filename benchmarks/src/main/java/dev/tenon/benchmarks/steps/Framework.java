package dev.tenon.benchmarks.steps;

import java.util.List;

/**
 * A thousand steps in each pattern, as another framework has it: made once and run again and again. Every step does what it was made with; a condition looks at <code>n</code> in the state, which is 3. Thread-safe.
 */
interface Framework {
    /** How many steps a pattern has. */
    int STEPS = 1_000;

    /** Those that are measured. */
    List<String> NAMES = List.of("langchain4j", "langgraph4j", "adk");

    /** One step after the other. */
    void sequence();

    /** One step again and again, up to a count. */
    void loop();

    /** One of two steps, chosen by a condition, again and again. */
    void conditional();

    /** All steps at once. */
    void parallel();

    /** One of {@link #NAMES}, whose steps run this. */
    static Framework of(String name, Runnable step) {
        return switch (name) {
            case "langchain4j" -> new LangChainSteps(step);
            case "langgraph4j" -> new LangGraphSteps(step);
            case "adk" -> new AdkSteps(step);
            default -> throw new IllegalArgumentException("expected one of " + NAMES + ", got " + name);
        };
    }
}
