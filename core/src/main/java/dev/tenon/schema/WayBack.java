package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a value under a strict schema becomes one under the original. Immutable once a schema is written. */
sealed interface WayBack {
    /** Nothing to do, here and below. */
    WayBack SAME = new Same();

    /** The value as the original has it; the shape is that of the strict schema at this place. */
    Json back(Json value, Shape shape);

    /**
     * Whether a way changes no value.
     *
     * @param open the definitions that are being looked at: one that contains itself changes nothing by that
     */
    static boolean isSame(WayBack way, Set<Named> open) {
        return switch (way) {
            case Same same -> true;
            case Members all ->
                all.members().values().stream()
                        .allMatch(member ->
                                !member.nullIsAbsent() && !member.absentIsEmpty() && isSame(member.way(), open));
            case Items items ->
                items.prefix().stream().allMatch(item -> isSame(item, open)) && isSame(items.rest(), open);
            case Values values -> isSame(values.way(), open);
            case Entries entries -> false;
            case Choice choice -> choice.ways().stream().allMatch(branch -> isSame(branch, open));
            case Named named -> named.way == null || !open.add(named) || isSame(named.way, open);
        };
    }

    record Same() implements WayBack {
        @Override
        public Json back(Json value, Shape shape) {
            return value;
        }
    }

    /**
     * One member.
     *
     * @param way for its value
     * @param nullIsAbsent null says that it is left out
     * @param absentIsEmpty it was required, and an array, and had to become optional: where it is missing there is nothing in it
     */
    record Member(WayBack way, boolean nullIsAbsent, boolean absentIsEmpty) {}

    /** An object whose members change. */
    record Members(Map<String, Member> members) implements WayBack {
        @Override
        public Json back(Json value, Shape shape) {
            if (!(value instanceof Json.Obj object)) {
                return value;
            }
            Map<String, Json> restored = new LinkedHashMap<>();
            object.forEach((name, given) -> {
                Member member = members.get(name);
                if (member == null) {
                    restored.put(name, given);
                } else if (!(member.nullIsAbsent() && given.isNull())) {
                    restored.put(name, member.way().back(given, shape.member(name)));
                }
            });
            members.forEach((name, member) -> {
                if (member.absentIsEmpty()) {
                    restored.putIfAbsent(name, Json.Arr.EMPTY);
                }
            });
            return Json.Obj.of(restored);
        }
    }

    /** An array whose items change. */
    record Items(List<WayBack> prefix, WayBack rest) implements WayBack {
        @Override
        public Json back(Json value, Shape shape) {
            if (!(value instanceof Json.Arr array)) {
                return value;
            }
            List<Json> items = new ArrayList<>(array.size());
            for (int i = 0; i < array.size(); i++) {
                WayBack way = i < prefix.size() ? prefix.get(i) : rest;
                items.add(way.back(array.get(i), shape.item(i)));
            }
            return Json.Arr.of(items);
        }
    }

    /** An open object whose members all have values that change. */
    record Values(WayBack way) implements WayBack {
        @Override
        public Json back(Json value, Shape shape) {
            if (!(value instanceof Json.Obj object)) {
                return value;
            }
            Map<String, Json> restored = new LinkedHashMap<>();
            object.forEach((name, given) -> restored.put(name, way.back(given, shape.member(name))));
            return Json.Obj.of(restored);
        }
    }

    /** A list of entries that stands for an object. Of equal keys the last counts. */
    record Entries(WayBack way) implements WayBack {
        @Override
        public Json back(Json value, Shape shape) {
            if (!(value instanceof Json.Arr array)) {
                return value;
            }
            Map<String, Json> members = new LinkedHashMap<>();
            for (Json item : array) {
                if (!(item instanceof Json.Obj entry)
                        || !(entry.get(StrictWriter.KEY).orElse(Json.NULL) instanceof Json.Str key)
                        || !entry.has(StrictWriter.VALUE)) {
                    return value;
                }
                Json given = entry.get(StrictWriter.VALUE).orElseThrow();
                members.put(key.value(), way.back(given, shape.item(0).member(StrictWriter.VALUE)));
            }
            return Json.Obj.of(members);
        }
    }

    /** One of several, told by what fits. */
    record Choice(List<WayBack> ways) implements WayBack {
        @Override
        public Json back(Json value, Shape shape) {
            List<Shape> branches = shape.branches();
            for (int i = 0; i < ways.size() && i < branches.size(); i++) {
                if (branches.get(i).accepts(value)) {
                    return ways.get(i).back(value, branches.get(i));
                }
            }
            return value;
        }
    }

    /** What a definition says; set once it is written, since definitions may contain themselves. */
    final class Named implements WayBack {
        private @Nullable WayBack way;

        void set(WayBack known) {
            way = known;
        }

        @Override
        public Json back(Json value, Shape shape) {
            return way == null ? value : way.back(value, shape);
        }
    }
}
