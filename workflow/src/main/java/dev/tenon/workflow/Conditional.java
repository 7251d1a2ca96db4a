package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One of several. */
record Conditional(
        @Nullable Expression condition,
        @Nullable Expression value,
        Map<String, Node> cases,
        @Nullable Node then,
        @Nullable Node otherwise)
        implements Executor {
    @Override
    public boolean momentous() {
        return condition != null && condition.momentous() || value != null && value.momentous();
    }

    @Override
    public void parts(Consumer<Node> visitor) {
        cases.values().forEach(visitor);
        if (then != null) {
            visitor.accept(then);
        }
        if (otherwise != null) {
            visitor.accept(otherwise);
        }
    }

    @Override
    public void begin(WorkflowMachine machine, Frame frame) {
        Node chosen;
        if (condition != null) {
            chosen = condition.holds(machine.environment(frame)) ? then : otherwise;
        } else {
            Json found = value == null ? null : value.evaluate(machine.environment(frame));
            String is = found == null ? "" : Executor.text(found);
            chosen = cases.getOrDefault(is, otherwise);
            if (chosen == null) {
                machine.failed(
                        frame,
                        Failure.of(
                                "workflow.no_case",
                                "no case for " + (found == null ? "nothing" : "\"" + is + "\"") + "; there are "
                                        + String.join(", ", cases.keySet())));
                return;
            }
        }
        if (chosen == null) {
            machine.complete(frame, frame.last);
        } else {
            machine.only(chosen, frame, 0, frame.last);
        }
    }

    @Override
    public void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
        machine.takeOver(frame, child);
    }
}
