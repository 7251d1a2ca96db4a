package dev.tenon.schema;

import dev.tenon.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One compiled check of a schema. Immutable once compiled. */
abstract class Keyword {
    static final int NULL = 1;
    static final int BOOLEAN = 1 << 1;
    static final int NUMBER = 1 << 2;
    static final int STRING = 1 << 3;
    static final int ARRAY = 1 << 4;
    static final int OBJECT = 1 << 5;
    static final int ALL = (1 << 6) - 1;

    /** What the schema's author wrote. */
    final String name;

    /** The kinds of value that this check looks at; others it is never handed. */
    final int kinds;

    Keyword(String name, int kinds) {
        this.name = name;
        this.kinds = kinds;
    }

    /**
     * Whether the value fits. One method answers yes or no and explains, so that the two cannot differ.
     *
     * @param at where the value is and violations go; null where only yes or no is wanted: then nothing is allocated and the first
     *     misfit ends it
     * @param seen where to note which members and items were looked at; null where nobody asks
     */
    abstract boolean check(Json value, Run run, @Nullable At at, @Nullable Seen seen);

    /** The schemas that this one applies to the same value, not to a part of it. */
    List<Node> inPlace() {
        return List.of();
    }

    /** Called when all schemas have been compiled. */
    void link() {}

    /** The place of a kind in an array of all kinds. */
    static int kindOf(Json value) {
        if (value instanceof Json.Str) {
            return 3;
        }
        if (value instanceof Json.Obj) {
            return 5;
        }
        if (value instanceof Json.Num) {
            return 2;
        }
        if (value instanceof Json.Arr) {
            return 4;
        }
        return value instanceof Json.Bool ? 1 : 0;
    }
}
