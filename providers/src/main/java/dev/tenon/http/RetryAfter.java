package dev.tenon.http;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;

/**
 * How long a host asks to wait, by its headers, the most exact first: {@code retry-after-ms} (OpenAI, Azure; {@code x-ms-retry-after-ms} too), {@code
 * retry-after} in seconds or as a date (RFC 9110, section 10.2.3), and of the resets of limits the longest whose rest is used up: {@code x-ratelimit-reset-…}
 * beside {@code x-ratelimit-remaining-…} (OpenAI, Groq: {@code 1m2.5s}; OpenRouter: the time in milliseconds), {@code anthropic-ratelimit-…-reset} beside
 * {@code …-remaining} (RFC 3339).
 */
final class RetryAfter {
    /** The three forms of a date that a recipient must accept: RFC 9110, section 5.6.7. */
    private static final List<DateTimeFormatter> DATES = List.of(
            DateTimeFormatter.RFC_1123_DATE_TIME,
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    // Two digits are a year from 2000 to 2099.
                    .appendValueReduced(ChronoField.YEAR, 2, 2, LocalDate.of(2000, 1, 1))
                    .appendPattern(" HH:mm:ss zzz")
                    .toFormatter(Locale.US),
            new DateTimeFormatterBuilder()
                    .appendPattern("EEE MMM ppd HH:mm:ss yyyy")
                    .toFormatter(Locale.US)
                    .withZone(ZoneOffset.UTC));

    /** As Go writes a duration. */
    private static final Pattern UNITS = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|us|µs|ns|[dhms])");

    /** Seconds and milliseconds since 1970 are told from a number of seconds to wait by their size: this is the year 2001. */
    private static final BigDecimal EPOCH_SECONDS = BigDecimal.valueOf(1_000_000_000L);

    private static final BigDecimal EPOCH_MILLIS = BigDecimal.valueOf(1_000_000_000_000L);

    private RetryAfter() {}

    static Optional<Duration> of(Headers headers, Instant now) {
        Optional<Duration> exact = number(headers.get("retry-after-ms"))
                .or(() -> number(headers.get("x-ms-retry-after-ms")))
                .flatMap(millis -> seconds(millis.movePointLeft(3)));
        if (exact.isPresent()) return exact;
        String after = headers.get("retry-after");
        if (after != null) {
            Optional<Duration> wait = number(after).flatMap(RetryAfter::seconds).or(() -> date(after, now));
            if (wait.isPresent()) return wait;
        }
        return reset(headers, now);
    }

    private static Optional<Duration> reset(Headers headers, Instant now) {
        Optional<Duration> longest = Optional.empty();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i).toLowerCase(Locale.ROOT);
            if (!name.contains("ratelimit-") || !name.contains("-reset")) continue;
            Optional<BigDecimal> remaining = number(headers.get(name.replace("-reset", "-remaining")));
            if (remaining.isEmpty() || remaining.get().signum() > 0) continue;
            Optional<Duration> wait = span(headers.value(i), now);
            if (wait.isPresent() && (longest.isEmpty() || wait.get().compareTo(longest.get()) > 0)) longest = wait;
        }
        return longest;
    }

    private static Optional<Duration> span(String text, Instant now) {
        Optional<BigDecimal> number = number(text);
        if (number.isEmpty()) return units(text).or(() -> date(text, now));
        BigDecimal value = number.get();
        if (value.compareTo(EPOCH_SECONDS) < 0) return seconds(value);
        BigDecimal at = value.compareTo(EPOCH_MILLIS) < 0 ? value : value.movePointLeft(3);
        return seconds(at).map(since -> notNegative(Duration.between(now, Instant.EPOCH.plus(since))));
    }

    private static Optional<Duration> units(String text) {
        Matcher unit = UNITS.matcher(text.strip());
        BigDecimal sum = BigDecimal.ZERO;
        int end = 0;
        while (unit.find() && unit.start() == end) {
            BigDecimal number = new BigDecimal(unit.group(1));
            sum = sum.add(
                    switch (unit.group(2)) {
                        case "d" -> number.multiply(BigDecimal.valueOf(86_400));
                        case "h" -> number.multiply(BigDecimal.valueOf(3_600));
                        case "m" -> number.multiply(BigDecimal.valueOf(60));
                        case "s" -> number;
                        case "ms" -> number.movePointLeft(3);
                        case "ns" -> number.movePointLeft(9);
                        default -> number.movePointLeft(6);
                    });
            end = unit.end();
        }
        return end == 0 || end != text.strip().length() ? Optional.empty() : seconds(sum);
    }

    private static Optional<Duration> date(String text, Instant now) {
        for (DateTimeFormatter form : DATES) {
            try {
                Instant at = ZonedDateTime.parse(text.strip(), form).toInstant();
                return Optional.of(notNegative(Duration.between(now, at)));
            } catch (DateTimeException e) {
                // It may be in another form.
            }
        }
        return instant(text, now);
    }

    private static Optional<Duration> instant(String text, Instant now) {
        try {
            Instant at = OffsetDateTime.parse(text.strip()).toInstant();
            return Optional.of(notNegative(Duration.between(now, at)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<BigDecimal> number(@org.jspecify.annotations.Nullable String text) {
        if (text == null || text.isBlank() || text.length() > 30) return Optional.empty();
        try {
            return Optional.of(new BigDecimal(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Not below zero; empty where it is more than a century. */
    private static Optional<Duration> seconds(BigDecimal seconds) {
        if (seconds.signum() <= 0) return Optional.of(Duration.ZERO);
        if (seconds.precision() - (long) seconds.scale() > 13) return Optional.empty();
        long nanos = seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue();
        return Optional.of(Duration.ofSeconds(seconds.longValue(), nanos));
    }

    private static Duration notNegative(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }
}
