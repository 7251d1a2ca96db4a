package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A document is checked against its schema while it is read; only one that does not fit is looked at again. */
class CheckedWhileReadingTest {
    private static final JsonSchema ORDERS = JsonSchema.parse("""
        {"type": "object", "required": ["orders"], "additionalProperties": false, "properties": {
          "orders": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/order"}},
          "note": {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "null"}]}},
         "$defs": {"order": {"type": "object", "required": ["id", "state"], "properties": {
          "id": {"type": "integer", "minimum": 1},
          "state": {"enum": ["open", "closed"]},
          "code": {"type": "string", "pattern": "^[A-Z]+$"},
          "pay": {"oneOf": [
            {"type": "object", "required": ["type", "iban"],
             "properties": {"type": {"const": "bank"}, "iban": {"type": "string"}}},
            {"type": "object", "required": ["type"], "additionalProperties": false,
             "properties": {"type": {"const": "cash"}, "coins": {"type": "integer"}}}]}}}}}\
        """);

    private static boolean fitsWhileReading(JsonSchema schema, String text, int piece) {
        Feed feed = new Feed(16);
        Finder finder = new Finder(feed, schema.checkpoint(), 0);
        for (int i = 0; i < text.length(); i += piece) {
            feed.append(text.substring(i, Math.min(text.length(), i + piece)));
            finder.advance();
        }
        feed.last = true;
        finder.advance();
        return finder.candidates.size() == 1 && finder.candidates.getFirst().fits;
    }

    private static void assertFits(boolean fits, String text) {
        for (int piece : new int[] {1, 3, 7, 10_000}) {
            assertThat(fitsWhileReading(ORDERS, text, piece)).as(text).isEqualTo(fits);
        }
        assertThat(ORDERS.accepts(RecoveryParser.any().parse(text).value())).isEqualTo(fits);
    }

    @Test
    void isFoundToFitWhereItDoes() {
        assertFits(true, "{\"orders\": [{\"id\": 1, \"state\": \"open\"}]}");
        assertFits(true, "{\"orders\": [{\"id\": 1, \"state\": \"open\", \"more\": [1]}], \"note\": null}");
        assertFits(true, "{\"orders\": [{\"id\": 1.0, \"state\": \"closed\", \"code\": \"AB\"}], \"note\": \"short\"}");
        assertFits(
                true,
                "{\"orders\": [{\"id\": 2, \"state\": \"open\", \"pay\": {\"type\": \"bank\", \"iban\": \"x\"}},"
                        + "{\"id\": 3, \"state\": \"open\", \"pay\": {\"coins\": 2, \"type\": \"cash\"}}]}");
    }

    @Test
    void isFoundToFitInProseAndWithSlipsOfSyntax() {
        assertThat(fitsWhileReading(ORDERS, "Here: ```json\n{'orders': [{'id': 1, state: \"open\",},]}\n```", 5))
                .isTrue();
    }

    @Test
    void isNotFoundToFitWhereOnePartDoesNot() {
        for (String text : List.of(
                "{\"orders\": []}",
                "{}",
                "{\"orders\": [{\"id\": 0, \"state\": \"open\"}]}",
                "{\"orders\": [{\"id\": 1.5, \"state\": \"open\"}]}",
                "{\"orders\": [{\"id\": 1}]}",
                "{\"orders\": [{\"id\": 1, \"state\": \"Open\"}]}",
                "{\"orders\": [{\"id\": 1, \"state\": \"open\", \"code\": \"ab\"}]}",
                "{\"orders\": [{\"id\": 1, \"state\": \"open\"}], \"note\": \"too long\"}",
                "{\"orders\": [{\"id\": 1, \"state\": \"open\"}], \"other\": 1}",
                "{\"orders\": [{\"id\": 1, \"state\": \"open\", \"pay\": {\"type\": \"bank\"}}]}",
                "{\"orders\": [{\"id\": 1, \"state\": \"open\", \"pay\": {\"type\": \"cash\", \"iban\": \"x\"}}]}",
                "{\"orders\": [{\"id\": 1, \"state\": \"open\", \"pay\": {\"iban\": \"x\", \"type\": \"cash\"}}]}",
                "{\"orders\": [{\"id\": 1, \"state\": \"open\", \"pay\": {\"type\": \"none\"}}]}")) {
            assertFits(false, text);
        }
    }

    @Test
    void whatTurnsOutToBeAnotherKindIsNotTakenToFit() {
        JsonSchema texts = JsonSchema.parse("{\"type\": \"array\", \"items\": {\"type\": \"integer\"}}");
        assertThat(fitsWhileReading(texts, "{'a', 'b'}", 3)).isFalse();
        JsonSchema joined = JsonSchema.parse(
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"maxLength\": 1}}}");
        assertThat(fitsWhileReading(joined, "{\"a\": \"x\" + \"y\"}", 100)).isFalse();
        assertThat(fitsWhileReading(joined, "{\"a\": \"x\" \"y\"}", 100)).isFalse();
        assertThat(fitsWhileReading(joined, "{\"a\": (\"x\" \"y\")}", 100)).isFalse();
    }

    @Test
    void sameNamesCountAsTheLastOfThem() {
        JsonSchema schema = JsonSchema.parse("{\"properties\": {\"a\": {\"type\": \"integer\"}}}");
        RecoveryParser parser = RecoveryParser.of(schema);
        assertThat(parser.parse("{\"a\": \"x\", \"a\": 1}").value()).isEqualTo(Json.object("a", 1));
    }
}
