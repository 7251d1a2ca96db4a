package dev.tenon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private static Optional<Duration> after(String... namesAndValues) {
        return RetryAfter.of(Headers.of(namesAndValues), NOW);
    }

    @Test
    void secondsMillisecondsAndDates() {
        assertThat(after("Retry-After", "17")).contains(Duration.ofSeconds(17));
        assertThat(after("Retry-After", "0.25")).contains(Duration.ofMillis(250));
        assertThat(after("retry-after-ms", "1500")).contains(Duration.ofMillis(1500));
        assertThat(after("retry-after-ms", "1500.5")).contains(Duration.ofNanos(1_500_500_000));
        assertThat(after("Retry-After", "Sat, 21 Nov 2026 10:00:30 GMT")).contains(Duration.ofSeconds(30));
        assertThat(after("Retry-After", "Sat, 21 Nov 2026 09:00:00 GMT")).contains(Duration.ZERO);
        assertThat(after("Retry-After", "-1")).contains(Duration.ZERO);
    }

    @Test
    void theMostExactOneCounts() {
        assertThat(after("Retry-After", "2", "retry-after-ms", "1500")).contains(Duration.ofMillis(1500));
        assertThat(after("Retry-After", "2", "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "9s"))
                .contains(Duration.ofSeconds(2));
    }

    @Test
    void limitsThatAreUsedUpSayWhenTheyReset() {
        assertThat(after("x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "1m2.5s"))
                .contains(Duration.ofMillis(62_500));
        assertThat(after(
                        "x-ratelimit-remaining-tokens", "0",
                        "x-ratelimit-reset-tokens", "120ms",
                        "x-ratelimit-remaining-requests", "0",
                        "x-ratelimit-reset-requests", "2s"))
                .contains(Duration.ofSeconds(2));
        assertThat(after("x-ratelimit-remaining-tokens", "9", "x-ratelimit-reset-tokens", "1h"))
                .isEmpty();
        assertThat(after(
                        "X-RateLimit-Remaining",
                        "0",
                        "X-RateLimit-Reset",
                        Long.toString(NOW.plusSeconds(5).toEpochMilli())))
                .contains(Duration.ofSeconds(5));
        assertThat(after(
                        "X-RateLimit-Remaining",
                        "0",
                        "X-RateLimit-Reset",
                        Long.toString(NOW.plusSeconds(5).getEpochSecond())))
                .contains(Duration.ofSeconds(5));
    }

    @Test
    void anthropicsLimitsSayWhenTheyResetToo() {
        assertThat(after(
                        "anthropic-ratelimit-input-tokens-remaining",
                        "0",
                        "anthropic-ratelimit-input-tokens-reset",
                        NOW.plusSeconds(17).toString(),
                        "anthropic-ratelimit-requests-remaining",
                        "40",
                        "anthropic-ratelimit-requests-reset",
                        NOW.plusSeconds(60).toString()))
                .contains(Duration.ofSeconds(17));
        assertThat(after(
                        "anthropic-ratelimit-requests-remaining",
                        "0",
                        "anthropic-ratelimit-requests-reset",
                        "2000-01-01T00:00:00+00:00"))
                .contains(Duration.ZERO);
    }

    @Test
    void azuresMillisecondsAreRead() {
        assertThat(after("x-ms-retry-after-ms", "250", "Retry-After", "1")).contains(Duration.ofMillis(250));
    }

    /** RFC 9110, section 5.6.7: a recipient accepts all three, whichever it would send. */
    @Test
    void aDateMayBeInAnyOfItsThreeForms() {
        Instant now = Instant.parse("1994-11-06T08:49:00Z");
        for (String date : List.of("Sun, 06 Nov 1994 08:49:37 GMT", "Sun Nov  6 08:49:37 1994")) {
            assertThat(RetryAfter.of(Headers.of("Retry-After", date), now))
                    .as(date)
                    .contains(Duration.ofSeconds(37));
        }
        assertThat(RetryAfter.of(
                        Headers.of("Retry-After", "Tuesday, 24-Nov-26 10:00:05 GMT"),
                        Instant.parse("2026-11-24T10:00:00Z")))
                .contains(Duration.ofSeconds(5));
    }

    @Test
    void nonsenseIsNoHint() {
        assertThat(after("Retry-After", "soon")).isEmpty();
        assertThat(after("Retry-After", "")).isEmpty();
        assertThat(after("Retry-After", "1e999999999")).isEmpty();
        assertThat(after("Retry-After", "9".repeat(10_000))).isEmpty();
        assertThat(after("x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "1x"))
                .isEmpty();
        assertThat(after()).isEmpty();
    }
}
