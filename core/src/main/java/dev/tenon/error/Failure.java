package dev.tenon.error;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An exception as a value: what a journal keeps and an event carries. Immutable.
 *
 * @param code the stable code of a {@link TenonException}; for a foreign exception {@code exception.} and its simple class name
 * @param message for people; of a foreign exception only what {@link #of(Throwable)} says
 * @param context facts beside the message
 * @param causes the chain of causes, nearest first, at most {@value #MAX_CAUSES}
 * @param extra members that a newer version wrote and this one does not know
 */
public record Failure(
        String code,
        String message,
        Recovery recovery,
        Map<String, String> context,
        List<Failure> causes,
        Map<String, Object> extra) {

    /** A chain of causes longer than this says nothing new. */
    public static final int MAX_CAUSES = 8;

    public Failure {
        code = code == null ? "unknown" : code;
        message = message == null ? "" : message;
        recovery = recovery == null ? Recovery.NONE : recovery;
        context = context == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(context));
        causes = causes == null ? List.of() : List.copyOf(causes);
        extra = extra == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** A failure that no retry will mend. */
    public static Failure of(String code, String message) {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        return new Failure(code, message, Recovery.NONE, Map.of(), List.of(), Map.of());
    }

    /**
     * The exception and its causes. The message of an exception that is not this library's is kept, its class is named, its
     * stack trace is not.
     */
    public static Failure of(Throwable thrown) {
        Objects.requireNonNull(thrown, "thrown");
        List<Failure> causes = new ArrayList<>();
        Throwable cause = thrown.getCause();
        while (cause != null && causes.size() < MAX_CAUSES) {
            causes.add(one(cause, List.of()));
            cause = cause.getCause();
        }
        return one(thrown, causes);
    }

    private static Failure one(Throwable thrown, List<Failure> causes) {
        String message = thrown.getMessage() == null ? "" : thrown.getMessage();
        if (thrown instanceof TenonException known) {
            return new Failure(known.code(), message, known.recovery(), known.context(), causes, Map.of());
        }
        String name = thrown.getClass().getSimpleName();
        if (name.isEmpty()) {
            name = thrown.getClass().getName();
        }
        return new Failure("exception." + name, message, Recovery.NONE, Map.of(), causes, Map.of());
    }

    /** This failure as an exception that can be thrown; its stack trace is that of the caller. */
    public TenonException toException() {
        TenonException cause = causes.isEmpty() ? null : chain(0);
        return new TenonException(code, message, recovery, context, cause);
    }

    private TenonException chain(int at) {
        Failure here = causes.get(at);
        TenonException deeper = at + 1 < causes.size() ? chain(at + 1) : null;
        return new TenonException(here.code, here.message, here.recovery, here.context, deeper);
    }
}
