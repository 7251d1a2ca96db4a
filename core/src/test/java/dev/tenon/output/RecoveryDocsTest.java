package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.prompt.PromptTemplate;
import dev.tenon.schema.JsonSchema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/recovery.md}. */
class RecoveryDocsTest {
    record Weather(double temperature, String summary) {}

    @Test
    void anAnswerIsReadAndWhatWasMendedIsListed() {
        String answer = "Sure:\n```json\n{temperature: '21.5', summary: 'mild',}\n```";
        RecoveryParser parser = RecoveryParser.of(Weather.class);

        Parsed<Weather> parsed = parser.parse(answer, Weather.class);
        Weather weather = parsed.value();
        parsed.fixes().forEach(fix -> log(fix.kind() + " at " + fix.place()));

        assertThat(weather).isEqualTo(new Weather(21.5, "mild"));
        assertThat(logged).contains("NUMBER at /temperature");
    }

    @Test
    void whatCannotBeReadIsToldForTheModel() {
        RecoveryParser parser = RecoveryParser.of(Weather.class);

        try {
            parser.parse("{\"temperature\": \"warm\"}");
        } catch (OutputException e) {
            e.violations().forEach(violation -> log(violation.pointer() + ": " + violation.message()));
        }

        assertThat(logged).anyMatch(line -> line.startsWith("/temperature: $.temperature: expected number"));
    }

    @Test
    void aCallerSaysHowMuchMayBeMended() {
        RecoveryParser parser = RecoveryParser.any();

        RecoveryParser strict = parser.strict();
        RecoveryParser careful = parser.ceiling(3);

        assertThat(careful.parse("{\"a\": 1,}").cost()).isEqualTo(1);
        assertThat(strict.parse("{\"a\": 1}").cost()).isZero();
    }

    @Test
    void itemsAreShownWhileTheyCome() {
        List<String> chunks = List.of("{\"rows\": [{\"n\": 1}, {\"n", "\": 2}], \"not", "e\": \"en", "d\"}");
        RecoveryReader reader = RecoveryParser.any().start();
        for (String chunk : chunks) {
            Partial<Json> partial = reader.feed(chunk).partial();
            partial.items("/rows").forEach(row -> log("row " + row));
            partial.growing().ifPresent(place -> log("reading " + place));
        }
        Json whole = reader.finish().value();

        assertThat(whole.at("/note")).contains(Json.of("end"));
        assertThat(logged).contains("row {\"n\":2}", "reading /note");
    }

    @Test
    void otherFormatsAreReadToo() {
        JsonSchema schema = JsonSchema.of(Weather.class);

        OutputParser<Json> yaml = OutputParser.yaml(schema);
        Json weather = yaml.parse("temperature: 21.5\nsummary: mild");
        String instruction = yaml.format();

        assertThat(weather).isEqualTo(Json.of(new Weather(21.5, "mild")));
        assertThat(instruction).startsWith("Answer with YAML");
    }

    @Test
    void promptsComeFromTemplates() {
        String prompt = PromptTemplate.of("The weather in {{city}} as {\"temperature\": 1.5}.")
                .with("city", "Lisbon")
                .render();

        assertThat(prompt).isEqualTo("The weather in Lisbon as {\"temperature\": 1.5}.");
    }

    @Test
    void thePageShowsWhatIsRunHere() {
        assertThat(Docs.examplesStandIn("recovery.md", RecoveryDocsTest.class)).isEqualTo(6);
    }

    private final List<String> logged = new ArrayList<>();

    private void log(String line) {
        logged.add(line);
    }
}
