package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PartialTest {
    record City(String name, int people) {}

    private static final RecoveryParser ANY = RecoveryParser.any();

    @Test
    void aTextGrowsAsItComes() {
        RecoveryReader reader = ANY.start();

        assertThat(reader.feed("Well: ").partial().json()).isEmpty();
        assertThat(reader.feed("{\"a\": 1, \"note\": \"it gr").partial().json())
                .contains(Json.parse("{\"a\": 1, \"note\": \"it gr\"}"));
        assertThat(reader.partial().growing()).contains("/note");
        assertThat(reader.feed("ows\", \"b").partial().json())
                .contains(Json.parse("{\"a\": 1, \"note\": \"it grows\"}"));
    }

    @Test
    void itemsAreToldAsTheyFinish() {
        RecoveryReader reader = ANY.start();
        List<Json> told = new ArrayList<>();
        String text = "{\"rows\": [{\"n\": 1}, {\"n\": 2}, {\"n\": 3}], \"done\": true}";
        reader.partial();
        for (int i = 0; i < text.length(); i++) {
            told.addAll(reader.feed(text.substring(i, i + 1)).partial().items("/rows"));
        }

        assertThat(told).containsExactly(Json.parse("{\"n\": 1}"), Json.parse("{\"n\": 2}"), Json.parse("{\"n\": 3}"));
    }

    @Test
    void whatFinishedIsToldOnceWithItsPlace() {
        RecoveryReader reader = ANY.start();
        reader.partial();

        assertThat(reader.feed("[[1, 2], ").partial().finished())
                .containsExactly(
                        new Partial.Finished("/0/0", Json.of(1)),
                        new Partial.Finished("/0/1", Json.of(2)),
                        new Partial.Finished("/0", Json.array(1, 2)));
        assertThat(reader.partial().finished()).isEmpty();
    }

    @Test
    void aTypedValueIsThereAsSoonAsItCanBe() {
        RecoveryReader reader = RecoveryParser.of(City.class).start();

        assertThat(reader.feed("{\"name\": \"Ess").partial(City.class).value()).contains(new City("Ess", 0));
        assertThat(reader.feed("en\", \"people\": 58").partial(City.class).value())
                .contains(new City("Essen", 0));
        assertThat(reader.feed("4580}").partial(City.class).value()).contains(new City("Essen", 584_580));
        assertThat(reader.finish().value()).isEqualTo(Json.of(new City("Essen", 584_580)));
    }

    @Test
    void anotherDocumentIsAnnounced() {
        RecoveryReader reader =
                RecoveryParser.of(JsonSchema.parse("{\"type\": \"object\"}")).start();

        assertThat(reader.feed("See [1, 2] and ").partial().document()).isEqualTo(1);
        assertThat(reader.feed("{\"a\"").partial().document()).isEqualTo(2);
        assertThat(reader.partial().json()).isEqualTo(Optional.of(Json.Obj.EMPTY));
    }

    /** What a chunk costs is counted, not timed: the characters looked at for the last thousand chunks as for the first. */
    @Test
    void aChunkCostsTheSameHoweverLongTheDocumentHasBecome() {
        RecoveryReader reader = ANY.start();
        reader.feed("[").partial();
        long begin = reader.steps();
        for (int i = 0; i < 1_000; i++) {
            reader.feed("{\"n\": \"one\"}, ").partial().finished();
        }
        long first = reader.steps() - begin;
        for (int i = 0; i < 20_000; i++) {
            reader.feed("{\"n\": \"one\"}, ").partial().finished();
        }
        begin = reader.steps();
        for (int i = 0; i < 1_000; i++) {
            reader.feed("{\"n\": \"one\"}, ").partial().finished();
        }

        assertThat(reader.steps() - begin).isLessThanOrEqualTo(first + 10);
    }

    @Test
    void halfACharacterIsNotShown() {
        RecoveryReader reader = ANY.start();

        assertThat(reader.feed("[\"a\ud83d").partial().json()).contains(Json.array("a"));
        assertThat(reader.feed("\ude80").partial().json()).contains(Json.array("a🚀"));
        assertThat(reader.feed("\\u00e").partial().json()).contains(Json.array("a🚀"));
    }
}
