package dev.tenon.workflow;

import dev.tenon.json.Json;
import java.util.List;
import java.util.function.Consumer;

/** Branches at once. */
@SuppressWarnings("ArrayRecordComponent") // never compared: it is walked
record Concurrent(Node[] branches, int atMost, boolean failFast) implements Executor {
    @Override
    public void parts(Consumer<Node> visitor) {
        for (Node branch : branches) {
            visitor.accept(branch);
        }
    }

    @Override
    public void begin(WorkflowMachine machine, Frame frame) {
        Frame.Body body = frame.body();
        body.at = 0;
        body.results = new Json[branches.length];
        body.layers = new Layer[branches.length];
        body.failures = List.of();
        if (branches.length == 0) {
            machine.complete(frame, Json.Arr.EMPTY);
            return;
        }
        int most = atMost == 0 ? branches.length : Math.min(atMost, branches.length);
        for (int i = 0; i < most; i++) {
            begin(machine, frame, body);
        }
    }

    private void begin(WorkflowMachine machine, Frame frame, Frame.Body body) {
        int at = body.at++;
        machine.branch(branches[at], frame, at, frame.last, branches.length);
    }

    @Override
    public void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
        Frame.Body body = frame.body();
        if (machine.branchEnded(frame, child, failFast) && body.at < branches.length) {
            begin(machine, frame, body);
        }
        if (body.live == 0 && body.failing == null) {
            for (int i = 0; i < branches.length; i++) {
                machine.join(frame, branches[i], i, false);
            }
            machine.branchesEnded(frame, WorkflowMachine.array(body.results));
        }
    }
}
