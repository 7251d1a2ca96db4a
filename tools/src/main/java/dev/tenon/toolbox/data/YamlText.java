package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.json.YamlScalar;
import dev.tenon.toolbox.RefusedException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML by the core schema of 1.2 (so {@code no} and {@code on} are text), as plain data: no objects are made, tags of one's own are refused, and what aliases repeat is counted. SnakeYAML is seen
 * here alone.
 */
public final class YamlText {
    private static final int DEEPEST = 100;
    private static final int MOST_NODES = 200_000;

    /** As many as a number of JSON may have. */
    private static final int MOST_DIGITS = 1000;

    /** Characters of a line: the time that SnakeYAML takes for a word grows with the square of its length. */
    private static final int MOST_LINE = 1 << 18;

    /** What a scalar without quotes and without a tag gets, to be resolved here. */
    private static final Tag PLAIN = new Tag(Tag.PREFIX + "plain");

    /** What is no character of YAML, or a line break to some of its readers. */
    private static final Pattern UNREADABLE =
            Pattern.compile("[\\x7F-\\x9F\\u2028\\u2029\\uFEFF\\uFFFE\\uFFFF]|\\p{Cs}");

    /** Of one text. */
    private int nodes;

    /** Characters that a text may come to with its aliases written out. */
    private int characters;

    private YamlText() {}

    /**
     * Reads one document.
     *
     * @throws RefusedException where it is none, or too large, too deep, or more than plain data
     */
    public static Json read(String text) {
        Objects.requireNonNull(text, "text");
        checkLines(text);
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(50);
        options.setNestingDepthLimit(DEEPEST);
        options.setCodePointLimit(Formats.MOST);
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        Node node;
        try {
            DumperOptions none = new DumperOptions();
            node = new Yaml(new SafeConstructor(options), new Representer(none), none, options, new AsWritten())
                    .compose(new StringReader(text));
        } catch (YAMLException e) {
            String why = e.getMessage() == null
                    ? ""
                    : e.getMessage().lines().findFirst().orElse("");
            throw Formats.refused(
                    "the text is no YAML: " + RefusedException.shown(why), "one YAML document of plain data");
        } catch (StackOverflowError e) {
            throw Formats.refused("the YAML nests deeper than " + DEEPEST, "flatter YAML");
        }
        return node == null ? Json.NULL : new YamlText().json(node, 0);
    }

    private static void checkLines(String text) {
        int from = 0;
        for (int end = text.indexOf('\n'); from < text.length(); end = text.indexOf('\n', from)) {
            int to = end < 0 ? text.length() : end;
            if (to - from > MOST_LINE) {
                throw Formats.refused(
                        "a line of the YAML has " + (to - from) + " characters",
                        "lines of at most " + MOST_LINE + " characters");
            }
            from = to + 1;
        }
    }

    private String counted(String text) {
        characters += text.length();
        if (characters > Formats.MOST) {
            throw Formats.refused(
                    "the YAML has more than " + Formats.MOST + " characters, aliases counted", "smaller YAML");
        }
        return text;
    }

