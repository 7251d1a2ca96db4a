package dev.tenon.schema;

/**
 * Dates, times and durations as RFC 3339 writes them (section 5.6, appendix A), durations also as Java does, and the two of the
 * OpenAPI format registry that have no offset. Nothing is allocated.
 */
final class Times {
    private static final int[] DAYS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private Times() {}

    static boolean date(String text) {
        return text.length() == 10 && dateAt(text);
    }

    private static boolean dateAt(String text) {
        if (text.length() < 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
            return false;
        }
        int high = twoDigits(text, 0);
        int low = twoDigits(text, 2);
        int month = twoDigits(text, 5);
        int day = twoDigits(text, 8);
        if (high < 0 || low < 0 || month < 1 || month > 12 || day < 1 || day > DAYS[month - 1]) {
            return false;
        }
        int year = high * 100 + low;
        boolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        return month != 2 || day < 29 || leap;
    }

    static boolean dateTime(String text) {
        return hasDateAndT(text) && timeAt(text, 11, true);
    }

    static boolean localDateTime(String text) {
        return hasDateAndT(text) && timeAt(text, 11, false);
    }

    private static boolean hasDateAndT(String text) {
        return text.length() > 11 && dateAt(text) && (text.charAt(10) == 'T' || text.charAt(10) == 't');
    }

    static boolean time(String text) {
        return timeAt(text, 0, true);
    }

    static boolean localTime(String text) {
        return timeAt(text, 0, false);
    }

    private static boolean timeAt(String text, int from, boolean offset) {
        if (text.length() < from + 8 || text.charAt(from + 2) != ':' || text.charAt(from + 5) != ':') {
            return false;
        }
        int hour = twoDigits(text, from);
        int minute = twoDigits(text, from + 3);
        int second = twoDigits(text, from + 6);
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > (offset ? 60 : 59)) {
            return false;
        }
        int at = from + 8;
        if (at < text.length() && text.charAt(at) == '.') {
            int start = ++at;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
            if (at == start) {
                return false;
            }
        }
        if (!offset) {
            return at == text.length();
        }
        int minutes = offset(text, at);
        if (minutes == Integer.MIN_VALUE) {
            return false;
        }
        // A leap second is the last of a day in UTC.
        return second < 60 || Math.floorMod(hour * 60 + minute - minutes, 1440) == 1439;
    }

    /** Minutes east of UTC of the offset that ends the text; the least integer where there is none. */
    private static int offset(String text, int at) {
        if (at + 1 == text.length()) {
            return text.charAt(at) == 'Z' || text.charAt(at) == 'z' ? 0 : Integer.MIN_VALUE;
        }
        if (at + 6 != text.length() || text.charAt(at + 3) != ':') {
            return Integer.MIN_VALUE;
        }
        char sign = text.charAt(at);
        int hours = twoDigits(text, at + 1);
        int minutes = twoDigits(text, at + 4);
        if (sign != '+' && sign != '-' || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
            return Integer.MIN_VALUE;
        }
        return sign == '-' ? -(hours * 60 + minutes) : hours * 60 + minutes;
    }

    /**
     * RFC 3339, appendix A: units in order, weeks alone, no sign; and what {@link java.time.Duration} writes beyond it: a fraction
     * of seconds ({@code PT1.5S}), and units left out between two of the time ({@code PT1H30S}).
     */
    static boolean duration(String text) {
        if (text.length() < 3 || text.charAt(0) != 'P') {
            return false;
        }
        int at = 1;
        String units = "YMD";
        int next = 0;
        int parts = 0;
        while (at < text.length()) {
            if (text.charAt(at) == 'T') {
                if (units.equals("HMS")) {
                    return false;
                }
                units = "HMS";
                next = 0;
                parts = 0;
                at++;
                continue;
            }
            int start = at;
            at = digitsEnd(text, at);
            if (at == start || at == text.length()) {
                return false;
            }
            boolean fraction = text.charAt(at) == '.';
            if (fraction) {
                int point = at;
                at = digitsEnd(text, at + 1);
                if (at == point + 1 || at == text.length() || text.charAt(at) != 'S') {
                    return false;
                }
            }
            char unit = text.charAt(at++);
            if (unit == 'W') {
                return start == 1 && at == text.length();
            }
            int place = units.indexOf(unit, next);
            boolean skips = parts > 0 && place != next && !units.equals("HMS");
            if (place < 0 || skips) {
                return false;
            }
            next = place + 1;
            parts++;
        }
        return parts > 0;
    }

    private static int digitsEnd(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int twoDigits(String text, int at) {
        char tens = text.charAt(at);
        char ones = text.charAt(at + 1);
        return isDigit(tens) && isDigit(ones) ? (tens - '0') * 10 + ones - '0' : -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
