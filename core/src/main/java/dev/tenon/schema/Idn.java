package dev.tenon.schema;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * International host names by IDNA 2008: the derived property of RFC 5892 (section 3), its contextual rules (appendix A), the rule
 * for right-to-left labels of RFC 5893 and Punycode (RFC 3492). {@link java.net.IDN} is of 2003 and accepts other names.
 *
 * <p>Java does not tell a character's combining class or joining type; the viramas are listed here (Unicode 15.1,
 * DerivedCombiningClass.txt, class 9), and for joining the Arabic letters that join only to the right.
 */
final class Idn {
    private static final int[] VIRAMAS = {
        0x94D, 0x9CD, 0xA4D, 0xACD, 0xB4D, 0xBCD, 0xC4D, 0xCCD, 0xD3B, 0xD3C, 0xD4D, 0xDCA, 0xE3A, 0xEBA, 0xF84, 0x1039,
        0x103A, 0x1714, 0x1715, 0x1734, 0x17D2, 0x1A60, 0x1B44, 0x1BAA, 0x1BAB, 0x1BF2, 0x1BF3, 0x2D7F, 0xA806, 0xA82C,
        0xA8C4, 0xA953, 0xA9C0, 0xAAF6, 0xABED, 0x10A3F, 0x11046, 0x11070, 0x1107F, 0x110B9, 0x11133, 0x11134, 0x111C0,
        0x11235, 0x112EA, 0x1134D, 0x11442, 0x114C2, 0x115BF, 0x1163F, 0x116B6, 0x1172B, 0x11839, 0x1193D, 0x1193E,
        0x119E0, 0x11A34, 0x11A47, 0x11A99, 0x11C3F, 0x11D44, 0x11D45, 0x11D97, 0x11F41, 0x11F42
    };

    private Idn() {}

    static boolean hostname(String text) {
        int total = 0;
        int start = 0;
        List<String> labels = new ArrayList<>();
        for (int i = 0; i <= text.length(); i++) {
            // The four dots of IDNA: full stop, ideographic, fullwidth, halfwidth ideographic.
            if (i < text.length() && ".\u3002\uFF0E\uFF61".indexOf(text.charAt(i)) < 0) {
                continue;
            }
            String label = text.substring(start, i);
            int length = aceLength(label);
            if (length < 0) {
                return false;
            }
            labels.add(label);
            total += length + 1;
            start = i + 1;
        }
        return total - 1 <= 253 && fitsBidi(labels);
    }

