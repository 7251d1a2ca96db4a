package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A choice whose branches a required constant member tells apart, as those of sealed interfaces.
 *
 * @param member the member's name
 * @param branches the branch of each of its values
 */
record Tagged(String member, Map<Json, Node> branches) {

    /** How a choice can be told by a tag; null where it cannot. Branches that take no objects do not count. */
    static @Nullable Tagged of(List<Node> branches) {
        Node first = null;
        for (Node branch : branches) {
            if ((branch.kinds() & Keyword.OBJECT) != 0) {
                first = branch;
                break;
            }
        }
        if (first == null) {
            return null;
        }
        for (String member : required(first).keySet()) {
            Map<Json, Node> byTag = byTag(branches, member);
            if (byTag != null) {
                return new Tagged(member, byTag);
            }
        }
        return null;
    }

    private static @Nullable Map<Json, Node> byTag(List<Node> branches, String member) {
        Map<Json, Node> byTag = new LinkedHashMap<>();
        int objects = 0;
        for (Node branch : branches) {
            if ((branch.kinds() & Keyword.OBJECT) == 0) {
                continue;
            }
            objects++;
            Node tag = required(branch).get(member);
            List<Json> constants = tag == null ? null : constants(tag);
            if (constants == null) {
                return null;
            }
            for (Json constant : constants) {
                if (!(constant instanceof Json.Str) || byTag.putIfAbsent(constant, branch) != null) {
                    return null;
                }
            }
        }
        return objects < 2 ? null : byTag;
    }

    private static @Nullable List<Json> constants(Node node) {
        return node.constants == null && node.reference != null ? constants(node.reference) : node.constants;
    }

    /** The declared members that must be there, of a schema and those it refers to. */
    private static Map<String, Node> required(Node node) {
        Map<String, Node> found = new HashMap<>();
        for (Node here = node; here != null; here = here.reference) {
            for (String name : here.required) {
                Node property = here.properties.get(name);
                if (property != null) {
                    found.putIfAbsent(name, property);
                }
            }
        }
        return found;
    }

    /** How far a value is from a branch, at a glance: members missing, of the wrong kind or constant, and unknown ones. */
    static int distance(Node branch, Json value) {
        Node node = branch;
        while (node.reference != null && node.properties.isEmpty()) {
            node = node.reference;
        }
        if (!(value instanceof Json.Obj object)) {
            return 0;
        }
        int distance = 0;
        for (String name : node.required) {
            distance += object.has(name) ? 0 : 2;
        }
        for (var member : object.members().entrySet()) {
            Node property = node.properties.get(member.getKey());
            if (property == null) {
                distance++;
            } else if ((property.kinds() & 1 << Keyword.kindOf(member.getValue())) == 0) {
                distance += 2;
            } else if (property.constants != null && !property.constants.contains(member.getValue())) {
                distance += 4;
            }
        }
        return distance;
    }
}
