package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import org.junit.jupiter.api.Test;

/** Servers still send schemas of older drafts, and say so in {@code $schema}. */
class OlderDraftsTest {
    private static boolean accepts(String schema, String value) {
        return JsonSchema.parse(schema).accepts(Json.parse(value));
    }

    @Test
    void draftSevenHasListsOfItems() {
        String schema =
                "{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"items\": [{\"type\": \"string\"}],"
                        + " \"additionalItems\": {\"type\": \"number\"}}";
        assertThat(accepts(schema, "[\"a\", 1]")).isTrue();
        assertThat(accepts(schema, "[1]")).isFalse();
        assertThat(accepts(schema, "[\"a\", \"b\"]")).isFalse();
    }

    @Test
    void draftSevenHasDefinitionsAndDependencies() {
        String schema = """
            {"$schema": "http://json-schema.org/draft-07/schema#",
             "definitions": {"city": {"type": "string"}},
             "properties": {"city": {"$ref": "#/definitions/city", "maxLength": 1}},
             "dependencies": {"zip": ["city"]}}\
            """;
        assertThat(accepts(schema, "{\"city\": \"Lisbon\"}"))
                .as("what stands beside $ref did not count")
                .isTrue();
        assertThat(accepts(schema, "{\"city\": 7}")).isFalse();
        assertThat(accepts(schema, "{\"zip\": 1}")).isFalse();
    }

    @Test
    void draftFourHasBooleanBoundsAndIds() {
        String schema = """
            {"$schema": "http://json-schema.org/draft-04/schema#", "id": "http://example.org/a", "minimum": 3, "exclusiveMinimum": true,
             "definitions": {"x": {"id": "#x", "type": "string"}}}\
            """;
        assertThat(accepts(schema, "3")).isFalse();
        assertThat(accepts(schema, "4")).isTrue();
    }

    @Test
    void draftTwentyNineteenHasRecursiveReferences() {
        String tree = """
            {"$schema": "https://json-schema.org/draft/2019-09/schema", "$id": "http://example.org/tree", "$recursiveAnchor": true,
             "properties": {"children": {"items": {"$recursiveRef": "#"}}}}\
            """;
        JsonSchema strict = JsonSchema.of(
                Json.parse("""
                    {"$schema": "https://json-schema.org/draft/2019-09/schema", "$id": "http://example.org/strict",
                     "$recursiveAnchor": true, "$ref": "tree", "required": ["name"]}\
                    """), SchemaOptions.DEFAULT.withDocument("http://example.org/tree", Json.parse(tree)));
        assertThat(strict.accepts(Json.parse("{\"name\": \"a\", \"children\": [{\"name\": \"b\"}]}")))
                .isTrue();
        assertThat(strict.accepts(Json.parse("{\"name\": \"a\", \"children\": [{}]}")))
                .isFalse();
    }

    @Test
    void aReferenceToAnOlderDraftIsReadAsThatDraft() {
        JsonSchema schema = JsonSchema.of(
                Json.parse("{\"$ref\": \"http://example.org/old\"}"),
                SchemaOptions.DEFAULT.withDocument(
                        "http://example.org/old",
                        Json.parse("{\"$schema\": \"https://json-schema.org/draft/2019-09/schema\", \"prefixItems\":"
                                + " [{\"type\": \"string\"}]}")));
        assertThat(schema.accepts(Json.parse("[1, 2, 3]"))).isTrue();
    }
}
