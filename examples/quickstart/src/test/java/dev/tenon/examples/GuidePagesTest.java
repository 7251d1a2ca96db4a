package dev.tenon.examples;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.json;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.thinking;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunException;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.message.Content;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.Retry;
import dev.tenon.recall.RingBufferMemory;
import dev.tenon.run.Answer;
import dev.tenon.run.Limits;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Watch;
import dev.tenon.schema.Description;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Key;
import dev.tenon.testing.Fault;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolMethod;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolRules;
import dev.tenon.tool.ToolSpec;
import dev.tenon.tool.Toolset;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the README's first screen and of the pages about agents. */
@Timeout(60)
class GuidePagesTest {
    private static final ModelServer SERVER = ModelServer.start(GuidePagesTest::answer);

    /** Stands where a reader's program has the real one, so that the pages' words run without a key. */
    private static final class OpenAi {
        static dev.tenon.openai.OpenAi fromEnv() {
            return dev.tenon.openai.OpenAi.connect(SERVER.url("/v1").toString()).build();
        }
    }

    private static Reply answer(ModelRequest asked) {
        Json value = asked.lastUserText().contains("umbrella")
                ? Json.object("city", "Lisbon").with("umbrella", true)
                : Json.object("temperature", 21.5).with("summary", "sunny");
        if (asked.offers("final_answer")) {
            return toolCall("final_answer", value);
        }
        if (asked.wantsJson()) {
            return json(value);
        }
        return asked.toolResult("weather")
                .map(result -> reply("Yes: " + result))
                .orElseGet(() -> toolCall("weather", Json.object("city", "Lisbon")));
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../README.md",
                "getting-started.md",
                "agents.md",
                "tools.md",
                "streaming.md",
                "limits.md",
                "errors.md",
                "architecture.md"
            })
    void thePageShowsWhatRunsHere(String page) {
        assertThat(Docs.examplesStandIn(page, GuidePagesTest.class)).isPositive();
    }

    record Place(String city) {}

    record Weather(double temperature, String summary) {}

    record City(String city) {}

    private static String lookUp(Place place) {
        return "rain in " + place.city();
    }

    @Test
    void theFirstScreen() {
        Agent agent = Agent.builder(OpenAi.fromEnv().model("gpt-…"))
                .instructions("Answer in one sentence.")
                .tools(Tool.of("weather", "The weather now", Place.class, place -> lookUp(place)))
                .build();

        String text = agent.run("Do I need an umbrella in Lisbon?").text();
        Weather value = agent.run("The weather in Lisbon", Weather.class).output();

        assertThat(text).isEqualTo("Yes: rain in Lisbon");
        assertThat(value).isEqualTo(new Weather(21.5, "sunny"));
    }

    @Test
    void gettingStarted() {
        record Location(String city) {}

        record Advice(String city, boolean umbrella) {}

        Provider model = OpenAi.fromEnv().model("gpt-5-mini").retrying(Retry.DEFAULT);

        Agent agent = Agent.builder(model)
                .instructions("Answer in one sentence.")
                .tools(Tool.of("weather", "The weather now", Location.class, at -> "rain in " + at.city()))
                .build();

        String text = agent.run("Do I need an umbrella in Lisbon?").text();
        Advice advice = agent.run("An umbrella in Lisbon?", Advice.class).output();

        assertThat(text).isEqualTo("Yes: rain in Lisbon");
        assertThat(advice).isEqualTo(new Advice("Lisbon", true));
    }

    @Test
    void agents() {
        ScriptedProvider model = ScriptedProvider.of()
                .when(
                        asked -> asked.lastUserText().startsWith("Cancel")
                                && asked.toolResult("book").isEmpty(),
                        toolCall("book", "{\"city\":\"nowhere\"}"))
                .always(asked -> reply(asked.chat().messages().size() + " messages, "
                        + asked.toolResult("book").orElse("nothing")));
        Tool search = Tool.of("search", "Finds trains", City.class, City::city);
        Tool book = Tool.of("book", "Books", City.class, city -> "booked " + city.city())
                .with(spec -> spec.withTraits(ToolSpec.Trait.DESTRUCTIVE));
        byte[] png = {1, 2, 3};

        Agent agent = Agent.builder(model)
                .name("clerk")
                .instructions("You book trips. Never guess a price.")
                .tools(search, book)
                .memory(RingBufferMemory.messages(200))
                .policy(ToolPolicy.askBefore(ToolSpec.Trait.DESTRUCTIVE))
                .limits(Limits.DEFAULT.withUsd("0.50"))
                .build();

        RunRequest request = RunRequest.of("Book the early train")
                .session("customer-7")
                .attach(Content.Media.of(png, "image/png"))
                .with("language", "pt");
        RunResult result = agent.run(request);

        String said = switch (result.end()) {
            case RunEnd.Completed completed -> result.text();
            case RunEnd.Paused paused ->
                "asks: " + paused.questions().getFirst().reason();
            case RunEnd.Limited limited -> limited.reached().message();
            case RunEnd.Cancelled cancelled -> "stopped: " + cancelled.stop().reason();
            case RunEnd.Failed failed ->
                failed.failure().code() + ": " + failed.failure().message();
        };

        assertThat(said).isEqualTo("2 messages, nothing");

        RunResult rests = agent.run("Cancel my trip");
        String kept = Json.of(rests).toString();

        RunResult again = Json.parse(kept).as(RunResult.class);
        RunResult done = agent.resume(again, Answer.approve(again.questions().getFirst()));

        assertThat(done.text()).isEqualTo("4 messages, booked nowhere");

        RingBufferMemory memory = RingBufferMemory.tokens(8_000).withSessions(10_000);
        Agent remembers = Agent.builder(model).memory(memory).build();

        remembers.run(RunRequest.of("I am Ada.").session("ada"));
        String name = remembers.run(RunRequest.of("Who am I?").session("ada")).text();

        assertThat(name).isEqualTo("3 messages, nothing");

        Agent boss =
                Agent.builder(model).tools(agent.asTool("clerk", "Books trips")).build();

        assertThat(boss.run("Hello").text()).isEqualTo("1 messages, nothing");
    }

    record Trip(@Description("the station where it begins") String from, String to, Optional<Integer> seats) {}

    Tool search = Tool.of("search", "Finds trains", Trip.class, trip -> List.of(trip.from() + " - " + trip.to()));

    public static final class Desk {
        @ToolMethod("Counts the free seats of a train")
        public int free(String train) {
            return train.length();
        }
    }

    Toolset desk = Toolset.of(new Desk());
    Tool raw = Tool.of(
            ToolSpec.of("echo", "Says it again", JsonSchema.parse("""
                {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}\
                """)),
            (arguments, context) -> arguments.string("text").orElseThrow());

    private final byte[] png = {1, 2, 3};

    Tool chart = Tool.of(
                    "chart",
                    "Draws seats over time",
                    Trip.class,
                    trip -> ToolOutput.text("seats to " + trip.to()).and(ToolOutput.image(png, "image/png")))
            .with(spec -> spec.withExamples(new Trip("Oslo", "Bergen", Optional.of(2))));
    Tool seats = Tool.of("seats", "Counts seats", Trip.class, trip -> 12)
            .with(spec -> spec.withOutput(JsonSchema.of(Integer.class)));

    @Test
    void resultsHaveImagesAndAreChecked() {
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("chart", "{\"from\":\"Oslo\",\"to\":\"Bergen\"}")
                        .and(toolCall("seats", "{\"from\":\"Oslo\",\"to\":\"Bergen\"}")),
                reply("Done."));

        RunResult result = Agent.builder(model).tools(chart, seats).build().run("go");

        assertThat(result.text()).isEqualTo("Done.");
        assertThat(model.requests().getLast().toolResults())
                .extracting(Content.ToolResult::text)
                .containsExactly("seats to Bergen", "12");
    }

    ToolPolicy rules = ToolRules.parse("""
        {"rules": [
           {"when": {"type": "named", "tool": "delete_*"},
            "then": {"type": "deny", "message": "nothing is deleted here"}},
           {"when": {"type": "all", "of": [
              {"type": "has_trait", "trait": "DESTRUCTIVE"},
              {"type": "argument", "at": "/order/euros", "op": "GT", "value": 100}]},
            "then": {"type": "ask", "reason": "more than 100 euros"}},
           {"when": {"type": "called", "tool": "search", "atLeast": 5},
            "then": {"type": "deny", "message": "you have searched enough"}}],
         "otherwise": {"type": "run"}}\
        """);

    @Test
    void rulesDecide() {
        ToolSpec pay = raw.spec().withName("pay").withTraits(ToolSpec.Trait.DESTRUCTIVE);

        assertThat(rules.decide(pay.withName("delete_all"), Json.Obj.EMPTY, List.of()))
                .isEqualTo(new ToolDecision.Deny("nothing is deleted here"));
        assertThat(rules.decide(pay, Json.parse("{\"order\":{\"euros\":101}}").asObj(), List.of()))
                .isEqualTo(new ToolDecision.Ask("more than 100 euros"));
        assertThat(rules.decide(pay, Json.parse("{\"order\":{\"euros\":100}}").asObj(), List.of()))
                .isEqualTo(ToolDecision.RUN);
    }

    @Test
    void tools() {
        Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
        Reply calls = toolCall("search", "{\"from\":\"Lisbon\",\"to\":\"Oslo\"}");

        Tool slow = search.with(spec -> spec.withTimeout(Duration.ofMinutes(5)).withTraits(ToolSpec.Trait.READ_ONLY));

        ScriptedProvider first = ScriptedProvider.of(
                calls.and(toolCall("free", "{\"train\":\"IC 1\"}")).and(toolCall("echo", "{\"text\":\"again\"}")),
                reply("Done."));
        RunResult plain =
                Agent.builder(first).tools(slow, raw).tools(desk).build().run("Go");
        assertThat(plain.text()).isEqualTo("Done.");
        assertThat(first.requests().getLast().toolResults())
                .extracting(Content.ToolResult::text)
                .containsExactly("[\"Lisbon - Oslo\"]", "4", "again");

        ScriptedProvider model = ScriptedProvider.of(calls.and(calls), reply("Done."));

        Key<Integer> searches = Key.of("searches", Integer.class, 0, Integer::sum);

        Tool counting = Tool.of("search", "Finds trains", Trip.class, (trip, context) -> {
            context.update(searches, 1);
            context.progress("asking the railway");
            return context.get(Clock.class).instant() + " " + trip.to();
        });

        Agent agent = Agent.builder(model)
                .tools(counting)
                .provide(Clock.class, clock)
                .state(searches)
                .build();

        RunResult counted = agent.run("Go");
        assertThat(counted.state()).isEqualTo(Json.object("searches", 2));
        assertThat(model.requests().getLast().toolResult("search")).contains("1970-01-01T00:00:00Z Oslo");
    }

    @Test
    void streaming() {
        StringBuilder screen = new StringBuilder();
        ScriptedProvider model = ScriptedProvider.of(reply("Once ", "upon."));
        Agent agent = Agent.builder(model.retrying(Retry.DEFAULT)).build();

        RunResult result = agent.run(RunRequest.of("Tell me a story"), Watch.deltas(screen::append));

        assertThat(screen).hasToString("Once upon.");
        assertThat(result.text()).isEqualTo("Once upon.");

        Watch watch = Watch.of(delta -> {
            switch (delta) {
                case Delta.Text text -> screen.append(text.text());
                case Delta.Thinking thinking -> screen.append("…");
                case Delta.ToolCallStarted started -> screen.append("[" + started.name() + "]");
                case Delta.ToolCallArguments arguments -> {}
                case Delta.Discarded discarded -> screen.setLength(0);
            }
        });

        model.then(reply("half of").failing(Fault.cut()), thinking("hm").and(reply("A whole.")));
        Agent hasty = Agent.builder(model.retrying(new Retry(2, Duration.ofMillis(1), Duration.ofMillis(1))))
                .build();
        hasty.run(RunRequest.of("Again"), watch);
        assertThat(screen).hasToString("…A whole.");

        model.then(json(new City("Lisbon")), reply("Hello."));

        List<String> grown = new ArrayList<>();
        Watch partials =
                Watch.partials(City.class, partial -> partial.json().ifPresent(json -> grown.add(json.toString())));
        City city = agent.run(RunRequest.of("Lisbon"), City.class, partials).output();

        assertThat(city).isEqualTo(new City("Lisbon"));
        assertThat(grown.getLast()).isEqualTo("{\"city\":\"Lisbon\"}");

        List<String> log = new ArrayList<>();
        agent.run(RunRequest.of("Hello"), Watch.events(event -> log.add(event.name())));

        assertThat(log).containsExactly("run.started", "model.call.started", "model.call.finished", "run.finished");
    }

    @Test
    void limits() throws Exception {
        ScriptedProvider model = ScriptedProvider.of()
                .when(asked -> asked.lastUserText().equals("Go on"), toolCall("look", "{\"city\":\"A\"}"))
                .when(
                        asked -> asked.lastUserText().equals("A long story"),
                        reply("Never.").after(Duration.ofHours(1)))
                .always(asked -> reply("Quick."));
        Tool look = Tool.of("look", "Looks", City.class, City::city);
        List<String> log = new ArrayList<>();

        Limits limits = Limits.DEFAULT
                .withSteps(20)
                .withToolCalls(100)
                .withInputTokens(200_000)
                .withOutputTokens(20_000)
                .withUsd("0.50")
                .withWallTime(Duration.ofMinutes(5));
        Agent agent = Agent.builder(model).tools(look).limits(limits).build();

        RunResult result = agent.run(RunRequest.of("Go on").limits(limits.withSteps(2)));
        if (result.end() instanceof RunEnd.Limited limited) {
            log.add(limited.reached().message());
        }

        assertThat(log).containsExactly("limit of 2 steps reached: 2 used");

        Cancellation stop = new Cancellation();
        Thread user = Thread.ofVirtual().start(() -> stop.cancel("the user left"));
        RunResult stopped = agent.run(RunRequest.of("A long story"), stop);

        user.join();
        assertThat(stopped.end())
                .isInstanceOfSatisfying(
                        RunEnd.Cancelled.class,
                        cancelled -> assertThat(cancelled.stop().reason()).isEqualTo("the user left"));

        try (Cancellation deadline = Cancellation.after(Duration.ofSeconds(30))) {
            log.add(agent.run(RunRequest.of("Be quick"), deadline).text());
        }

        assertThat(log).endsWith("Quick.");
    }

    private static String outcome(Agent agent) {
        try {
            return agent.run("Hello").text();
        } catch (RunException e) {
            return switch (e.recovery()) {
                case BACK_OFF, RETRY_ONCE -> "try later: " + e.code();
                case FAIL_OVER -> "ask another provider: " + e.code();
                case NONE ->
                    "mend it: " + e.code() + " after " + e.result().spent().steps() + " steps";
            };
        }
    }

    @Test
    void errors() {
        for (ProviderException.Kind kind : ProviderException.Kind.values()) {
            String expected = switch (kind.recovery()) {
                case BACK_OFF, RETRY_ONCE -> "try later: ";
                case FAIL_OVER -> "ask another provider: ";
                case NONE -> "mend it: ";
            };
            assertThat(outcome(Agent.builder(ScriptedProvider.of(fault(kind))).build()))
                    .startsWith(expected + "provider." + kind.name().toLowerCase(Locale.ROOT));
        }

        Provider model = ScriptedProvider.of(fault(ProviderException.Kind.QUOTA_EXCEEDED));
        Provider other = ScriptedProvider.of(reply("Here."));

        Provider steady = model.retrying(Retry.DEFAULT).orElse(other);

        assertThat(outcome(Agent.builder(steady).build())).isEqualTo("Here.");
    }

    @Test
    void theTableOfErrorsHasEveryKindAndSaysWhetherItIsRetried() {
        List<String> rows = Docs.text("errors.md").lines().toList();
        for (ProviderException.Kind kind : ProviderException.Kind.values()) {
            assertThat(rows)
                    .filteredOn(row -> row.startsWith("| `" + kind + "` |"))
                    .singleElement()
                    .satisfies(row -> {
                        String retried = row.split("\\|")[4].strip();
                        assertThat(!retried.equals("no")).isEqualTo(kind.retryable());
                    });
        }
    }

    @Test
    void theWayOfOneRun() {
        Provider model = ScriptedProvider.of(toolCall("weather", "{\"city\":\"Lisbon\"}"), reply("Yes."));
        Tool weather = Tool.of("weather", "The weather now", Place.class, GuidePagesTest::lookUp);
        Memory memory = RingBufferMemory.messages(20);

        Agent agent = Agent.builder(model).tools(weather).memory(memory).build();
        RunResult result = agent.run("Do I need an umbrella in Lisbon?");

        assertThat(result.text()).isEqualTo("Yes.");
    }
}
