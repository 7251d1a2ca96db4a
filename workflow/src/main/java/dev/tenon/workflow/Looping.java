package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Again and again. */
record Looping(
        Node step,
        @Nullable Expression whileHolds,
        @Nullable Expression until,
        int atMost,
        @Nullable String reason) implements Executor {
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
        frame.body().at = 0;
        again(machine, frame, frame.last);
    }

    private void again(WorkflowMachine machine, Frame frame, Json last) {
        Frame.Body body = frame.body();
        if (whileHolds != null && !machine.holds(frame, whileHolds, last)) {
            end(machine, frame, last, "while");
        } else if (body.at == atMost) {
            end(machine, frame, last, "count");
        } else {
            machine.only(step, frame, body.at, last);
        }
    }

    private void end(WorkflowMachine machine, Frame frame, Json last, String why) {
        if (reason != null) {
            machine.write(frame, reason, Json.of(why));
        }
        machine.complete(frame, last);
    }

    @Override
    public void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
        Failure failure = child.failure();
        if (failure != null) {
            machine.failed(frame, failure);
            return;
        }
        Json last = machine.output(child);
        if (until != null && machine.holds(frame, until, last)) {
            end(machine, frame, last, "until");
            return;
        }
        frame.body().at++;
        again(machine, frame, last);
    }
}
