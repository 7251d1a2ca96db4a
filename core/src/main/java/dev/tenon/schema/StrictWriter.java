package dev.tenon.schema;

import dev.tenon.json.Json;
import dev.tenon.schema.Shape.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes a schema for a provider's strict mode, from the {@link Shape} of it: references are followed and {@code allOf} is joined
 * there already, so hand-written documents of any style come out in the few words that strict modes know.
 *
 * <p>First the shapes are walked as a graph, to see what is used twice and what contains itself; then they are written. What
 * fits the result fits the original, but for what {@link StrictSchema#unenforced()} lists. Not thread-safe; used once.
 */
final class StrictWriter {
    /** The member that holds a root that is no object. */
    static final String WRAPPED = "value";

    /** The members of an entry of a map. */
    static final String KEY = "key";

    static final String VALUE = "value";

    /** Keywords of a single value whose meaning can be said in words. */
    private static final List<String> SAYABLE = List.of(
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "pattern",
            "format",
            "contentEncoding",
            "minItems",
            "maxItems",
            "uniqueItems",
            "minProperties",
            "maxProperties",
            "default");

    /** Keywords that only the original schema can check. */
    private static final List<String> UNSAYABLE = List.of(
            "not",
            "if",
            "contains",
            "propertyNames",
            "patternProperties",
            "dependentRequired",
            "dependentSchemas",
            "dependencies",
            "unevaluatedItems",
            "unevaluatedProperties");

    /** Far beyond what any provider takes; shorter than what the stack can. */
    private static final int LONGEST_PATH = 1_000;

    private final StrictProfile profile;
    private final Map<Shape, List<Edge>> graph = new LinkedHashMap<>();
    private final Map<Shape, Integer> uses = new LinkedHashMap<>();
    private final Set<Edge> relaxed = new HashSet<>();
    private final Map<Shape, Definition> definitions = new LinkedHashMap<>();
    private final Map<String, Json> written = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private final List<String> unenforced = new ArrayList<>();
    private int members;
    private int constants;
    private int characters;
    private int optional;
    private int unions;

    StrictWriter(StrictProfile profile) {
        this.profile = profile;
    }

    /** From one shape to another that it is made of. */
    private static final class Edge {
        final Shape from;
        final Shape to;
        final String path;

        /** The member that it goes through; null where it is an item, a branch, a value of a map. */
        final @Nullable String member;

        final boolean mayBeAbsent;

        Edge(Shape from, Shape to, String path, @Nullable String member, boolean mayBeAbsent) {
            this.from = from;
            this.to = to;
            this.path = path;
            this.member = member;
            this.mayBeAbsent = mayBeAbsent;
        }
    }

    private static final class Definition {
        final String reference;
        final String name;
        final WayBack.Named way = new WayBack.Named();

        Definition(String reference, String name) {
            this.reference = reference;
            this.name = name;
        }
    }

    /** A schema and the way back from its values. */
    private record Form(Json.Obj json, WayBack way) {}

    StrictSchema write(JsonSchema schema) {
        Shape root = schema.shape().core();
        walk(root);
        Set<Shape> recursive = recursive();
        if (profile.recursion == StrictProfile.Recursion.OPTIONAL) {
            relaxLoops();
        }
        boolean wrapped = !isObject(root);
        define(root, recursive, wrapped);
        Form inner = wrapped ? value(root, "$", 1) : plain(root, "$", 1);
        if (!wrapped && definitions.containsKey(root)) {
            definitions.get(root).way.set(inner.way());
        }
        Json.Obj document = inner.json();
        if (wrapped) {
            document = closedObject(Map.of(WRAPPED, document), List.of(WRAPPED));
            members++;
        }
        if (!written.isEmpty()) {
            document = document.with("$defs", Json.Obj.of(written));
        }
        checkLimits();
        return new StrictSchema(
                JsonSchema.of(document), List.copyOf(new LinkedHashSet<>(unenforced)), inner.way(), wrapped);
    }

    private static boolean isObject(Shape shape) {
        return shape.kinds().equals(EnumSet.of(Kind.OBJECT))
                && shape.branches().isEmpty()
                && shape.constants().isEmpty()
                && !isMap(shape);
    }

    /** An object of which only the values are known, not the names. */
    private static boolean isMap(Shape shape) {
        return shape.properties().isEmpty() && shape.required().isEmpty() && !shape.closed();
    }

    // The graph of shapes

    private void walk(Shape root) {
        Map<Shape, String> paths = new LinkedHashMap<>();
        ArrayDeque<Shape> open = new ArrayDeque<>(List.of(root));
        paths.put(root, "$");
        uses.put(root, 1);
        graph.put(root, List.of());
        while (!open.isEmpty()) {
            Shape shape = open.poll();
            List<Edge> edges = edges(shape, paths.getOrDefault(shape, "$"));
            graph.put(shape, edges);
            for (Edge edge : edges) {
                uses.merge(edge.to, 1, Integer::sum);
                if (graph.putIfAbsent(edge.to, List.of()) == null) {
                    paths.put(edge.to, edge.path);
                    open.add(edge.to);
                }
            }
        }
    }

    private List<Edge> edges(Shape shape, String path) {
        List<Edge> edges = new ArrayList<>();
        if (!shape.branches().isEmpty()) {
            for (Shape branch : shape.branches()) {
                edges.add(new Edge(shape, branch.core(), path, null, false));
            }
            return edges;
        }
        if (shape.any() || !shape.constants().isEmpty()) {
            return edges;
        }
        if (shape.kinds().contains(Kind.OBJECT)) {
            members(shape).forEach((name, member) -> {
                if (!member.never()) {
                    StringBuilder place = new StringBuilder(path);
                    Places.appendMember(place, name);
                    boolean absent = !shape.required().contains(name);
                    edges.add(new Edge(shape, member.core(), place.toString(), name, absent));
                }
            });
            if (isMap(shape)) {
                edges.add(new Edge(shape, shape.others().core(), path + "{}", null, false));
            }
        }
        if (shape.kinds().contains(Kind.ARRAY)) {
            for (int i = 0; i <= shape.prefix(); i++) {
                Shape item = shape.item(i);
                if (!item.never()) {
                    edges.add(new Edge(shape, item.core(), path + "[]", null, false));
                }
            }
        }
        return edges;
    }

    /** The members that a model is to write: the declared ones and those that must be there. */
    private static Map<String, Shape> members(Shape shape) {
        Map<String, Shape> members = new LinkedHashMap<>(shape.properties());
        members.values().removeIf(member -> member.keyword("readOnly").orElse(Json.NULL) == Json.Bool.TRUE);
        for (String name : shape.required()) {
            members.computeIfAbsent(name, shape::member);
        }
        return members;
    }

    /** The shapes that contain themselves. */
    private Set<Shape> recursive() {
        Set<Shape> recursive = new LinkedHashSet<>();
        for (Shape shape : graph.keySet()) {
            if (reaches(shape, shape)) {
                recursive.add(shape);
            }
        }
        if (!recursive.isEmpty() && profile.recursion == StrictProfile.Recursion.NONE) {
            Edge loop = null;
            for (List<Edge> edges : graph.values()) {
                for (Edge edge : edges) {
                    boolean closes = recursive.contains(edge.from) && recursive.contains(edge.to);
                    if (closes && edge.member != null && (loop == null || edge.path.length() < loop.path.length())) {
                        loop = edge;
                    }
                }
            }
            throw cannot(loop == null ? "$" : loop.path, "contains itself, and a schema may not");
        }
        return recursive;
    }

    private boolean reaches(Shape from, Shape to) {
        Set<Shape> seen = new LinkedHashSet<>();
        ArrayDeque<Shape> open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            for (Edge edge : graph.getOrDefault(open.poll(), List.of())) {
                if (edge.to == to) {
                    return true;
                }
                if (seen.add(edge.to)) {
                    open.add(edge.to);
                }
            }
        }
        return false;
    }

    /** Every loop needs a member that may be left out; an array that nothing is in can be left out. */
    private void relaxLoops() {
        for (List<Edge> loop = requiredLoop(); !loop.isEmpty(); loop = requiredLoop()) {
            Edge array = null;
            for (Edge edge : loop) {
                if (edge.member != null && edge.to.kinds().equals(EnumSet.of(Kind.ARRAY))) {
                    array = edge;
                }
            }
            if (array == null) {
                throw cannot(
                        loop.get(0).path,
                        "contains itself through required members, and may do so only through optional ones");
            }
            relaxed.add(array);
        }
    }

    private List<Edge> requiredLoop() {
        Set<Shape> done = new LinkedHashSet<>();
        for (Shape start : graph.keySet()) {
            List<Edge> loop = loop(start, new ArrayList<>(), done);
            if (!loop.isEmpty()) {
                return loop;
            }
        }
        return List.of();
    }

    /** Recursion is bounded by the number of different shapes on one way down. */
    private List<Edge> loop(Shape at, List<Edge> way, Set<Shape> done) {
        if (way.size() > LONGEST_PATH / 2) {
            throw cannot(Places.clip(way.getLast().path), "is nested too deep");
        }
        for (int i = 0; i < way.size(); i++) {
            if (way.get(i).from == at) {
                return List.copyOf(way.subList(i, way.size()));
            }
        }
        if (done.contains(at)) {
            return List.of();
        }
        for (Edge edge : graph.getOrDefault(at, List.of())) {
            if (edge.mayBeAbsent || relaxed.contains(edge)) {
                continue;
            }
            way.add(edge);
            List<Edge> loop = loop(edge.to, way, done);
            way.removeLast();
            if (!loop.isEmpty()) {
                return loop;
            }
        }
        done.add(at);
        return List.of();
    }

    private void define(Shape root, Set<Shape> recursive, boolean wrapped) {
        for (Shape shape : graph.keySet()) {
            boolean large = !shape.properties().isEmpty()
                    || shape.branches().size() > 2
                    || shape.constants().size() > 3;
            boolean shared = large && uses.getOrDefault(shape, 0) > 1;
            if (!shared && !(recursive.contains(shape) && cutsLoop(shape))) {
                continue;
            }
            if (shape == root && !wrapped) {
                definitions.put(shape, new Definition("#", ""));
            } else {
                String name = name(shape);
                definitions.put(shape, new Definition("#/$defs/" + name, name));
            }
        }
    }

    /** Of a loop the objects are named; where there are none the choices; where there are none either, all of it. */
    private boolean cutsLoop(Shape shape) {
        Predicate<Shape> object = each -> !each.properties().isEmpty();
        Predicate<Shape> choice = each -> !each.branches().isEmpty();
        return object.test(shape)
                || loopsPast(shape, object) && (choice.test(shape) || loopsPast(shape, object.or(choice)));
    }

    /** Whether a shape contains itself without any of these between. */
    private boolean loopsPast(Shape shape, Predicate<Shape> avoided) {
        Set<Shape> seen = new HashSet<>();
        ArrayDeque<Shape> open = new ArrayDeque<>(List.of(shape));
        while (!open.isEmpty()) {
            for (Edge edge : graph.getOrDefault(open.poll(), List.of())) {
                if (edge.to == shape) {
                    return true;
                }
                if (!avoided.test(edge.to) && seen.add(edge.to)) {
                    open.add(edge.to);
                }
            }
        }
        return false;
    }

    private String name(Shape shape) {
        String pointer = shape.pointer();
        String token = pointer.startsWith("/$defs/") || pointer.startsWith("/definitions/")
                ? pointer.substring(pointer.lastIndexOf('/') + 1)
                : "Type";
        String name = token.replaceAll("[^A-Za-z0-9_-]+", "_");
        String tried = name;
        for (int i = 2; !names.add(tried); i++) {
            tried = name + "_" + i;
        }
        return tried;
    }

    // Writing

    /** A schema where it is used: a reference where there is a definition, with words of its own a copy. */
    private Form value(Shape use, String path, int level) {
        Shape core = use.core();
        Definition definition = definitions.get(core);
        if (definition == null || use != core && hasWords(use, core) && !reaches(core, core)) {
            return use == core ? plain(core, path, level) : withWords(plain(core, path, level), use);
        }
        if (!definition.name.isEmpty() && !written.containsKey(definition.name)) {
            written.put(definition.name, Json.Obj.EMPTY);
            Form made = plain(core, path, level);
            definition.way.set(made.way());
            written.put(definition.name, made.json());
        }
        return new Form(Json.object("$ref", definition.reference), definition.way);
    }

    private static boolean hasWords(Shape use, Shape core) {
        return !use.words().equals(core.words());
    }

    private static Form withWords(Form written, Shape use) {
        String words = use.words();
        String known = written.json().string("description").orElse("");
        if (words.isEmpty() || known.startsWith(words)) {
            return written;
        }
        Json.Obj json = written.json().with("description", known.isEmpty() ? words : words + "\n" + known);
        return new Form(json, written.way());
    }

    private Form plain(Shape shape, String path, int level) {
        if (path.length() > LONGEST_PATH) {
            throw cannot(Places.clip(path), "is nested too deep");
        }
        note(shape, path);
        if (!shape.branches().isEmpty()) {
            return choice(shape, path, level);
        }
        if (shape.never()) {
            throw cannot(path, "allows nothing at all");
        }
        if (!shape.constants().isEmpty()) {
            return constants(shape, path);
        }
        if (shape.any()) {
            throw cannot(path, "allows anything; say what it is, for example a text that holds JSON");
        }
        EnumSet<Kind> kinds = EnumSet.copyOf(shape.kinds());
        boolean nullable = kinds.remove(Kind.NULL);
        if (kinds.contains(Kind.NUMBER)) {
            kinds.remove(Kind.INTEGER);
        }
        List<Form> all = new ArrayList<>();
        for (Kind kind : kinds) {
            all.add(of(kind, shape, path, level));
        }
        if (all.isEmpty()) {
            return new Form(Json.object("type", "null"), WayBack.SAME);
        }
        return nullable ? orNull(all) : union(all, "");
    }

    private Form of(Kind kind, Shape shape, String path, int level) {
        return switch (kind) {
            case OBJECT -> isMap(shape) ? map(shape, path, level) : object(shape, path, level);
            case ARRAY -> array(shape, path, level);
            default ->
                new Form(
                        described(
                                shape,
                                path,
                                kind,
                                Json.object()
                                        .put("type", kind.name().toLowerCase(Locale.ROOT))
                                        .build()),
                        WayBack.SAME);
        };
    }

    private Form choice(Shape shape, String path, int level) {
        List<Form> all = new ArrayList<>();
        for (Shape branch : shape.branches()) {
            if (!branch.never()) {
                all.add(value(branch, path, level));
            }
        }
        if (all.isEmpty()) {
            throw cannot(path, "allows nothing at all");
        }
        return union(all, shape.words());
    }

    private Form union(List<Form> all, String words) {
        if (all.size() == 1 && words.isEmpty()) {
            return all.get(0);
        }
        List<Json> branches = new ArrayList<>();
        List<WayBack> ways = new ArrayList<>();
        for (Form each : all) {
            Json inner = each.json().members().get("anyOf");
            if (inner instanceof Json.Arr nested && each.json().size() == 1) {
                branches.addAll(nested.items());
                ways.addAll(
                        each.way() instanceof WayBack.Choice choice
                                ? choice.ways()
                                : Collections.nCopies(nested.size(), WayBack.SAME));
            } else if (!branches.contains(each.json())) {
                branches.add(each.json());
                ways.add(each.way());
            }
        }
        if (branches.size() > 1) {
            unions++;
        }
        Json.ObjBuilder either = Json.object();
        if (!words.isEmpty()) {
            either.put("description", words);
        }
        return new Form(either.put("anyOf", Json.Arr.of(branches)).build(), choice(ways));
    }

    private static WayBack choice(List<WayBack> ways) {
        return ways.stream().allMatch(way -> way instanceof WayBack.Same) ? WayBack.SAME : new WayBack.Choice(ways);
    }

    private Form orNull(List<Form> all) {
        Json.Obj only = all.get(0).json();
        boolean scalar = only.members().get("type") instanceof Json.Str type
                && !type.value().equals("object")
                && !type.value().equals("array")
                && !only.has("const");
        if (all.size() == 1 && scalar && !(profile.constantsAreLists && only.has("enum"))) {
            unions++;
            Json.Obj either = only.with("type", Json.array(only.get("type").orElseThrow(), "null"));
            if (only.members().get("enum") instanceof Json.Arr constants) {
                List<Json> more = new ArrayList<>(constants.items());
                more.add(Json.NULL);
                either = either.with("enum", Json.Arr.of(more));
            }
            return new Form(either, all.get(0).way());
        }
        List<Form> more = new ArrayList<>(all);
        more.add(new Form(Json.object("type", "null"), WayBack.SAME));
        return union(more, "");
    }

    private Form constants(Shape shape, String path) {
        Map<String, List<Json>> byType = new LinkedHashMap<>();
        boolean nullable = false;
        for (Json constant : shape.constants()) {
            if (!shape.kinds().contains(kind(constant))) {
                continue;
            }
            switch (constant) {
                case Json.Null n -> nullable = true;
                case Json.Arr a -> throw cannot(path, "has an array as a constant");
                case Json.Obj o -> throw cannot(path, "has an object as a constant");
                case Json.Num n ->
                    byType.computeIfAbsent(n.whole() ? "integer" : "number", t -> new ArrayList<>())
                            .add(n);
                case Json.Str s ->
                    byType.computeIfAbsent("string", t -> new ArrayList<>()).add(s);
                case Json.Bool b ->
                    byType.computeIfAbsent("boolean", t -> new ArrayList<>()).add(b);
            }
            constants++;
            characters += constant.toString().length();
        }
        List<Form> all = new ArrayList<>();
        byType.forEach((type, values) -> {
            Json.Obj body = constants(type, values);
            if (!body.has("const") && !body.has("enum") && values.size() == 1) {
                unenforced.add(path + ": const");
                unenforced.add(path + ": enum");
            }
            all.add(new Form(described(shape, path, null, body), WayBack.SAME));
        });
        if (all.isEmpty()) {
            return new Form(Json.object("type", "null"), WayBack.SAME);
        }
        return nullable ? orNull(all) : union(all, "");
    }

    private static Kind kind(Json constant) {
        return switch (constant) {
            case Json.Null n -> Kind.NULL;
            case Json.Bool b -> Kind.BOOLEAN;
            case Json.Num n -> n.whole() ? Kind.INTEGER : Kind.NUMBER;
            case Json.Str s -> Kind.STRING;
            case Json.Arr a -> Kind.ARRAY;
            case Json.Obj o -> Kind.OBJECT;
        };
    }

    private Json.Obj constants(String type, List<Json> values) {
        Json.ObjBuilder out = Json.object().put("type", type);
        if (profile.constantsAreLists && type.equals("boolean")) {
            return values.size() > 1
                    ? out.build()
                    : out.put("description", "always " + values.get(0)).build();
        }
        return values.size() == 1 && !profile.constantsAreLists
                ? out.put("const", values.get(0)).build()
                : out.put("enum", Json.Arr.of(values)).build();
    }

    private Form object(Shape shape, String path, int level) {
        if (level > profile.limits.levels()) {
            throw cannot(path, "nests more than " + profile.limits.levels() + " objects deep");
        }
        if (shape.properties().isEmpty() && shape.hasPatterns()) {
            throw cannot(path, "has members that only patterns name");
        }
        Map<String, Json> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        Map<String, WayBack.Member> ways = new LinkedHashMap<>();
        for (Map.Entry<String, Shape> entry : members(shape).entrySet()) {
            String name = entry.getKey();
            Shape member = entry.getValue();
            if (member.never() && !shape.required().contains(name)) {
                continue;
            }
            StringBuilder place = new StringBuilder(path);
            Places.appendMember(place, name);
            Form made = value(member, place.toString(), level + 1);
            boolean wanted = shape.required().contains(name);
            boolean constant = member.constants().size() == 1;
            boolean takesNull = member.kinds().contains(Kind.NULL);
            boolean relax = wanted && isRelaxed(shape, name);
            boolean addNull = profile.allRequired && !wanted && !constant && !takesNull;
            properties.put(name, addNull ? orNull(List.of(made)).json() : made.json());
            if ((wanted || profile.allRequired || constant) && !relax) {
                required.add(name);
            } else {
                optional++;
            }
            WayBack way = addNull ? orNull(List.of(made)).way() : made.way();
            if (!(way instanceof WayBack.Same) || addNull || relax) {
                ways.put(name, new WayBack.Member(way, addNull, relax));
            }
            members++;
            characters += name.length();
        }
        if (!shape.closed()) {
            unenforced.add(path + ": additionalProperties");
        }
        Json.Obj body = described(shape, path, Kind.OBJECT, closedObject(properties, required));
        return new Form(body, ways.isEmpty() ? WayBack.SAME : new WayBack.Members(ways));
    }

    private boolean isRelaxed(Shape shape, String name) {
        for (Edge edge : relaxed) {
            if (edge.from == shape && name.equals(edge.member)) {
                return true;
            }
        }
        return false;
    }

    private Json.Obj closedObject(Map<String, ? extends Json> properties, Collection<String> required) {
        Json.ObjBuilder out = Json.object().put("type", "object").put("properties", Json.Obj.of(properties));
        if (!required.isEmpty()) {
            out.put("required", Json.array(required.toArray()));
        }
        if (profile.ordered && properties.size() > 1) {
            out.put("propertyOrdering", Json.array(properties.keySet().toArray()));
        }
        return out.put("additionalProperties", false).build();
    }

    private Form map(Shape shape, String path, int level) {
        Shape others = shape.others();
        if (shape.hasPatterns()) {
            throw cannot(path, "has members that only patterns name");
        }
        Form value = value(others, path + "{}", level + 1);
        if (!profile.closed) {
            Json.Obj open = Json.object()
                    .put("type", "object")
                    .put("additionalProperties", value.json())
                    .build();
            WayBack way = value.way() instanceof WayBack.Same ? WayBack.SAME : new WayBack.Values(value.way());
            return new Form(described(shape, path, Kind.OBJECT, open), way);
        }
        Map<String, Json> entry = new LinkedHashMap<>();
        entry.put(KEY, Json.object("type", "string"));
        entry.put(VALUE, value.json());
        members += 2;
        Json.Obj list = Json.object()
                .put("type", "array")
                .put("items", closedObject(entry, List.of(KEY, VALUE)))
                .build();
        return new Form(described(shape, path, Kind.OBJECT, list), new WayBack.Entries(value.way()));
    }

    private Form array(Shape shape, String path, int level) {
        int listed = shape.prefix();
        Shape rest = shape.item(listed);
        if (listed > 0 && !profile.tuples) {
            throw cannot(path, "has items that differ by their place; use an object");
        }
        Json.ObjBuilder out = Json.object().put("type", "array");
        List<WayBack> ways = new ArrayList<>();
        if (listed > 0) {
            List<Json> prefix = new ArrayList<>();
            for (int i = 0; i < listed; i++) {
                Form item = value(shape.item(i), path + "[" + i + "]", level);
                prefix.add(item.json());
                ways.add(item.way());
            }
            out.put("prefixItems", Json.Arr.of(prefix));
            if (rest.never() || rest.any()) {
                // No strict mode knows "items": false; the bound says the same.
                out.put("minItems", listed).put("maxItems", listed);
            }
        }
        WayBack way = WayBack.SAME;
        if (listed == 0 || !rest.never() && !rest.any()) {
            if (rest.never()) {
                throw cannot(path, "is an array that nothing may stand in");
            }
            Form items = value(rest, path + "[]", level);
            out.put("items", items.json());
            way = items.way();
        }
        boolean same = way instanceof WayBack.Same && ways.stream().allMatch(each -> each instanceof WayBack.Same);
        return new Form(
                described(shape, path, Kind.ARRAY, out.build()), same ? WayBack.SAME : new WayBack.Items(ways, way));
    }

    // Words and bounds

    /** Keywords that nobody but the original schema checks. */
    private void note(Shape shape, String path) {
        Set<String> found = new LinkedHashSet<>();
        for (Json.Obj part : shape.documents()) {
            for (String keyword : UNSAYABLE) {
                if (part.has(keyword) && !(part.get(keyword).orElseThrow() instanceof Json.Bool)) {
                    found.add(keyword);
                }
            }
        }
        found.forEach(keyword -> unenforced.add(path + ": " + keyword));
    }

    /** Adds what the schema says of a value of this kind: as keywords that the profile takes, else as words. */
    private Json.Obj described(Shape shape, String path, @Nullable Kind kind, Json.Obj body) {
        Map<String, Json> out = new LinkedHashMap<>(body.members());
        StringJoiner said = new StringJoiner("\n");
        if (!shape.words().isEmpty()) {
            said.add(shape.words());
        }
        body.string("description").ifPresent(said::add);
        StringJoiner rules = new StringJoiner(", ");
        for (Json.Obj part : shape.documents()) {
            for (String keyword : SAYABLE) {
                Json rule = part.members().get(keyword);
                if (rule != null && concerns(keyword, kind)) {
                    rule(keyword, rule, out, rules, path);
                }
            }
        }
        if (rules.length() > 0) {
            said.add(rules.toString());
        }
        if (said.length() > 0) {
            out.put("description", new Json.Str(said.toString()));
        }
        return Json.Obj.of(out);
    }

    private void rule(String keyword, Json rule, Map<String, Json> out, StringJoiner rules, String path) {
        String text = rule instanceof Json.Str string ? string.value() : rule.toString();
        boolean entries = keyword.endsWith("Properties");
        boolean few = keyword.equals("minItems")
                && profile == StrictProfile.ANTHROPIC
                && (text.equals("0") || text.equals("1"));
        Json known = out.get(keyword);
        if ((profile.takes(keyword, text) || few) && !entries && (known == null || known.equals(rule))) {
            out.put(keyword, rule);
            return;
        }
        if (!keyword.equals("default")) {
            unenforced.add(path + ": " + keyword);
        }
        if (text.equals("int32") || text.equals("int64")) {
            return; // Models do not count in bits.
        }
        if (!(keyword.equals("uniqueItems") && rule != Json.Bool.TRUE)) {
            String example = keyword.equals("format") ? Formats.example(text) : "";
            rules.add(keyword + ": " + Places.clip(text) + example);
        }
    }

    private static boolean concerns(String keyword, @Nullable Kind kind) {
        if (keyword.equals("default")) {
            return true;
        }
        if (kind == null) {
            return false;
        }
        return switch (kind) {
            case STRING ->
                List.of("minLength", "maxLength", "pattern", "format", "contentEncoding")
                        .contains(keyword);
            case INTEGER, NUMBER ->
                List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format")
                        .contains(keyword);
            case ARRAY -> List.of("minItems", "maxItems", "uniqueItems").contains(keyword);
            case OBJECT -> List.of("minProperties", "maxProperties").contains(keyword);
            case NULL, BOOLEAN -> false;
        };
    }

    private void checkLimits() {
        StrictProfile.Limits limits = profile.limits;
        for (String name : written.keySet()) {
            characters += name.length();
        }
        limit(members, limits.members(), "members");
        limit(constants, limits.constants(), "constants in enums");
        limit(characters, limits.characters(), "characters of names and constants");
        limit(optional, limits.optional(), "optional members");
        limit(unions, limits.unions(), "values of several types");
    }

    private void limit(int have, int most, String what) {
        if (have > most) {
            throw cannot("$", "has " + have + " " + what + ", more than " + most);
        }
    }

    private SchemaException cannot(String path, String why) {
        Map<String, String> context = new HashMap<>();
        context.put("path", path);
        context.put("profile", profile.toString());
        return new SchemaException(
                "schema.unsupported", path + ": " + why + ", in " + profile + "'s strict mode", context, null);
    }
}
