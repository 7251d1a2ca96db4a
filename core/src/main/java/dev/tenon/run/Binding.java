package dev.tenon.run;

import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.provider.ModelInfo;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A program's machine, and the names in it bound to work. Implementations must be immutable.
 *
 * @param <I> what the program is asked
 * @param <S> the state of its machine
 * @param <R> what comes of it
 */
public interface Binding<I, S, R> {
    /** How many effects of one run are performed at once. */
    int DEFAULT_PARALLELISM = 16;

    /** How long whatever was told to stop is waited for. Long enough to close a connection. */
    Duration DEFAULT_GRACE = Duration.ofSeconds(2);

    /** The program's name in records and events. */
    String name();

    /** The canonical definition: equal for two programs exactly when a run of one can be continued by the other. */
    Json definition();

    /** The machine of one run. */
    Machine<S> machine(I input);

    /** What does its effects. */
    Performer performer(I input);

    /** What comes of a run that ended or rests. */
    R result(I input, Finished<S> finished);

    /** An input as it is recorded. */
    Json encode(I input);

    /** An input as it was recorded. */
    I decode(Json input);

    /** The id that the input wants for its run; empty for one made by the runner. */
    default String id(I input) {
        Objects.requireNonNull(input, "input");
        return "";
    }

    /** The conversation that the input belongs to; empty for none. For events. */
    default String session(I input) {
        Objects.requireNonNull(input, "input");
        return "";
    }

    /** What a run of this input may use. */
    default Limits limits(I input) {
        Objects.requireNonNull(input, "input");
        return Limits.DEFAULT;
    }

    /** The model that is asked, for events, reservations and costs. */
    default ModelInfo model() {
        return ModelInfo.UNKNOWN;
    }

    /** The child program of a name. */
    default Optional<Program<?, ?>> child(String name) {
        Objects.requireNonNull(name, "name");
        return Optional.empty();
    }

    /** Around every effect, the first outermost. */
    default List<Interceptor> interceptors() {
        return List.of();
    }

    /** Who is told of every event of the run and its children. */
    default List<Listener> listeners() {
        return List.of();
    }

    /** Answers questions while the run goes on; empty leaves a question open. Asked on the run's thread. */
    default Function<Question, Optional<Answer>> answers() {
        return question -> Optional.empty();
    }

    /** Through which a run of this input, and its children, are told something while they go on; empty for none. */
    default Optional<Inbox> inbox(I input) {
        Objects.requireNonNull(input, "input");
        return Optional.empty();
    }

    /** How many effects of one run are performed at once. Sleeping is not counted. */
    default int parallelism() {
        return DEFAULT_PARALLELISM;
    }

    /** How long an effect that was told to stop is waited for before it is abandoned. */
    default Duration grace() {
        return DEFAULT_GRACE;
    }

    /** How long one effect may take; null where it may take as long as the run. */
    default @Nullable Duration timeout(I input, Effect effect) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(effect, "effect");
        return null;
    }

    /**
     * A run that ended or rests.
     *
     * @param abandoned the keys of effects that were still running when they were given up
     * @param took while it ran; rest does not count
     */
    record Finished<S>(String run, S state, RunEnd end, Spent spent, List<String> abandoned, Duration took) {
        public Finished {
            Objects.requireNonNull(run, "run");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(end, "end");
            Objects.requireNonNull(spent, "spent");
            Objects.requireNonNull(abandoned, "abandoned");
            Objects.requireNonNull(took, "took");
            abandoned = List.copyOf(abandoned);
        }
    }
}
