package dev.tenon.event;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.json.Tags;
import dev.tenon.provider.Cost;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What runs tell, as payloads of {@link Event}s. Immutable. {@code key} is the place of a call within its run: {@code 2} the second model call, {@code 2/0} the
 * first tool call that it asked for.
 */
public sealed interface RunEvent {
    /** The name of an event with this payload. */
    String name();

    /** How much it matters. */
    default Severity severity() {
        return Severity.INFO;
    }

    /** The payload of one of the library's own events; empty of any other event. */
    static Optional<RunEvent> of(Event event) {
        Objects.requireNonNull(event, "event");
        return event.payload() instanceof Json.Obj payload
                        && payload.string(Tags.MEMBER).isPresent()
                        && Names.OWN.contains(event.name())
                ? Optional.of(payload.as(RunEvent.class))
                : Optional.empty();
    }

    /**
     * A run began.
     *
     * @param session the conversation it belongs to; empty where it belongs to none
     */
    record RunStarted(String program, String session) implements RunEvent {

        public RunStarted {
            Objects.requireNonNull(program, "program");
            Objects.requireNonNull(session, "session");
        }

        @Override
        public String name() {
            return Names.RUN_STARTED;
        }
    }

    /** A run that rested or was broken off goes on. */
    record RunResumed(String program) implements RunEvent {

        public RunResumed {
            Objects.requireNonNull(program, "program");
        }

        @Override
        public String name() {
            return Names.RUN_RESUMED;
        }
    }

    /**
     * A run ended, or came to rest.
     *
     * @param end {@code completed}, {@code paused}, {@code limited}, {@code cancelled} or {@code failed}
     * @param failure at most one: why it failed
     */
    record RunFinished(
            String end, Usage usage, Cost cost, int steps, int toolCalls, Duration took, List<Failure> failure)
            implements RunEvent {
        public RunFinished {
            Objects.requireNonNull(end, "end");
            Objects.requireNonNull(usage, "usage");
            Objects.requireNonNull(cost, "cost");
            Objects.requireNonNull(took, "took");
            failure = failure == null ? List.of() : List.copyOf(failure);
        }

        @Override
        public String name() {
            return Names.RUN_FINISHED;
        }

        @Override
        public Severity severity() {
            return failure.isEmpty() ? Severity.INFO : Severity.ERROR;
        }
    }

    /**
     * A model is asked.
     *
     * @param purpose {@code answer}, {@code repair} or {@code summary}
     */
    record ModelCallStarted(String key, String purpose, String provider, String model, int messages, int tools)
            implements RunEvent {

        public ModelCallStarted {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(purpose, "purpose");
            Objects.requireNonNull(provider, "provider");
            Objects.requireNonNull(model, "model");
        }

        @Override
        public String name() {
            return Names.MODEL_CALL_STARTED;
        }
    }

    /** A model answered. */
    record ModelCallFinished(String key, String model, FinishReason finish, Usage usage, Cost cost, Duration took)
            implements RunEvent {

        public ModelCallFinished {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(finish, "finish");
            Objects.requireNonNull(usage, "usage");
            Objects.requireNonNull(cost, "cost");
            Objects.requireNonNull(took, "took");
        }

        @Override
        public String name() {
            return Names.MODEL_CALL_FINISHED;
        }
    }

    /** A model did not answer. */
    record ModelCallFailed(String key, Failure failure) implements RunEvent {

        public ModelCallFailed {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(failure, "failure");
        }

        @Override
        public String name() {
            return Names.MODEL_CALL_FAILED;
        }

        @Override
        public Severity severity() {
            return Severity.ERROR;
        }
    }

    /**
     * A model call failed and is made again.
     *
     * @param by the model that failed, {@code provider/model}; empty in a record of an older version
     * @param attempt the number of the attempt that failed, from 1
     */
    record ModelCallRetrying(String key, String by, int attempt, Duration pause, Failure failure) implements RunEvent {
        public ModelCallRetrying {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(pause, "pause");
            Objects.requireNonNull(failure, "failure");
            by = by == null ? "" : by;
        }

