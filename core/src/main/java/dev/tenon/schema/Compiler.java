package dev.tenon.schema;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns schema documents into {@link Node}s: JSON Schema draft 2020-12, core and validation. Documents that name an older draft in
 * {@code $schema} are read with what has changed since: lists of {@code items}, {@code additionalItems}, {@code dependencies},
 * {@code $recursiveRef}, what stands beside a {@code $ref}, boolean exclusive bounds.
 *
 * <p>All places where schemas stand are known before the first is compiled, so a reference may point anywhere; nodes are filled from a
 * queue, so no chain of references is too long for the stack. Not thread-safe; used once.
 */
final class Compiler {
    private static final List<String> TYPES =
            List.of("array", "boolean", "integer", "null", "number", "object", "string");

    /** Schemas that are applied to one value through references and choices, one inside the other. */
    private static final int MOST_IN_PLACE = 500;

    private final Documents documents;
    private final ArrayDeque<Node> unfilled = new ArrayDeque<>();
    private final List<Node> all = new ArrayList<>();
    private boolean dynamic;

    private Compiler(SchemaOptions options) {
        this.documents = new Documents(options);
    }

    /** @throws SchemaException where the document is no schema, or refers to what is not there */
    static Compiled compile(Json json, SchemaOptions options) {
        return new Compiler(options).compile(json);
    }

    private Compiled compile(Json json) {
        Document document = documents.load(json, Uri.parse(""), "");
        Node root = node(document, "");
        for (String place : List.copyOf(document.places.keySet())) {
            node(document, place);
        }
        fill();
        // Which documents are reached is known only now; what their dynamic anchors mean, too.
        documents
                .resources()
                .forEach(resource -> resource.dynamicAnchors.forEach(
                        (name, place) -> resource.dynamicNodes.put(name, node(resource.document, place))));
        fill();
        refuseLoops();
        all.forEach(Node::link);
        return new Compiled(root, dynamic);
    }

    private Node node(Document document, String pointer) {
        Node known = document.nodes.get(pointer);
        if (known != null) {
            return known;
        }
        Json json = document.root.at(pointer).orElseThrow();
        Node node = new Node(json, documents.resourceAt(document, pointer), pointer);
        document.nodes.put(pointer, node);
        unfilled.add(node);
        all.add(node);
        return node;
    }

    private void fill() {
        for (Node node = unfilled.poll(); node != null; node = unfilled.poll()) {
            switch (node.json) {
                case Json.Bool bool -> {
                    if (!bool.value()) {
                        node.forbid();
                    }
                }
                case Json.Obj object -> new Filler(node, object).fill();
                default -> throw wrong(node, "", "expected an object or a boolean, got " + At.show(node.json));
            }
        }
    }

    /** A loop of schemas that apply each other to the same value would never end. */
    private void refuseLoops() {
        Map<Node, Integer> heights = new HashMap<>();
        Set<Node> open = new HashSet<>();
        for (Node start : all) {
            ArrayDeque<Node> way = new ArrayDeque<>(List.of(start));
            while (!way.isEmpty()) {
                Node node = way.peek();
                if (heights.containsKey(node)) {
                    way.pop();
                    continue;
                }
                if (open.add(node)) {
                    for (Node next : node.inPlace()) {
                        if (open.contains(next)) {
                            throw wrong(
                                    next,
                                    "",
                                    "is applied to the same value again and again, through its own references");
                        }
                        if (!heights.containsKey(next)) {
                            way.push(next);
                        }
                    }
                    continue;
                }
                int height = 0;
                for (Node next : node.inPlace()) {
                    height = Math.max(height, heights.getOrDefault(next, 0) + 1);
                }
                if (height > MOST_IN_PLACE) {
                    throw wrong(
                            node,
                            "",
                            "applies more than " + MOST_IN_PLACE + " schemas to one value, each within the other");
                }
                heights.put(node, height);
                open.remove(node);
                way.pop();
            }
        }
    }

    private static SchemaException wrong(Node node, String more, String said) {
        return SchemaException.invalid(node.resource.document.name + node.pointer + more, said);
    }

    /** Compiles the keywords of one schema object. */
    private final class Filler {
        private final Node node;
        private final Json.Obj object;
        private final Dialect dialect;
        private final List<Keyword> checks = new ArrayList<>();

        Filler(Node node, Json.Obj object) {
            this.node = node;
            this.object = object;
            this.dialect = node.resource.dialect;
        }

        void fill() {
            Keyword misfit = null;
            references();
            boolean alone = dialect.refStandsAlone() && object.has("$ref");
            if (!alone) {
                if (dialect.validates()) {
                    misfit = type();
                    values();
                    numbers();
                    texts();
                    arrays();
                    objects();
                }
                format();
                if (dialect.applies()) {
                    members();
                    items();
                    choices();
                }
                if (dialect.unevaluated() && dialect.year() >= 2019) {
                    unevaluated();
                }
            }
            node.keywords(checks, misfit);
        }

