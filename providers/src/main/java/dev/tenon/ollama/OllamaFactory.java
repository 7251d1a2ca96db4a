package dev.tenon.ollama;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.provider.EmbeddingFactory;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderFactory;
import dev.tenon.provider.ProvidesModels;
import dev.tenon.schema.Description;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Ollama's models by its own API, by configuration. Thread-safe. */
@ProvidesModels(
        name = "ollama",
        about = "Models on this machine or another, by Ollama's own API",
        config = OllamaFactory.Options.class,
        abilities = {Ability.TOOLS, Ability.JSON_SCHEMA, Ability.IMAGE_INPUT, Ability.THINKING},
        models = {"qwen3", "llama3.2", "gemma3", "gpt-oss", "mistral-small3.2", "deepseek-r1"},
        constraints = {
            "a model must have been fetched before: ollama pull, or Ollama.pull(…)",
            "a tool call cannot be required",
            "images only as bytes; no audio, no video, no documents but text"
        })
public final class OllamaFactory
        implements ProviderFactory<OllamaFactory.Options>, EmbeddingFactory<OllamaFactory.Options> {
    /** For {@link java.util.ServiceLoader}. */
    public OllamaFactory() {}

    /** What a model needs. Immutable; {@link #toString()} shows no key and no header. */
    public record Options(
            @Description("the model's name, for example qwen3:8b")
            String model,

            @JsonProperty("base_url") @Description("the address: everything before /api/chat; without it this machine")
            Optional<String> baseUrl,

            @JsonProperty("api_key")
            @Description("the key of ollama.com or of a proxy; an Ollama of one's own needs none")
            Optional<String> apiKey,

            @Description("further headers of every request") Optional<Map<String, String>> headers) {

        public Options {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(baseUrl, "baseUrl");
            Objects.requireNonNull(apiKey, "apiKey");
            Objects.requireNonNull(headers, "headers");
        }

        @Override
        public String toString() {
            return "Options[model=" + model + ", baseUrl=" + baseUrl.isPresent() + "]";
        }
    }

    @Override
    public Provider create(Options config) {
        Objects.requireNonNull(config, "config");
        return connect(config).model(config.model());
    }

    @Override
    public EmbeddingProvider createEmbeddings(Options config) {
        Objects.requireNonNull(config, "config");
        return connect(config).embeddings(config.model());
    }

    private static Ollama connect(Options config) {
        Ollama.Builder connection = config.baseUrl().map(Ollama::connect).orElseGet(Ollama::connect);
        config.apiKey().ifPresent(connection::key);
        config.headers().orElse(Map.of()).forEach(connection::header);
        return connection.build();
    }
}
