package dev.tenon.toolbox.files;

import dev.tenon.toolbox.RefusedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that cannot hang: time is at most the length of the text times the size of the program, whatever the pattern. Immutable, thread-safe.
 *
 * <p>It is run as all its states at once (Thompson, "Regular Expression Search Algorithm", CACM 11(6), 1968; Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009), so it
 * never backtracks. {@link Pattern} does, and counting the characters it reads does not bound it: {@code (?:|){60}(?!)} takes 2^60 steps and reads none. The price is that
 * back references and look-around do not exist here; they are refused by name.
 *
 * <p>Known: literals, {@code .}, classes with ranges and negation, {@code \d \w \s \D \W \S}, {@code \p{…}}, {@code \b \B}, {@code ^ $ \A \z}, groups, {@code (?i)} at the start,
 * {@code |}, {@code * + ?} and counts, greedy or not. Text is read by code points.
 */
final class LinearRegex {
    /** Instructions; a count is written out. 20,000 on a line of 1,000 characters are some 50 ms at the worst. */
    private static final int MOST_INSTRUCTIONS = 20_000;

    private static final int MOST_CHARACTERS = 2_000;
    private static final int MOST_NESTED = 100;

    private enum Op {
        CHAR,
        SPLIT,
        JUMP,
        LINE_START,
        LINE_END,
        WORD_EDGE,
        NO_WORD_EDGE,
        MATCH
    }

    /** One instruction; {@code to} and {@code or} are where it goes on. */
    private record Step(Op op, IntPredicate accepts, int to, int or) {}

    private final Step[] program;

    private LinearRegex(Step[] program) {
        this.program = program;
    }

    /**
     * A pattern.
     *
     * @throws RefusedException where it is none that is known here, saying where and what to write instead
     */
    static LinearRegex of(String pattern, boolean ignoreCase) {
        return new LinearRegex(new Reader(pattern, ignoreCase).program());
    }

    /**
     * Whether it is found anywhere in the text.
     *
     * @param check called for each character; it may throw to end the search
     */
    boolean find(CharSequence text, Runnable check) {
        return run(text, false, check);
    }

    /** Whether it is the whole text. */
    boolean matches(CharSequence text) {
        return run(text, true, () -> {});
    }

    private boolean run(CharSequence text, boolean whole, Runnable check) {
        int length = text.length();
        States now = new States(program.length);
        States next = new States(program.length);
        int at = 0;
        while (true) {
            if (!whole || at == 0) {
                add(now, 0, text, at);
            }
            if (now.matched && (!whole || at == length)) {
                return true;
            }
            if (at >= length) {
                return false;
            }
            int c = Character.codePointAt(text, at);
            int after = at + Character.charCount(c);
            check.run();
            next.clear();
            for (int i = 0; i < now.size; i++) {
                Step step = program[now.states[i]];
                if (step.op == Op.CHAR && step.accepts.test(c)) {
                    add(next, step.to, text, after);
                }
            }
            if (whole && next.size == 0 && !next.matched) {
                return false;
            }
            States swap = now;
            now = next;
            next = swap;
            at = after;
        }
    }

    private static final class States {
        final int[] states;
        final boolean[] there;
        final int[] pending;
        int size;
        boolean matched;

        States(int most) {
            states = new int[most];
            there = new boolean[most];
            pending = new int[2 * most + 2];
        }

        void clear() {
            Arrays.fill(there, false);
            size = 0;
            matched = false;
        }
    }

    private void add(States into, int start, CharSequence text, int at) {
        int[] pending = into.pending;
        int left = 0;
        pending[left++] = start;
        while (left > 0) {
            int index = pending[--left];
            if (into.there[index]) {
                continue;
            }
            into.there[index] = true;
            Step step = program[index];
            switch (step.op) {
                case CHAR -> into.states[into.size++] = index;
                case MATCH -> into.matched = true;
                case JUMP -> pending[left++] = step.to;
                case SPLIT -> {
                    pending[left++] = step.or;
                    pending[left++] = step.to;
                }
                case LINE_START -> {
                    if (at == 0 || text.charAt(at - 1) == '\n') {
                        pending[left++] = step.to;
                    }
                }
                case LINE_END -> {
                    if (at == text.length() || text.charAt(at) == '\n') {
                        pending[left++] = step.to;
                    }
                }
                case WORD_EDGE -> {
                    if (edge(text, at)) {
                        pending[left++] = step.to;
                    }
                }
                case NO_WORD_EDGE -> {
                    if (!edge(text, at)) {
                        pending[left++] = step.to;
                    }
                }
            }
        }
    }

    private static boolean edge(CharSequence text, int at) {
        boolean before = at > 0 && word(Character.codePointBefore(text, at));
        boolean after = at < text.length() && word(Character.codePointAt(text, at));
        return before != after;
    }

