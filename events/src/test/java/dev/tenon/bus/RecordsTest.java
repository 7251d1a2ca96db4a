package dev.tenon.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What of the bus is data reads back from its JSON form as it was. */
class RecordsTest {
    private static final Arbitrary VALUES = Arbitrary.VALUES
            .with(EventPattern.class, EventPatternTest.patterns())
            .with(Filter.class, FilterTest.filters())
            .with(
                    Delivery.Queued.class,
                    chance -> new Delivery.Queued(
                            1 + chance.below(9), Gen.constant(WhenFull.class).next(chance)));

    @TestFactory
    List<DynamicTest> readsBackAsItWas() {
        List<Class<?>> types = List.of(
                Interest.class,
                Delivery.class,
                Delivery.Queued.class,
                BusEvent.class,
                BusEvent.ListenerFailed.class,
                BusEvent.QueueOverflowed.class,
                BusEvent.EventsMissed.class,
                Subscription.Figures.class,
                Filter.Op.class,
                WhenFull.class);
        return types.stream()
                .map(type -> DynamicTest.dynamicTest(type.getSimpleName(), () -> readsBack(type)))
                .toList();
    }

    private static <T> void readsBack(Class<T> type) {
        Property.forAll(VALUES.value(type), value -> {
            Json json = Json.of(value);
            assertThat(json.as(type)).isEqualTo(value);
            assertThat(Json.parse(json.toString()).as(type)).isEqualTo(value);
            assertThat(Json.of(json.as(type))).isEqualTo(json);
        });
    }

    @Test
    void anInterestStandsInAFileOfSettings() {
        Interest interest = Json.parse("""
            {"pattern": "tool.**",
             "filter": {"field": "severity", "op": "ge", "value": "warn"},
             "delivery": {"type": "queued", "capacity": 100, "whenFull": "DROP_OLDEST"}}\
            """).as(Interest.class);

        assertThat(interest)
                .isEqualTo(Interest.in("tool.**")
                        .where(Filter.where("severity", Filter.Op.GE, "warn"))
                        .queued(100, WhenFull.DROP_OLDEST));
        assertThat(interest.name()).isEqualTo("tool.**");
        assertThat(Json.Obj.EMPTY.as(Interest.class)).isEqualTo(Interest.in("**"));
    }

    @Test
    void saysWhereAnInterestIsWrong() {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(
                        () -> Json.parse("{\"filter\": {\"or\": [{\"field\": \"x\", \"op\": \"eq\", \"value\": 1}]}}")
                                .as(Interest.class))
                .withMessageStartingWith(
                        "expected dev.tenon.bus.Interest at $.filter: filter at $.or[0]: no such field: \"x\"");
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Json.parse("{\"pattern\": \"Tool\"}").as(Interest.class))
                .withMessageStartingWith(
                        "expected dev.tenon.bus.Interest at $.pattern: not a pattern for events: \"Tool\"");
    }

    @Test
    void foreignEventsAreNoneOfTheBuses() {
        assertThat(BusEvent.of(Event.of("a", Instant.EPOCH, Json.object("type", "listener_failed"))))
                .isEmpty();
        assertThat(BusEvent.of(Event.of(BusEvent.ListenerFailed.NAME, Instant.EPOCH, Json.NULL)))
                .isEmpty();
    }
}
