package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import org.junit.jupiter.api.Test;

/** A broken schema is found when it is made, and says where it is broken. */
class BrokenSchemaTest {
    private static void assertBroken(String schema, String pointer, String message) {
        assertThatThrownBy(() -> JsonSchema.parse(schema))
                .isInstanceOf(SchemaException.class)
                .hasMessage("schema at \"" + pointer + "\": " + message)
                .satisfies(thrown -> {
                    assertThat(((SchemaException) thrown).code()).isEqualTo("schema.invalid");
                    assertThat(((SchemaException) thrown).context()).containsEntry("pointer", pointer);
                });
    }

    @Test
    void aSchemaIsAnObjectOrABoolean() {
        assertBroken("[]", "", "expected an object or a boolean, got array of 0 items");
        assertBroken("{\"properties\": {\"a\": 3}}", "/properties/a", "expected an object or a boolean, got number 3");
    }

    @Test
    void typesHaveSevenNames() {
        assertBroken(
                "{\"properties\": {\"city\": {\"type\": \"strng\"}}}",
                "/properties/city/type",
                "expected one of array, boolean, integer, null, number, object, string, got string \"strng\"");
        assertBroken("{\"type\": []}", "/type", "expected at least one type");
    }

    @Test
    void keywordsHaveTheirKindsOfValue() {
        assertBroken("{\"required\": \"a\"}", "/required", "expected an array of names, got string \"a\"");
        assertBroken("{\"required\": [1]}", "/required", "expected an array of names, got one with number 1");
        assertBroken("{\"minLength\": -1}", "/minLength", "expected a whole number of at least 0, got -1");
        assertBroken("{\"maxItems\": 1.5}", "/maxItems", "expected a whole number of at least 0, got 1.5");
        assertBroken("{\"minimum\": \"3\"}", "/minimum", "expected a number, got string \"3\"");
        assertBroken("{\"multipleOf\": 0}", "/multipleOf", "expected a number above 0, got 0");
        assertBroken("{\"uniqueItems\": 1}", "/uniqueItems", "expected a boolean, got number 1");
        assertBroken("{\"enum\": 1}", "/enum", "expected an array, got number 1");
        assertBroken("{\"anyOf\": []}", "/anyOf", "expected an array of schemas, got array of 0 items");
        assertBroken("{\"properties\": []}", "/properties", "expected an object, got array of 0 items");
        assertBroken("{\"format\": 1}", "/format", "expected a string, got number 1");
        assertBroken("{\"pattern\": true}", "/pattern", "expected a string, got boolean true");
    }

    @Test
    void placesThatNothingRefersToAreLookedAtToo() {
        assertBroken(
                "{\"$defs\": {\"a/b\": {\"minimum\": null}}}", "/$defs/a~1b/minimum", "expected a number, got null");
    }

    @Test
    void patternsMustBeRegularExpressions() {
        assertBroken(
                "{\"pattern\": \"(a\"}", "/pattern", "no regular expression: unclosed ( near character 2 of \"(a\"");
        assertBroken(
                "{\"patternProperties\": {\"[\": {}}}",
                "/patternProperties/[",
                "no regular expression: unclosed [ near character 1 of \"[\"");
    }

    @Test
    void referencesMustLeadSomewhere() {
        assertBroken("{\"$ref\": \"#/$defs/gone\"}", "/$ref", "there is nothing at \"#/$defs/gone\"");
        assertBroken("{\"$ref\": \"#gone\"}", "/$ref", "there is no anchor \"gone\" for \"#gone\"");
        assertBroken(
                "{\"items\": {\"$ref\": \"https://example.org/x\"}}",
                "/items/$ref",
                "there is no schema \"https://example.org/x\" for \"https://example.org/x\"; nothing is fetched: hand"
                        + " it in with SchemaOptions.withDocument");
    }

    @Test
    void errorsInOtherDocumentsNameThem() {
        assertThatThrownBy(() -> JsonSchema.of(
                        Json.parse("{\"$ref\": \"https://example.org/x\"}"),
                        SchemaOptions.DEFAULT.withDocument("https://example.org/x", Json.parse("{\"type\": 1}"))))
                .hasMessageStartingWith("schema at \"https://example.org/x#/type\": expected one of array");
    }

    @Test
    void loopsOfReferencesAreRefused() {
        String said = "is applied to the same value again and again, through its own references";
        assertBroken("{\"$ref\": \"#\"}", "", said);
        assertBroken(
                "{\"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"anyOf\": [{\"type\": \"string\"}, {\"$ref\":"
                        + " \"#/$defs/a\"}]}}}",
                "/$defs/a",
                said);
        assertBroken("{\"not\": {\"$ref\": \"#\"}}", "", said);
    }

    @Test
    void aListOfItemsIsOfAnOlderDraft() {
        assertBroken(
                "{\"items\": [{\"type\": \"string\"}]}",
                "/items",
                "expected a schema, got an array; lists of item schemas are \"prefixItems\" since draft 2020-12, and a"
                        + " schema of an older draft says so in \"$schema\"");
    }

    @Test
    void unknownKeywordsAreNobodysBusiness() {
        assertThat(JsonSchema.parse("{\"x-hint\": {\"type\": 3}, \"example\": 1}")
                        .accepts(Json.NULL))
                .isTrue();
    }
}
