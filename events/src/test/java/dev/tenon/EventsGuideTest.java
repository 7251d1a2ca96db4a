package dev.tenon;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.bus.BusEvent;
import dev.tenon.bus.EventBus;
import dev.tenon.bus.EventPattern;
import dev.tenon.bus.Filter;
import dev.tenon.bus.Filter.Op;
import dev.tenon.bus.Interest;
import dev.tenon.bus.Subscription;
import dev.tenon.bus.WhenFull;
import dev.tenon.checks.Docs;
import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.event.RunEvent;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import dev.tenon.json.Tags;
import dev.tenon.recording.EventReader;
import dev.tenon.recording.FileRecording;
import dev.tenon.recording.Playback;
import dev.tenon.recording.Recording;
import dev.tenon.recording.Rotation;
import dev.tenon.recording.Watching;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Chance;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.testing.VirtualClock;
import dev.tenon.tool.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/events.md: its examples run, and its tables are right. */
@Timeout(60)
class EventsGuideTest {
    record Place(String city) {}

    private final ScriptedProvider model =
            ScriptedProvider.of(toolCall("weather", "{\"city\":\"Lisbon\"}"), reply("Bring an umbrella."));
    private final Tool weather = Tool.of("weather", "The weather now", Place.class, place -> "rain");
    private final VirtualClock clock = new VirtualClock();
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Test
    void everyExampleStandsHere() {
        assertThat(Docs.examplesStandIn("events.md", EventsGuideTest.class)).isEqualTo(8);
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "events.md"));
    }

    @Test
    void everyEventIsInTheTable() throws IOException {
        Set<String> names = new TreeSet<>(BusEvent.NAMES);
        Chance chance = new Chance(1);
        for (Class<?> type : Tags.of(RunEvent.class).values()) {
            names.add(((RunEvent) Arbitrary.of(type).next(chance)).name());
        }
        Set<String> written = new TreeSet<>();
        Matcher rows =
                Pattern.compile("(?m)^\\| `([a-z_]+(?:\\.[a-z_]+)+)` \\| [a-z]").matcher(page());
        while (rows.find()) {
            written.add(rows.group(1));
        }

        assertThat(written).isEqualTo(names);
    }

    @Test
    void thePatternsMatchWhatTheTableSays() throws IOException {
        Matcher rows = Pattern.compile("(?m)^\\| `([^ ]+)` \\| ((?:`[^`]+`(?:, )?)+) \\| ((?:`[^`]+`(?:, )?)*) ?\\|$")
                .matcher(page());
        int checked = 0;
        while (rows.find()) {
            EventPattern pattern = EventPattern.of(rows.group(1).replace("\\|", "|"));
            for (String name : quoted(rows.group(2))) {
                assertThat(pattern.matches(name)).as(pattern + " of " + name).isTrue();
                checked++;
            }
            for (String name : quoted(rows.group(3))) {
                assertThat(pattern.matches(name)).as(pattern + " of " + name).isFalse();
                checked++;
            }
        }
        assertThat(checked).isEqualTo(32);
    }

    private static List<String> quoted(String cell) {
        return Pattern.compile("`([^`]+)`")
                .matcher(cell)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void theFilterInJsonIsTheOneInJava() throws IOException {
        Matcher json = Pattern.compile("(?s)```json\\R(.*?)```").matcher(page());
        assertThat(json.find()).isTrue();

        assertThat(Filter.parse(json.group(1)))
                .isEqualTo(Filter.where("severity", Op.GE, "warn")
                        .or(Filter.where("payload/took", Op.GT, Duration.ofSeconds(2)))
                        .and(Filter.tag("tenant", "test").negated()));
    }

    @Test
    void tellsOfARun() {
        try (EventBus bus = new EventBus()) {
            bus.subscribe("tool.call.*", event -> lines.add(event.name() + " " + event.payload()));

            Agent agent = Agent.builder(model).tools(weather).listener(bus).build();
            agent.run("Do I need an umbrella in Lisbon?");
        }

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("tool.call.started {").contains("\"tool\":\"weather\"", "Lisbon");
        assertThat(lines.get(1)).startsWith("tool.call.finished {").contains("\"result\":\"rain\"");
    }

    @Test
    void filters() {
        EventBus bus = new EventBus();
        Listener alarm = event -> lines.add(event.name());

        Filter slowOrBad = Filter.atLeast(Severity.WARN)
                .or(Filter.where("payload/took", Op.GT, Duration.ofSeconds(2)))
                .and(Filter.tag("tenant", "test").negated());
        bus.subscribe(Interest.in("tool.**").where(slowOrBad), alarm);

        bus.on(Event.of("tool.slow", Instant.EPOCH, Json.object("took", Duration.ofSeconds(3))));
        bus.on(Event.of("tool.fast", Instant.EPOCH, Json.object("took", Duration.ofSeconds(1))));
        bus.on(Event.of("tool.bad", Instant.EPOCH, Json.NULL).withSeverity(Severity.ERROR));
        bus.on(Event.of("tool.test", Instant.EPOCH, Json.NULL)
                .withSeverity(Severity.ERROR)
                .withTag("tenant", "test"));
        assertThat(lines).containsExactly("tool.slow", "tool.bad");
    }

    @Test
    void ownEventsQueuesAndPauses() {
        EventBus bus = new EventBus();
        Cancellation scope = new Cancellation();
        Listener screen = event -> lines.add("screen " + event.name());
        Listener meter = event -> lines.add("meter " + event.name());

        bus.subscribe(Interest.in("**").queued(1_000, WhenFull.DROP_OLDEST).named("screen"), screen);

        Subscription metrics = bus.subscribe("model.call.finished", meter).within(scope);
        metrics.pause(); // events pass by; a queue keeps them as far as it has room
        metrics.resume();
        Subscription.Figures figures = metrics.figures(); // delivered, failed, dropped, passed, waiting

        bus.on(Event.of("order.placed", clock.now(), Json.object("total", 12)).withTag("tenant", "acme"));
        bus.close();
        assertThat(figures).isEqualTo(new Subscription.Figures(0, 0, 0, 0, 0));
        assertThat(lines).containsExactly("screen order.placed");
    }

    @Test
    void recordsAndPlaysAgain(@TempDir Path folder) {
        EventBus bus = new EventBus();
        Agent agent = Agent.builder(model).tools(weather).listener(bus).build();

        try (FileRecording recording =
                FileRecording.open(folder, Rotation.DEFAULT.withBytes(64 << 20).withFiles(10))) {
            bus.subscribe("**", recording);
            agent.run("Do I need an umbrella in Lisbon?");
        }
        bus.subscribe("**", event -> lines.add(event.name()));

        try (EventReader reader = FileRecording.read(folder)) {
            Playback.AS_RECORDED.times(60).matching("tool.**").play(reader, bus, new Cancellation());
        }

        assertThat(lines)
                .contains("tool.call.started", "tool.call.finished")
                .noneMatch(name -> name.startsWith("run."));
    }

    @Test
    void watchesARunAgain() {
        EventBus bus = new EventBus();
        Recording recording = Recording.inMemory();
        bus.subscribe("**", recording);
        Agent agent = Agent.builder(model).tools(weather).listener(bus).build();
        List<Event> shown = Collections.synchronizedList(new ArrayList<>());
        Listener page = shown::add;

        Watching watching = recording.watch("order-17", 0, page);
        // the connection breaks; later
        long seen = watching.sequence();
        recording.watch("order-17", seen, page);

        watching.close();
        agent.run(RunRequest.of("Do I need an umbrella in Lisbon?").id("order-17"));
        await().until(() -> shown.stream().anyMatch(event -> event.name().equals("run.finished")));
        assertThat(shown).extracting(Event::sequence).isSorted().doesNotHaveDuplicates();
        assertThat(shown.get(0).sequence()).isEqualTo(1);
        recording.close();
    }
}
