package dev.tenon.run;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import dev.tenon.scope.Stop;
import java.util.List;
import java.util.Objects;

/** How a run ended, or that it rests. Immutable. */
public sealed interface RunEnd {
    /**
     * It did what it was asked.
     *
     * @param output the typed value, or the text
     */
    record Completed(Json output) implements RunEnd {
        public Completed {
            Objects.requireNonNull(output, "output");
        }
    }

    /**
     * It rests until its questions are answered, all or some.
     *
     * @param questions what is open, of the run and its children
     * @param snapshot from which a runner without a journal goes on, in this process or another; {@link Json#NULL} where the journal holds the run
     */
    record Paused(List<Question> questions, Json snapshot) implements RunEnd {
        public Paused {
            Objects.requireNonNull(questions, "questions");
            questions = List.copyOf(questions);
            snapshot = snapshot == null ? Json.NULL : snapshot;
        }
    }

    /** A limit ended it. */
    record Limited(Limits.Reached reached) implements RunEnd {

        public Limited {
            Objects.requireNonNull(reached, "reached");
        }
    }

    /** It was stopped. */
    record Cancelled(Stop stop) implements RunEnd {

        public Cancelled {
            Objects.requireNonNull(stop, "stop");
        }
    }

    /** It could not go on. */
    record Failed(Failure failure) implements RunEnd {

        public Failed {
            Objects.requireNonNull(failure, "failure");
        }
    }

    /** {@code completed}, {@code paused}, {@code limited}, {@code cancelled} or {@code failed}. */
    default String word() {
        return switch (this) {
            case Completed completed -> "completed";
            case Paused paused -> "paused";
            case Limited limited -> "limited";
            case Cancelled cancelled -> "cancelled";
            case Failed failed -> "failed";
        };
    }
}
