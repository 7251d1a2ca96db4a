package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One place of a schema as a reader of values sees it: which kinds of value may stand there, which members and items, which
 * choices. {@code $ref}s are followed and the parts of {@code allOf} joined, so there is nothing left to resolve. Conditions
 * ({@code if}, {@code not}, {@code dependentSchemas} …) do not show; {@link #validate(Json)} knows them.
 *
 * <p>Immutable and thread-safe. Made on first use and kept: the same place of the same {@link JsonSchema} is the same object, in
 * recursive schemas too.
 */
public final class Shape {
    /** What a value can be. */
    public enum Kind {
        NULL,
        BOOLEAN,
        /** A number without a fraction. */
        INTEGER,
        /** Any number; where it is allowed, {@link #INTEGER} is too. */
        NUMBER,
        STRING,
        ARRAY,
        OBJECT
    }

    /**
     * What a shape is made of.
     *
     * @param roots the schemas that a value must fit, all of them
     * @param taken the choices that were settled on the way here; one of the roots is what was chosen
     */
    record Key(List<Node> roots, List<Choice> taken) {}

    /** The {@code anyOf} or the {@code oneOf} of a schema. */
    record Choice(Node node, boolean exactlyOne) {
        List<Node> branches() {
            return exactlyOne ? node.oneOf : node.anyOf;
        }
    }

    private final Compiled compiled;
    private final Key key;
    private final List<Node> parts;
    private final Set<Kind> kinds;
    private final List<Json> constants;
    private final Set<String> required;
    private final @Nullable Choice choice;
    private volatile @Nullable Map<String, Shape> properties;
    private volatile @Nullable List<Shape> branches;
    private volatile @Nullable Shape additional;
    private volatile @Nullable Shape items;

    Shape(Compiled compiled, Key key) {
        this.compiled = compiled;
        this.key = key;
        Set<Node> joined = new LinkedHashSet<>();
        key.roots().forEach(root -> join(root, joined));
        this.parts = List.copyOf(joined);
        this.kinds = Collections.unmodifiableSet(kinds(mask(parts)));
        this.constants = constants(parts);
        Set<String> names = new LinkedHashSet<>();
        parts.forEach(part -> names.addAll(part.required));
        this.required = Collections.unmodifiableSet(names);
        this.choice = choice(parts, key.taken());
    }

    private static void join(Node node, Set<Node> joined) {
        if (!joined.add(node)) {
            return;
        }
        if (node.reference != null) {
            join(node.reference, joined);
        }
        node.allOf.forEach(part -> join(part, joined));
    }

    private static int mask(List<Node> parts) {
        int mask = Node.ANY;
        for (Node part : parts) {
            mask &= part.kinds();
        }
        return mask;
    }

    private static EnumSet<Kind> kinds(int mask) {
        EnumSet<Kind> kinds = EnumSet.noneOf(Kind.class);
        if ((mask & Keyword.NULL) != 0) {
            kinds.add(Kind.NULL);
        }
        if ((mask & Keyword.BOOLEAN) != 0) {
            kinds.add(Kind.BOOLEAN);
        }
        if ((mask & Keyword.NUMBER) != 0) {
            kinds.add(Kind.INTEGER);
            if ((mask & Node.FRACTION) != 0) {
                kinds.add(Kind.NUMBER);
            }
        }
        if ((mask & Keyword.STRING) != 0) {
            kinds.add(Kind.STRING);
        }
        if ((mask & Keyword.ARRAY) != 0) {
            kinds.add(Kind.ARRAY);
        }
        if ((mask & Keyword.OBJECT) != 0) {
            kinds.add(Kind.OBJECT);
        }
        return kinds;
    }

    /** The names of the types that a schema takes, as {@code type} writes them. */
    static List<String> kindNames(Node node) {
        EnumSet<Kind> kinds = kinds(node.kinds());
        if (kinds.contains(Kind.NUMBER)) {
            kinds.remove(Kind.INTEGER);
        }
        return kinds.stream()
                .map(kind -> kind.name().toLowerCase(java.util.Locale.ROOT))
                .toList();
    }

    private static List<Json> constants(List<Node> parts) {
        Set<Json> common = null;
        for (Node part : parts) {
            if (part.constants == null) {
                continue;
            }
            if (common == null) {
                common = new LinkedHashSet<>(part.constants);
            } else {
                common.retainAll(part.constants);
            }
        }
        return common == null ? List.of() : List.copyOf(common);
    }

    private static @Nullable Choice choice(List<Node> parts, List<Choice> taken) {
        for (Node part : parts) {
            Choice any = new Choice(part, false);
            if (!part.anyOf.isEmpty() && !taken.contains(any)) {
                return any;
            }
            Choice one = new Choice(part, true);
            if (!part.oneOf.isEmpty() && !taken.contains(one)) {
                return one;
            }
        }
        return null;
    }

    /** The kinds of value that may stand here; all where the schema does not say, none where nothing fits. */
    public Set<Kind> kinds() {
        return kinds;
    }

    /** The values that may stand here, from {@code enum} or {@code const}; empty where there is no such list. */
    public List<Json> constants() {
        return constants;
    }

    /** The declared members, in order; those of {@link #branches()} are found there. */
    public Map<String, Shape> properties() {
        Map<String, Shape> known = properties;
        if (known == null) {
            Map<String, Shape> made = new LinkedHashMap<>();
            for (Node part : parts) {
                for (String name : part.properties.keySet()) {
                    made.computeIfAbsent(name, this::find);
                }
            }
            known = Collections.unmodifiableMap(made);
            properties = known;
        }
        return known;
    }

    /** The names of members that must be there. */
    public Set<String> required() {
        return required;
    }

    /** What a member of this name must be: declared, by a pattern of names, or additional. {@link #never()} where it is forbidden. */
    public Shape member(String name) {
        Objects.requireNonNull(name, "name");
        Shape declared = properties().get(name);
        if (declared != null) {
            return declared;
        }
        for (Node part : parts) {
            if (!part.patterns.isEmpty()) {
                return find(name);
            }
        }
        Shape known = additional;
        if (known == null) {
            known = find(name);
            additional = known;
        }
        return known;
    }

    private Shape find(String name) {
        List<Node> roots = new ArrayList<>();
        boolean evaluated = false;
        for (Node part : parts) {
            Node declared = part.properties.get(name);
            boolean known = declared != null;
            if (declared != null) {
                roots.add(declared);
            }
            for (Map.Entry<Regex, Node> pattern : part.patterns.entrySet()) {
                if (matches(pattern.getKey(), name)) {
                    roots.add(pattern.getValue());
                    known = true;
                }
            }
            if (!known && part.additional != null) {
                roots.add(part.additional);
                known = true;
            }
            evaluated |= known;
        }
        if (!evaluated && choice == null) {
            addUnevaluated(roots);
        }
        return of(roots);
    }

    /** Where several parts have a say, the inner one leaves nothing to the outer; the validator knows which is which. */
    private void addUnevaluated(List<Node> roots) {
        Node only = null;
        for (Node part : parts) {
            if (part.conditional || only != null && part.unevaluatedMembers != null) {
                return;
            }
            only = part.unevaluatedMembers == null ? only : part.unevaluatedMembers;
        }
        if (only != null) {
            roots.add(only);
        }
    }

    private static boolean matches(Regex regex, String name) {
        try {
            return regex.find(name, new Run(false, Run.SHALLOW));
        } catch (Undecided e) {
            return false;
        }
    }

    private Shape of(List<Node> roots) {
        return compiled.shape(new Key(List.copyOf(roots), List.of()));
    }

    /** Whether members beyond the declared ones are forbidden. */
    public boolean closed() {
        for (Node part : parts) {
            if (!part.patterns.isEmpty()) {
                return false;
            }
        }
        return others().never();
    }

    /** What the item at an index, from 0, must be; {@link #never()} where there may be none. */
    public Shape item(int index) {
        if (index < prefix()) {
            return findItem(index);
        }
        Shape known = items;
        if (known == null) {
            known = findItem(index);
            items = known;
        }
        return known;
    }

    private Shape findItem(int index) {
        List<Node> roots = new ArrayList<>();
        for (Node part : parts) {
            Node item = item(part, index);
            if (item != null) {
                roots.add(item);
            }
        }
        return of(roots);
    }

    private static @Nullable Node item(Node part, int index) {
        return index < part.prefix.size() ? part.prefix.get(index) : part.items;
    }

    /**
     * The choices of {@code anyOf} or {@code oneOf}, in order; empty where there is none. Each has what stands beside the choice
     * joined in, so that a reader that took one may forget this shape.
     */
    public List<Shape> branches() {
        List<Shape> known = branches;
        if (known == null) {
            known = choice == null ? List.of() : branches(choice);
            branches = known;
        }
        return known;
    }

    private List<Shape> branches(Choice of) {
        List<Shape> made = new ArrayList<>();
        if (isBareChoice(of)) {
            of.branches().forEach(branch -> made.add(of(List.of(branch))));
            return List.copyOf(made);
        }
        List<Choice> taken = new ArrayList<>(key.taken());
        taken.add(of);
        for (Node branch : of.branches()) {
            List<Node> roots = new ArrayList<>(key.roots());
            roots.add(branch);
            made.add(compiled.shape(new Key(List.copyOf(roots), List.copyOf(taken))));
        }
        return List.copyOf(made);
    }

    /** Whether nothing stands beside the choice that has a say in what fits. */
    private boolean isBareChoice(Choice only) {
        for (Node part : parts) {
            if (!(part.json instanceof Json.Obj object)) {
                return false;
            }
            for (String keyword : object.members().keySet()) {
                boolean chosen = part == only.node() && keyword.equals(only.exactlyOne() ? "oneOf" : "anyOf");
                if (!chosen && !NOTES.contains(keyword)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The description of this very place, or of what it refers to; not of what stands beside a choice. */
    String words() {
        List<Node> roots = key.roots();
        Node node = roots.isEmpty() ? null : roots.get(roots.size() - 1);
        while (node != null) {
            if (node.json instanceof Json.Obj object && object.has("description")) {
                return object.string("description").orElse("");
            }
            node = node.reference;
        }
        return "";
    }

    /** Whether nothing fits here. */
    public boolean never() {
        return kinds.isEmpty();
    }

    /** The value to take where there is none: {@code default}. */
    public Optional<Json> fallback() {
        return keyword("default");
    }

    /** A keyword as written: of the branch taken last, else of what refers, else of what is referred to; empty where none has it. */
    public Optional<Json> keyword(String name) {
        List<Node> roots = key.roots();
        for (int i = roots.size() - 1; i > 0; i--) {
            Optional<Json> found = keyword(roots.get(i), name);
            if (found.isPresent()) {
                return found;
            }
        }
        for (Node part : parts) {
            Optional<Json> found = keyword(part, name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** As {@link #keyword(String)}, of a keyword that is a text: {@code format}, {@code contentEncoding}, {@code title} … */
    public Optional<String> text(String name) {
        return keyword(name).orElse(Json.NULL) instanceof Json.Str text ? Optional.of(text.value()) : Optional.empty();
    }

    private static Optional<Json> keyword(Node node, String name) {
        return node.json instanceof Json.Obj object ? object.get(name) : Optional.empty();
    }

    /** What stands at a place that only refers there, perhaps with words of its own; this shape where it does more. */
    Shape core() {
        Shape core = this;
        while (core.key.taken().isEmpty() && core.key.roots().size() == 1) {
            Node node = core.key.roots().get(0);
            if (node.reference == null || !isBareReference(node.json)) {
                break;
            }
            core = of(List.of(node.reference));
        }
        return core;
    }

    private static boolean isBareReference(Json json) {
        return json instanceof Json.Obj object
                && NOTES.containsAll(object.members().keySet());
    }

    /** Keywords that may stand beside a reference without a say in what fits. */
    private static final Set<String> NOTES =
            Set.of("$ref", "$defs", "$comment", "title", "description", "default", "examples", "readOnly", "writeOnly");

    /** Everything that stands here, one schema object each. */
    List<Json.Obj> documents() {
        List<Json.Obj> all = new ArrayList<>();
        for (Node part : parts) {
            if (part.json instanceof Json.Obj object) {
                all.add(object);
            }
        }
        return all;
    }

    /** The pointer of the place in its document. */
    String pointer() {
        return key.roots().isEmpty() ? "" : key.roots().get(key.roots().size() - 1).pointer;
    }

    /** Whether members have names that only patterns tell. */
    boolean hasPatterns() {
        for (Node part : parts) {
            if (!part.patterns.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** How many items have a schema of their own. */
    int prefix() {
        int most = 0;
        for (Node part : parts) {
            most = Math.max(most, part.prefix.size());
        }
        return most;
    }

    /** What members that are not declared must be. */
    Shape others() {
        String unknown = "";
        while (properties().containsKey(unknown)) {
            unknown += "x";
        }
        return member(unknown);
    }

    /** Whether anything at all fits here. */
    boolean any() {
        return kinds.size() == Kind.values().length && constants.isEmpty() && choice == null;
    }

    /** Whether a value fits at this place. */
    public boolean accepts(Json value) {
        Objects.requireNonNull(value, "value");
        for (Node root : key.roots()) {
            if (!compiled.accepts(root, value)) {
                return false;
            }
        }
        return true;
    }

    /** What is wrong with a value at this place, pointers counted from it; empty where it fits. */
    public List<Violation> validate(Json value) {
        Objects.requireNonNull(value, "value");
        Set<Violation> all = new LinkedHashSet<>();
        for (Node root : key.roots()) {
            all.addAll(compiled.validate(root, value));
        }
        return List.copyOf(all);
    }

    /** The document of this place as written, without what its references lead to; an empty object where the schema is silent. */
    public Json json() {
        List<Node> roots = key.roots();
        return roots.isEmpty() ? Json.Obj.EMPTY : roots.get(roots.size() - 1).json;
    }

    @Override
    public String toString() {
        return json().toString();
    }
}
