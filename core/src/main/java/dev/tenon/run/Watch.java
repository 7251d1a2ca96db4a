package dev.tenon.run;

import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.json.TypeRef;
import dev.tenon.output.Partial;
import dev.tenon.output.RecoveryParser;
import dev.tenon.output.RecoveryReader;
import dev.tenon.provider.Delta;
import dev.tenon.schema.JsonSchema;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one run while it goes on. Called one at a time, in order, on the run's thread; a slow one slows the run. It cannot change anything: what it throws is
 * logged, and it is not called again in that run.
 */
public interface Watch {
    /** Nobody watches. */
    Watch NONE = new Watch() {
        @Override
        public void delta(String run, Delta delta) {}

        @Override
        public void event(Event event) {}

        @Override
        public boolean streams() {
            return false;
        }

        @Override
        public boolean listens() {
            return false;
        }
    };

    /**
     * A piece of a model's reply.
     *
     * @param run the run whose model it is: this one, or a child of it
     */
    void delta(String run, Delta delta);

    /** Something happened in the run or a child of it. */
    void event(Event event);

    /** Whether deltas are wanted, so that models are asked to stream. Constant. */
    default boolean streams() {
        return true;
    }

    /** Whether events are wanted. Constant. */
    default boolean listens() {
        return true;
    }

    /** This watch, then the other. */
    default Watch and(Watch other) {
        Watch first = this;
        return new Watch() {
            @Override
            public void delta(String run, Delta delta) {
                first.delta(run, delta);
                other.delta(run, delta);
            }

            @Override
            public void event(Event event) {
                first.event(event);
                other.event(event);
            }

            @Override
            public boolean streams() {
                return first.streams() || other.streams();
            }

            @Override
            public boolean listens() {
                return first.listens() || other.listens();
            }
        };
    }

    /**
     * The text of the answer as it is written, children's left out. Text that a retry took back has been given all the same; {@link #of} sees
     * {@link Delta.Discarded}.
     */
    static Watch deltas(Consumer<? super String> text) {
        Objects.requireNonNull(text, "text");
        return of(delta -> {
            if (delta instanceof Delta.Text more) {
                text.accept(more.text());
            }
        });
    }

    /** The deltas of the run, children's left out. */
    static Watch of(Consumer<? super Delta> deltas) {
        return new OwnDeltas(deltas);
    }

    /** The events of the run and its children; models are not asked to stream for it. */
    static Watch events(Listener listener) {
        Objects.requireNonNull(listener, "listener");
        return new Watch() {
            @Override
            public void delta(String run, Delta delta) {}

            @Override
            public void event(Event event) {
                listener.on(event);
            }

            @Override
            public boolean streams() {
                return false;
            }
        };
    }

    /** The typed answer as it is written: what is complete, what is growing, items as they finish. Starts anew with every reply of the model. */
    static <T> Watch partials(Class<T> type, Consumer<? super Partial<T>> partials) {
        return of(new Partials<>(JsonSchema.of(type), partials, reader -> reader.partial(type)));
    }

    /** As {@link #partials(Class, Consumer)}, for a generic type. */
    static <T> Watch partials(TypeRef<T> type, Consumer<? super Partial<T>> partials) {
        return of(new Partials<>(JsonSchema.of(type), partials, reader -> reader.partial(type)));
    }
}

/** Deltas of the watched run itself: only the ids of children have a slash. */
record OwnDeltas(Consumer<? super Delta> deltas) implements Watch {
    OwnDeltas {
        Objects.requireNonNull(deltas, "deltas");
    }

    @Override
    public void delta(String run, Delta delta) {
        if (run.indexOf('/') < 0) {
            deltas.accept(delta);
        }
    }

    @Override
    public void event(Event event) {}

    @Override
    public boolean listens() {
        return false;
    }
}

/** Reads the text of the answer as it comes. */
final class Partials<T> implements Consumer<Delta> {
    /** What a reader has read so far. */
    interface Sofar<T> {
        Partial<T> of(RecoveryReader reader);
    }

    private final RecoveryParser parser;
    private final Consumer<? super Partial<T>> partials;
    private final Sofar<T> sofar;
    private @Nullable RecoveryReader reader;

    Partials(JsonSchema schema, Consumer<? super Partial<T>> partials, Sofar<T> sofar) {
        this.parser = RecoveryParser.of(schema);
        this.partials = Objects.requireNonNull(partials, "partials");
        this.sofar = sofar;
    }

    @Override
    public void accept(Delta delta) {
        switch (delta) {
            case Delta.Text text -> {
                RecoveryReader open = reader == null ? parser.start() : reader;
                reader = open;
                open.feed(text.text());
                partials.accept(sofar.of(open));
            }
            // A reply that calls tools is not the answer.
            case Delta.ToolCallStarted started -> reader = null;
            case Delta.Discarded discarded -> reader = null;
            case Delta.Thinking thinking -> {}
            case Delta.ToolCallArguments arguments -> {}
        }
    }
}
