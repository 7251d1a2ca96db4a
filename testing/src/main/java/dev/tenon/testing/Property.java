package dev.tenon.testing;

import java.util.Objects;

/**
 * Says that something holds for all values of a generator, and looks at many of them.
 *
 * <p>Values come from seeds that are the same in every run, so a build that was green stays green. {@code -Dtenon.seed=random} looks elsewhere,
 * {@code -Dtenon.samples=10000} looks longer, and a failure names the seed with which its value is the first one.
 */
public final class Property {
    /** Values that are looked at where nothing else is said. */
    public static final int SAMPLES = 200;

    private static final int CLIP = 2_000;

    private Property() {}

    /**
     * What must hold.
     *
     * @param <T> the values
     */
    @FunctionalInterface
    public interface Check<T> {
        /** Throws where it does not hold of this value. */
        void of(T value) throws Exception;
    }

    /** Checks values of the generator, {@value #SAMPLES} unless {@code -Dtenon.samples} says otherwise. */
    public static <T> void forAll(Gen<? extends T> values, Check<? super T> check) {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(check, "check");
        forAll(SAMPLES, values, check);
    }

    /**
     * As {@link #forAll(Gen, Check)}, for another number of values.
     *
     * @throws AssertionError where the check throws; it names the seed and the value
     */
    public static <T> void forAll(int samples, Gen<? extends T> values, Check<? super T> check) {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(check, "check");
        long first = seed();
        int all = Integer.getInteger("tenon.samples", samples);
        for (int i = 0; i < all; i++) {
            long seed = first + i;
            T value = Objects.requireNonNull(values.next(new Chance(seed)), "a generator gave null");
            try {
                check.of(value);
            } catch (Exception | AssertionError | StackOverflowError e) {
                throw new AssertionError(message(seed, value, e), e);
            }
        }
    }

    /** The first seed. */
    static long seed() {
        String given = System.getProperty("tenon.seed", "1");
        return given.equals("random") ? System.nanoTime() : Long.parseLong(given);
    }

    private static String message(long seed, Object value, Throwable thrown) {
        String text = value.toString();
        String shown = text.length() <= CLIP ? text : text.substring(0, CLIP) + "…";
        return "does not hold of " + shown + ": " + thrown + "; this value comes first with -Dtenon.seed=" + seed;
    }
}
