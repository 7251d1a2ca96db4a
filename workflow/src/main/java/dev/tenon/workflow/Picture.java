package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.journal.JournalRecord;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.workflow.picture.Drawing;
import dev.tenon.workflow.picture.Drawing.Arrow;
import dev.tenon.workflow.picture.Drawing.Box;
import dev.tenon.workflow.picture.Drawing.Look;
import dev.tenon.workflow.picture.Drawing.Mark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A definition as a picture, for documents and for people who look for what went wrong. Immutable.
 *
 * {@snippet lang=java :
 * String svg = Picture.of(review.definition()).over(journal.read(run)).svg();
 * }
 */
public final class Picture {
    /** A longer text is cut in a box, and whole where it is pointed at. */
    private static final int LONGEST = 36;

    private final Definition definition;
    private final Map<String, Times> times;

    /** What became of a step: how often it was done, how long in all, and the last failure. */
    private static final class Times {
        int ended;
        int open;
        Duration took = Duration.ZERO;

        @Nullable
        Failure failure;
    }

    private Picture(Definition definition, Map<String, Times> times) {
        this.definition = definition;
        this.times = times;
    }

    /** The steps and the ways between them. */
    public static Picture of(Definition definition) {
        return new Picture(Objects.requireNonNull(definition, "definition"), Map.of());
    }

    /**
     * A copy over which a run is laid: how long each step took, how often it was done, which failed and why. What is on no record, such as a step that only computes, has no times.
     *
     * @param records of a run of this definition, as its journal has them
     */
    public Picture over(List<JournalRecord> records) {
        Objects.requireNonNull(records, "records");
        Map<String, Times> found = new HashMap<>();
        Map<String, Instant> begun = new HashMap<>();
        Set<String> keys = keys(definition.body());
        for (JournalRecord record : records) {
            switch (record) {
                case JournalRecord.Started started -> {
                    if (begun.put(started.key(), started.time()) == null) {
                        times(found, keys, started.key()).open++;
                    }
                }
                case JournalRecord.Ended ended -> {
                    Times of = times(found, keys, ended.key());
                    Instant from = begun.get(ended.key());
                    of.ended++;
                    if (from != null) {
                        of.open--;
                        of.took = of.took.plus(Duration.between(from, ended.time()));
                    }
                    Failure failure = failure(ended.outcome().as(Outcome.class));
                    of.failure = failure != null ? failure : of.failure;
                }
                case JournalRecord.Begun other -> {}
                case JournalRecord.Signalled other -> {}
                case JournalRecord.Stopping other -> {}
                case JournalRecord.Closed other -> {}
            }
        }
        return new Picture(definition, found);
    }

