package dev.tenon.examples.monitoring;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.bus.EventBus;
import dev.tenon.bus.Filter;
import dev.tenon.bus.Interest;
import dev.tenon.bus.WhenFull;
import dev.tenon.event.Event;
import dev.tenon.event.Severity;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Retry;
import dev.tenon.recording.EventReader;
import dev.tenon.recording.FileRecording;
import dev.tenon.recording.Playback;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Two runs of an agent, one with trouble, and three who watch: a console that shows what is worth showing, a dashboard that adds up, and a recording. Then the
 * recording is played again to a second dashboard, which comes to the same.
 */
public final class Monitoring {
    record Stock(String item) {}

    private Monitoring() {}

    /** Records into the folder that is given, or a temporary one. */
    public static void main(String... args) throws IOException {
        Path folder = args.length == 0 ? Files.createTempDirectory("tenon-events") : Path.of(args[0]);
        watch(model(), folder, System.out);
    }

    /** A model that is busy at first; it asks for two things, of which there is one. */
    private static Provider model() {
        return ScriptedProvider.of(
                        fault(Kind.OVERLOADED),
                        toolCall("stock", "{\"item\":\"tenon saw\"}"),
                        reply("There are 3 tenon saws."),
                        toolCall("stock", "{\"item\":\"left-handed chisel\"}"),
                        reply("I could not find out."))
                .retrying(new Retry(3, Duration.ofMillis(20), Duration.ofSeconds(1)));
    }

    private static String count(Stock wanted) {
        if (!wanted.item().equals("tenon saw")) {
            throw new IllegalArgumentException("no such item: " + wanted.item());
        }
        return "3";
    }

    static void watch(Provider model, Path folder, PrintStream out) {
        Figures dashboard = new Figures();
        try (EventBus bus = new EventBus();
                FileRecording recording = FileRecording.open(folder)) {
            Filter worthShowing = Filter.atLeast(Severity.WARN).or(Filter.where("category", Filter.Op.EQ, "run"));
            bus.subscribe(Interest.in("**").where(worthShowing).named("console"), event -> out.println(line(event)));
            bus.subscribe(Interest.in("**").queued(1_000, WhenFull.BLOCK).named("dashboard"), dashboard);
            bus.subscribe("**", recording);

            Agent agent = Agent.builder(model)
                    .tools(Tool.of("stock", "How many of an item there are", Stock.class, Monitoring::count))
                    .listener(bus)
                    .build();
            agent.run(RunRequest.of("How many tenon saws are there?").id("question-1"));
            agent.run(RunRequest.of("And left-handed chisels?").id("question-2"));
        }
        out.println("live:  " + dashboard.line());

        Figures again = new Figures();
        try (EventReader reader = FileRecording.read(folder)) {
            Playback.AT_ONCE.play(reader, again, new Cancellation());
        }
        out.println("again: " + again.line());
    }

    private static String line(Event event) {
        return event.severity() + " " + event.run() + " #" + event.sequence() + " " + event.name();
    }
}
