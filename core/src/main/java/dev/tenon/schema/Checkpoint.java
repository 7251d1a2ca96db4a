package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place of a schema, for one who checks a value while it is being read: every value is checked when it ends, at its own place, so
 * that no finished value has to be walked through again. Of an object or array whose parts were checked only what is left is asked:
 * which members are missing, how many items there are.
 *
 * <p>Where a place does not say what its parts must be before the whole of it is known ({@code not}, {@code if}, several branches
 * without a tag, patterns of names, {@code unevaluatedProperties}), its parts are let through, and it is checked as a whole when it ends.
 *
 * <p>It only says yes or no. Yes means what {@link JsonSchema#accepts} says; no may also mean that a bound was reached, and
 * {@link JsonSchema#validate} says why. Immutable and thread-safe; a {@link Pass} is not.
 */
public final class Checkpoint {
    /** What one reading has spent on checks, so that all of them together are bounded. Not thread-safe. */
    public static final class Pass {
        private final Run run = new Run(false, Run.SHALLOW);

        /** The object that was closed last, and where: of one with the same names the names need not be asked about again. */
        private @Nullable Checkpoint closed;

        private Json.Obj object = Json.Obj.EMPTY;

        /** Nothing is spent yet. */
        public Pass() {}
    }

    /** The place where anything may stand. */
    public static final Checkpoint ANYTHING = new Checkpoint(null, List.of(), false);

    private static final int KINDS = 6;
    private static final int ARRAY = Integer.numberOfTrailingZeros(Keyword.ARRAY);
    private static final int OBJECT = Integer.numberOfTrailingZeros(Keyword.OBJECT);

    private final @Nullable Compiled compiled;
    private final List<Node> roots;
    private final boolean whole;

    /** What is asked of a value of each kind, with references and conjunctions resolved; the checks of parts are left out. */
    private final Keyword[][] asked = new Keyword[KINDS][];

    /** The checks of the parts of an object and of an array; null where its parts cannot be checked one by one. */
    private final @Nullable List<ObjectChecks.Members> membersChecks;

    private final @Nullable List<ArrayChecks.Items> itemsChecks;

    /** How many items have a place of their own. */
    private final int longestPrefix;

    /** The choice that an object's tag makes; null where there is none. */
    private final @Nullable Tagged tagged;

    /** Whether of an object whose parts were checked nothing is asked but its names. */
    private final boolean namesOnly;

    private volatile @Nullable Map<String, Checkpoint> members;
    private volatile @Nullable Checkpoint otherMember;
    private volatile @Nullable Checkpoint laterItem;

    /** @param whole whether nothing may be checked but the whole value */
    Checkpoint(@Nullable Compiled compiled, List<Node> roots, boolean whole) {
        this.compiled = compiled;
        this.roots = roots;
        this.whole = whole;
        List<ObjectChecks.Members> ofMembers = List.of();
        List<ArrayChecks.Items> ofItems = List.of();
        Tagged tag = null;
        for (int kind = 0; kind < KINDS; kind++) {
            Parts parts = new Parts(kind);
            roots.forEach(parts::take);
            asked[kind] = parts.asked.toArray(Keyword[]::new);
            if (kind == OBJECT) {
                ofMembers = whole || parts.whole ? null : parts.members;
                boolean choiceAlone = parts.asked.size() == 1 && parts.members.isEmpty();
                tag = whole || parts.whole || !choiceAlone ? null : parts.tagged;
            } else if (kind == ARRAY) {
                ofItems = whole || parts.whole ? null : parts.items;
            }
        }
        membersChecks = ofMembers;
        itemsChecks = ofItems;
        int listed = 0;
        for (ArrayChecks.Items each : ofItems == null ? List.<ArrayChecks.Items>of() : ofItems) {
            listed = Math.max(listed, each.prefix().size());
        }
        longestPrefix = listed;
        tagged = tag;
        boolean names = ofMembers != null && tag == null;
        for (Keyword keyword : asked[OBJECT]) {
            names &= keyword instanceof ObjectChecks.Required || keyword instanceof ObjectChecks.Count;
        }
        namesOnly = names;
    }

    /** What the schemas of a place ask of values of one kind. */
    private static final class Parts {
        private final int kind;
        private final List<Keyword> asked = new ArrayList<>();
        private final List<ObjectChecks.Members> members = new ArrayList<>();
        private final List<ArrayChecks.Items> items = new ArrayList<>();
        private final Set<Node> taken = new LinkedHashSet<>();
        private @Nullable Tagged tagged;
        private int choices;
        private boolean whole;

        Parts(int kind) {
            this.kind = kind;
        }

        void take(Node node) {
            if (!taken.add(node)) {
                return;
            }
            whole |= node.tracks();
            if (node.never()) {
                asked.add(NEVER);
            }
            for (Keyword keyword : node.checks(kind)) {
                switch (keyword) {
                    case Choices.Ref ref -> take(ref.target());
                    case Choices.All all -> all.inPlace().forEach(this::take);
                    case Choices.Branches branches -> choice(branches);
                    case ObjectChecks.Members each -> {
                        whole |= each.byPattern();
                        members.add(each);
                    }
                    case ArrayChecks.Items each -> items.add(each);
                    default -> asked.add(keyword);
                }
            }
        }

        /** Where one branch alone takes values of this kind, it is what is asked. */
        private void choice(Choices.Branches branches) {
            List<Node> possible = branches.inPlace().stream()
                    .filter(branch -> (branch.kinds() & 1 << kind) != 0)
                    .toList();
            if (possible.size() == 1) {
                take(possible.getFirst());
                return;
            }
            asked.add(branches);
            choices++;
            if (kind == OBJECT && choices == 1) {
                tagged = branches.tagged();
            }
        }
    }

    private static final Keyword NEVER = new Keyword("false", Keyword.ALL) {
        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            return false;
        }
    };

    /** The place of an object's member. */
    public Checkpoint member(String name) {
        Objects.requireNonNull(name, "name");
        if (membersChecks == null || membersChecks.isEmpty() || tagged != null) {
            return ANYTHING;
        }
        Map<String, Checkpoint> known = members;
        if (known == null) {
            known = declared(membersChecks);
        }
        Checkpoint place = known.get(name);
        if (place != null) {
            return place;
        }
        Checkpoint other = otherMember;
        if (other == null) {
            other = ofMember(membersChecks, null);
            otherMember = other;
        }
        return other;
    }

    private Map<String, Checkpoint> declared(List<ObjectChecks.Members> checks) {
        Map<String, Checkpoint> found = new HashMap<>();
        for (ObjectChecks.Members each : checks) {
            each.properties().keySet().forEach(name -> found.computeIfAbsent(name, key -> ofMember(checks, key)));
        }
        members = found;
        return found;
    }

    /** @param name null for one that no schema declares */
    private Checkpoint ofMember(List<ObjectChecks.Members> checks, @Nullable String name) {
        List<Node> nodes = new ArrayList<>();
        for (ObjectChecks.Members each : checks) {
            Node declared = name == null ? null : each.properties().get(name);
            Node node = declared == null ? each.additional() : declared;
            if (node != null) {
                nodes.add(node);
            }
        }
        return of(nodes);
    }

    /** The place of an array's item, from 0. */
    public Checkpoint item(int index) {
        if (itemsChecks == null || itemsChecks.isEmpty()) {
            return ANYTHING;
        }
        if (index < longestPrefix) {
            return ofItem(itemsChecks, index);
        }
        Checkpoint later = laterItem;
        if (later == null) {
            later = ofItem(itemsChecks, Integer.MAX_VALUE);
            laterItem = later;
        }
        return later;
    }

    private Checkpoint ofItem(List<ArrayChecks.Items> checks, int index) {
        List<Node> nodes = new ArrayList<>();
        for (ArrayChecks.Items each : checks) {
            Node node = index < each.prefix().size() ? each.prefix().get(index) : each.rest();
            if (node != null) {
                nodes.add(node);
            }
        }
        return of(nodes);
    }

    private Checkpoint of(List<Node> nodes) {
        return nodes.isEmpty() || compiled == null ? ANYTHING : compiled.checkpoint(nodes);
    }

    /**
     * The place as it is after an object's first member was read: where that is the tag which makes the choice, the place that it
     * chose; else this one.
     */
    public Checkpoint after(String firstMember, Json value, Pass pass) {
        Objects.requireNonNull(firstMember, "firstMember");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(pass, "pass");
        if (tagged == null || compiled == null || !tagged.member().equals(firstMember)) {
            return this;
        }
        Node branch = tagged.branches().get(value);
        Checkpoint chosen = branch == null ? this : compiled.checkpoint(List.of(branch));
        return chosen.member(firstMember).accepts(value, pass) ? chosen : this;
    }

    /** Whether a value fits here, none of whose parts was checked. */
    public boolean accepts(Json value, Pass pass) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(pass, "pass");
        int kind = Keyword.kindOf(value);
        if (kind < ARRAY && !whole) {
            return all(asked[kind], value, pass);
        }
        for (Node root : roots) {
            if (compiled == null || !compiled.accepts(root, value)) {
                return false;
            }
        }
        return true;
    }

    /** Whether an object or array fits here, all of whose parts were accepted at their places. */
    public boolean closes(Json value, Pass pass) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(pass, "pass");
        boolean object = value instanceof Json.Obj;
        boolean again =
                namesOnly && value instanceof Json.Obj same && pass.closed == this && pass.object.sharesNames(same);
        if (again) {
            return true;
        }
        boolean fits = rest(object, value, pass);
        if (fits && namesOnly && value instanceof Json.Obj last) {
            pass.closed = this;
            pass.object = last;
        }
        return fits;
    }

    private boolean rest(boolean object, Json value, Pass pass) {
        boolean parts =
                object ? membersChecks != null && tagged == null : value instanceof Json.Arr && itemsChecks != null;
        return parts ? all(asked[object ? OBJECT : ARRAY], value, pass) : accepts(value, pass);
    }

    private static boolean all(Keyword[] checks, Json value, Pass pass) {
        if (checks.length == 0) {
            return true;
        }
        long mark = pass.run.mark();
        try {
            for (Keyword check : checks) {
                if (!check.check(value, pass.run, null, null)) {
                    return false;
                }
            }
            return true;
        } catch (Undecided | Run.TooDeep e) {
            pass.run.backTo(mark);
            return false;
        }
    }
}
