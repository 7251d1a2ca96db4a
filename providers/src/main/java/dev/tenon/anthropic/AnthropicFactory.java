package dev.tenon.anthropic;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderFactory;
import dev.tenon.provider.ProvidesModels;
import dev.tenon.schema.Description;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Models of Anthropic's Messages API, and of hosts that speak it, by configuration. Thread-safe. */
@ProvidesModels(
        name = "anthropic",
        about = "Anthropic's Messages, and the hosts that speak them",
        config = AnthropicFactory.Options.class,
        abilities = {Ability.TOOLS, Ability.JSON_SCHEMA, Ability.IMAGE_INPUT, Ability.DOCUMENT_INPUT, Ability.THINKING},
        models = {
            "claude-opus-4-8",
            "claude-opus-4-6",
            "claude-opus-4-5",
            "claude-sonnet-5",
            "claude-sonnet-4-6",
            "claude-sonnet-4-5",
            "claude-haiku-4-5"
        },
        constraints = {
            "no audio and no video",
            "a temperature of 0 to 1, no seed; models since claude-opus-4-7 take no temperature at all",
            "four cache breakpoints in a request",
            "instructions stand before the conversation"
        })
public final class AnthropicFactory implements ProviderFactory<AnthropicFactory.Options> {
    /** For {@link java.util.ServiceLoader}. */
    public AnthropicFactory() {}

    /** What is kept in the prompt cache, see {@link CachePolicy}. */
    public enum Caching {
        @JsonProperty("none")
        NONE,
        @JsonProperty("prefix")
        PREFIX,
        @JsonProperty("all")
        ALL
    }

    /** How long it is kept. */
    public enum Kept {
        @JsonProperty("5m")
        FIVE_MINUTES,
        @JsonProperty("1h")
        ONE_HOUR
    }

    /** What a model needs. Immutable; {@link #toString()} shows no key and no header. */
    public record Options(
            @Description("the model's name") String model,

            @JsonProperty("api_key") @Description("the key; leave it out where the host needs none")
            Optional<String> apiKey,

            @JsonProperty("auth_token") @Description("a bearer token, in place of a key: of gateways")
            Optional<String> authToken,

            @JsonProperty("base_url") @Description("the address: everything before /v1/messages")
            Optional<String> baseUrl,

            @Description("betas that every request takes part in")
            Optional<List<String>> betas,

            @Description("what is kept in the prompt cache; without it nothing but what is marked by hand")
            Optional<Caching> caching,

            @JsonProperty("cache_ttl")
            @Description("how long the cache keeps it; without it the host's own five minutes")
            Optional<Kept> cacheTtl,

            @JsonProperty("strict_tools") @Description("whether the host enforces the schemas of tools")
            Optional<Boolean> strictTools,

            @Description("how often a turn that the host has paused goes on by itself")
            Optional<Integer> pauses,

            @Description("further headers of every request") Optional<Map<String, String>> headers) {

        public Options {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(apiKey, "apiKey");
            Objects.requireNonNull(authToken, "authToken");
            Objects.requireNonNull(baseUrl, "baseUrl");
            Objects.requireNonNull(betas, "betas");
            Objects.requireNonNull(caching, "caching");
            Objects.requireNonNull(cacheTtl, "cacheTtl");
            Objects.requireNonNull(strictTools, "strictTools");
            Objects.requireNonNull(pauses, "pauses");
            Objects.requireNonNull(headers, "headers");
        }

        @Override
        public String toString() {
            return "Options[model=" + model + ", baseUrl=" + baseUrl.isPresent() + ", caching=" + caching + "]";
        }
    }

    @Override
    public Provider create(Options config) {
        Objects.requireNonNull(config, "config");
        if (config.apiKey().isPresent() && config.authToken().isPresent()) {
            throw new IllegalArgumentException("there is an api_key and an auth_token too: leave one of them out");
        }
        Anthropic.Builder connection = config.baseUrl().map(Anthropic::connect).orElseGet(Anthropic::connect);
        config.apiKey().ifPresent(connection::key);
        config.authToken().ifPresent(token -> connection.token(() -> token));
        connection.betas(config.betas().orElse(List.of()).toArray(String[]::new));
        connection.caching(caching(config));
        if (config.strictTools().orElse(false)) connection.strictTools();
        config.pauses().ifPresent(connection::pauses);
        config.headers().orElse(Map.of()).forEach(connection::header);
        return connection.build().model(config.model());
    }

    private static CachePolicy caching(Options config) {
        CachePolicy policy = config.caching().map(AnthropicFactory::policy).orElse(CachePolicy.NONE);
        return config.cacheTtl().map(kept -> policy.withTtl(ttl(kept))).orElse(policy);
    }

    private static CachePolicy policy(Caching caching) {
        return switch (caching) {
            case NONE -> CachePolicy.NONE;
            case PREFIX -> CachePolicy.PREFIX;
            case ALL -> CachePolicy.ALL;
        };
    }

    private static String ttl(Kept kept) {
        return switch (kept) {
            case FIVE_MINUTES -> "5m";
            case ONE_HOUR -> "1h";
        };
    }
}
