package dev.tenon.bus;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Filters of their JSON form. Strict, since a member that is not understood would let pass what it should keep out. */
final class FilterReader {
    private static final Set<String> MEMBERS = Set.of("field", "op", "value");

    private FilterReader() {}

    static Filter read(Json json) {
        return read(json, "$", 0);
    }

    private static Filter read(Json json, String place, int depth) {
        if (depth > Filter.MAX_DEPTH) {
            throw invalid(place, "a filter nests more than " + Filter.MAX_DEPTH + " levels deep");
        }
        if (!(json instanceof Json.Obj object)) {
            throw invalid(place, "expected a filter, an object with and, or, not or field; got " + json.kind());
        }
        if (object.has("field")) {
            return field(object, place);
        }
        if (object.size() != 1) {
            throw invalid(
                    place,
                    "expected a filter: one member and, or or not, or the members field, op and value; got "
                            + (object.isEmpty()
                                    ? "no member"
                                    : String.join(", ", object.members().keySet())));
        }
        String member = object.members().keySet().iterator().next();
        Json inner = object.members().values().iterator().next();
        String within = place + "." + member;
        return switch (member) {
            case "and" -> new Filter.And(list(inner, within, depth));
            case "or" -> new Filter.Or(list(inner, within, depth));
            case "not" -> new Filter.Not(read(inner, within, depth + 1));
            default ->
                throw invalid(within, "no such member; expected and, or, not, or the members field, op and value");
        };
    }

    private static List<Filter> list(Json json, String place, int depth) {
        if (!(json instanceof Json.Arr array)) {
            throw invalid(place, "expected an array of filters, got " + json.kind());
        }
        List<Filter> filters = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            filters.add(read(array.get(i), place + "[" + i + "]", depth + 1));
        }
        return filters;
    }

    private static Filter field(Json.Obj object, String place) {
        for (String member : object.members().keySet()) {
            if (!MEMBERS.contains(member)) {
                throw invalid(place + "." + member, "no such member; expected field, op and value");
            }
        }
        String field = object.string("field").orElseThrow(() -> invalid(place + ".field", "expected a text"));
        String text = object.string("op").orElseThrow(() -> invalid(place + ".op", "expected the name of an operator"));
        Filter.Op op = at(place + ".op", () -> Filter.Op.of(text));
        if (!object.has("value") && op != Filter.Op.EXISTS) {
            throw invalid(place, "expected a value to hold " + field + " against");
        }
        return at(place, () -> new Filter.Field(field, op, object.get("value").orElse(Json.Bool.TRUE)));
    }

    private interface Making<T> {
        T make();
    }

    private static <T> T at(String place, Making<T> making) {
        try {
            return making.make();
        } catch (IllegalArgumentException e) {
            throw invalid(place, String.valueOf(e.getMessage()));
        }
    }

    private static JsonException invalid(String place, String what) {
        return new JsonException("filter.invalid", "filter at " + place + ": " + what, Map.of("place", place), null);
    }
}
