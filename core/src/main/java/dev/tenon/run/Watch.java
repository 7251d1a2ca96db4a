package dev.tenon.run;

import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.output.Partial;
import dev.tenon.output.RecoveryParser;
import dev.tenon.output.RecoveryReader;
import dev.tenon.provider.Delta;
import dev.tenon.run.Outcome.AnswerForm;
import dev.tenon.schema.JsonSchema;
import java.util.Objects;
import java.util.Optional;
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
        Objects.requireNonNull(other, "other");
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

    /**
     * The typed answer as it is written: what is complete, what is growing, items as they finish. The same whether it comes as text or as the arguments of a tool,
     * and places are those of the answer itself. Starts anew with every reply of the model.
     */
    static <T> Watch partials(Class<T> type, Consumer<? super Partial<T>> partials) {
        Objects.requireNonNull(type, "type");
        return of(new Partials<>(JsonSchema.of(type), partials, reader -> reader.partial(type)));
    }

    /** As {@link #partials(Class, Consumer)}, for a generic type. */
    static <T> Watch partials(TypeRef<T> type, Consumer<? super Partial<T>> partials) {
        Objects.requireNonNull(type, "type");
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
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(delta, "delta");
        if (run.indexOf('/') < 0) {
            deltas.accept(delta);
        }
    }

    @Override
    public void event(Event event) {
        Objects.requireNonNull(event, "event");
    }

    @Override
    public boolean listens() {
        return false;
    }
}

/**
 * Reads the answer as it comes, on whichever road: text, or the arguments of the tool whose arguments are the answer. An answer that is no object comes as a member
 * of one where the provider or the tool wants an object, and then it is that member that is told.
 */
final class Partials<T> implements Consumer<Delta> {
    /** What a reader has read so far. */
    interface Sofar<T> {
        Partial<T> of(RecoveryReader reader);
    }

    private static final String WRAPPED = "/" + AnswerForm.MEMBER;

    /** The call of a reply whose arguments are read; negative while its text is. */
    private static final int TEXT = -1;

    private final RecoveryParser parser;
    private final boolean wraps;
    private final Consumer<? super Partial<T>> partials;
    private final Sofar<T> sofar;
    private @Nullable RecoveryReader reader;
    private int call = TEXT;

    /** The document of which it is known whether it is wrapped. */
    private int known;

    private boolean wrapped;

    Partials(JsonSchema schema, Consumer<? super Partial<T>> partials, Sofar<T> sofar) {
        this.parser = RecoveryParser.of(schema);
        this.wraps = AnswerForm.wraps(schema);
        this.partials = Objects.requireNonNull(partials, "partials");
        this.sofar = sofar;
    }

    @Override
    public void accept(Delta delta) {
        switch (delta) {
            case Delta.Text text -> {
                if (call < 0) {
                    read(reader == null ? start(TEXT) : reader, text.text());
                }
            }
            // A reply that calls tools is not the answer, unless it calls the one that takes it.
            case Delta.ToolCallStarted started -> {
                reader = null;
                call = TEXT;
                if (started.name().equals(AnswerForm.TOOL_NAME)) {
                    start(started.index());
                }
            }
            case Delta.ToolCallArguments arguments -> {
                RecoveryReader open = reader;
                if (open != null && call == arguments.index()) {
                    read(open, arguments.fragment());
                }
            }
            case Delta.Discarded discarded -> {
                reader = null;
                call = TEXT;
            }
            case Delta.Thinking thinking -> {}
        }
    }

    private RecoveryReader start(int of) {
        RecoveryReader open = parser.start();
        reader = open;
        call = of;
        known = 0;
        return open;
    }

    private void read(RecoveryReader open, String piece) {
        open.feed(piece);
        Partial<T> partial = sofar.of(open);
        if (wraps && partial.document() > 0 && partial.document() != known) {
            Optional<Boolean> found = wrapped(partial);
            if (found.isEmpty()) {
                return; // An open brace: whose it is, its first name tells.
            }
            wrapped = found.get();
            known = partial.document();
        }
        partials.accept(wraps && wrapped && known > 0 ? partial.within(WRAPPED) : partial);
    }

    /** Whether a document that has just begun holds the answer as its member. Asked until it has a first name. */
    private static Optional<Boolean> wrapped(Partial<?> partial) {
        Json json = partial.json().orElse(Json.NULL);
        if (!(json instanceof Json.Obj object)) {
            return Optional.of(false);
        }
        if (!object.isEmpty()) {
            return Optional.of(object.members().keySet().iterator().next().equals(AnswerForm.MEMBER));
        }
        return partial.growing().filter(place -> !place.isEmpty()).map(WRAPPED::equals);
    }
}
