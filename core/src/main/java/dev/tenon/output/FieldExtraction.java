package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Change;
import dev.tenon.schema.Coerced;
import dev.tenon.schema.Coercion;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Shape;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A few fields out of free text: {@code The invoice number is F-17; total: $20.} Looks for the name of each member of a schema, in any
 * style, and takes what follows it and {@code :}, {@code =}, {@code is} or {@code was}, up to the end of the clause. Nothing is guessed: a
 * field that is not named, or whose value does not fit, is missing. An array takes words with commas or "and" between them. Immutable.
 *
 * @param value the fields that were found or have a default
 * @param fields how each member of the schema came about, in its order
 */
public record FieldExtraction(Json.Obj value, Map<String, Source> fields) {
    /** How a field came about. */
    public enum Source {
        /** It stood there as it is. */
        EXTRACTED,
        /** It stood there in another form. */
        COERCED,
        /** It was not there; this is its default. */
        DEFAULTED,
        /** It was not there, or did not fit. */
        MISSING
    }

    private static final int LONGEST_VALUE = 200;

    private static final Pattern VERB = Pattern.compile("(?i)\\b(?:is|was|are|were|equals)\\b|[:=]");

    private static final Set<String> VERBS = Set.of("is", "was", "are", "were", "of", "equals");

    public FieldExtraction {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(fields, "fields");
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** The fields of a schema's object that a text names. */
    public static FieldExtraction of(String text, JsonSchema schema) {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(schema, "schema");
        Json.ObjBuilder value = Json.object();
        Map<String, Source> fields = new LinkedHashMap<>();
        schema.shape().properties().forEach((name, shape) -> {
            Coercion coercion = Coercion.to(shape);
            Source source = Source.MISSING;
            boolean list = shape.kinds().equals(Set.of(Shape.Kind.ARRAY));
            for (Written found : values(text, name, list)) {
                Coerced coerced = coercion.apply(found);
                if (coerced.value().isPresent()) {
                    value.put(name, coerced.value().get());
                    source = plain(coerced) ? Source.EXTRACTED : Source.COERCED;
                    break;
                }
            }
            if (source == Source.MISSING && shape.fallback().isPresent()) {
                value.put(name, shape.fallback().get());
                source = Source.DEFAULTED;
            }
            fields.put(name, source);
        });
        return new FieldExtraction(value.build(), fields);
    }

    /** Digits that a text field keeps are as they stood there. */
    private static boolean plain(Coerced coerced) {
        return coerced.changes().stream().allMatch(change -> change.kind() == Change.Kind.TEXT);
    }

    private static List<Written> values(String text, String name, boolean list) {
        List<Written> found = new ArrayList<>();
        String words = name.replaceAll("([a-z0-9])([A-Z])", "$1 $2")
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
        String lower = lower(text);
        int at = 0;
        while (at < lower.length() && !words.isEmpty()) {
            int start = lower.indexOf(words.substring(0, 1), at);
            if (start < 0) {
                break;
            }
            int end = named(lower, start, words);
            if (end > 0 && (start == 0 || !Character.isLetterOrDigit(lower.charAt(start - 1)))) {
                String value = value(text, end, list);
                if (!value.isEmpty()) {
                    Written written = list ? items(value) : new Written.Text(value, true, false);
                    if (written != null) {
                        found.add(written);
                    }
                }
            }
            at = start + 1;
        }
        return found;
    }

    /** The text in small letters, each at its place: {@code İ} has two of them. */
    private static String lower(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            lower.append(Character.toLowerCase(text.charAt(i)));
        }
        return lower.toString();
    }

    /** The items of a list in words, or of JSON; null where one of them may be the next clause. */
    private static @Nullable Written items(String value) {
        if (value.startsWith("[")) {
            return new Written.Text(value, true, false);
        }
        List<Written> items = new ArrayList<>();
        for (String item : value.split("\\s*(?:,|\\s)\\s*and\\s+|\\s*,\\s*", -1)) {
            boolean clause = item.isEmpty() || item.indexOf(':') >= 0 || item.indexOf('=') >= 0;
            for (String word : item.split("\\s+", -1)) {
                clause |= VERBS.contains(word.toLowerCase(Locale.ROOT));
            }
            if (clause) {
                return null;
            }
            items.add(new Written.Text(bare(item), true, false));
        }
        return new Written.Items(items, false);
    }

    /** Where the name ends that begins here, whatever stands between its words; negative where it does not. */
    private static int named(String text, int from, String words) {
        int at = from;
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (c == ' ') {
                while (at < text.length()
                        && at < from + words.length() + 4
                        && " _-\n\t".indexOf(text.charAt(at)) >= 0) {
                    at++;
                }
            } else if (at < text.length() && text.charAt(at) == c) {
                at++;
            } else {
                return -1;
            }
        }
        return at < text.length() && Character.isLetterOrDigit(text.charAt(at)) ? -1 : at;
    }

    private static String value(String text, int from, boolean list) {
        int at = from;
        while (at < text.length() && "\"'`*_ )".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        int word = at;
        boolean of = false;
        while (word < text.length() && Character.isLetter(text.charAt(word))) {
            word++;
        }
        if (at < text.length() && (text.charAt(at) == ':' || text.charAt(at) == '=')) {
            at++;
        } else if (word > at && VERBS.contains(text.substring(at, word).toLowerCase(Locale.ROOT))) {
            of = text.substring(at, word).equalsIgnoreCase("of");
            at = word;
        } else {
            return "";
        }
        int end = at;
        while (end < text.length() && end - at < LONGEST_VALUE && !ends(text, at, end, list)) {
            end++;
        }
        String value = text.substring(at, end).strip();
        // "The name of the total is 5" gives no name.
        boolean goesOn = of && VERB.matcher(value).find();
        return goesOn ? "" : list ? value : bare(value);
    }

    /** Without quotes, emphasis and the end of the sentence. */
    private static String bare(String value) {
        int start = 0;
        int to = value.length();
        while (start < to && "\"'`*_“".indexOf(value.charAt(start)) >= 0) {
            start++;
        }
        while (to > start && "\"'`*_”.!".indexOf(value.charAt(to - 1)) >= 0) {
            to--;
        }
        return value.substring(start, to);
    }

    private static boolean ends(String text, int from, int i, boolean list) {
        char c = text.charAt(i);
        if (list && (c == ',' || c == ' ' && text.startsWith("and ", i + 1)) || c == '.' && initial(text, from, i)) {
            return false;
        }
        boolean apart = i + 1 == text.length() || text.charAt(i + 1) <= ' ';
        return c == '\n'
                || c == ';'
                || (c == ',' || c == '.' || c == '!' || c == '?') && apart
                || c == ' ' && (text.startsWith("and ", i + 1) || text.startsWith("(", i + 1));
    }

    /** Whether the full stop at a place is that of one capital letter, with more behind it: {@code J. R. Tolkien}. */
    private static boolean initial(String text, int from, int i) {
        return i > from
                && Character.isUpperCase(text.charAt(i - 1))
                && (i - 1 == from || !Character.isLetterOrDigit(text.charAt(i - 2)))
                && i + 2 < text.length()
                && Character.isUpperCase(text.charAt(i + 2));
    }
}
