package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import dev.tenon.toolbox.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** CSV as in RFC 4180: the first line has the names, every value is text. An array of objects, and back. */
final class CsvText {
    /** Values of a table. */
    private static final int MOST_VALUES = 500_000;

    private CsvText() {}

    static Json read(String text) {
        List<List<String>> rows = rows(text);
        if (rows.isEmpty()) {
            return Json.Arr.EMPTY;
        }
        List<String> names = rows.get(0);
        if (new LinkedHashSet<>(names).size() != names.size()) {
            throw Formats.refused("two columns of the CSV have one name", "columns with names of their own");
        }
        long head = 0;
        for (String name : names) {
            head += name.length();
        }
        if (head * rows.size() > 4L * Formats.MOST) {
            throw Formats.refused(
                    "the CSV's names have " + head + " characters, and would stand in each of its " + rows.size()
                            + " rows",
                    "shorter names, or fewer rows");
        }
        List<Json> items = new ArrayList<>();
        for (int i = 1; i < rows.size(); i++) {
            List<String> row = rows.get(i);
            if (row.size() != names.size()) {
                throw Formats.refused(
                        "row " + (i + 1) + " of the CSV has " + row.size() + " values, the first has " + names.size(),
                        "rows of one length, values with commas or line breaks in double quotes");
            }
            Map<String, Json> members = new LinkedHashMap<>();
            for (int j = 0; j < names.size(); j++) {
                members.put(names.get(j), new Json.Str(row.get(j)));
            }
            items.add(Json.Obj.of(members));
        }
        return Json.Arr.of(items);
    }

    private static List<List<String>> rows(String text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        int values = 0;
        for (int i = text.startsWith("\uFEFF") ? 1 : 0; i < text.length(); i++) {
            char c = text.charAt(i);
            any = true;
            if (quoted) {
                if (c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    value.append('"');
                    i++;
                } else if (c == '"') {
                    quoted = false;
                } else {
                    value.append(c);
                }
            } else if (c == '"' && value.isEmpty()) {
                quoted = true;
            } else if (c == ',' || c == '\n') {
                if (++values > MOST_VALUES) {
                    throw tooMany();
                }
                row.add(value.toString());
                value.setLength(0);
                if (c == '\n') {
                    rows.add(row);
                    row = new ArrayList<>();
                    any = false;
                }
            } else if (c != '\r' || i + 1 < text.length() && text.charAt(i + 1) != '\n') {
                value.append(c);
            }
        }
        if (quoted) {
            throw Formats.refused("a double quote of the CSV does not end", "CSV as in RFC 4180");
        }
        if (any) {
            row.add(value.toString());
            rows.add(row);
        }
        return rows;
    }

    static String write(Json value) {
        if (!(value instanceof Json.Arr array)) {
            throw Formats.refused("CSV is written of an array of objects, got " + value.kind(), "an array of objects");
        }
        Set<String> names = new LinkedHashSet<>();
        for (Json item : array) {
            if (!(item instanceof Json.Obj object)) {
                throw Formats.refused(
                        "CSV is written of an array of objects, got a " + item.kind() + " in it",
                        "an array of objects");
            }
            names.addAll(object.members().keySet());
        }
        if ((long) names.size() * array.size() > MOST_VALUES) {
            throw tooMany();
        }
        StringBuilder out = new StringBuilder();
        line(out, List.copyOf(names));
        for (Json item : array) {
            List<String> row = new ArrayList<>();
            for (String name : names) {
                row.add(item.asObj().get(name).map(CsvText::plain).orElse(""));
            }
            line(out, row);
        }
        return out.toString();
    }

    private static String plain(Json value) {
        return switch (value) {
            case Json.Str text -> text.value();
            case Json.Null none -> "";
            case Json.Num number -> number.toString();
            case Json.Bool bool -> bool.toString();
            case Json.Arr array -> array.toString();
            case Json.Obj object -> object.toString();
        };
    }

    private static RefusedException tooMany() {
        return Formats.refused("the CSV has more than " + MOST_VALUES + " values", "a smaller table");
    }

    private static void line(StringBuilder out, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i);
            boolean quote = value.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
            out.append(i == 0 ? "" : ",").append(quote ? "\"" + value.replace("\"", "\"\"") + "\"" : value);
        }
        out.append("\r\n");
    }
}
