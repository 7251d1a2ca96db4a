package dev.tenon.provider;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call to a model that failed. Its {@link Kind} is told by status and codes, never by words in a text. */
public final class ProviderException extends TenonException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, and whether trying again helps. */
    public enum Kind {
        /** The key is missing, wrong or expired. */
        AUTHENTICATION(Recovery.NONE),
        /** The key may not do this. */
        PERMISSION(Recovery.NONE),
        /** No such model or endpoint. */
        NOT_FOUND(Recovery.NONE),
        /** The request is not what the provider accepts. */
        INVALID_REQUEST(Recovery.NONE),
        /** The request does not fit the model's window. */
        CONTEXT_TOO_LONG(Recovery.NONE),
        /** A filter stopped the request or the answer. */
        CONTENT_FILTERED(Recovery.NONE),
        /** The account's money or quota is used up: waiting does not help. */
        QUOTA_EXCEEDED(Recovery.FAIL_OVER),
        /** Too many requests or tokens a minute. */
        RATE_LIMITED(Recovery.BACK_OFF),
        /** The provider has too much to do. */
        OVERLOADED(Recovery.BACK_OFF),
        /** An error at the provider. */
        SERVER(Recovery.BACK_OFF),
        /** No answer in time. */
        TIMEOUT(Recovery.BACK_OFF),
        /** The connection could not be made or broke. */
        NETWORK(Recovery.BACK_OFF),
        /** The answer is not what the provider's documentation says. */
        MALFORMED_RESPONSE(Recovery.RETRY_ONCE);

        private final Recovery recovery;

        Kind(Recovery recovery) {
            this.recovery = recovery;
        }

        /** What a caller can do. */
        public Recovery recovery() {
            return recovery;
        }

        /** Whether the same request may succeed at the same endpoint when sent again. */
        public boolean retryable() {
            return recovery == Recovery.BACK_OFF || recovery == Recovery.RETRY_ONCE;
        }
    }

    private final Kind kind;
    private final int status;
    private final transient Json.Obj reported;
    private final @Nullable Duration retryAfter;
    private final transient @Nullable ChatResponse partial;

    private ProviderException(Builder builder) {
        super(
                "provider." + builder.kind.name().toLowerCase(Locale.ROOT),
                builder.message,
                builder.kind.recovery(),
                builder.facts(),
                builder.cause);
        this.kind = builder.kind;
        this.status = builder.status;
        this.reported = builder.reported;
        this.retryAfter = builder.retryAfter;
        this.partial = builder.partial;
    }

    /**
     * An exception under construction.
     *
     * @param message what happened and what to do; no key and no prompt
     */
    public static Builder of(Kind kind, String message) {
        return new Builder(kind, message);
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /** The HTTP status; 0 where there was no response. */
    public int status() {
        return status;
    }

    /**
     * What the provider said of the error under common names, as given: type, code, message, error_status, and of its headers and body
     * retry_after, retry_after_ms, retry_delay, x_should_retry. Absent members were not given.
     */
    public Json.Obj reported() {
        return reported == null ? Json.Obj.EMPTY : reported;
    }

    /** How long the provider asks to wait; empty where it does not say. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** What had arrived before a stream broke; empty where nothing had. */
    public Optional<ChatResponse> partial() {
        return Optional.ofNullable(partial);
    }

    /** An exception under construction. Not thread-safe. */
    public static final class Builder {
        private final Kind kind;
        private final String message;
        private int status;
        private Json.Obj reported = Json.Obj.EMPTY;
        private @Nullable Duration retryAfter;
        private @Nullable ChatResponse partial;
        private @Nullable Throwable cause;

        private Builder(Kind kind, String message) {
            this.kind = Objects.requireNonNull(kind, "kind");
            this.message = Objects.requireNonNull(message, "message");
        }

        /** The HTTP status. */
        public Builder status(int httpStatus) {
            this.status = httpStatus;
            return this;
        }

        /** What the provider said, see {@link ProviderException#reported()}. */
        public Builder reported(Json.Obj said) {
            this.reported = Objects.requireNonNull(said, "said");
            return this;
        }

        /** How long the provider asks to wait; null where it does not say. */
        public Builder retryAfter(@Nullable Duration wait) {
            this.retryAfter = wait;
            return this;
        }

        /** What had arrived before a stream broke. */
        public Builder partial(@Nullable ChatResponse arrived) {
            this.partial = arrived;
            return this;
        }

        /** What caused it. */
        public Builder cause(@Nullable Throwable thrown) {
            this.cause = thrown;
            return this;
        }

        /** The exception. */
        public ProviderException build() {
            return new ProviderException(this);
        }

        private Map<String, String> facts() {
            Map<String, String> facts = new LinkedHashMap<>();
            if (status != 0) {
                facts.put("status", Integer.toString(status));
            }
            for (String name : new String[] {"type", "code"}) {
                reported.get(name)
                        .ifPresent(said ->
                                facts.put(name, said instanceof Json.Str text ? text.value() : said.toString()));
            }
            if (retryAfter != null) {
                facts.put("retry_after", retryAfter.toString());
            }
            return facts;
        }
    }
}
