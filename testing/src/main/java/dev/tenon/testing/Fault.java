package dev.tenon.testing;

import dev.tenon.provider.ProviderException.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What goes wrong with a reply. Immutable. */
public sealed interface Fault {
    /** The provider says no. */
    static Fault refused(Kind kind) {
        return new Refused(kind, "scripted " + kind, Duration.ZERO);
    }

    /** The provider says no, and to come back after this time. */
    static Fault refused(Kind kind, Duration retryAfter) {
        Objects.requireNonNull(retryAfter, "retryAfter");
        return new Refused(kind, "scripted " + kind, retryAfter);
    }

    /** An HTTP answer in its own words, such as a proxy's page. */
    static Fault status(int status, Map<String, String> headers, String body) {
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
        return new Status(status, headers, body);
    }

    /** The connection is closed in the middle of the answer. */
    static Fault cut() {
        return new Broken(How.CUT);
    }

    /** The connection is reset in the middle of the answer. */
    static Fault reset() {
        return new Broken(How.RESET);
    }

    /** The answer is not what the wire format says. */
    static Fault garbage() {
        return new Broken(How.GARBAGE);
    }

    /** Nothing more comes until the client goes away. */
    static Fault silence() {
        return new Broken(How.SILENCE);
    }

    /**
     * The provider says no. Over HTTP with the status and the words that its documentation has for this kind; a kind that is no answer of a provider
     * ({@link Kind#NETWORK}, {@link Kind#MALFORMED_RESPONSE}) is {@link #reset()}, {@link #garbage()} there.
     *
     * @param retryAfter how long to wait; {@link Duration#ZERO} where it does not say
     */
    record Refused(Kind kind, String message, Duration retryAfter) implements Fault {
        public Refused {
            Objects.requireNonNull(retryAfter, "retryAfter");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(message, "message");
            if (retryAfter.isNegative()) {
                throw new IllegalArgumentException("retryAfter < 0: " + retryAfter);
            }
        }
    }

    /** An HTTP answer in its own words. */
    record Status(int status, Map<String, String> headers, String body) implements Fault {
        public Status {
            Objects.requireNonNull(headers, "headers");
            Objects.requireNonNull(body, "body");
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("expected a status of 200 to 599, got " + status);
            }
            headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        }
    }

    /** The connection or what comes over it breaks. */
    record Broken(How how) implements Fault {
        public Broken {
            Objects.requireNonNull(how, "how");
        }
    }

    /** In which way something breaks. */
    enum How {
        /** The connection is closed before the answer is whole. */
        CUT,
        /** The connection is reset before the answer is whole. */
        RESET,
        /** The answer is not what the wire format says. */
        GARBAGE,
        /** Nothing more comes until the client goes away. */
        SILENCE
    }
}
