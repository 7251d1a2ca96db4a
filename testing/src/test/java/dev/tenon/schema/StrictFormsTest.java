package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tenon.json.Json;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import dev.tenon.testing.Schemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a model writes under a strict form is, mapped back, what the original schema wants. */
class StrictFormsTest {
    private static final List<StrictProfile> PROFILES =
            List.of(StrictProfile.OPENAI, StrictProfile.ANTHROPIC, StrictProfile.GEMINI);

    public enum Colour {
        RED,
        GREEN
    }

    public sealed interface Shape {}

    public record Disc(double radius, Optional<Colour> colour) implements Shape {}

    public record Box(double width, @Nullable Double height, Colour colour) implements Shape {}

    public record Drawing(
            String title,
            List<Shape> shapes,
            Map<String, Integer> counts,
            Map<String, List<Box>> groups,
            Optional<Drawing> under,
            @Nullable List<String> notes) {}

    public record Flat(
            String title, Optional<Shape> shape, @Nullable Integer count, List<Colour> colours) {}

    /** A schema, its strict form, and what a model might write under it. */
    private record Written(JsonSchema original, StrictSchema strict, Json answer) {}

    @TestFactory
    List<DynamicTest> answersFitTheOriginalAgain() {
        return PROFILES.stream()
                .map(profile -> dynamicTest(
                        profile.toString(),
                        () -> Property.forAll(1_000, written(profile, Schemas.any()), StrictFormsTest::fits)))
                .toList();
    }

    @TestFactory
    List<DynamicTest> answersForTypesAreRead() {
        List<DynamicTest> tests = new ArrayList<>();
        for (StrictProfile profile : PROFILES) {
            for (Class<?> type : List.of(Flat.class, Drawing.class, Shape.class, Colour.class)) {
                if (profile != StrictProfile.ANTHROPIC || type != Drawing.class) {
                    tests.add(dynamicTest(profile + " " + type.getSimpleName(), () -> reads(profile, type)));
                }
            }
        }
        return tests;
    }

    private static void reads(StrictProfile profile, Class<?> type) {
        JsonSchema schema = JsonSchema.of(type);
        Property.forAll(written(profile, Gen.always(schema)), written -> {
            fits(written);
            Json restored = written.strict().restore(written.answer());
            // No strict mode counts bits: a number too wide goes back to the model.
            if (schema.accepts(restored)) {
                TypesFitTheirSchemaTest.readOrTooWide(schema, restored, type);
            }
        });
    }

    private static Gen<Written> written(StrictProfile profile, Gen<JsonSchema> schemas) {
        return chance -> {
            while (true) {
                JsonSchema schema = schemas.next(chance);
                try {
                    StrictSchema strict = profile.apply(schema);
                    return new Written(
                            schema, strict, Schemas.fitting(strict.schema()).next(chance));
                } catch (SchemaException e) {
                    assertThat(e.code()).isEqualTo("schema.unsupported");
                    assertThat(e.context()).containsKeys("path", "profile");
                }
            }
        };
    }

    private static void fits(Written written) {
        Set<String> unenforced = new HashSet<>();
        written.strict().unenforced().forEach(each -> unenforced.add(each.substring(each.lastIndexOf(' ') + 1)));
        if (!unenforced.isEmpty()) {
            unenforced.addAll(List.of("anyOf", "oneOf"));
        }
        Json restored = written.strict().restore(written.answer());
        assertThat(written.original().validate(restored))
                .as("%s, restored %s", written.strict().schema(), restored)
                .allSatisfy(violation -> assertThat(unenforced).contains(violation.keyword()));
    }

    @Test
    void openAiIsSentNothingThatItRefuses() {
        Property.forAll(1_000, written(StrictProfile.OPENAI, Schemas.any()), written -> {
            Json.Obj root = written.strict().schema().json().asObj();
            assertThat(root.string("type")).contains("object");
            closed(root);
        });
    }

    private static void closed(Json json) {
        if (!(json instanceof Json.Obj schema)) {
            return;
        }
        Set<String> known = Set.of(
                "type",
                "properties",
                "required",
                "additionalProperties",
                "items",
                "anyOf",
                "enum",
                "const",
                "$ref",
                "$defs",
                "description",
                "minimum",
                "maximum",
                "minItems",
                "maxItems",
                "format");
        assertThat(known).containsAll(schema.members().keySet());
        if (schema.has("$ref")) {
            assertThat(schema.members()).hasSize(1);
        }
        if (schema.string("type").orElse("").equals("object")) {
            Json.Obj properties = schema.get("properties").orElseThrow().asObj();
            assertThat(schema.get("additionalProperties")).contains(Json.Bool.FALSE);
            List<Json> required =
                    schema.get("required").map(names -> names.asArr().items()).orElse(List.of());
            assertThat(required).hasSameSizeAs(properties.members().keySet());
            properties.forEach((name, member) -> closed(member));
        }
        schema.get("items").ifPresent(StrictFormsTest::closed);
        schema.get("anyOf").ifPresent(all -> all.asArr().forEach(StrictFormsTest::closed));
        schema.get("$defs").ifPresent(all -> all.asObj().forEach((name, each) -> closed(each)));
    }

    @Test
    void whatIsNoAnswerAtAllComesBackAsItIs() {
        StrictSchema strict = StrictProfile.OPENAI.apply(JsonSchema.of(Drawing.class));
        Gen<Json> anything = Gen.json();
        for (long seed = 1; seed < 500; seed++) {
            Json json = anything.next(new Chance(seed));
            strict.restore(json);
            strict.restore(Json.object()
                    .put("counts", json)
                    .put("groups", json)
                    .put("shapes", json)
                    .build());
        }
    }
}
