package dev.tenon.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import dev.tenon.bus.Filter.Op;
import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventBusTest {
    private final EventBus bus = new EventBus(new VirtualClock());
    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        bus.close();
    }

    private static Event event(String name) {
        return Event.of(name, Instant.EPOCH, Json.NULL);
    }

    private static Event event(String name, int number) {
        return Event.of(name, Instant.EPOCH, Json.of(number));
    }

    private void publish(String... names) {
        for (String name : names) {
            bus.on(event(name));
        }
    }

    private static List<Integer> numbers(List<Event> events) {
        return events.stream().map(event -> (int) event.payload().asLong()).toList();
    }

    /** Holds up the thread that comes in until it is let go. */
    private static final class Gate implements Listener {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);
        final List<Event> told = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void on(Event event) {
            entered.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            told.add(event);
        }
    }

    // Who is told what

    @Test
    void tellsEachWhatItsPatternMatches() {
        bus.subscribe("tool.**", event -> seen.add("tool " + event.name()));
        bus.subscribe("**.failed", event -> seen.add("failed " + event.name()));
        bus.subscribe("run.started", event -> seen.add("run " + event.name()));

        publish("run.started", "tool.call.failed", "model.call.failed", "run.finished");

        assertThat(seen)
                .containsExactly(
                        "run run.started",
                        "tool tool.call.failed",
                        "failed tool.call.failed",
                        "failed model.call.failed");
    }

    @Test
    void tellsEachWhatItsFilterPasses() {
        bus.subscribe(
                Interest.in("**").where(Filter.atLeast(Severity.WARN)).where(Filter.where("payload/n", Op.GT, 1)),
                event -> seen.add(event.name()));

        for (int n = 0; n < 4; n++) {
            Event event = Event.of("a.b" + n, Instant.EPOCH, Json.object("n", n));
            bus.on(n == 2 ? event : event.withSeverity(Severity.ERROR));
        }

        assertThat(seen).containsExactly("a.b3");
    }

    @Test
    void saysWhetherANameIsWanted() {
        assertThat(bus.wanted("tool.call")).isFalse();
        Subscription tools = bus.subscribe("tool.*", event -> {});

        assertThat(bus.wanted("tool.call")).isTrue();
        assertThat(bus.wanted("model.call")).isFalse();
        tools.close();
        assertThat(bus.wanted("tool.call")).isFalse();
    }

    @Test
    void tellsOnTheThreadThatPublishes() {
        Thread[] told = new Thread[1];
        bus.subscribe("**", event -> told[0] = Thread.currentThread());

        publish("a");

        assertThat(told[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void tellsOnAVirtualThreadOfTheSubscribersOwn() {
        List<Thread> told = Collections.synchronizedList(new ArrayList<>());
        Interest interest = Interest.in("**").queued(10, WhenFull.BLOCK).named("metrics");
        bus.subscribe(interest, event -> told.add(Thread.currentThread()));

        publish("a");
        bus.close();

        assertThat(told).singleElement().satisfies(thread -> {
            assertThat(thread.isVirtual()).isTrue();
            assertThat(thread.getName()).isEqualTo("tenon-bus metrics");
        });
    }

    @Test
    void aNewSubscriberIsToldWhatComesAfterwards() {
        publish("a");
        bus.subscribe("*", event -> seen.add(event.name()));
        publish("b");

        assertThat(seen).containsExactly("b");
    }

    @Test
    void manyNamesAreNotKeptForever() {
        bus.subscribe("order.*", event -> seen.add(event.name()));
        for (int i = 0; i < 3 * Routes.NAMES; i++) {
            publish("order." + i, "other." + i);
        }

        assertThat(seen).hasSize(3 * Routes.NAMES);
    }

    // In order

    @Test
    void whatAListenerPublishesIsToldWhenItReturns() {
        bus.subscribe("**", event -> {
            seen.add("first in " + event.name());
            if (event.name().equals("a")) {
                publish("b");
            }
            seen.add("first out " + event.name());
        });
        bus.subscribe("**", event -> seen.add("second " + event.name()));

        publish("a");

        assertThat(seen)
                .containsExactly("first in a", "second b", "first out a", "first in b", "first out b", "second a");
    }

    @Test
    void threadsThatPublishAtOnceWaitForOneAnother() throws Exception {
        Gate gate = new Gate();
        bus.subscribe("**", gate);
        Thread first = Thread.ofVirtual().start(() -> publish("a"));
        gate.entered.await();
        Thread second = Thread.ofVirtual().start(() -> publish("b"));
        await().until(() -> second.getState() == Thread.State.WAITING);

        gate.open.countDown();
        first.join();
        second.join();

        assertThat(gate.told).extracting(Event::name).containsExactly("a", "b");
    }

    @Test
    void listenersThatPublishToOneAnotherDoNotWaitInACircle() throws Exception {
        CyclicBarrier bothInside = new CyclicBarrier(2);
        bus.subscribe("left.*", crossing("left.in", "right.out", bothInside));
        bus.subscribe("right.*", crossing("right.in", "left.out", bothInside));

        Thread left = Thread.ofVirtual().start(() -> publish("left.in"));
        Thread right = Thread.ofVirtual().start(() -> publish("right.in"));
        left.join();
        right.join();

        assertThat(seen).containsExactlyInAnyOrder("left.in", "right.in", "left.out", "right.out");
    }

    private Listener crossing(String in, String out, CyclicBarrier bothInside) {
        return event -> {
            if (event.name().equals(in)) {
                try {
                    bothInside.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                publish(out);
            }
            seen.add(event.name());
        };
    }

    @Test
    void queuesThatFillOneAnotherDoNotWaitInACircle() {
        int rounds = 200;
        bus.subscribe(Interest.in("ping").queued(1, WhenFull.BLOCK), event -> {
            seen.add("ping");
            for (int i = 0; i < 3; i++) {
                bus.on(event("pong"));
            }
        });
        bus.subscribe(Interest.in("pong").queued(1, WhenFull.BLOCK), event -> {
            seen.add("pong");
            bus.on(event("ping.back"));
        });
        bus.subscribe(Interest.in("ping.back").queued(1, WhenFull.BLOCK), event -> {
            if (seen.size() < rounds) {
                bus.on(event("ping"));
                bus.on(event("ping"));
            }
        });

        publish("ping");
        await().until(() -> seen.size() >= rounds);
    }

    // When the queue is full

    @Test
    void blockMakesThePublisherWaitAndLosesNothing() throws Exception {
        Gate gate = new Gate();
        Subscription slow = bus.subscribe(Interest.in("*").queued(2, WhenFull.BLOCK), gate);
        Thread publisher = Thread.ofVirtual().start(() -> {
            for (int i = 0; i < 10; i++) {
                bus.on(event("a", i));
            }
        });
        gate.entered.await();
        await().until(() -> publisher.getState() == Thread.State.WAITING);
        assertThat(slow.figures().waiting()).isEqualTo(2);

        gate.open.countDown();
        publisher.join();
        bus.close();

        assertThat(numbers(gate.told)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(slow.figures()).isEqualTo(new Subscription.Figures(10, 0, 0, 0, 0));
    }

    @Test
    void blockDoesNotHoldUpAThreadThatIsInterruptedAndStillLosesNothing() throws Exception {
        Gate gate = new Gate();
        Subscription slow = bus.subscribe(Interest.in("*").queued(1, WhenFull.BLOCK), gate);
        bus.on(event("a", 0));
        gate.entered.await();
        bus.on(event("a", 1));
        boolean[] kept = new boolean[1];
        Thread publisher = Thread.ofVirtual().start(() -> {
            bus.on(event("a", 2));
            kept[0] = Thread.currentThread().isInterrupted();
        });
        await().until(() -> publisher.getState() == Thread.State.WAITING);

        publisher.interrupt();
        publisher.join();

        assertThat(kept[0]).isTrue();
        assertThat(slow.figures().waiting()).isEqualTo(2);
        gate.open.countDown();
        bus.close();
        assertThat(numbers(gate.told)).containsExactly(0, 1, 2);
    }

    @Test
    void dropOldestKeepsTheNewestAndTells() throws Exception {
        Gate gate = new Gate();
        List<BusEvent> told = new ArrayList<>();
        bus.subscribe("bus.**", event -> told.add(BusEvent.of(event).orElseThrow()));
        Interest interest = Interest.in("a").queued(3, WhenFull.DROP_OLDEST).named("screen");
        Subscription slow = bus.subscribe(interest, gate);
        bus.on(event("a", 0));
        gate.entered.await();

        for (int i = 1; i <= 8; i++) {
            bus.on(event("a", i));
        }
        gate.open.countDown();
        bus.close();

        assertThat(numbers(gate.told)).containsExactly(0, 6, 7, 8);
        assertThat(slow.figures()).isEqualTo(new Subscription.Figures(4, 0, 5, 0, 0));
        assertThat(told)
                .containsExactly(
                        new BusEvent.QueueOverflowed("screen", 3, WhenFull.DROP_OLDEST, 1),
                        new BusEvent.QueueOverflowed("screen", 3, WhenFull.DROP_OLDEST, 2),
                        new BusEvent.QueueOverflowed("screen", 3, WhenFull.DROP_OLDEST, 4));
    }

    @Test
    void failTellsThePublisherAfterAllOthersWereTold() throws Exception {
        Gate gate = new Gate();
        Subscription slow =
                bus.subscribe(Interest.in("a").queued(1, WhenFull.FAIL).named("ledger"), gate);
        bus.subscribe("a", event -> seen.add(event.name()));
        publish("a");
        gate.entered.await();
        publish("a");

        assertThatExceptionOfType(TenonException.class)
                .isThrownBy(() -> publish("a"))
                .withMessage(
                        "the queue of subscriber \"ledger\" is full, and a was not put into it; publish more slowly, or"
                                + " give it more room or another WhenFull")
                .satisfies(e -> assertThat(e.code()).isEqualTo("bus.queue_full"));
        assertThat(seen).hasSize(3);
        gate.open.countDown();
        bus.close();
        assertThat(slow.figures()).isEqualTo(new Subscription.Figures(2, 0, 1, 0, 0));
    }

    // A listener that throws

    @Test
    void aListenerThatThrowsHarmsNobody() {
        List<Event> told = new ArrayList<>();
        bus.subscribe(BusEvent.ListenerFailed.NAME, told::add);
        Subscription bad = bus.subscribe(Interest.in("a").named("bad"), event -> {
            throw new IllegalStateException("no disk");
        });
        bus.subscribe("a", event -> seen.add(event.name()));

        publish("a", "a", "a", "a", "a");

        assertThat(seen).hasSize(5);
        assertThat(bad.figures()).isEqualTo(new Subscription.Figures(0, 5, 0, 0, 0));
        assertThat(told)
                .extracting(
                        event -> ((BusEvent.ListenerFailed) BusEvent.of(event).orElseThrow()).times())
                .containsExactly(1L, 2L, 4L);
        assertThat(told.get(0).time()).isEqualTo(VirtualClock.START);
        assertThat(told.get(0).severity()).isEqualTo(Severity.WARN);
        assertThat(BusEvent.of(told.get(0))).hasValueSatisfying(payload -> {
            BusEvent.ListenerFailed failed = (BusEvent.ListenerFailed) payload;
            assertThat(failed.subscription()).isEqualTo("bad");
            assertThat(failed.event()).isEqualTo("a");
            assertThat(failed.failure().message()).isEqualTo("no disk");
        });
    }

    @Test
    void errorsOfAListenerHarmNobodyEither() {
        bus.subscribe("a", event -> {
            throw new AssertionError("wrong");
        });
        bus.subscribe("a", event -> {
            throw new StackOverflowError();
        });
        bus.subscribe("a", event -> {
            throw new Error("a kind of its own");
        });
        bus.subscribe("a", event -> seen.add(event.name()));

        publish("a");

        assertThat(seen).containsExactly("a");
        assertThat(bus.subscriptions())
                .extracting(one -> one.figures().failed())
                .containsExactly(1L, 1L, 1L, 0L);
    }

    @Test
    void aQueuedListenerThatThrowsOrLeavesItsInterruptSetGoesOn() {
        Subscription bad = bus.subscribe(Interest.in("*").queued(10, WhenFull.BLOCK), event -> {
            seen.add(event.name() + " " + Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            if (event.name().equals("a")) {
                throw new IllegalStateException();
            }
        });

        publish("a", "b");
        bus.close();

        assertThat(seen).containsExactly("a false", "b false");
        assertThat(bad.figures()).isEqualTo(new Subscription.Figures(1, 1, 0, 0, 0));
    }

    @Test
    void troubleWithTheBusesOwnEventsDoesNotGoRound() {
        Subscription bad = bus.subscribe("**", event -> {
            throw new IllegalStateException();
        });

        publish("a");

        assertThat(bad.figures().failed()).isEqualTo(2);
    }

    @Test
    void aPatternThatCannotBeDecidedIsCountedAndMatchesNothing() {
        List<Event> told = new ArrayList<>();
        bus.subscribe("bus.**", told::add);
        Subscription costly = bus.subscribe("re:.*.*.*.*.*.*.*!", event -> seen.add(event.name()));

        publish("a".repeat(64), "a".repeat(64));

        assertThat(seen).isEmpty();
        assertThat(costly.figures().failed()).isPositive();
        assertThat(told).isNotEmpty();
    }

    @Test
    void aFilterThatCannotBeDecidedIsCountedAndPassesNothing() {
        Subscription costly = bus.subscribe(
                Interest.in("*").where(Filter.where("payload", Op.MATCHES, ".*.*.*.*.*.*.*!")),
                event -> seen.add(event.name()));

        bus.on(Event.of("a", Instant.EPOCH, Json.of("a".repeat(64))));
        bus.on(Event.of("b", Instant.EPOCH, Json.of("!")));

        assertThat(seen).containsExactly("b");
        assertThat(costly.figures()).isEqualTo(new Subscription.Figures(1, 1, 0, 0, 0));
    }

    // Pause, resume, end

    @Test
    void withoutAQueueEventsPassByWhilePaused() {
        Subscription one = bus.subscribe("*", event -> seen.add(event.name()));

        publish("a");
        one.pause();
        assertThat(one.paused()).isTrue();
        publish("b", "c");
        one.resume();
        publish("d");

        assertThat(seen).containsExactly("a", "d");
        assertThat(one.figures()).isEqualTo(new Subscription.Figures(2, 0, 0, 2, 0));
    }

    @Test
    void aQueueHoldsWhatComesWhilePaused() {
        Subscription one =
                bus.subscribe(Interest.in("*").queued(2, WhenFull.DROP_OLDEST), event -> seen.add(event.name()));
        one.pause();
        publish("a", "b", "c");
        assertThat(one.figures().waiting()).isEqualTo(2);

        one.resume();
        await().until(() -> seen.size() == 2);

        assertThat(seen).containsExactly("b", "c");
    }

    @Test
    void tellsNothingAfterItIsClosed() {
        Subscription one = bus.subscribe("*", event -> seen.add(event.name()));
        publish("a");
        one.close();
        one.close();
        publish("b");

        assertThat(seen).containsExactly("a");
        assertThat(one.closed()).isTrue();
        assertThat(bus.subscriptions()).isEmpty();
        assertThat(one).hasToString("Subscription[*, closed]");
    }

    @Test
    void aListenerMayCloseItsOwnSubscription() {
        Subscription[] one = new Subscription[1];
        one[0] = bus.subscribe("*", event -> {
            seen.add(event.name());
            one[0].close();
        });

        publish("a", "b");

        assertThat(seen).containsExactly("a");
    }

    @Test
    void closingDropsWhatTheQueueHoldsAndLetsThePublisherGo() throws Exception {
        Gate gate = new Gate();
        Subscription slow = bus.subscribe(Interest.in("*").queued(1, WhenFull.BLOCK), gate);
        publish("a");
        gate.entered.await();
        publish("b");
        Thread publisher = Thread.ofVirtual().start(() -> publish("c"));
        await().until(() -> publisher.getState() == Thread.State.WAITING);

        slow.close();
        publisher.join();
        gate.open.countDown();

        await().until(() -> !gate.told.isEmpty());
        assertThat(gate.told).extracting(Event::name).containsExactly("a");
        await().until(() -> slow.figures().delivered() == 1);
        assertThat(slow.figures()).isEqualTo(new Subscription.Figures(1, 0, 1, 0, 0));
    }

    @Test
    void endsWithItsScope() {
        Cancellation stop = new Cancellation();
        Subscription one = bus.subscribe("*", event -> seen.add(event.name())).within(stop);
        publish("a");
        stop.cancel();
        publish("b");

        assertThat(seen).containsExactly("a");
        assertThat(one.closed()).isTrue();
        assertThat(bus.subscribe("*", event -> {}).within(stop).closed()).isTrue();
    }

    @Test
    void closingTheBusTellsWhatIsQueuedAndEndsEveryThread() {
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 5; i++) {
            bus.subscribe(Interest.in("*").queued(1_000, WhenFull.BLOCK), event -> {
                seen.add(event.name());
                threads.add(Thread.currentThread());
            });
        }
        for (int i = 0; i < 500; i++) {
            publish("a");
        }

        bus.close();
        bus.close();

        assertThat(seen).hasSize(2_500);
        await().until(() -> threads.stream().noneMatch(Thread::isAlive));
        publish("a");
        assertThat(seen).hasSize(2_500);
        assertThat(bus.wanted("a")).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> bus.subscribe("a", event -> {}))
                .withMessage("the bus is closed: \"a\" cannot subscribe");
    }

    @Test
    void closingInterruptsAListenerThatIsNotDoneInTime() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        Subscription hung = bus.subscribe(Interest.in("*").queued(10, WhenFull.BLOCK), event -> {
            entered.countDown();
            try {
                new Semaphore(0).acquire();
            } catch (InterruptedException e) {
                seen.add("interrupted");
            }
        });
        publish("a", "b", "c");
        entered.await();

        bus.close(Duration.ZERO);

        assertThat(seen).containsExactly("interrupted");
        assertThat(hung.figures()).isEqualTo(new Subscription.Figures(1, 0, 2, 0, 0));
    }

    @Test
    void aListenerMayCloseItsBus() {
        bus.subscribe(Interest.in("*").queued(10, WhenFull.BLOCK), event -> {
            bus.close();
            seen.add(event.name());
        });
        publish("a");

        await().until(() -> seen.size() == 1);
    }

    // Bad input

    @Test
    void saysWhatIsMissing() {
        assertThatNullPointerException().isThrownBy(() -> bus.on(null)).withMessage("event");
        assertThatNullPointerException()
                .isThrownBy(() -> bus.subscribe("a", null))
                .withMessage("listener");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Delivery.queued(0, WhenFull.BLOCK))
                .withMessage("capacity < 1: 0");
        assertThatNullPointerException()
                .isThrownBy(() -> Delivery.queued(1, null))
                .withMessage("whenFull");
        assertThatNullPointerException().isThrownBy(() -> new EventBus(null)).withMessage("time");
    }
}
