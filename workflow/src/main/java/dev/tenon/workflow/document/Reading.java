package dev.tenon.workflow.document;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;

/** A text that is being read, and what was found wrong with it. Not thread-safe. */
final class Reading {
    /** Stands where nothing could be read. */
    static final Read NOTHING = new Read(Json.NULL, Place.scalar(0, (char) 0));

    /** More than anybody mends at once; each costs a look at the text to find its line. */
    private static final int MOST_FLAWS = 1_000;

    private final String name;
    private final String text;
    private final List<Flaw> flaws = new ArrayList<>();

    Reading(String name, String text) {
        this.name = name;
        this.text = text;
    }

    String text() {
        return text;
    }

    List<Flaw> flaws() {
        return flaws;
    }

    /** @param offset where, -1 for all of it */
    void wrong(Flaw.Rule rule, int offset, String message, String hint) {
        if (flaws.size() == MOST_FLAWS) {
            return;
        }
        flaws.add(new Flaw(rule, offset < 0 ? name : source(name, text, offset), Math.max(offset, 0), message, hint));
    }

    /** The offset of a line and a column, both from 1. */
    int offset(int line, int column) {
        int at = 0;
        for (int left = line - 1; left > 0; left--) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                return text.length();
            }
            at = end + 1;
        }
        return Math.min(at + column - 1, text.length());
    }

    /** {@code name:line:column}. */
    static String source(String name, String text, int offset) {
        int line = 1;
        int begin = 0;
        for (int at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
            line++;
            begin = at + 1;
        }
        return name + ":" + line + ":" + (text.codePointCount(begin, Math.min(offset, text.length())) + 1);
    }
}
