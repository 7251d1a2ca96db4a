package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValidationTest {
    private static List<Violation> validate(String schema, String value) {
        return JsonSchema.parse(schema).validate(Json.parse(value));
    }

    private static void assertMessages(String schema, String value, String... messages) {
        assertThat(validate(schema, value)).extracting(Violation::message).containsExactly(messages);
    }

    record City(
            String name,
            @Description("people, at the last census") int population) {}

    @Test
    void aTypeChecksAValue() {
        // @start region="type"
        JsonSchema schema = JsonSchema.of(City.class);
        List<Violation> violations = schema.validate(Json.parse("{\"name\": \"Lisbon\", \"population\": \"many\"}"));
        assertThat(violations)
                .containsExactly(
                        new Violation("/population", "type", "$.population: expected integer, got string \"many\""));
        // @end
    }

    @Test
    void whatFitsHasNoViolations() {
        assertThat(validate("{\"type\": \"string\"}", "\"a\"")).isEmpty();
        assertThat(JsonSchema.ANY.validate(Json.NULL)).isEmpty();
    }

    @Test
    void aViolationSaysWhereWhatAndInWords() {
        assertThat(validate("{\"properties\": {\"city\": {\"type\": \"string\"}}}", "{\"city\": 7}"))
                .containsExactly(new Violation("/city", "type", "$.city: expected string, got number 7"));
    }

    @Test
    void aMissingMemberIsNamedAtItsParent() {
        assertThat(validate(
                        "{\"properties\": {\"lines\": {\"items\": {\"required\": [\"sku\", \"qty\"]}}}}",
                        "{\"lines\": [{\"sku\": 1, \"qty\": 1}, {\"sku\": 2}]}"))
                .containsExactly(new Violation("/lines/1", "required", "$.lines[1]: member \"qty\" is missing", "qty"));
    }

    @Test
    void missingMembersComeInTheOrderOfTheSchema() {
        assertThat(validate("{\"required\": [\"hotel\", \"nights\"]}", "{}"))
                .extracting(Violation::missing)
                .containsExactly("hotel", "nights");
    }

    @Test
    void pointersEscapeAndPathsQuoteOddNames() {
        assertThat(validate("{\"additionalProperties\": {\"type\": \"string\"}}", "{\"a/b\": 1, \"m~n\": 2, \"\": 3}"))
                .containsExactly(
                        new Violation("/a~1b", "type", "$[\"a/b\"]: expected string, got number 1"),
                        new Violation("/m~0n", "type", "$[\"m~n\"]: expected string, got number 2"),
                        new Violation("/", "type", "$[\"\"]: expected string, got number 3"));
    }

    @Test
    void aForbiddenMemberIsNamedWithTheKnownOnes() {
        assertThat(validate(
                        "{\"properties\": {\"city\": {}, \"unit\": {}}, \"additionalProperties\": false}",
                        "{\"cty\": 1}"))
                .containsExactly(new Violation(
                        "/cty", "additionalProperties", "$.cty: no such member is known; known: \"city\", \"unit\""));
    }

    @Test
    void aWrongTypeIsAllThatIsSaidOfAValue() {
        assertMessages(
                "{\"type\": [\"integer\", \"null\"], \"minimum\": 3}",
                "\"x\"",
                "$: expected integer or null, got string \"x\"");
        assertMessages(
                "{\"type\": \"object\", \"required\": [\"a\"]}", "[1, 2]", "$: expected object, got array of 2 items");
        assertMessages("{\"type\": \"integer\"}", "1.5", "$: expected integer, got number 1.5");
    }

    @Test
    void aWholeNumberIsAnIntegerHoweverItIsWritten() {
        assertThat(validate("{\"type\": \"integer\"}", "1.0")).isEmpty();
        assertThat(validate("{\"type\": \"integer\"}", "1e400")).isEmpty();
        assertThat(validate("{\"const\": 10}", "1.0e1")).isEmpty();
    }

    @Test
    void constantsAreListed() {
        assertMessages(
                "{\"enum\": [\"low\", \"high\", 3]}",
                "\"hgh\"",
                "$: expected one of \"low\", \"high\", 3, got string \"hgh\"");
        assertMessages("{\"const\": {\"a\": 1}}", "{\"a\": 2}", "$: expected {\"a\":1}, got object of 1 member");
    }

    @Test
    void boundsAreSaidInWords() {
        assertMessages(
                "{\"minimum\": 1, \"multipleOf\": 3}",
                "-1",
                "$: expected at least 1, got -1",
                "$: expected a multiple of 3, got -1");
        assertMessages("{\"exclusiveMaximum\": 10}", "10.0", "$: expected less than 10, got 10.0");
        assertMessages("{\"minLength\": 2}", "\"🚀\"", "$: expected at least 2 characters, got 1");
        assertMessages("{\"maxItems\": 1}", "[1, 2]", "$: expected at most 1 item, got 2");
        assertMessages(
                "{\"uniqueItems\": true}", "[1, 2, 1.0]", "$: expected items that differ, but [0] and [2] are equal");
        assertMessages("{\"pattern\": \"^a\"}", "\"b\"", "$: expected text that matches ^a, got string \"b\"");
        assertMessages(
                "{\"format\": \"date\"}",
                "\"21.11.2026\"",
                "$: expected a text of format date (2026-11-21), got string \"21.11.2026\"");
        assertMessages(
                "{\"contains\": {\"type\": \"string\"}}",
                "[1]",
                "$: expected at least 1 item that fits \"contains\", got 0");
        assertMessages(
                "{\"propertyNames\": {\"maxLength\": 1}}",
                "{\"ab\": 1}",
                "$.ab: the name is not allowed: expected at most 1 character, got 2");
        assertMessages(
                "{\"dependentRequired\": {\"a\": [\"b\"]}}",
                "{\"a\": 1}",
                "$: member \"b\" is missing, which must be there where \"a\" is");
        assertMessages(
                "{\"prefixItems\": [{}], \"items\": false}",
                "[1, 2]",
                "$[1]: no item may stand here; expected at most 1 item");
        assertMessages(
                "{\"not\": {\"type\": \"string\"}}",
                "\"x\"",
                "$: expected a value that does not fit {\"type\":\"string\"}, got string \"x\"");
    }

    private static final String FIGURES = """
        {"anyOf": [
          {"type": "object", "properties": {"type": {"const": "circle"}, "radius": {"type": "number"}}, "required": ["type", "radius"]},
          {"type": "object", "properties": {"type": {"const": "square"}, "side": {"type": "number"}}, "required": ["type", "side"]},
          {"type": "null"}]}\
        """;

    @Test
    void aTagPicksTheBranchThatIsReported() {
        assertMessages(FIGURES, "{\"type\": \"square\", \"radius\": 1}", "$: member \"side\" is missing");
        assertMessages(
                FIGURES, "{\"type\": \"circle\", \"radius\": \"1\"}", "$.radius: expected number, got string \"1\"");
    }

    @Test
    void anUnknownTagListsTheKnownOnes() {
        assertThat(validate(FIGURES, "{\"type\": \"hexagon\"}"))
                .containsExactly(new Violation(
                        "",
                        "anyOf",
                        "$: member \"type\": expected one of \"circle\", \"square\", got string \"hexagon\""));
        assertThat(validate(FIGURES, "{\"radius\": 1}"))
                .containsExactly(new Violation(
                        "",
                        "required",
                        "$: member \"type\" is missing; expected one of \"circle\", \"square\"",
                        "type"));
    }

    @Test
    void aChoiceOfKindsNamesTheKinds() {
        assertMessages(FIGURES, "7", "$: expected object or null, got number 7");
        assertMessages(
                "{\"anyOf\": [{\"type\": \"integer\"}, {\"type\": \"string\"}]}",
                "true",
                "$: expected integer or string, got boolean true");
    }

    @Test
    void theOnlyBranchOfAKindSaysWhatIsWrong() {
        assertThat(validate("{\"anyOf\": [{\"type\": \"string\", \"minLength\": 3}, {\"type\": \"null\"}]}", "\"ab\""))
                .containsExactly(new Violation("", "minLength", "$: expected at least 3 characters, got 2"));
    }

    @Test
    void amongSeveralTheNearestBranchSaysWhy() {
        assertMessages(
                "{\"anyOf\": [{\"required\": [\"a\", \"b\"]}, {\"required\": [\"c\"], \"properties\": {\"c\":"
                        + " {\"type\": \"string\"}}}]}",
                "{\"c\": 1}",
                "$: expected a value that fits one of 2 alternatives; the nearest says: $.c: expected string, got"
                        + " number 1");
    }

    @Test
    void twoOfOneOfIsOneTooMany() {
        assertMessages(
                "{\"oneOf\": [{\"type\": \"integer\"}, {\"minimum\": 0}, {\"type\": \"string\"}]}",
                "3",
                "$: expected a value that fits exactly one of 3 alternatives, got one that fits those at index 0 and"
                        + " 1");
    }

    @Test
    void conditionsReportWhatTheyLeadTo() {
        assertMessages(
                "{\"if\": {\"required\": [\"a\"]}, \"then\": {\"required\": [\"b\"]}, \"else\": {\"required\":"
                        + " [\"c\"]}}",
                "{\"a\": 1}",
                "$: member \"b\" is missing");
    }

    @Test
    void valuesInMessagesAreClipped() {
        String message = validate("{\"type\": \"null\"}", "\"" + "x".repeat(1_000) + "\"")
                .get(0)
                .message();
        assertThat(message).hasSizeLessThan(150).endsWith("…\"");
    }

    @Test
    void aHundredViolationsAreEnough() {
        String many = "[" + "1,".repeat(100_000) + "1]";
        assertThat(validate("{\"items\": {\"type\": \"string\"}}", many)).hasSize(100);
    }

    @Test
    void formatsOfNumbersAreWidths() {
        assertThat(JsonSchema.parse("{\"format\": \"int32\"}").accepts(Json.parse("2147483648")))
                .isFalse();
        assertThat(JsonSchema.parse("{\"format\": \"int32\"}").accepts(Json.parse("-2147483648.0")))
                .isTrue();
        assertThat(JsonSchema.parse("{\"format\": \"something\"}").accepts(Json.of("x")))
                .isTrue();
    }

    @Test
    void otherDocumentsAreThoseThatWereHandedIn() {
        SchemaOptions options = SchemaOptions.DEFAULT.withDocument(
                "https://example.org/city",
                Json.parse("{\"type\": \"string\", \"$defs\": {\"code\": {\"maxLength\": 3}}}"));
        JsonSchema schema = JsonSchema.of(
                Json.parse("{\"properties\": {\"from\": {\"$ref\": \"https://example.org/city\"}, \"code\": {\"$ref\":"
                        + " \"https://example.org/city#/$defs/code\"}}}"),
                options);
        assertThat(schema.validate(Json.parse("{\"from\": 1, \"code\": \"LISB\"}")))
                .extracting(Violation::message)
                .containsExactly(
                        "$.from: expected string, got number 1", "$.code: expected at most 3 characters, got 4");
    }

    @Test
    void theMetaSchemaIsThere() {
        JsonSchema meta = JsonSchema.parse("{\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}");
        assertThat(meta.accepts(Json.parse("{\"type\": \"object\", \"properties\": {\"a\": {\"minLength\": 1}}}")))
                .isTrue();
        assertThat(meta.accepts(Json.parse("{\"properties\": {\"a\": {\"minLength\": -1}}}")))
                .isFalse();
    }

    @Test
    void schemasAreEqualByTheirDocuments() {
        JsonSchema one = JsonSchema.parse("{\"type\": \"string\", \"minLength\": 1}");
        JsonSchema other = JsonSchema.parse("{\"minLength\": 1.0, \"type\": \"string\"}");
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).isNotEqualTo(JsonSchema.ANY);
        assertThat(one).hasToString("{\"type\":\"string\",\"minLength\":1}");
    }

    @Test
    void aViolationIsAValue() {
        Violation violation = new Violation("/a", "required", "$.a: member \"b\" is missing", "b");
        assertThat(Json.of(violation).as(Violation.class)).isEqualTo(violation);
        assertThat(Json.parse("{\"pointer\": \"\", \"keyword\": \"type\", \"message\": \"m\"}")
                        .as(Violation.class)
                        .missing())
                .isEmpty();
        assertThat(violation).hasToString("$.a: member \"b\" is missing");
    }
}
