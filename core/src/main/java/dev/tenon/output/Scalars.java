package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Coerced;
import dev.tenon.schema.Coercion;
import dev.tenon.schema.Shape;
import dev.tenon.schema.Shape.Kind;
import dev.tenon.schema.Violation;
import dev.tenon.schema.Written;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A number, a truth value, a choice or a short text as the whole answer: {@code 42}, {@code **high**}, {@code The answer is 42.} Only
 * where the schema wants no more; and never a sentence, which is prose whatever the schema says.
 */
final class Scalars {
    /** No scalar answer is longer; what is, is prose. */
    private static final int LONGEST = 2_000;

    /** No choice is longer. */
    private static final int LONGEST_CHOICE = 80;

    /** The most words of a text that may stand without quotes. */
    private static final int MOST_WORDS = 6;

    private static final Set<String> HEDGES = Set.of(
            "not",
            "no",
            "about",
            "around",
            "roughly",
            "approximately",
            "approx",
            "nearly",
            "almost",
            "over",
            "under",
            "least",
            "most",
            "more",
            "less",
            "than",
            "up",
            "between",
            "circa",
            "maybe",
            "perhaps",
            "probably",
            "or",
            "either",
            "neither",
            "never",
            "below",
            "above",
            "cannot",
            "can't",
            "isn't",
            "aren't",
            "error",
            "code");

    private Scalars() {}

    /** What was found: a value, or why what was found does not fit; both empty where there is nothing. */
    record Found(@Nullable Coerced coerced, Fixes fixes, List<Violation> violations) {}

    /** A literal or a number that is the whole text; null where it is none. */
    static @Nullable Json alone(Feed feed) {
        Json plain = Written.word(body(feed));
        return plain instanceof Json.Str ? null : plain;
    }

    /** @param documents whether the text holds documents besides: then a number in its prose is none of this */
    static Found find(Feed feed, Shape shape, Coercion coercion, boolean documents) {
        Set<Kind> kinds = shape.kinds();
        boolean scalar = kinds.contains(Kind.STRING)
                || kinds.contains(Kind.INTEGER)
                || kinds.contains(Kind.BOOLEAN)
                || kinds.contains(Kind.NULL);
        String body = body(feed);
        Json literal = Written.word(body);
        if (!(literal instanceof Json.Str) && !literal.isNull()) {
            // A number or a literal may be wrapped, too: it is no prose.
            return tried(new Written.Text(body, true, false), coercion, Fix.Kind.LITERAL, body);
        }
        if (!documents && !body.isEmpty() && body.length() <= LONGEST_CHOICE && onlyChoice(shape)) {
            // {"level": "high"} wanted, and high is all that was said.
            return tried(new Written.Text(body, true, false), coercion, Fix.Kind.QUOTES, body);
        }
        if (!scalar || body.isEmpty()) {
            return new Found(null, new Fixes(), List.of());
        }
        boolean container = kinds.contains(Kind.OBJECT) || kinds.contains(Kind.ARRAY);
        boolean choice = !shape.constants().isEmpty() || !shape.branches().isEmpty();
        if (!container && (!kinds.contains(Kind.STRING) || choice || !prose(body))) {
            Found whole = tried(new Written.Text(body, true, false), coercion, Fix.Kind.QUOTES, body);
            if (whole.coerced != null) {
                return whole;
            }
        }
        if (container || documents || kinds.contains(Kind.STRING) && !choice) {
            return new Found(null, new Fixes(), List.of());
        }
        int line = body.indexOf('\n');
        if (line > 0 && !severalChoices(body, shape, choice)) {
            // The answer, and then why.
            boolean number = kinds.contains(Kind.INTEGER) && hasDigit(body.substring(line));
            boolean doubted = kinds.contains(Kind.BOOLEAN) && truth(body.substring(line));
            Found first = tried(
                    new Written.Text(strip(body.substring(0, line)), true, false),
                    coercion,
                    Fix.Kind.SURROUNDINGS,
                    body);
            if (first.coerced != null && !number && !doubted) {
                return first;
            }
        }
        return inProse(body, shape, coercion);
    }

    /** Whether an object or array of one choice or truth value is wanted, so that a word can be all of it. */
    private static boolean onlyChoice(Shape shape) {
        if (shape.kinds().contains(Kind.STRING) || shape.kinds().contains(Kind.INTEGER)) {
            return false;
        }
        Shape inner = shape;
        if (shape.kinds().contains(Kind.ARRAY)) {
            inner = shape.item(0);
        } else if (shape.kinds().contains(Kind.OBJECT) && shape.required().size() == 1) {
            inner = shape.member(shape.required().iterator().next());
        } else {
            return false;
        }
        boolean open = inner.kinds().contains(Kind.STRING) && inner.constants().isEmpty();
        return !open && (!inner.constants().isEmpty() || inner.kinds().equals(Set.of(Kind.BOOLEAN)));
    }

