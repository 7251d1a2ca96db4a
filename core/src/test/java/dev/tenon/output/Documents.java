package dev.tenon.output;

import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Documents and damage to them, the same for the same seed. */
final class Documents {
    private static final String[] TEXTS = {
        "",
        "x",
        "hello there",
        "say \"hi\"",
        "it's",
        "a, b",
        "{c}",
        "[d]",
        "e: f",
        "line\nbreak",
        "tab\t",
        "back\\slash",
        "C:\\temp",
        "// no",
        "/* no */",
        "# no",
        "```",
        "</think>",
        "true",
        "null",
        "12",
        "007",
        "…",
        "é中🚀",
        "\u200b",
        "\u0007",
        "<b>",
        "&quot;",
        "ends with comma,",
        "\"",
        "'",
        "}",
        "]",
        "- list",
        "http://a.test/b?c=d",
        "None",
        "a \"b\", c"
    };

    private static final String[] NAMES = {
        "a", "b", "name", "first_name", "id", "", "a b", "x-y", "é", "k.1", "\"q\"", "true", "1"
    };

    private static final String SIGNS = "{}[]\",:'`\\/#<>()+-.0123456789eEtfnu \n\t;=*_“”‘’…&ab";

    private final SplittableRandom random;

    Documents(long seed) {
        random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    Json value(int depth) {
        int kind = below(depth <= 0 ? 6 : 10);
        return switch (kind) {
            case 0 -> Json.NULL;
            case 1 -> Json.Bool.of(random.nextBoolean());
            case 2 -> new Json.Num(random.nextInt(-1000, 1000));
            case 3 -> new Json.Num(new BigDecimal(random.nextLong() + "." + below(1000)));
            case 4, 5 -> text();
            case 6, 7 -> array(depth);
            default -> object(depth);
        };
    }

    Json.Obj object(int depth) {
        Json.ObjBuilder object = Json.object();
        for (int i = below(5); i > 0; i--) {
            object.put(NAMES[below(NAMES.length)], value(depth - 1));
        }
        return object.build();
    }

    private Json array(int depth) {
        List<Json> items = new ArrayList<>();
        for (int i = below(5); i > 0; i--) {
            items.add(value(depth - 1));
        }
        return Json.Arr.of(items);
    }

    private Json text() {
        return new Json.Str(TEXTS[below(TEXTS.length)]);
    }

    /** The value as JSON text, with white space at will. */
    String written(Json value) {
        StringBuilder out = new StringBuilder();
        String compact = value.toString();
        boolean inText = false;
        for (int i = 0; i < compact.length(); i++) {
            char c = compact.charAt(i);
            out.append(c);
            if (c == '\\' && inText) {
                out.append(compact.charAt(++i));
            } else if (c == '"') {
                inText = !inText;
            } else if (!inText && (c == ',' || c == ':' || c == '{' || c == '[') && below(3) == 0) {
                out.append(below(2) == 0 ? " " : "\n  ");
            }
        }
        return out.toString();
    }

    /** The text with one to three slips in it. */
    String damaged(String text) {
        StringBuilder out = new StringBuilder(text);
        for (int i = 1 + below(3); i > 0 && !out.isEmpty(); i--) {
            int at = below(out.length());
            switch (below(7)) {
                case 0 -> out.deleteCharAt(at);
                case 1 -> out.insert(at, SIGNS.charAt(below(SIGNS.length())));
                case 2 -> out.setCharAt(at, SIGNS.charAt(below(SIGNS.length())));
                case 3 -> out.setLength(at);
                case 4 -> out.insert(at, out.substring(at, Math.min(out.length(), at + 1 + below(8))));
                case 5 -> out.delete(at, Math.min(out.length(), at + 1 + below(8)));
                default -> out.insert(at, TEXTS[below(TEXTS.length)]);
            }
        }
        return out.toString();
    }
}
