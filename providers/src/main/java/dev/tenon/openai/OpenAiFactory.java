package dev.tenon.openai;

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

/** Models of OpenAI's Chat Completions, and of hosts that speak it, by configuration. Thread-safe. */
@ProvidesModels(
        name = "openai",
        about = "OpenAI's Chat Completions, and the hosts that speak it",
        config = OpenAiFactory.Options.class,
        abilities = {
            Ability.TOOLS,
            Ability.JSON_SCHEMA,
            Ability.IMAGE_INPUT,
            Ability.AUDIO_INPUT,
            Ability.DOCUMENT_INPUT,
            Ability.THINKING
        },
        models = {
            "gpt-5",
            "gpt-5-mini",
            "gpt-5-nano",
            "gpt-4.1",
            "gpt-4.1-mini",
            "gpt-4.1-nano",
            "gpt-4o",
            "gpt-4o-mini"
        },
        constraints = {
            "what a host takes beside text differs: docs/providers.md has the table",
            "without base_url the address is that of the host; azure has none of its own"
        })
public final class OpenAiFactory
        implements ProviderFactory<OpenAiFactory.Options>, EmbeddingFactory<OpenAiFactory.Options> {
    /** For {@link java.util.ServiceLoader}. */
    public OpenAiFactory() {}

    /** Whose habits are followed, see {@link Dialect}. */
    public enum Host {
        @JsonProperty("openai")
        OPENAI,
        @JsonProperty("azure")
        AZURE,
        @JsonProperty("groq")
        GROQ,
        @JsonProperty("deepseek")
        DEEPSEEK,
        @JsonProperty("mistral")
        MISTRAL,
        @JsonProperty("openrouter")
        OPENROUTER,
        @JsonProperty("xai")
        XAI,
        @JsonProperty("together")
        TOGETHER,
        @JsonProperty("vllm")
        VLLM,
        @JsonProperty("lm-studio")
        LM_STUDIO,
        @JsonProperty("llama.cpp")
        LLAMA_CPP,
        @JsonProperty("ollama")
        OLLAMA,
        @JsonProperty("voyage")
        VOYAGE,
        @JsonProperty("compatible")
        COMPATIBLE
    }

    /**
     * What a model needs. Immutable; {@link #toString()} shows no key and no header.
     *
     * @param host without it that of {@code baseUrl}, and without both OpenAI itself
     */
    public record Options(
            @Description("the model's name, or the name of a deployment")
            String model,

            @JsonProperty("api_key") @Description("the key; leave it out where the host needs none")
            Optional<String> apiKey,

            @JsonProperty("base_url") @Description("the address: everything before /chat/completions")
            Optional<String> baseUrl,

            @Description("whose habits are followed; without it that of the address")
            Optional<Host> host,

            @JsonProperty("org_id") @Description("the organisation that is charged")
            Optional<String> organization,

            @JsonProperty("project_id") @Description("the project that is charged")
            Optional<String> project,

            @Description("further headers of every request") Optional<Map<String, String>> headers) {

        public Options {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(apiKey, "apiKey");
            Objects.requireNonNull(baseUrl, "baseUrl");
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(organization, "organization");
            Objects.requireNonNull(project, "project");
            Objects.requireNonNull(headers, "headers");
        }

        /**
         * The connection that is described. Nothing is sent.
         *
         * @throws IllegalArgumentException where none is
         */
        public OpenAi connect() {
            String url = baseUrl.orElse("");
            OpenAi.Builder connection = host.map(
                            named -> OpenAi.connect(dialect(named)).baseUrl(url))
                    .orElseGet(() -> url.isEmpty() ? OpenAi.connect(Dialect.OPENAI) : OpenAi.connect(url));
            apiKey.ifPresent(connection::key);
            connection.organization(organization.orElse(""));
            connection.project(project.orElse(""));
            headers.orElse(Map.of()).forEach(connection::header);
            return connection.build();
        }

        @Override
        public String toString() {
            return "Options[model=" + model + ", baseUrl=" + baseUrl.isPresent() + ", host=" + host + "]";
        }
    }

    @Override
    public Provider create(Options config) {
        Objects.requireNonNull(config, "config");
        return config.connect().model(config.model());
    }

    @Override
    public EmbeddingProvider createEmbeddings(Options config) {
        Objects.requireNonNull(config, "config");
        return config.connect().embeddings(config.model());
    }

    private static Dialect dialect(Host host) {
        return switch (host) {
            case OPENAI -> Dialect.OPENAI;
            case AZURE -> Dialect.AZURE;
            case GROQ -> Dialect.GROQ;
            case DEEPSEEK -> Dialect.DEEPSEEK;
            case MISTRAL -> Dialect.MISTRAL;
            case OPENROUTER -> Dialect.OPENROUTER;
            case XAI -> Dialect.XAI;
            case TOGETHER -> Dialect.TOGETHER;
            case VLLM -> Dialect.VLLM;
            case LM_STUDIO -> Dialect.LM_STUDIO;
            case LLAMA_CPP -> Dialect.LLAMA_CPP;
            case OLLAMA -> Dialect.OLLAMA;
            case VOYAGE -> Dialect.VOYAGE;
            case COMPATIBLE -> Dialect.COMPATIBLE;
        };
    }
}
