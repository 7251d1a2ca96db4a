package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Machine;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.run.Steps;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Graphs of a hundred thousand steps are written, read, checked, drawn and run with about ten times the work of one of ten thousand, counted in bytes; and none of it calls itself once a
 * step.
 */
@Timeout(120)
class LargeGraphTest {
    private static final int LARGE = 100_000;

    /** Ten times the steps: ten times the work, and what tables take that double. */
    private static final double MOST_TIMES = 16;

    private static final Registry REGISTRY = Registry.EMPTY.function("f", (input, context) -> input);

    enum Shape {
        /** Each after the one before, all writing one key. */
        CHAIN,
        /** None after another. */
        WIDE,
        /** All after the first, and the last after all. */
        STAR,
        /** A hundred chains, each step of which also waits for its neighbour. */
        CHAINS,
        /** Pairs that write one key, far apart. */
        FAR;

        Definition of(int size) {
            List<Step.Node> nodes = new ArrayList<>(size);
            for (int i = 0; i < size; i++) {
                Step step = Step.function("f").named("n" + i);
                List<String> on = new ArrayList<>();
                switch (this) {
                    case CHAIN -> {
                        step = step.as("x");
                        if (i > 0) {
                            on.add("n" + (i - 1));
                        }
                    }
                    case WIDE -> {}
                    case STAR -> {
                        if (i == size - 1) {
                            for (int j = 1; j < i; j++) {
                                on.add("n" + j);
                            }
                        } else if (i > 0) {
                            on.add("n0");
                        }
                    }
                    case CHAINS -> {
                        if (i >= 100) {
                            on.add("n" + (i - 100));
                        }
                        if (i >= 101) {
                            on.add("n" + (i - 101));
                        }
                    }
                    case FAR -> {
                        step = i % 1_000 == 0 ? step.as("k" + i % 7_000) : step;
                        if (i > 0) {
                            on.add("n" + (i - 1));
                        }
                    }
                }
                // What each gives is small; only the last of a star is given what all others gave.
                nodes.add(new Step.Node(this == STAR && i == size - 1 ? step : step.input(1), on));
            }
            return Definition.of("large", Step.graph(nodes));
        }
    }

    enum Part {
        WRITTEN,
        READ,
        AS_JAVA,
        DRAWN,
        CHECKED,
        RUN,
        KEPT
    }

