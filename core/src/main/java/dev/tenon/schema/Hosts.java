package dev.tenon.schema;

import java.text.Normalizer;

/** Names and addresses of hosts and mailboxes: RFC 1123, 2673, 4291, 5321, 5890. */
final class Hosts {
    private Hosts() {}

    /** Letters, digits and hyphens; a label of the form {@code xn--} must be one of IDNA 2008. */
    static boolean hostname(String text) {
        if (text.isEmpty() || text.length() > 253) {
            return false;
        }
        int start = 0;
        while (true) {
            int dot = text.indexOf('.', start);
            int end = dot < 0 ? text.length() : dot;
            if (!label(text, start, end)) {
                return false;
            }
            if (dot < 0) {
                return true;
            }
            start = dot + 1;
        }
    }

    private static boolean label(String text, int start, int end) {
        int length = end - start;
        if (length < 1 || length > 63 || text.charAt(start) == '-' || text.charAt(end - 1) == '-') {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && !isDigit(c) && c != '-') {
                return false;
            }
        }
        if (length >= 4 && text.charAt(start + 2) == '-' && text.charAt(start + 3) == '-') {
            return Idn.isALabel(text.substring(start, end));
        }
        return true;
    }

    static boolean idnHostname(String text) {
        return Idn.hostname(text);
    }

    static boolean ipv4(String text) {
        return ipv4(text, 0, text.length());
    }

    private static boolean ipv4(String text, int from, int to) {
        int parts = 0;
        int at = from;
        while (true) {
            int start = at;
            int value = 0;
            while (at < to && isDigit(text.charAt(at)) && at - start < 3) {
                value = value * 10 + text.charAt(at++) - '0';
            }
            boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
            if (at == start || value > 255 || leadingZero) {
                return false;
            }
            parts++;
            if (at == to) {
                return parts == 4;
            }
            if (text.charAt(at++) != '.' || parts == 4) {
                return false;
            }
        }
    }

    static boolean ipv6(String text) {
        return ipv6(text, 0, text.length());
    }

    static boolean ipv6(String text, int from, int to) {
        int groups = 0;
        boolean gap = false;
        int at = from;
        if (text.startsWith("::", from) && from + 2 <= to) {
            gap = true;
            at += 2;
            if (at == to) {
                return true;
            }
        }
        while (true) {
            int start = at;
            while (at < to && isHex(text.charAt(at)) && at - start < 5) {
                at++;
            }
            if (at < to && text.charAt(at) == '.') {
                groups += 2;
                return ipv4(text, start, to) && (gap ? groups < 8 : groups == 8);
            }
            if (at == start || at - start > 4) {
                return false;
            }
            groups++;
            if (at == to) {
                return gap ? groups < 8 : groups == 8;
            }
            if (text.charAt(at++) != ':' || groups >= 8) {
                return false;
            }
            if (at < to && text.charAt(at) == ':') {
                if (gap) {
                    return false;
                }
                gap = true;
                at++;
                if (at == to) {
                    return groups < 8;
                }
            }
        }
    }

    static boolean email(String text) {
        return mailbox(text, false);
    }

    static boolean idnEmail(String text) {
        return mailbox(text, true);
    }

    /** RFC 5321, section 4.1.2; with RFC 6531 for international ones. */
    private static boolean mailbox(String text, boolean international) {
        int end = text.startsWith("\"") ? quoted(text, international) : dotted(text, international);
        if (end <= 0 || end >= text.length() || text.charAt(end) != '@' || end > 64 && !international) {
            return false;
        }
        String domain = text.substring(end + 1);
        if (domain.startsWith("[") && domain.endsWith("]")) {
            return domain.startsWith("[IPv6:")
                    ? ipv6(domain, 6, domain.length() - 1)
                    : ipv4(domain, 1, domain.length() - 1);
        }
        return international ? Idn.hostname(Normalizer.normalize(domain, Normalizer.Form.NFC)) : hostname(domain);
    }

    private static int quoted(String text, boolean international) {
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c == '\\') {
                i++;
                if (i == text.length() || text.charAt(i) < ' ' || text.charAt(i) > '~') {
                    return -1;
                }
            } else if (c < ' ' || c == 0x7F || c > '~' && !international) {
                return -1;
            }
        }
        return -1;
    }

    private static int dotted(String text, boolean international) {
        boolean atom = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '@' || c == '.') {
                if (!atom) {
                    return -1;
                }
                if (c == '@') {
                    return i;
                }
                atom = false;
            } else if (isLetter(c)
                    || isDigit(c)
                    || "!#$%&'*+-/=?^_`{|}~".indexOf(c) >= 0
                    || c > 0x7F && international) {
                atom = true;
            } else {
                return -1;
            }
        }
        return -1;
    }

    static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isHex(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }
}
