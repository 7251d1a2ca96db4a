package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Schemas and values that are meant to do harm: they cost little, and neither the stack nor the heap breaks. */
@Timeout(20)
class HostileSchemaTest {
    @Test
    void aPatternThatBacktracksWithoutEndIsGivenUp() {
        JsonSchema schema = JsonSchema.parse("{\"properties\": {\"a\": {\"pattern\": \"^(a|a|b)*\\\\1c$\"}}}");
        Json value = Json.object("a", "a".repeat(60) + "!");
        assertThat(schema.accepts(value)).isFalse();
        assertThat(schema.validate(value))
                .containsExactly(new Violation(
                        "/a",
                        "pattern",
                        "$.a: undecided: pattern \"^(a|a|b)*\\\\1c$\" took too many steps on a text of 61 characters"));
    }

    @Test
    void whatCannotBeDecidedDoesNotFitUnderNotEither() {
        JsonSchema schema = JsonSchema.parse("{\"not\": {\"pattern\": \"^(a|a|b)*\\\\1c$\"}}");
        assertThat(schema.validate(Json.of("a".repeat(60) + "!")))
                .extracting(Violation::keyword)
                .containsExactly("not");
    }

    @Test
    void manyTextsThatBacktrackCostNoMoreThanAFew() {
        JsonSchema schema = JsonSchema.parse("{\"items\": {\"pattern\": \"^(a|a|b)*\\\\1c$\"}}");
        List<Json> items = Collections.nCopies(10_000, Json.of("a".repeat(60) + "!"));
        assertThat(schema.validate(Json.Arr.of(items))).hasSize(100);
    }

    @Test
    void aPatternThatNestsTooDeepIsRefused() {
        String deep = "(".repeat(50_000) + ")".repeat(50_000);
        assertThatThrownBy(() -> JsonSchema.of(Json.object("pattern", deep)))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("Stack overflow during pattern compilation");
    }

    @Test
    void aPatternOnAHugeTextIsFast() {
        JsonSchema schema = JsonSchema.parse("{\"pattern\": \"^[a-z ]*$\"}");
        assertThat(schema.accepts(Json.of("abc ".repeat(500_000)))).isTrue();
    }

    @Test
    void aPatternThatFillsTheStackIsGivenUp() {
        JsonSchema schema = JsonSchema.parse("{\"pattern\": \"^(a|b)*$\"}");
        assertThat(schema.validate(Json.of("ab".repeat(200_000))))
                .extracting(Violation::keyword)
                .containsExactly("pattern");
    }

    @Test
    void numbersOfAnyExponentAreCompared() {
        assertThat(JsonSchema.parse("{\"multipleOf\": 3}").accepts(Json.parse("3e999999999")))
                .isTrue();
        assertThat(JsonSchema.parse("{\"multipleOf\": 3}").accepts(Json.parse("1e999999999")))
                .isFalse();
        assertThat(JsonSchema.parse("{\"multipleOf\": 1e-999999999}").accepts(Json.parse("7")))
                .isTrue();
        assertThat(JsonSchema.parse("{\"multipleOf\": 1e999999999}").accepts(Json.parse("7")))
                .isFalse();
        assertThat(JsonSchema.parse("{\"maximum\": 1e999999998}").accepts(Json.parse("1e999999999")))
                .isFalse();
        assertThat(JsonSchema.parse("{\"type\": \"integer\"}").accepts(Json.parse("1e-999999999")))
                .isFalse();
        assertThat(JsonSchema.parse("{\"format\": \"int32\"}").accepts(Json.parse("1e999999999")))
                .isFalse();
        assertThat(JsonSchema.parse("{\"enum\": [1e999999999]}").accepts(Json.parse("1e999999998")))
                .isFalse();
    }

    @Test
    void countsBeyondAnyArrayAreCounts() {
        assertThat(JsonSchema.parse("{\"maxItems\": 1e30, \"minLength\": 99999999999999999999}")
                        .accepts(Json.Arr.EMPTY))
                .isTrue();
    }