    /** With one right-to-left label in the name, the rule holds for all of them. */
    private static boolean fitsBidi(List<String> labels) {
        List<int[]> all = new ArrayList<>();
        boolean any = false;
        for (String label : labels) {
            String lower = label.toLowerCase(Locale.ROOT);
            String decoded = lower.startsWith("xn--") ? decode(lower.substring(4)) : null;
            int[] points = (decoded == null ? label : decoded).codePoints().toArray();
            all.add(points);
            any |= hasRightToLeft(points);
        }
        if (any) {
            for (int[] points : all) {
                if (!fitsBidi(points)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Octets of the label in its ASCII form; -1 where it is no label. */
    private static int aceLength(String label) {
        if (label.isEmpty() || label.length() > 252) {
            return -1;
        }
        if (isAscii(label)) {
            return Hosts.hostname(label) ? label.length() : -1;
        }
        if (!isULabel(label)) {
            return -1;
        }
        String punycode = encode(label);
        int length = punycode == null ? 64 : punycode.length() + 4;
        return length > 63 ? -1 : length;
    }

    /** Whether a label with hyphens in the third and fourth place is the ASCII form of a valid one. */
    static boolean isALabel(String label) {
        String lower = label.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("xn--")) {
            return false;
        }
        String decoded = decode(lower.substring(4));
        return decoded != null
                && !isAscii(decoded)
                && isULabel(decoded)
                && lower.substring(4).equals(encode(decoded));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 127) {
                return false;
            }
        }
        return true;
    }

    private static boolean isULabel(String label) {
        int[] points = label.codePoints().toArray();
        int n = points.length;
        if (points[0] == '-' || points[n - 1] == '-' || n > 3 && points[2] == '-' && points[3] == '-') {
            return false;
        }
        int first = Character.getType(points[0]);
        if (first == Character.NON_SPACING_MARK
                || first == Character.COMBINING_SPACING_MARK
                || first == Character.ENCLOSING_MARK) {
            return false;
        }
        if (!Normalizer.isNormalized(label, Normalizer.Form.NFC)) {
            return false;
        }
        for (int i = 0; i < n; i++) {
            if (!allowed(points, i)) {
                return false;
            }
        }
        return !hasRightToLeft(points) || fitsBidi(points);
    }

    /** RFC 5892, section 3, with the rules of appendix A for those that depend on their neighbours. */
    private static boolean allowed(int[] points, int at) {
        int c = points[at];
        switch (c) {
            case 0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007 -> {
                return true;
            }
            case 0x640, 0x7FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303B -> {
                return false;
            }
            case 0xB7 -> {
                return at > 0 && at + 1 < points.length && points[at - 1] == 'l' && points[at + 1] == 'l';
            }
            case 0x375 -> {
                return at + 1 < points.length && UnicodeScript.of(points[at + 1]) == UnicodeScript.GREEK;
            }
            case 0x5F3, 0x5F4 -> {
                return at > 0 && UnicodeScript.of(points[at - 1]) == UnicodeScript.HEBREW;
            }
            case 0x30FB -> {
                return Arrays.stream(points).anyMatch(Idn::isJapanese);
            }
            case 0x200C -> {
                return at > 0 && (isVirama(points[at - 1]) || joins(points, at));
            }
            case 0x200D -> {
                return at > 0 && isVirama(points[at - 1]);
            }
            default -> {
                // The general rules follow.
            }
        }
        if (c >= 0x660 && c <= 0x669) {
            return Arrays.stream(points).noneMatch(p -> p >= 0x6F0 && p <= 0x6F9);
        }
        if (c >= 0x6F0 && c <= 0x6F9) {
            return Arrays.stream(points).noneMatch(p -> p >= 0x660 && p <= 0x669);
        }
        if (c < 128) {
            return c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z';
        }
        return isStable(c) && !isIgnorable(c) && !isOldHangul(c) && isLetterOrDigit(c);
    }

    private static boolean isJapanese(int c) {
        UnicodeScript script = UnicodeScript.of(c);
        return c != 0x30FB
                && (script == UnicodeScript.HIRAGANA
                        || script == UnicodeScript.KATAKANA
                        || script == UnicodeScript.HAN);
    }

    private static boolean isVirama(int c) {
        return Arrays.binarySearch(VIRAMAS, c) >= 0;
    }

    /** A letter that joins to what follows, then this one, then a letter that joins to what goes before; marks between do not count. */
    private static boolean joins(int[] points, int at) {
        int before = at - 1;
        while (before >= 0 && Character.getType(points[before]) == Character.NON_SPACING_MARK) {
            before--;
        }
        int after = at + 1;
        while (after < points.length && Character.getType(points[after]) == Character.NON_SPACING_MARK) {
            after++;
        }
        return before >= 0
                && after < points.length
                && isJoining(points[before])
                && !joinsOnlyRight(points[before])
                && isJoining(points[after]);
    }

    private static boolean isJoining(int c) {
        return UnicodeScript.of(c) == UnicodeScript.ARABIC && Character.isLetter(c) && c != 0x621 && c != 0x674;
    }

    private static boolean joinsOnlyRight(int c) {
        return c >= 0x622 && c <= 0x625
                || c == 0x627
                || c == 0x629
                || c >= 0x62F && c <= 0x632
                || c == 0x648
                || c >= 0x671 && c <= 0x677
                || c >= 0x688 && c <= 0x699
                || c == 0x6C0
                || c >= 0x6C3 && c <= 0x6CB
                || c == 0x6CD
                || c == 0x6CF
                || c == 0x6D2
                || c == 0x6D3
                || c == 0x6D5
                || c == 0x6EE
                || c == 0x6EF;
    }

    private static boolean isStable(int c) {
        String text = Character.toString(c);
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        return text.equals(Normalizer.normalize(folded, Normalizer.Form.NFKC));
    }

    private static boolean isIgnorable(int c) {
        return Character.isIdentifierIgnorable(c)
                || Character.isWhitespace(c)
                || c == 0x34F
                || c >= 0x115F && c <= 0x1160
                || c >= 0x17B4 && c <= 0x17B5
                || c >= 0x180B && c <= 0x180F
                || c == 0x3164
                || c >= 0xFE00 && c <= 0xFE0F
                || c >= 0xE0100 && c <= 0xE01EF
                || c >= 0x20D0 && c <= 0x20FF
                || c >= 0x1D100 && c <= 0x1D24F;
    }

    private static boolean isOldHangul(int c) {
        return c >= 0x1100 && c <= 0x11FF || c >= 0xA960 && c <= 0xA97C || c >= 0xD7B0 && c <= 0xD7FB;
    }

    private static boolean isLetterOrDigit(int c) {
        return switch (Character.getType(c)) {
            case Character.LOWERCASE_LETTER,
                    Character.UPPERCASE_LETTER,
                    Character.OTHER_LETTER,
                    Character.DECIMAL_DIGIT_NUMBER,
                    Character.MODIFIER_LETTER,
                    Character.NON_SPACING_MARK,
                    Character.COMBINING_SPACING_MARK -> true;
            default -> false;
        };
    }

    private static boolean hasRightToLeft(int[] points) {
        for (int c : points) {
            byte direction = Character.getDirectionality(c);
            if (isRightToLeft(direction) || direction == Character.DIRECTIONALITY_ARABIC_NUMBER) {
                return true;
            }
        }
        return false;
    }

    /** RFC 5893, section 2, for a label of a name with any right-to-left character. */
    private static boolean fitsBidi(int[] points) {
        byte first = Character.getDirectionality(points[0]);
        boolean rightToLeft = isRightToLeft(first);
        if (!rightToLeft && first != Character.DIRECTIONALITY_LEFT_TO_RIGHT) {
            return false;
        }
        boolean european = false;
        boolean arabic = false;
        byte last = first;
        for (int c : points) {
            byte direction = Character.getDirectionality(c);
            european |= direction == Character.DIRECTIONALITY_EUROPEAN_NUMBER;
            arabic |= direction == Character.DIRECTIONALITY_ARABIC_NUMBER;
            if (!isAllowed(direction, rightToLeft)) {
                return false;
            }
            if (direction != Character.DIRECTIONALITY_NONSPACING_MARK) {
                last = direction;
            }
        }
        boolean endsWithNumber = last == Character.DIRECTIONALITY_EUROPEAN_NUMBER
                || rightToLeft && last == Character.DIRECTIONALITY_ARABIC_NUMBER;
        boolean endsWithLetter = rightToLeft ? isRightToLeft(last) : last == Character.DIRECTIONALITY_LEFT_TO_RIGHT;
        return (endsWithLetter || endsWithNumber) && !(european && arabic);
    }

    private static boolean isAllowed(byte direction, boolean rightToLeft) {
        return switch (direction) {
            case Character.DIRECTIONALITY_EUROPEAN_NUMBER,
                    Character.DIRECTIONALITY_EUROPEAN_NUMBER_SEPARATOR,
                    Character.DIRECTIONALITY_COMMON_NUMBER_SEPARATOR,
                    Character.DIRECTIONALITY_EUROPEAN_NUMBER_TERMINATOR,
                    Character.DIRECTIONALITY_OTHER_NEUTRALS,
                    Character.DIRECTIONALITY_BOUNDARY_NEUTRAL,
                    Character.DIRECTIONALITY_NONSPACING_MARK -> true;
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC,
                    Character.DIRECTIONALITY_ARABIC_NUMBER -> rightToLeft;
            case Character.DIRECTIONALITY_LEFT_TO_RIGHT -> !rightToLeft;
            default -> false;
        };
    }

    private static boolean isRightToLeft(byte direction) {
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    /** RFC 3492, section 6.3; null where it overflows. */
    private static @Nullable String encode(String label) {
        int[] points = label.codePoints().toArray();
        StringBuilder out = new StringBuilder();
        for (int c : points) {
            if (c < 128) {
                out.append((char) c);
            }
        }
        int basic = out.length();
        int handled = basic;
        if (basic > 0) {
            out.append('-');
        }
        int n = 128;
        int delta = 0;
        int bias = 72;
        while (handled < points.length) {
            int least = Integer.MAX_VALUE;
            for (int c : points) {
                if (c >= n && c < least) {
                    least = c;
                }
            }
            if (least - n > (Integer.MAX_VALUE - delta) / (handled + 1)) {
                return null;
            }
            delta += (least - n) * (handled + 1);
            n = least;
            for (int c : points) {
                if (c < n) {
                    delta++;
                }
                if (c == n) {
                    int q = delta;
                    for (int k = 36; ; k += 36) {
                        int t = threshold(k, bias);
                        if (q < t) {
                            break;
                        }
                        out.append(digit(t + (q - t) % (36 - t)));
                        q = (q - t) / (36 - t);
                    }
                    out.append(digit(q));
                    bias = adapt(delta, handled + 1, handled == basic);
                    delta = 0;
                    handled++;
                }
            }
            delta++;
            n++;
        }
        return out.toString();
    }

    /** RFC 3492, section 6.2; null where it is no Punycode. */
    private static @Nullable String decode(String text) {
        int dash = text.lastIndexOf('-');
        StringBuilder out = new StringBuilder(dash < 0 ? "" : text.substring(0, dash));
        int length = out.length();
        int at = dash < 0 ? 0 : dash + 1;
        if (dash == 0 || at == text.length()) {
            return null;
        }
        int n = 128;
        int i = 0;
        int bias = 72;
        while (at < text.length()) {
            int old = i;
            int weight = 1;
            for (int k = 36; ; k += 36) {
                int value = at < text.length() ? value(text.charAt(at++)) : -1;
                if (value < 0 || value > (Integer.MAX_VALUE - i) / weight) {
                    return null;
                }
                i += value * weight;
                int t = threshold(k, bias);
                if (value < t) {
                    break;
                }
                if (weight > Integer.MAX_VALUE / (36 - t)) {
                    return null;
                }
                weight *= 36 - t;
            }
            length++;
            bias = adapt(i - old, length, old == 0);
            n += i / length;
            i %= length;
            if (n > Character.MAX_CODE_POINT || n >= 0xD800 && n <= 0xDFFF) {
                return null;
            }
            out.insert(out.offsetByCodePoints(0, i), Character.toString(n));
            i++;
        }
        return out.toString();
    }

    private static int threshold(int k, int bias) {
        return Math.clamp(k - bias, 1, 26);
    }

    private static int adapt(int delta, int points, boolean first) {
        int d = first ? delta / 700 : delta / 2;
        d += d / points;
        int k = 0;
        while (d > 455) {
            d /= 35;
            k += 36;
        }
        return k + 36 * d / (d + 38);
    }

    private static char digit(int value) {
        return (char) (value < 26 ? 'a' + value : '0' + value - 26);
    }

    private static int value(char c) {
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        return c >= '0' && c <= '9' ? c - '0' + 26 : -1;
    }
}
