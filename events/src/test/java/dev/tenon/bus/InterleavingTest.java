package dev.tenon.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What must hold whatever threads do at once: several publishers, listeners that publish and throw, and somebody who pauses, resumes, subscribes and closes. The
 * choices come from seeds; in which order threads run is the machine's.
 */
@Timeout(120)
@SuppressWarnings("ThreadPriorityCheck") // yields so that others come in between
class InterleavingTest {
    private static final int PUBLISHERS = 3;
    private static final int EVENTS = 120;

    /** One listener and what it saw. */
    private static final class Watcher implements Listener {
        final List<Event> told = Collections.synchronizedList(new ArrayList<>());
        final AtomicBoolean inside = new AtomicBoolean();
        final AtomicInteger together = new AtomicInteger();
        final Chance chance;
        final EventBus bus;
        final boolean publishes;
        int published;

        Watcher(EventBus bus, long seed, boolean publishes) {
            this.bus = bus;
            this.chance = new Chance(seed);
            this.publishes = publishes;
        }

        @Override
        public void on(Event event) {
            if (!inside.compareAndSet(false, true)) {
                together.incrementAndGet();
            }
            try {
                told.add(event);
                if (chance.oneIn(4)) {
                    Thread.yield();
                }
                if (publishes && event.name().startsWith("told.") && chance.oneIn(3)) {
                    publish(bus, "echo." + System.identityHashCode(this), published++);
                }
                if (chance.oneIn(20)) {
                    throw new IllegalStateException("by chance");
                }
            } finally {
                inside.set(false);
            }
        }
    }

    private static void publish(EventBus bus, String name, int number) {
        try {
            bus.on(Event.of(name, Instant.EPOCH, Json.of(number)));
        } catch (dev.tenon.error.TenonException full) {
            assertThat(full.code()).isEqualTo("bus.queue_full");
        }
    }

    private static Delivery delivery(Chance chance) {
        return chance.oneIn(3)
                ? Delivery.CALLER
                : Delivery.queued(1 + chance.below(8), chance.pick(List.of(WhenFull.values())));
    }

    @Test
    void eachIsToldInOrderOnceAndNothingIsLostUncounted() {
        Property.forAll(60, Gen.whole(0, Long.MAX_VALUE), seed -> {
            Chance chance = new Chance(seed);
            EventBus bus = new EventBus();
            Map<Subscription, Watcher> steady = new HashMap<>();
            for (int i = 0; i < 4; i++) {
                Watcher watcher = new Watcher(bus, seed + i, chance.oneIn(2));
                Interest interest =
                        new Interest(EventPattern.of("told.**"), Filter.ALL, delivery(chance), "steady " + i);
                steady.put(bus.subscribe(interest, watcher), watcher);
            }
            Watcher echoes = new Watcher(bus, seed, false);
            Interest echo = new Interest(EventPattern.of("echo.*"), Filter.ALL, delivery(chance), "echo");
            steady.put(bus.subscribe(echo, echoes), echoes);
            List<Watcher> fleeting = new ArrayList<>();

            List<Thread> publishers = new ArrayList<>();
            for (int i = 0; i < PUBLISHERS; i++) {
                String name = "told." + i;
                publishers.add(Thread.ofVirtual().start(() -> {
                    for (int n = 0; n < EVENTS; n++) {
                        publish(bus, name, n);
                    }
                }));
            }
            meddle(bus, chance, List.copyOf(steady.keySet()), fleeting);
            for (Thread publisher : publishers) {
                publisher.join();
            }
            bus.close(Duration.ofSeconds(30));

            steady.forEach((subscription, watcher) -> {
                checkOrder(watcher);
                Subscription.Figures figures = subscription.figures();
                assertThat(figures.waiting()).isZero();
                assertThat(watcher.told).hasSize((int) (figures.delivered() + figures.failed()));
                if (watcher != echoes) {
                    assertThat(figures.delivered() + figures.failed() + figures.dropped() + figures.passed())
                            .isEqualTo(PUBLISHERS * EVENTS);
                }
                if (subscription.interest().delivery() instanceof Delivery.Queued queued
                        && queued.whenFull() == WhenFull.BLOCK) {
                    assertThat(figures.dropped()).isZero();
                }
            });
            fleeting.forEach(InterleavingTest::checkOrder);
        });
    }

    private static void meddle(EventBus bus, Chance chance, List<Subscription> steady, List<Watcher> fleeting) {
        List<Subscription> open = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            Subscription one = chance.pick(steady);
            switch (chance.below(5)) {
                case 0 -> one.pause();
                case 1 -> one.resume();
                case 2 -> {
                    Watcher watcher = new Watcher(bus, step, chance.oneIn(2));
                    fleeting.add(watcher);
                    open.add(bus.subscribe(
                            new Interest(EventPattern.of("told.*"), Filter.ALL, delivery(chance), "fleeting"),
                            watcher));
                }
                case 3 -> {
                    if (!open.isEmpty()) {
                        open.remove(chance.below(open.size())).close();
                    }
                }
                default -> Thread.yield();
            }
        }
        steady.forEach(Subscription::resume);
    }

    private static void checkOrder(Watcher watcher) {
        assertThat(watcher.together).hasValue(0);
        Map<String, Long> last = new HashMap<>();
        for (Event event : List.copyOf(watcher.told)) {
            long number = event.payload().asLong();
            Long before = last.put(event.name(), number);
            assertThat(number).as(event.name()).isGreaterThan(before == null ? -1 : before);
        }
    }
}
