package dev.tenon.run;

import dev.tenon.json.Json;
import java.util.Objects;

/**
 * Something that a run asks a person, or another system. Immutable.
 *
 * @param run the run that asks; of a child its own id
 * @param key the place in that run
 * @param subject what it is about: a tool's name, or the words of the question
 * @param arguments of the call
 * @param reason why it is asked
 * @param attempt which attempt at the call is in doubt, from 1; of every other question 1
 */
public record Question(String run, String key, Kind kind, String subject, Json arguments, String reason, int attempt) {
    /** What answer is wanted. */
    public enum Kind {
        /** May this call run? {@link Answer.Approve} or {@link Answer.Deny}. */
        APPROVAL,
        /** The call runs elsewhere: what came of it? {@link Answer.Give}, or {@link Answer.Deny} where nothing will come. */
        RESULT,
        /** A value is wanted. {@link Answer.Give}. */
        INPUT,
        /** Something outside is waited for, which {@link #subject()} names. {@link Answer.Give} says that it happened, and with what. */
        SIGNAL,
        /**
         * The call had begun when the process died, and it is not known whether it happened. {@link Answer.Approve}: call it again; {@link Answer.Give}: this
         * came of it; {@link Answer.Deny}: tell the model that it failed.
         */
        DOUBT
    }

    public Question {
        run = run == null ? "" : run;
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(kind, "kind");
        subject = subject == null ? "" : subject;
        arguments = arguments == null ? Json.NULL : arguments;
        reason = reason == null ? "" : reason;
        attempt = Math.max(1, attempt);
    }

    /** A question that is about no attempt. */
    public Question(String run, String key, Kind kind, String subject, Json arguments, String reason) {
        this(run, key, kind, subject, arguments, reason, 1);
    }

    /** By which an answer finds it: the run, {@code /} and the key. */
    public String id() {
        return run + "/" + key;
    }

    Question in(String id) {
        return new Question(id, key, kind, subject, arguments, reason, attempt);
    }
}
