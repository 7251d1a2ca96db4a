package dev.tenon.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run without threads: feed a fact, take effects. For runners, for hosts of other kinds, and for folding a run from its records. Not thread-safe.
 *
 * @param <S> the state of the machine
 */
public final class Steps<S> {
    private final Machine<S> machine;

    // What is open: the first wanted of all in a field of its own, since most often there is only one.
    private @Nullable Effect lone;
    private final Map<String, Effect> open = new LinkedHashMap<>(4);
    private S state;
    private @Nullable RunEnd end;

    private Steps(Machine<S> machine, S state) {
        this.machine = machine;
        this.state = state;
    }

    /** A run that has not begun. */
    public static <S> Steps<S> of(Machine<S> machine) {
        Objects.requireNonNull(machine, "machine");
        return new Steps<>(machine, machine.blank());
    }

    /** A run that rested in this state, with these effects open. */
    public static <S> Steps<S> resting(Machine<S> machine, S state, List<? extends Effect> open) {
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(open, "open");
        Steps<S> steps = new Steps<>(machine, state);
        open.forEach(steps::opened);
        return steps;
    }

    /**
     * Tells the machine a fact and returns what it newly wants, cancellations included.
     *
     * @throws IllegalStateException where the run has ended, the fact is the end of nothing that is open, or the machine wants one key twice
     */
    public List<Effect> feed(Fact fact) {
        Objects.requireNonNull(fact, "fact");
        if (end != null) {
            throw new IllegalStateException("the run has ended, it cannot be told " + fact);
        }
        if (fact instanceof Fact.Ended ended && !closed(ended.key())) {
            throw new IllegalStateException("nothing with key \"" + ended.key() + "\" is open; open are " + keys());
        }
        Next<S> next = machine.next(state, fact);
        state = next.state();
        List<Effect> wanted = next.effects();
        for (int i = 0; i < wanted.size(); i++) {
            Effect effect = wanted.get(i);
            if (!(effect instanceof Effect.Cancel) && !opened(effect)) {
                throw new IllegalStateException(
                        "the machine wants \"" + effect.key() + "\" twice; every effect needs a key of its own");
            }
        }
        if (next.end() != null) {
            if (lone != null || !open.isEmpty()) {
                throw new IllegalStateException("the machine ended while these are open: " + keys());
            }
            end = next.end();
        }
        return next.effects();
    }

    /** Takes what is wanted. Says whether its key was free. */
    private boolean opened(Effect effect) {
        Effect first = lone;
        if (first == null && open.isEmpty()) {
            lone = effect;
            return true;
        }
        return (first == null || !first.key().equals(effect.key())) && open.putIfAbsent(effect.key(), effect) == null;
    }

    private boolean closed(String key) {
        Effect first = lone;
        if (first != null && first.key().equals(key)) {
            lone = null;
            return true;
        }
        return open.remove(key) != null;
    }

    private List<String> keys() {
        return open().stream().map(Effect::key).toList();
    }

    /** What was wanted and has not ended, in the order in which it was wanted. */
    public List<Effect> open() {
        List<Effect> all = new ArrayList<>(open.size() + 1);
        Effect first = lone;
        if (first != null) {
            all.add(first);
        }
        all.addAll(open.values());
        return all;
    }

    /** The open effect of a key. */
    public Optional<Effect> open(String key) {
        Objects.requireNonNull(key, "key");
        Effect first = lone;
        return first != null && first.key().equals(key) ? Optional.of(first) : Optional.ofNullable(open.get(key));
    }

    /** How the run ended; empty where it goes on. */
    public Optional<RunEnd> end() {
        return Optional.ofNullable(end);
    }

    /** The state. The machine's: not to be changed. */
    public S state() {
        return state;
    }
}
