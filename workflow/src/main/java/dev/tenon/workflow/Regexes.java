package dev.tenon.workflow;

import com.dashjoin.jsonata.Jsonata.JFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The regular expressions of a JSONata text. The library runs them by Java's engine, which goes back and tries again, for some of them without end, and cannot be stopped. So they are taken
 * out of the text before the library reads it: a variable stands where one stood, and what is bound to it looks at characters that are counted. Immutable.
 *
 * @param text with variables instead of regular expressions; as long as it was
 */
record Regexes(String text, List<Pattern> patterns) {
    private static final String NAME = "__r";
    private static final String OPERATORS = ".[]{}(),@#;:?+-*/%|=<>^&!~";

    /** The name of the variable that stands for one of them. */
    static String name(int which) {
        return NAME + which;
    }

    static Regexes in(String text) {
        return text.indexOf('/') < 0 ? new Regexes(text, List.of()) : new Reader(text).read();
    }

    /** Looks for regular expressions by JSONata's rule: a slash begins one where a value may stand, and divides behind a value. Not thread-safe. */
    private static final class Reader {
        private final String text;
        private final StringBuilder out = new StringBuilder();
        private final List<Pattern> patterns = new ArrayList<>();
        private int at;
        private boolean value;

        Reader(String text) {
            this.text = text;
        }

        Regexes read() {
            while (at < text.length()) {
                char c = text.charAt(at);
                if (Character.isWhitespace(c)) {
                    out.append(c);
                    at++;
                } else if (text.startsWith("/*", at) && (value || text.indexOf("*/", at) > 0)) {
                    copy(after("*/", at + 2));
                } else if (c == '"' || c == '\'' || c == '`') {
                    copy(quoted(c));
                    value = true;
                } else if (c == '/' && !value) {
                    regex();
                    value = true;
                } else if (OPERATORS.indexOf(c) >= 0) {
                    // Where a value may stand, these two are one: all members, and the value above.
                    value = c == ')' || c == ']' || c == '}' || (c == '*' || c == '%') && !value;
                    copy(at + 1);
                } else {
                    word();
                }
            }
            return new Regexes(out.toString(), List.copyOf(patterns));
        }

        private void copy(int to) {
            out.append(text, at, to);
            at = to;
        }

        private int after(String end, int from) {
            int found = text.indexOf(end, from);
            return found < 0 ? text.length() : found + end.length();
        }

        private int quoted(char quote) {
            int i = at + 1;
            while (i < text.length() && text.charAt(i) != quote) {
                i += text.charAt(i) == '\\' && quote != '`' ? 2 : 1;
            }
            return Math.min(i + 1, text.length());
        }

        private void word() {
            int end = at;
            while (end < text.length()
                    && !Character.isWhitespace(text.charAt(end))
                    && (OPERATORS + "\"'`").indexOf(text.charAt(end)) < 0) {
                end++;
            }
            String word = text.substring(at, end);
            value = !(value && (word.equals("and") || word.equals("or") || word.equals("in")));
            copy(end);
        }

        private void regex() {
            int depth = 0;
            for (int i = at + 1; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '\\') {
                    i++;
                } else if (c == '/' && depth == 0) {
                    take(text.substring(at + 1, i), i + 1);
                    return;
                } else if ("([{".indexOf(c) >= 0) {
                    depth++;
                } else if (")]}".indexOf(c) >= 0) {
                    depth--;
                }
            }
            copy(text.length()); // The library says what is wrong with it.
        }

        private void take(String pattern, int from) {
            int end = from;
            int flags = 0;
            while (end < text.length() && (text.charAt(end) == 'i' || text.charAt(end) == 'm')) {
                flags |= text.charAt(end) == 'i' ? Pattern.CASE_INSENSITIVE : Pattern.MULTILINE;
                end++;
            }
            if (pattern.isEmpty()) {
                copy(end);
                return;
            }
            String variable = "$" + name(patterns.size());
            try {
                patterns.add(Pattern.compile(pattern, flags));
            } catch (PatternSyntaxException e) {
                throw Expression.failed(text, "/" + pattern + "/ is no regular expression: " + e.getDescription());
            }
            out.append(variable).repeat(' ', Math.max(0, end - at - variable.length()));
            at = end;
        }
    }

    /** How much the regular expressions of one evaluation have looked at. Not thread-safe. */
    static final class Looks {
        /** Looks at a character: less than a second. */
        static final int MOST = 20_000_000;

        private int looks;

        void look() {
            if (++looks > MOST) {
                throw new Evaluation.TooMuch("a regular expression looks at more than " + MOST
                        + " characters; make it simpler: repetitions in repetitions try every way there is");
            }
        }

        /** A matcher whose looks are counted. */
        Matcher matcher(Pattern pattern, String text) {
            return pattern.matcher(new Counted(text, this));
        }
    }

    private record Counted(String text, Looks looks) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            looks.look();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** A regular expression as JSONata's functions take it, and as a function of its own. */
    static final class Regex extends JFunction {
        final Pattern pattern;

        Regex(Pattern pattern, Looks looks) {
            super(
                    (input, args) -> args.isEmpty() || !(args.get(0) instanceof String text)
                            ? null
                            : next(looks.matcher(pattern, text)),
                    "<s:o>");
            this.pattern = pattern;
        }

        private static @Nullable Map<String, Object> next(Matcher matcher) {
            if (!matcher.find()) {
                return null;
            }
            Map<String, Object> match = new LinkedHashMap<>();
            match.put("match", matcher.group());
            match.put("start", matcher.start());
            match.put("end", matcher.end());
            List<@Nullable String> groups = new ArrayList<>();
            for (int i = 1; i <= matcher.groupCount(); i++) {
                groups.add(matcher.group(i));
            }
            match.put("groups", groups);
            match.put("next", new JFunction((input, args) -> next(matcher), "<:o>"));
            return match;
        }
    }
}
