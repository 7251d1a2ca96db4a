package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A value while its text comes in: what is complete, what is growing, and the items and members as they finish. As the model wrote
 * it; only what {@link RecoveryReader#finish()} gives has been fitted to the schema.
 *
 * <p>{@link #finished()} and {@link #growing()} cost the same however long the document has become; {@link #json()} and
 * {@link #value()} put the document together when they are called, which takes a reference for every value on the levels that are
 * still open. Read a partial before the reader is fed again.
 *
 * @param <T> what the whole is to become
 */
public final class Partial<T> {
    /**
     * A value that is complete. Immutable.
     *
     * @param pointer JSON Pointer to its place in the document; {@code ""} for the document
     */
    public record Finished(String pointer, Json value) {

        public Finished {
            Objects.requireNonNull(pointer, "pointer");
            Objects.requireNonNull(value, "value");
        }
    }

    private final int document;
    private final List<Finished> finished;
    private final Optional<String> growing;
    private final Supplier<Optional<Json>> sofar;
    private final Function<Json, T> as;

    Partial(
            int document,
            List<Finished> finished,
            Optional<String> growing,
            Supplier<Optional<Json>> sofar,
            Function<Json, T> as) {
        this.document = document;
        this.finished = List.copyOf(finished);
        this.growing = growing;
        this.sofar = sofar;
        this.as = as;
    }

    /**
     * Which document of the text this is about, from 1; 0 before the first has begun. When it changes, what finished before belongs
     * to another document: a bracket in prose, or a draft.
     */
    public int document() {
        return document;
    }

    /**
     * What has finished since the last partial of this reader, inner values before those that hold them. A value comes again, longer,
     * where a quote turned out not to have been its end.
     */
    public List<Finished> finished() {
        return finished;
    }

    /** The items of the array at a place that have finished since the last partial, in order. */
    public List<Json> items(String array) {
        Objects.requireNonNull(array, "array");
        List<Json> items = new ArrayList<>();
        for (Finished one : finished) {
            int slash = one.pointer().lastIndexOf('/');
            if (slash == array.length() && one.pointer().startsWith(array) && index(one.pointer(), slash + 1)) {
                items.add(one.value());
            }
        }
        return items;
    }

    /**
     * What stands at a place of the document, as if it were the document; {@link #finished()}, {@link #growing()} and the rest know its places by their pointers
     * from there.
     *
     * @param pointer JSON Pointer from the root of the document
     */
    public Partial<T> within(String pointer) {
        Objects.requireNonNull(pointer, "pointer");
        List<Finished> inside = new ArrayList<>(finished.size());
        for (Finished one : finished) {
            if (below(one.pointer(), pointer)) {
                inside.add(new Finished(one.pointer().substring(pointer.length()), one.value()));
            }
        }
        return new Partial<>(
                document,
                inside,
                growing.filter(place -> below(place, pointer)).map(place -> place.substring(pointer.length())),
                () -> sofar.get().flatMap(json -> json.at(pointer)),
                as);
    }

    private static boolean below(String place, String pointer) {
        return place.startsWith(pointer)
                && (place.length() == pointer.length() || place.charAt(pointer.length()) == '/');
    }

    private static boolean index(String pointer, int from) {
        for (int i = from; i < pointer.length(); i++) {
            if (pointer.charAt(i) < '0' || pointer.charAt(i) > '9') {
                return false;
            }
        }
        return from < pointer.length();
    }

    /** The place of the value that is being read; empty where none is. */
    public Optional<String> growing() {
        return growing;
    }

    /** The document so far, its growing text included; empty before one has begun. */
    public Optional<Json> json() {
        return sofar.get();
    }

    /** {@link #json()} as what the whole is to become; empty where that takes more than has come. */
    public Optional<T> value() {
        return json().flatMap(json -> {
            try {
                return Optional.of(as.apply(json));
            } catch (JsonException tooEarly) {
                return Optional.empty();
            }
        });
    }
}
