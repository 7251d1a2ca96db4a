package dev.tenon.toolbox.files;

import dev.tenon.toolbox.RefusedException;

/**
 * A pattern of paths: {@code *} and {@code ?} within a segment, {@code **} across segments, {@code {a,b}} and {@code [a-z]}. One without a {@code /} is looked for in every folder. Matching
 * takes linear time. Immutable.
 */
final class Glob {
    private final LinearRegex regex;

    private Glob(LinearRegex regex) {
        this.regex = regex;
    }

    /** @throws RefusedException where it is no such pattern */
    static Glob of(String glob, boolean ignoreCase) {
        if (glob.isBlank() || glob.startsWith("/") || glob.contains("\\")) {
            throw refused(glob);
        }
        for (String segment : glob.split("/")) {
            if (segment.equals("..")) {
                throw refused(glob);
            }
        }
        String whole = glob.contains("/") ? glob : "**/" + glob;
        while (whole.startsWith("./")) {
            whole = whole.substring(2);
        }
        return new Glob(LinearRegex.of(regex(whole), ignoreCase));
    }

    boolean matches(String path) {
        return regex.matches(path);
    }

    private static RefusedException refused(String glob) {
        return new RefusedException(
                "files.pattern",
                "\"" + RefusedException.shown(glob) + "\" is no pattern of paths under the root",
                "patterns such as *.java, src/**/*.txt and {a,b}/*.md, without '..', '\\' and a leading '/'");
    }

    private static String regex(String glob) {
        StringBuilder out = new StringBuilder();
        int braces = 0;
        int i = 0;
        while (i < glob.length()) {
            char c = glob.charAt(i);
            if (glob.startsWith("**/", i) && (i == 0 || glob.charAt(i - 1) == '/')) {
                out.append("(?:[^/]+/)*");
                i += 3;
                continue;
            }
            if (glob.startsWith("**", i)) {
                out.append("(?:.|\\n)*");
                i += 2;
                continue;
            }
            switch (c) {
                case '*' -> out.append("[^/]*");
                case '?' -> out.append("[^/]");
                case '{' -> {
                    braces++;
                    out.append("(?:");
                }
                case '}' -> {
                    out.append(braces > 0 ? ")" : "\\}");
                    braces = Math.max(0, braces - 1);
                }
                case ',' -> out.append(braces > 0 ? "|" : ",");
                case '[' -> {
                    int end = glob.indexOf(']', i + 2);
                    if (end < 0) {
                        throw refused(glob);
                    }
                    String inside = glob.substring(i + 1, end);
                    boolean not = inside.startsWith("!") || inside.startsWith("^");
                    out.append(not ? "[^/" : "[")
                            .append((not ? inside.substring(1) : inside)
                                    .replace("/", "")
                                    .replace("[", "\\["))
                            .append(']');
                    i = end;
                }
                default -> {
                    if (!Character.isLetterOrDigit(c) && c < 128) {
                        out.append('\\');
                    }
                    out.append(c);
                }
            }
            i++;
        }
        if (braces > 0) {
            throw refused(glob);
        }
        return out.toString();
    }
}
