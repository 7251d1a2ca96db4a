package dev.tenon.recall.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
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
}
