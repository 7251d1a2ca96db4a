package dev.tenon.schema;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A URI reference in its five parts, and how one is resolved against another: RFC 3986, appendix B and section 5.2.
 * {@link java.net.URI} does neither for {@code urn:} nor for an empty reference what the RFC says. Immutable.
 */
record Uri(
        @Nullable String scheme,
        @Nullable String authority,
        String path,
        @Nullable String query,
        @Nullable String fragment) {

    /** Never fails: what is no URI is a path. */
    static Uri parse(String text) {
        String rest = text;
        String fragment = null;
        int hash = rest.indexOf('#');
        if (hash >= 0) {
            fragment = rest.substring(hash + 1);
            rest = rest.substring(0, hash);
        }
        String query = null;
        int mark = rest.indexOf('?');
        if (mark >= 0) {
            query = rest.substring(mark + 1);
            rest = rest.substring(0, mark);
        }
        String scheme = null;
        int colon = rest.indexOf(':');
        int slash = rest.indexOf('/');
        if (colon > 0 && (slash < 0 || colon < slash) && isScheme(rest, colon)) {
            scheme = rest.substring(0, colon);
            rest = rest.substring(colon + 1);
        }
        String authority = null;
        if (rest.startsWith("//")) {
            int end = rest.indexOf('/', 2);
            authority = end < 0 ? rest.substring(2) : rest.substring(2, end);
            rest = end < 0 ? "" : rest.substring(end);
        }
        return new Uri(scheme, authority, rest, query, fragment);
    }

    private static boolean isScheme(String text, int end) {
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!letter && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.')) {
                return false;
            }
        }
        return true;
    }

    /** What a reference that stands in a document of this address means. */
    Uri resolve(Uri reference) {
        if (reference.scheme != null) {
            return new Uri(
                    reference.scheme,
                    reference.authority,
                    withoutDots(reference.path),
                    reference.query,
                    reference.fragment);
        }
        if (reference.authority != null) {
            return new Uri(
                    scheme, reference.authority, withoutDots(reference.path), reference.query, reference.fragment);
        }
        if (reference.path.isEmpty()) {
            String newQuery = reference.query == null ? query : reference.query;
            return new Uri(scheme, authority, path, newQuery, reference.fragment);
        }
        String merged = reference.path.startsWith("/") ? reference.path : merge(reference.path);
        return new Uri(scheme, authority, withoutDots(merged), reference.query, reference.fragment);
    }

    private String merge(String relative) {
        if (authority != null && path.isEmpty()) {
            return "/" + relative;
        }
        return path.substring(0, path.lastIndexOf('/') + 1) + relative;
    }

    private static String withoutDots(String path) {
        if (path.indexOf('.') < 0) {
            return path;
        }
        boolean rooted = path.startsWith("/");
        String[] segments = path.substring(rooted ? 1 : 0).split("/", -1);
        java.util.ArrayDeque<String> kept = new java.util.ArrayDeque<>();
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals("..")) {
                kept.pollLast();
            } else if (!segments[i].equals(".")) {
                kept.addLast(segments[i]);
                continue;
            }
            if (last) {
                kept.addLast("");
            }
        }
        return (rooted ? "/" : "") + String.join("/", kept);
    }

    /** The fragment with its percent escapes undone; empty where there is none. */
    String decodedFragment() {
        return fragment == null ? "" : percentDecoded(fragment);
    }

    private static String percentDecoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) == '%' && i + 2 < text.length()) {
                int high = Character.digit(text.charAt(i + 1), 16);
                int low = Character.digit(text.charAt(i + 2), 16);
                if (high >= 0 && low >= 0) {
                    bytes.write(high << 4 | low);
                    i += 3;
                    continue;
                }
            }
            int point = text.codePointAt(i);
            bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
            i += Character.charCount(point);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    Uri withoutFragment() {
        return fragment == null ? this : new Uri(scheme, authority, path, query, null);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        if (scheme != null) {
            out.append(scheme).append(':');
        }
        if (authority != null) {
            out.append("//").append(authority);
        }
        out.append(path);
        if (query != null) {
            out.append('?').append(query);
        }
        if (fragment != null) {
            out.append('#').append(fragment);
        }
        return out.toString();
    }
}
