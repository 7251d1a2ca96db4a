package dev.tenon.workflow;

import dev.tenon.json.Json;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What was written to the state in one branch: names and values in the order of their first write. Changed in place; nothing is copied when a branch begins, since each has a layer of its own
 * over those it is part of. Not thread-safe.
 */
final class Layer {
    /** Up to here looking at every name is as fast as hashing one. */
    private static final int FEW = 8;

    private String[] names = new String[4];
    private Json[] values = new Json[4];
    private int size;
    private int @Nullable [] table;

    /** The value of a name; null where it was not written. */
    @Nullable
    Json get(String name) {
        int at = place(name);
        return at < 0 ? null : values[at];
    }

    void put(String name, Json value) {
        int at = place(name);
        if (at >= 0) {
            values[at] = value;
            return;
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2);
            values = Arrays.copyOf(values, size * 2);
            index();
        }
        names[size] = name;
        values[size] = value;
        enter(name, size++);
    }

    int size() {
        return size;
    }

    void forEach(BiConsumer<String, Json> action) {
        for (int i = 0; i < size; i++) {
            action.accept(names[i], values[i]);
        }
    }

    Json.Obj json() {
        return Json.Obj.of(
                Arrays.asList(names).subList(0, size), Arrays.asList(values).subList(0, size));
    }

    static Layer of(Json json) {
        Layer layer = new Layer();
        json.asObj().forEach(layer::put);
        return layer;
    }

    private int place(String name) {
        int[] slots = table;
        if (slots == null) {
            for (int i = 0; i < size; i++) {
                if (names[i].equals(name)) {
                    return i;
                }
            }
            return -1;
        }
        int mask = slots.length - 1;
        int slot = spread(name) & mask;
        while (slots[slot] != 0) {
            int at = slots[slot] - 1;
            if (names[at].equals(name)) {
                return at;
            }
            slot = (slot + 1) & mask;
        }
        return -1;
    }

    /** Makes the table anew, for as many names as there is room for. */
    private void index() {
        if (names.length <= FEW) {
            return;
        }
        table = new int[names.length * 2];
        for (int i = 0; i < size; i++) {
            enter(names[i], i);
        }
    }

    private void enter(String name, int at) {
        int[] slots = table;
        if (slots == null) {
            return;
        }
        int mask = slots.length - 1;
        int slot = spread(name) & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = at + 1;
    }

    private static int spread(String name) {
        int hash = name.hashCode() * 0x9E3779B9;
        return hash ^ hash >>> 16;
    }
}
