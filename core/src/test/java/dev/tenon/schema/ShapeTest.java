package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.schema.Shape.Kind;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
    private static Shape shape(String schema) {
        return JsonSchema.parse(schema).shape();
    }

    @Test
    void kindsAreThoseThatMayStandThere() {
        assertThat(shape("{}").kinds()).isEqualTo(EnumSet.allOf(Kind.class));
        assertThat(shape("{\"type\": \"integer\"}").kinds()).containsExactly(Kind.INTEGER);
        assertThat(shape("{\"type\": [\"number\", \"null\"]}").kinds())
                .containsExactly(Kind.NULL, Kind.INTEGER, Kind.NUMBER);
        assertThat(shape("{\"enum\": [\"a\", 1.5]}").kinds()).containsExactly(Kind.INTEGER, Kind.NUMBER, Kind.STRING);
        assertThat(shape("{\"allOf\": [{\"type\": [\"string\", \"null\"]}, {\"type\": [\"string\", \"array\"]}]}")
                        .kinds())
                .containsExactly(Kind.STRING);
        assertThat(shape("{\"anyOf\": [{\"type\": \"object\"}, {\"type\": \"null\"}]}")
                        .kinds())
                .containsExactly(Kind.NULL, Kind.OBJECT);
        assertThat(shape("false").never()).isTrue();
        assertThat(shape("{\"type\": \"string\", \"enum\": [1]}").never()).isTrue();
    }

    @Test
    void referencesAreFollowedAndPartsJoined() {
        Shape shape = shape("""
            {"$defs": {"base": {"properties": {"a": {"type": "string"}}, "required": ["a"]}},
             "allOf": [{"$ref": "#/$defs/base"}, {"properties": {"b": {"type": "integer"}, "a": {"maxLength": 3}}}],
             "required": ["b"]}\
            """);
        assertThat(shape.properties()).containsOnlyKeys("a", "b");
        assertThat(shape.required()).containsExactlyInAnyOrder("a", "b");
        assertThat(shape.member("a").kinds()).containsExactly(Kind.STRING);
        assertThat(shape.member("a").validate(Json.of("long")))
                .extracting(Violation::message)
                .containsExactly("$: expected at most 3 characters, got 4");
    }

    @Test
    void membersComeFromDeclarationsPatternsAndTheRest() {
        Shape shape = shape("""
            {"properties": {"a": {"type": "string"}}, "patternProperties": {"^x_": {"type": "integer"}},
             "additionalProperties": {"type": "boolean"}}\
            """);
        assertThat(shape.member("a").kinds()).containsExactly(Kind.STRING);
        assertThat(shape.member("x_1").kinds()).containsExactly(Kind.INTEGER);
        assertThat(shape.member("b").kinds()).containsExactly(Kind.BOOLEAN);
        assertThat(shape.closed()).isFalse();
    }

    @Test
    void aClosedObjectHasNoOtherMembers() {
        Shape closed = shape("{\"properties\": {\"a\": {}}, \"additionalProperties\": false}");
        assertThat(closed.closed()).isTrue();
        assertThat(closed.member("b").never()).isTrue();
        assertThat(closed.member("a").never()).isFalse();
        assertThat(shape("{\"properties\": {\"a\": {}}}").closed()).isFalse();
        assertThat(shape("{\"allOf\": [{\"properties\": {\"a\": {}}}], \"unevaluatedProperties\": false}")
                        .closed())
                .isTrue();
    }

    @Test
    void itemsComeFromTheirPlace() {
        Shape shape = shape("{\"prefixItems\": [{\"type\": \"string\"}], \"items\": {\"type\": \"integer\"}}");
        assertThat(shape.item(0).kinds()).containsExactly(Kind.STRING);
        assertThat(shape.item(1).kinds()).containsExactly(Kind.INTEGER);
        assertThat(shape("{\"prefixItems\": [{}], \"items\": false}").item(1).never())
                .isTrue();
    }

    @Test
    void constantsAreWhatAllPartsAllow() {
        assertThat(shape("{\"const\": 3}").constants()).containsExactly(Json.of(3));
        assertThat(shape("{\"enum\": [1, 2, 3], \"allOf\": [{\"enum\": [3, 2, 9]}]}")
                        .constants())
                .containsExactly(Json.of(2), Json.of(3));
        assertThat(shape("{\"type\": \"string\"}").constants()).isEmpty();
    }

    @Test
    void aBranchHoldsWhatStandsBesideTheChoice() {
        Shape shape = shape("""
            {"properties": {"id": {"type": "integer"}}, "required": ["id"],
             "anyOf": [{"required": ["name"]}, {"properties": {"email": {"type": "string"}}}]}\
            """);
        assertThat(shape.branches()).hasSize(2);
        assertThat(shape.branches().get(0).required()).containsExactlyInAnyOrder("id", "name");
        assertThat(shape.branches().get(1).properties()).containsOnlyKeys("id", "email");
        assertThat(shape.branches().get(0).branches()).isEmpty();
    }

    @Test
    void choicesWithinChoicesAreTakenOneAfterTheOther() {
        Shape shape = shape("{\"anyOf\": [{\"oneOf\": [{\"const\": 1}, {\"const\": 2}]}, {\"const\": 3}]}");
        assertThat(shape.branches()).hasSize(2);
        assertThat(shape.branches().get(0).branches())
                .extracting(Shape::constants)
                .containsExactly(List.of(Json.of(1)), List.of(Json.of(2)));
    }

    @Test
    void twoChoicesBesideEachOtherAreBothTaken() {
        Shape shape = shape(
                "{\"anyOf\": [{\"required\": [\"a\"]}, {\"required\": [\"b\"]}], \"oneOf\": [{\"required\": [\"c\"]},"
                        + " {\"required\": [\"d\"]}]}");
        assertThat(shape.branches().get(1).branches().get(0).required()).containsExactlyInAnyOrder("b", "c");
    }

    @Test
    void theSamePlaceIsTheSameObjectEvenInLoops() {
        Shape tree = shape("{\"properties\": {\"left\": {\"$ref\": \"#\"}, \"value\": {\"type\": \"integer\"}}}");
        assertThat(tree.member("left").member("left")).isSameAs(tree.member("left"));
        assertThat(tree.member("left").member("value")).isSameAs(tree.member("value"));
        assertThat(tree.member("unknown")).isSameAs(tree.member("other"));
        JsonSchema schema = JsonSchema.parse("{\"items\": {\"type\": \"string\"}}");
        assertThat(schema.shape().item(3)).isSameAs(schema.shape().item(4));
    }

    @Test
    void wordsAndDefaultsAreFoundAtTheReferenceFirst() {
        Shape shape = shape("""
            {"$defs": {"n": {"type": "integer", "default": 1, "description": "of the type"}},
             "properties": {"a": {"$ref": "#/$defs/n", "default": 2}, "b": {"$ref": "#/$defs/n"}}}\
            """);
        assertThat(shape.member("a").fallback()).contains(Json.of(2));
        assertThat(shape.member("b").fallback()).contains(Json.of(1));
        assertThat(shape.member("a").keyword("description")).contains(Json.of("of the type"));
        assertThat(shape.member("a").json()).isEqualTo(Json.parse("{\"$ref\": \"#/$defs/n\", \"default\": 2}"));
        assertThat(shape.fallback()).isEmpty();
    }

    @Test
    void aPlaceIsValidatedByItself() {
        Shape shape = shape("{\"properties\": {\"a\": {\"type\": \"string\"}}}");
        assertThat(shape.member("a").accepts(Json.of("x"))).isTrue();
        assertThat(shape.member("a").validate(Json.of(1)))
                .containsExactly(new Violation("", "type", "$: expected string, got number 1"));
        assertThat(shape.member("b").accepts(Json.of(1))).isTrue();
    }
}
