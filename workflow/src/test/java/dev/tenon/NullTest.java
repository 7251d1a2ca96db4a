package dev.tenon;

import dev.tenon.checks.NullRules;
import dev.tenon.json.TypeRef;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

class NullTest extends NullRules {
    @Override
    protected Map<Class<?>, Supplier<?>> samples() {
        return Map.of(TypeRef.class, () -> new TypeRef<List<String>>() {});
    }
}
