package dev.tenon.schema;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The number in a text such as {@code "8,336,817"}, {@code "$1,299.99"}, {@code "12.499,95 €"}, {@code "250 USD"}, {@code "72 kg"},
 * {@code "85%"}. One number and at most one currency or unit; anything else ({@code "3 or 4"}, {@code "about 5"}, {@code "5k"}, where
 * the letter multiplies) is no number.
 */
final class Quantity {
    private static final String CURRENCY_SIGNS = "$€£¥₹₩₽₺₪₫₴₦₱฿₡₲₵₸₼₾₿¢";

    private static final Set<String> CURRENCIES = Set.of(
            "usd", "eur", "gbp", "jpy", "cny", "rmb", "inr", "krw", "rub", "try", "ils", "vnd", "uah", "ngn", "php",
            "thb", "chf", "sek", "nok", "dkk", "pln", "czk", "huf", "ron", "bgn", "aud", "nzd", "cad", "sgd", "hkd",
            "twd", "mxn", "brl", "ars", "clp", "cop", "pen", "zar", "egp", "mad", "kes", "aed", "sar", "qar", "kwd",
            "bhd", "omr", "jod", "pkr", "bdt", "lkr", "idr", "myr", "btc", "eth", "isk", "hrk", "rsd", "kzt", "gel",
            "amd", "us$", "r$", "a$", "c$", "hk$", "nz$", "s$", "nt$", "mx$", "rs", "rs.", "kr", "kr.", "zł", "kč",
            "ft", "lei", "fr", "fr.", "dollar", "dollars", "euro", "euros", "pound", "pounds", "yen", "yuan", "rupee",
            "rupees", "cent", "cents");

    /** Units of which a number has one, and which do not multiply it. */
    private static final Set<String> UNITS = Set.of(
            "%",
            "percent",
            "pct",
            "‰",
            "°",
            "°c",
            "°f",
            "℃",
            "℉",
            "c°",
            "deg",
            "degree",
            "degrees",
            "celsius",
            "fahrenheit",
            "kelvin",
            "rad",
            "mm",
            "cm",
            "dm",
            "km",
            "in",
            "inch",
            "inches",
            "ft",
            "feet",
            "foot",
            "yd",
            "yard",
            "yards",
            "mi",
            "mile",
            "miles",
            "nm",
            "µm",
            "um",
            "metre",
            "metres",
            "meter",
            "meters",
            "kilometre",
            "kilometres",
            "kilometer",
            "kilometers",
            "mg",
            "µg",
            "g",
            "kg",
            "gram",
            "grams",
            "kilogram",
            "kilograms",
            "kilo",
            "kilos",
            "ton",
            "tons",
            "tonne",
            "tonnes",
            "lb",
            "lbs",
            "oz",
            "ounce",
            "ounces",
            "ml",
            "cl",
            "dl",
            "l",
            "litre",
            "litres",
            "liter",
            "liters",
            "gal",
            "gallon",
            "gallons",
            "m²",
            "m2",
            "km²",
            "km2",
            "m³",
            "m3",
            "ha",
            "sqm",
            "sqft",
            "acres",
            "ms",
            "µs",
            "us",
            "ns",
            "s",
            "sec",
            "secs",
            "second",
            "seconds",
            "min",
            "mins",
            "minute",
            "minutes",
            "h",
            "hr",
            "hrs",
            "hour",
            "hours",
            "day",
            "days",
            "week",
            "weeks",
            "month",
            "months",
            "year",
            "years",
            "yr",
            "yrs",
            "hz",
            "khz",
            "mhz",
            "ghz",
            "kb",
            "mb",
            "gb",
            "tb",
            "pb",
            "kib",
            "mib",
            "gib",
            "tib",
            "byte",
            "bytes",
            "bit",
            "bits",
            "kbps",
            "mbps",
            "gbps",
            "km/h",
            "kmh",
            "kph",
            "mph",
            "m/s",
            "knots",
            "kn",
            "kw",
            "mw",
            "gw",
            "kwh",
            "wh",
            "kv",
            "mv",
            "ma",
            "mah",
            "kj",
            "kcal",
            "cal",
            "calories",
            "pa",
            "kpa",
            "hpa",
            "bar",
            "psi",
            "db",
            "lm",
            "lux",
            "px",
            "pt",
            "em",
            "rem",
            "dpi",
            "ppm",
            "rpm",
            "bpm",
            "fps",
            "pcs",
            "pc",
            "pieces",
            "piece",
            "units",
            "unit",
            "items",
            "item",
            "points",
            "point",
            "pts",
            "stars",
            "star",
            "people",
            "persons",
            "person");

    private Quantity() {}

    /** What was found, and whether more than the notation of the number was taken away. */
    record Found(BigDecimal number, boolean stripped) {}

