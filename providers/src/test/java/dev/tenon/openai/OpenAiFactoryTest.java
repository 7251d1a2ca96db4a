package dev.tenon.openai;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ConfigException;
import dev.tenon.provider.FactoryInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.testing.ModelServer;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class OpenAiFactoryTest {
    private static final String SECRET = "sk-very-secret-0123456789";

    private final ProviderRegistry registry = ProviderRegistry.discover();

    @Test
    void isFoundWithAllThatIsKnownOfIt() {
        FactoryInfo info = registry.factory("openai");

        assertThat(info.abilities()).contains(Ability.TOOLS);
        assertThat(info.models()).contains("gpt-5-mini");
        assertThat(info.constraints()).isNotEmpty();
        assertThat(info.config().json().at("/properties/api_key/description"))
                .contains(Json.of("the key; leave it out where the host needs none"));
    }

    @Test
    void asksTheHostThatIsConfigured() {
        try (ModelServer server = ModelServer.start(asked -> reply("You said: ", asked.lastUserText()))
                .requiring(SECRET)) {
            String url = server.url("/v1").toString();
            Properties properties = new Properties();
            properties.setProperty("model", "any");
            properties.setProperty("base_url", url);
            properties.setProperty("api_key", SECRET);
            Json json = Json.object("model", "any").with("base_url", url).with("api_key", SECRET);
            Map<String, String> env = Map.of(
                    "OPENAI_MODEL", "any", "OPENAI_BASE_URL", url, "OPENAI_API_KEY", SECRET, "OPENAI_LOG", "debug");

            for (Provider model : new Provider[] {
                registry.create("openai", json),
                registry.create("openai", properties),
                registry.createFromEnv("openai", env)
            }) {
                assertThat(model.chat(ChatRequest.of("Hello"), Call.unwatched()).text())
                        .isEqualTo("You said: Hello");
            }
        }
    }

    @Test
    void theHostDecidesWhoseHabitsAreFollowed() {
        Json groq = Json.object("model", "llama").with("host", "groq");
        Json local = Json.object("model", "llama").with("base_url", "http://localhost:11434/v1");

        assertThat(registry.create("openai", groq).info().provider()).isEqualTo("groq");
        assertThat(registry.create("openai", local).info().provider()).isEqualTo("ollama");
        assertThat(registry.create("openai", Json.object("model", "gpt-5"))
                        .info()
                        .window())
                .isEqualTo(400_000);
        assertThatThrownBy(() ->
                        registry.create("openai", Json.object("model", "m").with("host", "azure")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no address of its own");
    }

    @Test
    void aSecretIsNeverShown() {
        for (Json config : new Json[] {
            Json.object("api_key", SECRET),
            Json.object("model", "m").with("host", SECRET),
            Json.object("model", "m").with("headers", SECRET),
            Json.object("model", "m").with("base_url", "no url " + SECRET),
            Json.object("model", "m").with("headers", Json.object("X\n", SECRET)),
            Json.object("model", "m").with("api_key", SECRET + "\n" + SECRET)
        }) {
            try {
                Provider model = registry.create("openai", config);
                assertThat(model.toString()).doesNotContain(SECRET);
            } catch (ConfigException | IllegalArgumentException e) {
                assertThat(e.toString()).doesNotContain(SECRET);
            }
        }
    }
}
