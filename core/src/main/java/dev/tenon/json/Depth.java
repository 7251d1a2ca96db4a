package dev.tenon.json;

import java.util.Map;

/** The one bound on nesting. */
final class Depth {
    private Depth() {}

    /** The depth of a value; without a call through the interface, since most values are neither object nor array. */
    static int of(Json value) {
        return value instanceof Json.Obj object ? object.depth() : value instanceof Json.Arr array ? array.depth() : 0;
    }

    static int checked(int depth) {
        if (depth > Json.MAX_DEPTH) {
            throw new JsonException(
                    "json.depth",
                    "JSON nested deeper than " + Json.MAX_DEPTH + " levels; flatten it, or keep the inner part as text",
                    Map.of("limit", Integer.toString(Json.MAX_DEPTH)),
                    null);
        }
        return depth;
    }
}