    private Json json(Node node, int depth) {
        if (++nodes > MOST_NODES || depth > DEEPEST) {
            throw Formats.refused(
                    "the YAML has more than " + MOST_NODES + " values, aliases counted, or nests deeper than "
                            + DEEPEST,
                    "smaller YAML");
        }
        Tag tag = node.getTag();
        if (!tag.getValue().startsWith(Tag.PREFIX)
                || tag.getValue().contains("java")
                || tag.getValue().contains("python")) {
            throw Formats.refused(
                    "the YAML has the tag \"" + RefusedException.shown(tag.getValue()) + "\"",
                    "plain data without tags");
        }
        return switch (node) {
            case ScalarNode scalar -> {
                counted(scalar.getValue());
                yield scalar(scalar);
            }
            case SequenceNode sequence -> {
                List<Json> items = new ArrayList<>();
                for (Node item : sequence.getValue()) {
                    items.add(json(item, depth + 1));
                }
                yield Json.Arr.of(items);
            }
            case MappingNode mapping -> {
                Map<String, Json> members = new LinkedHashMap<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                        throw Formats.refused("a key of the YAML is no text", "plain keys");
                    }
                    if (members.put(counted(key.getValue()), json(tuple.getValueNode(), depth + 1)) != null) {
                        throw Formats.refused(
                                "the key \"" + RefusedException.shown(key.getValue()) + "\" stands in the YAML twice",
                                "keys that stand once");
                    }
                }
                yield Json.Obj.of(members);
            }
            default -> throw Formats.refused("the YAML has an alias to what holds it", "YAML without such");
        };
    }

    private static Json scalar(ScalarNode node) {
        if (node.getScalarStyle() != DumperOptions.ScalarStyle.PLAIN || Tag.STR.equals(node.getTag())) {
            return new Json.Str(node.getValue());
        }
        YamlScalar scalar = YamlScalar.of(node.getValue());
        if (scalar.isNumber() && node.getValue().length() > MOST_DIGITS) {
            throw Formats.refused(
                    "a number of the YAML has " + node.getValue().length() + " digits",
                    "numbers of at most " + MOST_DIGITS + " digits, or longer ones in quotes, as text");
        }
        try {
            return scalar.value();
        } catch (JsonException e) {
            throw Formats.refused("a number of the YAML is out of all measure: " + e.getMessage(), "smaller numbers");
        }
    }

    /** Scalars keep how they were written, so that they can be resolved by the newer rules. */
    private static final class AsWritten extends Resolver {
        @Override
        public Tag resolve(NodeId kind, @Nullable String value, boolean implicit) {
            return kind == NodeId.scalar && implicit ? PLAIN : super.resolve(kind, value, implicit);
        }
    }

    /** Writes a document, with quotes where another reader might take a text for something else. */
    public static String write(Json value) {
        Objects.requireNonNull(value, "value");
        try {
            StringBuilder out = new StringBuilder();
            write(out, value, 0, false);
            return out.toString();
        } catch (JsonException e) {
            throw Formats.refused("the value cannot be written as YAML: " + e.getMessage(), "plain data");
        }
    }

    private static void write(StringBuilder out, Json value, int indent, boolean inList) {
        // What nests deep is indented at each of its lines.
        if (out.length() > 2 * Formats.MOST) {
            throw Formats.refused("the YAML would have more than " + 2 * Formats.MOST + " characters", "flatter data");
        }
        String pad = "  ".repeat(indent);
        switch (value) {
            case Json.Obj object
            when !object.isEmpty() -> {
                boolean[] first = {inList};
                object.forEach((name, member) -> {
                    out.append(first[0] ? "" : pad).append(text(name)).append(':');
                    first[0] = false;
                    below(out, member, indent + 1);
                });
            }
            case Json.Arr array
            when array.size() > 0 -> {
                boolean first = inList;
                for (Json item : array) {
                    out.append(first ? "" : pad).append("- ");
                    first = false;
                    write(out, item, indent + 1, true);
                }
            }
            default ->
                out.append(inList || indent == 0 ? "" : pad).append(leaf(value)).append('\n');
        }
    }

    private static void below(StringBuilder out, Json member, int indent) {
        boolean leaf = !(member instanceof Json.Obj object && !object.isEmpty())
                && !(member instanceof Json.Arr array && array.size() > 0);
        out.append(leaf ? ' ' : '\n');
        write(out, member, indent, leaf);
    }

    private static String leaf(Json value) {
        return value instanceof Json.Str text ? text(text.value()) : value.toString();
    }

    /** Plain where every reader takes it for text, else as JSON text, which YAML 1.2 reads alike. */
    private static String text(String text) {
        boolean plain = text.matches("[A-Za-z_][A-Za-z0-9_./ -]{0,100}")
                && !text.endsWith(" ")
                && !text.matches("(?i)y|n|yes|no|on|off|true|false|null|nan|inf");
        return plain
                ? text
                : UNREADABLE
                        .matcher(Json.of(text).toString())
                        .replaceAll(found ->
                                "\\\\u%04x".formatted((int) found.group().charAt(0)));
    }
}
