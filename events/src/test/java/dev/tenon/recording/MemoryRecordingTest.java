package dev.tenon.recording;

import static dev.tenon.recording.Samples.all;
import static dev.tenon.recording.Samples.event;
import static dev.tenon.recording.Samples.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryRecordingTest {
    @Test
    void keepsEverything() {
        Recording recording = Recording.inMemory();
        for (int i = 1; i <= 100; i++) {
            recording.on(event("a", i));
        }

        assertThat(all(recording)).hasSize(100).startsWith(event("a", 1)).endsWith(event("a", 100));
    }

    /** A list that forgets its head says the same. */
    @Test
    void aRingKeepsTheLast() {
        Property.forAll(Gen.whole(1, 60), capacity -> {
            Recording ring = Recording.ring(Math.toIntExact(capacity));
            List<Event> model = new ArrayList<>();
            int events = new Chance(capacity).below(150);
            for (int i = 1; i <= events; i++) {
                ring.on(event("a", i));
                model.add(event("a", i));
                if (model.size() > capacity) {
                    model.remove(0);
                }
            }

            try (EventReader reader = ring.read()) {
                assertThat(all(reader)).isEqualTo(model);
                assertThat(reader.gaps()).isEqualTo(events > capacity);
                assertThat(reader.damages()).isEmpty();
            }
        });
    }

    @Test
    void aReaderEndsWhereTheRecordingStoodWhenItBegan() {
        Recording recording = Recording.inMemory();
        recording.on(event("a", 1));
        EventReader reader = recording.read();
        recording.on(event("a", 2));

        assertThat(sequences(all(reader))).containsExactly(1L);
    }

    @Test
    void aReaderThatTheRingOvertakesGoesOnWithWhatIsLeft() {
        Recording ring = Recording.ring(20);
        for (int i = 1; i <= 20; i++) {
            ring.on(event("a", i));
        }
        EventReader reader = ring.read();
        assertThat(reader.next()).contains(event("a", 1));
        for (int i = 21; i <= 35; i++) {
            ring.on(event("a", i));
        }

        assertThat(sequences(all(reader))).containsExactly(16L, 17L, 18L, 19L, 20L);
        assertThat(reader.gaps()).isTrue();
    }

    @Test
    void refusesWhatItCannotKeep() {
        assertThatIllegalArgumentException().isThrownBy(() -> Recording.ring(0)).withMessage("capacity < 1: 0");
        Recording recording = Recording.inMemory();
        recording.close();
        recording.close();
        assertThatExceptionOfType(TenonException.class)
                .isThrownBy(() -> recording.on(event("a", 1)))
                .withMessage("the recording is closed; end its subscription before, so that nothing is lost unseen");
    }
}
