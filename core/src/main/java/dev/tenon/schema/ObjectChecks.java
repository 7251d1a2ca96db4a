package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks of objects. */
final class ObjectChecks {
    private ObjectChecks() {}

    /** {@code minProperties}, {@code maxProperties}. */
    static final class Count extends Keyword {
        private final long bound;
        private final boolean upper;

        Count(String name, long bound, boolean upper) {
            super(name, OBJECT);
            this.bound = bound;
            this.upper = upper;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            int size = ((Json.Obj) value).size();
            return (upper ? size <= bound : size >= bound)
                    || at != null
                            && at.fail(
                                    name,
                                    "expected at " + (upper ? "most " : "least ") + Places.count(bound, "member")
                                            + ", got " + size);
        }
    }

    /** {@code required}. */
    static final class Required extends Keyword {
        private final String[] names;

        Required(Set<String> names) {
            super("required", OBJECT);
            this.names = names.toArray(String[]::new);
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            Map<String, Json> members = ((Json.Obj) value).members();
            boolean fits = true;
            for (String wanted : names) {
                if (!members.containsKey(wanted)) {
                    if (at == null) {
                        return false;
                    }
                    fits = at.fail(name, "member " + Places.quoted(wanted) + " is missing", wanted);
                }
            }
            return fits;
        }
    }

    /** {@code properties}, {@code patternProperties} and {@code additionalProperties} in one pass over the members. */
    static final class Members extends Keyword {
        private final Map<String, Node> properties;
        private final Regex[] patterns;
        private final Node[] byPattern;
        private final @Nullable Node additional;
        private final String[] names;
        private final Node[] nodes;

        Members(String name, Map<String, Node> properties, Map<Regex, Node> patterns, @Nullable Node additional) {
            super(name, OBJECT);
            this.properties = properties;
            this.patterns = patterns.keySet().toArray(Regex[]::new);
            this.byPattern = patterns.values().toArray(Node[]::new);
            this.additional = additional;
            this.names = properties.keySet().toArray(String[]::new);
            this.nodes = properties.values().toArray(Node[]::new);
        }

        Map<String, Node> properties() {
            return properties;
        }

        boolean byPattern() {
            return patterns.length > 0;
        }

        @Nullable
        Node additional() {
            return additional;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            Map<String, Json> members = ((Json.Obj) value).members();
            // Few members of many declared are looked up one way, many of few the other: neither may cost more than it
            // must.
            if (patterns.length > 0 || names.length > 2L * members.size() + 4) {
                return byMember(members, run, at, seen);
            }
            int known = 0;
            boolean fits = true;
            for (int i = 0; i < names.length; i++) {
                Json member = members.get(names[i]);
                if (member == null) {
                    continue;
                }
                known++;
                fits &= nodes[i].check(member, run, at == null ? null : at.member(names[i]), null);
                if (!fits && at == null) {
                    return false;
                }
                if (seen != null) {
                    seen.member(names[i]);
                }
            }
            if (additional == null || known == members.size()) {
                return fits;
            }
            for (Map.Entry<String, Json> member : members.entrySet()) {
                if (!properties.containsKey(member.getKey())) {
                    fits &= extra(additional, member.getKey(), member.getValue(), run, at);
                    if (!fits && at == null) {
                        return false;
                    }
                }
            }
            if (seen != null) {
                seen.everyMember();
            }
            return fits;
        }

        private boolean byMember(Map<String, Json> members, Run run, @Nullable At at, @Nullable Seen seen) {
            boolean fits = true;
            for (Map.Entry<String, Json> member : members.entrySet()) {
                String key = member.getKey();
                Json json = member.getValue();
                Node declared = properties.get(key);
                boolean known = declared != null;
                if (declared != null) {
                    fits &= declared.check(json, run, at == null ? null : at.member(key), null);
                }
                for (int i = 0; i < patterns.length; i++) {
                    if (patterns[i].find(key, run)) {
                        known = true;
                        fits &= byPattern[i].check(json, run, at == null ? null : at.member(key), null);
                    }
                }
                if (!known && additional != null) {
                    fits &= extra(additional, key, json, run, at);
                    known = true;
                }
                if (!fits && at == null) {
                    return false;
                }
                if (known && seen != null) {
                    seen.member(key);
                }
            }
            return fits;
        }