        @Override
        public String name() {
            return Names.MODEL_CALL_RETRYING;
        }

        @Override
        public Severity severity() {
            return Severity.WARN;
        }
    }

    /** A model call failed and another model is asked. */
    record ModelCallFellBack(String key, String from, String to, Failure failure) implements RunEvent {

        public ModelCallFellBack {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
            Objects.requireNonNull(failure, "failure");
        }

        @Override
        public String name() {
            return Names.MODEL_CALL_FELL_BACK;
        }

        @Override
        public Severity severity() {
            return Severity.WARN;
        }
    }

    /**
     * An attempt was charged for whose answer was not taken: it failed midway, was late, was outvoted.
     *
     * @param by whose it was, {@code provider/model}; empty in a record of an older version
     */
    record ModelAttemptCharged(String key, String by, Usage usage, Cost cost) implements RunEvent {
        public ModelAttemptCharged {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(usage, "usage");
            Objects.requireNonNull(cost, "cost");
            by = by == null ? "" : by;
        }

        @Override
        public String name() {
            return Names.MODEL_ATTEMPT_CHARGED;
        }

        @Override
        public Severity severity() {
            return Severity.WARN;
        }
    }

    /** A model was slow, and another one is asked beside it. */
    record ModelCallHedged(String key, String from, String to, Duration after) implements RunEvent {

        public ModelCallHedged {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(from, "from");
            Objects.requireNonNull(to, "to");
            Objects.requireNonNull(after, "after");
        }

        @Override
        public String name() {
            return Names.MODEL_CALL_HEDGED;
        }
    }

    /** Of several models or attempts, this one gave the answer. */
    record ModelCallAnsweredBy(String key, String by, Cost cost) implements RunEvent {

        public ModelCallAnsweredBy {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(by, "by");
            Objects.requireNonNull(cost, "cost");
        }

        @Override
        public String name() {
            return Names.MODEL_CALL_ANSWERED_BY;
        }
    }

    /** A model call waits for its turn. */
    record ModelCallWaiting(String key, Duration atLeast) implements RunEvent {

        public ModelCallWaiting {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(atLeast, "atLeast");
        }

        @Override
        public String name() {
            return Names.MODEL_CALL_WAITING;
        }
    }

    /**
     * An answer was given from a cache; nothing was charged for it.
     *
     * @param saved what it used when it was made
     */
    record ModelCallCached(String key, Usage saved) implements RunEvent {

        public ModelCallCached {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(saved, "saved");
        }

        @Override
        public String name() {
            return Names.MODEL_CALL_CACHED;
        }
    }

    /**
     * A model is not asked for a while, or is asked again.
     *
     * @param pause after which one call is let through to try; zero where it is asked again
     */
    record ModelCircuitChanged(String key, String model, boolean open, Duration pause) implements RunEvent {

        public ModelCircuitChanged {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(pause, "pause");
        }

        @Override
        public String name() {
            return Names.MODEL_CIRCUIT_CHANGED;
        }

        @Override
        public Severity severity() {
            return open ? Severity.WARN : Severity.INFO;
        }
    }

    /**
     * One of several models did not say what was chosen.
     *
     * @param answer what it said; empty where it failed
     * @param failure at most one: why it said nothing
     */
    record ModelDisagreed(String key, String model, String answer, List<Failure> failure) implements RunEvent {
        public ModelDisagreed {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(answer, "answer");
            failure = failure == null ? List.of() : List.copyOf(failure);
        }

        @Override
        public String name() {
            return Names.MODEL_DISAGREED;
        }

        @Override
        public Severity severity() {
            return Severity.WARN;
        }
    }

    /** Something that the model cannot be sent was left out of the request, as documented. */
    record ModelRequestOmitted(String key, String what, String why) implements RunEvent {

        public ModelRequestOmitted {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(what, "what");
            Objects.requireNonNull(why, "why");
        }

        @Override
        public String name() {
            return Names.MODEL_REQUEST_OMITTED;
        }

        @Override
        public Severity severity() {
            return Severity.WARN;
        }
    }

