package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.json.TypeRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StrictProfileTest {
    private static StrictSchema strict(StrictProfile profile, String schema) {
        return profile.apply(JsonSchema.parse(schema));
    }

    private static void assertStrict(StrictProfile profile, String schema, String expected) {
        assertThat(strict(profile, schema).schema().json()).isEqualTo(Json.parse(expected));
    }

    private static void assertRefused(StrictProfile profile, String schema, String message) {
        assertThatThrownBy(() -> strict(profile, schema))
                .isInstanceOf(SchemaException.class)
                .hasMessage(message)
                .satisfies(
                        thrown -> assertThat(((SchemaException) thrown).code()).isEqualTo("schema.unsupported"));
    }

    record Weather(double temperature, @Nullable String note, Optional<Integer> humidity) {}

    @Test
    void anAnswerUnderTheStrictFormFitsTheTypeAgain() {
        String reply = "{\"temperature\": 21.5, \"note\": null, \"humidity\": null}";
        // @start region="strict"
        StrictSchema strict = StrictProfile.OPENAI.apply(JsonSchema.of(Weather.class));
        Json onTheWire = strict.schema().json();
        Json answer = strict.restore(Json.parse(reply));
        Weather weather = answer.as(Weather.class);
        // @end
        assertThat(onTheWire.at("/required")).contains(Json.array("temperature", "note", "humidity"));
        assertThat(weather).isEqualTo(new Weather(21.5, null, Optional.empty()));
    }

    @Test
    void openAiRequiresEveryMemberAndTakesNullForAbsence() {
        StrictSchema strict = StrictProfile.OPENAI.apply(JsonSchema.of(Weather.class));
        assertThat(strict.schema().json()).isEqualTo(Json.parse("""
            {"type": "object",
             "properties": {"temperature": {"type": "number"}, "note": {"type": ["string", "null"]}, "humidity": {"type": ["integer", "null"]}},
             "required": ["temperature", "note", "humidity"],
             "additionalProperties": false}\
            """));
        assertThat(strict.unenforced()).containsExactly("$.humidity: format");
    }

    @Test
    void anthropicAndGeminiKnowOptionalMembers() {
        for (StrictProfile profile : List.of(StrictProfile.ANTHROPIC, StrictProfile.GEMINI)) {
            assertThat(profile.apply(JsonSchema.of(Weather.class))
                            .schema()
                            .json()
                            .at("/required"))
                    .contains(Json.array("temperature"));
        }
    }

    @Test
    void nullForAMemberThatMayNotBeNullIsLeftOut() {
        StrictSchema strict = strict(
                StrictProfile.OPENAI,
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}, \"b\": {\"type\": [\"string\","
                        + " \"null\"]}}, \"additionalProperties\": false}");
        assertThat(strict.restore(Json.parse("{\"a\": null, \"b\": null}"))).isEqualTo(Json.parse("{\"b\": null}"));
        assertThat(strict.restore(Json.parse("{\"a\": \"x\", \"b\": \"y\"}")))
                .isEqualTo(Json.parse("{\"a\": \"x\", \"b\": \"y\"}"));
    }

    @Test
    void aRootThatIsNoObjectIsWrappedAndTakenOutAgain() {
        StrictSchema strict = StrictProfile.OPENAI.apply(JsonSchema.of(new TypeRef<List<String>>() {}));
        assertThat(strict.schema().json()).isEqualTo(Json.parse("""
            {"type": "object", "properties": {"value": {"type": "array", "items": {"type": "string"}}}, "required": ["value"],
             "additionalProperties": false}\
            """));
        assertThat(strict.restore(Json.parse("{\"value\": [\"a\"]}"))).isEqualTo(Json.array("a"));
        assertThat(strict.restore(Json.array("a"))).as("was never wrapped").isEqualTo(Json.array("a"));
    }

    @Test
    void mapsAreListsOfEntriesWhereObjectsAreClosed() {
        JsonSchema counts = JsonSchema.of(new TypeRef<Map<String, List<Integer>>>() {});
        StrictSchema strict = StrictProfile.OPENAI.apply(counts);
        Json answer = Json.parse("{\"value\": [{\"key\": \"a\", \"value\": [1]}, {\"key\": \"b\", \"value\": []}]}");
        assertThat(strict.schema().accepts(answer)).isTrue();
        assertThat(strict.restore(answer)).isEqualTo(Json.parse("{\"a\": [1], \"b\": []}"));
        assertThat(StrictProfile.GEMINI.apply(counts).schema().json().at("/properties/value/type"))
                .contains(Json.of("object"));
    }

    @Test
    void boundsThatAreNotTakenAreSaidInWords() {
        String schema = "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\", \"minLength\": 2,"
                + " \"format\": \"iri\", \"description\": \"of a person\"}}, \"required\": [\"name\"],"
                + " \"additionalProperties\": false}";
        StrictSchema strict = strict(StrictProfile.OPENAI, schema);
        assertThat(strict.schema().json().at("/properties/name"))
                .contains(Json.parse(
                        "{\"type\": \"string\", \"description\": \"of a person\\nminLength: 2, format: iri\"}"));
        assertThat(strict.unenforced()).containsExactly("$.name: minLength", "$.name: format");
    }

    @Test
    void boundsThatAreTakenStay() {
        assertStrict(
                StrictProfile.OPENAI,
                "{\"type\": \"object\", \"properties\": {\"n\": {\"type\": \"integer\", \"minimum\": 1,"
                        + " \"multipleOf\": 2}}, \"required\": [\"n\"], \"additionalProperties\": false}",
                "{\"type\": \"object\", \"properties\": {\"n\": {\"type\": \"integer\", \"minimum\": 1,"
                        + " \"multipleOf\": 2}}, \"required\": [\"n\"], \"additionalProperties\": false}");
        assertThat(strict(
                                StrictProfile.ANTHROPIC,
                                "{\"type\": \"object\", \"properties\": {\"l\": {\"type\": \"array\", \"items\":"
                                        + " {\"type\": \"string\"}, \"minItems\": 1, \"maxItems\": 3}},"
                                        + " \"additionalProperties\": false}")
                        .schema()
                        .json()
                        .at("/properties/l"))
                .contains(Json.parse("{\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"minItems\": 1,"
                        + " \"description\": \"maxItems: 3\"}"));
    }

    @Test
    void patternsThatNoGrammarIsMadeFromAreSaidInWords() {
        String schema =
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"pattern\": \"^(?=x)\"},"
                        + " \"b\": {\"type\": \"string\", \"pattern\": \"^x$\"}}, \"required\": [\"a\", \"b\"],"
                        + " \"additionalProperties\": false}";
        Json properties = strict(StrictProfile.OPENAI, schema)
                .schema()
                .json()
                .at("/properties")
                .orElseThrow();
        assertThat(properties.at("/a"))
                .contains(Json.parse("{\"type\": \"string\", \"description\": \"pattern: ^(?=x)\"}"));
        assertThat(properties.at("/b")).contains(Json.parse("{\"type\": \"string\", \"pattern\": \"^x$\"}"));
    }

    @Test
    void geminiHasNoConstantsButLists() {
        assertThat(strict(
                                StrictProfile.GEMINI,
                                "{\"type\": \"object\", \"properties\": {\"type\": {\"const\": \"circle\"}},"
                                        + " \"required\": [\"type\"]}")
                        .schema()
                        .json()
                        .at("/properties/type"))
                .contains(Json.parse("{\"type\": \"string\", \"enum\": [\"circle\"]}"));
    }

    @Test
    void handwrittenSchemasAreJoined() {
        assertStrict(StrictProfile.OPENAI, """
            {"definitions": {"base": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}},
             "allOf": [{"$ref": "#/definitions/base"}, {"properties": {"name": {"oneOf": [{"type": "string"}, {"type": "null"}]}}}]}\
            """, """
            {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
             "required": ["id", "name"], "additionalProperties": false}\
            """);
    }

    record Tree(String label, List<Tree> children) {}

    record Chain(@Nullable Chain next) {}

    record Loop(Loop next) {}

    @Test
    void whatContainsItselfGoesWhereTheProviderCanFollow() {
        assertThat(StrictProfile.OPENAI
                        .apply(JsonSchema.of(Tree.class))
                        .schema()
                        .json())
                .isEqualTo(Json.parse("""
                    {"type": "object", "properties": {"label": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}},
                     "required": ["label", "children"], "additionalProperties": false}\
                    """));
        assertThat(StrictProfile.GEMINI
                        .apply(JsonSchema.of(Chain.class))
                        .schema()
                        .json()
                        .at("/properties/next"))
                .contains(Json.parse("{\"anyOf\": [{\"$ref\": \"#\"}, {\"type\": \"null\"}]}"));
        assertThatThrownBy(() -> StrictProfile.ANTHROPIC.apply(JsonSchema.of(Tree.class)))
                .hasMessage("$.children: contains itself, and a schema may not, in Anthropic's strict mode");
        assertThatThrownBy(() -> StrictProfile.GEMINI.apply(JsonSchema.of(Loop.class)))
                .hasMessage(
                        "$.next: contains itself through required members, and may do so only through optional ones, in"
                                + " Gemini's strict mode");
    }

    @Test
    void geminiMayLeaveOutTheListThatEndsATree() {
        StrictSchema strict = StrictProfile.GEMINI.apply(JsonSchema.of(Tree.class));
        assertThat(strict.schema().json().at("/required")).contains(Json.array("label"));
        Json restored = strict.restore(Json.parse("{\"label\": \"a\", \"children\": [{\"label\": \"b\"}]}"));
        assertThat(restored)
                .isEqualTo(Json.parse("{\"label\": \"a\", \"children\": [{\"label\": \"b\", \"children\": []}]}"));
        assertThat(restored.as(Tree.class)).isEqualTo(new Tree("a", List.of(new Tree("b", List.of()))));
    }

    @Test
    void membersThatAreOnlyWrittenAreNotAskedFor() {
        assertStrict(
                StrictProfile.OPENAI,
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}, \"b\": {\"type\": \"string\","
                        + " \"readOnly\": true}}, \"required\": [\"a\"], \"additionalProperties\": false}",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}}, \"required\": [\"a\"],"
                        + " \"additionalProperties\": false}");
    }

    @Test
    void whatCannotBeSaidIsRefusedWithItsPlace() {
        String strict = ", in OpenAI's strict mode";
        assertRefused(
                StrictProfile.OPENAI,
                "{\"type\": \"object\", \"properties\": {\"a\": {\"items\": {}, \"type\": \"array\"}}}",
                "$.a[]: allows anything; say what it is, for example a text that holds JSON" + strict);
        assertRefused(
                StrictProfile.OPENAI,
                "{\"type\": \"object\", \"properties\": {\"odd name\": {\"prefixItems\": [{\"type\": \"string\"}],"
                        + " \"type\": \"array\"}}}",
                "$[\"odd name\"]: has items that differ by their place; use an object" + strict);
        assertRefused(
                StrictProfile.OPENAI,
                "{\"type\": \"object\", \"patternProperties\": {\"^x\": {\"type\": \"string\"}},"
                        + " \"additionalProperties\": false}",
                "$: has members that only patterns name" + strict);
        assertRefused(StrictProfile.OPENAI, "{\"const\": [1]}", "$: has an array as a constant" + strict);
        assertRefused(StrictProfile.OPENAI, "false", "$: allows nothing at all" + strict);
    }

    @Test
    void limitsAreThoseOfTheProvider() {
        Map<String, Json> many = new LinkedHashMap<>();
        for (int i = 0; i < 5_001; i++) {
            many.put("m" + i, Json.object("type", "string"));
        }
        Json wide = Json.object()
                .put("type", "object")
                .put("properties", Json.Obj.of(many))
                .build();
        assertRefused(
                StrictProfile.OPENAI, wide.toString(), "$: has 5001 members, more than 5000, in OpenAI's strict mode");
        Json deep = Json.object("type", "string");
        for (int i = 0; i < 11; i++) {
            deep = Json.object()
                    .put("type", "object")
                    .put("properties", Json.object("a", deep))
                    .build();
        }
        assertRefused(
                StrictProfile.OPENAI,
                deep.toString(),
                "$.a.a.a.a.a.a.a.a.a.a: nests more than 10 objects deep, in OpenAI's strict mode");
    }

    @Test
    void aLongWayDownIsRefusedBeforeTheStackIs() {
        Map<String, Json> definitions = new LinkedHashMap<>();
        for (int i = 0; i < 3_000; i++) {
            definitions.put(
                    "d" + i, Json.object("type", "array").with("items", Json.object("$ref", "#/$defs/d" + (i + 1))));
        }
        definitions.put("d3000", Json.object("type", "string"));
        Json document = Json.object("$defs", Json.Obj.of(definitions)).with("$ref", "#/$defs/d0");
        assertThatThrownBy(() -> StrictProfile.GEMINI.apply(JsonSchema.of(document)))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("is nested too deep");
    }

    @Test
    void theStrictFormIsWrittenOnce() {
        JsonSchema schema = JsonSchema.of(Weather.class);
        assertThat(StrictProfile.OPENAI.apply(schema)).isSameAs(StrictProfile.OPENAI.apply(schema));
        assertThat(StrictProfile.OPENAI.apply(schema)).isNotSameAs(StrictProfile.GEMINI.apply(schema));
    }

    @Test
    void aProfileIsCalledByItsProvider() {
        assertThat(StrictProfile.OPENAI).hasToString("OpenAI");
    }
}