    private static <T> T counted(Map<Part, Long> work, Part part, Supplier<T> what) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        T made = what.get();
        work.put(part, threads.getCurrentThreadAllocatedBytes() - before);
        return made;
    }

    private static Map<Part, Long> work(Shape shape, int size) {
        Map<Part, Long> work = new EnumMap<>(Part.class);
        Definition definition = shape.of(size);
        if (shape == Shape.CHAINS) {
            String yaml = counted(work, Part.WRITTEN, definition::yaml);
            Definition read = counted(work, Part.READ, () -> Definition.parse("large.yaml", yaml));
            assertThat(read.equals(definition)).isTrue();
            String java = counted(work, Part.AS_JAVA, definition::java);
            assertThat(java).contains("\"n" + (size - 1) + "\"");
            String mermaid =
                    counted(work, Part.DRAWN, () -> Picture.of(definition).mermaid());
            assertThat(mermaid.lines().count()).isGreaterThan(size);
        }
        Workflow workflow = counted(work, Part.CHECKED, () -> Workflow.of(definition, REGISTRY));
        RunEnd end =
                counted(work, Part.RUN, () -> run(workflow.binding().machine(WorkflowRequest.empty()), state -> {}));
        assertThat(end).isInstanceOf(RunEnd.Completed.class);
        counted(work, Part.KEPT, () -> run(workflow.binding().machine(WorkflowRequest.empty()), Json::of));
        return work;
    }

    /** All effects end at once, in the order in which they were wanted. */
    private static <S> RunEnd run(Machine<S> machine, Consumer<S> halfway) {
        Steps<S> steps = Steps.of(machine);
        ArrayDeque<Effect> open = new ArrayDeque<>(steps.feed(Fact.BEGUN));
        long half = -1;
        while (steps.end().isEmpty()) {
            Effect next = open.remove();
            open.addAll(steps.feed(new Fact.Ended(next.key(), new Outcome.Worked(((Effect.Work) next).input()))));
            if (++half == 1_000) {
                halfway.accept(steps.state());
            }
        }
        return steps.end().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void tenTimesTheStepsAreTenTimesTheWork(Shape shape) {
        work(shape, 100); // What is made once.
        int size = shape == Shape.CHAINS ? LARGE * 9 / 10 : LARGE / 4; // As a file has room for.
        Map<Part, Long> small = work(shape, size / 10);
        Map<Part, Long> large = work(shape, size);
        for (Part part : small.keySet()) {
            assertThat((double) large.get(part) / small.get(part))
                    .as("%s: %s bytes for %s steps, %s for %s", part, small.get(part), size / 10, large.get(part), size)
                    .isLessThan(MOST_TIMES);
        }
    }

    @Test
    void aHundredThousandStepsRunOnThreadsAndAreOnRecord() {
        Journal journal = Journal.inMemory();
        Workflow workflow = Workflow.of(Shape.CHAINS.of(LARGE), REGISTRY);
        WorkflowResult result =
                Runner.journalled(journal).run(workflow, WorkflowRequest.empty().id("r"));
        assertThat(result.end()).isInstanceOf(RunEnd.Completed.class);
        assertThat(journal.read("r")).hasSize(2 * LARGE + 2);
    }

    @Test
    void aHundredThousandBranchesOfWhichOneFailsAreStopped() {
        List<Step> branches = new ArrayList<>();
        for (int i = 0; i < LARGE; i++) {
            branches.add(Step.function(i == 50 ? "fail" : "f").input(1));
        }
        Workflow workflow = Workflow.named("w")
                .registry(REGISTRY.function("fail", (input, context) -> {
                    throw new IllegalStateException("broken");
                }))
                .of(Step.parallel(branches));
        assertThat(workflow.run(WorkflowRequest.empty()).end()).isInstanceOf(RunEnd.Failed.class);
    }

    // Levels

    private static Step nested(int levels, Function<Step, Step> around) {
        Step step = Step.function("f").input(1);
        for (int i = 0; i < levels; i++) {
            step = around.apply(step);
        }
        return step;
    }

    @Test
    void stepsInStepsAreWrittenReadCheckedDrawnAndRunAsDeepAsADocumentGoes() {
        for (int levels : new int[] {10, 190}) {
            Definition definition = Definition.of(
                    "deep", nested(levels, inner -> Step.loop(inner).atMost(1)));
            assertThat(Definition.parse("deep.yaml", definition.yaml()).equals(definition))
                    .isTrue();
            assertThat(definition.java()).contains("atMost(1)");
            assertThat(Picture.of(definition).mermaid()).contains("at most 1");
            assertThat(Picture.of(definition).svg()).contains("at most 1");
            Workflow workflow = Workflow.of(definition, REGISTRY);
            WorkflowResult result = workflow.run(WorkflowRequest.empty());
            assertThat(result.output()).isEqualTo(Json.of(1));
            RunEnd kept = run(workflow.binding().machine(WorkflowRequest.empty()), Json::of);
            assertThat(kept).isInstanceOf(RunEnd.Completed.class);
        }
    }

    @Test
    void stepsThatNestDeeperThanADocumentMayAreRefused() {
        String wrong = " levels deep, expected at most 200; make sub-workflows of inner parts";
        assertThatThrownBy(() -> Definition.of(
                        "deep", nested(201, inner -> Step.loop(inner).atMost(1))))
                .hasMessage("the steps of workflow \"deep\" are nested 201" + wrong);
        assertThatThrownBy(() -> Definition.of(
                        "deep", nested(100_000, inner -> Step.sequence(inner).named("s"))))
                .hasMessage("the steps of workflow \"deep\" are nested 200000" + wrong);
        assertThatThrownBy(() -> Definition.of(
                        "deep", nested(201, inner -> Step.function("f").compensate(inner))))
                .hasMessage("the steps of workflow \"deep\" are nested 201" + wrong);
    }

    @Test
    void workflowsThatNestDeeperThanADocumentMayAreRefused() {
        Definition inner = Definition.of("inner", Step.function("f"));
        for (int i = 0; i < 100; i++) {
            inner = Workflow.named("w").workflow(inner).define(Step.function("f"));
        }
        Definition deepest = inner;
        assertThatThrownBy(() -> Workflow.named("w").workflow(deepest).define(Step.function("f")))
                .hasMessage("workflows in workflow \"w\" are nested more than 100 deep; put them beside one another");
    }

    /** A workflow that has so many others beside one another, each of which runs the one before. */
    private static WorkflowBuilder chain(int workflows) {
        WorkflowBuilder chain = Workflow.named("w")
                .registry(REGISTRY)
                .workflow(Workflow.named("w0").define(Step.function("f")));
        for (int i = 1; i < workflows; i++) {
            chain.workflow(Workflow.named("w" + i).define(Step.workflow("w" + (i - 1))));
        }
        return chain;
    }

    @Test
    void workflowsThatRunOneAnotherTooDeepAreRefusedWhereTheyGoTooFar() {
        Workflow deepest = chain(100).of(Step.workflow("w99"));
        assertThat(deepest.run(WorkflowRequest.empty().with("x", 1)).completed())
                .isTrue();
        Workflow around = Workflow.named("around")
                .registry(Registry.EMPTY.workflow(chain(99).of(Step.workflow("w98"))))
                .sequence(Step.workflow("w"));
        assertThat(around.run(WorkflowRequest.empty()).completed()).isTrue();
        String wrong = ": workflows run one another more than 100 deep; run some of them one after the other";
        assertThatThrownBy(() -> Workflow.named("around")
                        .registry(Registry.EMPTY.workflow(deepest))
                        .sequence(Step.workflow("w")))
                .hasMessage("workflow \"around\" has a problem:\n  /steps/0/workflow" + wrong);
        assertThatThrownBy(() -> chain(5_000).of(Step.workflow("w4999")))
                .hasMessage("workflow \"w\" has a problem:\n  /workflows/101/steps/workflow" + wrong);
    }

    @Test
    void timesOfAnyLengthAreTaken() {
        java.time.Duration forever = java.time.Duration.ofSeconds(Long.MAX_VALUE);
        Workflow workflow = Workflow.named("w")
                .registry(REGISTRY)
                .resource("calls", new Resource.Rate(1, forever))
                .resource("many", new Resource.Rate(Integer.MAX_VALUE, forever))
                .sequence(
                        Step.function("f")
                                .input(1)
                                .needs("calls", 1)
                                .timeout(forever)
                                .deadline(forever)
                                .retry(StepRetry.attempts(2).exponential(forever, forever)),
                        Step.function("f").input(2).needs("many", Integer.MAX_VALUE),
                        Step.when("$last = 3", Step.sleep(forever)));
        assertThat(workflow.run(WorkflowRequest.empty()).output()).isEqualTo(Json.of(2));
        assertThat(workflow.run(
                                WorkflowRequest.empty(),
                                new dev.tenon.scope.Cancellation(new dev.tenon.testing.VirtualClock()))
                        .output())
                .isEqualTo(Json.of(2));
        assertThat(Picture.of(workflow.definition()).mermaid()).contains("wait");
    }
}
