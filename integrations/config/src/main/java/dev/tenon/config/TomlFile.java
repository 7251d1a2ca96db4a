package dev.tenon.config;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** One TOML document as values with the lines they stand at. */
final class TomlFile {
    private static final TomlMapper MAPPER = new TomlMapper();

    private TomlFile() {}

    static ConfigFiles.Read read(String name, String text) {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(text);
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String source = at == null || at.getLineNr() < 1
                    ? name
                    : name + ":" + at.getLineNr() + ":" + Math.max(1, at.getColumnNr());
            // What the parser says may quote a value.
            throw ConfigFiles.wrong(source, "expected TOML");
        }
        if (tree != null && !finite(tree)) {
            throw ConfigFiles.wrong(name, "expected finite numbers; put what is meant as text in quotes");
        }
        Json values;
        try {
            values = tree == null || tree.isMissingNode() ? Json.Obj.EMPTY : Json.parse(tree.toString());
        } catch (JsonException e) {
            throw ConfigFiles.wrong(name, "expected finite numbers and at most " + ConfigFiles.MAX_DEPTH + " levels");
        }
        if (values.depth() > ConfigFiles.MAX_DEPTH) {
            throw ConfigFiles.wrong(name, "expected at most " + ConfigFiles.MAX_DEPTH + " levels");
        }
        Map<String, String> marks = new LinkedHashMap<>();
        new TomlLines(text, marks).read();
        return new ConfigFiles.Read(values.asObj(), name, marks);
    }

    private static boolean finite(JsonNode node) {
        if (node instanceof NumericNode number) return !number.isNaN();
        for (JsonNode inner : node) {
            if (!finite(inner)) return false;
        }
        return true;
    }
}
