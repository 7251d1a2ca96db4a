package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Cases in the form of the fixtures' README: our own, more than ten for most categories, and the fixtures where they are. */
class RecoveryCasesTest {
    private static List<Json.Obj> own() throws IOException {
        try (InputStream in = Objects.requireNonNull(RecoveryCasesTest.class.getResourceAsStream("cases.jsonl"))) {
            return parsed(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
    }

    private static List<Json.Obj> parsed(List<String> lines) {
        return lines.stream().map(line -> Json.parse(line).asObj()).toList();
    }

    private static RecoveryParser parser(Json.Obj one) {
        return one.get("schema")
                .map(schema -> RecoveryParser.of(JsonSchema.of(schema)))
                .orElseGet(RecoveryParser::any);
    }

    /** The value, or the words of the refusal. */
    private static Object read(RecoveryParser parser, String text, int... cuts) {
        try {
            RecoveryReader reader = parser.start();
            int from = 0;
            for (int cut : cuts) {
                reader.feed(text.substring(from, cut));
                from = cut;
            }
            return reader.feed(text.substring(from)).finish();
        } catch (OutputException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static List<String> wrong(List<Json.Obj> cases) {
        List<String> wrong = new ArrayList<>();
        for (Json.Obj one : cases) {
            if (!one.has("input") || one.has("outcome")) {
                continue;
            }
            Object came = read(parser(one), one.string("input").orElseThrow());
            boolean right = one.has("expected")
                    ? came instanceof Parsed<?> parsed
                            && parsed.value().equals(one.get("expected").orElseThrow())
                    : came instanceof String;
            if (!right) {
                wrong.add(one.string("id").orElse("") + " came " + came);
            }
        }
        return wrong;
    }

    private static List<String> differBySplit(List<Json.Obj> cases) {
        List<String> wrong = new ArrayList<>();
        for (Json.Obj one : cases) {
            String text = one.string("input").orElse("");
            RecoveryParser parser = parser(one);
            Object whole = read(parser, text);
            int[] every = new int[text.length()];
            for (int i = 0; i < text.length(); i++) {
                every[i] = i;
                if (!read(parser, text, i).equals(whole)) {
                    wrong.add(one.string("id").orElse("") + " cut at " + i);
                }
            }
            if (!read(parser, text, every).equals(whole)) {
                wrong.add(one.string("id").orElse("") + " character by character");
            }
        }
        return wrong;
    }

    @Test
    void readsWhatWasMeant() throws IOException {
        assertThat(wrong(own())).isEmpty();
    }

    @Test
    void readsEveryCutOfATextAsItReadsItWhole() throws IOException {
        assertThat(differBySplit(own())).isEmpty();
    }

    @Test
    void readsTheFixtures() {
        assertThat(wrong(parsed(Fixtures.cases("recovery/dev.jsonl")))).isEmpty();
    }

    @Test
    void readsEveryCutOfTheFixturesAsItReadsThemWhole() {
        assertThat(differBySplit(parsed(Fixtures.cases("recovery/dev.jsonl")))).isEmpty();
    }
}
