package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which member of the schema each member that was written is: by its name, else by its name without style. */
final class MemberNames {
    private final @Nullable String[] names;
    private final boolean[] clash;
    private final List<Written.Member> members;

    MemberNames(List<Written.Member> members, Shape shape) {
        this.members = members;
        int size = members.size();
        names = new String[size];
        clash = new boolean[size];
        Map<String, Integer> exact = HashMap.newHashMap(size);
        boolean foreign = false;
        for (int i = 0; i < size; i++) {
            String name = members.get(i).name();
            names[i] = name;
            Integer before = exact.put(name, i);
            if (before != null) {
                // Of equal names the last counts.
                names[before] = null;
            }
            foreign |= !shape.properties().containsKey(name);
        }
        if (foreign && !shape.properties().isEmpty()) {
            restyle(shape, exact);
        }
    }

    private void restyle(Shape shape, Map<String, Integer> exact) {
        Map<String, String> styles = new HashMap<>();
        for (String property : shape.properties().keySet()) {
            // Two properties that differ in style alone are told apart by it.
            styles.merge(Spelling.key(property), property, (one, two) -> "");
        }
        Map<String, Integer> taken = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            if (names[i] == null || shape.properties().containsKey(names[i])) {
                continue;
            }
            String property = styles.getOrDefault(Spelling.key(names[i]), "");
            if (property.isEmpty() || exact.containsKey(property)) {
                continue;
            }
            Integer other = taken.putIfAbsent(property, i);
            if (other != null
                    && !members.get(other)
                            .value()
                            .plain()
                            .equals(members.get(i).value().plain())) {
                clash[other] = true;
                clash[i] = true;
            }
            names[i] = property;
        }
    }

    @Nullable
    String of(int index) {
        return names[index];
    }

    boolean has(String name) {
        for (String known : names) {
            if (name.equals(known)) {
                return true;
            }
        }
        return false;
    }

    boolean clash(int index) {
        return clash[index];
    }

    String sharing(String name) {
        List<String> given = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            if (name.equals(names[i])) {
                given.add(new Json.Str(members.get(i).name()).toString());
            }
        }
        return String.join(" and ", given);
    }
}
