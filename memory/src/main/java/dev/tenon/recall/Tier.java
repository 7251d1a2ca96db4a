package dev.tenon.recall;

import java.util.Objects;
import java.util.Set;

/**
 * One way to show less of a conversation. Tiers are tried in order, each as far as it goes, until what is shown is small enough; so the first should cost the model least. A tier is pure: of the same
 * view it makes the same view. Nothing is deleted: what a tier leaves out is found by search and can be shown again. Implementations must be immutable.
 *
 * <p>{@link Summarise} is the tier that asks a model.
 */
public interface Tier {
    /**
     * Shows less of a view, as far as it is larger than wanted.
     *
     * @param most how many tokens the view should have at most, by its own counter
     */
    View apply(View view, long most);

    /** What receipts and explanations call it. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** This tier, then the other where what is shown is still too large. */
    default Tier then(Tier next) {
        Objects.requireNonNull(next, "next");
        Tier first = this;
        return new Named(first.name() + ", " + next.name(), (view, most) -> {
            View less = first.apply(view, most);
            return less.tokens() <= most ? less : next.apply(less, most);
        });
    }

    /** Leaves out what tools returned, but for the newest results. The model sees that there was a result. */
    static Tier clearToolResults(int keepNewest) {
        atLeast(0, keepNewest, "newest results to keep");
        String name = "clear tool results";
        return new Named(name, (view, most) -> Tiers.clearToolResults(view, keepNewest, name));
    }

    /**
     * Leaves out what a call returned where the same call, with the same arguments, was made again later: a file that was read twice.
     *
     * @param tools the names of those to look at; none for all
     */
    static Tier dropRepeatedReads(String... tools) {
        Objects.requireNonNull(tools, "tools");
        Set<String> names = Set.of(tools);
        String name = "drop repeated reads";
        return new Named(name, (view, most) -> Tiers.dropRepeatedReads(view, names, name));
    }

    /** Shows beginning and end of texts that are longer than so many characters, of all but the newest exchange; in the turn that goes on, of what tools returned. */
    static Tier clampParts(int characters) {
        atLeast(20, characters, "characters");
        String name = "clamp long parts";
        return new Named(name, (view, most) -> Tiers.clampParts(view, characters, name));
    }

    /** Leaves out what the model thought, but in the newest exchange and in the turn that goes on, where its provider may want it back. */
    static Tier dropThinking() {
        String name = "drop thinking";
        return new Named(name, (view, most) -> Tiers.dropThinking(view, name));
    }

    /** Hides all but the newest exchanges; an exchange is what the user said with all that answered it. */
    static Tier keepLast(int exchanges) {
        atLeast(1, exchanges, "exchanges");
        String name = "keep the last " + exchanges;
        return new Named(name, (view, most) -> Tiers.keepLast(view, exchanges, name));
    }

    /**
     * Hides the oldest groups one by one until the view is small enough, then shortens what is left. As good as always small enough: what cannot be left out is what is pinned, what the user says now, and
     * the newest answer, which is shortened.
     */
    static Tier fit() {
        String name = "fit";
        return new Named(name, (view, most) -> Tiers.fit(view, most, name));
    }

    private static void atLeast(int least, int given, String what) {
        if (given < least) {
            throw new IllegalArgumentException(what + " < " + least + ": " + given);
        }
    }
}

/** A tier of a function. */
record Named(String name, Rule rule) implements Tier {
    interface Rule {
        View apply(View view, long most);
    }

    @Override
    public View apply(View view, long most) {
        Objects.requireNonNull(view, "view");
        return view.tokens() <= most ? view : rule.apply(view, most);
    }

    @Override
    public String toString() {
        return name;
    }
}
