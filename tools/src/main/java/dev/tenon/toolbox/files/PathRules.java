package dev.tenon.toolbox.files;

import dev.tenon.toolbox.RefusedException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads a path as a model wrote it into the names of its segments. What is not plainly a way down from the root is refused here, before any file is looked at; what the file system makes
 * of the names is checked again by {@link Folder}.
 */
final class PathRules {
    /** Linux and macOS take 255 bytes a name; 4,096 a path. */
    private static final int MOST_NAME_BYTES = 255;

    private static final int MOST_PATH_CHARACTERS = 4096;
    private static final int MOST_SEGMENTS = 100;

    /** Everything of ours begins so: a model neither sees nor names it. */
    static final String OWN = ".tenon-";

    private static final Pattern ABSOLUTE = Pattern.compile("(?s)(?:/|~(?:$|/)|[A-Za-z][A-Za-z0-9+.-]*:).*");
    private static final String ALLOWED =
            "a path down from the root with '/' between its names, such as src/Main.java; '.' is the root itself";

    private PathRules() {}

    /** The names on the way down from the root; none for the root itself. */
    static List<String> segments(String path) {
        if (path.length() > MOST_PATH_CHARACTERS) {
            throw refused("a path of " + path.length() + " characters is too long");
        }
        String shown = RefusedException.shown(path);
        checkCharacters(path, shown);
        if (ABSOLUTE.matcher(path).matches()) {
            throw refused("\"" + shown + "\" does not begin at the root");
        }
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".")) {
                continue;
            }
            checkSegment(segment, shown);
            segments.add(segment);
        }
        if (segments.size() > MOST_SEGMENTS) {
            throw refused("a path of " + segments.size() + " names is too deep");
        }
        return segments;
    }

    private static void checkCharacters(String path, String shown) {
        for (int i = 0; i < path.length(); ) {
            int c = path.codePointAt(i);
            if (c == '\\') {
                throw refused("\"" + shown + "\" has a '\\'");
            }
            if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                throw refused("\"" + shown + "\" has a control character");
            }
            if (c >= 0xD800 && c <= 0xDFFF) {
                throw refused("\"" + shown + "\" is no Unicode text");
            }
            if (c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 || c == 0xFEFF || c == 0x200B) {
                throw refused("\"" + shown + "\" has a character that hides or turns what follows");
            }
            i += Character.charCount(c);
        }
    }

    private static void checkSegment(String segment, String shown) {
        if (segment.getBytes(StandardCharsets.UTF_8).length > MOST_NAME_BYTES) {
            throw refused("a name in \"" + shown + "\" is longer than " + MOST_NAME_BYTES + " bytes");
        }
        String read = segment;
        for (int round = 0; round < 3; round++) {
            String plain = Normalizer.normalize(read, Normalizer.Form.NFKC)
                    .replaceAll("\\p{Cf}", "")
                    .strip();
            // U+2215 and the like look like a slash and do not normalise to one.
            boolean slash = plain.matches("(?s).*[/\\\\\u2044\u2215\u29F8\uFF0F\uFF3C\u29F5\uFE68].*");
            if (slash || plain.matches("\\.{1,2}[. ]*") || plain.isEmpty()) {
                throw refused("\"" + shown + "\" would leave its folder");
            }
            String decoded = percentDecoded(read);
            if (decoded.equals(read)) {
                break;
            }
            read = decoded;
        }
        if (folded(segment).startsWith(OWN)) {
            throw refused("\"" + shown + "\" is a name that is kept for the changes' own record");
        }
    }

    private static final Pattern ESCAPE = Pattern.compile("%([2-7][0-9A-Fa-f])");

    private static String percentDecoded(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> {
            char c = (char) Integer.parseInt(found.group(1), 16);
            return c == '\\' || c == '$' ? "\\" + c : String.valueOf(c);
        });
    }

    /** A text in compatible forms, without ignored characters and without case; what patterns are made of stays as it is. */
    static String caseless(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC)
                .replaceAll("\\p{Cf}", "")
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    /**
     * A name as the least exact file system would compare it: case, compatible forms and ignored characters (HFS+) do not matter, nor dots and spaces at its end (Windows).
     */
    static String folded(String name) {
        String plain = caseless(name);
        int end = plain.length();
        while (end > 1 && (plain.charAt(end - 1) == '.' || plain.charAt(end - 1) == ' ')) {
            end--;
        }
        // The short name that Windows gives .git.
        String cut = plain.substring(0, end);
        return cut.matches("git~\\d+") ? ".git" : cut;
    }

    static RefusedException refused(String why) {
        return new RefusedException("files.path", why, ALLOWED);
    }
}
