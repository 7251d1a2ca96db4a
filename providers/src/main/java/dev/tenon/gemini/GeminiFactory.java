package dev.tenon.gemini;

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

/** Gemini's models at Google's own address, by configuration. Thread-safe. */
@ProvidesModels(
        name = "gemini",
        about = "Gemini's generateContent, at Google's own address",
        config = GeminiFactory.Config.class,
        abilities = {
            Ability.TOOLS,
            Ability.JSON_SCHEMA,
            Ability.IMAGE_INPUT,
            Ability.AUDIO_INPUT,
            Ability.DOCUMENT_INPUT,
            Ability.THINKING
        },
        models = {
            "gemini-3-pro-preview",
            "gemini-3-flash-preview",
            "gemini-2.5-pro",
            "gemini-2.5-flash",
            "gemini-2.5-flash-lite",
            "gemini-2.0-flash"
        },
        constraints = {
            "Vertex AI needs tokens that expire, which no configuration has: Gemini.vertex(project, location).token(…)",
            "a request needs a message that is not a system message"
        })
public final class GeminiFactory
        implements ProviderFactory<GeminiFactory.Config>, EmbeddingFactory<GeminiFactory.Config> {
    /** For {@link java.util.ServiceLoader}. */
    public GeminiFactory() {}

    /** What a model needs. Immutable; {@link #toString()} shows no key and no header. */
    public record Config(
            @Description("the model's name") String model,

            @JsonProperty("api_key") @Description("the key; leave it out where the host needs none")
            Optional<String> apiKey,

            @JsonProperty("base_url") @Description("the address: everything before /models/")
            Optional<String> baseUrl,

            @JsonProperty("streams_as_arrays") @Description("whether streams come as one JSON array instead of events")
            Optional<Boolean> streamsAsArrays,

            @Description("further headers of every request") Optional<Map<String, String>> headers) {

        public Config {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(apiKey, "apiKey");
            Objects.requireNonNull(baseUrl, "baseUrl");
            Objects.requireNonNull(streamsAsArrays, "streamsAsArrays");
            Objects.requireNonNull(headers, "headers");
        }

        @Override
        public String toString() {
            return "Config[model=" + model + ", baseUrl=" + baseUrl.isPresent() + "]";
        }
    }

    @Override
    public Provider create(Config config) {
        Objects.requireNonNull(config, "config");
        return connect(config).model(config.model());
    }

    @Override
    public EmbeddingProvider createEmbeddings(Config config) {
        Objects.requireNonNull(config, "config");
        return connect(config).embeddings(config.model());
    }

    private static Gemini connect(Config config) {
        Gemini.Builder connection = config.baseUrl().map(Gemini::connect).orElseGet(Gemini::connect);
        config.apiKey().ifPresent(connection::key);
        if (config.streamsAsArrays().orElse(false)) connection.streamsAsArrays();
        config.headers().orElse(Map.of()).forEach(connection::header);
        return connection.build();
    }
}
