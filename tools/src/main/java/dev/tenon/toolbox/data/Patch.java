package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.toolbox.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes JSON values: JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7386). A patch is made whole or not at all, since values do not change. What a patch copies is counted: a document that is
 * copied into itself doubles each time, and takes no more memory until it is written. So is what is looked through for each operation. Used for one patch.
 */
final class Patch {
    private static final int MOST = 10_000;

    /** Members and items that all operations together copy, and look through. */
    private static final int MOST_COPIED = 1_000_000;

    private static final long MOST_STEPS = 50_000_000;

    private int copied;
    private long steps;

    private Patch() {}

    static Json merge(Json target, Json patch) {
        if (!(patch instanceof Json.Obj changes)) {
            return patch;
        }
        Map<String, Json> members =
                new LinkedHashMap<>(target instanceof Json.Obj object ? object.members() : Map.of());
        changes.forEach((name, value) -> {
            if (value.isNull()) {
                members.remove(name);
            } else {
                members.put(name, merge(members.getOrDefault(name, Json.NULL), value));
            }
        });
        return Json.Obj.of(members);
    }

    static Json apply(Json document, Json patch) {
        if (!(patch instanceof Json.Arr operations) || operations.size() > MOST) {
            throw refused("a patch is an array of at most " + MOST + " operations");
        }
        Patch made = new Patch();
        Json now = document;
        int number = 0;
        for (Json operation : operations) {
            number++;
            try {
                now = made.step(now, operation);
            } catch (RefusedException e) {
                throw refused("operation " + number + ": " + e.why());
            } catch (JsonException e) {
                throw refused("operation " + number + ": " + e.getMessage());
            }
        }
        return now;
    }

    private Json step(Json document, Json operation) {
        if (!(operation instanceof Json.Obj object)) {
            throw refused("it is no object");
        }
        String path = text(object, "path");
        return switch (text(object, "op")) {
            case "add" -> add(document, path, value(object));
            case "remove" -> remove(document, path);
            case "replace" -> {
                at(document, path);
                yield path.isEmpty() ? value(object) : add(remove(document, path), path, value(object));
            }
            case "move" -> {
                String from = text(object, "from");
                if (path.startsWith(from + "/")) {
                    throw refused("a value cannot be moved into itself");
                }
                Json moved = at(document, from);
                yield add(remove(document, from), path, moved);
            }
            case "copy" -> {
                Json value = at(document, text(object, "from"));
                count(value);
                yield add(document, path, value);
            }
            case "test" -> {
                if (!at(document, path).equals(value(object))) {
                    throw refused("the value at \"" + RefusedException.shown(path) + "\" is another");
                }
                yield document;
            }
            default -> throw refused("\"op\" is none of add, remove, replace, move, copy, test");
        };
    }

    private void count(Json value) {
        if (++copied > MOST_COPIED) {
            throw refused("what it copies comes to more than " + MOST_COPIED + " values");
        }
        if (value instanceof Json.Obj object) {
            object.forEach((name, member) -> count(member));
        } else if (value instanceof Json.Arr array) {
            array.forEach(this::count);
        } else if (value instanceof Json.Str text) {
            copied += text.value().length() / 8;
        }
    }

    private void look(int wide) {
        steps += wide;
        if (steps > MOST_STEPS) {
            throw refused("the patch has too many operations for objects and arrays as large as these");
        }
    }

    private static String text(Json.Obj object, String name) {
        return object.string(name).orElseThrow(() -> refused("it has no text \"" + name + "\""));
    }

    private static Json value(Json.Obj object) {
        return object.get("value").orElseThrow(() -> refused("it has no \"value\""));
    }

    static List<String> pointer(String pointer) {
        if (pointer.isEmpty()) {
            return List.of();
        }
        if (!pointer.startsWith("/")
                || pointer.replace("~0", "").replace("~1", "").contains("~")) {
            throw refused("\"" + RefusedException.shown(pointer) + "\" is no JSON Pointer");
        }
        List<String> tokens = new ArrayList<>();
        for (String token : pointer.substring(1).split("/", -1)) {
            tokens.add(token.replace("~1", "/").replace("~0", "~"));
        }
        return tokens;
    }

    private static Json at(Json document, String path) {
        pointer(path);
        return document.at(path)
                .orElseThrow(() -> refused("there is nothing at \"" + RefusedException.shown(path) + "\""));
    }

    private Json add(Json document, String path, Json value) {
        return changed(document, pointer(path), 0, path, value, true);
    }

    private Json remove(Json document, String path) {
        List<String> tokens = pointer(path);
        if (tokens.isEmpty()) {
            return Json.NULL;
        }
        return changed(document, tokens, 0, path, Json.NULL, false);
    }

    private Json changed(Json at, List<String> tokens, int depth, String path, Json value, boolean adding) {
        if (depth == tokens.size()) {
            return value;
        }
        String token = tokens.get(depth);
        boolean last = depth == tokens.size() - 1;
        if (at instanceof Json.Obj object) {
            look(object.size());
            if (!(last && adding) && !object.has(token)) {
                throw refused("there is nothing at \"" + RefusedException.shown(path) + "\"");
            }
            if (last) {
                return adding ? object.with(token, value) : object.without(token);
            }
            return object.with(
                    token, changed(object.get(token).orElse(Json.NULL), tokens, depth + 1, path, value, adding));
        }
        if (at instanceof Json.Arr array) {
            look(array.size());
            List<Json> items = new ArrayList<>(array.items());
            int index = token.equals("-") && last && adding ? items.size() : index(token, path);
            if (index > items.size() || index == items.size() && !(last && adding)) {
                throw refused("there is nothing at \"" + RefusedException.shown(path) + "\"");
            }
            if (!last) {
                items.set(index, changed(items.get(index), tokens, depth + 1, path, value, adding));
            } else if (adding) {
                items.add(index, value);
            } else {
                items.remove(index);
            }
            return Json.Arr.of(items);
        }
        throw refused("there is nothing at \"" + RefusedException.shown(path) + "\"");
    }

    private static int index(String token, String path) {
        if (!token.matches("0|[1-9][0-9]{0,8}")) {
            throw refused("\"" + RefusedException.shown(path) + "\" names no place in an array");
        }
        return Integer.parseInt(token);
    }

    static RefusedException refused(String why) {
        return new RefusedException("data.patch", why, "operations of RFC 6902 on places that are there");
    }
}
