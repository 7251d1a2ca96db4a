package dev.tenon.workflow;

import dev.tenon.json.Json;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an expression sees. */
interface Environment {
    /** The value of a key of the state; null where there is none. */
    @Nullable
    Json value(String key);

    /** The keys of the state. */
    Set<String> keys();

    /** The value of {@code $name}; null where there is none. */
    @Nullable
    Json variable(String name);

    /** What {@code $now()} and {@code $random()} go by. */
    Moment moment();
}
