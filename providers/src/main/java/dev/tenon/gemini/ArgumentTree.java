package dev.tenon.gemini;

import dev.tenon.gemini.PartialArguments.Piece;
import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arguments whose pieces come in any order. A value at a place that has one replaces it; a text that goes on grows. Not thread-safe. */
final class ArgumentTree {
    /** An object, a list, or a value: one of the three is not null. */
    private static final class Node {
        @Nullable
        Map<String, Node> members;

        @Nullable
        List<Node> items;

        @Nullable
        Json value;

        boolean grows;
    }

    private final Node root = new Node();

    /** @throws PartialArguments.Misplaced where no document has a value at this place */
    void put(Piece piece) {
        Node node = root;
        for (Object step : piece.steps()) {
            if (node.value != null) throw new PartialArguments.Misplaced("a place inside of a value that has none");
            node = step instanceof String name ? member(node, name) : item(node, (Integer) step);
        }
        if (node.members != null || node.items != null)
            throw new PartialArguments.Misplaced("a value where there are values inside");
        node.value = node.grows ? joined(node.value, piece.value()) : piece.value();
        node.grows = piece.goesOn();
    }

    private static Json joined(@Nullable Json before, Json more) {
        return before instanceof Json.Str first && more instanceof Json.Str second
                ? Json.of(first.value() + second.value())
                : more;
    }

    private static Node member(Node node, String name) {
        if (node.items != null) throw new PartialArguments.Misplaced("a member of a list");
        if (node.members == null) node.members = new LinkedHashMap<>();
        return node.members.computeIfAbsent(name, unused -> new Node());
    }

    private static Node item(Node node, int index) {
        if (node.members != null) throw new PartialArguments.Misplaced("an item of an object");
        if (node.items == null) node.items = new ArrayList<>();
        if (index > node.items.size()) throw new PartialArguments.Misplaced("an item after one that is missing");
        if (index == node.items.size()) node.items.add(new Node());
        return node.items.get(index);
    }

    /** The arguments as JSON. */
    @Override
    public String toString() {
        return json(root).toString();
    }

    private static Json json(Node node) {
        if (node.members != null) {
            Map<String, Json> members = new LinkedHashMap<>();
            node.members.forEach((name, member) -> members.put(name, json(member)));
            return Json.Obj.of(members);
        }
        if (node.items != null)
            return Json.Arr.of(node.items.stream().map(ArgumentTree::json).toList());
        return node.value == null ? Json.NULL : node.value;
    }
}
