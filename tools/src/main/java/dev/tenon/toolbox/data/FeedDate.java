package dev.tenon.toolbox.data;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as feeds write them: by RFC 3339 in Atom, by RFC 822 (section 5) in RSS, with the liberties that its writers take. */
final class FeedDate {
    private static final int LONGEST = 64;

    private static final Pattern RFC_822 = Pattern.compile(
            "(?:[A-Za-z]{3,9}\\.?,? *)?([0-9]{1,2})[ -]+([A-Za-z]{3})[a-z]{0,6}\\.?[ -]+([0-9]{2}|[0-9]{4}) +"
                    + "([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))? *([A-Za-z]{1,4}|[+-][0-9]{2}:?[0-9]{2})?");

    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    /** The zones that RFC 822 names; hours from Greenwich. */
    private static final Map<String, Integer> ZONES = Map.ofEntries(
            Map.entry("GMT", 0),
            Map.entry("UT", 0),
            Map.entry("UTC", 0),
            Map.entry("Z", 0),
            Map.entry("EST", -5),
            Map.entry("EDT", -4),
            Map.entry("CST", -6),
            Map.entry("CDT", -5),
            Map.entry("MST", -7),
            Map.entry("MDT", -6),
            Map.entry("PST", -8),
            Map.entry("PDT", -7));

    private FeedDate() {}

    /** The time by ISO 8601 with its offset; as it is where it cannot be read. */
    static String told(String text) {
        String given = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        try {
            return written(OffsetDateTime.parse(given.replace(' ', 'T')));
        } catch (DateTimeException e) {
            Matcher found = RFC_822.matcher(given.replaceAll("\\s+", " "));
            return found.matches() ? read(found, given) : given;
        }
    }

    private static String read(Matcher found, String given) {
        int month = MONTHS.indexOf(found.group(2).toLowerCase(Locale.ROOT)) + 1;
        int year = Integer.parseInt(found.group(3));
        try {
            LocalDateTime time = LocalDateTime.of(
                    // RFC 2822, section 4.3
                    found.group(3).length() > 2 ? year : year < 50 ? 2000 + year : 1900 + year,
                    month,
                    Integer.parseInt(found.group(1)),
                    Integer.parseInt(found.group(4)),
                    Integer.parseInt(found.group(5)),
                    found.group(6) == null ? 0 : Integer.parseInt(found.group(6)));
            String zone = found.group(7) == null ? "" : found.group(7).toUpperCase(Locale.ROOT);
            Integer hours = ZONES.get(zone);
            if (hours == null && !zone.startsWith("+") && !zone.startsWith("-")) {
                return given; // Which time that is cannot be known.
            }
            return written(time.atOffset(hours == null ? ZoneOffset.of(zone) : ZoneOffset.ofHours(hours)));
        } catch (DateTimeException e) {
            return given;
        }
    }

    private static String written(OffsetDateTime time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
    }
}
