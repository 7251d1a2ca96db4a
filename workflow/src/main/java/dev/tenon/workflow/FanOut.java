package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A step for each item. */
record FanOut(
        Expression items,
        Node step,
        int atMost,
        boolean failFast,
        @Nullable Reducer reduce) implements Executor {
    @Override
    public boolean momentous() {
        return items.momentous();
    }

    @Override
    public void parts(Consumer<Node> visitor) {
        visitor.accept(step);
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public void begin(WorkflowMachine machine, Frame frame) {
        Json found = items.evaluate(machine.environment(frame));
        if (!(found instanceof Json.Arr all)) {
            machine.failed(
                    frame,
                    Failure.of(
                            "workflow.no_items",
                            "map wants an array, got " + (found == null ? "nothing" : found.kind())));
            return;
        }
        Frame.Body body = frame.body();
        body.at = 0;
        body.items = all;
        body.results = new Json[all.size()];
        body.layers = new Layer[all.size()];
        body.failures = List.of();
        int most = atMost == 0 ? all.size() : Math.min(atMost, all.size());
        for (int i = 0; i < most; i++) {
            begin(machine, frame, body);
        }
        if (all.size() == 0) {
            machine.complete(frame, Json.Arr.EMPTY);
        }
    }

    private void begin(WorkflowMachine machine, Frame frame, Frame.Body body) {
        int at = body.at++;
        machine.branch(step, frame, at, body.items.get(at), body.items.size());
    }

    @Override
    public void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
        Frame.Body body = frame.body();
        if (machine.branchEnded(frame, child, failFast) && body.at < body.items.size()) {
            begin(machine, frame, body);
        }
        if (body.live == 0 && body.failing == null) {
            for (int i = 0; i < body.results.length; i++) {
                machine.join(frame, step, i, true);
            }
            machine.branchesEnded(frame, reduced(body));
        }
    }

    private Json reduced(Frame.Body body) {
        if (reduce == null || body.results.length == 0 || !body.failures.isEmpty()) {
            return WorkflowMachine.array(body.results);
        }
        Json sum = null;
        for (Json result : body.results) {
            sum = Reducing.joined(reduce, sum, Reducing.lifted(reduce, result));
        }
        return sum == null ? Json.NULL : sum;
    }
}
