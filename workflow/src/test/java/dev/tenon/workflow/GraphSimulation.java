package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Spent;
import dev.tenon.run.Steps;
import dev.tenon.scope.Stop;
import dev.tenon.testing.Chance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs a random graph's machine on a clock that is only a number, with durations by lot, and holds after every fact what it wants against what it may want then. Which attempts fail is said by
 * one seed and how long each takes by another, so that the same graph can be run with the same failures in another order. Not thread-safe.
 */
final class GraphSimulation<S> {
    private enum Is {
        IDLE,
        RUNNING,
        /** It failed, and is to be tried again. */
        AGAIN,
        DONE,
        FAILED
    }

    private record Open(Effect effect, long due, long order, Outcome outcome) {}

    private record Taken(long at, int amount) {}

    private final RandomGraph graph;
    private final long failures;
    private final Chance times;
    private final Binding<WorkflowRequest, S, WorkflowResult> binding;
    private final Steps<S> steps;
    private final List<Open> open = new ArrayList<>();
    private final Map<String, Is> is = new HashMap<>();
    private final List<Taken> calls = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private final List<String> undone = new ArrayList<>();
    private final Set<String> stopped = new HashSet<>();
    private long now;
    private long order;
    private boolean stopping;

    /** How often a step that could have begun had to wait for others. */
    int waited;

    /** When the workflow is told to cancel; -1 for never. */
    private final long cancelled;

    private GraphSimulation(
            RandomGraph graph,
            Binding<WorkflowRequest, S, WorkflowResult> binding,
            long failures,
            Chance times,
            long cancelled) {
        this.graph = graph;
        this.binding = binding;
        this.failures = failures;
        this.times = times;
        this.cancelled = cancelled;
        this.steps = Steps.of(binding.machine(WorkflowRequest.empty()));
        graph.parts().keySet().forEach(name -> is.put(name, Is.IDLE));
    }

    static GraphSimulation<?> of(RandomGraph graph, long failures, Chance times, long cancelled) {
        return of(graph, graph.workflow().binding(), failures, times, cancelled);
    }

    private static <S> GraphSimulation<S> of(
            RandomGraph graph,
            Binding<WorkflowRequest, S, WorkflowResult> binding,
            long failures,
            Chance times,
            long cancelled) {
        return new GraphSimulation<>(graph, binding, failures, times, cancelled);
    }

    RunEnd run() {
        take(steps.feed(Fact.BEGUN));
        check();
        boolean told = cancelled < 0;
        while (steps.end().isEmpty()) {
            assertThat(open).as("something is open while the run goes on").isNotEmpty();
            open.sort(Comparator.comparingLong(Open::due).thenComparingLong(Open::order));
            if (!told && open.getFirst().due() > cancelled) {
                told = true;
                stopping = true;
                take(steps.feed(new Fact.Signalled(WorkflowMachine.CANCEL_SIGNAL, Json.of("enough"))));
            } else {
                Open first = open.removeFirst();
                now = first.due();
                ended(first);
                take(steps.feed(new Fact.Ended(first.effect().key(), first.outcome())));
            }
            check();
        }
        assertThat(open).as("what was begun has ended when the run has").isEmpty();
        checkUndone();
        return steps.end().orElseThrow();
    }

    WorkflowResult result() {
        return binding.result(
                WorkflowRequest.empty(),
                new Binding.Finished<>(
                        "r", steps.state(), steps.end().orElseThrow(), Spent.NOTHING, List.of(), Duration.ZERO));
    }

    long now() {
        return now;
    }

    // What happens

    private static boolean works(Effect effect) {
        return effect instanceof Effect.Work work && work.kind().equals(WorkflowPerformer.FUNCTION);
    }

    private static boolean undoes(Effect effect) {
        return works(effect) && ((Effect.Work) effect).name().equals("undo");
    }

    /** The name of the step of an effect's key, such as {@code body/n3~2!pause}. */
    private static String part(String key) {
        String name = key.substring(key.indexOf('/') + 1);
        return name.split("[~!/.\\[]", 2)[0];
    }

    private void take(List<Effect> wanted) {
        for (Effect effect : wanted) {
            if (effect instanceof Effect.Cancel cancel) {
                stop(cancel.key());
            } else {
                open.add(new Open(effect, now + takes(effect), order++, outcome(effect)));
                if (works(effect) && !undoes(effect)) {
                    begun(effect.key());
                }
            }
        }
    }

    private long takes(Effect effect) {
        return effect instanceof Effect.Sleep sleep
                ? sleep.duration().toMillis()
                : works(effect) ? 1 + times.below(900) : 0;
    }

    private Outcome outcome(Effect effect) {
        if (effect instanceof Effect.Sleep) {
            return new Outcome.Woke();
        }
        Effect.Work work = (Effect.Work) effect;
        if (work.kind().equals(WorkflowPerformer.MOMENT)) {
            // A lot that follows from the key, so that a pause is as long in every order.
            return new Outcome.Worked(new Moment(0, work.key().hashCode()).json());
        }
        boolean fails = !undoes(effect) && new Chance(failures * 31 + work.key().hashCode()).oneIn(4);
        return fails
                ? new Outcome.Failed(Failure.of("test.failed", work.key() + " failed"))
                : new Outcome.Worked(work.input());
    }

