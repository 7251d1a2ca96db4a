package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Change;
import dev.tenon.schema.Coerced;
import dev.tenon.schema.Coercion;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A few fields out of free text: {@code The invoice number is F-17; total: $20.} Looks for the name of each member of a schema, in any
 * style, and takes what follows it and {@code :}, {@code =}, {@code is} or {@code was}, up to the end of the clause. Nothing is guessed: a
 * field that is not named, or whose value does not fit, is missing. Immutable.
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

    private static final Set<String> VERBS = Set.of("is", "was", "are", "were", "of", "equals");

    public FieldExtraction {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** The fields of a schema's object that a text names. */
    public static FieldExtraction of(String text, JsonSchema schema) {
        Json.ObjBuilder value = Json.object();
        Map<String, Source> fields = new LinkedHashMap<>();
        schema.shape().properties().forEach((name, shape) -> {
            Coercion coercion = Coercion.to(shape);
            Source source = Source.MISSING;
            for (String found : values(text, name)) {
                Coerced coerced = coercion.apply(new Written.Text(found, true, false));
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

    private static List<String> values(String text, String name) {
        List<String> found = new ArrayList<>();
        String words = name.replaceAll("([a-z0-9])([A-Z])", "$1 $2")
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
        String lower = text.toLowerCase(Locale.ROOT);
        int at = 0;
        while (at < lower.length() && !words.isEmpty()) {
            int start = lower.indexOf(words.substring(0, 1), at);
            if (start < 0) {
                break;
            }
            int end = named(lower, start, words);
            if (end > 0 && (start == 0 || !Character.isLetterOrDigit(lower.charAt(start - 1)))) {
                String value = value(text, end);
                if (!value.isEmpty()) {
                    found.add(value);
                }
            }
            at = start + 1;
        }
        return found;
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

    private static String value(String text, int from) {
        int at = from;
        while (at < text.length() && "\"'`*_ )".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        int word = at;
        while (word < text.length() && Character.isLetter(text.charAt(word))) {
            word++;
        }
        if (at < text.length() && (text.charAt(at) == ':' || text.charAt(at) == '=')) {
            at++;
        } else if (word > at && VERBS.contains(text.substring(at, word).toLowerCase(Locale.ROOT))) {
            at = word;
        } else {
            return "";
        }
        int end = at;
        while (end < text.length() && end - at < LONGEST_VALUE && !ends(text, end)) {
            end++;
        }
        String value = text.substring(at, end).strip();
        int from2 = 0;
        int to = value.length();
        while (from2 < to && "\"'`*_“".indexOf(value.charAt(from2)) >= 0) {
            from2++;
        }
        while (to > from2 && "\"'`*_”.!".indexOf(value.charAt(to - 1)) >= 0) {
            to--;
        }
        return value.substring(from2, to);
    }

    private static boolean ends(String text, int i) {
        char c = text.charAt(i);
        boolean apart = i + 1 == text.length() || text.charAt(i + 1) <= ' ';
        return c == '\n'
                || c == ';'
                || (c == ',' || c == '.' || c == '!' || c == '?') && apart
                || c == ' ' && (text.startsWith("and ", i + 1) || text.startsWith("(", i + 1));
    }
}
