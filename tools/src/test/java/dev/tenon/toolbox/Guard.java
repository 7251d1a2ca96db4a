package dev.tenon.toolbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A guard of the ready-made tools, as {@code guards.txt} lists it: where it stands, what the source is without it, and a test that must then be red. A guard is a paragraph of that file:
 *
 * <pre>{@code
 * files: what it holds, in a few words
 * in files/PathRules.java
 * - the source with it; white space does not matter; it must stand there once
 * + what is there instead; more such pairs may follow, where two guards stand in for one another
 * red files.FileAttacksTest#aHostilePathIsRefused
 * }</pre>
 *
 * @param file below {@code dev/tenon/toolbox} of the main sources
 * @param test class below {@code dev.tenon.toolbox} and method
 */
record Guard(String family, String name, String file, List<Edit> edits, String test) {
    private static final Path SOURCES = Path.of("src/main/java/dev/tenon/toolbox");

    static List<Guard> all() {
        List<Guard> guards = new ArrayList<>();
        String text = read(Path.of("src/test/resources/guards.txt"));
        for (String paragraph : text.strip().split("\\n\\s*\\n")) {
            guards.add(read(paragraph.lines().toList(), paragraph));
        }
        return guards;
    }

    private static Guard read(List<String> lines, String paragraph) {
        String file = "";
        String test = "";
        List<Edit> edits = new ArrayList<>();
        StringBuilder with = new StringBuilder();
        StringBuilder without = new StringBuilder();
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("in ")) {
                file = line.substring(3);
            } else if (line.startsWith("red ")) {
                test = line.substring(4);
            } else if (line.startsWith("- ")) {
                if (!without.isEmpty()) {
                    edits.add(new Edit(with.toString(), without.toString()));
                    with.setLength(0);
                    without.setLength(0);
                }
                with.append(line.substring(2)).append('\n');
            } else if (line.startsWith("+")) {
                without.append(line.substring(1)).append('\n');
            } else {
                throw new IllegalArgumentException("no line of a guard: " + line);
            }
        }
        String[] head = lines.get(0).split(": ", 2);
        if (head.length < 2 || file.isEmpty() || test.indexOf('#') < 0 || with.isEmpty() || without.isEmpty()) {
            throw new IllegalArgumentException("no whole guard: " + paragraph);
        }
        edits.add(new Edit(with.toString(), without.toString()));
        return new Guard(head[0], head[1], file, edits, test);
    }

    /** The source file without this guard. */
    String source() {
        String source = read(SOURCES.resolve(file));
        for (Edit edit : edits) {
            source = edit.made(source, file);
        }
        return source;
    }

    /** What stands in a source, and what is put in its place. */
    record Edit(String with, String without) {
        String made(String source, String file) {
            int[] places = new int[source.length() + 1];
            StringBuilder dense = new StringBuilder();
            for (int i = 0; i < source.length(); i++) {
                if (!Character.isWhitespace(source.charAt(i))) {
                    places[dense.length()] = i;
                    dense.append(source.charAt(i));
                }
            }
            String wanted = with.replaceAll("\\s", "");
            int at = dense.indexOf(wanted);
            if (at < 0 || dense.indexOf(wanted, at + 1) >= 0) {
                throw new IllegalStateException(
                        file + (at < 0 ? " does not have" : " has more than once") + " this guard:\n" + with);
            }
            return source.substring(0, places[at]) + without + source.substring(places[at + wanted.length() - 1] + 1);
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }

    @Override
    public String toString() {
        return family + ": " + name;
    }
}
