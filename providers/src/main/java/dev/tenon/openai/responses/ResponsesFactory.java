package dev.tenon.openai.responses;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.openai.OpenAi;
import dev.tenon.openai.OpenAiFactory;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderFactory;
import dev.tenon.provider.ProvidesModels;
import dev.tenon.schema.Description;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Models of OpenAI's Responses API, and of hosts that speak it, by configuration. Thread-safe. */
@ProvidesModels(
        name = "openai-responses",
        about = "OpenAI's Responses, and the hosts that speak them",
        config = ResponsesFactory.Options.class,
        abilities = {Ability.TOOLS, Ability.JSON_SCHEMA, Ability.IMAGE_INPUT, Ability.DOCUMENT_INPUT, Ability.THINKING},
        models = {"gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1", "gpt-4.1-nano", "gpt-4o", "o3-mini"},
        constraints = {
            "no audio and no video",
            "no stop sequences and no seed",
            "without base_url the address is that of the host; azure has none of its own"
        })
public final class ResponsesFactory implements ProviderFactory<ResponsesFactory.Options> {
    /** For {@link java.util.ServiceLoader}. */
    public ResponsesFactory() {}

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

            @JsonProperty("base_url") @Description("the address: everything before /responses")
            Optional<String> baseUrl,

            @Description("whose habits are followed; without it that of the address")
            Optional<OpenAiFactory.Host> host,

            @JsonProperty("org_id") @Description("the organisation that is charged")
            Optional<String> organization,

            @JsonProperty("project_id") @Description("the project that is charged")
            Optional<String> project,

            @Description("whether the host keeps the conversation, and requests go on from its last reply")
            Optional<Boolean> remembering,

            @Description("further headers of every request") Optional<Map<String, String>> headers) {

        public Options {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(apiKey, "apiKey");
            Objects.requireNonNull(baseUrl, "baseUrl");
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(organization, "organization");
            Objects.requireNonNull(project, "project");
            Objects.requireNonNull(remembering, "remembering");
            Objects.requireNonNull(headers, "headers");
        }

        @Override
        public String toString() {
            return "Options[model=" + model + ", baseUrl=" + baseUrl.isPresent() + ", host=" + host + "]";
        }
    }

    @Override
    public Provider create(Options config) {
        Objects.requireNonNull(config, "config");
        OpenAi connection = new OpenAiFactory.Options(
                        config.model(),
                        config.apiKey(),
                        config.baseUrl(),
                        config.host(),
                        config.organization(),
                        config.project(),
                        config.headers())
                .connect();
        OpenAiResponses responses = OpenAiResponses.on(connection);
        return (config.remembering().orElse(false) ? responses.remembering() : responses).model(config.model());
    }
}
