package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.http.HttpClient;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.UserMessage;
import dev.tenon.openai.responses.OpenAiResponses;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Notice;
import dev.tenon.provider.Price;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.Retry;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Reply;
import dev.tenon.tool.ToolSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/providers.md} and of this package's Javadoc, run. Those of other wire formats stand in a class of this name in their packages. */
class ExamplesTest {
    private static final Pattern FENCE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private final List<String> printed = new ArrayList<>();

    private void print(Object text) {
        printed.add(String.valueOf(text));
    }

    private static OpenAi connected(ModelServer server) {
        return OpenAi.fromEnv(Map.of(
                "OPENAI_API_KEY",
                "sk-test",
                "OPENAI_BASE_URL",
                server.url("/v1").toString()));
    }

    @Test
    void connections() {
        String key = "sk-test";
        // @start region="connect"
        OpenAi openai =
                OpenAi.connect(Dialect.OPENAI).key(key).organization("org-acme").build();
        OpenAi local = OpenAi.connect(Dialect.OLLAMA).build();
        OpenAi azure = OpenAi.connect(Dialect.AZURE)
                .baseUrl("https://acme.openai.azure.com/openai/v1")
                .key(key)
                .build();
        OpenAi other = OpenAi.connect("https://api.acme.example/v1")
                .key(key)
                .header("X-Team", "search")
                .build();
        // @end
        assertThat(List.of(openai, local, azure, other))
                .extracting(OpenAi::toString)
                .containsExactly(
                        "OpenAi[openai, https://api.openai.com/v1]",
                        "OpenAi[ollama, http://localhost:11434/v1]",
                        "OpenAi[azure, https://acme.openai.azure.com/openai/v1]",
                        "OpenAi[openai-compatible, https://api.acme.example/v1]");
    }

    @Test
    void aCallAndAStream() {
        try (ModelServer server = ModelServer.start(Reply.reply("Lis", "bon"), Reply.reply("Lis", "bon"))) {
            OpenAi connection = connected(server);
            // @start region="call"
            Provider model = connection.model("gpt-5-mini").retrying(Retry.DEFAULT);

            ChatResponse reply = model.chat(ChatRequest.of("The capital of Portugal?"), Call.unwatched());
            print(reply.text());
            // @end
            // @start region="stream"
            try (Cancellation stop = Cancellation.after(Duration.ofMinutes(2))) {
                model.chat(
                        ChatRequest.of("Tell me a story"),
                        Call.watched(
                                stop,
                                delta -> {
                                    if (delta instanceof Delta.Text text) print(text.text());
                                },
                                notice -> print(notice)));
            }
            // @end
        }
        assertThat(printed).containsExactly("Lisbon", "Lis", "bon");
    }

