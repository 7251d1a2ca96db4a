package dev.tenon.recording;

import static dev.tenon.recording.Samples.event;
import static dev.tenon.recording.Samples.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.tenon.bus.BusEvent;
import dev.tenon.event.Event;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@SuppressWarnings("ThreadPriorityCheck") // yields so that others come in between
class WatchingTest {
    private final List<Event> told = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    private Path folder;

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void tellsWhatIsSettledThenWhatIsNew() {
        Recording recording = Recording.inMemory();
        recording.on(event("a", 1));
        recording.on(event("b", 1));
        recording.on(event("a", 2));

        Watching watching = recording.watch("a", 0, told::add);
        await().until(() -> told.size() == 2);
        recording.on(event("b", 2));
        recording.on(event("a", 3));
        recording.close();

        assertThat(told).containsExactly(event("a", 1), event("a", 2), event("a", 3));
        assertThat(watching.sequence()).isEqualTo(3);
        assertThat(watching.closed()).isTrue();
    }

    @Test
    void comesBackWhereItLeft() {
        Recording recording = Recording.inMemory();
        for (int i = 1; i <= 5; i++) {
            recording.on(event("a", i));
        }

        recording.watch("a", 3, told::add);
        recording.close();

        assertThat(sequences(told)).containsExactly(4L, 5L);
    }

    /** However often it leaves and comes back, and whatever is recorded meanwhile: no gap, no double. */
    @Test
    void withoutGapOrDoubleHoweverOftenItComesBack() {
        Property.forAll(15, Gen.whole(0, Long.MAX_VALUE), seed -> {
            Chance chance = new Chance(seed);
            boolean files = chance.oneIn(2);
            Path own = files ? Files.createTempDirectory(folder, "recording") : folder;
            Recording recording = files
                    ? FileRecording.open(own, Rotation.DEFAULT.withBytes(200 + chance.below(3_000)))
                    : Recording.inMemory();
            int events = 150;
            Thread writer = Thread.ofVirtual().start(() -> {
                for (int i = 1; i <= events; i++) {
                    recording.on(event("a", i));
                    recording.on(event("b", i));
                    if (i % 10 == 0) {
                        Thread.yield();
                    }
                }
            });
            List<Event> seen = Collections.synchronizedList(new ArrayList<>());
            long last = 0;
            while (last < events) {
                Semaphore enough = new Semaphore(0);
                int leaveAfter = 1 + chance.below(60);
                List<Event> thisTime = Collections.synchronizedList(new ArrayList<>());
                Watching watching = recording.watch("a", last, event -> {
                    if (thisTime.size() < leaveAfter) {
                        thisTime.add(event);
                    }
                    if (thisTime.size() == leaveAfter || event.sequence() == events) {
                        enough.release();
                    }
                });
                enough.acquire();
                watching.close();
                seen.addAll(List.copyOf(thisTime));
                last = seen.get(seen.size() - 1).sequence();
            }
            writer.join();
            recording.close();

            assertThat(sequences(seen)).isEqualTo(upTo(events));
        });
    }

    @Test
    void followsFilesAsTheyAreRotatedCompressedAndDeleted() throws IOException {
        try (FileRecording recording = FileRecording.open(folder, Rotation.DEFAULT.withBytes(1_000))) {
            recording.watch("a", 0, told::add);
            for (int i = 1; i <= 300; i++) {
                recording.on(event("a", i));
            }
            await().until(() -> told.size() == 300);
        }

        assertThat(sequences(told)).isEqualTo(upTo(300));
    }

    @Test
    void aWatcherThatARingOvertakesIsToldWhatItMissed() throws InterruptedException {
        Recording ring = Recording.ring(20);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ring.on(event("a", 1));
        ring.watch("a", 0, event -> {
            told.add(event);
            inside.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        inside.await();
        for (int i = 2; i <= 50; i++) {
            ring.on(event("a", i));
        }
        goOn.countDown();
        ring.close();

        assertThat(BusEvent.of(told.get(1))).contains(new BusEvent.EventsMissed("a", 1, 31));
        told.remove(1);
        assertThat(sequences(told))
                .isEqualTo(LongStream.concat(LongStream.of(1), LongStream.rangeClosed(31, 50))
                        .boxed()
                        .toList());
    }

    @Test
    void whatWasNeverRecordedIsNoGap() {
        Recording recording = Recording.inMemory();
        recording.on(event("a", 2));
        recording.on(event("a", 7));
        recording.on(event("a", 7));
        recording.watch("a", 0, told::add);
        recording.close();

        assertThat(sequences(told)).containsExactly(2L, 7L);
    }

    @Test
    void aListenerThatThrowsIsToldTheNext() {
        Recording recording = Recording.inMemory();
        Watching watching = recording.watch("a", 0, event -> {
            told.add(event);
            throw new AssertionError("no");
        });
        recording.on(event("a", 1));
        recording.on(event("a", 2));
        recording.close();

        assertThat(told).hasSize(2);
        assertThat(watching.failed()).isEqualTo(2);
    }

    @Test
    void endsWithItsScopeOrWhenItIsClosed() {
        Recording recording = Recording.inMemory();
        Cancellation stop = new Cancellation();
        Watching scoped = recording.watch("a", 0, told::add).within(stop);
        Watching closed = recording.watch("a", 0, told::add);

        stop.cancel();
        closed.close();
        closed.close();
        recording.on(event("a", 1));
        recording.close();

        assertThat(told).isEmpty();
        assertThat(scoped.closed()).isTrue();
        assertThat(closed.closed()).isTrue();
        assertThat(recording.watch("a", 0, told::add).within(stop).closed()).isTrue();
    }

    @Test
    void aClosedRecordingIsWatchedToItsEnd() throws InterruptedException {
        Recording recording = Recording.inMemory();
        recording.on(event("a", 1));
        recording.close();

        Watching watching = recording.watch("a", 0, told::add);
        await().until(watching::closed);

        assertThat(sequences(told)).containsExactly(1L);
    }

    @Test
    void saysWhatIsWrong() {
        Recording recording = Recording.inMemory();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recording.watch("", 0, told::add))
                .withMessage("to watch a run takes its id, got \"\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recording.watch("a", -1, told::add))
                .withMessage("after < 0: -1; 0 watches from the beginning");
    }
}
