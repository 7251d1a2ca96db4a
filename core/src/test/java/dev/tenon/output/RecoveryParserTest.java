package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import org.junit.jupiter.api.Test;

class RecoveryParserTest {
    record Weather(double temperature, String summary) {}

    private static Json read(String text) {
        return RecoveryParser.any().parse(text).value();
    }

    @Test
    void readsAnAnswerInProseAsTheTypeThatWasAskedFor() {
        Parsed<Weather> parsed = RecoveryParser.of(Weather.class)
                .parse("Here you go:\n```json\n{temperature: '21.5', summary: 'mild',}\n```", Weather.class);

        assertThat(parsed.value()).isEqualTo(new Weather(21.5, "mild"));
        assertThat(parsed.fixes())
                .extracting(Fix::kind)
                .contains(Fix.Kind.SURROUNDINGS, Fix.Kind.QUOTES, Fix.Kind.NUMBER);
    }

    @Test
    void whatIsValidAndFitsIsUntouched() {
        Parsed<Json> parsed = RecoveryParser.of(Weather.class).parse("{\"temperature\": 3, \"summary\": \"cold\"}");

        assertThat(parsed.untouched()).isTrue();
        assertThat(parsed.cost()).isZero();
    }

    @Test
    void readsInPiecesWhatItReadsWhole() {
        String text = "Sure: {'a': [1, 2, \"say \"hi\"\"], b: True";
        RecoveryReader reader = RecoveryParser.any().start();
        for (int i = 0; i < text.length(); i++) {
            reader.feed(text.substring(i, i + 1));
        }

        assertThat(reader.finish()).isEqualTo(RecoveryParser.any().parse(text));
        assertThat(read(text)).isEqualTo(Json.parse("{\"a\": [1, 2, \"say \\\"hi\\\"\"], \"b\": true}"));
    }

    @Test
    void noArgumentsAreAnEmptyObject() {
        JsonSchema schema =
                JsonSchema.parse("{\"type\": \"object\", \"properties\": {\"limit\": {\"type\": \"integer\"}}}");

        assertThat(RecoveryParser.of(schema).arguments("").value()).isEqualTo(Json.Obj.EMPTY);
        assertThat(RecoveryParser.of(schema).arguments("null").value()).isEqualTo(Json.Obj.EMPTY);
        assertThat(RecoveryParser.of(schema).arguments(null).value()).isEqualTo(Json.Obj.EMPTY);
    }

    @Test
    void saysWhichMemberIsMissing() {
        assertThatThrownBy(() -> RecoveryParser.of(Weather.class).parse("{\"temperature\": 3}"))
                .isInstanceOfSatisfying(OutputException.class, e -> {
                    assertThat(e.violations()).hasSize(1);
                    assertThat(e.violations().getFirst().missing()).isEqualTo("summary");
                });
    }

    @Test
    void proseNeverBecomesAValue() {
        assertThatThrownBy(() -> read("I'm sorry, but I can't help with that."))
                .isInstanceOf(OutputException.class)
                .hasMessage("the text holds no JSON document; give the JSON and nothing else");
    }

    @Test
    void argumentsThatAreNoJsonAreNoObject() {
        assertThatThrownBy(() -> RecoveryParser.of(Weather.class).arguments("I cannot do that."))
                .isInstanceOfSatisfying(OutputException.class, e -> {
                    assertThat(e.violations().getFirst().pointer()).isEmpty();
                    assertThat(e.violations().getFirst().keyword()).isEqualTo("type");
                })
                .hasMessage("expected an object of arguments, but the text holds no JSON document; give the JSON and"
                        + " nothing else");
    }

    @Test
    void strictRefusesWhatIsNotJson() {
        assertThatThrownBy(() -> RecoveryParser.any().strict().parse("{a: 1}")).isInstanceOf(OutputException.class);
        assertThat(RecoveryParser.any().strict().parse("{\"a\": 1}").cost()).isZero();
    }
}
