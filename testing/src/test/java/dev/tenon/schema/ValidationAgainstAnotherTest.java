package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tenon.json.Json;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import dev.tenon.testing.Schemas;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Another validator is asked about the same schemas and values; where the two differ, one of them is wrong. */
class ValidationAgainstAnotherTest {
    private static final SchemaRegistry OTHER = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    /** A schema and values to try on it. */
    private record Tried(Json schema, List<Json> values) {}

    @Test
    void bothAgreeOnSchemasOfEveryKeyword() {
        Property.forAll(3_000, wild(), tried -> {
            JsonSchema schema = JsonSchema.of(tried.schema(), SchemaOptions.DEFAULT.withFormats(false));
            Schema other = OTHER.getSchema(tried.schema().toString(), InputFormat.JSON);
            for (Json value : tried.values()) {
                boolean theirs =
                        other.validate(value.toString(), InputFormat.JSON).isEmpty();
                assertThat(schema.accepts(value))
                        .as("%s by %s", value, tried.schema())
                        .isEqualTo(theirs);
                assertThat(whileReading(value, schema.checkpoint(), new Checkpoint.Pass()))
                        .as("%s by %s, checked while it is read", value, tried.schema())
                        .isEqualTo(theirs);
            }
        });
    }

    @Test
    void bothAgreeOnSchemasAsTheyAreWritten() {
        Gen<Tried> usual = Schemas.any().flatMap(schema -> chance -> {
            List<Json> values = new ArrayList<>();
            Json fits = Schemas.fitting(schema).next(chance);
            values.add(fits);
            for (int i = 0; i < 5; i++) {
                values.add(damaged(fits, chance));
            }
            return new Tried(schema.json(), values);
        });
        Property.forAll(1_000, usual, tried -> {
            JsonSchema schema = JsonSchema.of(tried.schema(), SchemaOptions.DEFAULT.withFormats(false));
            Schema other = OTHER.getSchema(tried.schema().toString(), InputFormat.JSON);
            for (Json value : tried.values()) {
                if (!TypesFitTheirSchemaTest.isWithinDoubles(value)) {
                    continue; // The other one takes what no double holds for no number.
                }
                boolean theirs =
                        other.validate(value.toString(), InputFormat.JSON).isEmpty();
                assertThat(schema.accepts(value))
                        .as("%s by %s", value, tried.schema())
                        .isEqualTo(theirs);
                assertThat(whileReading(value, schema.checkpoint(), new Checkpoint.Pass()))
                        .as("%s by %s, checked while it is read", value, tried.schema())
                        .isEqualTo(theirs);
            }
        });
    }

    @Test
    void whatIsRefusedIsExplainedAtAPlaceThatIsThere() {
        Property.forAll(3_000, wild(), tried -> {
            JsonSchema schema = JsonSchema.of(tried.schema());
            for (Json value : tried.values()) {
                List<Violation> violations = schema.validate(value);
                assertThat(violations.isEmpty()).isEqualTo(schema.accepts(value));
                assertThat(violations).allSatisfy(violation -> {
                    assertThat(value.at(violation.pointer())).isPresent();
                    assertThat(violation.message()).startsWith("$").contains(": ");
                });
            }
        });
    }

    @Test
    void theRootShapeSaysTheSame() {
        Property.forAll(2_000, wild(), tried -> {
            JsonSchema schema = JsonSchema.of(tried.schema());
            for (Json value : tried.values()) {
                assertThat(schema.shape().accepts(value)).isEqualTo(schema.accepts(value));
                if (schema.accepts(value)) {
                    assertThat(schema.shape().kinds()).contains(kind(value));
                    assertThat(schema.shape().constants().isEmpty()
                                    || schema.shape().constants().contains(value))
                            .isTrue();
                }
            }
        });
    }

    @Test
    void whatAnObjectHoldsFitsTheShapesOfItsMembers() {
        Property.forAll(2_000, wild(), tried -> {
            JsonSchema schema = JsonSchema.of(tried.schema());
            Shape shape = schema.shape();
            for (Json value : tried.values()) {
                if (schema.accepts(value) && value instanceof Json.Obj object) {
                    object.forEach(
                            (name, member) -> assertThat(shape.member(name).accepts(member))
                                    .as(name)
                                    .isTrue());
                    assertThat(object.members().keySet()).containsAll(shape.required());
                    assertThat(shape.branches().isEmpty()
                                    || shape.branches().stream().anyMatch(branch -> branch.accepts(object)))
                            .isTrue();
                }
                if (schema.accepts(value) && value instanceof Json.Arr array) {
                    for (int i = 0; i < array.size(); i++) {
                        assertThat(shape.item(i).accepts(array.get(i))).isTrue();
                    }
                }
            }
        });
    }

