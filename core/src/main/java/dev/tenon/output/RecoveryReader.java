package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Violation;
import java.util.List;
import java.util.Objects;

/**
 * Reads a text that comes in pieces of any size; the pieces make no difference to what is read. Not thread-safe.
 */
public final class RecoveryReader {
    private final RecoveryParser parser;
    private final Chooser chooser;
    private final Feed feed;
    private final Finder finder;
    private boolean finished;

    RecoveryReader(RecoveryParser parser, Chooser chooser, int capacity) {
        this.parser = parser;
        this.chooser = chooser;
        this.feed = new Feed(Math.max(16, capacity));
        this.finder = new Finder(feed, chooser.typed(), 0);
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

    /** The value, now that all has come. */
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