    private static @Nullable Failure failure(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed failed -> failed.failure();
            case Outcome.ChildEnded child when child.end() instanceof RunEnd.Failed failed -> failed.failure();
            case Outcome.Limited limited ->
                Failure.of("run.limited", limited.reached().message());
            default -> null;
        };
    }

    /** A step's effect has the step's key, and what says which time and which attempt it was. */
    private static Times times(Map<String, Times> found, Set<String> keys, String effect) {
        String key = effect;
        while (!keys.contains(key) && !key.isEmpty()) {
            int at = Math.max(
                    Math.max(key.lastIndexOf('['), key.lastIndexOf('#')),
                    Math.max(key.lastIndexOf('~'), key.lastIndexOf('/')));
            key = key.substring(0, Math.max(at, 0));
        }
        return found.computeIfAbsent(key, none -> new Times());
    }

    /** As a flowchart of Mermaid. */
    public String mermaid() {
        return drawing().mermaid();
    }

    /**
     * As an SVG that needs nothing else.
     *
     * @throws IllegalArgumentException where there are too many steps to be looked at, more than 2,000
     */
    public String svg() {
        return drawing().svg();
    }

    // Keys are made as a plan makes them.

    private static String key(Step step, String above, String segment) {
        String name = step.options().name();
        String own = name.isEmpty() ? segment : name;
        return above.isEmpty() ? own : above + "/" + own;
    }

    /** The keys of a step and of all below it. */
    static Set<String> keys(Step body) {
        Set<String> keys = new TreeSet<>();
        walk(body, key(body, "", "body"), keys);
        return keys;
    }

    private static void walk(Step step, String key, Set<String> keys) {
        keys.add(key);
        children(step, key, (child, at) -> walk(child, at, keys));
    }

    private interface Child {
        void see(Step step, String key);
    }

    private static void children(Step step, String key, Child child) {
        Map<String, String> segments = Map.of("then", "then", "otherwise", "otherwise", "loop", "do", "do", "do");
        int[] at = {0};
        Steps.parts(step, "", false, (part, place, body) -> {
            String last = place.substring(place.lastIndexOf('/') + 1);
            String segment = place.startsWith("/onError")
                    ? "else"
                    : place.startsWith("/cases/")
                            ? "case" + at[0]++
                            : place.startsWith("/choices/") ? "choice" + at[0]++ : segments.getOrDefault(last, last);
            child.see(part, key(part, key, segment));
        });
        step.options().policy().compensate().forEach(undo -> child.see(undo, key(undo, key, "undo")));
    }

    // Boxes and arrows

    /** Where a way goes on: from a box, with what stands at the arrow. */
    private record Exit(int box, String label) {}

    private Drawing drawing() {
        Drawing drawing = new Drawing(definition.name());
        Painter painter = new Painter(drawing);
        int start =
                drawing.box(new Box(Look.END, Mark.NONE, List.of(cut(definition.name())), definition.description()));
        List<Exit> exits = painter.step(
                definition.body(), key(definition.body(), "", "body"), List.of(new Exit(start, "")), false);
        painter.join(exits, drawing.box(new Box(Look.END, Mark.NONE, List.of("end"), "")), false);
        return drawing;
    }

    private static String cut(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= LONGEST
                ? line
                : line.substring(0, line.offsetByCodePoints(0, LONGEST - 1)) + "…";
    }

    /** Paints steps into one drawing. */
    private final class Painter {
        private final Drawing drawing;

        Painter(Drawing drawing) {
            this.drawing = drawing;
        }

        void join(List<Exit> exits, int box, boolean dashed) {
            exits.forEach(exit -> drawing.arrow(new Arrow(exit.box(), box, exit.label(), false, dashed)));
        }

        /** A box of a step, with what became of it. */
        private int box(Step step, String key, Look look, String kind, String what) {
            StepOptions options = step.options();
            List<String> label = new ArrayList<>();
            label.add(cut(options.name().isEmpty() ? kind + " " + what : options.name()));
            if (!options.as().isEmpty()) {
                label.add(cut("as " + options.as()));
            }
            StringBuilder about = new StringBuilder(kind + " " + what);
            Times of = times.get(key);
            Mark mark = Mark.NONE;
            if (of != null) {
                mark = of.failure != null ? Mark.FAILED : of.open > 0 ? Mark.OPEN : Mark.DONE;
                label.add((of.ended > 1 ? of.ended + " times, " : "") + said(of.took));
                Failure failure = of.failure;
                if (failure != null) {
                    label.add(cut(failure.code()));
                    about.append('\n').append(failure.code()).append(": ").append(failure.message());
                }
            }
            return drawing.box(new Box(look, mark, label, about.toString()));
        }

        private static String said(Duration took) {
            long seconds = took.toSeconds();
            return seconds < 1
                    ? took.toMillis() + " ms"
                    : seconds < 60
                            ? seconds + "." + took.toMillisPart() / 100 + " s"
                            : took.toMinutes() + " min " + took.toSecondsPart() + " s";
        }

        /** A step after what led to it; gives where the way goes on. */
        List<Exit> step(Step step, String key, List<Exit> before, boolean dashed) {
            List<Exit> exits = new ArrayList<>(paint(step, key, before, dashed));
            Policy policy = step.options().policy();
            if (policy.onError() instanceof OnError.Run run && !exits.isEmpty()) {
                List<Exit> failed = List.of(new Exit(exits.getFirst().box(), "on error"));
                exits.addAll(step(run.step(), key(run.step(), key, "else"), failed, true));
            }
            if (!policy.compensate().isEmpty() && !exits.isEmpty()) {
                Step undo = policy.compensate().getFirst();
                step(
                        undo,
                        key(undo, key, "undo"),
                        List.of(new Exit(exits.getFirst().box(), "undo")),
                        true);
            }
            return exits;
        }

        private List<Exit> leaf(
                Step step, String key, List<Exit> before, boolean dashed, Look look, String kind, String what) {
            int box = box(step, key, look, kind, what);
            join(before, box, dashed);
            return List.of(new Exit(box, ""));
        }

        private List<Exit> paint(Step step, String key, List<Exit> before, boolean dashed) {
            return switch (step) {
                case Step.Agent agent -> leaf(step, key, before, dashed, Look.WORK, "agent", agent.agent());
                case Step.Tool tool -> leaf(step, key, before, dashed, Look.WORK, "tool", tool.tool());
                case Step.Function function ->
                    leaf(step, key, before, dashed, Look.WORK, "function", function.function());
                case Step.Script script -> leaf(step, key, before, dashed, Look.WORK, "script", script.language());
                case Step.Transform transform ->
                    leaf(step, key, before, dashed, Look.WORK, "=", transform.expression());
                case Step.SubWorkflow sub -> leaf(step, key, before, dashed, Look.WORK, "workflow", sub.workflow());
                case Step.Custom custom -> leaf(step, key, before, dashed, Look.WORK, "step", custom.step());
                case Step.Handoff handoff ->
                    leaf(step, key, before, dashed, Look.WORK, "handoff", String.join(", ", handoff.agents()));
                case Step.Supervisor supervisor ->
                    leaf(
                            step,
                            key,
                            before,
                            dashed,
                            Look.WORK,
                            "supervisor",
                            supervisor.supervisor() + ": " + String.join(", ", supervisor.agents()));
                case Step.Wait wait -> leaf(step, key, before, dashed, Look.WAIT, "wait", waits(wait.waitFor()));
                case Step.Ask ask -> leaf(step, key, before, dashed, Look.WAIT, "ask", ask.question());
                case Step.Approval approval -> {
                    int box = box(step, key, Look.WAIT, "approval", approval.question());
                    join(before, box, dashed);
                    List<Exit> exits = new ArrayList<>(
                            List.of(new Exit(box, approval.otherwise().isEmpty() ? "" : "yes")));
                    exits.addAll(otherwise(approval.otherwise(), key, box, "no"));
                    yield exits;
                }
                case Step.Sequence sequence -> {
                    List<Exit> exits = before;
                    boolean first = dashed;
                    for (int i = 0; i < sequence.steps().size(); i++) {
                        Step next = sequence.steps().get(i);
                        exits = step(next, key(next, key, Integer.toString(i)), exits, first);
                        first = false;
                    }
                    yield exits;
                }
                case Step.Parallel parallel -> {
                    int box = box(
                            step,
                            key,
                            Look.CHOICE,
                            "all of",
                            Integer.toString(parallel.branches().size()));
                    join(before, box, dashed);
                    List<Exit> exits = new ArrayList<>();
                    for (int i = 0; i < parallel.branches().size(); i++) {
                        Step branch = parallel.branches().get(i);
                        exits.addAll(
                                step(branch, key(branch, key, Integer.toString(i)), List.of(new Exit(box, "")), false));
                    }
                    yield exits.isEmpty() ? List.of(new Exit(box, "")) : exits;
                }
                case Step.When when -> {
                    int box = box(step, key, Look.CHOICE, "when", when.condition());
                    join(before, box, dashed);
                    List<Exit> exits = new ArrayList<>(
                            step(when.then(), key(when.then(), key, "then"), List.of(new Exit(box, "yes")), false));
                    exits.addAll(
                            when.otherwise().isEmpty()
                                    ? List.of(new Exit(box, "no"))
                                    : otherwise(when.otherwise(), key, box, "no"));
                    yield exits;
                }
                case Step.Switch choice -> {
                    int box = box(step, key, Look.CHOICE, "switch", choice.value());
                    join(before, box, dashed);
                    List<Exit> exits = new ArrayList<>();
                    int at = 0;
                    for (Map.Entry<String, Step> one : choice.cases().entrySet()) {
                        String own = key(one.getValue(), key, "case" + at++);
                        exits.addAll(step(one.getValue(), own, List.of(new Exit(box, cut(one.getKey()))), false));
                    }
                    exits.addAll(otherwise(choice.otherwise(), key, box, "otherwise"));
                    yield exits;
                }
                case Step.Route route -> {
                    int box = box(step, key, Look.CHOICE, "chosen by", route.agent());
                    join(before, box, dashed);
                    List<Exit> exits = new ArrayList<>();
                    int at = 0;
                    for (Map.Entry<String, Step.Choice> one : route.choices().entrySet()) {
                        Step then = one.getValue().step();
                        String own = key(then, key, "choice" + at++);
                        exits.addAll(step(then, own, List.of(new Exit(box, cut(one.getKey()))), false));
                    }
                    yield exits;
                }
                case Step.Loop loop -> {
                    int box = box(step, key, Look.AGAIN, "loop", loops(loop));
                    join(before, box, dashed);
                    yield again(
                            step(loop.body(), key(loop.body(), key, "do"), List.of(new Exit(box, "")), false),
                            box,
                            "again");
                }
                case Step.ForEach map -> {
                    int box = box(step, key, Look.AGAIN, "for each of", map.items());
                    join(before, box, dashed);
                    yield again(
                            step(map.body(), key(map.body(), key, "do"), List.of(new Exit(box, "")), false),
                            box,
                            "next");
                }
                case Step.Graph graph -> graph(graph, key, before, dashed);
            };
        }

        private List<Exit> otherwise(List<Step> otherwise, String key, int box, String label) {
            return otherwise.isEmpty()
                    ? List.of()
                    : step(
                            otherwise.getFirst(),
                            key(otherwise.getFirst(), key, "otherwise"),
                            List.of(new Exit(box, label)),
                            false);
        }

        private List<Exit> again(List<Exit> ends, int box, String label) {
            ends.forEach(end -> {
                if (end.box() != box) {
                    drawing.arrow(new Arrow(end.box(), box, label, true, false));
                }
            });
            return ends;
        }

        private List<Exit> graph(Step.Graph graph, String key, List<Exit> before, boolean dashed) {
            int box = box(
                    graph,
                    key,
                    Look.CHOICE,
                    "graph of",
                    Integer.toString(graph.nodes().size()));
            join(before, box, dashed);
            Map<String, Integer> byName = new HashMap<>();
            for (int i = 0; i < graph.nodes().size(); i++) {
                byName.putIfAbsent(graph.nodes().get(i).step().options().name(), i);
            }
            int[][] dependsOn = new int[graph.nodes().size()][];
            boolean[] followed = new boolean[dependsOn.length];
            for (int i = 0; i < dependsOn.length; i++) {
                dependsOn[i] = graph.nodes().get(i).dependsOn().stream()
                        .filter(byName::containsKey)
                        .mapToInt(byName::get)
                        .distinct()
                        .toArray();
                for (int on : dependsOn[i]) {
                    followed[on] = true;
                }
            }
            Map<Integer, List<Exit>> ends = new HashMap<>();
            List<Exit> exits = new ArrayList<>();
            for (int at : Graphs.order(dependsOn)) {
                Step node = graph.nodes().get(at).step();
                List<Exit> from = new ArrayList<>();
                for (int on : dependsOn[at]) {
                    from.addAll(ends.getOrDefault(on, List.of()));
                }
                List<Exit> own = step(
                        node,
                        key(node, key, Integer.toString(at)),
                        from.isEmpty() ? List.of(new Exit(box, "")) : from,
                        false);
                ends.put(at, own);
                if (!followed[at]) {
                    exits.addAll(own);
                }
            }
            return exits.isEmpty() ? List.of(new Exit(box, "")) : exits;
        }

        private static String loops(Step.Loop loop) {
            List<String> parts = new ArrayList<>();
            if (!loop.whileHolds().isEmpty()) {
                parts.add("while " + loop.whileHolds());
            }
            if (!loop.until().isEmpty()) {
                parts.add("until " + loop.until());
            }
            if (loop.atMost() > 0) {
                parts.add("at most " + loop.atMost());
            }
            return String.join(", ", parts);
        }

        private static String waits(Step.Wait.Event event) {
            return switch (event) {
                case Step.Wait.Event.Elapsed elapsed -> said(elapsed.duration());
                case Step.Wait.Event.Time time -> "until " + time.time();
                case Step.Wait.Event.Signal signal -> "for " + signal.name();
            };
        }
    }
}
