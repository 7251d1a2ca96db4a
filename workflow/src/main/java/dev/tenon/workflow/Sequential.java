package dev.tenon.workflow;

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
        frame.body().at = 0;
        machine.begin(steps[0], frame, 0, frame.inner(), frame.last, 1);
    }

    @Override
    public void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
        if (child.failure != null) {
            machine.failed(frame, child.failure);
            return;
        }
        int next = ++frame.body().at;
        if (next == steps.length) {
            machine.complete(frame, machine.output(child));
        } else {
            machine.begin(steps[next], frame, 0, frame.inner(), machine.output(child), 1);
        }
    }
}
