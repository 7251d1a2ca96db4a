package dev.tenon.workflow;

import dev.tenon.agent.RunRequest;
import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.run.Answer;
import dev.tenon.run.Effect;
import dev.tenon.run.Outcome;
import dev.tenon.run.Question;
import dev.tenon.run.RunEnd;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Violation;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a step of one pattern goes on. Without state of its own: that is in the {@link Frame}. Immutable. */
sealed interface Executor
        permits Executor.Leaf, Sequential, Concurrent, FanOut, Conditional, Routing, Looping, GraphRun, Delegating {
    /** Stands where a step could not be made; is never run. */
    Executor NOTHING = new Nothing();

    /** The step begins, or begins anew. */
    void begin(WorkflowMachine machine, Frame frame);

    /** A part of it ended, and nothing is being stopped. */
    default void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
        throw new IllegalStateException(frame.node + " has no parts");
    }

    /** Its effect ended well. */
    default void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
        throw new IllegalStateException(frame.node + " wants no effect");
    }

    /** Whether it begins with an effect that counts among those that run at once. */
    default boolean effect() {
        return false;
    }

    /** Whether its part runs several times, each with a number of its own. */
    default boolean repeats() {
        return false;
    }

    /** Whether it must be told the time before it begins. */
    default boolean momentous() {
        return false;
    }

    /** Its parts. */
    default void parts(Consumer<Node> visitor) {}

    /** One that has no parts, or whose parts come after its own work. */
    sealed interface Leaf extends Executor {}

    /** Nothing. */
    record Nothing() implements Leaf {
        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            machine.complete(frame, frame.last);
        }
    }

    /** A function. */
    record DoWork(String kind, String name) implements Leaf {
        @Override
        public boolean effect() {
            return true;
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            String key = frame.key();
            machine.want(frame, key, new Effect.Work(key, kind, name, machine.input(frame)));
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            machine.complete(frame, worked(outcome));
        }
    }

    private static Json worked(Outcome outcome) {
        return ((Outcome.Worked) outcome).value();
    }

    /** A script. */
    record RunScript(String language, String code) implements Leaf {
        @Override
        public boolean effect() {
            return true;
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            String key = frame.key();
            Json input = Json.object()
                    .put("code", code)
                    .put("input", machine.input(frame))
                    .build();
            machine.want(frame, key, new Effect.Work(key, WorkflowPerformer.SCRIPT, language, input));
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            machine.complete(frame, worked(outcome));
        }
    }

    /** A step of a user's own kind. */
    record DoCustom(String type, Mapping settings) implements Leaf {
        @Override
        public boolean effect() {
            return true;
        }

        @Override
        public boolean momentous() {
            return settings.momentous();
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            String key = frame.key();
            Json input = Json.object()
                    .put("settings", settings.evaluate(machine.environment(frame)))
                    .put("input", machine.input(frame))
                    .build();
            machine.want(frame, key, new Effect.Work(key, WorkflowPerformer.STEP, type, input));
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            machine.complete(frame, worked(outcome));
        }
    }

    /** An expression. */
    record Compute(Expression expression) implements Leaf {
        @Override
        public boolean momentous() {
            return expression.momentous();
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            Json value = frame.node.input == null
                    ? expression.evaluate(machine.environment(frame))
                    : expression.evaluate(machine.environment(frame, "last", machine.input(frame)));
            machine.complete(frame, value == null ? Json.NULL : value);
        }
    }

    /** A tool, once it may run. */
    record UseTool(String tool, @Nullable ToolSpec spec) implements Leaf {
        // Of a frame's body: nothing was decided yet, it may run.
        private static final int ASKED = 0;
        private static final int ALLOWED = 1;

        @Override
        public boolean effect() {
            return true;
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            Frame.Body body = frame.body();
            if (body.at == ALLOWED) {
                String key = frame.key();
                Json.Obj arguments = body.items.get(0).asObj();
                machine.want(frame, key, new Effect.CallTool(key, tool, "", arguments, Json.Obj.EMPTY, true));
                return;
            }
            Json input = machine.input(frame);
            if (!(input instanceof Json.Obj) && !input.isNull()) {
                machine.failed(
                        frame,
                        Failure.of(
                                "workflow.bad_input",
                                "tool \"" + tool + "\" wants an object, got " + input.kind()
                                        + "; give the step an input"));
                return;
            }
            Json arguments = input.isNull() ? Json.Obj.EMPTY : input;
            body.at = ASKED;
            body.items = Json.array(arguments);
            String key = frame.key() + "!may";
            machine.want(frame, key, new Effect.Work(key, WorkflowPerformer.POLICY, tool, arguments));
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            switch (outcome) {
                case Outcome.Worked worked ->
                    decided(machine, frame, worked.value().as(ToolDecision.class));
                case Outcome.Answered answered -> answered(machine, frame, answered.answer());
                default -> returned(machine, frame, (Outcome.Returned) outcome);
            }
        }

        private void decided(WorkflowMachine machine, Frame frame, ToolDecision decision) {
            switch (decision) {
                case ToolDecision.Run run -> allowed(machine, frame);
                case ToolDecision.Rewrite rewrite -> {
                    frame.body().items = Json.array(rewrite.arguments());
                    allowed(machine, frame);
                }
                case ToolDecision.Ask ask -> ask(machine, frame, Question.Kind.APPROVAL, ask.reason());
                case ToolDecision.Defer defer -> ask(machine, frame, Question.Kind.RESULT, defer.reason());
                case ToolDecision.Deny deny -> denied(machine, frame, deny.message());
            }
        }

        private void ask(WorkflowMachine machine, Frame frame, Question.Kind kind, String reason) {
            String key = frame.key() + "!ask";
            Json arguments = frame.body().items.get(0);
            machine.want(frame, key, new Effect.Ask(key, new Question("", key, kind, tool, arguments, reason)));
        }

        private void answered(WorkflowMachine machine, Frame frame, Answer answer) {
            switch (answer) {
                case Answer.Approve approve -> {
                    approve.arguments().ifPresent(other -> frame.body().items = Json.array(other));
                    allowed(machine, frame);
                }
                case Answer.Deny deny -> denied(machine, frame, deny.message());
                case Answer.Give give -> machine.complete(frame, give.value());
            }
        }

        private static void allowed(WorkflowMachine machine, Frame frame) {
            frame.body().at = ALLOWED;
            machine.again(frame);
        }

        private void denied(WorkflowMachine machine, Frame frame, String why) {
            machine.failed(
                    frame,
                    Failure.of(
                            WorkflowMachine.DENIED,
                            "tool \"" + tool + "\" may not run" + (why.isEmpty() ? "" : ": " + why)));
        }

        private void returned(WorkflowMachine machine, Frame frame, Outcome.Returned returned) {
            String text = Content.text(returned.content());
            if (returned.error()) {
                machine.failed(frame, Failure.of("workflow.tool_failed", "tool \"" + tool + "\": " + text));
                return;
            }
            ToolOutput output = ToolOutput.text(text);
            machine.complete(frame, spec == null ? Json.of(text) : spec.value(output));
        }
    }

    /** An agent. */
    record AskAgent(Step.Agent agent, @Nullable Mapping session) implements Leaf {
        @Override
        public boolean effect() {
            return true;
        }

        @Override
        public boolean momentous() {
            return session != null && session.momentous();
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            Json input = machine.input(frame);
            JsonSchema schema = frame.node.schema;
            String conversation = session == null ? "" : text(session.evaluate(machine.environment(frame)));
            machine.askAgent(
                    frame,
                    frame.key(),
                    agent.agent(),
                    text(input),
                    schema == null ? ResponseFormat.TEXT : ResponseFormat.json("answer", schema),
                    conversation);
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            Json answer = machine.childsOutput(frame, (Outcome.ChildEnded) outcome);
            if (answer != null) {
                machine.complete(frame, answer);
            }
        }
    }

    /** A value in words: text as it is. */
    static String text(Json value) {
        return value instanceof Json.Str text ? text.value() : value.toString();
    }

    /** Another workflow. */
    record RunWorkflow(String workflow) implements Leaf {
        @Override
        public boolean effect() {
            return true;
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            Json input = machine.input(frame);
            if (!(input instanceof Json.Obj) && !input.isNull()) {
                machine.failed(
                        frame,
                        Failure.of(
                                "workflow.bad_input",
                                "workflow \"" + workflow + "\" wants an object, got " + input.kind()
                                        + "; give the step an input"));
                return;
            }
            machine.runWorkflow(
                    frame, frame.key(), workflow, input instanceof Json.Obj object ? object : Json.Obj.EMPTY);
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            Json output = machine.childsOutput(frame, (Outcome.ChildEnded) outcome);
            if (output != null) {
                machine.complete(frame, output);
            }
        }
    }

    /** Time. */
    record Pause(Duration duration, @Nullable Mapping until) implements Leaf {
        @Override
        public boolean momentous() {
            return until != null;
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            Duration left = duration;
            if (until != null) {
                String text = text(until.evaluate(machine.environment(frame)));
                Instant at;
                try {
                    at = OffsetDateTime.parse(text).toInstant();
                } catch (DateTimeParseException e) {
                    machine.failed(
                            frame,
                            Failure.of(
                                    "workflow.bad_time",
                                    "expected a time such as 2027-01-31T09:00:00Z, got \"" + text + "\""));
                    return;
                }
                left = Duration.between(
                        Instant.ofEpochMilli(machine.moment(frame).millis()), at);
            }
            if (left.isNegative() || left.isZero()) {
                machine.complete(frame, Json.NULL);
                return;
            }
            String key = frame.key();
            machine.want(frame, key, new Effect.Sleep(key, left));
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            machine.complete(frame, Json.NULL);
        }
    }

    /** A signal. */
    record Await(String signal) implements Leaf {
        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            Json payload = machine.signal(signal);
            if (payload != null) {
                machine.complete(frame, payload);
                return;
            }
            String key = frame.key();
            machine.want(
                    frame,
                    key,
                    new Effect.Ask(
                            key,
                            new Question(
                                    "", key, Question.Kind.SIGNAL, signal, Json.NULL, "the workflow waits for it")));
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            machine.complete(frame, given(outcome));
        }
    }

    private static Json given(Outcome outcome) {
        return ((Outcome.Answered) outcome).answer() instanceof Answer.Give give ? give.value() : Json.NULL;
    }

    /** A yes or a no. */
    record Approve(Mapping question, @Nullable Node otherwise) implements Leaf {
        @Override
        public boolean momentous() {
            return question.momentous();
        }

        @Override
        public void parts(Consumer<Node> visitor) {
            if (otherwise != null) {
                visitor.accept(otherwise);
            }
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            String key = frame.key();
            String asked = text(question.evaluate(machine.environment(frame)));
            machine.want(
                    frame,
                    key,
                    new Effect.Ask(
                            key, new Question("", key, Question.Kind.APPROVAL, asked, machine.input(frame), "")));
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            Answer answer = ((Outcome.Answered) outcome).answer();
            if (answer instanceof Answer.Approve) {
                machine.complete(frame, Json.Bool.TRUE);
            } else if (otherwise != null) {
                machine.only(otherwise, frame, 0, frame.last);
            } else {
                String why = answer instanceof Answer.Deny deny ? deny.message() : "";
                machine.failed(frame, Failure.of(WorkflowMachine.DENIED, why.isEmpty() ? "the answer was no" : why));
            }
        }

        @Override
        public void childEnded(WorkflowMachine machine, Frame frame, Frame child) {
            machine.takeOver(frame, child);
        }
    }

    /** A value from a person. */
    record AskPerson(Mapping question) implements Leaf {
        @Override
        public boolean momentous() {
            return question.momentous();
        }

        @Override
        public void begin(WorkflowMachine machine, Frame frame) {
            ask(machine, frame, "");
        }

        private void ask(WorkflowMachine machine, Frame frame, String wrong) {
            Frame.Body body = frame.body();
            String key = body.at == 0 ? frame.key() : frame.key() + ":" + body.at;
            String asked = text(question.evaluate(machine.environment(frame)));
            Json wanted = frame.node.schema == null ? Json.NULL : frame.node.schema.json();
            machine.want(
                    frame, key, new Effect.Ask(key, new Question("", key, Question.Kind.INPUT, asked, wanted, wrong)));
        }

        @Override
        public void effectEnded(WorkflowMachine machine, Frame frame, Outcome outcome) {
            Json value = given(outcome);
            List<Violation> wrong = frame.node.schema == null ? List.of() : frame.node.schema.validate(value);
            if (wrong.isEmpty()) {
                machine.complete(frame, value);
            } else {
                frame.body().at++;
                ask(machine, frame, wrong.getFirst().message());
            }
        }
    }

    /** How a child run ended, where it did not complete. */
    static Failure failure(String what, RunEnd end) {
        return switch (end) {
            case RunEnd.Failed failed -> failed.failure();
            case RunEnd.Limited limited ->
                Failure.of(
                        WorkflowMachine.STEP_LIMIT,
                        what + ": " + limited.reached().message());
            case RunEnd.Cancelled cancelled ->
                Failure.of(
                        WorkflowMachine.CANCELLED,
                        what + " was stopped: " + cancelled.stop().reason());
            case RunEnd.Completed completed -> throw new IllegalArgumentException("it completed");
            case RunEnd.Paused paused -> throw new IllegalArgumentException("it rests");
        };
    }

    /** What an agent is asked. */
    static RunRequest request(String message, ResponseFormat format, String session) {
        RunRequest request = RunRequest.of(message).output(format);
        return session.isEmpty() ? request : request.session(session);
    }
}
