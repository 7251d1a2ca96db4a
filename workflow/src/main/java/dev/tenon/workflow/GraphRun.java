package dev.tenon.workflow;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Each as soon as all that it depends on has ended. */
final class GraphRun implements Executor {
    // 0 is waiting: what a fresh array says.
    private static final byte QUEUED = 1;
    private static final byte LIVE = 2;
    private static final byte DONE = 3;
    private static final byte FAILED = 4;

    final Node[] nodes;
    final int[][] dependsOn;
    private final int[][] dependents;
    private final int[] order;
    private final int atMost;
    private final boolean failFast;
    private final int[] sinks;

    GraphRun(Node[] nodes, int[][] dependsOn, int[] order, int atMost, boolean failFast) {
        this.nodes = nodes;
        this.dependsOn = dependsOn;
        this.order = order;
        this.atMost = atMost == 0 ? Integer.MAX_VALUE : atMost;
        this.failFast = failFast;
        this.dependents = Graphs.dependents(dependsOn);
        this.sinks = IntStream.range(0, nodes.length)
                .filter(i -> dependents[i].length == 0)
                .toArray();
    }

    @Override
    public void parts(Consumer<Node> visitor) {
        for (Node node : nodes) {
            visitor.accept(node);
        }
    }

    @Override
    public void begin(WorkflowMachine machine, Frame frame) {
        Frame.Body body = frame.body();
        int size = nodes.length;
        body.results = new Json[size];
        body.layers = new Layer[size];
        body.status = new byte[size];
        body.waits = new int[size];
        body.queue = new int[size];
        body.queued = 0;
        body.taken = 0;
        body.failures = List.of();
        for (int i = 0; i < size; i++) {
            body.waits[i] = dependsOn[i].length;
            if (body.waits[i] == 0) {
                queue(body, i);
            }
        }
        if (size == 0) {
            machine.complete(frame, Json.Obj.EMPTY);
            return;
        }
        beginReady(machine, frame, body);
    }

    private static void queue(Frame.Body body, int at) {
        body.status[at] = QUEUED;
        body.queue[body.queued++] = at;
    }

    private void beginReady(WorkflowMachine machine, Frame frame, Frame.Body body) {
        while (body.taken < body.queued && body.live < atMost && body.failing == null) {
            int at = body.queue[body.taken++];
            body.status[at] = LIVE;
            machine.branch(nodes[at], frame, at, last(frame, body, at), nodes.length);
        }
    }

    private Json last(Frame frame, Frame.Body body, int at) {
        int[] on = dependsOn[at];
        if (on.length == 0) {
            return frame.last;
        }
        if (on.length == 1) {
            return body.results[on[0]];
        }
        return named(body, on);
    }

    private Json.Obj named(Frame.Body body, int[] which) {
        List<String> names = new ArrayList<>(which.length);
        List<Json> values = new ArrayList<>(which.length);
        for (int one : which) {
            if (body.results[one] != null) {
                names.add(nodes[one].step.options().name());
                values.add(body.results[one]);
            }
        }
        return Json.Obj.of(names, values);
    }

    @Override
    public void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
        Frame.Body body = frame.body();
        int at = child.slot;
        boolean well = child.failure() == null;
        machine.branchEnded(frame, child, failFast);
        body.status[at] = well ? DONE : FAILED;
        if (well) {
            for (int after : dependents[at]) {
                if (--body.waits[after] == 0) {
                    queue(body, after);
                }
            }
        }
        beginReady(machine, frame, body);
        if (body.live == 0 && body.failing == null) {
            for (int i : order) {
                machine.join(frame, nodes[i], i, false);
            }
            machine.branchesEnded(frame, named(body, sinks));
        }
    }

    /** What the steps that one depends on wrote to a key: of one that does not join, the last in the order of the graph. */
    @Nullable
    Json seen(Frame.Body body, int slot, String key, @Nullable Reducer reducer) {
        Json found = null;
        for (int on : dependsOn[slot]) {
            Json written = written(body, on, key, reducer);
            if (written != null) {
                found = reducer == null ? written : Reducing.joined(reducer, found, written);
            }
        }
        return found;
    }

    private @Nullable Json written(Frame.Body body, int at, String key, @Nullable Reducer reducer) {
        Layer layer = body.layers == null ? null : body.layers[at];
        if (layer != null) {
            return layer.get(key);
        }
        Json result = body.results[at];
        if (result == null || nodes[at].layered || !key.equals(nodes[at].as)) {
            return null;
        }
        return reducer == null ? result : Reducing.lifted(reducer, result);
    }

    void keys(Frame.Body body, int slot, Set<String> into) {
        for (int on : dependsOn[slot]) {
            Layer layer = body.layers == null ? null : body.layers[on];
            if (layer != null) {
                layer.forEach((name, value) -> into.add(name));
            } else if (nodes[on].as != null && body.results[on] != null) {
                into.add(nodes[on].as);
            }
        }
    }
}
