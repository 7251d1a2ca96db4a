package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** JSON Schemas as tools and typed answers have them, and values that fit. */
public final class Schemas {
    private Schemas() {}

    /** A schema and a value that fits it. */
    public record Fitted(JsonSchema schema, Json value) {

        public Fitted {
            Objects.requireNonNull(schema, "schema");
            Objects.requireNonNull(value, "value");
        }
    }

    /** Schemas of every kind: texts, numbers, enums, arrays, objects, choices, references, and the one that everything fits. */
    public static Gen<JsonSchema> any() {
        return chance -> chance.oneIn(10) ? JsonSchema.ANY : JsonSchema.of(document(chance));
    }

    /** Schemas of objects, with required and optional members. */
    public static Gen<JsonSchema> objects() {
        return chance -> JsonSchema.of(object(chance));
    }

    /** Schemas with values that fit them. */
    public static Gen<Fitted> fitted() {
        return any().flatMap(schema -> fitting(schema).map(value -> new Fitted(schema, value)));
    }

    /**
     * Values that fit a schema. All of {@code type, enum, const, properties, required, additionalProperties, items, prefixItems, anyOf, oneOf, allOf, $ref}
     * within the document, lengths and bounds are followed.
     *
     * @throws IllegalStateException where no value is found that fits, for example because of a pattern
     */
    public static Gen<Json> fitting(JsonSchema schema) {
        Objects.requireNonNull(schema, "schema");
        return new SchemaValues(schema)::fitting;
    }

    private static Json.Obj document(Chance chance) {
        return switch (chance.deep() ? chance.below(5) : chance.below(9)) {
            case 0 -> text(chance);
            case 1 -> number(chance);
            case 2 -> Json.object("type", "boolean");
            case 3 -> Json.object("enum", Json.Arr.of(List.copyOf(distinct(chance))));
            case 4 -> Json.object("const", Gen.json().next(chance));
            case 5 -> array(chance);
            case 6 -> chance.outermost() ? list(chance) : optionalValue(chance);
            default -> object(chance);
        };
    }

    private static Set<Json> distinct(Chance chance) {
        Set<Json> values = new LinkedHashSet<>();
        for (int left = 1 + chance.below(4); left > 0; left--) {
            values.add(Json.of(chance.oneIn(5) ? chance.below(100) : Gen.name().next(chance)));
        }
        return values;
    }

    private static Json.Obj text(Chance chance) {
        Json.ObjBuilder schema = Json.object().put("type", "string");
        if (chance.oneIn(3)) {
            int least = chance.below(5);
            schema.put("minLength", least).put("maxLength", least + chance.below(20));
        } else if (chance.oneIn(4)) {
            schema.put("format", chance.pick(List.of("date", "date-time", "email", "uuid", "uri")));
        }
        if (chance.oneIn(3)) {
            schema.put("description", Gen.text().next(chance));
        }
        return schema.build();
    }

    private static Json.Obj number(Chance chance) {
        Json.ObjBuilder schema = Json.object().put("type", chance.oneIn(2) ? "integer" : "number");
        if (chance.oneIn(2)) {
            long least = chance.between(-100, 100);
            schema.put("minimum", least).put("maximum", least + chance.below(1_000));
        }
        return schema.build();
    }

    private static Json.Obj array(Chance chance) {
        Json.ObjBuilder schema = Json.object().put("type", "array").put("items", chance.inside(Schemas::document));
        if (chance.oneIn(3)) {
            int least = chance.below(3);
            schema.put("minItems", least).put("maxItems", least + chance.below(3));
        }
        return schema.build();
    }

    private static Json.Obj object(Chance chance) {
        Map<String, Json> properties = new LinkedHashMap<>();
        for (int left = chance.deep() ? 0 : chance.below(5); left > 0; left--) {
            properties.put(Gen.name().next(chance), chance.inside(Schemas::document));
        }
        List<Json> required = new ArrayList<>();
        for (String name : properties.keySet()) {
            if (chance.oneIn(2)) {
                required.add(Json.of(name));
            }
        }
        Json.ObjBuilder schema = Json.object().put("type", "object").put("properties", Json.Obj.of(properties));
        if (!required.isEmpty()) {
            schema.put("required", Json.Arr.of(required));
        }
        if (chance.oneIn(2)) {
            schema.put("additionalProperties", chance.oneIn(3) ? chance.inside(Schemas::document) : Json.of(false));
        }
        return schema.build();
    }

    private static Json.Obj optionalValue(Chance chance) {
        return Json.object("anyOf", Json.array(chance.inside(Schemas::document), Json.object("type", "null")));
    }

    /** A linked list, as a record that holds itself is written. Only as a whole document: a reference starts at its root. */
    private static Json.Obj list(Chance chance) {
        Json.Obj node = Json.object()
                .put("type", "object")
                .put(
                        "properties",
                        Json.object()
                                .put("value", chance.inside(Schemas::text))
                                .put("next", Json.object("$ref", "#/$defs/node"))
                                .build())
                .put("required", Json.array("value"))
                .build();
        return Json.object()
                .put("$defs", Json.object("node", node))
                .put("$ref", "#/$defs/node")
                .build();
    }
}
