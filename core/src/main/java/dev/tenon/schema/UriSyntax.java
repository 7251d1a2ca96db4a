package dev.tenon.schema;

/** Whether a text is a URI or IRI (RFC 3986, 3987) or a URI template (RFC 6570). */
final class UriSyntax {
    private static final String SUB_DELIMITERS = "!$&'()*+,;=";

    private UriSyntax() {}

    static boolean uri(String text) {
        return fits(text, true, false);
    }

    static boolean uriReference(String text) {
        return fits(text, false, false);
    }

    static boolean iri(String text) {
        return fits(text, true, true);
    }

    static boolean iriReference(String text) {
        return fits(text, false, true);
    }

    private static boolean fits(String text, boolean absolute, boolean international) {
        Uri uri = Uri.parse(text);
        if (uri.scheme() == null && (absolute || firstSegmentHasColon(uri))) {
            return false;
        }
        if (uri.authority() != null && !authority(uri.authority(), international)) {
            return false;
        }
        return characters(uri.path(), "/:@", international, false)
                && (uri.query() == null || characters(uri.query(), "/?:@", international, true))
                && (uri.fragment() == null || characters(uri.fragment(), "/?:@", international, false));
    }

    private static boolean firstSegmentHasColon(Uri uri) {
        String path = uri.path();
        int slash = path.indexOf('/');
        int colon = path.indexOf(':');
        return uri.authority() == null && colon >= 0 && (slash < 0 || colon < slash);
    }

    private static boolean authority(String authority, boolean international) {
        int at = authority.indexOf('@');
        if (at >= 0 && !characters(authority.substring(0, at), ":", international, false)) {
            return false;
        }
        String host = authority.substring(at + 1);
        String port = "";
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            if (end < 0 || !literal(host.substring(1, end))) {
                return false;
            }
            String rest = host.substring(end + 1);
            if (!rest.isEmpty() && !rest.startsWith(":")) {
                return false;
            }
            port = rest.isEmpty() ? "" : rest.substring(1);
        } else {
            int colon = host.indexOf(':');
            if (colon >= 0) {
                port = host.substring(colon + 1);
                host = host.substring(0, colon);
            }
            if (!characters(host, "", international, false)) {
                return false;
            }
        }
        for (int i = 0; i < port.length(); i++) {
            if (!Hosts.isDigit(port.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean literal(String host) {
        if (!host.startsWith("v") && !host.startsWith("V")) {
            return Hosts.ipv6(host);
        }
        int dot = host.indexOf('.');
        if (dot < 2 || dot + 1 == host.length() || host.indexOf('%') >= 0) {
            return false;
        }
        for (int i = 1; i < dot; i++) {
            if (!Hosts.isHex(host.charAt(i))) {
                return false;
            }
        }
        return characters(host.substring(dot + 1), ":", false, false);
    }

    /** Unreserved characters, sub-delimiters, percent escapes and these. */
    private static boolean characters(String text, String more, boolean international, boolean isPrivate) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '%') {
                if (i + 2 > text.length() || !Hosts.isHex(text.charAt(i)) || !Hosts.isHex(text.charAt(i + 1))) {
                    return false;
                }
                i += 2;
            } else if (c > 127
                    ? !(international && isInternational(c, isPrivate))
                    : !isUnreserved((char) c) && SUB_DELIMITERS.indexOf(c) < 0 && more.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnreserved(char c) {
        return Hosts.isLetter(c) || Hosts.isDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
    }

    /** RFC 3987, section 2.2: ucschar, and iprivate in queries. */
    private static boolean isInternational(int c, boolean isPrivate) {
        if (c >= 0xE000 && c <= 0xF8FF || c >= 0xF0000) {
            return isPrivate && (c & 0xFFFE) != 0xFFFE;
        }
        return c >= 0xA0 && c <= 0xD7FF
                || c >= 0xF900 && c <= 0xFDCF
                || c >= 0xFDF0 && c <= 0xFFEF
                || c >= 0x10000 && c <= 0xEFFFD && (c & 0xFFFE) != 0xFFFE && !(c >= 0xE0000 && c < 0xE1000);
    }

    /** RFC 6570, section 2. */
    static boolean template(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c == '{') {
                int end = text.indexOf('}', i);
                if (end < 0 || !expression(text.substring(i + 1, end))) {
                    return false;
                }
                i = end + 1;
                continue;
            }
            if (c <= ' ' || c == 0x7F || "\"<>\\^`|}".indexOf(c) >= 0) {
                return false;
            }
            if (c == '%' && !percent(text, i)) {
                return false;
            }
            if (c > 127 && !isInternational(c, true)) {
                return false;
            }
            i += Character.charCount(c);
        }
        return true;
    }

    private static boolean percent(String text, int at) {
        return at + 2 < text.length() && Hosts.isHex(text.charAt(at + 1)) && Hosts.isHex(text.charAt(at + 2));
    }

    private static boolean expression(String text) {
        int start = !text.isEmpty() && "+#./;?&=,!@|".indexOf(text.charAt(0)) >= 0 ? 1 : 0;
        for (String variable : text.substring(start).split(",", -1)) {
            if (!variable(variable)) {
                return false;
            }
        }
        return true;
    }

    private static boolean variable(String text) {
        String name = text;
        int colon = text.indexOf(':');
        if (colon >= 0) {
            String length = text.substring(colon + 1);
            name = text.substring(0, colon);
            if (length.isEmpty() || length.length() > 4 || length.charAt(0) == '0') {
                return false;
            }
            for (int i = 0; i < length.length(); i++) {
                if (!Hosts.isDigit(length.charAt(i))) {
                    return false;
                }
            }
        } else if (text.endsWith("*")) {
            name = text.substring(0, text.length() - 1);
        }
        boolean dot = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') {
                if (dot) {
                    return false;
                }
                dot = true;
                continue;
            }
            dot = false;
            if (c == '%') {
                if (!percent(name, i)) {
                    return false;
                }
                i += 2;
            } else if (!Hosts.isLetter(c) && !Hosts.isDigit(c) && c != '_') {
                return false;
            }
        }
        return !dot;
    }
}
