package dev.tenon.output;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import dev.tenon.schema.Violation;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A text from which the wanted value cannot be had without making something up. Its {@link #violations()} are what a model needs
 * to mend it; where the text holds no JSON at all, or two readings tie, there is one violation with keyword {@code syntax} or
 * {@code ambiguous}. The message does not hold the text.
 */
public final class OutputException extends TenonException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;

    public OutputException(String code, String message, List<Violation> violations) {
        super(code, Objects.requireNonNull(message, "message"), Recovery.RETRY_ONCE, Map.of(), null);
        Objects.requireNonNull(violations, "violations");
        this.violations = List.copyOf(violations);
    }

    /** What is wrong, at which place of the value; at least one. */
    public List<Violation> violations() {
        return violations == null ? List.of() : violations;
    }
}
