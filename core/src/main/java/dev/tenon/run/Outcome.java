package dev.tenon.run;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.output.Fix;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Cost;
import dev.tenon.provider.Usage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.State;
import dev.tenon.scope.Stop;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolSpec;
import java.util.List;
import java.util.Objects;

/** What came of an effect. Immutable. Any effect may end {@link Failed}, {@link Limited} or {@link Stopped}. */
public sealed interface Outcome {
    /** How the wanted shape of an answer is asked for. */
    enum AnswerForm {
        /** Free text is wanted. */
        TEXT,
        /** The provider enforces the schema. */
        NATIVE,
        /** The model must call a tool whose arguments are the answer. */
        TOOL,
        /** The instructions ask for it in words. */
        PROMPT;

        /** The tool of {@link #TOOL}. */
        public static final String TOOL_NAME = "final_answer";

        /** Schema modes and tools want an object: what is none is sent as this member of one. */
        public static final String MEMBER = "value";

        /** Whether an answer of this schema is sent as the member {@value #MEMBER} of an object, unless it is asked for in words. */
        public static boolean wraps(JsonSchema schema) {
            Objects.requireNonNull(schema, "schema");
            return !(schema.json() instanceof Json.Obj root
                    && root.get("type").filter(Json.of("object")::equals).isPresent());
        }
    }

    /**
     * What the requests of this run are made of.
     *
     * @param instructions as they are sent with every request, never stored; empty for none
     * @param history what the memory recalled
     * @param programs the names of those tools that are programs, to be run as children
     * @param receipts what the memory hid, and what it cost
     * @param input the messages of this turn so far as they are sent; empty for as they are
     * @param wanted what the memory wants to ask a model before it can say what goes in; empty once it can
     * @param again when a request and its reply have so many tokens, the context is to be loaded again; 0 for never
     */
    record Loaded(
            String instructions,
            List<Message> history,
            List<ToolSpec> tools,
            List<String> programs,
            AnswerForm form,
            Json receipts,
            List<Message> input,
            List<ChatRequest> wanted,
            long again)
            implements Outcome {
        public Loaded {
            Objects.requireNonNull(history, "history");
            Objects.requireNonNull(tools, "tools");
            instructions = instructions == null ? "" : instructions;
            history = List.copyOf(history);
            tools = List.copyOf(tools);
            programs = programs == null ? List.of() : List.copyOf(programs);
            form = form == null ? AnswerForm.TEXT : form;
            receipts = receipts == null ? Json.NULL : receipts;
            input = input == null ? List.of() : List.copyOf(input);
            wanted = wanted == null ? List.of() : List.copyOf(wanted);
        }
    }

    /**
     * The model answered.
     *
     * @param cost of the reply
     * @param lost tokens of attempts that were thrown away; an attempt in doubt counts as unreported
     * @param lostCost likewise
     */
    record Replied(ChatResponse response, Cost cost, Usage lost, Cost lostCost) implements Outcome {
        public Replied {
            Objects.requireNonNull(response, "response");
            cost = cost == null ? Cost.UNKNOWN : cost;
            lost = lost == null ? Usage.ZERO : lost;
            lostCost = lostCost == null ? Cost.ZERO : lostCost;
        }
    }

    /**
     * A reply was read.
     *
     * @param message as history keeps it: only what every provider accepts
     * @param calls one of each tool call, in order
     * @param value at most one: the answer that was wanted; none where text was wanted, or it did not fit
     * @param violations why it did not fit; empty where it did
     * @param fixes what was mended in arguments and answer
     */
    record Interpreted(
            AssistantMessage message,
            List<PlannedCall> calls,
            List<Json> value,
            List<String> violations,
            List<Fix> fixes)
            implements Outcome {
        public Interpreted {
            Objects.requireNonNull(calls, "calls");
            Objects.requireNonNull(message, "message");
            calls = List.copyOf(calls);
            value = value == null ? List.of() : List.copyOf(value);
            violations = violations == null ? List.of() : List.copyOf(violations);
            fixes = fixes == null ? List.of() : List.copyOf(fixes);
        }
    }

