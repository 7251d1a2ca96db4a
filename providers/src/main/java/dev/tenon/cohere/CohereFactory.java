package dev.tenon.cohere;

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

/** Cohere's models, by configuration. Thread-safe. */
@ProvidesModels(
        name = "cohere",
        about = "Cohere's models, by its v2 API",
        config = CohereFactory.Options.class,
        abilities = {Ability.TOOLS, Ability.JSON_SCHEMA, Ability.IMAGE_INPUT, Ability.THINKING},
        models = {
            "command-a-03-2025",
            "command-a-plus-05-2026",
            "command-a-reasoning-08-2025",
            "command-a-vision-07-2025",
            "command-r7b-12-2024"
        },
        constraints = {
            "a schema for the answer is not enforced together with tools or documents",
            "no audio, no video, no documents but text"
        })
public final class CohereFactory
        implements ProviderFactory<CohereFactory.Options>, EmbeddingFactory<CohereFactory.Options> {
    /** For {@link java.util.ServiceLoader}. */
    public CohereFactory() {}

    /** What a model needs. Immutable; {@link #toString()} shows no key and no header. */
    public record Options(
            @Description("the model's name") String model,

            @JsonProperty("api_key") @Description("the key; leave it out where the host needs none")
            Optional<String> apiKey,

            @JsonProperty("base_url") @Description("the address: everything before /chat, with the version")
            Optional<String> baseUrl,

            @Description("further headers of every request") Optional<Map<String, String>> headers) {

        public Options {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(apiKey, "apiKey");
            Objects.requireNonNull(baseUrl, "baseUrl");
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

    private static Cohere connect(Options config) {
        Cohere.Builder connection = config.baseUrl().map(Cohere::connect).orElseGet(Cohere::connect);
        config.apiKey().ifPresent(connection::key);
        config.headers().orElse(Map.of()).forEach(connection::header);
        return connection.build();
    }
}
