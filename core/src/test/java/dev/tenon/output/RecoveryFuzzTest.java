package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts that nobody would write: our own cases and documents of a generator, each with up to three changes at random. The build reads
 * some thousands; {@code -Pfuzz} reads ten million. Text {@code i} is the same in every run; {@code -Dtenon.fuzz.from=1000000} begins with another than the first,
 * so that many may be read in slices.
 */
class RecoveryFuzzTest {
    private static final int MANY = Integer.getInteger("tenon.fuzz", 20_000);

    private static final int FROM = Integer.getInteger("tenon.fuzz.from", 0);

    /** Steps a character: more than ten times what the costliest of 60,000 texts took. */
    private static final int STEPS = 50;

    private record Base(String text, RecoveryParser parser) {}

    private static List<Base> bases() throws IOException {
        try (InputStream in = Objects.requireNonNull(RecoveryFuzzTest.class.getResourceAsStream("cases.jsonl"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> Json.parse(line).asObj())
                    .map(one -> new Base(
                            one.string("input").orElse(""),
                            one.get("schema")
                                    .map(schema -> RecoveryParser.of(JsonSchema.of(schema)))
                                    .orElseGet(RecoveryParser::any)))
                    .toList();
        }
    }

    /** What is wrong with how a text is read; empty where nothing is. */
    private static Optional<String> wrong(String text, RecoveryParser parser) {
        RecoveryReader reader = parser.start();
        try {
            Parsed<Json> parsed = reader.feed(text).finish();
            if (!parser.schema().accepts(parsed.value())) {
                return Optional.of("does not fit: " + parsed.value());
            }
        } catch (OutputException refused) {
            if (refused.violations().isEmpty()) {
                return Optional.of("refused without a reason");
            }
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return Optional.of(e.toString());
        }
        long steps = reader.steps();
        return steps <= STEPS * (text.length() + 10L)
                ? Optional.empty()
                : Optional.of(steps + " steps for " + text.length() + " characters");
    }

    /** Texts that were found so. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"\":\"C:\\\",\"\"\",\\}", "{ \"1\":\"C:\\_temp\",\n  \"  \"é中🚀\", \"\\\"q\\\n  {}}"})
    void noQuoteIsTriedTwice(String text) {
        assertThat(wrong(text, RecoveryParser.any())).isEmpty();
        assertThat(wrong(text.replace("}", "x".repeat(1_000) + "}"), RecoveryParser.any()))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": \"x\" /* c */ + [d]/* d */ \"y\",line\nbreak \"\": 1}",
                "{\"a\": \"x\" /* c */ + /* d */{ \"y\", \"b\": 1}",
                "{\"a\": \"x\" + (\"y\", \"b\": 1}",
                "{\"a\": \"x\" + y(\"z\", \"b\": 1}"
            })
    void whatIsNoTextAmongJoinedTextsIsReadOrRefused(String text) {
        assertThat(wrong(text, RecoveryParser.any())).isEmpty();
    }

    @Test
    void everyTextIsReadOrRefusedInAFewStepsACharacter() throws IOException {
        List<Base> bases = bases();
        List<String> wrong = IntStream.range(FROM, FROM + MANY)
                .parallel()
                .mapToObj(i -> {
                    Documents documents = new Documents(i);
                    Base base = bases.get(documents.below(bases.size()));
                    String text = documents.damaged(
                            documents.below(3) > 0 ? base.text() : documents.written(documents.object(3)));
                    return wrong(text, base.parser()).map(said -> text + "\n  " + said);
                })
                .flatMap(Optional::stream)
                .limit(10)
                .toList();

        assertThat(wrong).isEmpty();
    }
}
