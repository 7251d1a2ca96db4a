package dev.tenon.output;

import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** CSV as RFC 4180 has it, with the separator that the header line has most of. */
final class CsvText {
    private CsvText() {}

    /** @param columns what the rows may have; empty where nothing is known of them */
    static Written read(String text, Fixes fixes, Set<String> columns) {
        char separator = separator(text);
        List<List<String>> rows = rows(text, separator, fixes);
        if (rows.isEmpty()) {
            throw Refusal.of("output.unreadable", "the text has no header line");
        }
        List<String> header = rows.getFirst();
        if (rows.size() == 1 && header.stream().anyMatch(CsvText::sentence)) {
            throw Refusal.of("output.unreadable", "the text holds no CSV: one line, which is no header of names");
        }
        boolean known = columns.isEmpty() || header.stream().anyMatch(name -> named(name, columns));
        if (rows.size() == 1 && !known) {
            throw Refusal.of(
                    "output.unreadable",
                    "the first line must name the columns, of which there are " + String.join(", ", columns)
                            + "; got \"" + String.join(String.valueOf(separator), header) + "\"");
        }
        List<Written> items = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            if (row.size() > header.size()) {
                throw Refusal.unreadable(
                        "CSV",
                        items.size() + 2,
                        "expected " + header.size() + " fields, got " + row.size()
                                + "; quote fields that hold separators");
            }
            if (row.size() < header.size()) {
                fixes.add(new Fix(Fix.Kind.CUT_OFF, "/" + items.size(), "", ""));
            }
            List<Written.Member> members = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                members.add(new Written.Member(header.get(i).strip(), new Written.Text(row.get(i), true, false)));
            }
            items.add(new Written.Members(members, false));
        }
        return new Written.Items(items, false);
    }

    private static boolean named(String name, Set<String> columns) {
        return columns.stream().anyMatch(column -> plain(column).equals(plain(name)));
    }

    private static String plain(String name) {
        return name.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
    }

    /** Whether a column's name would be a sentence, so that an apology is not read as a table without rows. */
    private static boolean sentence(String name) {
        String text = name.strip();
        return text.length() > 80
                || text.endsWith(".")
                || text.endsWith("!")
                || text.endsWith("?")
                || text.split("\\s+").length > 4;
    }

    private static char separator(String text) {
        String header = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
        char best = ',';
        int most = 0;
        for (char c : new char[] {',', ';', '\t', '|'}) {
            int count = (int) header.chars().filter(d -> d == c).count();
            if (count > most) {
                most = count;
                best = c;
            }
        }
        return best;
    }

    private static List<List<String>> rows(String text, char separator, Fixes fixes) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        boolean wasQuoted = false;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '\n';
            if (quoted && i < text.length()) {
                if (c != '"') {
                    field.append(c);
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    field.append('"');
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"' && field.toString().isBlank() && !wasQuoted) {
                quoted = true;
                wasQuoted = true;
                field.setLength(0);
            } else if (c == separator || c == '\n') {
                if (quoted) {
                    fixes.add(new Fix(Fix.Kind.CUT_OFF, "/" + Math.max(0, rows.size() - 1), "", "\""));
                    quoted = false;
                }
                row.add(wasQuoted ? field.toString() : field.toString().strip());
                field.setLength(0);
                wasQuoted = false;
                if (c == '\n') {
                    if (row.size() > 1 || !row.getFirst().isEmpty()) {
                        rows.add(row);
                    }
                    row = new ArrayList<>();
                }
            } else if (c != '\r') {
                field.append(c);
            }
        }
        return rows;
    }
}