    /** The model's answer did not fit and goes back to it. */
    record OutputRejected(String key, List<String> violations) implements RunEvent {
        public OutputRejected {
            Objects.requireNonNull(key, "key");
            violations = violations == null ? List.of() : List.copyOf(violations);
        }

        @Override
        public String name() {
            return Names.OUTPUT_REJECTED;
        }

        @Override
        public Severity severity() {
            return Severity.WARN;
        }
    }

    /** A tool is called. */
    record ToolCallStarted(String key, String tool, Json arguments) implements RunEvent {

        public ToolCallStarted {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(tool, "tool");
            Objects.requireNonNull(arguments, "arguments");
        }

        @Override
        public String name() {
            return Names.TOOL_CALL_STARTED;
        }
    }

    /**
     * A tool call ended with a result for the model.
     *
     * @param error whether the result says that the call failed
     * @param result the text of the result, at most 1,000 characters of it
     */
    record ToolCallFinished(String key, String tool, boolean error, String result, Duration took) implements RunEvent {

        public ToolCallFinished {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(tool, "tool");
            Objects.requireNonNull(result, "result");
            Objects.requireNonNull(took, "took");
        }

        @Override
        public String name() {
            return Names.TOOL_CALL_FINISHED;
        }

        @Override
        public Severity severity() {
            return error ? Severity.WARN : Severity.INFO;
        }
    }

    /** A tool tells how far it is. */
    record ToolCallProgress(String key, String tool, String message) implements RunEvent {

        public ToolCallProgress {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(tool, "tool");
            Objects.requireNonNull(message, "message");
        }

        @Override
        public String name() {
            return Names.TOOL_CALL_PROGRESS;
        }

        @Override
        public Severity severity() {
            return Severity.DEBUG;
        }
    }

    /**
     * The model makes a call again that gave the same result each time before.
     *
     * @param times how often in a row the result was the same
     * @param refused whether it is not run any more
     */
    record ToolCallRepeated(String key, String tool, int times, boolean refused) implements RunEvent {

        public ToolCallRepeated {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(tool, "tool");
        }

        @Override
        public String name() {
            return Names.TOOL_CALL_REPEATED;
        }

        @Override
        public Severity severity() {
            return Severity.WARN;
        }
    }

    /**
     * A tool was told to stop, did not, and is waited for no longer.
     *
     * @param grace how long it was waited for after it was told
     */
    record ToolCallAbandoned(String key, String tool, Duration grace) implements RunEvent {

        public ToolCallAbandoned {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(tool, "tool");
            Objects.requireNonNull(grace, "grace");
        }

        @Override
        public String name() {
            return Names.TOOL_CALL_ABANDONED;
        }

        @Override
        public Severity severity() {
            return Severity.ERROR;
        }
    }

    /**
     * A person is asked.
     *
     * @param kind {@code approval}, {@code input} or {@code result}
     */
    record QuestionAsked(String key, String kind, String subject, Json arguments, String reason) implements RunEvent {

        public QuestionAsked {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(subject, "subject");
            Objects.requireNonNull(arguments, "arguments");
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public String name() {
            return Names.QUESTION_ASKED;
        }
    }

    /**
     * A person answered.
     *
     * @param answer {@code approved}, {@code denied} or {@code given}
     */
    record QuestionAnswered(String key, String answer) implements RunEvent {

        public QuestionAnswered {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(answer, "answer");
        }

        @Override
        public String name() {
            return Names.QUESTION_ANSWERED;
        }
    }

    /** A limit ends the run. */
    record LimitReached(String limit, String used, String allowed) implements RunEvent {

        public LimitReached {
            Objects.requireNonNull(limit, "limit");
            Objects.requireNonNull(used, "used");
            Objects.requireNonNull(allowed, "allowed");
        }

        @Override
        public String name() {
            return Names.LIMIT_REACHED;
        }

        @Override
        public Severity severity() {
            return Severity.WARN;
        }
    }