    private void begun(String key) {
        String name = part(key);
        RandomGraph.Part part = graph.parts().get(name);
        assertThat(is.get(name)).as("%s begins once an attempt", key).isIn(Is.IDLE, Is.AGAIN);
        for (String on : part.dependsOn()) {
            assertThat(is.get(on)).as("%s began, which depends on %s", key, on).isEqualTo(Is.DONE);
        }
        is.put(name, Is.RUNNING);
        if (part.calls() > 0) {
            calls.add(new Taken(now, part.calls()));
        }
    }

    /** What is told to stop does so a little later, or was too late to be stopped. */
    private void stop(String key) {
        for (int i = 0; i < open.size(); i++) {
            Open one = open.get(i);
            if (one.effect().key().equals(key)) {
                stopped.add(key);
                if (one.effect() instanceof Effect.Sleep || times.oneIn(2)) {
                    Outcome end = new Outcome.Stopped(new Stop(Stop.Kind.ABANDONED, "it was told to"));
                    open.set(i, new Open(one.effect(), Math.min(one.due(), now + 1), one.order(), end));
                }
                return;
            }
        }
        throw new AssertionError(key + " is told to stop and is not open");
    }

    private void ended(Open one) {
        if (undoes(one.effect())) {
            undone.add(part(one.effect().key()));
            return;
        }
        if (!works(one.effect())) {
            return;
        }
        String key = one.effect().key();
        String name = part(key);
        RandomGraph.Part part = graph.parts().get(name);
        if (one.outcome() instanceof Outcome.Worked) {
            is.put(name, Is.DONE);
            done.add(name);
        } else if (stopping || stopped.contains(key)) {
            is.put(name, Is.FAILED);
        } else if (attempt(key) < part.attempts()) {
            is.put(name, Is.AGAIN);
        } else if (part.given()) {
            is.put(name, Is.DONE);
        } else {
            is.put(name, Is.FAILED);
            stopping |= graph.failFast();
        }
    }

    private static int attempt(String key) {
        int at = key.indexOf('~');
        return at < 0 ? 1 : Integer.parseInt(key.substring(at + 1));
    }

    // What must hold

    private void check() {
        assertThat(open.stream().filter(one -> works(one.effect())).count())
                .as("effects at once")
                .isLessThanOrEqualTo(graph.atMost());
        graph.pools().forEach((pool, size) -> assertThat(used(pool)).as(pool).isLessThanOrEqualTo(size));
        assertThat(called()).as("calls in a period").isLessThanOrEqualTo(graph.rate());
        if (!stopping && steps.end().isEmpty()) {
            checkNobodyWaitsForNothing();
        }
    }

    private int used(String pool) {
        int used = 0;
        for (Open one : open) {
            if (works(one.effect()) && !undoes(one.effect())) {
                used += graph.parts().get(part(one.effect().key())).needs().getOrDefault(pool, 0);
            }
        }
        return used;
    }

    private int called() {
        return calls.stream()
                .filter(call -> call.at() > now - RandomGraph.PERIOD.toMillis())
                .mapToInt(Taken::amount)
                .sum();
    }

    /** Of those that could begin and have not, the first in the queue lacks something: who has the most priority is among them. */
    private void checkNobodyWaitsForNothing() {
        List<RandomGraph.Part> waiting =
                graph.parts().values().stream().filter(this::waits).toList();
        int most = waiting.stream().mapToInt(RandomGraph.Part::priority).max().orElse(0);
        List<RandomGraph.Part> first =
                waiting.stream().filter(part -> part.priority() == most).toList();
        waited += waiting.isEmpty() ? 0 : 1;
        assertThat(first.isEmpty() || !first.stream().allMatch(this::mayBegin))
                .as("at %s one of %s waits for nothing; open are %s", now, first, open)
                .isTrue();
    }

    private boolean waits(RandomGraph.Part part) {
        Is state = is.get(part.name());
        boolean ready = state == Is.AGAIN
                || state == Is.IDLE && part.dependsOn().stream().allMatch(on -> is.get(on) == Is.DONE);
        return ready
                && open.stream()
                        .noneMatch(one ->
                                !works(one.effect()) && part(one.effect().key()).equals(part.name()));
    }

    private boolean mayBegin(RandomGraph.Part part) {
        boolean fits = part.needs().entrySet().stream()
                .allMatch(need ->
                        used(need.getKey()) + need.getValue() <= graph.pools().getOrDefault(need.getKey(), 0));
        // What was taken a period ago comes back with an alarm that may be due and not told yet.
        int taken = calls.stream()
                .filter(call -> call.at() >= now - RandomGraph.PERIOD.toMillis())
                .mapToInt(Taken::amount)
                .sum();
        return fits
                && (part.calls() == 0 || taken + part.calls() <= graph.rate())
                && open.stream().filter(one -> works(one.effect())).count() < graph.atMost();
    }

    private void checkUndone() {
        List<String> expected = new ArrayList<>();
        if (!(steps.end().orElseThrow() instanceof RunEnd.Completed)) {
            done.stream().filter(name -> graph.parts().get(name).undone()).forEach(expected::addFirst);
        }
        assertThat(undone).isEqualTo(expected);
    }

    /** How each step ended. */
    Map<String, String> ends() {
        Map<String, String> ends = new LinkedHashMap<>();
        graph.parts().keySet().forEach(name -> ends.put(name, String.valueOf(is.get(name))));
        return ends;
    }
}
