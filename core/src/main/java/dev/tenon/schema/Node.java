package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One compiled schema. Filled by the {@link Compiler}, then never changed; what it holds besides its checks is what {@link Shape}
 * reads.
 *
 * <p>Checks are sorted by the kind of value they look at, so that a text is not asked about its members, and a schema that says
 * only {@code type} costs nothing where the type is right.
 */
final class Node {
    private static final Keyword[] NONE = {};
    private static final int KINDS = 6;

    /** Numbers that are not whole may fit. Beside {@link Keyword}'s bits, of which {@link Keyword#NUMBER} stands for whole ones. */
    static final int FRACTION = 1 << KINDS;

    /** Every kind. */
    static final int ANY = Keyword.ALL | FRACTION;

    final Json json;
    final Resource resource;
    final String pointer;

    /** The kinds that {@code type} allows, by {@link Keyword}'s bits. */
    int types = Keyword.ALL;

    /** {@code type} allows whole numbers only. */
    boolean wholeOnly;

    final Map<String, Node> properties = new LinkedHashMap<>();
    final Map<Regex, Node> patterns = new LinkedHashMap<>();
    final Set<String> required = new LinkedHashSet<>();
    final List<Node> prefix = new ArrayList<>();
    final List<Node> allOf = new ArrayList<>();
    final List<Node> anyOf = new ArrayList<>();
    final List<Node> oneOf = new ArrayList<>();

    @Nullable
    List<Json> constants;

    @Nullable
    Node additional;

    @Nullable
    Node items;

    @Nullable
    Node reference;

    @Nullable
    Node unevaluatedMembers;

    /** What fits depends on conditions too, which may let in more members. */
    boolean conditional;

    private final Keyword[][] byKind = new Keyword[KINDS][];
    private List<Keyword> keywords = List.of();
    private boolean never;
    private boolean tracks;

    /** Worked out when first asked; negative until then. Two threads would find the same. */
    private int kinds = -1;

    Node(Json json, Resource resource, String pointer) {
        this.json = json;
        this.resource = resource;
        this.pointer = pointer;
        for (int i = 0; i < KINDS; i++) {
            byKind[i] = NONE;
        }
    }

    void forbid() {
        never = true;
    }

    /** Whether this is the schema {@code false}. */
    boolean never() {
        return never;
    }

    /** Sets the checks, in their order; where the type is wrong nothing but {@code misfit} is asked. */
    void keywords(List<Keyword> all, @Nullable Keyword misfit) {
        keywords = List.copyOf(all);
        for (int i = 0; i < KINDS; i++) {
            int bit = 1 << i;
            if (misfit != null && (types & bit) == 0) {
                byKind[i] = new Keyword[] {misfit};
                continue;
            }
            List<Keyword> fitting = new ArrayList<>();
            if (misfit != null && bit == Keyword.NUMBER && wholeOnly) {
                fitting.add(misfit);
            }
            for (Keyword keyword : all) {
                if ((keyword.kinds & bit) != 0) {
                    fitting.add(keyword);
                }
            }
            byKind[i] = fitting.toArray(NONE);
        }
    }

    /** Has this schema note for itself what was looked at. */
    void track() {
        tracks = true;
    }

    /** Whether it notes what was looked at, for {@code unevaluatedProperties} and its twin. */
    boolean tracks() {
        return tracks;
    }

    /** The checks of values of one kind, by {@link Keyword#kindOf}. */
    Keyword[] checks(int kind) {
        return byKind[kind];
    }

    void link() {
        keywords.forEach(Keyword::link);
    }

    List<Node> inPlace() {
        List<Node> all = new ArrayList<>();
        for (Keyword keyword : keywords) {
            all.addAll(keyword.inPlace());
        }
        return all;
    }

    /** As {@link Keyword#check}. */
    boolean check(Json value, Run run, @Nullable At at, @Nullable Seen outer) {
        if (never) {
            return at != null && at.fail("false", "nothing may stand here, got " + At.show(value));
        }
        Keyword[] checks = byKind[Keyword.kindOf(value)];
        if (checks.length == 0) {
            return true;
        }
        boolean kept = at == null && outer == null && run.crowded();
        if (kept) {
            Boolean answer = run.answer(this, value);
            if (answer != null) {
                return answer;
            }
        }
        boolean entered = run.enter(this);
        Seen seen = tracks || outer != null ? new Seen() : null;
        boolean fits = at == null ? all(checks, value, run, seen) : explained(checks, value, run, at, seen);
        run.leave(entered);
        if (fits && outer != null && seen != null) {
            outer.add(seen);
        }
        if (kept) {
            run.keep(this, value, fits);
        }
        return fits;
    }

    private static boolean all(Keyword[] checks, Json value, Run run, @Nullable Seen seen) {
        for (Keyword check : checks) {
            if (!check.check(value, run, null, seen)) {
                return false;
            }
        }
        return true;
    }

    private static boolean explained(Keyword[] checks, Json value, Run run, At at, @Nullable Seen seen) {
        boolean fits = true;
        long mark = run.mark();
        for (Keyword check : checks) {
            try {
                fits &= check.check(value, run, at, seen);
            } catch (Undecided e) {
                run.backTo(mark);
                fits = at.fail(check.name, "undecided: " + e.getMessage());
            }
        }
        return fits;
    }

    /** The kinds of value that could fit, as far as it shows without a value: {@link Keyword}'s bits and {@link #FRACTION}. */
    int kinds() {
        if (kinds < 0) {
            kinds = never ? 0 : countKinds();
        }
        return kinds;
    }

    private int countKinds() {
        int found = types;
        if ((types & Keyword.NUMBER) != 0 && !wholeOnly) {
            found |= FRACTION;
        }
        if (constants != null) {
            int listed = 0;
            for (Json constant : constants) {
                listed |= 1 << Keyword.kindOf(constant);
                if (constant instanceof Json.Num number && !number.whole()) {
                    listed |= FRACTION;
                }
            }
            found &= listed;
        }
        if (reference != null) {
            found &= reference.kinds();
        }
        for (Node part : allOf) {
            found &= part.kinds();
        }
        return found & anyKinds(anyOf) & anyKinds(oneOf);
    }

    private static int anyKinds(List<Node> branches) {
        int kinds = branches.isEmpty() ? ANY : 0;
        for (Node branch : branches) {
            kinds |= branch.kinds();
        }
        return kinds;
    }
}
