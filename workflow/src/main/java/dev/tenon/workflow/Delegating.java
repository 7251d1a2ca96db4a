package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.run.Outcome;
import dev.tenon.schema.JsonSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Agents that hand on to one another, or that one of them picks. */
final class Delegating implements Executor {
    private static final String DONE = "done";

    private final List<String> agents;
    private final @Nullable String supervisor;
    private final int atMost;

    Delegating(Step.Handoff handoff) {
        this.agents = handoff.agents();
        this.supervisor = null;
        this.atMost = handoff.atMost();
    }

    Delegating(Step.Supervisor supervisor) {
        this.agents = supervisor.agents();
        this.supervisor = supervisor.supervisor();
        this.atMost = supervisor.atMost();
    }

    @Override
    public boolean effect() {
        return true;
    }

    @Override
    public void begin(WorkflowMachine machine, Frame frame) {
        ask(machine, frame, frame.body());
    }

    /** Who is asked next: the last entry of what was said may name an agent that has not answered. */
    private void ask(WorkflowMachine machine, Frame frame, Frame.Body body) {
        Json.Obj pending = pending(body);
        String agent = pending == null
                ? supervisor == null ? agents.getFirst() : supervisor
                : pending.string("agent").orElse("");
        StringBuilder message = new StringBuilder(Executor.text(machine.input(frame)));
        said(message, body);
        ResponseFormat format = ResponseFormat.TEXT;
        if (supervisor == null) {
            message.append("\n\nAnswer, with handoff \"none\"; or name who is to go on in handoff: ")
                    .append(String.join(", ", others(agent)));
            format = format(frame, "handoff", "none", others(agent));
        } else if (pending == null) {
            message.append("\n\nPick who does what next, and give the task; or pick \"" + DONE
                            + "\" and give the answer." + " There are: ")
                    .append(String.join(", ", agents));
            format = format(frame, "next", DONE, agents);
        } else {
            message.append("\n\nYour task: ").append(pending.string("task").orElse(""));
        }
        String key = body.at == 0 ? frame.key() : frame.key() + ":" + body.at;
        machine.askAgent(frame, key, agent, message.toString(), format, "");
    }

    private List<String> others(String agent) {
        return agents.stream().filter(other -> !other.equals(agent)).toList();
    }

    private static Json.@Nullable Obj pending(Frame.Body body) {
        if (body.items.size() == 0) {
            return null;
        }
        Json.Obj newest = body.items.get(body.items.size() - 1).asObj();
        return newest.has("said") ? null : newest;
    }

    private static void said(StringBuilder message, Frame.Body body) {
        boolean first = true;
        for (Json entry : body.items) {
            Json.Obj turn = entry.asObj();
            if (turn.has("said")) {
                message.append(first ? "\n\nSo far:" : "");
                first = false;
                message.append("\n- ").append(turn.string("agent").orElse(""));
                turn.string("task")
                        .filter(task -> !task.isEmpty())
                        .ifPresent(task -> message.append(" (").append(task).append(')'));
                message.append(": ").append(turn.string("said").orElse(""));
            }
        }
    }

    private static ResponseFormat format(Frame frame, String member, String end, List<String> names) {
        List<String> choices = new ArrayList<>(names);
        choices.addFirst(end);
        Json answer = frame.node.schema == null
                ? Json.object("type", "string")
                : Json.object("anyOf", Json.array(frame.node.schema.json(), Json.object("type", "null")));
        Json schema = Json.object()
                .put("type", "object")
                .put(
                        "properties",
                        Json.object()
                                .put(member, Json.object("enum", choices))
                                .put("task", Json.object("type", "string"))
                                .put("answer", answer)
                                .build())
                .put("required", List.of(member, "task", "answer"))
                .put("additionalProperties", false)
                .build();
        return ResponseFormat.json("turn", JsonSchema.of(schema));
    }

    @Override
    public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
        Json answer = machine.childsOutput(frame, (Outcome.ChildEnded) outcome);
        if (answer == null) {
            return;
        }
        Frame.Body body = frame.body();
        Json.Obj pending = pending(body);
        if (supervisor != null && pending != null) {
            replace(body, pending.with("said", Executor.text(answer)));
            next(machine, frame, body);
            return;
        }
        String member = supervisor == null ? "handoff" : "next";
        String chosen = answer.at("/" + member).map(Executor::text).orElse("");
        if (chosen.equals(supervisor == null ? "none" : DONE)) {
            machine.complete(frame, answer.at("/answer").orElse(Json.NULL));
            return;
        }
        if (!agents.contains(chosen)) {
            machine.failed(
                    frame,
                    Failure.of(
                            "workflow.no_case",
                            "\"" + chosen + "\" was picked; there are " + String.join(", ", agents)));
            return;
        }
        String task = answer.at("/task").map(Executor::text).orElse("");
        if (supervisor == null) {
            String speaker = pending == null
                    ? agents.getFirst()
                    : pending.string("agent").orElse("");
            Json.Obj turn = Json.object()
                    .put("agent", speaker)
                    .put("said", "handed on to " + chosen + (task.isEmpty() ? "" : ": " + task))
                    .build();
            if (pending == null) {
                append(body, turn);
            } else {
                replace(body, turn);
            }
            append(body, Json.object("agent", chosen));
        } else {
            append(body, Json.object().put("agent", chosen).put("task", task).build());
        }
        next(machine, frame, body);
    }

    private void next(WorkflowMachine machine, Frame frame, Frame.Body body) {
        body.at++;
        // A supervisor's round is two turns: it picks, and the one that was picked works.
        int most = supervisor == null ? atMost : atMost * 2 + 1;
        if (body.at >= most) {
            machine.failed(
                    frame, Failure.of("workflow.no_answer", "there is no answer after " + atMost + " turns of agents"));
            return;
        }
        machine.again(frame);
    }

    private static void append(Frame.Body body, Json entry) {
        List<Json> more = new ArrayList<>(body.items.items());
        more.add(entry);
        body.items = Json.Arr.of(more);
    }

    private static void replace(Frame.Body body, Json entry) {
        List<Json> more = new ArrayList<>(body.items.items());
        more.set(more.size() - 1, entry);
        body.items = Json.Arr.of(more);
    }
}