    private static boolean word(int c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    /** Reads a pattern and writes the program. Not thread-safe. */
    private static final class Reader {
        private final int[] pattern;
        private boolean ignoreCase;
        private int at;
        private int nested;

        /** Of all that is written out. */
        private int instructions;

        Reader(String pattern, boolean ignoreCase) {
            if (pattern.isEmpty()) {
                throw refused("the pattern is empty");
            }
            if (pattern.length() > MOST_CHARACTERS) {
                throw refused("the pattern has " + pattern.length() + " characters, the most is " + MOST_CHARACTERS);
            }
            this.pattern = pattern.codePoints().toArray();
            this.ignoreCase = ignoreCase;
        }

        Step[] program() {
            if (looksAt("(?i)")) {
                ignoreCase = true;
                at += 4;
            }
            Part whole = choice();
            if (at < pattern.length) {
                throw refused("there is a ')' without its '(' at character " + (at + 1));
            }
            List<Step> steps = new ArrayList<>();
            whole.write(steps);
            steps.add(new Step(Op.MATCH, LinearRegex::none, 0, 0));
            return steps.toArray(new Step[0]);
        }

        private Part choice() {
            if (++nested > MOST_NESTED) {
                throw refused("its groups nest deeper than " + MOST_NESTED);
            }
            List<Part> ways = new ArrayList<>();
            ways.add(sequence());
            while (at < pattern.length && pattern[at] == '|') {
                at++;
                ways.add(sequence());
                count(2);
            }
            nested--;
            return ways.size() == 1 ? ways.get(0) : new Part.Choice(ways);
        }

        private Part sequence() {
            List<Part> parts = new ArrayList<>();
            while (at < pattern.length && pattern[at] != '|' && pattern[at] != ')') {
                int before = instructions;
                Part atom = atom();
                parts.add(repeated(atom, instructions - before));
            }
            return new Part.Sequence(parts);
        }

        private Part repeated(Part part, int cost) {
            Part result = part;
            int weight = cost;
            int quantifiers = 0;
            while (at < pattern.length) {
                int least;
                int most;
                if (pattern[at] == '*') {
                    least = 0;
                    most = -1;
                    at++;
                } else if (pattern[at] == '+') {
                    least = 1;
                    most = -1;
                    at++;
                } else if (pattern[at] == '?') {
                    least = 0;
                    most = 1;
                    at++;
                } else if (pattern[at] == '{' && counted()) {
                    at++;
                    least = number();
                    most = least;
                    if (pattern[at] == ',') {
                        at++;
                        most = pattern[at] == '}' ? -1 : number();
                    }
                    at++;
                    if (most >= 0 && most < least) {
                        throw refused("a count asks for at least " + least + " and at most " + most);
                    }
                } else {
                    return result;
                }
                if (++quantifiers > 1) {
                    throw refused("two counts follow one another at character " + at);
                }
                if (at < pattern.length && (pattern[at] == '?' || pattern[at] == '+')) {
                    if (pattern[at] == '+') {
                        throw refused("possessive counts such as 'a*+' do not exist here");
                    }
                    at++; // Whether a match is the longest does not matter: only whether there is one.
                }
                long copies = most < 0 ? least + 1L : most;
                count(copies * (weight + 2L) - weight);
                result = new Part.Repeat(result, least, most);
            }
            return result;
        }

        private boolean counted() {
            int i = at + 1;
            int digits = 0;
            while (i < pattern.length && isDigit(pattern[i])) {
                i++;
                digits++;
            }
            if (digits == 0) {
                return false;
            }
            if (i < pattern.length && pattern[i] == ',') {
                i++;
                while (i < pattern.length && isDigit(pattern[i])) {
                    i++;
                }
            }
            return i < pattern.length && pattern[i] == '}';
        }

        private static boolean isDigit(int c) {
            return c >= '0' && c <= '9';
        }

        private int number() {
            long value = 0;
            while (isDigit(pattern[at])) {
                value = Math.min(value * 10 + (pattern[at] - '0'), MOST_INSTRUCTIONS + 1L);
                at++;
            }
            return (int) value;
        }

        private void count(long more) {
            if (more > MOST_INSTRUCTIONS - instructions) {
                throw refused("written out, its counts make it longer than " + MOST_INSTRUCTIONS + " steps");
            }
            instructions += (int) more;
        }

        private Part atom() {
            int c = pattern[at];
            return switch (c) {
                case '(' -> group();
                case '[' -> {
                    count(1);
                    yield new Part.One(folded(set()));
                }
                case '.' -> {
                    at++;
                    count(1);
                    yield new Part.One(x -> x != '\n' && x != '\r');
                }
                case '^' -> {
                    at++;
                    yield check(Op.LINE_START);
                }
                case '$' -> {
                    at++;
                    yield check(Op.LINE_END);
                }
                case '\\' -> escape();
                case '*', '+', '?' ->
                    throw refused("there is nothing before the '" + Character.toString(c)
                            + "' at character " + (at + 1) + " to repeat; a sign itself is '\\" + Character.toString(c)
                            + "'");
                default -> {
                    at++;
                    count(1);
                    yield new Part.One(folded(x -> x == c));
                }
            };
        }

        private Part check(Op op) {
            count(1);
            return new Part.Check(op);
        }

        private Part group() {
            at++;
            if (at < pattern.length && pattern[at] == '?') {
                if (looksAt("?:")) {
                    at += 2;
                } else if (looksAt("?<") && !looksAt("?<=") && !looksAt("?<!") || looksAt("?P<")) {
                    while (at < pattern.length && pattern[at] != '>') {
                        at++;
                    }
                    at++;
                } else if (looksAt("?=") || looksAt("?!") || looksAt("?<")) {
                    throw refused("look-ahead and look-behind do not exist here");
                } else {
                    throw refused("'(?' at character " + at + " begins nothing that exists here");
                }
            }
            Part inside = choice();
            if (at >= pattern.length) {
                throw refused("a '(' has no ')'");
            }
            at++;
            return inside;
        }

        private boolean looksAt(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (at + i >= pattern.length || pattern[at + i] != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        private Part escape() {
            if (at + 1 >= pattern.length) {
                throw refused("it ends with a lone '\\'");
            }
            int c = pattern[at + 1];
            Op op = switch (c) {
                case 'b' -> Op.WORD_EDGE;
                case 'B' -> Op.NO_WORD_EDGE;
                case 'A' -> Op.LINE_START;
                case 'z', 'Z' -> Op.LINE_END;
                default -> Op.CHAR;
            };
            if (op != Op.CHAR) {
                at += 2;
                return check(op);
            }
            count(1);
            return new Part.One(folded(escaped()));
        }

        /** What an escape stands for, within a class and without. */
        private IntPredicate escaped() {
            int c = pattern[at + 1];
            at += 2;
            return switch (c) {
                case 'd' -> Character::isDigit;
                case 'D' -> x -> !Character.isDigit(x);
                case 'w' -> LinearRegex::word;
                case 'W' -> x -> !word(x);
                case 's' -> LinearRegex::space;
                case 'S' -> x -> !space(x);
                case 'n' -> x -> x == '\n';
                case 'r' -> x -> x == '\r';
                case 't' -> x -> x == '\t';
                case 'f' -> x -> x == '\f';
                case 'e' -> x -> x == 0x1b;
                case 'x' -> one(hex(2));
                case 'u' -> one(hex(4));
                case 'p', 'P' -> property(c == 'P');
                default -> {
                    if (isDigit(c)) {
                        throw refused("back references such as '\\1' do not exist here");
                    }
                    if (Character.isLetter(c)) {
                        throw refused("'\\" + Character.toString(c) + "' does not exist here");
                    }
                    yield one(c);
                }
            };
        }

        private static IntPredicate one(int c) {
            return x -> x == c;
        }

        private int hex(int digits) {
            if (at < pattern.length && pattern[at] == '{') {
                int end = at;
                while (end < pattern.length && pattern[end] != '}') {
                    end++;
                }
                return hexOf(at + 1, end, end + 1);
            }
            return hexOf(at, at + digits, at + digits);
        }

        private int hexOf(int from, int to, int after) {
            int value = 0;
            if (to > pattern.length || to <= from || to - from > 6) {
                throw refused("a character's number is wrong at character " + at);
            }
            for (int i = from; i < to; i++) {
                int digit = Character.digit(pattern[i], 16);
                if (digit < 0) {
                    throw refused("a character's number is wrong at character " + (i + 1));
                }
                value = value * 16 + digit;
            }
            at = after;
            return value;
        }

        private IntPredicate property(boolean not) {
            int end = at;
            while (end < pattern.length && pattern[end] != '}') {
                end++;
            }
            boolean braced = at < pattern.length && pattern[at] == '{' && end < pattern.length;
            if (!braced && at >= pattern.length) {
                throw refused("'\\p' names no property");
            }
            String name = braced ? new String(pattern, at + 1, end - at - 1) : Character.toString(pattern[at]);
            at = braced ? end + 1 : at + 1;
            Pattern one;
            try {
                one = Pattern.compile(name.matches("[A-Za-z]{1,30}") ? "\\p{" + name + "}" : "\\p{}");
            } catch (PatternSyntaxException e) {
                throw refused("there is no property '" + name + "'");
            }
            return x -> one.matcher(Character.toString(x)).matches() != not;
        }

        private IntPredicate set() {
            at++;
            boolean not = at < pattern.length && pattern[at] == '^';
            if (not) {
                at++;
            }
            IntPredicate set = LinearRegex::none;
            boolean first = true;
            while (true) {
                if (at >= pattern.length) {
                    throw refused("a '[' has no ']'");
                }
                if (pattern[at] == ']' && !first) {
                    at++;
                    break;
                }
                first = false;
                count(1);
                set = set.or(member());
            }
            IntPredicate chosen = set;
            return not ? x -> !chosen.test(x) : chosen;
        }

        private IntPredicate member() {
            int from = at;
            IntPredicate one = pattern[at] == '\\' && at + 1 < pattern.length ? escaped() : one(pattern[at++]);
            boolean range = at + 1 < pattern.length && pattern[at] == '-' && pattern[at + 1] != ']';
            if (!range) {
                return one;
            }
            int low = only(one, from);
            at++;
            int end = at;
            IntPredicate last = pattern[at] == '\\' && at + 1 < pattern.length ? escaped() : one(pattern[at++]);
            int high = only(last, end);
            if (low > high) {
                throw refused("a range of a class runs backwards at character " + (from + 1));
            }
            return x -> x >= low && x <= high;
        }

        /** The one character of an end of a range. */
        private int only(IntPredicate one, int from) {
            if (pattern[from] != '\\') {
                return pattern[from];
            }
            int c = pattern[from + 1];
            if (!Character.isLetter(c)) {
                return c;
            }
            if ("nrtfexu".indexOf(c) < 0) {
                throw refused("a class such as '\\d' cannot be the end of a range, at character " + (from + 1));
            }
            for (int i = 0; i <= Character.MAX_CODE_POINT; i++) {
                if (one.test(i)) {
                    return i;
                }
            }
            return 0;
        }

        private IntPredicate folded(IntPredicate set) {
            return ignoreCase
                    ? x -> set.test(x)
                            || set.test(Character.toLowerCase(x))
                            || set.test(Character.toUpperCase(x))
                            || set.test(Character.toLowerCase(Character.toUpperCase(x)))
                    : set;
        }
    }

    private static boolean none(int c) {
        return false;
    }

    private static boolean space(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static RefusedException refused(String why) {
        return new RefusedException(
                "files.pattern",
                "the pattern cannot be run: " + why,
                "literals, classes, groups, '|', '* + ?', counts such as {2,5}, '^ $ \\b \\d \\w \\s'; other signs"
                        + " escaped with '\\'");
    }

    /** A pattern as a tree. */
    private sealed interface Part {
        void write(List<Step> steps);

        record One(IntPredicate accepts) implements Part {
            @Override
            public void write(List<Step> steps) {
                steps.add(new Step(Op.CHAR, accepts, steps.size() + 1, 0));
            }
        }

        record Check(Op op) implements Part {
            @Override
            public void write(List<Step> steps) {
                steps.add(new Step(op, LinearRegex::none, steps.size() + 1, 0));
            }
        }

        record Sequence(List<Part> parts) implements Part {
            @Override
            public void write(List<Step> steps) {
                for (Part part : parts) {
                    part.write(steps);
                }
            }
        }

        record Choice(List<Part> ways) implements Part {
            @Override
            public void write(List<Step> steps) {
                List<Integer> ends = new ArrayList<>();
                for (int i = 0; i < ways.size() - 1; i++) {
                    int split = steps.size();
                    steps.add(new Step(Op.JUMP, LinearRegex::none, 0, 0));
                    ways.get(i).write(steps);
                    ends.add(steps.size());
                    steps.add(new Step(Op.JUMP, LinearRegex::none, 0, 0));
                    steps.set(split, new Step(Op.SPLIT, LinearRegex::none, split + 1, steps.size()));
                }
                ways.get(ways.size() - 1).write(steps);
                for (int end : ends) {
                    steps.set(end, new Step(Op.JUMP, LinearRegex::none, steps.size(), 0));
                }
            }
        }

        record Repeat(Part part, int least, int most) implements Part {
            @Override
            public void write(List<Step> steps) {
                for (int i = 0; i < least; i++) {
                    part.write(steps);
                }
                if (most < 0) {
                    int split = steps.size();
                    steps.add(new Step(Op.JUMP, LinearRegex::none, 0, 0));
                    part.write(steps);
                    steps.add(new Step(Op.JUMP, LinearRegex::none, split, 0));
                    steps.set(split, new Step(Op.SPLIT, LinearRegex::none, split + 1, steps.size()));
                    return;
                }
                List<Integer> splits = new ArrayList<>();
                for (int i = least; i < most; i++) {
                    splits.add(steps.size());
                    steps.add(new Step(Op.JUMP, LinearRegex::none, 0, 0));
                    part.write(steps);
                }
                for (int split : splits) {
                    steps.set(split, new Step(Op.SPLIT, LinearRegex::none, split + 1, steps.size()));
                }
            }
        }
    }
}
