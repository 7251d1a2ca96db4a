package dev.tenon.gemini;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ConfigException;
import dev.tenon.provider.FactoryInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ModelServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GeminiFactoryTest {
    private static final String SECRET = "AIza-very-secret-0123456789";

    private final ProviderRegistry registry = ProviderRegistry.discover();

    @Test
    void isFoundWithAllThatIsKnownOfIt() {
        FactoryInfo info = registry.factory("gemini");

        assertThat(info.models()).contains("gemini-2.5-flash");
        assertThat(info.constraints()).isNotEmpty();
        assertThat(info.config().json().at("/properties/base_url/description"))
                .contains(Json.of("the address: everything before /models/"));
    }

    @Test
    void asksTheHostThatIsConfigured() {
        try (ModelServer server = ModelServer.start(asked -> reply("You said: ", asked.lastUserText()))
                .requiring(SECRET)) {
            String url = server.url("/v1beta").toString();
            Json json = Json.object("model", "any")
                    .with("base_url", url)
                    .with("api_key", SECRET)
                    .with("streams_as_arrays", true);
            Map<String, String> env = Map.of("GEMINI_MODEL", "any", "GEMINI_BASE_URL", url, "GEMINI_API_KEY", SECRET);

            for (Provider model :
                    new Provider[] {registry.create("gemini", json), registry.createFromEnv("gemini", env)}) {
                Call watched = Call.watched(new Cancellation(), delta -> {}, notice -> {});
                assertThat(model.chat(ChatRequest.of("Hello"), watched).text()).isEqualTo("You said: Hello");
            }
            assertThat(server.requests())
                    .extracting(asked -> asked.wire().orElseThrow().path())
                    .containsExactly(
                            "/v1beta/models/any:streamGenerateContent",
                            "/v1beta/models/any:streamGenerateContent?alt=sse");
        }
    }

    @Test
    void aSecretIsNeverShown() {
        for (Json config : new Json[] {
            Json.object("api_key", SECRET),
            Json.object("model", "m").with("headers", SECRET),
            Json.object("model", "m").with("base_url", "no url " + SECRET),
            Json.object("model", "m").with("base_url", "https://host.example/v1?key=" + SECRET),
            Json.object("model", "m").with("headers", Json.object("X\n", SECRET)),
            Json.object("model", "m").with("api_key", SECRET + "\n" + SECRET)
        }) {
            try {
                assertThat(registry.create("gemini", config).toString()).doesNotContain(SECRET);
            } catch (ConfigException | IllegalArgumentException e) {
                assertThat(e.toString()).doesNotContain(SECRET);
            }
        }
    }
}
