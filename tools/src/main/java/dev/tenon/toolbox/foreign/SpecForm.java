package dev.tenon.toolbox.foreign;

import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.ToolRegistry;
import dev.tenon.tool.ToolSpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A tool's spec as a program or a file says it: {@code name}, {@code description}, {@code parameters}, {@code output}, {@code examples}, {@code traits}, {@code timeout_seconds}. */
final class SpecForm {
    static final Set<String> MEMBERS =
            Set.of("name", "description", "parameters", "output", "examples", "traits", "timeout_seconds");

    private static final JsonSchema NOTHING =
            JsonSchema.parse("{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}");

    private SpecForm() {}

    /**
     * Reads a spec.
     *
     * @throws RuntimeException where it is none, with what is wrong
     */
    static ToolSpec read(Json said) {
        if (!(said instanceof Json.Obj object)) {
            throw new IllegalArgumentException("it is no object");
        }
        String name = object.string("name").orElseThrow(() -> new IllegalArgumentException("it has no name"));
        return new ToolSpec(
                ToolRegistry.legalName(name),
                object.string("description").orElse(""),
                schema(object, "parameters").orElse(NOTHING),
                schema(object, "output").orElse(JsonSchema.ANY),
                object.get("examples")
                        .map(examples -> examples.as(new TypeRef<List<Json.Obj>>() {}))
                        .orElse(List.of()),
                traits(object),
                object.get("timeout_seconds")
                        .map(seconds -> Duration.ofMillis(Math.round(seconds.as(Double.class) * 1000)))
                        .orElse(ToolSpec.DEFAULT_TIMEOUT),
                Map.of());
    }

    private static Optional<JsonSchema> schema(Json.Obj object, String member) {
        return object.get(member).map(JsonSchema::of);
    }

    private static Set<ToolSpec.Trait> traits(Json.Obj object) {
        Set<ToolSpec.Trait> traits = EnumSet.noneOf(ToolSpec.Trait.class);
        for (String word : object.get("traits")
                .map(words -> words.as(new TypeRef<List<String>>() {}))
                .orElse(List.of())) {
            try {
                traits.add(ToolSpec.Trait.valueOf(word.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "the trait \"" + word + "\" is none of read_only, idempotent, destructive, open_world");
            }
        }
        return traits;
    }
}
