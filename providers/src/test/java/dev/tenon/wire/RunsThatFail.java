package dev.tenon.wire;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunException;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.anthropic.Anthropic;
import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.gemini.Gemini;
import dev.tenon.http.HttpClient;
import dev.tenon.json.Json;
import dev.tenon.openai.OpenAi;
import dev.tenon.openai.responses.OpenAiResponses;
import dev.tenon.provider.Call;
import dev.tenon.provider.CallLog;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.provider.Retry;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs agents whose hosts fail in every way and quote what they were sent, and prints all that can be got hold of. {@link SecretsTest} reads it. */
final class RunsThatFail {
    private static final String KEY = SecretsTest.KEY;
    private static final String TOKEN = SecretsTest.TOKEN;
    private static final String PASSWORD = SecretsTest.PASSWORD;

    private RunsThatFail() {}

    public static void main(String... args) {
        Logger root = Logger.getLogger("");
        root.setLevel(Level.ALL);
        ConsoleHandler console = new ConsoleHandler();
        console.setLevel(Level.ALL);
        root.addHandler(console);

        answers().forEach((how, answer) -> {
            try (LoopbackServer server = LoopbackServer.start(request -> {
                if (!request.headers().toString().contains(KEY)) {
                    throw new IllegalStateException("the key was not sent");
                }
                return answer;
            })) {
                String url = server.url("/v1").toString();
                connections(url).forEach((wire, connection) -> {
                    print("== " + wire + ", " + how);
                    Object host = connection.get();
                    print(host);
                    Provider model = model(host);
                    print(model + " " + model.info() + " " + Json.of(model.info()));
                    calls(model);
                    runs(model);
                });
            }
        });
        configuration();
        print("== done");
    }

    private static Map<String, Answer> answers() {
        String quoting = "you sent " + KEY + " and X-Token: " + TOKEN;
        String error = "{\"error\":{\"message\":\"" + quoting + "\",\"type\":\"invalid\",\"code\":\"" + KEY + "\"}}";
        Map<String, Answer> answers = new LinkedHashMap<>();
        for (int status : new int[] {400, 401, 404, 429, 500, 529}) {
            answers.put(status + " in JSON", Answer.of(status, "application/json", error));
            answers.put(status + " in HTML", Answer.of(status, "text/html", "<p>" + quoting));
        }
        answers.put(
                "a redirect",
                Answer.of(302, "text/plain", quoting).withHeader("location", "https://127.0.0.1/?key=" + KEY));
        answers.put("an error in a 200", Answer.of(200, "application/json", error));
        answers.put("no JSON", Answer.of(200, "application/json", quoting));
        answers.put("a page", Answer.of(200, "text/html", quoting));
        answers.put("another type", Answer.of(200, "text/" + KEY, quoting));
        answers.put(
                "a stream of errors",
                Answer.chunked(200, "text/event-stream", List.of(RawHost.bytes("data: " + error + "\n\n"))));
        answers.put(
                "a stream of garbage",
                Answer.chunked(200, "text/event-stream", List.of(RawHost.bytes("data: {" + quoting + "\n\n"))));
        answers.put("a reset", Answer.of(200, "application/json", error).ending(Ending.RESET));
        answers.put("headers", Answer.of(503, "text/plain", "").withHeader("retry-after", KEY));
        return answers;
    }

