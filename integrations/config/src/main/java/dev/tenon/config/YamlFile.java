package dev.tenon.config;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.json.YamlScalar;
import dev.tenon.provider.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** One YAML document as values with their marks. Nodes are composed and never constructed: no tag can make an object. */
final class YamlFile {
    /** Numbers with more digits are no numbers that a configuration needs, and cost time to read. */
    private static final int MAX_DIGITS = 100;

    /** What a scalar without quotes and without a tag gets, to be resolved here. */
    private static final Tag PLAIN = new Tag("tag:tenon.dev,2026:plain");

    private final String name;
    private final Map<String, String> marks = new LinkedHashMap<>();
    private final List<Node> open = new ArrayList<>();
    private int values;

    private YamlFile(String name) {
        this.name = name;
    }

    /** JSON, with the marks of YAML as far as it is YAML too: long names and some signs are not. */
    static ConfigFiles.Read readJson(String name, String text) {
        Json values;
        try {
            values = Json.parse(text);
        } catch (JsonException e) {
            // What the parser says may quote a value.
            throw ConfigFiles.wrong(name, "expected JSON: one object, no name twice, nothing after it");
        }
        if (!(values instanceof Json.Obj object)) {
            throw ConfigFiles.wrong(name + ":1:1", "expected a mapping of names to values");
        }
        if (values.depth() > ConfigFiles.MAX_DEPTH) {
            throw ConfigFiles.wrong(name, "expected at most " + ConfigFiles.MAX_DEPTH + " levels");
        }
        try {
            return new ConfigFiles.Read(object, name, read(name, text).marks());
        } catch (ConfigException e) {
            return new ConfigFiles.Read(object, name, Map.of());
        }
    }

    static ConfigFiles.Read read(String name, String text) {
        YamlFile file = new YamlFile(name);
        Node root;
        try {
            LoaderOptions options = new LoaderOptions();
            options.setNestingDepthLimit(ConfigFiles.MAX_DEPTH + 1);
            options.setCodePointLimit(ConfigFiles.MAX_BYTES);
            // Aliases are bounded by the values they make, and tags are refused here: nothing is ever constructed.
            options.setMaxAliasesForCollections(ConfigFiles.MAX_VALUES);
            options.setTagInspector(tag -> true);
            Resolver asWritten = new Resolver() {
                @Override
                public Tag resolve(NodeId kind, String value, boolean implicit) {
                    return kind != NodeId.scalar ? super.resolve(kind, value, implicit) : implicit ? PLAIN : Tag.STR;
                }
            };
            root = new Composer(new ParserImpl(new StreamReader(text), options), asWritten, options).getSingleNode();
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            throw ConfigFiles.wrong(mark == null ? name : name + ":" + at(mark), "expected YAML: " + plain(e));
        } catch (YAMLException e) {
            throw ConfigFiles.wrong(
                    name,
                    "expected YAML within bounds: " + ConfigFiles.MAX_DEPTH
                            + " levels, no control characters, no list or mapping as a name");
        }
        if (root == null) {
            return new ConfigFiles.Read(Json.Obj.EMPTY, name, Map.of());
        }
        Json whole = file.value(root, "");
        if (!(whole instanceof Json.Obj object)) {
            if (root.getTag().equals(PLAIN) && whole.isNull()) {
                return new ConfigFiles.Read(Json.Obj.EMPTY, name, file.marks);
            }
            throw ConfigFiles.wrong(file.source(root), "expected a mapping of names to values");
        }
        return new ConfigFiles.Read(object, name, file.marks);
    }

    /** The parser's words, which name signs and structure, without the snippet of the file. */
    private static String plain(MarkedYAMLException e) {
        String problem = e.getProblem() == null ? "something else" : e.getProblem();
        // An undefined alias and an unknown directive are quoted: they are names, and still not shown.
        return problem.replaceAll("(alias|anchor|directive|tag handle) .*", "$1");
    }

    private Json value(Node node, String place) {
        if (++values > ConfigFiles.MAX_VALUES) {
            throw ConfigFiles.wrong(
                    source(node),
                    "expected at most " + ConfigFiles.MAX_VALUES + " values, those that aliases repeat included");
        }
        marks.put(place, at(node.getStartMark()));
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar);
        }
        if (open.size() >= ConfigFiles.MAX_DEPTH) {
            throw ConfigFiles.wrong(source(node), "expected at most " + ConfigFiles.MAX_DEPTH + " levels");
        }
        for (Node above : open) {
            if (node.equals(above))
                throw ConfigFiles.wrong(source(node), "expected a value, got an alias to what it is in");
        }
        open.add(node);
        try {
            return node instanceof MappingNode mapping ? mapping(mapping, place) : sequence((SequenceNode) node, place);
        } finally {
            open.remove(open.size() - 1);
        }
    }

    private Json mapping(MappingNode node, String place) {
        expectTag(node, Tag.MAP);
        Map<String, Json> members = new LinkedHashMap<>();
        for (NodeTuple member : node.getValue()) {
            if (!(member.getKeyNode() instanceof ScalarNode key)) {
                throw ConfigFiles.wrong(source(member.getKeyNode()), "expected a name, got a list or a mapping");
            }
            String name = key.getValue();
            String at = place + "/" + name.replace("~", "~0").replace("/", "~1");
            if (members.containsKey(name)) {
                throw ConfigFiles.wrong(
                        source(key), "expected each name once, got \"" + name + "\" again, first at " + marks.get(at));
            }
            members.put(name, value(member.getValueNode(), at));
        }
        return Json.Obj.of(members);
    }

    private Json sequence(SequenceNode node, String place) {
        expectTag(node, Tag.SEQ);
        List<Json> items = new ArrayList<>();
        for (Node item : node.getValue()) {
            items.add(value(item, place + "/" + items.size()));
        }
        return Json.Arr.of(items);
    }

    private void expectTag(Node node, Tag tag) {
        if (!node.getTag().equals(tag)) {
            throw ConfigFiles.wrong(source(node), "expected no tag but those of the core schema");
        }
    }

    private Json scalar(ScalarNode node) {
        Tag tag = node.getTag();
        String text = node.getValue();
        if (tag.equals(PLAIN)) return resolved(node, text);
        if (tag.equals(Tag.STR)) return Json.of(text);
        Json value = resolved(node, text);
        boolean fits = tag.equals(Tag.NULL) && value.isNull()
                || tag.equals(Tag.BOOL) && value instanceof Json.Bool
                || tag.equals(Tag.INT) && value instanceof Json.Num number && number.whole()
                || tag.equals(Tag.FLOAT) && value instanceof Json.Num;
        if (!fits) {
            throw ConfigFiles.wrong(
                    source(node), "expected no tag but those of the core schema, and a value that fits it");
        }
        return value;
    }

    private Json resolved(ScalarNode node, String text) {
        YamlScalar scalar = YamlScalar.of(text);
        if (scalar.isNotFinite()) {
            throw ConfigFiles.wrong(source(node), "expected a finite number; put it in quotes where a text is meant");
        }
        if (scalar.isNumber() && text.length() > MAX_DIGITS) {
            throw ConfigFiles.wrong(
                    source(node),
                    "expected a number of at most " + MAX_DIGITS + " digits; put it in quotes where a text is meant");
        }
        try {
            return scalar.value();
        } catch (JsonException e) {
            // What is said there quotes the value.
            throw ConfigFiles.wrong(source(node), "expected a number of a size that can be used");
        }
    }

    private String source(Node node) {
        return name + ":" + at(node.getStartMark());
    }

    /** Lines and columns from 1, as editors count. */
    private static String at(Mark mark) {
        return (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}