    /**
     * What is to become of one tool call. Immutable.
     *
     * @param arguments read, coerced and valid where the decision is to run or to ask; references to results stand as the model wrote them
     * @param handed which arguments are references
     * @param hint for the model beside the result; empty for none
     */
    record PlannedCall(
            String callId, String tool, Json.Obj arguments, ToolDecision decision, List<Handed> handed, String hint) {
        public PlannedCall {
            Objects.requireNonNull(callId, "callId");
            Objects.requireNonNull(tool, "tool");
            Objects.requireNonNull(arguments, "arguments");
            Objects.requireNonNull(decision, "decision");
            handed = handed == null ? List.of() : List.copyOf(handed);
            hint = hint == null ? "" : hint;
        }

        /** A call with arguments of its own, and no hint. */
        public PlannedCall(String callId, String tool, Json.Obj arguments, ToolDecision decision) {
            this(
                    Objects.requireNonNull(callId, "callId"),
                    Objects.requireNonNull(tool, "tool"),
                    Objects.requireNonNull(arguments, "arguments"),
                    Objects.requireNonNull(decision, "decision"),
                    List.of(),
                    "");
        }
    }

    /**
     * An argument that stands for an earlier result of this run. Immutable.
     *
     * @param at the JSON Pointer of the argument
     * @param reference of the result, and after a {@code #} the JSON Pointer of a part of it
     * @param text whether it is handed on as text, rather than as the JSON that it is
     */
    record Handed(String at, String reference, boolean text) {

        public Handed {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(reference, "reference");
        }
    }

    /**
     * A tool gave a result.
     *
     * @param changes to the state of the run, in the order they were made
     * @param abandoned whether the tool was still running when it was given up
     * @param offered tools that the model is told of from now on
     */
    record Returned(
            List<Content.OfResult> content,
            boolean error,
            List<State.Change> changes,
            boolean abandoned,
            List<ToolSpec> offered)
            implements Outcome {
        public Returned {
            Objects.requireNonNull(content, "content");
            content = List.copyOf(content);
            changes = changes == null ? List.of() : List.copyOf(changes);
            offered = offered == null ? List.of() : List.copyOf(offered);
        }

        /** A result that offers no tools. */
        public Returned(List<Content.OfResult> content, boolean error, List<State.Change> changes, boolean abandoned) {
            this(Objects.requireNonNull(content, "content"), error, changes, abandoned, List.of());
        }

        /** A failure, in words for the model. */
        static Returned error(String text, boolean abandoned) {
            return new Returned(List.of(Content.text(text)), true, List.of(), abandoned);
        }
    }

    /** Work gave a value. */
    record Worked(Json value) implements Outcome {
        public Worked {
            value = value == null ? Json.NULL : value;
        }
    }

    /** A child run ended; it does not end while it rests. */
    record ChildEnded(RunEnd end, Spent spent) implements Outcome {

        public ChildEnded {
            Objects.requireNonNull(end, "end");
            Objects.requireNonNull(spent, "spent");
        }
    }

    /** A question was answered. */
    record Answered(Answer answer) implements Outcome {

        public Answered {
            Objects.requireNonNull(answer, "answer");
        }
    }

    /** The time has passed. */
    record Woke() implements Outcome {}

    /** The turn is stored. */
    record Appended() implements Outcome {}

    /** It could not be done. */
    record Failed(Failure failure) implements Outcome {

        public Failed {
            Objects.requireNonNull(failure, "failure");
        }
    }

    /** It was not done: a limit of the run would be passed. */
    record Limited(Limits.Reached reached) implements Outcome {

        public Limited {
            Objects.requireNonNull(reached, "reached");
        }
    }

    /** It was told to end before it was done. */
    record Stopped(Stop stop) implements Outcome {

        public Stopped {
            Objects.requireNonNull(stop, "stop");
        }
    }
}
