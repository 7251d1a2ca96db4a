package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.run.Outcome;
import dev.tenon.schema.JsonSchema;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The one that an agent chooses. */
record Routing(Step.Route route, Map<String, Node> choices) implements Executor {
    @Override
    public boolean effect() {
        return true;
    }

    @Override
    public void parts(Consumer<Node> visitor) {
        choices.values().forEach(visitor);
    }

    @Override
    public void begin(WorkflowMachine machine, Frame frame) {
        StringBuilder message =
                new StringBuilder(Executor.text(machine.input(frame))).append("\n\nAnswer with one of these choices:");
        route.choices()
                .forEach((name, choice) -> message.append("\n- ")
                        .append(name)
                        .append(choice.description().isEmpty() ? "" : ": " + choice.description()));
        Json schema = Json.object()
                .put("type", "object")
                .put("properties", Json.object("choice", Json.object("enum", List.copyOf(choices.keySet()))))
                .put("required", List.of("choice"))
                .put("additionalProperties", false)
                .build();
        machine.askAgent(
                frame,
                frame.key(),
                route.agent(),
                message.toString(),
                ResponseFormat.json("choice", JsonSchema.of(schema)),
                "");
    }

    @Override
    public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
        Json answer = machine.childsOutput(frame, (Outcome.ChildEnded) outcome);
        if (answer == null) {
            return;
        }
        String choice = answer.at("/choice").map(Executor::text).orElse("");
        Node chosen = choices.get(choice);
        if (chosen == null) {
            machine.failed(
                    frame,
                    Failure.of(
                            "workflow.no_case",
                            "agent \"" + route.agent() + "\" chose \"" + choice + "\"; there are "
                                    + String.join(", ", choices.keySet())));
        } else {
            machine.only(chosen, frame, 0, frame.last);
        }
    }

    @Override
    public void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
        machine.takeOver(frame, child);
    }
}