    /**
     * @param name the name of the member whose value this is: {@code {"nights": "4 nights"}} loses nothing
     */
    static @Nullable Found read(String text, String name) {
        String rest = text.strip();
        if (rest.isEmpty() || rest.length() > Word.MAX_DIGITS + 64) {
            return null;
        }
        BigDecimal plain = number(rest);
        if (plain != null) {
            return new Found(plain, false);
        }
        int first = firstDigit(rest);
        if (first < 0) {
            return null;
        }
        int end = lastDigit(rest) + 1;
        if (end < rest.length() && rest.charAt(end) == '.') {
            end++;
        }
        int start = first;
        if (start > 0 && rest.charAt(start - 1) == '.') {
            start--;
        }
        String before = rest.substring(0, start).strip();
        String after = rest.substring(end).strip();
        boolean negative = false;
        if (before.startsWith("(") && after.endsWith(")")) {
            // Bookkeepers write minus that way, everybody else does not.
            return null;
        }
        if (before.startsWith("-")
                || before.startsWith("\u2212")
                || before.endsWith("-")
                || before.endsWith("\u2212")) {
            negative = true;
            before = (before.charAt(0) == '-' || before.charAt(0) == '\u2212'
                            ? before.substring(1)
                            : before.substring(0, before.length() - 1))
                    .strip();
        } else if (before.startsWith("+")) {
            before = before.substring(1).strip();
        }
        if (!before.isEmpty() && !currency(before)) {
            return null;
        }
        if (!after.isEmpty() && !(before.isEmpty() && unit(after, name)) && !currency(after)) {
            return null;
        }
        if (!before.isEmpty() && !after.isEmpty() && !(currency(before) && currency(after))) {
            return null;
        }
        BigDecimal number = number(rest.substring(start, end));
        if (number == null) {
            return null;
        }
        return new Found(negative ? number.negate() : number, true);
    }

    private static int firstDigit(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Word.digit(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    /** The end of the number, not of the unit: the 2 of m2 is none of its digits. */
    private static int lastDigit(String text) {
        int last = -1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Word.digit(c)) {
                last = i;
            } else if (last >= 0 && Character.isLetter(c) && !exponent(text, i)) {
                break;
            }
        }
        return last;
    }

    private static boolean exponent(String text, int at) {
        if (text.charAt(at) != 'e' && text.charAt(at) != 'E' || at == 0 || !Word.digit(text.charAt(at - 1))) {
            return false;
        }
        int next = at + 1;
        if (next < text.length() && (text.charAt(next) == '-' || text.charAt(next) == '+')) {
            next++;
        }
        return next < text.length() && Word.digit(text.charAt(next));
    }

    private static boolean currency(String text) {
        return text.length() == 1 && CURRENCY_SIGNS.indexOf(text.charAt(0)) >= 0
                || CURRENCIES.contains(text.toLowerCase(Locale.ROOT));
    }

    private static boolean unit(String text, String name) {
        String word = text.toLowerCase(Locale.ROOT);
        if (word.endsWith(".") && word.length() > 1) {
            word = word.substring(0, word.length() - 1);
        }
        // One letter in upper case is no unit: 5S, 12G. And none that may multiply or name: 5 m, 5 k, 5a.
        if (UNITS.contains(word) && !(word.length() == 1 && Character.isUpperCase(text.charAt(0)))) {
            return true;
        }
        String wanted = Spelling.key(name);
        String given = Spelling.key(word);
        return !given.isEmpty() && (given.equals(wanted) || (given + "s").equals(wanted) || given.equals(wanted + "s"));
    }

    /** A number in any notation, with its groups of digits apart in any customary way. */
    private static @Nullable BigDecimal number(String text) {
        BigDecimal plain = Word.number(text);
        if (plain != null) {
            return plain;
        }
        int comma = text.lastIndexOf(',');
        int dot = text.lastIndexOf('.');
        if (comma > dot && dot >= 0) {
            // 12.499,95: the last sign is the decimal one, and both are there.
            return grouped(text.substring(0, comma), '.') && digits(text, comma + 1)
                    ? Word.number(text.substring(0, comma).replace(".", "") + "." + text.substring(comma + 1))
                    : null;
        }
        if (dot >= 0 && comma < 0 && text.indexOf('.') != dot && grouped(text, '.')) {
            return Word.number(text.replace(".", ""));
        }
        for (char space : new char[] {' ', '\u00a0', '\u202f', '\u2009', '\u2019'}) {
            int cut = dot >= 0 ? dot : comma >= 0 && text.indexOf(',') == comma ? comma : text.length();
            if (text.indexOf(space) >= 0 && grouped(text.substring(0, cut), space)) {
                return Word.number(text.substring(0, cut).replace(String.valueOf(space), "")
                        + text.substring(cut).replace(',', '.'));
            }
        }
        if (comma >= 0 && indian(dot >= 0 ? text.substring(0, dot) : text)) {
            return Word.number(text.replace(",", ""));
        }
        return null;
    }

    private static boolean digits(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (!Word.digit(text.charAt(i))) {
                return false;
            }
        }
        return from < text.length();
    }

    /** One to three digits, then groups of three. */
    private static boolean grouped(String text, char separator) {
        int at = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        int group = 0;
        int groups = 0;
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Word.digit(c)) {
                group++;
            } else if (c == separator && (groups == 0 ? group >= 1 && group <= 3 : group == 3)) {
                groups++;
                group = 0;
            } else {
                return false;
            }
        }
        return groups > 0 && group == 3;
    }

    /** 12,34,567: groups of two, the last of three; at least two commas, for 12,345 is the other notation. */
    private static boolean indian(String text) {
        String[] groups = text.split(",", -1);
        if (groups.length < 3 || groups[groups.length - 1].length() != 3) {
            return false;
        }
        for (int i = 0; i < groups.length; i++) {
            int size = groups[i].length();
            boolean right = i == 0 ? size == 1 || size == 2 : i == groups.length - 1 || size == 2;
            if (!right || !digits(groups[i], 0)) {
                return false;
            }
        }
        return true;
    }
}
