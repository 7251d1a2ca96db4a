package dev.tenon.workflow.document;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.json.YamlScalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML by its nodes. They are composed and never constructed, so no tag can make an object; scalars without quotes are resolved here, by the core schema of YAML 1.2 and not by
 * SnakeYAML's 1.1. Not thread-safe.
 */
final class YamlReader {
    /** As many as a number of JSON may have. */
    private static final int MAX_DIGITS = 1_000;

    /** What a scalar without quotes and without a tag gets, to be resolved here. */
    private static final Tag PLAIN = new Tag("tag:tenon.dev,2026:plain");

    private static final String TAGS = "leave the tag out; texts, numbers, booleans, null, lists and objects need none";

    private final Reading reading;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<Node, Known> known = new IdentityHashMap<>();
    private long values;

    /** How far the offsets of marks, which count code points, were followed. */
    private int seenPoints;

    private int seenOffset;

    /** What has an anchor is read once, and counted wherever an alias repeats it. */
    private record Known(Read read, long values) {}

    YamlReader(Reading reading) {
        this.reading = reading;
    }

    Read read() {
        try {
            LoaderOptions options = new LoaderOptions();
            // Each of these is bounded here, with the place.
            options.setNestingDepthLimit(Integer.MAX_VALUE);
            options.setCodePointLimit(Integer.MAX_VALUE);
            options.setMaxAliasesForCollections(Integer.MAX_VALUE);
            options.setTagInspector(tag -> true);
            Composer composer = new Composer(
                    new Bounded(new ParserImpl(new StreamReader(reading.text()), options)), new AsWritten(), options);
            if (!composer.checkNode()) {
                reading.wrong(Flaw.Rule.EMPTY, -1, "expected a document, got nothing", "");
                return Reading.NOTHING;
            }
            Node root = composer.getNode();
            if (composer.checkNode()) {
                reading.wrong(
                        Flaw.Rule.ONE,
                        offset(composer.getNode().getStartMark()),
                        "expected one document, got another one",
                        "make a file of each");
            }
            return value(root, 0);
        } catch (Refused e) {
            return Reading.NOTHING;
        } catch (ReaderException e) {
            reading.wrong(
                    Flaw.Rule.SIGN,
                    reading.text().offsetByCodePoints(0, e.getPosition()),
                    String.format("expected a sign that YAML may hold, got U+%04X", e.getCodePoint()),
                    "write it as an escape in double quotes");
            return Reading.NOTHING;
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            String problem = e.getProblem() == null ? "something else" : e.getProblem();
            reading.wrong(
                    Flaw.Rule.SYNTAX,
                    mark == null ? -1 : reading.text().offsetByCodePoints(0, mark.getIndex()),
                    "expected YAML: " + problem,
                    problem.contains("TAB") ? "indent with spaces" : "");
            return Reading.NOTHING;
        }
    }

