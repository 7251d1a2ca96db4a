package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Arguments of tool calls, in the form of the fixtures' README: three and more for each of its categories. */
class ArgumentsCasesTest {
    private static List<Json.Obj> cases() throws IOException {
        try (InputStream in = Objects.requireNonNull(ArgumentsCasesTest.class.getResourceAsStream("arguments.jsonl"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> Json.parse(line).asObj())
                    .toList();
        }
    }

    /** The arguments; or path, keyword and missing member of what the model is told first. */
    private static Json read(Json.Obj one) {
        JsonSchema schema = JsonSchema.of(one.at("/tool/parameters").orElseThrow());
        try {
            return RecoveryParser.of(schema)
                    .arguments(one.string("arguments").orElse(null))
                    .value();
        } catch (OutputException e) {
            Violation first = e.violations().getFirst();
            Json.ObjBuilder error = Json.object().put("path", first.pointer()).put("keyword", first.keyword());
            return first.missing().isEmpty()
                    ? error.build()
                    : error.put("missing", first.missing()).build();
        }
    }

    @Test
    void readsTheArgumentsOrSaysWhereTheyDoNotFit() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Json.Obj one : cases()) {
            Json wanted =
                    one.get("expected").or(() -> one.get("expected_error")).orElseThrow();
            Json came = read(one);
            if (!came.equals(wanted)) {
                wrong.add(one.string("id").orElseThrow() + " came " + came);
            }
        }

        assertThat(wrong).isEmpty();
    }
}
