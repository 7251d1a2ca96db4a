package dev.tenon.error;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The root of every exception that this library throws on purpose. Unchecked.
 *
 * <p>The message says what was given, what was wanted, where, and what to do; it never holds a key, a token or a prompt.
 * {@link #code()} is stable and meant for programs: dotted, lower case, for example {@code provider.rate_limited}.
 *
 * <p>Not thread-safe in what {@link Throwable} itself lets change; everything else is immutable.
 */
public class TenonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final Recovery recovery;
    private final transient Map<String, String> context;

    /** An error of this code that no retry will mend. */
    public TenonException(String code, String message) {
        this(code, Objects.requireNonNull(message, "message"), Recovery.NONE, Map.of(), null);
    }

    /** An error of this code that no retry will mend, with what caused it. */
    public TenonException(String code, String message, @Nullable Throwable cause) {
        this(code, Objects.requireNonNull(message, "message"), Recovery.NONE, Map.of(), cause);
    }

    /**
     * @param context facts for programs and logs, such as {@code status} or {@code pointer}; never a secret
     */
    public TenonException(
            String code, String message, Recovery recovery, Map<String, String> context, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        Objects.requireNonNull(context, "context");
        this.code = Objects.requireNonNull(code, "code");
        this.recovery = Objects.requireNonNull(recovery, "recovery");
        this.context = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(context));
    }

    /** The stable name of this kind of error, dotted and lower case. */
    public String code() {
        return code;
    }

    /** What a caller can do. */
    public Recovery recovery() {
        return recovery;
    }

    /** Facts beside the message, in a stable order. */
    public Map<String, String> context() {
        return context == null ? Map.of() : context;
    }

    /** This exception and its causes as a value that can be kept and sent. */
    public Failure failure() {
        return Failure.of(this);
    }
}