    /** Ends the reading after what cannot be read around; the flaw is told already. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused() {
            super(null, null, false, false);
        }
    }

    /** Scalars keep how they were written, so that they can be resolved by the newer rules. */
    private static final class AsWritten extends Resolver {
        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return kind != NodeId.scalar ? super.resolve(kind, value, implicit) : implicit ? PLAIN : Tag.STR;
        }
    }

    /** Stops before the composer, which calls itself for each level, goes too deep, or makes too many nodes. */
    private final class Bounded implements Parser {
        private final Parser parser;
        private int depth;
        private int nodes;

        Bounded(Parser parser) {
            this.parser = parser;
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return parser.checkEvent(choice);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public Event getEvent() {
            Event event = parser.getEvent();
            if (event instanceof CollectionStartEvent && ++depth > Document.MAX_DEPTH) {
                tooDeep(event.getStartMark());
                throw new Refused();
            }
            if (event instanceof CollectionEndEvent) {
                depth--;
            }
            // Names of members are nodes too.
            if (++nodes > 3 * Document.MAX_VALUES) {
                throw tooMany(event.getStartMark());
            }
            return event;
        }
    }

    private void tooDeep(Mark mark) {
        reading.wrong(
                Flaw.Rule.DEEP,
                reading.text().offsetByCodePoints(0, mark.getIndex()),
                "expected at most " + Document.MAX_DEPTH + " levels",
                "make sub-workflows of inner parts");
    }

    private Refused tooMany(Mark mark) {
        reading.wrong(
                Flaw.Rule.MANY,
                reading.text().offsetByCodePoints(0, mark.getIndex()),
                "expected at most " + Document.MAX_VALUES + " values, those that aliases repeat included",
                "");
        return new Refused();
    }

    private Read value(Node node, int depth) {
        Known before = known.get(node);
        if (before != null) {
            if (depth + before.read().value().depth() > Document.MAX_DEPTH) {
                tooDeep(node.getStartMark());
                throw new Refused();
            }
            count(before.values(), node);
            return before.read();
        }
        if (open.contains(node)) {
            reading.wrong(
                    Flaw.Rule.RECURSIVE,
                    offset(node.getStartMark()),
                    "expected a value, got an alias to what it is in",
                    "");
            throw new Refused();
        }
        if (depth > Document.MAX_DEPTH) {
            tooDeep(node.getStartMark());
            throw new Refused();
        }
        long first = values;
        count(1, node);
        Read read;
        if (node instanceof ScalarNode scalar) {
            read = scalar(scalar);
        } else {
            open.add(node);
            read = node instanceof MappingNode mapping
                    ? mapping(mapping, depth + 1)
                    : sequence((SequenceNode) node, depth + 1);
            open.remove(node);
        }
        if (node.getAnchor() != null) {
            known.put(node, new Known(read, values - first));
        }
        return read;
    }

    private void count(long more, Node node) {
        values += more;
        if (values > Document.MAX_VALUES) {
            throw tooMany(node.getStartMark());
        }
    }

    private Read mapping(MappingNode node, int depth) {
        expectTag(node, Tag.MAP);
        Map<String, Json> members = new LinkedHashMap<>();
        Map<String, Integer> names = new LinkedHashMap<>();
        Map<String, Place> places = new LinkedHashMap<>();
        int from = offset(node.getStartMark());
        for (NodeTuple member : node.getValue()) {
            int at = offset(member.getKeyNode().getStartMark());
            if (!(member.getKeyNode() instanceof ScalarNode key)) {
                reading.wrong(
                        Flaw.Rule.NAME,
                        at,
                        "expected a name, got " + (member.getKeyNode() instanceof MappingNode ? "an object" : "a list"),
                        "put a text that begins with { or [ in quotes");
                continue;
            }
            String name = key.getValue();
            Read value = value(member.getValueNode(), depth);
            if (members.putIfAbsent(name, value.value()) != null) {
                Integer first = names.get(name);
                reading.wrong(
                        Flaw.Rule.TWICE,
                        at,
                        "expected each name once, got \"" + name + "\" again",
                        first == null
                                ? ""
                                : "it is first at "
                                        + Reading.source("line", reading.text(), first)
                                                .substring(5));
            } else {
                names.put(name, at);
                places.put(name, value.place());
            }
        }
        return new Read(Json.Obj.of(members), new Place(from, (char) 0, names, places, List.of()));
    }

    private Read sequence(SequenceNode node, int depth) {
        expectTag(node, Tag.SEQ);
        List<Json> items = new ArrayList<>();
        List<Place> places = new ArrayList<>();
        int from = offset(node.getStartMark());
        for (Node item : node.getValue()) {
            Read read = value(item, depth);
            items.add(read.value());
            places.add(read.place());
        }
        return new Read(Json.Arr.of(items), new Place(from, (char) 0, Map.of(), Map.of(), places));
    }

    private void expectTag(Node node, Tag tag) {
        if (!node.getTag().equals(tag)) {
            reading.wrong(
                    Flaw.Rule.TAG,
                    offset(node.getStartMark()),
                    "expected plain data, got the tag " + said(node.getTag()),
                    TAGS);
        }
    }

    private static String said(Tag tag) {
        String name = tag.getValue();
        return name.startsWith(Tag.PREFIX) ? "!!" + name.substring(Tag.PREFIX.length()) : name;
    }

    private Read scalar(ScalarNode node) {
        int at = offset(node.getStartMark());
        Place place = Place.scalar(at, style(node.getScalarStyle()));
        Tag tag = node.getTag();
        String text = node.getValue();
        if (tag.equals(Tag.STR)) {
            return new Read(Json.of(text), place);
        }
        Json value = resolved(text, at);
        boolean fits = tag.equals(PLAIN)
                || tag.equals(Tag.NULL) && value.isNull()
                || tag.equals(Tag.BOOL) && value instanceof Json.Bool
                || tag.equals(Tag.INT) && value instanceof Json.Num number && number.whole()
                || tag.equals(Tag.FLOAT) && value instanceof Json.Num;
        if (!fits) {
            reading.wrong(
                    Flaw.Rule.TAG,
                    at,
                    "expected plain data, got the tag " + said(tag) + " on " + value.kind() + " " + clipped(text),
                    TAGS);
        }
        return new Read(value, place);
    }

    private static char style(ScalarStyle style) {
        Character sign = style.getChar();
        return sign == null ? (char) 0 : sign;
    }

    private Json resolved(String text, int at) {
        YamlScalar scalar = YamlScalar.of(text);
        if (scalar.isNotFinite()) {
            return noNumber(at, "expected a finite number, got " + text);
        }
        if (scalar.isNumber() && text.length() > MAX_DIGITS) {
            return noNumber(at, "expected a number of at most " + MAX_DIGITS + " digits, got " + clipped(text));
        }
        try {
            return scalar.value();
        } catch (JsonException e) {
            return noNumber(at, "expected a number of a size that can be used, got " + clipped(text));
        }
    }

    private Json noNumber(int at, String message) {
        reading.wrong(Flaw.Rule.NUMBER, at, message, "put it in quotes where a text is meant");
        return Json.NULL;
    }

    private static String clipped(String text) {
        return text.length() <= 40 ? text : text.substring(0, 39) + "…";
    }

    /** Nodes come nearly in the order of the text, so that following them costs no more than reading it. */
    private int offset(Mark mark) {
        int points = mark.getIndex();
        seenOffset = reading.text().offsetByCodePoints(seenOffset, points - seenPoints);
        seenPoints = points;
        return seenOffset;
    }
}
