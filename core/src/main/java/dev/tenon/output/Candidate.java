package dev.tenon.output;

import dev.tenon.schema.Written;
import org.jspecify.annotations.Nullable;

/** A document that was found in a text, and what is known of its surroundings. */
final class Candidate {
    /** How much its place speaks for it: the lower, the more. */
    enum Standing {
        /** In a fence that says json, or the whole text. */
        MARKED,
        /** In another fence, or within tags. */
        SET_APART,
        PLAIN,
        /** Something like {@code [sic]}, {@code [1]} or {@code {}} within prose. */
        WEAK,
        /** In a comment, or in thoughts whose end never came. */
        ASIDE
    }

    final Written value;
    final Fixes fixes;
    final int start;
    final int end;
    final boolean cut;

    /** Whether it was found to fit the schema while it was read; where not, that is still to be worked out. */
    boolean fits;

    Standing standing;

    /** Documents of one group have nothing but separators between them. */
    int group;

    @Nullable
    String failure;

    Candidate(Written value, Fixes fixes, int start, int end, boolean cut, Standing standing, int group) {
        this.value = value;
        this.fixes = fixes;
        this.start = start;
        this.end = end;
        this.cut = cut;
        this.standing = standing;
        this.group = group;
    }
}