        // References

        private void references() {
            String ref = text("$ref");
            if (ref != null) {
                node.reference = target("$ref", ref);
                checks.add(new Choices.Ref(node.reference));
            }
            String dynamicRef = dialect.year() >= 2020
                    ? text("$dynamicRef")
                    : dialect.year() == 2019 ? text("$recursiveRef") : null;
            if (dynamicRef != null) {
                String keyword = dialect.year() == 2019 ? "$recursiveRef" : "$dynamicRef";
                Node target = target(keyword, dynamicRef);
                String anchor =
                        dialect.year() == 2019 ? "" : Uri.parse(dynamicRef).decodedFragment();
                // Dynamic only where the first place it points to is a dynamic anchor itself (core, section 8.2.3.2).
                if (target.pointer.equals(target.resource.dynamicAnchors.get(anchor))) {
                    dynamic = true;
                    checks.add(new Choices.DynamicRef(target, anchor));
                } else {
                    checks.add(new Choices.Ref(target));
                }
                if (node.reference == null) {
                    node.reference = target;
                } else {
                    node.allOf.add(target);
                }
            }
        }

        private Node target(String keyword, String reference) {
            Documents.Place place;
            try {
                place = documents.find(node.resource, reference);
            } catch (IllegalArgumentException e) {
                throw wrong(node, "/" + keyword, String.valueOf(e.getMessage()));
            }
            return node(place.document(), place.pointer());
        }

        // Values

        private @Nullable Keyword type() {
            Json type = object.members().get("type");
            if (type == null) {
                return null;
            }
            List<String> names = new ArrayList<>();
            if (type instanceof Json.Arr list) {
                list.forEach(each -> names.add(typeName(each)));
            } else {
                names.add(typeName(type));
            }
            if (names.isEmpty()) {
                throw wrong(node, "/type", "expected at least one type");
            }
            node.types = 0;
            for (String name : names) {
                node.types |= switch (name) {
                    case "null" -> Keyword.NULL;
                    case "boolean" -> Keyword.BOOLEAN;
                    case "integer", "number" -> Keyword.NUMBER;
                    case "string" -> Keyword.STRING;
                    case "array" -> Keyword.ARRAY;
                    default -> Keyword.OBJECT;
                };
            }
            node.wholeOnly = names.contains("integer") && !names.contains("number");
            return new ValueChecks.Type(names, node.wholeOnly);
        }

        private String typeName(Json name) {
            if (name instanceof Json.Str text && TYPES.contains(text.value())) {
                return text.value();
            }
            throw wrong(node, "/type", "expected one of " + String.join(", ", TYPES) + ", got " + At.show(name));
        }

        private void values() {
            Json constant = dialect.year() >= 6 ? object.members().get("const") : null;
            Json listed = object.members().get("enum");
            if (listed != null) {
                if (!(listed instanceof Json.Arr list)) {
                    throw wrong(node, "/enum", "expected an array, got " + At.show(listed));
                }
                node.constants = list.items();
                checks.add(new ValueChecks.OneOf("enum", list.items()));
            }
            if (constant != null) {
                node.constants = List.of(constant);
                checks.add(new ValueChecks.OneOf("const", List.of(constant)));
            }
        }

        private void numbers() {
            if (dialect.year() == 4) {
                bound("minimum", false, isTrue("exclusiveMinimum"));
                bound("maximum", true, isTrue("exclusiveMaximum"));
            } else {
                bound("minimum", false, false);
                bound("maximum", true, false);
                bound("exclusiveMinimum", false, true);
                bound("exclusiveMaximum", true, true);
            }
            Json.Num of = number("multipleOf");
            if (of != null) {
                if (of.value().signum() <= 0) {
                    throw wrong(node, "/multipleOf", "expected a number above 0, got " + of);
                }
                checks.add(new NumberChecks.MultipleOf(of.value()));
            }
        }

        private void bound(String name, boolean upper, boolean exclusive) {
            Json.Num bound = number(name);
            if (bound != null) {
                checks.add(new NumberChecks.Bound(name, bound, upper, exclusive));
            }
        }

        private void texts() {
            long least = count("minLength", 0);
            if (least > 0) {
                checks.add(new TextChecks.Length("minLength", least, false));
            }
            long most = count("maxLength", Long.MAX_VALUE);
            if (most < Long.MAX_VALUE) {
                checks.add(new TextChecks.Length("maxLength", most, true));
            }
            String pattern = text("pattern");
            if (pattern != null) {
                checks.add(new TextChecks.Pattern(regex("/pattern", pattern)));
            }
        }

