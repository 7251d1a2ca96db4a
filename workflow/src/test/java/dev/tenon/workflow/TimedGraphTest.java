package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Steps;
import dev.tenon.scope.Stop;
import dev.tenon.testing.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Seeded random graphs with delays, time limits, deadlines, failures and pauses, in which nobody waits for anything but time: when each attempt of each step begins, and how it ends, is computed by hand, and the machine
 * must do just that, to the millisecond, in whatever order it is told of what happens at once.
 */
@Timeout(60)
class TimedGraphTest {
    private static final int GRAPHS = Integer.getInteger("tenon.graphs", 300);
    private static final int ORDERS = 3;
    private static final Registry REGISTRY = Registry.EMPTY.function("f", (input, context) -> input);

    /**
     * A step. Whatever takes time takes a multiple of 100 ms, limits end at 50 and deadlines at 25, so that no two of them are at once.
     *
     * @param takes how long each attempt would take
     * @param fails which attempts fail
     */
    private record Part(
            String name,
            Set<String> dependsOn,
            List<Long> takes,
            List<Boolean> fails,
            long timeout,
            long deadline,
            long pause,
            boolean given) {}

    /** What must come of a step: when each attempt begins, and when it is over, and whether what depends on it may begin. */
    private record Course(List<Long> begins, long ends, boolean well) {}

    private static List<Part> parts(Chance chance) {
        List<Part> parts = new ArrayList<>();
        int size = 1 + chance.below(14);
        for (int i = 0; i < size; i++) {
            Set<String> on = new LinkedHashSet<>();
            for (int j = 0; j < i; j++) {
                if (chance.oneIn(3)) {
                    on.add("n" + j);
                }
            }
            List<Long> takes = new ArrayList<>();
            List<Boolean> fails = new ArrayList<>();
            int attempts = chance.oneIn(2) ? 1 + chance.below(3) : 1;
            for (int j = 0; j < attempts; j++) {
                takes.add(100L * (1 + chance.below(9)));
                fails.add(chance.oneIn(3));
            }
            parts.add(new Part(
                    "n" + i,
                    on,
                    takes,
                    fails,
                    chance.oneIn(3) ? 50 + 100L * chance.below(9) : 0,
                    chance.oneIn(5) ? 25 + 100L * chance.below(40) : 0,
                    100L * chance.below(4),
                    chance.oneIn(3)));
        }
        return parts;
    }

    private static Workflow workflow(List<Part> parts) {
        List<Step.Node> nodes = new ArrayList<>();
        for (Part part : parts) {
            Step step = Step.function("f").input(part.name()).named(part.name());
            if (part.takes().size() > 1) {
                step = step.retry(StepRetry.attempts(part.takes().size()).fixed(Duration.ofMillis(part.pause())));
            }
            if (part.timeout() > 0) {
                step = step.timeout(Duration.ofMillis(part.timeout()));
            }
            if (part.deadline() > 0) {
                step = step.deadline(Duration.ofMillis(part.deadline()));
            }
            if (part.given()) {
                step = step.orElseGive("given");
            }
            nodes.add(new Step.Node(step, List.copyOf(part.dependsOn())));
        }
        return Workflow.named("g")
                .registry(REGISTRY)
                .atMost(1_000)
                .of(Step.graph(nodes).collect());
    }

    private static Map<String, Course> courses(List<Part> parts) {
        Map<String, Course> courses = new LinkedHashMap<>();
        for (Part part : parts) {
            List<Course> before = part.dependsOn().stream().map(courses::get).toList();
            if (before.stream().allMatch(Course::well)) {
                long from = before.stream().mapToLong(Course::ends).max().orElse(0);
                courses.put(part.name(), course(part, from));
            } else {
                courses.put(part.name(), new Course(List.of(), 0, false));
            }
        }
        return courses;
    }

    private static Course course(Part part, long from) {
        List<Long> begins = new ArrayList<>();
        long deadline = part.deadline() == 0 ? Long.MAX_VALUE : part.deadline();
        long now = from;
        for (int i = 0; i < part.takes().size(); i++) {
            if (now > deadline) {
                // During the pause before this attempt, or before the first.
                return new Course(begins, i == 0 ? now : deadline, part.given());
            }
            begins.add(now);
            long limit = part.timeout() == 0 ? Long.MAX_VALUE : now + part.timeout();
            long end = Math.min(now + part.takes().get(i), Math.min(limit, deadline));
            if (end == deadline) {
                return new Course(begins, end, part.given());
            }
            if (end != limit && !part.fails().get(i)) {
                return new Course(begins, end, true);
            }
            now = end + (i + 1 < part.takes().size() ? part.pause() : 0);
        }
        return new Course(begins, now, part.given());
    }

