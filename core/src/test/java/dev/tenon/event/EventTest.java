package dev.tenon.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.tenon.json.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {
    @ParameterizedTest
    @CsvSource({"a,a", "order.placed,order", "model.call.fell_back,model", "x-1.y_2.0,x-1", "_,_", "-.-,-"})
    void isNamedBySegments(String name, String category) {
        assertThat(Event.of(name, Instant.EPOCH, Json.NULL).category()).isEqualTo(category);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "A", "a.B", "a b", "a*", "é", "a\n", "a/b"})
    void refusesOtherNames(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Event.of(name, Instant.EPOCH, Json.NULL))
                .withMessage(
                        "an event's name must be segments of lower-case letters, digits, '_' and '-' joined by dots,"
                                + " such as order.placed; got \"" + name + "\"");
    }

    @Test
    void needsANameAndATime() {
        assertThatNullPointerException()
                .isThrownBy(() -> Event.of(null, Instant.EPOCH, Json.NULL))
                .withMessage("name");
        assertThatNullPointerException()
                .isThrownBy(() -> Event.of("a", null, Json.NULL))
                .withMessage("time");
    }
}
