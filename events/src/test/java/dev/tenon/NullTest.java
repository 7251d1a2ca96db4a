package dev.tenon;

import dev.tenon.bus.Filter;
import dev.tenon.checks.NullRules;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

class NullTest extends NullRules {
    @Override
    protected Map<Class<?>, Supplier<?>> samples() {
        return Map.of(Filter.Op.class, () -> Filter.Op.EXISTS); // of all, the one that needs no value
    }

    @Override
    protected List<String> notTried() {
        // Given by a recording that is followed.
        return List.of("dev.tenon.recording.Watching.within(Scope above)");
    }
}
