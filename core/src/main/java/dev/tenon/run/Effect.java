package dev.tenon.run;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ResponseFormat;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Something that a machine wants done. Immutable. {@code key} is unique in its run and the same whenever the run is folded again: {@code 2} the second model call,
 * {@code 2/0} the first tool call that it asked for, {@code 2/0/ask} the question whether that may run.
 */
public sealed interface Effect {
    /** Unique in the run. */
    String key();

    /** What a model call is for. */
    enum Purpose {
        /** An answer, or the next tool calls. */
        ANSWER,
        /** Another answer, since the last did not fit. */
        REPAIR,
        /** A summary of the past. */
        SUMMARY
    }

    /**
     * Instructions, past, tools: what requests are made of. Wanted when the run begins, again when a memory has what it asked a model for, and again when the requests of the run have grown too long.
     *
     * @param input the messages of this turn so far
     * @param instructions at most one: as they were loaded before
     * @param summaries what came of the model calls that the memory wanted, in their order
     * @param tooLong whether the model refused the last request as too long
     */
    record LoadContext(
            String key,
            String session,
            List<Message> input,
            ResponseFormat format,
            List<String> instructions,
            List<Outcome> summaries,
            boolean tooLong)
            implements Effect {
        public LoadContext {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(session, "session");
            Objects.requireNonNull(input, "input");
            Objects.requireNonNull(format, "format");
            input = List.copyOf(input);
            instructions = instructions == null ? List.of() : List.copyOf(instructions);
            summaries = summaries == null ? List.of() : List.copyOf(summaries);
        }
    }

    /** A model is asked. */
    record CallModel(String key, Purpose purpose, ChatRequest request) implements Effect {

        public CallModel {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(purpose, "purpose");
            Objects.requireNonNull(request, "request");
        }
    }

    /**
     * A reply is read: arguments and answers are recovered, coerced, validated; the policy decides of each tool call. An effect and on record, because a
     * better parser must not change a past run.
     *
     * @param form how the wanted shape of the answer was asked for
     * @param turn the messages of this turn before the reply
     * @param kept whole results of this run that the model may hand on; the {@code callId} of each is its reference
     */
    record Interpret(
            String key,
            ChatResponse reply,
            ResponseFormat format,
            Outcome.AnswerForm form,
            List<Message> turn,
            List<Content.ToolResult> kept)
            implements Effect {
        public Interpret {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(reply, "reply");
            Objects.requireNonNull(format, "format");
            Objects.requireNonNull(form, "form");
            Objects.requireNonNull(turn, "turn");
            turn = List.copyOf(turn);
            kept = kept == null ? List.of() : List.copyOf(kept);
        }
    }

    /**
     * A tool is called.
     *
     * @param callId the provider's id of the call: may be empty or repeat
     * @param state the typed state of the run when the calls of this turn began
     * @param approved whether a person approved the call
     */
    record CallTool(String key, String tool, String callId, Json.Obj arguments, Json state, boolean approved)
            implements Effect {

        public CallTool {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(tool, "tool");
            Objects.requireNonNull(callId, "callId");
            Objects.requireNonNull(arguments, "arguments");
            Objects.requireNonNull(state, "state");
        }
    }

    /**
     * Something else is done that the program's performer knows how to do: a function is called, a script is run.
     *
     * @param kind of work, by which the performer and people tell it
     * @param name of what does it
     */
    record Work(String key, String kind, String name, Json input) implements Effect {

        public Work {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(input, "input");
        }
    }

    /**
     * Another program is run as part of this run; its id is this run's id, {@code /} and the key.
     *
     * @param within what it may use of together with others, the outermost first
     */
    record RunChild(String key, String program, Json input, List<Purse> within) implements Effect {
        public RunChild {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(program, "program");
            Objects.requireNonNull(input, "input");
            within = within == null ? List.of() : List.copyOf(within);
        }

        public RunChild(String key, String program, Json input) {
            this(
                    Objects.requireNonNull(key, "key"),
                    Objects.requireNonNull(program, "program"),
                    Objects.requireNonNull(input, "input"),
                    List.of());
        }
    }

    /**
     * What several child runs may use between them. What one of them reserves, the others cannot have. Immutable.
     *
     * @param name by which it is known in the run
     */
    record Purse(String name, Limits limits) {

        public Purse {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(limits, "limits");
        }
    }

    /** A person is asked. Stays open until there is an answer. */
    record Ask(String key, Question question) implements Effect {

        public Ask {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(question, "question");
        }
    }

    /** Time passes. */
    record Sleep(String key, Duration duration) implements Effect {

        public Sleep {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(duration, "duration");
        }
    }

    /** The turn is stored. The only effect that is still performed after a stop. */
    record Append(String key, String session, List<Message> turn) implements Effect {
        public Append {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(session, "session");
            Objects.requireNonNull(turn, "turn");
            turn = List.copyOf(turn);
        }
    }

    /**
     * An open effect is not wanted any more. It ends {@link Outcome.Stopped}, unless it had ended before; this one has no end of its own.
     *
     * @param key of the effect that is to be stopped
     */
    record Cancel(String key, String reason) implements Effect {

        public Cancel {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
