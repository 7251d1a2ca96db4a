package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.schema.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads a text that comes in pieces of any size; the pieces make no difference to what is read. Not thread-safe.
 */
public final class RecoveryReader {
    private final RecoveryParser parser;
    private final Chooser chooser;
    private final Feed feed;
    private final Finder finder;
    private final List<Partial.Finished> finishing = new ArrayList<>();
    private boolean watched;
    private boolean finished;

    RecoveryReader(RecoveryParser parser, Chooser chooser, int capacity) {
        this.parser = parser;
        this.chooser = chooser;
        this.feed = new Feed(Math.max(16, capacity));
        this.finder = new Finder(feed, chooser.place(), 0);
    }

    /** Of a whole text. */
    RecoveryReader(RecoveryParser parser, Chooser chooser, String whole) {
        this.parser = parser;
        this.chooser = chooser;
        this.feed = new Feed(whole);
        this.finder = new Finder(feed, chooser.place(), 0);
    }

    /**
     * Reads a piece.
     *
     * @throws OutputException where the text is longer than {@value RecoveryParser#MAX_LENGTH} characters
     */
    public RecoveryReader feed(CharSequence piece) {
        Objects.requireNonNull(piece, "piece");
        if (finished) {
            throw new IllegalStateException("the text has been finished; start another reader");
        }
        if (feed.end + (long) piece.length() > RecoveryParser.MAX_LENGTH) {
            String said = "the text is longer than " + RecoveryParser.MAX_LENGTH + " characters";
            throw new OutputException("output.unreadable", said, List.of(new Violation("", "syntax", "$: " + said)));
        }
        feed.append(piece);
        finder.advance();
        return this;
    }

    /** What has come so far. Call it from the first piece on: what finished before the first call is in {@link Partial#json()} alone. */
    public Partial<Json> partial() {
        return partial(json -> json);
    }

    /** As {@link #partial()}, to become a value of this type. */
    public <T> Partial<T> partial(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return partial(json -> json.as(type));
    }

    /** As {@link #partial()}, to become a value of this generic type. */
    public <T> Partial<T> partial(TypeRef<T> type) {
        Objects.requireNonNull(type, "type");
        return partial(json -> json.as(type));
    }

    private <T> Partial<T> partial(Function<Json, T> as) {
        if (!watched) {
            watched = true;
            finder.watch(finishing);
        }
        DocumentReader reading = finder.reading();
        Partial<T> partial = new Partial<>(
                finder.begun(),
                finishing,
                reading == null ? Optional.empty() : Optional.of(reading.growingPlace()),
                this::sofar,
                as);
        finishing.clear();
        return partial;
    }

    private Optional<Json> sofar() {
        DocumentReader reading = finder.reading();
        if (reading != null) {
            return Optional.of(reading.sofar());
        }
        List<Candidate> found = finder.candidates;
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(found.getLast().value.plain());
    }

    /**
     * The value, now that all has come.
     *
     * @throws OutputException where there is none, or none that fits
     */
    public Parsed<Json> finish() {
        if (!finished) {
            finished = true;
            feed.last = true;
            finder.advance();
        }
        return parser.checked(chooser.choose(finder, feed));
    }

    /** Characters looked at so far, for tests of linearity. */
    long steps() {
        return finder.steps();
    }
}
