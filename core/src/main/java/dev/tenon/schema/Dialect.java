package dev.tenon.schema;

/**
 * Which keywords a schema's {@code $schema} makes known.
 *
 * @param year the draft: 2020, 2019, or 7, 6, 4 for the older ones
 * @param checksFormats whether {@code format} is checked
 */
record Dialect(int year, boolean applies, boolean validates, boolean unevaluated, boolean checksFormats) {
    static Dialect of(int year, boolean formats) {
        return new Dialect(year, true, true, true, formats);
    }

    /** Up to draft 7 whatever stands beside a {@code $ref} does not count. */
    boolean refStandsAlone() {
        return year < 2019;
    }

    /** Up to draft 2019-09 {@code items} may be a list. */
    boolean itemsMayBeList() {
        return year <= 2019;
    }
}
