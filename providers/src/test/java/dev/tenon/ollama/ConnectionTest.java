package dev.tenon.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ConnectionTest {
    private final AtomicReference<LoopbackServer.Request> asked = new AtomicReference<>();

    private LoopbackServer server(Function<LoopbackServer.Request, Answer> answers) {
        return LoopbackServer.start(request -> {
            asked.set(request);
            return answers.apply(request);
        });
    }

    private static Ollama connect(LoopbackServer server) {
        return Ollama.connect(server.url("").toString())
                .key("ollama-secret-key")
                .build();
    }

    @Test
    void listsTheModelsThatAreThere() {
        try (LoopbackServer server = server(request -> Answer.of(
                200,
                "application/json",
                "{\"models\":[{\"name\":\"qwen3:8b\",\"size\":5,\"digest\":\"ab\",\"modified_at\":\"2026-01-02T03:04:05.6+01:00\","
                    + "\"details\":{\"family\":\"qwen3\"}},{\"model\":\"x\",\"modified_at\":\"?\"}]}"))) {
            List<LocalModel> models = connect(server).models(new Cancellation());

            assertThat(models).extracting(LocalModel::name).containsExactly("qwen3:8b", "x");
            assertThat(models.get(0).bytes()).isEqualTo(5);
            assertThat(models.get(0).modified()).contains(Instant.parse("2026-01-02T02:04:05.600Z"));
            assertThat(models.get(0).data().at("/details/family")).contains(Json.of("qwen3"));
            assertThat(models.get(1).modified()).isEmpty();
            assertThat(asked.get().method() + " " + asked.get().path()).isEqualTo("GET /api/tags");
            assertThat(Json.of(models.get(0)).as(LocalModel.class)).isEqualTo(models.get(0));
        }
    }

    @Test
    void tellsHowFarTheFetchingOfAModelHasCome() {
        try (LoopbackServer server = server(request -> Answer.of(
                200,
                "application/x-ndjson",
                "{\"status\":\"pulling manifest\"}\n"
                        + "{\"status\":\"pulling ab\",\"digest\":\"sha256:ab\",\"total\":10}\n"
                        + "{\"status\":\"pulling ab\",\"digest\":\"sha256:ab\",\"total\":10,\"completed\":7}\n"
                        + "{\"status\":\"success\"}\n"))) {
            List<PullProgress> told = new ArrayList<>();

            connect(server).pull("qwen3", told::add, new Cancellation());

            assertThat(told)
                    .containsExactly(
                            new PullProgress("pulling manifest", "", 0, 0),
                            new PullProgress("pulling ab", "sha256:ab", 10, 0),
                            new PullProgress("pulling ab", "sha256:ab", 10, 7),
                            new PullProgress("success", "", 0, 0));
            assertThat(asked.get().text()).isEqualTo("{\"model\":\"qwen3\",\"stream\":true}");
        }
    }

    @Test
    void aModelThatCannotBeFetchedIsAnError() {
        try (LoopbackServer server = server(request -> Answer.of(
                200,
                "application/x-ndjson",
                "{\"status\":\"pulling manifest\"}\n{\"error\":\"pull model manifest: file does not exist\"}\n"))) {
            assertThatThrownBy(() -> connect(server).pull("nope", told -> {}, new Cancellation()))
                    .isInstanceOf(ProviderException.class)
                    .hasMessage("ollama reported an error: pull model manifest: file does not exist");
        }
        try (LoopbackServer server =
                server(request -> Answer.of(200, "application/x-ndjson", "{\"status\":\"pulling manifest\"}\n"))) {
            assertThatThrownBy(() -> connect(server).pull("big", told -> {}, new Cancellation()))
                    .hasMessage("ollama: the stream ended before \"big\" was there; ask again, and it goes on");
        }
        try (LoopbackServer server =
                server(request -> Answer.of(500, "application/json", "{\"error\":\"disk full\"}"))) {
            assertThatThrownBy(() -> connect(server).pull("big", told -> {}, new Cancellation()))
                    .hasMessage("ollama answered 500: disk full");
        }
    }

    @Test
    void theFetchingOfAModelIsStopped() {
        Cancellation stop = new Cancellation();
        try (LoopbackServer server = server(request -> Answer.of(
                200, "application/x-ndjson", "{\"status\":\"pulling manifest\"}\n{\"status\":\"success\"}\n"))) {
            List<PullProgress> told = new ArrayList<>();
            assertThatThrownBy(() -> connect(server)
                            .pull(
                                    "big",
                                    progress -> {
                                        told.add(progress);
                                        stop.cancel("enough");
                                    },
                                    stop))
                    .isInstanceOf(StoppedException.class);
            assertThat(told).hasSize(1);
        }
    }

    @Test
    void showsAModelAndSaysWhichIsMissing() {
        try (LoopbackServer server = server(request -> request.text().contains("qwen3")
                ? Answer.of(200, "application/json", "{\"capabilities\":[\"tools\",\"thinking\"]}")
                : Answer.of(404, "application/json", "{\"error\":\"model 'nope' not found\"}"))) {
            Ollama ollama = connect(server);

            assertThat(ollama.show("qwen3", new Cancellation()).at("/capabilities/0"))
                    .contains(Json.of("tools"));
            assertThatThrownBy(() -> ollama.show("nope", new Cancellation()))
                    .isInstanceOfSatisfying(
                            ProviderException.class,
                            e -> assertThat(e.kind()).isEqualTo(ProviderException.Kind.NOT_FOUND))
                    .hasMessage("ollama answered 404: model 'nope' not found");
        }
    }

    @Test
    void aReplyHasWhatItTookAndWhatGoesOn() {
        try (LoopbackServer server = server(request -> Answer.of(
                200,
                "application/json",
                "{\"model\":\"m\",\"response\":\" upon a"
                        + " time\",\"done\":true,\"done_reason\":\"length\",\"context\":[1,2],"
                        + "\"prompt_eval_count\":3,\"eval_count\":4,\"total_duration\":9}"))) {
            ChatResponse reply = connect(server).completions("m").chat(ChatRequest.of("Once"), Call.unwatched());

            assertThat(reply.text()).isEqualTo(" upon a time");
            assertThat(reply.finish()).isEqualTo(new FinishReason(FinishReason.Kind.LENGTH, "length"));
            assertThat(reply.usage())
                    .isEqualTo(new Usage(3, 4, 0, 0, 0, 0, Map.of("input_tokens", 3L, "output_tokens", 4L), Map.of()));
            assertThat(reply.extra()).containsEntry("context", Json.array(1, 2)).containsKey("total_duration");
            assertThat(asked.get().path()).isEqualTo("/api/generate");
        }
    }

    @Test
    void theEnvironmentNamesTheHostAsOllamaReadsIt() {
        assertThat(Ollama.fromEnv(Map.of())).hasToString("Ollama[http://localhost:11434/]");
        assertThat(Ollama.fromEnv(Map.of("OLLAMA_HOST", "gpu"))).hasToString("Ollama[http://gpu:11434/]");
        assertThat(Ollama.fromEnv(Map.of("OLLAMA_HOST", "gpu:99"))).hasToString("Ollama[http://gpu:99/]");
        assertThat(Ollama.fromEnv(Map.of("OLLAMA_HOST", "0.0.0.0:11434")))
                .hasToString("Ollama[http://127.0.0.1:11434/]");
        assertThat(Ollama.fromEnv(Map.of("OLLAMA_HOST", "https://ollama.com", "OLLAMA_API_KEY", "ollama-secret-key")))
                .hasToString("Ollama[https://ollama.com/]");
    }

    @Test
    void isMadeByNameFromConfiguration() {
        try (LoopbackServer server = server(
                request -> Answer.of(200, "application/json", "{\"message\":{\"content\":\"Hi\"},\"done\":true}"))) {
            Json config = Json.object()
                    .put("model", "qwen3")
                    .put("base_url", server.url("/v1").toString())
                    .put("api_key", "ollama-secret-key")
                    .build();

            assertThat(ProviderRegistry.discover()
                            .create("ollama", config)
                            .chat(ChatRequest.of("Hi"), Call.unwatched())
                            .text())
                    .isEqualTo("Hi");
            assertThat(asked.get().path()).isEqualTo("/api/chat");
            assertThat(asked.get().header("authorization")).contains("Bearer ollama-secret-key");
            assertThat(config.as(OllamaFactory.Options.class).toString()).doesNotContain("secret");
        }
    }
}
