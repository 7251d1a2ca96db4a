package dev.tenon.conformance;

import dev.tenon.http.EventStream;
import dev.tenon.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Bytes of an event stream, read whole, cut where the case says, and byte by byte: three lines a case. */
final class SseKind implements Kind {
    private static final Set<String> FEEDS = Set.of("whole", "splits", "bytes");

    @Override
    public String name() {
        return "sse";
    }

    @Override
    public Set<String> given() {
        return Set.of("input", "splits");
    }

    @Override
    public void read(List<Given> cases, Lines lines) throws IOException {
        for (Given one : cases) {
            byte[] input = Base64.getDecoder().decode(one.needed("input"));
            List<Integer> splits = new ArrayList<>();
            for (Json at : one.members().get("splits").map(Json::asArr).orElse(Json.Arr.EMPTY)) {
                splits.add(Math.toIntExact(at.asLong()));
            }
            lines.add(fed(one.id(), "whole", input, List.of()));
            lines.add(fed(one.id(), "splits", input, splits));
            lines.add(fed(
                    one.id(),
                    "bytes",
                    input,
                    IntStream.range(1, input.length).boxed().toList()));
        }
    }

    private static Json.Obj fed(String id, String feed, byte[] input, List<Integer> cuts) {
        EventStream stream = EventStream.push();
        List<Json> events = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= cuts.size(); i++) {
            int to = i < cuts.size() ? cuts.get(i) : input.length;
            stream.feed(input, from, to - from);
            while (stream.next()) {
                events.add(Json.object()
                        .put("event", stream.event())
                        .put("data", stream.data())
                        .put("lastEventId", stream.lastEventId())
                        .build());
            }
            from = to;
        }
        return Json.object()
                .put("id", id)
                .put("feed", feed)
                .put("events", events)
                .put("retry", stream.retry().isPresent() ? stream.retry().getAsLong() : null)
                .put("last_event_id", stream.lastEventId())
                .build();
    }

    @Override
    public List<String> compare(Json.Obj wanted, List<Json.Obj> came) {
        Map<String, Json.Obj> byFeed = new LinkedHashMap<>();
        came.forEach(line -> byFeed.put(line.string("feed").orElse(""), line));
        Comparison comparison = new Comparison();
        for (String feed : FEEDS.stream().sorted().toList()) {
            Json.Obj line = byFeed.getOrDefault(feed, Json.Obj.EMPTY);
            comparison.member(feed + ".events", wanted.get("expected"), line.get("events"));
            // The standard's reconnection time and last event id are in a case where they matter.
            for (String name : List.of("retry", "last_event_id")) {
                if (wanted.has(name)) {
                    comparison.member(feed + "." + name, wanted.get(name), line.get(name));
                }
            }
        }
        return comparison.differences();
    }
}
