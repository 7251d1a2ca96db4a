package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A whole JSON document that holds schemas. */
final class Document {
    final Json root;

    /** How errors name it: empty for the schema's own, else its address and {@code #}. */
    final String name;

    /** Every known place of a schema, and the resource it belongs to. */
    final Map<String, Resource> places = new LinkedHashMap<>();

    /** What has been compiled, by place. */
    final Map<String, Node> nodes = new HashMap<>();

    Document(Json root, String name) {
        this.root = root;
        this.name = name;
    }
}
