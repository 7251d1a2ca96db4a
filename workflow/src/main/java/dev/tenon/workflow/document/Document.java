package dev.tenon.workflow.document;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A text of YAML or JSON, as a value whose parts know where they were written. Immutable. A name that ends in {@code .json} is read as JSON, everything else as YAML by the core schema of version
 * 1.2, of which JSON is a part. Where something is wrong the value is what could be read, and {@link #flaws} say what.
 */
public final class Document {
    /** Longer texts are not read. A graph of a hundred thousand steps is about six. */
    public static final int MAX_BYTES = 8 << 20;

    /** Values, those that aliases repeat included: each costs memory of many times its text. */
    public static final int MAX_VALUES = 1_000_000;

    /** Levels of lists and objects: what reads a definition calls itself for each. */
    public static final int MAX_DEPTH = 200;

    private final String name;
    private final String text;
    private final Json value;
    private final Place root;
    private final List<Flaw> flaws;

    private Document(String name, String text, Read read, List<Flaw> flaws) {
        this.name = name;
        this.text = text;
        this.value = read.value();
        this.root = read.place();
        this.flaws = List.copyOf(flaws);
    }

    /**
     * Reads a text.
     *
     * @param name of the file, for places
     */
    public static Document of(String name, String text) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
        Reading reading = new Reading(name, text);
        if (text.length() > MAX_BYTES) {
            return new Document(name, "", Reading.NOTHING, List.of(tooLarge(name, text.length() + " characters")));
        }
        Read read = name.toLowerCase(Locale.ROOT).endsWith(".json") ? json(reading) : new YamlReader(reading).read();
        return new Document(name, text, read, reading.flaws());
    }

    /** Reads bytes, which must be UTF-8; a mark of the byte order before them is left out. */
    public static Document of(String name, byte[] bytes) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(bytes, "bytes");
        if (bytes.length > MAX_BYTES) {
            return new Document(name, "", Reading.NOTHING, List.of(tooLarge(name, bytes.length + " bytes")));
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer left = ByteBuffer.wrap(bytes);
        try {
            String text = decoder.decode(left).toString();
            return of(name, text.startsWith("\ufeff") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            String before = new String(bytes, 0, left.position(), StandardCharsets.UTF_8);
            Reading reading = new Reading(name, before);
            reading.wrong(
                    Flaw.Rule.ENCODING,
                    before.length(),
                    String.format(
                            "expected UTF-8, got the byte 0x%02x at offset %d",
                            bytes[left.position()], left.position()),
                    "save the file as UTF-8");
            return new Document(name, before, Reading.NOTHING, reading.flaws());
        }
    }

    private static Flaw tooLarge(String name, String size) {
        return new Flaw(
                Flaw.Rule.LARGE,
                name,
                0,
                "expected at most " + MAX_BYTES + " bytes, got " + size,
                "split the document");
    }

    private static Read json(Reading reading) {
        int deep = tooDeep(reading.text());
        if (deep >= 0) {
            reading.wrong(
                    Flaw.Rule.DEEP,
                    deep,
                    "expected at most " + MAX_DEPTH + " levels",
                    "make sub-workflows of inner parts");
            return Reading.NOTHING;
        }
        try {
            Json value = Json.parse(reading.text());
            return new JsonPlaces(reading).read(value);
        } catch (JsonException e) {
            String line = e.context().getOrDefault("line", "");
            int at = line.isEmpty()
                    ? -1
                    : reading.offset(
                            Integer.parseInt(line), Integer.parseInt(e.context().getOrDefault("column", "1")));
            Flaw.Rule rule = e.code().equals("json.empty") ? Flaw.Rule.EMPTY : Flaw.Rule.SYNTAX;
            reading.wrong(rule, at, String.valueOf(e.getMessage()), "");
            return Reading.NOTHING;
        }
    }

    /** Where a text of JSON goes too deep; -1 where it does not. */
    private static int tooDeep(String text) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (c == '[' || c == '{') {
                if (++depth > MAX_DEPTH) {
                    return i;
                }
            } else if (c == ']' || c == '}') {
                depth--;
            } else {
                quoted = c == '"';
            }
        }
        return -1;
    }

    /** What was read: null where nothing could be. */
    public Json value() {
        return value;
    }

    /** What is wrong, in the order in which it was met; empty where nothing is. */
    public List<Flaw> flaws() {
        return flaws;
    }

    /** Whether nothing could be read. */
    public boolean unread() {
        return value.isNull() && !flaws.isEmpty();
    }

    /**
     * The offset at which a value is written; of what is not there, where what it would be in begins.
     *
     * @param pointer a JSON Pointer
     */
    public int offset(String pointer) {
        return find(segments(pointer)).from();
    }

    /** The offset of a character of a text, which is counted from 0 in the value. */
    public int offset(String pointer, int character) {
        return find(segments(pointer)).offset(text, character);
    }

    /** The offset of the name of a member. */
    public int nameOffset(String pointer) {
        List<String> segments = segments(pointer);
        if (segments.isEmpty()) {
            return offset(pointer);
        }
        Place holder = find(segments.subList(0, segments.size() - 1));
        Integer name = holder.names().get(segments.getLast());
        return name == null ? offset(pointer) : name;
    }

    /** An offset as people find it: {@code file:line:column}, lines and columns from 1, columns in code points. */
    public String source(int offset) {
        return Reading.source(name, text, offset);
    }

    /** The place that the segments lead to, or the last on the way that is there. */
    private Place find(List<String> segments) {
        Place place = root;
        for (String segment : segments) {
            Place next = place.part(segment);
            Place steps = place.members().get("sequence");
            if (next == null && steps != null && place.members().size() == 1) {
                next = steps.part(
                        segment); // An array of steps may be written as a step that is nothing but a sequence.
            }
            if (next == null) {
                return place;
            }
            place = next;
        }
        return place;
    }

    private static List<String> segments(String pointer) {
        List<String> segments = new ArrayList<>();
        if (!pointer.isEmpty()) {
            for (String segment : pointer.substring(1).split("/", -1)) {
                segments.add(segment.replace("~1", "/").replace("~0", "~"));
            }
        }
        return segments;
    }
}
