package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The official suite of draft 2020-12, held against {@link JsonSchema} as users have it. */
class JsonSchemaTestSuiteTest {
    private static final String SUITE = "json-schema-test-suite";

    /** Wants a document of draft 2019-09 that does not come with the suite's 2020-12 part. */
    private static final String CROSS_DRAFT = "optional/cross-draft.json";

    @Test
    void everyRequiredCaseHasTheSuitesAnswer() {
        // By the default vocabulary a format is but a note, which format.json insists on; elsewhere formats do not
        // matter.
        assertThat(failures("", 1, SchemaOptions.DEFAULT.withFormats(false))).isEmpty();
    }

    @Test
    void everyOptionalCaseHasTheSuitesAnswer() {
        assertThat(failures("optional", 1, SchemaOptions.DEFAULT)).isEmpty();
    }

    /**
     * {@code java.time.Duration} writes such texts, and models do; RFC 3339's grammar lacks them. What {@code Json.of} writes must fit
     * the schema of its type.
     */
    private static final List<String> DURATIONS = List.of(
            "fractional duration is not allowed by RFC 3339 ABNF", "hours and seconds cannot appear without minutes");

    @Test
    void everyFormatIsCheckedAsTheSuiteSaysButForTwoDurationsThatJavaWrites() {
        List<String> failures = failures("optional/format", 1, SchemaOptions.DEFAULT);
        assertThat(failures)
                .hasSize(DURATIONS.size())
                .allSatisfy(failure -> assertThat(DURATIONS)
                        .anySatisfy(known -> assertThat(failure)
                                .isEqualTo("optional/format/duration.json: validation of duration strings: " + known
                                        + ": wanted false, got [], while reading true")));
    }

    private static List<String> failures(String folder, int depth, SchemaOptions base) {
        SchemaOptions options = new SchemaOptions(remotes(), base.formats());
        Path root = Fixtures.spec(SUITE).resolve("tests/draft2020-12");
        List<String> failures = new ArrayList<>();
        int cases = 0;
        for (Path file : files(root.resolve(folder), depth)) {
            String name = root.relativize(file).toString();
            if (name.equals(CROSS_DRAFT)) {
                continue;
            }
            for (Json group : read(file).asArr()) {
                cases += group.at("/tests").orElseThrow().asArr().size();
                failures.addAll(failures(name, group.asObj(), options));
            }
        }
        assertThat(cases).isPositive();
        return failures;
    }

    private static List<String> failures(String file, Json.Obj group, SchemaOptions options) {
        List<String> failures = new ArrayList<>();
        String name = file + ": " + group.string("description").orElse("");
        JsonSchema schema;
        try {
            schema = JsonSchema.of(group.get("schema").orElseThrow(), options);
        } catch (SchemaException e) {
            return List.of(name + ": " + e.getMessage());
        }
        for (Json test : group.get("tests").orElseThrow().asArr()) {
            Json data = test.at("/data").orElseThrow();
            boolean valid = test.at("/valid").orElseThrow() == Json.Bool.TRUE;
            List<Violation> violations = schema.validate(data);
            boolean streamed = whileReading(data, schema.checkpoint(), new Checkpoint.Pass());
            if (violations.isEmpty() != valid || schema.accepts(data) != valid || streamed != valid) {
                failures.add(name + ": " + test.asObj().string("description").orElse("") + ": wanted " + valid
                        + ", got " + violations + ", while reading " + streamed);
            }
        }
        return failures;
    }

    private static Map<String, Json> remotes() {
        Path root = Fixtures.spec(SUITE).resolve("remotes");
        Map<String, Json> documents = new TreeMap<>();
        for (Path file : files(root, Integer.MAX_VALUE)) {
            documents.put(
                    "http://localhost:1234/" + root.relativize(file).toString().replace('\\', '/'), read(file));
        }
        return documents;
    }

    private static List<Path> files(Path folder, int depth) {
        try (Stream<Path> found = Files.walk(folder, depth)) {
            return found.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Json read(Path file) {
        try {
            return Json.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Checks a value as one who reads it does: every part when it ends. */
    private static boolean whileReading(Json value, Checkpoint here, Checkpoint.Pass pass) {
        return switch (value) {
            case Json.Arr array -> {
                for (int i = 0; i < array.size(); i++) {
                    if (!whileReading(array.get(i), here.item(i), pass)) {
                        yield false;
                    }
                }
                yield here.closes(array, pass);
            }
            case Json.Obj object -> {
                Checkpoint place = here;
                boolean first = true;
                for (Map.Entry<String, Json> member : object.members().entrySet()) {
                    if (!whileReading(member.getValue(), place.member(member.getKey()), pass)) {
                        yield false;
                    }
                    place = first ? place.after(member.getKey(), member.getValue(), pass) : place;
                    first = false;
                }
                yield place.closes(object, pass);
            }
            case Json.Str text -> here.accepts(text, pass);
            case Json.Num number -> here.accepts(number, pass);
            case Json.Bool bool -> here.accepts(bool, pass);
            case Json.Null none -> here.accepts(none, pass);
        };
    }
}
