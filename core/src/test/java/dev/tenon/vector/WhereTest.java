package dev.tenon.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class WhereTest {
    private final Json.Obj page = Json.object()
            .put("folder", "docs")
            .put("year", 2024)
            .put("tags", List.of("memory", "search"))
            .build();

    @Test
    void aMemberEqualsAValueOrHasItAmongItsItems() {
        assertThat(Where.is("folder", "docs").matches(page)).isTrue();
        assertThat(Where.is("folder", "src").matches(page)).isFalse();
        assertThat(Where.is("year", 2024.0).matches(page)).isTrue();
        assertThat(Where.is("year", "2024").matches(page)).isFalse();
        assertThat(Where.is("tags", "search").matches(page)).isTrue();
        assertThat(Where.in("tags", List.of("cooking", "memory")).matches(page)).isTrue();
        assertThat(Where.in("tags", List.of()).matches(page)).isFalse();
    }

    @Test
    void aNumberLiesWithinBounds() {
        assertThat(Where.atLeast("year", 2024).and(Where.atMost("year", 2024.5)).matches(page))
                .isTrue();
        assertThat(Where.atLeast("year", 2024.001).matches(page)).isFalse();
        assertThat(Where.atMost("folder", 3).matches(page)).isFalse();
    }

    @Test
    void aMemberThatIsNotThereIsLikeNothing() {
        assertThat(Where.is("other", 1).matches(page)).isFalse();
        assertThat(Where.atLeast("other", 1).matches(page)).isFalse();
        assertThat(Where.is("other", 1).not().matches(page)).isTrue();
    }

    @Test
    void conditionsAreJoined() {
        Where docs = Where.is("folder", "docs");
        Where old = Where.atMost("year", 2000);
        assertThat(docs.and(old).matches(page)).isFalse();
        assertThat(docs.or(old).matches(page)).isTrue();
        assertThat(docs.and(old.not()).matches(page)).isTrue();
        assertThat(Where.ANY.matches(page)).isTrue();
        assertThat(Where.ANY.not().matches(page)).isFalse();
    }

    @Test
    void isDataAndComesBackFromItsJson() {
        Where where = Where.is("folder", "docs")
                .and(Where.atLeast("year", 2024).or(Where.atMost("year", new BigDecimal("1e400"))))
                .and(Where.in("tags", List.of("a", 1, true, Json.NULL, List.of(1), Json.object("x", 1)))
                        .not());
        Json json = Json.of(where);
        assertThat(json)
                .hasToString("{\"type\":\"all\",\"conditions\":["
                        + "{\"type\":\"in\",\"name\":\"folder\",\"values\":[\"docs\"]},"
                        + "{\"type\":\"some\",\"conditions\":["
                        + "{\"type\":\"at_least\",\"name\":\"year\",\"least\":2024},"
                        + "{\"type\":\"at_most\",\"name\":\"year\",\"most\":1E+400}]},"
                        + "{\"type\":\"not\",\"condition\":"
                        + "{\"type\":\"in\",\"name\":\"tags\",\"values\":[\"a\",1,true,null,[1],{\"x\":1}]}}]}");
        assertThat(Json.parse(json.toString()).as(Where.class)).isEqualTo(where);
        assertThat(Json.parse(Json.of(Where.ANY).toString()).as(Where.class)).isEqualTo(Where.ANY);
    }

    /** What it cannot read it refuses: a condition that is left out would find, and delete, more. */
    @Test
    void refusesJsonThatIsNoCondition() {
        for (String wrong : List.of(
                "{}",
                "null",
                "[]",
                "\"any\"",
                "{'type': 'like', 'name': 'a', 'values': ['x']}",
                "{'type': 'in', 'name': 'a'}",
                "{'type': 'in', 'values': ['x']}",
                "{'type': 'in', 'name': 'a', 'values': 'x'}",
                "{'type': 'in', 'name': null, 'values': ['x']}",
                "{'type': 'at_least', 'name': 'a'}",
                "{'type': 'at_least', 'name': 'a', 'least': '3'}",
                "{'type': 'at_least', 'name': 'a', 'least': null}",
                "{'type': 'all'}",
                "{'type': 'all', 'conditions': [null]}",
                "{'type': 'all', 'conditions': {'type': 'all', 'conditions': []}}",
                "{'type': 'not'}",
                "{'type': 'not', 'condition': null}")) {
            assertThatThrownBy(() -> Json.parse(wrong.replace('\'', '"')).as(Where.class))
                    .as(wrong)
                    .isInstanceOf(JsonException.class);
        }
    }

    @Test
    void anyNumberOfConditionsAreJoined() {
        Where all = Where.ANY;
        Where some = Where.is("n", -1);
        for (int i = 0; i < 20_000; i++) {
            all = all.and(Where.atLeast("year", i % 2_000));
            some = some.or(Where.is("n", i));
        }
        assertThat(all.matches(page)).isTrue();
        assertThat(some.matches(page)).isFalse();
        assertThat(Json.of(all).as(Where.class)).isEqualTo(all);
        Where not = all;
        for (int i = 0; i < 100_001; i++) {
            not = not.not();
        }
        assertThat(not.matches(page)).isFalse();
    }
}