    /** Whether words for true and false occur. */
    private static boolean truth(String text) {
        for (String word : text.split("\\W+")) {
            switch (word.toLowerCase(Locale.ROOT)) {
                case "true", "false", "yes", "no", "not" -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    private static Found tried(Written value, Coercion coercion, Fix.Kind kind, String before) {
        Coerced coerced = coercion.apply(value);
        if (coerced.value().isEmpty()) {
            return new Found(null, new Fixes(), coerced.violations());
        }
        Fixes fixes = new Fixes();
        if (!coerced.value().get().toString().equals(before)) {
            fixes.add(new Fix(kind, "", before.length() > 60 ? before.substring(0, 60) + "…" : before, ""));
        }
        return new Found(coerced, fixes, List.of());
    }

    /** The text without thoughts, fences and emphasis around it. */
    private static String body(Feed feed) {
        int from = 0;
        int to = feed.end;
        if (to > LONGEST * 4) {
            return "";
        }
        String text = feed.text(from, to);
        int thought = text.lastIndexOf("</");
        while (thought >= 0) {
            int close = text.indexOf('>', thought);
            String name = close < 0 ? "" : text.substring(thought + 2, close).toLowerCase(Locale.ROOT);
            if (Finder.thought(name)) {
                text = text.substring(close + 1);
                break;
            }
            thought = text.lastIndexOf("</", thought - 1);
        }
        text = strip(text);
        if (text.startsWith("```") || text.startsWith("~~~")) {
            int line = text.indexOf('\n');
            String fence = text.substring(0, 3);
            text = line < 0 ? text.substring(3) : text.substring(line + 1);
            int close = text.lastIndexOf(fence);
            text = strip(close < 0 ? text : text.substring(0, close));
        }
        if (text.startsWith("<") && text.endsWith(">")) {
            int open = text.indexOf('>');
            int close = text.lastIndexOf('<');
            if (open < close) {
                text = strip(text.substring(open + 1, close));
            }
        }
        boolean stripped = true;
        while (stripped && text.length() > 1) {
            stripped = false;
            for (String mark : new String[] {"**", "__", "*", "`"}) {
                if (text.length() > 2 * mark.length() && text.startsWith(mark) && text.endsWith(mark)) {
                    text = strip(text.substring(mark.length(), text.length() - mark.length()));
                    stripped = true;
                }
            }
        }
        return text.length() > LONGEST ? "" : text;
    }

    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && Signs.space(text.charAt(from))) {
            from++;
        }
        while (to > from && Signs.space(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /** Whether a text is a sentence, or more than a name. */
    private static boolean prose(String text) {
        int words = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean last = i + 1 == text.length() || Signs.space(text.charAt(i + 1));
            if (c == '\n' || last && (c == '.' || c == ',' || c == '!' || c == '?' || c == ';' || c == ':')) {
                return true;
            }
            words += c == ' ' ? 1 : 0;
        }
        return words > MOST_WORDS || text.indexOf('{') >= 0 || text.indexOf('"') >= 0;
    }

    /** The one value of the wanted kind that a sentence names. */
    private static Found inProse(String body, Shape shape, Coercion coercion) {
        String[] words = body.split("[\\s=]+");
        boolean choice = !shape.constants().isEmpty() || !shape.branches().isEmpty();
        boolean number = shape.kinds().contains(Kind.INTEGER) && !choice;
        Set<Json> values = new LinkedHashSet<>();
        Coerced found = null;
        for (int i = 0; i < words.length; i++) {
            String word = clean(words[i]);
            if (word.isEmpty()) {
                continue;
            }
            String before = i == 0 ? "" : words[i - 1].toLowerCase(Locale.ROOT);
            if (HEDGES.contains(clean(before))) {
                continue;
            }
            boolean said = i > 0 && i == words.length - 1 && (verb(before) || before.endsWith(":"));
            if (!number && !said) {
                continue;
            }
            if (number && Written.word(word) instanceof Json.Str && !said) {
                if (hasDigit(word)) {
                    values.add(new Json.Str(word));
                }
                continue;
            }
            Coerced coerced = coercion.apply(new Written.Text(word, true, false));
            if (coerced.value().isPresent()) {
                values.add(coerced.value().get());
                found = coerced;
            }
        }
        Fixes fixes = new Fixes();
        fixes.add(new Fix(Fix.Kind.SURROUNDINGS, "", "", ""));
        boolean hedged = number && hedged(words);
        boolean only = values.size() == 1 && found != null && !hedged && !severalChoices(body, shape, choice);
        return new Found(only ? found : null, fixes, List.of());
    }

    /** Whether any number is spoken of in a way that it is not the answer. */
    private static boolean hedged(String[] words) {
        for (int i = 0; i + 1 < words.length; i++) {
            if (HEDGES.contains(clean(words[i]).toLowerCase(Locale.ROOT)) && hasDigit(words[i + 1])) {
                return true;
            }
        }
        return false;
    }

    private static boolean severalChoices(String body, Shape shape, boolean choice) {
        if (!choice) {
            return false;
        }
        String lower = " " + body.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ") + " ";
        int named = 0;
        for (Json constant : shape.constants()) {
            String word = constant instanceof Json.Str text ? text.value() : constant.toString();
            named += lower.contains(" "
                            + word.toLowerCase(Locale.ROOT)
                                    .replaceAll("[^\\p{L}\\p{N}]+", " ")
                                    .strip() + " ")
                    ? 1
                    : 0;
        }
        return named > 1;
    }

    private static boolean verb(String word) {
        return switch (word) {
            case "is", "be", "are", "was", "as", "=", "->", "equals" -> true;
            default -> false;
        };
    }

    private static boolean hasDigit(String word) {
        return word.chars().anyMatch(c -> c >= '0' && c <= '9');
    }

    private static String clean(String word) {
        int from = 0;
        int to = word.length();
        while (from < to && "\"'`*_([{<".indexOf(word.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && "\"'`*_)]}>.,;:!?".indexOf(word.charAt(to - 1)) >= 0) {
            to--;
        }
        return word.substring(from, to);
    }
}
