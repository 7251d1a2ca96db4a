package dev.tenon.provider;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A configuration that is not what was wanted. No value of it is shown, because any may be a secret. */
public final class ConfigException extends TenonException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * @param what what could not be configured, for example {@code provider "openai"}
     * @param problems at least one
     */
    public ConfigException(String what, List<Problem> problems) {
        super(
                "config.invalid",
                Objects.requireNonNull(what, "what") + " cannot be configured: "
                        + Objects.requireNonNull(problems, "problems").stream()
                                .map(Problem::toString)
                                .collect(Collectors.joining("; ")),
                Recovery.NONE,
                Map.of(),
                null);
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the order of the configuration. */
    public List<Problem> problems() {
        return problems == null ? List.of() : problems;
    }

    /**
     * One thing that is wrong. Immutable.
     *
     * @param source where it was written: {@code models.yaml:3:10}, {@code property model}; empty where nobody knows
     * @param pointer RFC 6901 JSON Pointer to the place
     * @param message the path and what was wanted, with no value
     */
    public record Problem(String source, String pointer, String message) {
        public Problem {
            source = source == null ? "" : source;
            pointer = pointer == null ? "" : pointer;
            message = message == null ? "" : message;
        }

        /** {@code models.yaml:3:10: $.model: expected string, got number}. */
        @Override
        public String toString() {
            return source.isEmpty() ? message : source + ": " + message;
        }
    }
}