        private boolean extra(Node node, String key, Json member, Run run, @Nullable At at) {
            if (!node.never()) {
                return node.check(member, run, at == null ? null : at.member(key), null);
            }
            return at != null && at.member(key).fail("additionalProperties", "no such member is known" + known());
        }

        private String known() {
            if (names.length == 0 || names.length > 20) {
                return "";
            }
            List<String> quoted = new ArrayList<>();
            for (String each : names) {
                quoted.add(Places.quoted(each));
            }
            return "; known: " + String.join(", ", quoted);
        }
    }

    /** {@code propertyNames}. */
    static final class Names extends Keyword {
        private final Node node;

        Names(Node node) {
            super("propertyNames", OBJECT);
            this.node = node;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            boolean fits = true;
            for (String key : ((Json.Obj) value).members().keySet()) {
                if (node.check(new Json.Str(key), run, null, null)) {
                    continue;
                }
                if (at == null) {
                    return false;
                }
                At.Report report = new At.Report();
                node.check(new Json.Str(key), run, At.root(report), null);
                String why = report.violations.isEmpty()
                        ? ""
                        : report.violations.get(0).message().substring(1);
                fits = at.member(key).fail(name, "the name is not allowed" + why);
            }
            return fits;
        }
    }

    /** {@code dependentRequired}, and the lists of names in the older {@code dependencies}. */
    static final class DependentRequired extends Keyword {
        private final Map<String, List<String>> wanted;

        DependentRequired(String name, Map<String, List<String>> wanted) {
            super(name, OBJECT);
            this.wanted = wanted;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            Json.Obj object = (Json.Obj) value;
            boolean fits = true;
            for (Map.Entry<String, List<String>> rule : wanted.entrySet()) {
                if (!object.has(rule.getKey())) {
                    continue;
                }
                for (String member : rule.getValue()) {
                    if (!object.has(member)) {
                        if (at == null) {
                            return false;
                        }
                        fits = at.fail(
                                name,
                                "member " + Places.quoted(member) + " is missing, which must be there where "
                                        + Places.quoted(rule.getKey()) + " is",
                                member);
                    }
                }
            }
            return fits;
        }
    }

    /** {@code dependentSchemas}, and the schemas in the older {@code dependencies}. */
    static final class DependentSchemas extends Keyword {
        private final Map<String, Node> rules;

        DependentSchemas(String name, Map<String, Node> rules) {
            super(name, OBJECT);
            this.rules = rules;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            Json.Obj object = (Json.Obj) value;
            boolean fits = true;
            for (Map.Entry<String, Node> rule : rules.entrySet()) {
                if (object.has(rule.getKey())) {
                    fits &= rule.getValue().check(value, run, at, seen);
                    if (!fits && at == null) {
                        return false;
                    }
                }
            }
            return fits;
        }

        @Override
        List<Node> inPlace() {
            return List.copyOf(rules.values());
        }
    }

    /** {@code unevaluatedProperties}. */
    static final class Unevaluated extends Keyword {
        private final Node node;

        Unevaluated(Node node) {
            super("unevaluatedProperties", OBJECT);
            this.node = node;
        }

        @Override
        boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen) {
            if (seen == null) {
                throw new IllegalStateException("a schema with unevaluatedProperties does not note what was looked at");
            }
            boolean fits = true;
            for (Map.Entry<String, Json> member : ((Json.Obj) value).members().entrySet()) {
                String key = member.getKey();
                if (seen.hasMember(key)) {
                    continue;
                }
                if (node.never()) {
                    fits = at != null && at.member(key).fail(name, "no such member is known");
                } else {
                    fits &= node.check(member.getValue(), run, at == null ? null : at.member(key), null);
                }
                if (!fits && at == null) {
                    return false;
                }
            }
            seen.everyMember();
            return fits;
        }
    }
}
