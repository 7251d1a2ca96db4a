package dev.tenon.recording;

import dev.tenon.event.Event;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events of runs, and what a reader gives. */
final class Samples {
    static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private Samples() {}

    /** An event of a run, a second after the one before. */
    static Event event(String run, long sequence) {
        return new Event(
                "tool.call.finished",
                sequence,
                run,
                "",
                START.plusSeconds(sequence),
                Severity.INFO,
                Map.of("n", "é\n" + sequence),
                Json.object("tool", "search"),
                Map.of());
    }

    static List<Event> all(EventReader reader) {
        List<Event> events = new ArrayList<>();
        for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
            events.add(next.get());
        }
        return events;
    }

    static List<Event> all(Recording recording) {
        try (EventReader reader = recording.read()) {
            return all(reader);
        }
    }

    static List<Long> sequences(List<Event> events) {
        return events.stream().map(Event::sequence).toList();
    }
}
