package dev.tenon.recording;

import static dev.tenon.recording.Samples.START;
import static dev.tenon.recording.Samples.event;
import static dev.tenon.recording.Samples.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tenon.bus.EventBus;
import dev.tenon.bus.Filter;
import dev.tenon.bus.Filter.Op;
import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Property;
import dev.tenon.testing.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PlaybackTest {
    private final VirtualClock clock = new VirtualClock();
    private final Cancellation scope = new Cancellation(clock);
    private final List<Event> played = Collections.synchronizedList(new ArrayList<>());
    private final List<Duration> at = Collections.synchronizedList(new ArrayList<>());

    private void take(Event event) {
        played.add(event);
        at.add(Duration.between(VirtualClock.START, clock.now()));
    }

    private static Recording recorded(long... sequences) {
        Recording recording = Recording.inMemory();
        for (long sequence : sequences) {
            recording.on(event("a", sequence));
        }
        return recording;
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void atOnceItDoesNotWait() {
        Playback.Played all = Playback.AT_ONCE.play(recorded(1, 100, 100_000), this::take, scope);

        assertThat(all).isEqualTo(new Playback.Played(3, List.of()));
        assertThat(sequences(played)).containsExactly(1L, 100L, 100_000L);
        assertThat(at).containsOnly(Duration.ZERO);
    }

    @Test
    void asRecordedItKeepsTheTimeBetweenEvents() throws Exception {
        FutureTask<Playback.Played> playing =
                start(() -> Playback.AS_RECORDED.play(recorded(5, 6, 16, 12, 20), this::take, scope));

        for (int waits = 0; waits < 3; waits++) {
            clock.awaitAlarms(1);
            clock.advance(clock.alarms().get(0));
        }
        playing.get();

        assertThat(sequences(played)).containsExactly(5L, 6L, 16L, 12L, 20L);
        assertThat(at)
                .containsExactly(
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(11),
                        Duration.ofSeconds(11),
                        Duration.ofSeconds(15));
    }

    @Test
    void scaledItIsSoManyTimesAsFastAndDoesNotDrift() throws Exception {
        FutureTask<Playback.Played> playing =
                start(() -> Playback.AS_RECORDED.times(4).play(recorded(1, 2, 3), this::take, scope));

        clock.awaitAlarms(1);
        clock.advance(Duration.ofMillis(300)); // 50 ms late
        clock.awaitAlarms(1);
        assertThat(clock.alarms()).containsExactly(Duration.ofMillis(200));
        clock.advance(Duration.ofMillis(200));
        playing.get();

        assertThat(at).hasSize(3).startsWith(Duration.ZERO).endsWith(Duration.ofMillis(500));
        assertThat(at.get(1)).isBetween(Duration.ofMillis(250), Duration.ofMillis(300)); // as late as its thread was
    }

    @Test
    void playsWhatIsWantedIntoABus() {
        Recording recording = Recording.inMemory();
        recording.on(event("a", 1));
        recording.on(Event.of("order.placed", START, Json.object("n", 1)));
        recording.on(Event.of("order.placed", START, Json.object("n", 2)));
        try (EventBus bus = new EventBus(clock)) {
            bus.subscribe("**", this::take);

            Playback.AT_ONCE
                    .matching("order.*")
                    .where(Filter.where("payload/n", Op.GT, 1))
                    .play(recording, bus, scope);
        }

        assertThat(played).containsExactly(Event.of("order.placed", START, Json.object("n", 2)));
    }

    @Test
    void intoItsOwnRecordingItEnds() {
        Recording recording = recorded(1, 2);

        assertThat(Playback.AT_ONCE.play(recording, recording, scope).events()).isEqualTo(2);
        assertThat(sequences(Samples.all(recording))).containsExactly(1L, 2L, 1L, 2L);
    }

    @Test
    void aStopEndsItWhileItWaits() throws Exception {
        FutureTask<Playback.Played> playing = start(() -> Playback.AS_RECORDED.play(recorded(1, 2), this::take, scope));
        clock.awaitAlarms(1);

        scope.cancel("enough");

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(playing::get)
                .havingCause()
                .isInstanceOf(StoppedException.class)
                .withMessage("stopped: enough");
        assertThat(sequences(played)).containsExactly(1L);
        assertThat(clock.alarms()).isEmpty();
    }

    @Test
    void anInterruptEndsItWhileItWaits() throws Exception {
        Thread[] player = new Thread[1];
        FutureTask<Boolean> playing = new FutureTask<>(() -> {
            try {
                Playback.AS_RECORDED.play(recorded(1, 2), this::take, scope);
                return false;
            } catch (StoppedException e) {
                return Thread.currentThread().isInterrupted();
            }
        });
        player[0] = Thread.ofVirtual().start(playing);
        clock.awaitAlarms(1);

        player[0].interrupt();

        assertThat(playing.get()).isTrue();
    }

    @Test
    void anyTimesAreBorne() {
        Recording recording = Recording.inMemory();
        recording.on(Event.of("a", Instant.MAX, Json.NULL));
        recording.on(Event.of("b", Instant.MIN, Json.NULL));

        assertThat(Playback.AS_RECORDED
                        .times(1e-9)
                        .play(recording, this::take, scope)
                        .events())
                .isEqualTo(2);
    }

    @Test
    void refusesASpeedThatIsNone() {
        for (double speed : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Playback.AS_RECORDED.times(speed))
                    .withMessage("speed must be 0 for at once, or a number of times above, such as 10; got " + speed);
        }
    }

    @Test
    void whatIsDataReadsBackAsItWas() {
        Arbitrary values = Arbitrary.VALUES
                .with(
                        Playback.class,
                        chance -> Playback.AT_ONCE
                                .times(chance.below(9) / 4.0)
                                .matching("a.**")
                                .where(Filter.run("é" + chance.below(3))))
                .with(Rotation.class, chance -> new Rotation(1 + chance.below(9), chance.oneIn(2), chance.below(3)));
        for (Class<?> type : List.of(Playback.class, Playback.Played.class, Rotation.class, Damage.class)) {
            Property.forAll(values.value(type), value -> {
                Json json = Json.of(value);
                assertThat(json.as((Class<?>) type)).isEqualTo(value);
                assertThat(Json.parse(json.toString()).as((Class<?>) type)).isEqualTo(value);
            });
        }
    }
}