    @Test
    void settingsOfTheClient() {
        // @start region="http"
        HttpClient http = HttpClient.builder()
                .connectTimeout(Duration.ofSeconds(5))
                .readTimeout(Duration.ofMinutes(3))
                .proxy(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.acme.example", 3128)))
                .build();
        OpenAi connection = OpenAi.connect(Dialect.GROQ).http(http).build();
        // @end
        assertThat(http).hasToString("HttpClient[connect PT5S, read PT3M, at most 67108864 bytes]");
        assertThat(connection).hasToString("OpenAi[groq, https://api.groq.com/openai/v1]");
    }

    @Test
    void aDialectOfOnesOwn() {
        // @start region="own-dialect"
        Dialect acme = Dialect.COMPATIBLE.toBuilder("acme")
                .baseUrl("https://api.acme.example/v1")
                .without(Dialect.Feature.STREAM_USAGE, Dialect.Feature.SEED)
                .thinkingBack(Dialect.ThinkingBack.THIS_TURN, "reasoning_content")
                .build();
        // @end
        assertThat(acme.has(Dialect.Feature.SEED)).isFalse();
        assertThat(OpenAi.connect(acme).build()).hasToString("OpenAi[acme, https://api.acme.example/v1]");
    }

    @Test
    void whatIsKnownOfAModel() {
        OpenAi connection = OpenAi.connect(Dialect.OPENAI).key("sk-test").build();
        // @start region="known"
        Provider model = connection.model(new ModelInfo(
                "openai",
                "gpt-5-mini",
                400_000,
                128_000,
                Dialect.OPENAI.abilities(),
                List.of(Price.perMillion("0.25", "2.00"))));
        // @end
        assertThat(model.info().can(ModelInfo.Ability.JSON_SCHEMA)).isTrue();
        assertThat(model.info().window()).isEqualTo(400_000);
    }

    @Test
    void failures() {
        try (ModelServer server = ModelServer.start(
                Reply.fault(ProviderException.Kind.CONTEXT_TOO_LONG),
                Reply.fault(ProviderException.Kind.RATE_LIMITED))) {
            Provider model = connected(server).model("m");
            for (int i = 0; i < 2; i++) {
                // @start region="errors"
                try {
                    model.chat(ChatRequest.of("Hello"), Call.unwatched());
                } catch (ProviderException e) {
                    switch (e.kind()) {
                        case CONTEXT_TOO_LONG -> print("shorten the conversation");
                        case RATE_LIMITED, OVERLOADED ->
                            print("wait " + e.retryAfter().orElse(Duration.ofSeconds(1)));
                        default -> throw e;
                    }
                }
                // @end
            }
        }
        assertThat(printed.get(0)).isEqualTo("shorten the conversation");
        assertThat(printed.get(1)).startsWith("wait PT");
    }

    @Test
    void omissions() {
        try (ModelServer server = ModelServer.start(Reply.reply("Hi"))) {
            Provider model = OpenAi.connect(Dialect.DEEPSEEK)
                    .baseUrl(server.url("/v1").toString())
                    .build()
                    .model("m");
            ChatRequest request = ChatRequest.of("Hi").withSettings(ModelSettings.NONE.withSeed(7));
            // @start region="omitted"
            model.chat(request, Call.watched(new Cancellation(), delta -> {}, notice -> {
                if (notice instanceof Notice.Omitted left) print(left.what() + ": " + left.why());
            }));
            // @end
        }
        assertThat(printed).containsExactly("seed: deepseek takes no such setting here");
    }

    @Test
    void attachments() {
        byte[] png = {1, 2, 3};
        try (ModelServer server = ModelServer.start(Reply.reply("A cat"))) {
            Provider model = connected(server).model("m");
            // @start region="attach"
            UserMessage question = UserMessage.of("What is this?", List.of(Content.Media.of(png, "image/png")));
            ChatResponse reply = model.chat(ChatRequest.of(List.of(question)), Call.unwatched());
            // @end
            assertThat(reply.text()).isEqualTo("A cat");
        }
    }

    @Test
    void responses() {
        OpenAi openai = OpenAi.connect(Dialect.OPENAI).key("sk-test").build();
        // @start region="responses"
        Provider model = OpenAiResponses.on(openai).model("gpt-5-mini");
        Provider remembering = OpenAiResponses.on(openai).remembering().model("gpt-5-mini");
        // @end
        assertThat(List.of(model, remembering))
                .extracting(it -> it.info().can(ModelInfo.Ability.THINKING))
                .containsOnly(true);
    }

    @Test
    void toolsOfTheHostsOwn() {
        Content.Opaque searched = Content.Opaque.of(
                OpenAiResponses.WIRE,
                "web_search_call",
                Json.object().put("type", "web_search_call").put("id", "ws_1").build());
        try (ModelServer server = ModelServer.start(
                Reply.of(AssistantMessage.of(List.of(searched))).and(Reply.reply("JDK 26")))) {
            Provider model = OpenAiResponses.on(connected(server)).model("gpt-5-mini");
            // @start region="responses-tools"
            ModelSettings settings = ModelSettings.NONE
                    .withEffort("low")
                    .with("reasoning", Json.object("summary", "auto"))
                    .with("tools", Json.array(Json.object("type", "web_search")));
            Call call = Call.watched(
                    new Cancellation(),
                    delta -> {
                        if (delta instanceof Delta.Thinking thinking) print(thinking.text());
                    },
                    notice -> {
                        if (notice instanceof Notice.Custom progress) print(progress.name());
                    });
            ChatResponse reply = model.chat(ChatRequest.of("The newest JDK?").withSettings(settings), call);
            // @end
            assertThat(reply.text()).isEqualTo("JDK 26");
            assertThat(server.requests().get(0).wire().orElseThrow().body().at("/tools"))
                    .contains(Json.array(Json.object("type", "web_search")));
        }
    }

    @Test
    void freeText() {
        try (ModelServer server = ModelServer.start(Reply.toolCall("python", "print(6*7)"))) {
            Provider model = OpenAiResponses.on(connected(server)).model("gpt-5-mini");
            // @start region="responses-custom"
            ToolSpec python = new ToolSpec(
                    "python",
                    "Runs a program, and gives what it prints",
                    JsonSchema.ANY,
                    Set.of(),
                    Duration.ofSeconds(30),
                    Map.of("openai", Json.object("type", "custom")));
            ChatResponse reply = model.chat(ChatRequest.of("6 times 7?").withTools(List.of(python)), Call.unwatched());
            print(reply.message().toolCalls().get(0).arguments());
            // @end
        }
        assertThat(printed).containsExactly("print(6*7)");
    }

    @Test
    void theExamplesOfThePageAreThese() throws IOException {
        Path root = Path.of(System.getProperty("basedir", ""))
                .toAbsolutePath()
                .normalize()
                .getParent();
        String page = Files.readString(root.resolve("docs/providers.md"));
        StringBuilder all = new StringBuilder();
        try (Stream<Path> sources = Files.walk(root.resolve("providers/src/test/java"))) {
            for (Path source :
                    sources.filter(it -> it.endsWith("ExamplesTest.java")).toList()) {
                all.append(letters(Files.readString(source)));
            }
        }
        String here = all.toString();
        Matcher fence = FENCE.matcher(page);
        int found = 0;
        while (fence.find()) {
            assertThat(here.contains(letters(fence.group(1))))
                    .as(fence.group(1))
                    .isTrue();
            found++;
        }
        assertThat(found).isGreaterThan(5);
    }

    private static String letters(String code) {
        return code.replaceAll("\\s+", "");
    }
}