        private Regex regex(String place, String pattern) {
            try {
                return Regex.of(pattern);
            } catch (IllegalArgumentException e) {
                throw wrong(node, place, String.valueOf(e.getMessage()));
            }
        }

        private void format() {
            String format = text("format");
            if (format == null || !dialect.checksFormats()) {
                return;
            }
            var ofText = Formats.ofText(format);
            if (ofText != null) {
                checks.add(new TextChecks.Format(format, ofText));
            }
            var ofNumber = Formats.ofNumber(format);
            if (ofNumber != null) {
                checks.add(new NumberChecks.Format(format, ofNumber));
            }
        }

        private void arrays() {
            long least = count("minItems", 0);
            if (least > 0) {
                checks.add(new ArrayChecks.Count("minItems", least, false));
            }
            long most = count("maxItems", Long.MAX_VALUE);
            if (most < Long.MAX_VALUE) {
                checks.add(new ArrayChecks.Count("maxItems", most, true));
            }
            if (isTrue("uniqueItems")) {
                checks.add(new ArrayChecks.Unique());
            }
        }

        private void objects() {
            long least = count("minProperties", 0);
            if (least > 0) {
                checks.add(new ObjectChecks.Count("minProperties", least, false));
            }
            long most = count("maxProperties", Long.MAX_VALUE);
            if (most < Long.MAX_VALUE) {
                checks.add(new ObjectChecks.Count("maxProperties", most, true));
            }
            Json required = object.members().get("required");
            if (required != null) {
                node.required.addAll(names("/required", required));
                if (!node.required.isEmpty()) {
                    checks.add(new ObjectChecks.Required(node.required));
                }
            }
            if (dialect.year() >= 2019) {
                Map<String, List<String>> wanted = new LinkedHashMap<>();
                membersOf("dependentRequired")
                        .forEach((name, list) ->
                                wanted.put(name, names("/dependentRequired/" + Places.escape(name), list)));
                if (!wanted.isEmpty()) {
                    checks.add(new ObjectChecks.DependentRequired("dependentRequired", wanted));
                }
            }
        }

        // Parts

        private void members() {
            Map<String, Json> declared = membersOf("properties");
            declared.keySet().forEach(name -> node.properties.put(name, part("/properties/" + Places.escape(name))));
            Map<String, Json> patterns = membersOf("patternProperties");
            patterns.keySet().forEach(pattern -> {
                String place = "/patternProperties/" + Places.escape(pattern);
                node.patterns.put(regex(place, pattern), part(place));
            });
            node.additional = optional("additionalProperties");
            if (!node.properties.isEmpty() || !node.patterns.isEmpty() || node.additional != null) {
                String name = node.additional == null ? "properties" : "additionalProperties";
                checks.add(new ObjectChecks.Members(name, node.properties, node.patterns, node.additional));
            }
            Node names = optional("propertyNames");
            if (names != null) {
                checks.add(new ObjectChecks.Names(names));
            }
            dependencies();
        }

        private void dependencies() {
            Map<String, Node> schemas = new LinkedHashMap<>();
            if (dialect.year() >= 2019) {
                membersOf("dependentSchemas")
                        .keySet()
                        .forEach(name -> schemas.put(name, part("/dependentSchemas/" + Places.escape(name))));
            }
            // Gone since 2019-09, but allowed to go on (core 2020-12, appendix; the suite's
            // dependencies-compatibility).
            Map<String, List<String>> wanted = new LinkedHashMap<>();
            membersOf("dependencies").forEach((name, rule) -> {
                String place = "/dependencies/" + Places.escape(name);
                if (rule instanceof Json.Arr list) {
                    wanted.put(name, names(place, list));
                } else {
                    schemas.put(name, part(place));
                }
            });
            if (!wanted.isEmpty()) {
                checks.add(new ObjectChecks.DependentRequired("dependencies", wanted));
            }
            if (!schemas.isEmpty()) {
                node.conditional = true;
                checks.add(new ObjectChecks.DependentSchemas("dependentSchemas", schemas));
            }
        }