    private static Shape.Kind kind(Json value) {
        return switch (value) {
            case Json.Null n -> Shape.Kind.NULL;
            case Json.Bool b -> Shape.Kind.BOOLEAN;
            case Json.Num n -> n.whole() ? Shape.Kind.INTEGER : Shape.Kind.NUMBER;
            case Json.Str s -> Shape.Kind.STRING;
            case Json.Arr a -> Shape.Kind.ARRAY;
            case Json.Obj o -> Shape.Kind.OBJECT;
        };
    }

    /** Schemas of keywords that get in each other's way, on a handful of names and values so that they meet. */
    private static Gen<Tried> wild() {
        return chance -> {
            Json schema = new Wild(chance).document();
            List<Json> values = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                values.add(value(chance, 0));
            }
            return new Tried(schema, values);
        };
    }

    private static final List<String> NAMES = List.of("a", "b", "c", "ab", "d");

    private static Json value(Chance chance, int depth) {
        return switch (depth > 2 ? chance.below(4) : chance.below(9)) {
            case 0 -> Json.of(chance.pick(List.of("", "a", "b", "ab", "aab", "é", "🚀🚀")));
            case 1 -> chance.pick(List.of(Json.parse("1.0"), Json.of(0), Json.of(-3), Json.parse("2.5"), Json.of(12)));
            case 2 -> Json.of(Gen.bool().next(chance));
            case 3 -> Json.NULL;
            case 4, 5 -> {
                List<Json> items = new ArrayList<>();
                for (int left = chance.below(4); left > 0; left--) {
                    items.add(value(chance, depth + 1));
                }
                yield Json.Arr.of(items);
            }
            default -> {
                Map<String, Json> members = new LinkedHashMap<>();
                for (int left = chance.below(5); left > 0; left--) {
                    members.put(chance.pick(NAMES), value(chance, depth + 1));
                }
                yield Json.Obj.of(members);
            }
        };
    }

    private static Json damaged(Json value, Chance chance) {
        return switch (value) {
            case Json.Obj object
            when object.size() > 0 && !chance.oneIn(4) -> {
                String name = chance.pick(List.copyOf(object.members().keySet()));
                yield chance.oneIn(3)
                        ? object.without(name)
                        : chance.oneIn(4)
                                ? object.with("x", 1)
                                : object.with(name, damaged(object.get(name).orElseThrow(), chance));
            }
            case Json.Arr array
            when array.size() > 0 && !chance.oneIn(4) -> {
                List<Json> items = new ArrayList<>(array.items());
                int at = chance.below(items.size());
                items.set(at, damaged(items.get(at), chance));
                yield Json.Arr.of(items);
            }
            default -> value(chance, 1);
        };
    }

    /** Makes one schema document. */
    private record Wild(Chance chance) {
        Json document() {
            Json.Obj definitions = Json.object()
                    .put("one", schema(2))
                    .put("two", schema(2))
                    .put(
                            "self",
                            Json.object()
                                    .put("properties", Json.object("a", Json.object("$ref", "#/$defs/self")))
                                    .put("type", Json.array("object", "string"))
                                    .build())
                    .build();
            Json root = schema(0);
            return root instanceof Json.Obj object ? object.with("$defs", definitions) : root;
        }

        private Json schema(int depth) {
            if (chance.oneIn(12)) {
                return Json.of(chance.oneIn(2));
            }
            Json.ObjBuilder out = Json.object();
            for (int left = 1 + chance.below(4); left > 0; left--) {
                keyword(out, depth);
            }
            return out.build();
        }

        private void keyword(Json.ObjBuilder out, int depth) {
            switch (depth > 3 ? chance.below(15) : chance.below(36)) {
                case 0, 1, 2 -> out.put("type", type());
                case 3 -> out.put("enum", Json.Arr.of(distinct()));
                case 4 -> out.put("const", value(chance, 2));
                case 5 -> out.put("minimum", chance.below(5) - 2);
                case 6 -> out.put("exclusiveMaximum", chance.below(6));
                case 7 -> out.put("multipleOf", Json.parse(chance.pick(List.of("1", "2", "0.5"))));
                case 8 -> out.put("minLength", chance.below(3));
                case 9 -> out.put("maxLength", chance.below(3));
                case 10 -> out.put("pattern", chance.pick(List.of("^a", "b$", "^.$", "a+b")));
                case 11 -> out.put("required", Json.Arr.of(names()));
                case 12 -> out.put("minItems", chance.below(3)).put("uniqueItems", chance.oneIn(2));
                case 13 -> out.put("maxProperties", chance.below(4));
                case 14 -> out.put("$ref", "#/$defs/self");
                case 15, 16, 17 -> out.put("properties", schemas(NAMES, depth));
                case 18 -> out.put("patternProperties", schemas(List.of("^a", "b", "[cd]"), depth));
                case 19 -> out.put("additionalProperties", schema(depth + 1));
                case 20, 21 -> out.put("items", schema(depth + 1));
                case 22 -> out.put("prefixItems", list(depth));
                case 23, 24 -> out.put("anyOf", list(depth));
                case 25 -> out.put("oneOf", list(depth));
                case 26, 27 -> out.put("allOf", list(depth));
                case 28 -> out.put("not", schema(depth + 1));
                case 29 ->
                    out.put("if", schema(depth + 1))
                            .put("then", schema(depth + 1))
                            .put("else", schema(depth + 1));
                case 30 -> out.put("contains", schema(depth + 1)).put("minContains", chance.below(3));
                case 31 -> out.put("propertyNames", schema(depth + 1));
                case 32 -> out.put("dependentSchemas", schemas(NAMES, depth));
                case 33 -> out.put("dependentRequired", Json.object(chance.pick(NAMES), Json.Arr.of(names())));
                case 34 -> out.put(chance.oneIn(2) ? "unevaluatedProperties" : "unevaluatedItems", schema(depth + 1));
                default -> {
                    if (depth < 2) {
                        out.put("$ref", "#/$defs/" + chance.pick(List.of("one", "two")));
                    }
                }
            }
        }

        private Json type() {
            List<String> types = List.of("object", "array", "string", "integer", "number", "boolean", "null");
            String one = chance.pick(types);
            String two = chance.pick(types);
            return chance.oneIn(3) && !one.equals(two) ? Json.array(one, two) : Json.of(one);
        }

        private List<Json> distinct() {
            return List.of(value(chance, 2), value(chance, 2), value(chance, 2)).stream()
                    .distinct()
                    .toList();
        }

        private List<Json> names() {
            return List.of(chance.pick(NAMES), chance.pick(NAMES)).stream()
                    .distinct()
                    .<Json>map(Json::of)
                    .toList();
        }

        private Json list(int depth) {
            List<Json> all = new ArrayList<>();
            for (int left = 1 + chance.below(3); left > 0; left--) {
                all.add(schema(depth + 1));
            }
            return Json.Arr.of(all);
        }

        private Json schemas(List<String> names, int depth) {
            Map<String, Json> all = new LinkedHashMap<>();
            for (int left = 1 + chance.below(3); left > 0; left--) {
                all.put(chance.pick(names), schema(depth + 1));
            }
            return Json.Obj.of(all);
        }
    }

    /** Checks a value as one who reads it does: every part when it ends. */
    private static boolean whileReading(Json value, Checkpoint here, Checkpoint.Pass pass) {
        return switch (value) {
            case Json.Arr array -> {
                for (int i = 0; i < array.size(); i++) {
                    if (!whileReading(array.get(i), here.item(i), pass)) {
                        yield false;
                    }
                }
                yield here.closes(array, pass);
            }
            case Json.Obj object -> {
                Checkpoint place = here;
                boolean first = true;
                for (Map.Entry<String, Json> member : object.members().entrySet()) {
                    if (!whileReading(member.getValue(), place.member(member.getKey()), pass)) {
                        yield false;
                    }
                    place = first ? place.after(member.getKey(), member.getValue(), pass) : place;
                    first = false;
                }
                yield place.closes(object, pass);
            }
            case Json.Str text -> here.accepts(text, pass);
            case Json.Num number -> here.accepts(number, pass);
            case Json.Bool bool -> here.accepts(bool, pass);
            case Json.Null none -> here.accepts(none, pass);
        };
    }
}
