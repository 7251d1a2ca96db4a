package dev.tenon.toolbox.web;

import dev.tenon.toolbox.RefusedException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * An address on the web that has been read strictly: only http and https, no user, a plain host. Immutable.
 *
 * @param host lower case, ASCII, without a dot at its end; an IPv6 address without brackets
 * @param path with the query, as it is sent
 */
record Target(boolean secure, String host, int port, String path) {
    private static final String ALLOWED =
            "addresses such as https://example.com/page, without user, password and fragment tricks";

    static Target of(String text) {
        if (text.length() > 8000) {
            throw refused("the address has " + text.length() + " characters");
        }
        String shown = RefusedException.shown(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' '
                    || c == '\\'
                    || c == 127
                    || Character.isSurrogate(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.isISOControl(c)) {
                throw refused("\"" + shown + "\" has a space, a control character or a '\\'");
            }
        }
        URI uri;
        try {
            uri = new URI(new URI(text).toASCIIString());
        } catch (URISyntaxException e) {
            throw refused("\"" + shown + "\" is no address");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw refused("\"" + shown + "\" does not begin with https:// or http://");
        }
        if (uri.getRawAuthority() == null) {
            throw refused("\"" + shown + "\" has no host");
        }
        if (uri.getRawUserInfo() != null || uri.getRawAuthority().indexOf('@') >= 0) {
            throw refused("the address names a user");
        }
        String authority = unicodeHost(text, uri);
        String host = host(authority, shown);
        boolean secure = scheme.equals("https");
        int port = uri.getPort() < 0 ? secure ? 443 : 80 : uri.getPort();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new Target(secure, host, port, uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }

    /** The host as it was written: {@link URI} knows no host in other scripts. */
    private static String unicodeHost(String text, URI uri) {
        if (uri.getHost() != null) {
            return uri.getHost();
        }
        int from = text.indexOf("://") + 3;
        int end = from;
        while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        String authority = text.substring(from, end);
        if (authority.indexOf(':') >= 0 || authority.indexOf('%') >= 0) {
            throw refused("\"" + RefusedException.shown(text) + "\" has no plain host");
        }
        return authority;
    }

    private static String host(String given, String shown) {
        if (given.startsWith("[")) {
            String six = given.substring(1, given.length() - 1);
            if (six.indexOf('%') >= 0) {
                throw refused("\"" + shown + "\" names a network interface");
            }
            return literal(six);
        }
        String host;
        try {
            host = IDN.toASCII(given, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw refused("\"" + shown + "\" has no plain host");
        }
        while (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        if (host.isEmpty() || host.length() > 253) {
            throw refused("\"" + shown + "\" has no host");
        }
        // Systems read 127.1, 0x7f000001, 017700000001 and 2130706433 as addresses too; one spelling is enough.
        String last = host.substring(host.lastIndexOf('.') + 1);
        boolean number = last.matches("[0-9]+|0x[0-9a-f]*");
        if (number && !host.matches("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\\.(?!$)|$)){4}")) {
            throw refused("\"" + shown + "\" writes an IP address in an unusual way");
        }
        return host;
    }

    /** An IPv6 address in the one spelling by which it is compared; one that holds an IPv4 address by its own is that. */
    static String literal(String six) {
        try {
            return InetAddress.getByName("[" + six + "]").getHostAddress(); // brackets: nothing is looked up
        } catch (UnknownHostException e) {
            throw refused("\"" + RefusedException.shown(six) + "\" is no IPv6 address");
        }
    }

    /** Where a redirect of this address leads. */
    Target redirected(String location) {
        String shown = RefusedException.shown(location);
        URI next;
        try {
            next = URI.create(url()).resolve(new URI(location.strip()));
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw refused("a redirect leads to \"" + shown + "\", which is no address");
        }
        Target target = of(next.toString());
        if (secure && !target.secure) {
            throw refused("a redirect leads from https to \"" + shown + "\"");
        }
        return target;
    }

    boolean sameOrigin(Target other) {
        return secure == other.secure && port == other.port && host.equals(other.host);
    }

    String hostHeader() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (secure ? 443 : 80) ? name : name + ":" + port;
    }

    String url() {
        return (secure ? "https://" : "http://") + hostHeader() + path;
    }

    static RefusedException refused(String why) {
        return new RefusedException("web.address", why, ALLOWED);
    }
}
