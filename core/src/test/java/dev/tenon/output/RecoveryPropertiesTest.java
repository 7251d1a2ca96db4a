package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.schema.JsonSchema;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every text. The seeds are fixed. */
class RecoveryPropertiesTest {
    private static final int MANY = Integer.getInteger("tenon.documents", 30_000);

    private static final JsonSchema SCHEMA = JsonSchema.parse("""
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": ["string", "null"]},
          "name": {"enum": ["x", "hello there", "None"]}, "id": {"anyOf": [{"type": "number"}, {"type": "array"}]}}}\
        """);

    private static final List<RecoveryParser> PARSERS = List.of(RecoveryParser.any(), RecoveryParser.of(SCHEMA));

    @Test
    void validJsonComesBackAsItIs() {
        Documents documents = new Documents(1);
        for (int i = 0; i < MANY; i++) {
            Json value = documents.value(4);
            String text = documents.written(value);
            Parsed<Json> parsed = RecoveryParser.any().parse(text);

            assertThat(parsed.value()).as(text).isEqualTo(value);
            assertThat(parsed.fixes()).as(text).isEmpty();
        }
    }

    @Test
    void whatFitsTheSchemaComesBackAsItIs() {
        Documents documents = new Documents(2);
        RecoveryParser parser = RecoveryParser.of(SCHEMA);
        for (int i = 0; i < MANY; i++) {
            Json value = documents.object(3);
            if (SCHEMA.accepts(value)) {
                String text = documents.written(value);

                assertThat(parser.parse(text)).as(text).isEqualTo(new Parsed<>(value, List.of(), 0));
            }
        }
    }

    /** A text that is no JSON gives a value with the list of what was mended, or a refusal in words; nothing else. */
    @Test
    void damageIsMendedOrRefusedButNeverUnnoticed() {
        Documents documents = new Documents(3);
        for (int i = 0; i < MANY; i++) {
            String text = documents.damaged(documents.written(documents.object(3)));
            for (RecoveryParser parser : PARSERS) {
                try {
                    Parsed<Json> parsed = parser.parse(text);
                    if (parsed.fixes().isEmpty()) {
                        assertThat(parsed.value()).as(text).isEqualTo(lastOfEqualNames(text));
                    }
                    assertThat(parser.schema().accepts(parsed.value())).as(text).isTrue();
                } catch (OutputException e) {
                    assertThat(e.violations()).as(text).isNotEmpty();
                }
            }
        }
    }

    private static Json lastOfEqualNames(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw new AssertionError("no fix is listed for a text that is no JSON: " + text, e);
        }
    }

    @Test
    void piecesMakeNoDifference() {
        Documents documents = new Documents(4);
        for (int i = 0; i < MANY / 10; i++) {
            String text = documents.damaged(documents.written(documents.object(3)));
            for (RecoveryParser parser : PARSERS) {
                Object whole = read(parser, text, text.length());

                assertThat(read(parser, text, 1)).as(text).isEqualTo(whole);
                assertThat(read(parser, text, 1 + documents.below(9))).as(text).isEqualTo(whole);
            }
        }
    }

    private static Object read(RecoveryParser parser, String text, int size) {
        RecoveryReader reader = parser.start();
        try {
            for (int from = 0; from < text.length(); from += size) {
                reader.feed(text.substring(from, Math.min(text.length(), from + size)));
            }
            return reader.finish();
        } catch (OutputException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** The shortest text that a value can have been cut to keeps what was complete. */
    @Test
    void aCutDocumentKeepsWhatWasComplete() {
        Json whole = Json.parse("{\"a\": [1, {\"b\": \"two\"}, true], \"c\": {\"d\": null}, \"e\": \"end\"}");
        String text = whole.toString();
        for (int cut = 1; cut < text.length(); cut++) {
            Json.Obj part =
                    RecoveryParser.any().parse(text.substring(0, cut)).value().asObj();

            assertThat(whole.asObj().members().keySet())
                    .containsAll(part.members().keySet());
            if (cut > text.indexOf("\"c\"")) {
                assertThat(part.get("a")).isEqualTo(whole.asObj().get("a"));
            }
        }
    }

    static Stream<String> hostile() {
        return Stream.of(
                "[",
                "{",
                "\"",
                "'",
                "\\",
                "{\"",
                "{\"a\":",
                "{'a':",
                "[\"",
                "```json\n",
                "<think>",
                "/*",
                "(",
                "\"a\",",
                "a:b:",
                "x:y: ",
                "{\"a\":\"x\"+",
                "\"a\" + ",
                "{\"a\":[",
                "[1 ",
                "{}",
                "[]",
                "\"x \"y\" ",
                "{\"k\":\"v\",'",
                "['a',",
                "{&quot;a",
                "{\\\"a\\\":",
                "...",
                "[a]",
                "- [ ] ",
                "\\u00",
                "{\"a\":\"C:\\U",
                "<!--",
                "{\"a\": \"b\"c\"d",
                "\u00a0",
                "u'",
                "ab(",
                "\"a\n\"b\": ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"a\": \"", "[1, ", "prose {\"x\": [\""})
    void workGrowsWithTheLengthOfATextAndNoFaster(String lead) {
        hostile().forEach(pattern -> {
            for (RecoveryParser parser : PARSERS) {
                long small = steps(parser, lead + pattern.repeat(20_000 / pattern.length()));
                long large = steps(parser, lead + pattern.repeat(160_000 / pattern.length()));

                assertThat(large)
                        .as("steps for %s%s…, eight times as long: %s, then %s", lead, pattern, small, large)
                        .isLessThan(10 * small + 200_000);
            }
        });
    }

    private static long steps(RecoveryParser parser, String text) {
        RecoveryReader reader = parser.start();
        try {
            reader.feed(text).finish();
        } catch (OutputException refused) {
            assertThat(refused.violations()).isNotEmpty();
        }
        return reader.steps();
    }

    @Test
    void aMegabyteOfBracketsIsRefusedInWords() {
        for (String bracket : List.of("[", "{\"a\":", "(", "[{\"a\":")) {
            Object came = read(RecoveryParser.any(), bracket.repeat((1 << 20) / bracket.length()), 1 << 16);

            assertThat(came).isEqualTo("the document could not be read: it is nested deeper than 500 levels");
        }
    }
}
