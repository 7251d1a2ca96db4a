package dev.tenon.workflow;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What an expression reads, as far as its words tell: nothing is evaluated. Where parts of an expression look at something else than the state (in a filter, after a dot, in a function's body), only
 * variables are told, so that nothing is told that is not so. Immutable.
 *
 * @param paths keys of the state and variables, with members of them
 * @param variables those that are neither bound in the expression nor functions of JSONata's
 * @param whole whether all keys that it reads are among the paths
 */
record Reads(List<Path> paths, List<Path> variables, boolean whole) {
    /**
     * A key or a variable.
     *
     * @param at its offset in the expression
     */
    record Path(int at, String root, boolean variable, List<String> members) {}

    private static final Reads NOTHING = new Reads(List.of(), List.of(), false);
    private static final Set<String> WORDS = Set.of("and", "or", "in", "true", "false", "null");

    /** Whether JSONata has a function of a name; there are as many as expressions ask for. */
    private static final Map<String, Boolean> FUNCTIONS = new ConcurrentHashMap<>();

    private record Token(char kind, String text, int at) {}

    static Reads of(String expression) {
        List<Token> tokens = tokens(expression);
        if (tokens == null) {
            return NOTHING;
        }
        boolean whole = true;
        Set<String> bound = new HashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1).text() : "";
            boolean binds = next.equals(":=")
                    || i > 0 && Set.of("@", "#").contains(tokens.get(i - 1).text());
            if (token.kind() == 'v' && binds) {
                bound.add(token.text());
            }
            if (token.text().equals("function") || token.text().equals("λ")) {
                for (int j = i + 2; j < tokens.size() && !tokens.get(j).text().equals(")"); j++) {
                    bound.add(tokens.get(j).text());
                }
            }
            boolean elsewhere = token.kind() == 's'
                            && "[{^~%@#;λ".indexOf(token.text().charAt(0)) >= 0
                    || token.text().equals("function")
                    || token.text().equals(":=")
                    || token.text().equals(".")
                            && !next.isEmpty()
                            && tokens.get(i + 1).kind() != 'n'
                    || token.text().equals("*") && (i == 0 || tokens.get(i - 1).kind() == 's');
            whole &= !elsewhere;
        }
        List<Path> paths = new ArrayList<>();
        List<Path> variables = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean member = i > 0 && tokens.get(i - 1).text().equals(".");
            boolean called = i + 1 < tokens.size() && tokens.get(i + 1).text().equals("(");
            if (token.kind() != 'n' && token.kind() != 'v' || member || token.kind() == 'n' && called) {
                continue;
            }
            if (token.kind() == 'n' && WORDS.contains(token.text())) {
                continue;
            }
            List<String> members = new ArrayList<>();
            for (int j = i + 1; j + 1 < tokens.size() && tokens.get(j).text().equals("."); j += 2) {
                Token next = tokens.get(j + 1);
                boolean calls =
                        j + 2 < tokens.size() && tokens.get(j + 2).text().equals("(");
                if (next.kind() != 'n' || calls) {
                    break;
                }
                members.add(next.text());
            }
            Path path = new Path(token.at(), token.text(), token.kind() == 'v', List.copyOf(members));
            if (path.variable() && !bound.contains(path.root()) && !function(path.root())) {
                variables.add(path);
                if (whole) {
                    paths.add(path);
                }
            } else if (!path.variable() && whole) {
                paths.add(path);
            }
        }
        return new Reads(List.copyOf(paths), List.copyOf(variables), whole);
    }

    private static boolean function(String name) {
        if (name.isEmpty() || Expression.VARIABLES.contains(name)) {
            return name.isEmpty(); // $ alone is what is looked at, $$ the state.
        }
        return FUNCTIONS.size() > 1_000 ? isFunction(name) : FUNCTIONS.computeIfAbsent(name, Reads::isFunction);
    }

    private static boolean isFunction(String name) {
        try {
            return Jsonata.jsonata("$" + name).evaluate(null) != null;
        } catch (JException e) {
            return false;
        }
    }

    /** Words and signs; null where a regular expression may be among them, which only a parser tells from a division. */
    private static @org.jspecify.annotations.Nullable List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int from = at;
            if (Character.isWhitespace(c)) {
                at++;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at);
                at = end < 0 ? text.length() : end + 2;
            } else if (c == '"' || c == '\'' || c == '`') {
                at++;
                while (at < text.length() && text.charAt(at) != c) {
                    at += text.charAt(at) == '\\' && c != '`' ? 2 : 1;
                }
                at = Math.min(at + 1, text.length());
                tokens.add(
                        c == '`'
                                ? new Token('n', text.substring(from + 1, Math.max(from + 1, at - 1)), from)
                                : new Token('t', text.substring(from, at), from));
            } else if (Character.isDigit(c)) {
                while (at < text.length()
                        && (Character.isLetterOrDigit(text.charAt(at))
                                || text.charAt(at) == '.'
                                        && at + 1 < text.length()
                                        && Character.isDigit(text.charAt(at + 1)))) {
                    at++;
                }
                tokens.add(new Token('t', text.substring(from, at), from));
            } else if (c == '$') {
                at++;
                while (at < text.length() && (word(text.charAt(at)) || text.charAt(at) == '$' && at == from + 1)) {
                    at++;
                }
                String name = text.substring(from + 1, at);
                tokens.add(new Token('v', name.equals("$") ? "" : name, from));
            } else if (word(c)) {
                while (at < text.length() && word(text.charAt(at))) {
                    at++;
                }
                tokens.add(new Token('n', text.substring(from, at), from));
            } else if (c == '/'
                    && (tokens.isEmpty()
                            || "nvt".indexOf(tokens.getLast().kind()) < 0
                                    && !tokens.getLast().text().matches("[)\\]}]"))) {
                return null;
            } else {
                at += text.startsWith(":=", at) || text.startsWith("~>", at) || text.startsWith("**", at) ? 2 : 1;
                tokens.add(new Token('s', text.substring(from, at), from));
            }
        }
        return tokens;
    }

    private static boolean word(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }
}
