package dev.tenon.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Provider;
import dev.tenon.provider.Retry;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of the Javadoc and of {@code docs/ollama.md} and {@code docs/embeddings.md}. */
class ExamplesTest {
    private final List<Object> printed = new ArrayList<>();

    private void print(Object value) {
        printed.add(value);
    }

    @Test
    void thePageShowsWhatRunsHere() {
        assertThat(Docs.examplesStandIn("ollama.md", ExamplesTest.class)).isPositive();
        assertThat(Docs.examplesStandIn("embeddings.md", ExamplesTest.class)).isPositive();
    }

    @Test
    void connects() {
        // @start region="connect"
        Ollama here = Ollama.connect().build();
        Ollama there = Ollama.connect("http://gpu.acme.example:11434").build();
        Provider model = here.model("qwen3:8b");
        // @end
        assertThat(here).hasToString("Ollama[http://localhost:11434/]");
        assertThat(there).hasToString("Ollama[http://gpu.acme.example:11434/]");
        assertThat(model.info().name()).isEqualTo("ollama/qwen3:8b");
    }

    @Test
    void settings() {
        try (LoopbackServer server = LoopbackServer.start(request ->
                Answer.of(200, "application/json", "{\"message\":{\"content\":\"Lisbon\"},\"done\":true}"))) {
            Provider model = Ollama.connect(server.url("").toString()).build().model("qwen3:8b");
            // @start region="settings"
            ModelSettings settings = ModelSettings.NONE
                    .withEffort("low")
                    .with(Ollama.KEEP_ALIVE, Json.of("10m"))
                    .with("num_ctx", Json.of(16_384));
            ChatResponse reply =
                    model.chat(ChatRequest.of("The capital of Portugal?").withSettings(settings), Call.unwatched());
            // @end
            assertThat(reply.text()).isEqualTo("Lisbon");
        }
    }

    @Test
    void pulls() {
        try (LoopbackServer server =
                LoopbackServer.start(request -> request.path().equals("/api/tags")
                        ? Answer.of(200, "application/json", "{\"models\":[]}")
                        : Answer.of(200, "application/x-ndjson", "{\"status\":\"success\"}"))) {
            Ollama ollama = Ollama.connect(server.url("").toString()).build();
            // @start region="pull"
            boolean there = ollama.models(new Cancellation()).stream()
                    .anyMatch(model -> model.name().equals("qwen3:8b"));
            if (!there) {
                ollama.pull(
                        "qwen3:8b",
                        progress -> print(progress.status() + " " + progress.completed() + " of " + progress.total()),
                        new Cancellation());
            }
            // @end
            assertThat(printed).containsExactly("success 0 of 0");
        }
    }

    @Test
    void embeds() {
        try (LoopbackServer server = LoopbackServer.start(
                request -> Answer.of(200, "application/json", "{\"embeddings\":[[1,0]],\"prompt_eval_count\":2}"))) {
            Ollama ollama = Ollama.connect(server.url("").toString()).build();
            List<String> paragraphs = List.of("Lisbon lies at the Tagus.");
            // @start region="embed"
            EmbeddingProvider model = ollama.embeddings("nomic-embed-text").retrying(Retry.DEFAULT);

            EmbeddingResponse documents = model.embed(EmbeddingRequest.documents(paragraphs), Call.unwatched());
            double near =
                    model.query("Which river?").cosine(documents.embeddings().get(0));
            // @end
            assertThat(near).isEqualTo(1);
        }
    }
}