    private static Map<String, Supplier<Object>> connections(String url) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put(
                "openai",
                () -> OpenAi.connect(url).key(KEY).header("X-Token", TOKEN).build());
        all.put(
                "responses",
                () -> OpenAiResponses.on(
                        OpenAi.connect(url).key(KEY).header("X-Token", TOKEN).build()));
        all.put(
                "anthropic",
                () -> Anthropic.connect(url).key(KEY).header("X-Token", TOKEN).build());
        all.put(
                "gemini",
                () -> Gemini.connect(url).key(KEY).header("X-Token", TOKEN).build());
        return all;
    }

    private static Provider model(Object host) {
        return switch (host) {
            case OpenAi openAi -> openAi.model("m");
            case OpenAiResponses responses -> responses.model("m");
            case Anthropic anthropic -> anthropic.model("m");
            case Gemini gemini -> gemini.model("m");
            default -> throw new IllegalArgumentException(host.toString());
        };
    }

    private static void calls(Provider model) {
        for (Call call : List.of(
                Call.unwatched(),
                Call.watched(
                        new Cancellation(), RunsThatFail::print, notice -> print(notice + " " + Json.of(notice))))) {
            try {
                print(model.chat(ChatRequest.of("Hello?"), call));
            } catch (RuntimeException e) {
                print(e);
            }
        }
    }

    private static void runs(Provider model) {
        Provider patient = model.logged(CallLog.DEFAULT.withContent())
                .retrying(new Retry(2, Duration.ofMillis(1), Duration.ofMillis(1)))
                .orElse(model);
        List<Event> events = new ArrayList<>();
        try (Agent agent = Agent.builder(patient).listener(events::add).build()) {
            print(agent);
            for (Watch watch : List.of(Watch.NONE, Watch.of((Delta delta) -> print(delta)))) {
                RunResult result = agent.run(RunRequest.of("Hello?"), watch);
                print(result + " " + Json.of(result));
                try {
                    print(result.text());
                } catch (RunException e) {
                    print(e);
                }
            }
        }
        events.forEach(event -> print(event + " " + Json.of(event)));
    }

    /** Configurations that are wrong, and one that is right. */
    private static void configuration() {
        ProviderRegistry registry = ProviderRegistry.discover();
        for (String name : List.of("openai", "openai-responses", "anthropic", "gemini")) {
            print("== configuration of " + name);
            for (Json config : List.of(
                    Json.object("api_key", KEY).with("model", "m"),
                    Json.object("api_key", KEY).with("model", 7),
                    Json.object("api_key", Json.array(KEY)).with("model", "m"),
                    Json.object("api_key", KEY + "\n" + TOKEN).with("model", "m"),
                    Json.object("api_key", KEY).with("model", "m").with("no_such", TOKEN),
                    Json.object("api_key", KEY)
                            .with("model", "m")
                            .with("base_url", "ftp://u:" + PASSWORD + "@h/?k=" + TOKEN),
                    Json.object("api_key", KEY)
                            .with("model", "m")
                            .with("base_url", "http://u:" + PASSWORD + "@127.0.0.1:1/v1?key=" + TOKEN))) {
                tried(() -> {
                    Provider made = registry.create(name, config);
                    print(made + " " + made.info());
                    calls(made);
                });
            }
            tried(() -> registry.createFromEnv(
                    name, Map.of(name.toUpperCase(java.util.Locale.ROOT) + "_API_KEY", KEY, "OPENAI_BASE_URL", TOKEN)));
        }
        tried(() -> OpenAi.connect("http://u:" + PASSWORD + "@127.0.0.1:1/v1?key=" + TOKEN)
                .key(KEY)
                .build());
        tried(() -> OpenAi.connect(TOKEN).key(KEY).build());
        tried(() -> OpenAi.connect("http://127.0.0.1:1")
                .key(KEY + "\u00e9")
                .build()
                .model("m")
                .chat(ChatRequest.of("?"), Call.unwatched()));
        tried(() -> OpenAi.connect("http://127.0.0.1:1")
                .header("X-Token", TOKEN + "\r\nX: y")
                .build());
        tried(() -> OpenAi.fromEnv(Map.of("OPENAI_API_KEY", KEY, "OPENAI_BASE_URL", "nothing://" + TOKEN)));
        tried(() ->
                print(HttpClient.shared().endpoint("http://127.0.0.1:1", Map.of("Authorization", "Bearer " + KEY))));
    }

    private static void tried(Runnable what) {
        try {
            what.run();
        } catch (RuntimeException e) {
            print(e);
        }
    }

    private static void print(Object said) {
        System.out.println(said);
        if (said instanceof Throwable thrown) {
            thrown.printStackTrace(System.out);
            System.out.println(Json.of(Failure.of(thrown)));
            if (thrown instanceof TenonException tenon) {
                System.out.println(tenon.context());
            }
        }
    }
}
