package dev.tenon.openai;

import dev.tenon.json.Json;
import java.util.Set;

/**
 * Whether a schema may be sent as {@code strict}: every object names all its members as required and allows no others, and only keywords are
 * used that hosts enforce (platform.openai.com, "Structured outputs: supported schemas", 2026). One that may not is sent without.
 */
final class StrictProfile {
    private static final Set<String> KEYWORDS = Set.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "const",
            "anyOf",
            "$ref",
            "$defs",
            "definitions",
            "description",
            "title",
            "$schema",
            "$id",
            "pattern",
            "format",
            "multipleOf",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minItems",
            "maxItems");

    private StrictProfile() {}

    static boolean fits(Json schema) {
        // The root must be an object and no union.
        return schema instanceof Json.Obj root
                && root.string("type").orElse("").equals("object")
                && !root.has("anyOf")
                && allowed(root);
    }

    private static boolean allowed(Json schema) {
        if (!(schema instanceof Json.Obj object)) return false;
        if (!KEYWORDS.containsAll(object.members().keySet())) return false;
        if (isObject(object) && !closed(object)) return false;
        // An empty schema lets anything in, which no grammar can.
        boolean says = object.has("type")
                || object.has("enum")
                || object.has("const")
                || object.has("anyOf")
                || object.has("$ref");
        return says
                && below(object, "properties")
                && below(object, "$defs")
                && below(object, "definitions")
                && items(object);
    }

    private static boolean isObject(Json.Obj schema) {
        Json type = schema.get("type").orElse(Json.NULL);
        Json object = Json.of("object");
        return schema.has("properties")
                || type.equals(object)
                || (type instanceof Json.Arr types && types.items().contains(object));
    }

    private static boolean closed(Json.Obj schema) {
        if (!Json.Bool.FALSE.equals(schema.get("additionalProperties").orElse(null))) return false;
        Json properties = schema.get("properties").orElse(Json.Obj.EMPTY);
        Json required = schema.get("required").orElse(Json.Arr.EMPTY);
        return properties instanceof Json.Obj members
                && required instanceof Json.Arr names
                && members.members().keySet().stream()
                        .allMatch(name -> names.items().contains(Json.of(name)));
    }

    private static boolean below(Json.Obj schema, String keyword) {
        Json members = schema.get(keyword).orElse(Json.Obj.EMPTY);
        return members instanceof Json.Obj object
                && object.members().values().stream().allMatch(StrictProfile::allowed);
    }

    private static boolean items(Json.Obj schema) {
        if (schema.has("items") && !allowed(schema.get("items").get())) return false;
        return schema.get("anyOf").orElse(Json.Arr.EMPTY) instanceof Json.Arr any
                && any.items().stream().allMatch(StrictProfile::allowed);
    }
}
