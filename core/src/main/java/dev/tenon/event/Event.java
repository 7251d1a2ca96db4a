package dev.tenon.event;

import dev.tenon.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Something that happened. Immutable, with a stable JSON form.
 *
 * @param name dotted, lower case: {@code tool.call.finished}; the first segment is the {@link #category()}
 * @param sequence the number of the event in its run, from 1, without gaps where nothing was dropped; 0 of an event that belongs to no run
 * @param run the run that it happened in; empty where it belongs to none
 * @param parent the run that called that run; empty where none did
 * @param tags short facts to filter by
 * @param payload what happened; of the library's own events the JSON form of a {@link RunEvent}
 */
public record Event(
        String name,
        long sequence,
        String run,
        String parent,
        Instant time,
        Severity severity,
        Map<String, String> tags,
        Json payload,
        Map<String, Json> extra) {
    public Event {
        Objects.requireNonNull(name, "name");
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "an event's name must be segments of lower-case letters, digits, '_' and '-'"
                            + " joined by dots, such as order.placed; got \"" + name + "\"");
        }
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence < 0: " + sequence);
        }
        run = run == null ? "" : run;
        parent = parent == null ? "" : parent;
        Objects.requireNonNull(time, "time");
        severity = severity == null ? Severity.INFO : severity;
        tags = tags == null || tags.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(tags));
        payload = payload == null ? Json.NULL : payload;
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** Whether an event may have this name: segments of lower-case letters, digits, {@code _} and {@code -}, joined by dots. */
    public static boolean isName(String name) {
        Objects.requireNonNull(name, "name");
        // By hand: every event comes by here, and a matcher would be garbage of each.
        char before = '.';
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean inside = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
            if (!inside && (c != '.' || before == '.')) {
                return false;
            }
            before = c;
        }
        return before != '.';
    }

    /** An event of a program's own that belongs to no run. */
    public static Event of(String name, Instant time, Json payload) {
        Objects.requireNonNull(payload, "payload");
        return new Event(name, 0, "", "", time, Severity.INFO, Map.of(), payload, Map.of());
    }

    /** The first segment of the name: {@code run}, {@code model}, {@code tool} … */
    public String category() {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** A copy with a tag. */
    public Event withTag(String tag, String value) {
        Objects.requireNonNull(tag, "tag");
        Objects.requireNonNull(value, "value");
        Map<String, String> more = new LinkedHashMap<>(tags);
        more.put(tag, value);
        return new Event(name, sequence, run, parent, time, severity, more, payload, extra);
    }

    /** A copy of another severity. */
    public Event withSeverity(Severity other) {
        Objects.requireNonNull(other, "other");
        return new Event(name, sequence, run, parent, time, other, tags, payload, extra);
    }
}
