package dev.tenon.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.io.ByteArrayOutputStream;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/providers.md} on Gemini, run. */
class ExamplesTest {
    @Test
    void connections() {
        String key = "AIza-test";
        Supplier<String> credentials = () -> "ya29.test";
        // @start region="connect"
        Gemini gemini = Gemini.connect().key(key).build();
        Gemini vertex =
                Gemini.vertex("acme-prod", "europe-west4").token(credentials).build();
        Gemini proxied = Gemini.connect("https://llm.acme.example/v1beta")
                .key(key)
                .streamsAsArrays()
                .build();
        // @end
        assertThat(gemini).hasToString("Gemini[gemini, https://generativelanguage.googleapis.com/v1beta]");
        assertThat(vertex)
                .hasToString(
                        "Gemini[vertex-ai, https://europe-west4-aiplatform.googleapis.com/v1beta1/projects/acme-prod"
                                + "/locations/europe-west4]");
        assertThat(proxied).hasToString("Gemini[gemini, https://llm.acme.example/v1beta]");
    }

    @Test
    void settings() {
        ModelSettings settings = ModelSettings.NONE
                .withEffort("low")
                .with("thinkingConfig", Json.object("includeThoughts", true))
                .with(Gemini.CACHED_CONTENT, Json.of("cachedContents/handbook"))
                .with(Gemini.HOST_TOOLS, Json.parse("[{\"googleSearch\":{}}]"));

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new GenerateRequest(
                        Platform.GEMINI_API,
                        "models/gemini-2.5-flash",
                        ChatRequest.of("Hi").withSettings(settings),
                        Call.unwatched())
                .write(out);
        assertThat(Json.parse(out.toByteArray()).asObj().members().keySet())
                .containsExactlyInAnyOrder("contents", "tools", "generationConfig", "cachedContent");
    }

    @Test
    void counting() {
        try (LoopbackServer server =
                LoopbackServer.start(request -> Answer.of(200, "application/json", "{\"totalTokens\": 5}"))) {
            Gemini gemini = Gemini.connect(server.url("/v1beta").toString()).build();
            long tokens = gemini.countTokens("gemini-2.5-flash", ChatRequest.of("Tell me a story"), new Cancellation());
            assertThat(tokens).isEqualTo(5);
        }
    }
}