    /**
     * Part of the past was hidden from the model.
     *
     * @param hidden groups of messages
     * @param tokensBefore an estimate, of the past before it
     * @param tokensAfter likewise after it
     * @param tokensKept of those before, how many stand at the beginning as they were: a provider's cache of them still serves
     * @param cost of the model calls it took
     */
    record MemoryCompacted(
            String session, String how, int hidden, long tokensBefore, long tokensAfter, long tokensKept, Cost cost)
            implements RunEvent {
        public MemoryCompacted {
            Objects.requireNonNull(session, "session");
            Objects.requireNonNull(how, "how");
            cost = cost == null ? Cost.ZERO : cost;
        }

        @Override
        public String name() {
            return Names.MEMORY_COMPACTED;
        }
    }

    /** Events were posted faster than they were taken, and some progress was not told. */
    record EventsDropped(int count) implements RunEvent {
        @Override
        public String name() {
            return Names.EVENTS_DROPPED;
        }

        @Override
        public Severity severity() {
            return Severity.WARN;
        }
    }
}

/** The names of the library's own events. */
final class Names {
    static final String RUN_STARTED = "run.started";
    static final String RUN_RESUMED = "run.resumed";
    static final String RUN_FINISHED = "run.finished";
    static final String MODEL_CALL_STARTED = "model.call.started";
    static final String MODEL_CALL_FINISHED = "model.call.finished";
    static final String MODEL_CALL_FAILED = "model.call.failed";
    static final String MODEL_CALL_RETRYING = "model.call.retrying";
    static final String MODEL_CALL_FELL_BACK = "model.call.fell_back";
    static final String MODEL_ATTEMPT_CHARGED = "model.attempt.charged";
    static final String MODEL_CALL_HEDGED = "model.call.hedged";
    static final String MODEL_CALL_ANSWERED_BY = "model.call.answered_by";
    static final String MODEL_CALL_WAITING = "model.call.waiting";
    static final String MODEL_CALL_CACHED = "model.call.cached";
    static final String MODEL_CIRCUIT_CHANGED = "model.circuit.changed";
    static final String MODEL_DISAGREED = "model.disagreed";
    static final String MODEL_REQUEST_OMITTED = "model.request.omitted";
    static final String OUTPUT_REJECTED = "output.rejected";
    static final String TOOL_CALL_STARTED = "tool.call.started";
    static final String TOOL_CALL_FINISHED = "tool.call.finished";
    static final String TOOL_CALL_PROGRESS = "tool.call.progress";
    static final String TOOL_CALL_REPEATED = "tool.call.repeated";
    static final String TOOL_CALL_ABANDONED = "tool.call.abandoned";
    static final String QUESTION_ASKED = "question.asked";
    static final String QUESTION_ANSWERED = "question.answered";
    static final String LIMIT_REACHED = "limit.reached";
    static final String MEMORY_COMPACTED = "memory.compacted";
    static final String EVENTS_DROPPED = "events.dropped";

    static final java.util.Set<String> OWN = java.util.Set.of(
            RUN_STARTED,
            RUN_RESUMED,
            RUN_FINISHED,
            MODEL_CALL_STARTED,
            MODEL_CALL_FINISHED,
            MODEL_CALL_FAILED,
            MODEL_CALL_RETRYING,
            MODEL_CALL_FELL_BACK,
            MODEL_ATTEMPT_CHARGED,
            MODEL_CALL_HEDGED,
            MODEL_CALL_ANSWERED_BY,
            MODEL_CALL_WAITING,
            MODEL_CALL_CACHED,
            MODEL_CIRCUIT_CHANGED,
            MODEL_DISAGREED,
            MODEL_REQUEST_OMITTED,
            OUTPUT_REJECTED,
            TOOL_CALL_STARTED,
            TOOL_CALL_FINISHED,
            TOOL_CALL_PROGRESS,
            TOOL_CALL_REPEATED,
            TOOL_CALL_ABANDONED,
            QUESTION_ASKED,
            QUESTION_ANSWERED,
            LIMIT_REACHED,
            MEMORY_COMPACTED,
            EVENTS_DROPPED);

    private Names() {}
}
