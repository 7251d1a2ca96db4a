package dev.tenon;

import dev.tenon.bedrock.Bedrock;
import dev.tenon.checks.NullRules;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

class NullTest extends NullRules {
    @Override
    protected Map<Class<?>, Supplier<?>> samples() {
        return Map.of(
                Bedrock.class, () -> Bedrock.connect("eu-central-1").key("none").build());
    }

    @Override
    protected List<String> notTried() {
        // A reply comes from a server only.
        return List.of(
                "dev.tenon.http.HttpResponse.header(String name)",
                "dev.tenon.http.HttpResponse.hurry(Duration patience)",
                "dev.tenon.http.HttpResponse.retryAfter(Instant now)");
    }
}
