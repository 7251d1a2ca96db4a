package dev.tenon.run;

/**
 * What a run does next, and nothing else: it does no I/O, reads no clock and draws no random number. The same facts always give the same effects, so that a run can
 * be folded again from its journal.
 *
 * @param <S> the state; it needs a JSON form ({@link dev.tenon.json.Json#of(Object)}) that reads back as the class of {@link #blank()}
 */
public interface Machine<S> {
    /** The state before anything happened. */
    S blank();

    /**
     * What is wanted after a fact. The state that is given is spent: it may be updated in place and returned.
     *
     * <p>Every effect that was wanted and has not ended stays open; each ends with exactly one {@link Fact.Ended}, whatever happens. After {@link Next#end()} nothing
     * more is told.
     */
    Next<S> next(S state, Fact fact);
}
