package dev.tenon.output;

import dev.tenon.schema.Violation;
import java.util.List;

/** Refusals that concern the text as a whole. */
final class Refusal {
    private Refusal() {}

    static OutputException of(String code, String said) {
        return new OutputException(code, said, List.of(new Violation("", "syntax", "$: " + said)));
    }

    /** A text that is not in a format, at a line. */
    static OutputException unreadable(String format, int line, String said) {
        return of("output.unreadable", format + ", line " + line + ": " + said);
    }
}
