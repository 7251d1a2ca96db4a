package dev.tenon.run;

import dev.tenon.json.Json;
import java.util.Objects;
import java.util.Optional;

/** The answer to a {@link Question}. Immutable. */
public sealed interface Answer {
    /** The question's {@link Question#id()}. */
    String question();

    /**
     * The call runs.
     *
     * @param arguments with which it runs instead of its own; validated like the model's
     */
    record Approve(String question, Optional<Json.Obj> arguments) implements Answer {
        public Approve {
            Objects.requireNonNull(question, "question");
            arguments = arguments == null ? Optional.empty() : arguments;
        }
    }

    /**
     * The call does not run.
     *
     * @param message for the model: why
     */
    record Deny(String question, String message) implements Answer {
        public Deny {
            Objects.requireNonNull(question, "question");
            message = message == null ? "" : message;
        }
    }

    /** This is the value, or what came of the call. */
    record Give(String question, Json value) implements Answer {
        public Give {
            Objects.requireNonNull(question, "question");
            value = value == null ? Json.NULL : value;
        }
    }

    /** The call runs as it is. */
    static Answer approve(Question question) {
        Objects.requireNonNull(question, "question");
        return new Approve(question.id(), Optional.empty());
    }

    /** The call runs with other arguments. */
    static Answer approve(Question question, Json.Obj arguments) {
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(arguments, "arguments");
        return new Approve(question.id(), Optional.of(arguments));
    }

    /** The call does not run; the model is told why. */
    static Answer deny(Question question, String message) {
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(message, "message");
        return new Deny(question.id(), message);
    }

    /** The value that was asked for; {@link Json#of(Object)} of it. */
    static Answer give(Question question, Object value) {
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(value, "value");
        return new Give(question.id(), Json.of(value));
    }
}
