package dev.tenon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private record Event(String event, String data, String lastEventId) {}

    private static final class Read {
        final List<Event> events = new ArrayList<>();
        final EventStream stream;

        Read(EventStream stream) {
            this.stream = stream;
        }

        void drain() {
            while (stream.next()) events.add(new Event(stream.event(), stream.data(), stream.lastEventId()));
        }
    }

    @Test
    void givesTheEventsOfEveryCaseHoweverItIsCut() {
        for (String line : Fixtures.cases("sse/cases.jsonl")) {
            Json.Obj test = Json.parse(line).asObj();
            String id = test.string("id").orElseThrow();
            byte[] input = Base64.getDecoder().decode(test.string("input").orElseThrow());
            List<Integer> splits = new ArrayList<>();
            test.get("splits").ifPresent(all -> all.asArr().forEach(at -> splits.add((int) at.asLong())));
            List<Integer> everywhere = new ArrayList<>();
            for (int i = 1; i < input.length; i++) everywhere.add(i);
            for (List<Integer> cuts : List.of(List.<Integer>of(), splits, everywhere)) {
                check(id + " fed, cut at " + cuts, test, fed(input, cuts));
                check(id + " read, cut at " + cuts, test, read(input, cuts));
            }
        }
    }

    private static void check(String what, Json.Obj test, Read read) {
        List<Event> expected = new ArrayList<>();
        test.get("expected").orElseThrow().asArr().forEach(event -> expected.add(event.as(Event.class)));
        assertThat(read.events).as(what).isEqualTo(expected);
        test.get("retry")
                .ifPresent(retry -> assertThat(read.stream.retry()).as(what).hasValue(retry.asLong()));
        test.get("last_event_id")
                .ifPresent(
                        last -> assertThat(read.stream.lastEventId()).as(what).isEqualTo(last.asString()));
        List<Event> atEnd = new ArrayList<>();
        if (read.stream.rest()) {
            atEnd.add(new Event(read.stream.event(), read.stream.data(), read.stream.lastEventId()));
        }
        List<Event> expectedAtEnd = new ArrayList<>();
        test.get("at_eof").ifPresent(all -> all.asArr().forEach(event -> expectedAtEnd.add(event.as(Event.class))));
        assertThat(atEnd).as(what + ", at the end").isEqualTo(expectedAtEnd);
    }

    private static Read fed(byte[] input, List<Integer> cuts) {
        Read read = new Read(EventStream.push());
        int from = 0;
        for (int cut : cuts) {
            read.stream.feed(input, from, cut - from);
            read.drain();
            from = cut;
        }
        read.stream.feed(input, from, input.length - from);
        read.drain();
        return read;
    }

    private static Read read(byte[] input, List<Integer> cuts) {
        List<InputStream> parts = new ArrayList<>();
        int from = 0;
        for (int cut : cuts) {
            parts.add(new ByteArrayInputStream(input, from, cut - from));
            from = cut;
        }
        parts.add(new ByteArrayInputStream(input, from, input.length - from));
        Read read = new Read(EventStream.of(new java.io.SequenceInputStream(Collections.enumeration(parts))));
        read.drain();
        return read;
    }

    @Test
    void givesTheSameEventsHoweverALongStreamIsCut() {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            String end = List.of("\n", "\r", "\r\n").get(random.nextInt(3));
            if (random.nextInt(3) == 0) text.append(": comment").append(end);
            if (random.nextInt(3) == 0)
                text.append("event: e").append(random.nextInt(3)).append(end);
            if (random.nextInt(4) == 0) text.append("id: ").append(i).append(end);
            for (int lines = random.nextInt(3); lines >= 0; lines--) {
                text.append("data: ")
                        .append("é".repeat(random.nextInt(300)))
                        .append(i)
                        .append(end);
            }
            text.append(end);
        }
        byte[] input = text.toString().getBytes(StandardCharsets.UTF_8);
        List<Event> whole = fed(input, List.of()).events;
        assertThat(whole).hasSize(400);
        for (int round = 0; round < 50; round++) {
            List<Integer> cuts = random.ints(200, 1, input.length)
                    .sorted()
                    .distinct()
                    .boxed()
                    .toList();
            assertThat(fed(input, cuts).events).isEqualTo(whole);
            assertThat(read(input, cuts).events).isEqualTo(whole);
        }
    }

    @Test
    void refusesAnEventThatIsLongerThanTheBound() {
        byte[] input = ("data: " + "x".repeat(5000) + "\n\n").getBytes(StandardCharsets.UTF_8);
        EventStream stream = EventStream.of(new ByteArrayInputStream(input), 1000);
        assertThatThrownBy(stream::next)
                .isInstanceOf(ProviderException.class)
                .hasMessage("an event of the stream is longer than 1000 bytes; the stream was given up");
    }

    @Test
    void keepsAnEventAsLongAsTheBoundAllows() {
        byte[] input = ("data: " + "x".repeat(50_000) + "\n\ndata: y\n\n").getBytes(StandardCharsets.UTF_8);
        EventStream stream = EventStream.of(new ByteArrayInputStream(input), 60_000);
        assertThat(stream.next()).isTrue();
        assertThat(stream.length()).isEqualTo(50_000);
        assertThat(stream.next()).isTrue();
        assertThat(stream.data()).isEqualTo("y");
        assertThat(stream.next()).isFalse();
        assertThat(stream.length()).isZero();
    }
}
