package dev.tenon.wire;

import static dev.tenon.testing.Reply.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ConfigException;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.FactoryInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.WordVectors;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What every factory of this module does: found with all that is known of it, made by name from JSON, properties and the environment, and silent about keys. */
public abstract class FactoryContract {
    /** Long enough to be found anywhere. */
    protected static final String SECRET = "sk-very-secret-0123456789";

    /** What is found without any factory being made. */
    protected final ProviderRegistry registry = ProviderRegistry.discover();

    private final String name;

    /** Of the factory of this name. */
    protected FactoryContract(String name) {
        this.name = name;
    }

    /** The base URL of a server at this address, as the configuration has it. */
    protected String baseUrl(ModelServer server) {
        return server.url("/v1").toString();
    }

    /** A model at a server, by these members. */
    protected final Provider create(Json.Obj config) {
        return registry.create(name, config);
    }

    @Test
    void isFoundWithAllThatIsKnownOfIt() {
        FactoryInfo info = registry.factory(name);

        assertThat(info.about()).isNotEmpty();
        assertThat(info.abilities()).contains(Ability.TOOLS, Ability.JSON_SCHEMA);
        assertThat(info.models()).isNotEmpty();
        assertThat(info.constraints()).isNotEmpty();
        Json properties = info.config().json().at("/properties").orElseThrow();
        assertThat(properties.asObj().members().keySet()).contains("model", "api_key", "base_url", "headers");
        properties
                .asObj()
                .forEach((member, schema) ->
                        assertThat(schema.at("/description")).as(member).isPresent());
    }

    @Test
    void asksTheHostThatIsConfigured() {
        try (ModelServer server = ModelServer.start(asked -> words("You said: " + asked.lastUserText()))
                .requiring(SECRET)) {
            Map<String, String> config = new LinkedHashMap<>();
            config.put("model", "any");
            config.put("base_url", baseUrl(server));
            config.put("api_key", SECRET);
            Json.Obj json = Json.Obj.EMPTY;
            Properties properties = new Properties();
            Map<String, String> env = new LinkedHashMap<>();
            for (Map.Entry<String, String> member : config.entrySet()) {
                json = json.with(member.getKey(), member.getValue());
                properties.setProperty(member.getKey(), member.getValue());
                env.put((name.replace('-', '_') + "_" + member.getKey()).toUpperCase(Locale.ROOT), member.getValue());
            }
            env.put(name.replace('-', '_').toUpperCase(Locale.ROOT) + "_LOG", "debug");

            for (Provider model : new Provider[] {
                registry.create(name, json), registry.create(name, properties), registry.createFromEnv(name, env)
            }) {
                assertThat(model.chat(ChatRequest.of("Hello"), Call.unwatched()).text())
                        .isEqualTo("You said: Hello");
                assertThat(model.info().price())
                        .as("another host has other prices")
                        .isEmpty();
            }
        }
    }

    /** Whether the host has models of embeddings. */
    protected boolean embeds() {
        return false;
    }

    @Test
    void embeddingsComeByTheSameConfiguration() {
        assertThat(registry.factory(name).embeddings()).isEqualTo(embeds());
        if (!embeds()) {
            assertThatThrownBy(() -> registry.createEmbeddings(name, Json.object("model", "m")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the provider \"" + name
                            + "\" makes no embeddings; those that do are cohere, gemini, ollama, openai");
            return;
        }
        try (ModelServer server = ModelServer.start().requiring(SECRET)) {
            String prefix = name.toUpperCase(Locale.ROOT);
            Properties properties = new Properties();
            properties.putAll(Map.of("model", "any", "base_url", baseUrl(server), "api_key", SECRET));
            Map<String, String> env = Map.of(
                    prefix + "_MODEL", "any", prefix + "_BASE_URL", baseUrl(server), prefix + "_API_KEY", SECRET);
            Json.Obj json = Json.object("model", "any")
                    .with("base_url", baseUrl(server))
                    .with("api_key", SECRET);
            for (EmbeddingProvider model : new EmbeddingProvider[] {
                registry.createEmbeddings(name, json),
                registry.createEmbeddings(name, properties),
                registry.createEmbeddingsFromEnv(name, env)
            }) {
                assertThat(model.query("Which river?")).isEqualTo(new WordVectors().query("Which river?"));
                assertThat(model.toString()).doesNotContain(SECRET);
            }
        }
        assertThatThrownBy(() -> registry.createEmbeddings(name, Json.object("modell", SECRET)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("modell")
                .message()
                .doesNotContain(SECRET);
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> create(Json.object("modell", "m")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("modell");
        assertThatThrownBy(() -> create(Json.object("model", 7)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("$.model");
        assertThatThrownBy(() -> create(Json.object("model", " "))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecretIsNeverShown() {
        for (Json.Obj config : new Json.Obj[] {
            Json.object("api_key", SECRET),
            Json.object("model", "m").with("api_key", SECRET),
            Json.object("model", "m").with("host", SECRET),
            Json.object("model", "m").with("headers", SECRET),
            Json.object("model", "m").with("base_url", "no url " + SECRET),
            Json.object("model", "m").with("base_url", "https://host.example/v1?key=" + SECRET),
            Json.object("model", "m").with("base_url", "https://user:" + SECRET + "@host.example/v1"),
            Json.object("model", "m").with("headers", Json.object("X\n", SECRET)),
            Json.object("model", "m").with("headers", Json.object("X-Key", SECRET)),
            Json.object("model", "m").with("api_key", SECRET + "\n" + SECRET)
        }) {
            try {
                assertThat(create(config).toString()).doesNotContain(SECRET);
            } catch (ConfigException | IllegalArgumentException e) {
                assertThat(e.toString()).doesNotContain(SECRET);
            }
        }
    }
}
