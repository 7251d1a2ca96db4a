package dev.tenon.prompt;

import dev.tenon.prompt.PromptException.Place;
import java.util.ArrayList;
import java.util.List;

/** Reads a template's text: each pair of braces is looked at as far as a name goes, so that it takes time for its length, whatever it holds. Not thread-safe. */
final class TemplateText {
    private final String name;
    private final String text;
    private final List<Piece> pieces = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();
    private int line;
    private int lineStart;
    private int at;
    // Where the next two braces close, as far as that was looked for.
    private int close;

    private TemplateText(String name, String text, int firstLine) {
        this.name = name;
        this.text = text;
        this.line = firstLine;
    }

    /** The pieces of a text whose first line has this number in its file. */
    static List<Piece> pieces(String name, String text, int firstLine) {
        TemplateText reader = new TemplateText(name, text, firstLine);
        while (reader.at < text.length()) {
            reader.next();
        }
        reader.endLiteral();
        return reader.pieces;
    }

    private void next() {
        char c = text.charAt(at);
        countLines(at, at + 1);
        if (c == '\\' && text.startsWith("{{", at + 1)) {
            literal.append("{{");
            at += 3;
        } else if (c != '{' || !text.startsWith("{{", at)) {
            literal.append(c);
            at++;
        } else {
            braces();
        }
    }

    private void braces() {
        Place place = new Place(line, at - lineStart + 1);
        int from = blanks(at + 2);
        char sign = from < text.length() && (text.charAt(from) == '>' || text.charAt(from) == '#')
                ? text.charAt(from)
                : ' ';
        int word = sign == ' ' ? from : blanks(from + 1);
        int to = word;
        if (to < text.length() && Character.isJavaIdentifierStart(text.charAt(to))) {
            while (to < text.length() && part(text.charAt(to))) {
                to++;
            }
        }
        int end = blanks(to);
        if (to > word && text.startsWith("}}", end)) {
            endLiteral();
            pieces.add(piece(sign, text.substring(word, to), text.substring(from, to), place));
            countLines(at, end);
            at = end + 2;
            return;
        }
        if (to > word) {
            closed(to, end, place);
        }
        literal.append('{');
        at++;
    }

    private void countLines(int from, int to) {
        for (int i = from; i < to; i++) {
            // \r\n is one end of a line, and \r alone one too.
            char c = text.charAt(i);
            if (c == '\n' || c == '\r' && !text.startsWith("\n", i + 1)) {
                line++;
                lineStart = i + 1;
            }
        }
    }

    private void endLiteral() {
        if (!literal.isEmpty()) {
            pieces.add(new Piece.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    private static boolean part(char c) {
        return Character.isJavaIdentifierPart(c) || c == '-' || c == '.';
    }

    private int blanks(int from) {
        int i = from;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /**
     * Two braces, a name and no end to it are a slip: one brace closes them, or none before the next two open. A colon after the name
     * makes it an object of some language.
     */
    private void closed(int to, int after, Place place) {
        char next = after < text.length() ? text.charAt(after) : '}';
        if (next == ':' || next != '}' && closesBeforeTheNext()) {
            return;
        }
        String written = text.substring(at, to);
        throw PromptException.at(
                "prompt.syntax",
                name,
                place,
                written + " is not closed; write " + written + "}}, or \\{{ where two braces are meant");
    }

    private boolean closesBeforeTheNext() {
        if (close < at + 2) {
            int found = text.indexOf("}}", at + 2);
            close = found < 0 ? Integer.MAX_VALUE : found;
        }
        int open = text.indexOf("{{", at + 2);
        return close < Integer.MAX_VALUE && (open < 0 || close < open);
    }

    private Piece piece(char sign, String word, String inside, Place place) {
        if (sign == '>') {
            return new Piece.Part(word, place);
        }
        if (sign == ' ') {
            return new Piece.Variable(word, place);
        }
        if (!word.equals("examples")) {
            throw PromptException.at(
                    "prompt.syntax",
                    name,
                    place,
                    "{{" + inside + "}}: the only list is {{#examples}}; templates have no logic");
        }
        return new Piece.Examples(place);
    }
}
