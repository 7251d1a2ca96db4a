package dev.tenon.recording;

import dev.tenon.event.Event;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.nio.charset.StandardCharsets;

/** An event as a line of UTF-8: compact JSON, which holds no line break. */
final class EventLine {
    private EventLine() {}

    static byte[] of(Event event) {
        return (Json.of(event) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws JsonException where it is none */
    static Event parse(byte[] line) {
        return Json.parse(line).as(Event.class);
    }

    static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