    private record Open(Effect effect, long due, int lot, Outcome outcome) {}

    /** Runs it, and gives when each attempt began. */
    private static <S> Map<String, List<Long>> run(
            Binding<WorkflowRequest, S, WorkflowResult> binding, List<Part> parts, Chance order, List<Long> took) {
        Map<String, Part> byName = new LinkedHashMap<>();
        Map<String, List<Long>> begins = new LinkedHashMap<>();
        parts.forEach(part -> byName.put(part.name(), part));
        parts.forEach(part -> begins.put(part.name(), new ArrayList<>()));
        Steps<S> steps = Steps.of(binding.machine(WorkflowRequest.empty()));
        List<Open> open = new ArrayList<>();
        List<Effect> wanted = steps.feed(Fact.BEGUN);
        long now = 0;
        while (true) {
            for (Effect effect : wanted) {
                switch (effect) {
                    case Effect.Cancel cancel -> stop(open, cancel.key(), now);
                    case Effect.Sleep sleep ->
                        open.add(new Open(
                                sleep, now + sleep.duration().toMillis(), order.below(1_000), new Outcome.Woke()));
                    default -> {
                        String key = effect.key().substring("body/".length());
                        int attempt = key.contains("~") ? key.charAt(key.indexOf('~') + 1) - '1' : 0;
                        Part part = byName.get(key.contains("~") ? key.substring(0, key.indexOf('~')) : key);
                        begins.get(part.name()).add(now);
                        Outcome outcome = part.fails().get(attempt)
                                ? new Outcome.Failed(Failure.of("test.failed", key))
                                : new Outcome.Worked(Json.of(key));
                        open.add(new Open(effect, now + part.takes().get(attempt), order.below(1_000), outcome));
                    }
                }
            }
            if (steps.end().isPresent()) {
                break;
            }
            open.sort(Comparator.comparingLong(Open::due).thenComparingInt(Open::lot));
            Open next = open.removeFirst();
            now = next.due();
            wanted = steps.feed(new Fact.Ended(next.effect().key(), next.outcome()));
        }
        assertThat(open).isEmpty();
        took.add(now);
        took.add(steps.end().orElseThrow() instanceof RunEnd.Completed ? 1L : 0L);
        return begins;
    }

    private static void stop(List<Open> open, String key, long now) {
        for (int i = 0; i < open.size(); i++) {
            Open one = open.get(i);
            if (one.effect().key().equals(key)) {
                Stop why = new Stop(Stop.Kind.ABANDONED, "it was told to");
                open.set(i, new Open(one.effect(), now, -1, new Outcome.Stopped(why)));
                return;
            }
        }
        throw new AssertionError(key + " is told to stop and is not open");
    }

    @Test
    void everyAttemptBeginsJustWhenItMayAndEndsInTime() {
        int lateOnes = 0;
        int wellOnes = 0;
        for (long seed = 0; seed < GRAPHS; seed++) {
            List<Part> parts = parts(new Chance(seed));
            Workflow workflow = workflow(parts);
            Map<String, Course> courses = courses(parts);
            boolean well = courses.values().stream().allMatch(Course::well);
            long ends = courses.values().stream().mapToLong(Course::ends).max().orElse(0);
            for (int i = 0; i < ORDERS; i++) {
                List<Long> took = new ArrayList<>();
                Map<String, List<Long>> begins = run(workflow.binding(), parts, new Chance(seed * 100 + i), took);
                for (Part part : parts) {
                    assertThat(begins.get(part.name()))
                            .as("seed %s, %s of %s", seed, part, courses)
                            .isEqualTo(courses.get(part.name()).begins());
                }
                assertThat(took).as("seed %s: %s of %s", seed, courses, parts).containsExactly(ends, well ? 1L : 0L);
            }
            wellOnes += well ? 1 : 0;
            lateOnes += well ? 0 : 1;
        }
        assertThat(wellOnes).isGreaterThan(GRAPHS / 10);
        assertThat(lateOnes).isGreaterThan(GRAPHS / 10);
    }
}
