package dev.tenon.output;

import dev.tenon.json.Json;
import dev.tenon.schema.Shape;
import dev.tenon.schema.Written;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a brace is missing in the middle, as in <code>{"a": {"b": 1, "c": 2}</code>, all that follows seems to belong to the inner
 * object. The schema may know better: a member that the inner object does not declare and an outer one does begins what stands outside.
 * Not thread-safe.
 */
final class Regrouping {
    /** Braces that are missing within one another. */
    private static final int MAX_LEVELS = 32;

    private final List<Shape> outer = new ArrayList<>();
    private List<Written.Member> tail = List.of();
    private boolean moved;

    private Regrouping() {}

    /** The document with such members moved outwards; null where there are none. */
    static @Nullable Written outwards(Written root, Shape shape) {
        Regrouping regrouping = new Regrouping();
        Written value = regrouping.level(root, shape);
        return regrouping.moved ? value : null;
    }

    /** The value without the members that belong further out; those are in {@link #tail}. */
    private Written level(Written value, Shape shape) {
        tail = List.of();
        List<Written.Member> given = members(value);
        if (given.isEmpty() || !shape.branches().isEmpty() || outer.size() >= MAX_LEVELS) {
            return value;
        }
        List<Written.Member> members = new ArrayList<>(given);
        Written.Member last = members.removeLast();
        outer.addLast(shape);
        Written inner = level(last.value(), shape.member(last.name()));
        outer.removeLast();
        members.addLast(new Written.Member(last.name(), inner));
        members.addAll(tail);
        tail = List.of();
        int stays = 0;
        while (stays < members.size() && !belongsOutside(members.get(stays).name(), shape)) {
            stays++;
        }
        if (stays < members.size()) {
            tail = List.copyOf(members.subList(stays, members.size()));
            members.subList(stays, members.size()).clear();
            moved = true;
        }
        return new Written.Members(members, value.cut());
    }

    private boolean belongsOutside(String name, Shape shape) {
        return !shape.properties().containsKey(name)
                && outer.stream().anyMatch(level -> level.properties().containsKey(name));
    }

    private static List<Written.Member> members(Written value) {
        if (value instanceof Written.Members object) {
            return object.members();
        }
        List<Written.Member> members = new ArrayList<>();
        if (value.plain() instanceof Json.Obj object) {
            object.forEach((name, member) -> members.add(new Written.Member(name, Written.of(member))));
        }
        return members;
    }
}
