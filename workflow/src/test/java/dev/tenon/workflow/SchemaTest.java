package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The published schema and the reader of definitions say yes and no to the same documents. */
class SchemaTest {
    private static final JsonSchema SCHEMA = Definition.schema();

    private static final Path RESOURCE = Path.of("src/main/resources/dev/tenon/workflow/workflow.schema.json");

    /** {@code -Dtenon.write=true} writes it anew, after the description of definitions was changed. */
    @Test
    void theResourceIsTheSchema() throws IOException {
        String written = pretty(SCHEMA.json(), "") + "\n";
        if (Boolean.getBoolean("tenon.write")) {
            Files.writeString(RESOURCE, written);
        }
        assertThat(Files.readString(RESOURCE)).isEqualTo(written);
        assertThat(Definition.class.getResource("workflow.schema.json")).isNotNull();
    }

    private static String pretty(Json value, String indent) {
        String inner = indent + "  ";
        String text = value.toString();
        if (text.length() <= 100) {
            return text;
        }
        List<String> parts = new ArrayList<>();
        if (value instanceof Json.Obj object) {
            object.forEach((name, member) -> parts.add(inner + Json.of(name) + ": " + pretty(member, inner)));
            return "{\n" + String.join(",\n", parts) + "\n" + indent + "}";
        }
        if (value instanceof Json.Arr array) {
            array.forEach(item -> parts.add(inner + pretty(item, inner)));
            return "[\n" + String.join(",\n", parts) + "\n" + indent + "]";
        }
        return text;
    }

    @Test
    void everyDefinitionFits() {
        Property.forAll(
                400,
                Definitions.any(),
                definition -> assertThat(SCHEMA.validate(definition.json())).isEmpty());
    }

    /** A member of a definition is dropped, renamed, or changed for another value: both still agree. */
    @Test
    void whatTheReaderRefusesTheSchemaRefusesAndTheOtherWayRound() {
        int[] refused = new int[1];
        Gen<Json> documents = chance -> mutated(Definitions.any().next(chance).json(), chance, 1 + chance.below(3));
        Property.forAll(3_000, documents, document -> {
            List<String> wrong = problems(document);
            // Whether a schema inside is right is known to the reader alone.
            if (!wrong.contains(Rule.BROKEN_SCHEMA.code())) {
                refused[0] += wrong.isEmpty() ? 0 : 1;
                assertThat(SCHEMA.accepts(document)).as(document + "\n" + wrong).isEqualTo(wrong.isEmpty());
            }
        });
        assertThat(refused[0]).isBetween(500, 2_900);
    }

    private static List<String> problems(Json document) {
        try {
            Definition.of(document);
            return List.of();
        } catch (WorkflowException e) {
            return e.problems().stream().map(Problem::rule).toList();
        }
    }

    private static final List<Json> STRANGE = List.of(
            Json.NULL,
            Json.of(true),
            Json.of(-1),
            Json.of(0),
            Json.of(1),
            Json.parse("1.5"),
            Json.parse("1e400"),
            Json.of(5_000_000_000L),
            Json.of(""),
            Json.of(" "),
            Json.of("fail"),
            Json.of("sum"),
            Json.of("5s"),
            Json.of("PT0S"),
            Json.of("0 m"),
            Json.of("P"),
            Json.of("PT"),
            Json.of("PT1M30.5S"),
            Json.Arr.EMPTY,
            Json.Obj.EMPTY,
            Json.array(Json.object("tool", "t")),
            Json.object("tool", "t"),
            Json.object("do", Json.Arr.EMPTY),
            Json.object("until", "x"),
            Json.array("a", ""));

    private static final List<String> NAMES =
            List.of("atMost", "do", "dependsOn", "x", "until", "code", "then", "agents", "tool", "sequence", "jitter");

    private static Json mutated(Json document, Chance chance, int times) {
        Json changed = document;
        for (int i = 0; i < times; i++) {
            changed = mutated(changed, chance);
        }
        return changed;
    }

    private static Json mutated(Json value, Chance chance) {
        boolean here = chance.oneIn(5);
        if (value instanceof Json.Obj object && !object.isEmpty()) {
            List<String> names = new ArrayList<>(object.members().keySet());
            String name = chance.pick(names);
            Map<String, Json> members = new LinkedHashMap<>(object.members());
            if (!here) {
                members.put(name, mutated(members.getOrDefault(name, Json.NULL), chance));
            } else {
                switch (chance.below(4)) {
                    case 0 -> members.remove(name);
                    case 1 -> members.put(chance.pick(NAMES), chance.pick(STRANGE));
                    case 2 -> {
                        Json was = members.getOrDefault(name, Json.NULL);
                        members.remove(name);
                        members.put(chance.pick(Forms.kinds()), was);
                    }
                    default -> members.put(name, chance.pick(STRANGE));
                }
            }
            return Json.Obj.of(members);
        }
        if (value instanceof Json.Arr array && array.size() > 0 && !here) {
            List<Json> items = new ArrayList<>(array.items());
            int at = chance.below(items.size());
            items.set(at, mutated(items.get(at), chance));
            return Json.Arr.of(items);
        }
        return chance.pick(STRANGE);
    }
}
