package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The values of {@code format} that are checked: all of draft 2020-12 (validation, section 7.3), and of the OpenAPI format
 * registry {@code int32}, {@code int64}, {@code date-time-local} and {@code time-local}. Others say nothing.
 */
final class Formats {
    private static final Map<String, Predicate<String>> OF_TEXT = ofText();

    private static final Json.Num LEAST_INT = new Json.Num(Integer.MIN_VALUE);
    private static final Json.Num MOST_INT = new Json.Num(Integer.MAX_VALUE);
    private static final Json.Num LEAST_LONG = new Json.Num(Long.MIN_VALUE);
    private static final Json.Num MOST_LONG = new Json.Num(Long.MAX_VALUE);

    private Formats() {}

    /** The check of texts of a format; null where there is none. */
    static @Nullable Predicate<String> ofText(String format) {
        return OF_TEXT.get(format);
    }

    /** The check of numbers of a format; null where there is none. */
    static @Nullable Predicate<Json.Num> ofNumber(String format) {
        return switch (format) {
            case "int32" -> number -> within(number, LEAST_INT, MOST_INT);
            case "int64" -> number -> within(number, LEAST_LONG, MOST_LONG);
            default -> null;
        };
    }

    private static boolean within(Json.Num number, Json.Num least, Json.Num most) {
        return number.whole() && Numbers.compare(number, least) >= 0 && Numbers.compare(number, most) <= 0;
    }

    private static Map<String, Predicate<String>> ofText() {
        Map<String, Predicate<String>> all = new HashMap<>();
        all.put("date", Times::date);
        all.put("time", Times::time);
        all.put("date-time", Times::dateTime);
        all.put("duration", Times::duration);
        all.put("date-time-local", Times::localDateTime);
        all.put("time-local", Times::localTime);
        all.put("email", Hosts::email);
        all.put("idn-email", Hosts::idnEmail);
        all.put("hostname", Hosts::hostname);
        all.put("idn-hostname", Hosts::idnHostname);
        all.put("ipv4", Hosts::ipv4);
        all.put("ipv6", Hosts::ipv6);
        all.put("uri", UriSyntax::uri);
        all.put("uri-reference", UriSyntax::uriReference);
        all.put("iri", UriSyntax::iri);
        all.put("iri-reference", UriSyntax::iriReference);
        all.put("uri-template", UriSyntax::template);
        all.put("uuid", Formats::uuid);
        all.put("json-pointer", Formats::jsonPointer);
        all.put("relative-json-pointer", Formats::relativeJsonPointer);
        all.put("regex", Formats::regex);
        return Map.copyOf(all);
    }

    /** A text of a format for messages, in brackets; empty where the name says enough. */
    static String example(String format) {
        return switch (format) {
            case "date" -> " (2026-11-21)";
            case "time" -> " (14:30:00Z)";
            case "date-time" -> " (2026-11-21T14:30:00Z)";
            case "duration" -> " (P1DT2H)";
            case "date-time-local" -> " (2026-11-21T14:30:00)";
            case "time-local" -> " (14:30:00)";
            default -> "";
        };
    }

    private static boolean uuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : !Hosts.isHex(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean jsonPointer(String text) {
        if (!text.isEmpty() && text.charAt(0) != '/') {
            return false;
        }
        for (int i = text.indexOf('~'); i >= 0; i = text.indexOf('~', i + 1)) {
            if (i + 1 == text.length() || text.charAt(i + 1) != '0' && text.charAt(i + 1) != '1') {
                return false;
            }
        }
        return true;
    }

    private static boolean relativeJsonPointer(String text) {
        int at = number(text, 0);
        if (at < 0) {
            return false;
        }
        if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
            if (at + 1 < text.length() && text.charAt(at + 1) == '0') {
                return false;
            }
            at = number(text, at + 1);
            if (at < 0) {
                return false;
            }
        }
        String rest = text.substring(at);
        return rest.equals("#") || jsonPointer(rest);
    }

    /** The end of a whole number without leading zeros; -1 where there is none. */
    private static int number(String text, int from) {
        int at = from;
        while (at < text.length() && Hosts.isDigit(text.charAt(at))) {
            at++;
        }
        return at == from || at - from > 1 && text.charAt(from) == '0' ? -1 : at;
    }

    private static boolean regex(String text) {
        try {
            Ecma.toJava(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