    /** Branches that fail only at the bottom: worked out anew on every level this takes 2^200 steps. */
    @Test
    void recursiveChoicesAreWorkedOutOnce() {
        JsonSchema schema = JsonSchema.parse("""
            {"type": "object",
             "properties": {"next": {"anyOf": [
               {"allOf": [{"$ref": "#"}, {"properties": {"a": {}}}]},
               {"allOf": [{"$ref": "#"}, {"properties": {"b": {}}}]}]},
               "leaf": {"type": "string"}}}\
            """);
        Json value = Json.object("leaf", 1);
        for (int i = 0; i < 200; i++) {
            value = Json.object("next", value);
        }
        assertThat(schema.accepts(value)).isFalse();
        assertThat(schema.validate(value)).hasSize(1);
    }

    @Test
    void theDeepestValueIsWalkedOnASmallStack() throws InterruptedException {
        JsonSchema schema = JsonSchema.parse("""
            {"$defs": {"node": {"type": ["object", "array", "null"],
                "items": {"allOf": [{"$ref": "#/$defs/node"}]},
                "additionalProperties": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "string"}]}}},
             "$ref": "#/$defs/node"}\
            """);
        Json value = Json.NULL;
        for (int i = 0; i < Json.MAX_DEPTH; i++) {
            value = i % 2 == 0 ? Json.array(value) : Json.object("a", value);
        }
        Json deepest = value;
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> answer = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        answer.set(schema.accepts(deepest)
                                && schema.validate(deepest).isEmpty());
                    } catch (StackOverflowError e) {
                        thrown.set(e);
                    }
                },
                "small",
                512 << 10);
        thread.start();
        thread.join(Duration.ofSeconds(20));
        assertThat(thrown.get()).isNull();
        assertThat(answer.get()).isTrue();
    }

    @Test
    void schemasWithinSchemasOnOneValueAreBounded() {
        Map<String, Json> definitions = new LinkedHashMap<>();
        for (int i = 0; i < 5_000; i++) {
            definitions.put("d" + i, Json.object("$ref", "#/$defs/d" + (i + 1)));
        }
        definitions.put("d5000", Json.object("type", "string"));
        Json document = Json.object()
                .put("$defs", Json.Obj.of(definitions))
                .put("$ref", "#/$defs/d0")
                .build();
        assertThatThrownBy(() -> JsonSchema.of(document))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("applies more than 500 schemas to one value, each within the other");
    }

    @Test
    void aSchemaThatDescendsFastIsGivenUpNotOverflown() {
        // 200 schemas on every level of the value.
        Json inner = Json.object("properties", Json.object("a", Json.object("$ref", "#")));
        for (int i = 0; i < 200; i++) {
            inner = Json.object("allOf", Json.array(inner));
        }
        JsonSchema schema = JsonSchema.of(inner);
        Json value = Json.NULL;
        for (int i = 0; i < 400; i++) {
            value = Json.object("a", value);
        }
        assertThat(schema.validate(value))
                .singleElement()
                .satisfies(violation -> assertThat(violation.message())
                        .contains("undecided: the schema recurses more than 10000 times on this value"));
    }

    @Test
    void manyEqualHashesDoNotSlowUniqueItems() {
        // "Aa" and "BB" have one hash code, and so have all their sequences.
        List<Json> items = new ArrayList<>();
        for (int i = 0; i < 1 << 14; i++) {
            StringBuilder text = new StringBuilder();
            for (int bit = 0; bit < 14; bit++) {
                text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            items.add(Json.of(text.toString()));
        }
        assertThat(JsonSchema.parse("{\"uniqueItems\": true}").accepts(Json.Arr.of(items)))
                .isTrue();
    }

    @Test
    void hugeSchemasAreCompiledInTime() {
        Map<String, Json> properties = new LinkedHashMap<>();
        for (int i = 0; i < 20_000; i++) {
            properties.put(
                    "p" + i, Json.parse("{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}}}"));
        }
        JsonSchema schema = JsonSchema.of(Json.object("properties", Json.Obj.of(properties)));
        assertThat(schema.accepts(Json.parse("{\"p3\": {\"a\": \"x\"}}"))).isTrue();
        assertThat(schema.accepts(Json.parse("{\"p3\": {\"a\": 1}}"))).isFalse();
    }

    @Test
    void nullIsRefusedAtTheDoor() {
        assertThatThrownBy(() -> JsonSchema.of((Json) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> JsonSchema.parse(null)).isInstanceOf(NullPointerException.class);
    }
}