        private void items() {
            Json items = object.members().get("items");
            String rest = "items";
            if (items instanceof Json.Arr list) {
                if (!dialect.itemsMayBeList()) {
                    throw wrong(
                            node,
                            "/items",
                            "expected a schema, got an array; lists of item schemas are \"prefixItems\" since draft"
                                    + " 2020-12, and a schema of an older draft says so in \"$schema\"");
                }
                node.prefix.addAll(parts("items", list));
                rest = "additionalItems";
            } else if (object.has("prefixItems") && dialect.year() >= 2020) {
                node.prefix.addAll(list("prefixItems"));
            }
            node.items = optional(rest);
            if (!node.prefix.isEmpty() || node.items != null) {
                checks.add(new ArrayChecks.Items(rest, node.prefix, node.items));
            }
            Node contained = dialect.year() >= 6 ? optional("contains") : null;
            if (contained != null) {
                boolean counted = dialect.validates() && dialect.year() >= 2019;
                long least = counted ? count("minContains", 1) : 1;
                long most = counted ? count("maxContains", Long.MAX_VALUE) : Long.MAX_VALUE;
                checks.add(new ArrayChecks.Contains(contained, least, most));
            }
        }

        private void choices() {
            node.allOf.addAll(list("allOf"));
            if (object.has("allOf")) {
                checks.add(new Choices.All(list("allOf")));
            }
            node.anyOf.addAll(list("anyOf"));
            if (!node.anyOf.isEmpty()) {
                checks.add(new Choices.Branches("anyOf", node.anyOf, false));
            }
            node.oneOf.addAll(list("oneOf"));
            if (!node.oneOf.isEmpty()) {
                checks.add(new Choices.Branches("oneOf", node.oneOf, true));
            }
            Node not = optional("not");
            if (not != null) {
                checks.add(new Choices.Not(not));
            }
            Node condition = dialect.year() >= 7 ? optional("if") : null;
            if (condition != null) {
                node.conditional = true;
                checks.add(new Choices.If(condition, optional("then"), optional("else")));
            }
        }

        private void unevaluated() {
            Node items = optional("unevaluatedItems");
            if (items != null) {
                node.track();
                checks.add(new ArrayChecks.Unevaluated(items));
            }
            Node members = optional("unevaluatedProperties");
            if (members != null) {
                node.track();
                node.unevaluatedMembers = members;
                checks.add(new ObjectChecks.Unevaluated(members));
            }
        }

        // Reading keywords

        private Node part(String place) {
            return node(node.resource.document, node.pointer + place);
        }

        private @Nullable Node optional(String keyword) {
            return object.has(keyword) ? part("/" + keyword) : null;
        }

        private List<Node> list(String keyword) {
            Json list = object.members().get(keyword);
            return list == null ? List.of() : parts(keyword, list);
        }

        private List<Node> parts(String keyword, Json list) {
            if (!(list instanceof Json.Arr array) || array.size() == 0) {
                throw wrong(node, "/" + keyword, "expected an array of schemas, got " + At.show(list));
            }
            List<Node> parts = new ArrayList<>();
            for (int i = 0; i < array.size(); i++) {
                parts.add(part("/" + keyword + "/" + i));
            }
            return parts;
        }

        private Map<String, Json> membersOf(String keyword) {
            Json value = object.members().get(keyword);
            if (value == null) {
                return Map.of();
            }
            if (value instanceof Json.Obj members) {
                return members.members();
            }
            throw wrong(node, "/" + keyword, "expected an object, got " + At.show(value));
        }

        private List<String> names(String place, Json list) {
            if (!(list instanceof Json.Arr array)) {
                throw wrong(node, place, "expected an array of names, got " + At.show(list));
            }
            Set<String> names = new LinkedHashSet<>();
            for (Json each : array) {
                if (!(each instanceof Json.Str name)) {
                    throw wrong(node, place, "expected an array of names, got one with " + At.show(each));
                }
                names.add(name.value());
            }
            return List.copyOf(names);
        }

        private @Nullable String text(String keyword) {
            Json value = object.members().get(keyword);
            if (value == null || value instanceof Json.Str) {
                return value instanceof Json.Str text ? text.value() : null;
            }
            throw wrong(node, "/" + keyword, "expected a string, got " + At.show(value));
        }

        private Json.@Nullable Num number(String keyword) {
            Json value = object.members().get(keyword);
            if (value == null || value instanceof Json.Num) {
                return (Json.Num) value;
            }
            throw wrong(node, "/" + keyword, "expected a number, got " + At.show(value));
        }

        private long count(String keyword, long otherwise) {
            Json.Num number = number(keyword);
            if (number == null) {
                return otherwise;
            }
            if (!number.whole() || number.value().signum() < 0) {
                throw wrong(node, "/" + keyword, "expected a whole number of at least 0, got " + number);
            }
            try {
                return number.longValue();
            } catch (JsonException e) {
                return Long.MAX_VALUE - 1;
            }
        }

        private boolean isTrue(String keyword) {
            Json value = object.members().get(keyword);
            if (value == null || value instanceof Json.Bool) {
                return value == Json.Bool.TRUE;
            }
            throw wrong(node, "/" + keyword, "expected a boolean, got " + At.show(value));
        }
    }
}
