package dev.tenon.testing;

import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes values for a property that must hold for all of them, see {@link Property}. Implementations are immutable and take every choice from the given
 * {@link Chance}, so that a seed makes the same value again.
 *
 * @param <T> the values
 */
@FunctionalInterface
public interface Gen<T> {
    /** The next value. */
    T next(Chance chance);

    /** What a function makes of the values. */
    default <R> Gen<R> map(Function<? super T, ? extends R> function) {
        Objects.requireNonNull(function, "function");
        return chance -> function.apply(next(chance));
    }

    /** A value of the generator that a function makes of each value. */
    default <R> Gen<R> flatMap(Function<? super T, ? extends Gen<? extends R>> function) {
        Objects.requireNonNull(function, "function");
        return chance -> function.apply(next(chance)).next(chance);
    }

    /** The values that pass. Where a thousand in a row do not, the generator fails. */
    default Gen<T> where(Predicate<? super T> passes) {
        Objects.requireNonNull(passes, "passes");
        return chance -> {
            for (int i = 0; i < 1_000; i++) {
                T value = next(chance);
                if (passes.test(value)) {
                    return value;
                }
            }
            throw new IllegalStateException(
                    "none of 1,000 values in a row passed: make them instead of filtering them");
        };
    }

    /** Lists of at most so many values. */
    default Gen<List<T>> list(int most) {
        return chance -> {
            List<T> items = new ArrayList<>();
            for (int left = chance.deep() ? 0 : chance.below(most + 1); left > 0; left--) {
                items.add(chance.inside(this));
            }
            return Collections.unmodifiableList(items);
        };
    }

    /** Sets of at most so many values. */
    default Gen<Set<T>> set(int most) {
        return list(most).map(items -> Collections.unmodifiableSet(new LinkedHashSet<>(items)));
    }

    /** Maps of at most so many values by names of this generator. */
    default Gen<Map<String, T>> map(Gen<String> names, int most) {
        Objects.requireNonNull(names, "names");
        return chance -> {
            Map<String, T> members = new LinkedHashMap<>();
            for (int left = chance.deep() ? 0 : chance.below(most + 1); left > 0; left--) {
                members.put(names.next(chance), chance.inside(this));
            }
            return Collections.unmodifiableMap(members);
        };
    }

    /** A value or none. */
    default Gen<Optional<T>> optional() {
        return chance -> chance.oneIn(3) ? Optional.empty() : Optional.of(next(chance));
    }

    /** Always this value. */
    static <T> Gen<T> always(T value) {
        Objects.requireNonNull(value, "value");
        return chance -> value;
    }

    /** One of these values. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    static <T> Gen<T> of(T... values) {
        Objects.requireNonNull(values, "values");
        List<T> choices = List.of(values);
        return chance -> chance.pick(choices);
    }

    /** A value of one of these generators. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    static <T> Gen<T> oneOf(Gen<? extends T>... generators) {
        Objects.requireNonNull(generators, "generators");
        List<Gen<? extends T>> choices = List.of(generators);
        return chance -> chance.pick(choices).next(chance);
    }

    /** The constants of an enum. */
    static <E extends Enum<E>> Gen<E> constant(Class<E> type) {
        Objects.requireNonNull(type, "type");
        return of(type.getEnumConstants());
    }

    /** True or false. */
    static Gen<Boolean> bool() {
        return of(true, false);
    }

    /** Whole numbers from the least to the greatest, both included; the ends and zero are likely. */
    static Gen<Long> whole(long least, long greatest) {
        return chance -> switch (chance.below(8)) {
            case 0 -> least;
            case 1 -> greatest;
            case 2 -> Math.clamp(0L, least, greatest);
            case 3, 4, 5 -> chance.between(Math.clamp(-10L, least, greatest), Math.clamp(10L, least, greatest));
            default -> chance.between(least, greatest);
        };
    }

    /** Decimal numbers: small ones, and ones that no double holds. */
    static Gen<BigDecimal> decimal() {
        return chance -> switch (chance.below(4)) {
            case 0 -> BigDecimal.valueOf(chance.between(-1_000, 1_000));
            case 1 -> BigDecimal.valueOf(chance.between(-1_000_000, 1_000_000), chance.below(7));
            case 2 ->
                new BigDecimal(
                        BigInteger.valueOf(chance.between(Long.MIN_VALUE, Long.MAX_VALUE))
                                .pow(1 + chance.below(3)),
                        chance.below(40));
            default -> new BigDecimal(BigInteger.valueOf(chance.between(-999, 999)), (int) chance.between(-400, 400));
        };
    }

    /** Finite doubles. */
    static Gen<Double> real() {
        return chance -> chance.oneIn(4)
                ? Double.longBitsToDouble(chance.between(0, 0x7fefffffffffffffL))
                : chance.between(-1_000_000, 1_000_000) / 1_000.0;
    }

    /** Well-formed texts of up to 24 characters: words, marks that JSON escapes, other scripts, emoji. */
    static Gen<String> text() {
        return chance -> {
            StringBuilder text = new StringBuilder();
            for (int left = chance.below(4) * chance.below(9); left > 0; left--) {
                switch (chance.below(8)) {
                    case 0 ->
                        text.append(chance.pick(List.of("\"", "\\", "\n", "\r", "\t", "\b", "\f", "/", "{", "]", ",")));
                    case 1 -> text.append((char) chance.below(0x20));
                    case 2 -> text.appendCodePoint((int) chance.between(0xa0, 0x2fff));
                    case 3 -> text.append(chance.pick(List.of("é", "世", "🚀", "👩‍🚀", "\u2028", "\ufeff", "\u0000")));
                    default -> text.append((char) chance.between(' ', '~'));
                }
            }
            return text.toString();
        };
    }

    /** Names: 1 to 16 letters, digits and {@code _}, a letter first. */
    static Gen<String> name() {
        return chance -> {
            StringBuilder name = new StringBuilder().append((char) chance.between('a', 'z'));
            for (int left = chance.below(16); left > 0; left--) {
                name.append(chance.pick(List.of('a', 'e', 'i', 'o', 's', 't', 'n', 'r', 'Z', '7', '_')));
            }
            return name.toString();
        };
    }

    /** JSON values of every kind, nested; texts may hold half a surrogate pair. */
    static Gen<Json> json() {
        return chance -> switch (chance.deep() ? chance.below(5) : chance.below(8)) {
            case 0 -> Json.NULL;
            case 1 -> Json.of(bool().next(chance));
            case 2 -> Json.of(whole(Long.MIN_VALUE, Long.MAX_VALUE).next(chance));
            case 3 -> Json.of(decimal().next(chance));
            case 4 -> Json.of(chance.oneIn(20) ? "half " + (char) chance.between(0xd800, 0xdfff) : text().next(chance));
            case 5 -> Json.Arr.of(json().list(4).next(chance));
            default -> object().next(chance);
        };
    }

    /** JSON objects. */
    static Gen<Json.Obj> object() {
        return json().map(oneOf(name(), text()), 4).map(Json.Obj::of);
    }
}
