package dev.tenon.workflow;

import dev.tenon.error.Failure;
import java.util.function.Consumer;

/** One after the other. */
@SuppressWarnings("ArrayRecordComponent") // never compared: it is walked
record Sequential(Node[] steps) implements Executor {
    @Override
    public void parts(Consumer<Node> visitor) {
        for (Node step : steps) {
            visitor.accept(step);
        }
    }

    @Override
    public void begin(WorkflowMachine machine, Frame frame) {
        if (steps.length == 0) {
            machine.complete(frame, frame.last);
            return;
        }
        machine.only(steps[0], frame, 0, frame.last);
    }

    @Override
    public void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
        Failure failure = child.failure();
        if (failure != null) {
            machine.failed(frame, failure);
            return;
        }
        int next = child.slot + 1;
        if (next == steps.length) {
            machine.complete(frame, machine.output(child));
        } else {
            machine.only(steps[next], frame, next, machine.output(child));
        }
    }
}
