package dev.tenon.bedrock;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderFactory;
import dev.tenon.provider.ProvidesModels;
import dev.tenon.schema.Description;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Models on Amazon Bedrock, by configuration. Thread-safe. */
@ProvidesModels(
        name = "bedrock",
        about = "Models of many makers on Amazon Bedrock, by its Converse API",
        config = BedrockFactory.Options.class,
        abilities = {Ability.TOOLS, Ability.JSON_SCHEMA, Ability.IMAGE_INPUT, Ability.DOCUMENT_INPUT, Ability.THINKING},
        models = {
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "us.amazon.nova-2-lite-v1:0",
            "openai.gpt-oss-120b-1:0"
        },
        constraints = {
            "keys of a role expire, which no configuration tells: Bedrock.connect(region).credentials(…)",
            "what a model takes beside text, and whether it enforces a schema, differs by its maker"
        })
public final class BedrockFactory implements ProviderFactory<BedrockFactory.Options> {
    /** For {@link java.util.ServiceLoader}. */
    public BedrockFactory() {}

    /** What a model needs. Immutable; {@link #toString()} shows no key and no header. */
    public record Options(
            @Description("the model's id, an inference profile's, or an ARN")
            String model,

            @Description("for example us-east-1") String region,

            @JsonProperty("access_key_id") @Description("which keys requests are signed with")
            Optional<String> accessKeyId,

            @JsonProperty("secret_access_key") @Description("the secret that belongs to them")
            Optional<String> secretAccessKey,

            @JsonProperty("session_token") @Description("of the keys of a session")
            Optional<String> sessionToken,

            @JsonProperty("api_key") @Description("a key of Bedrock's, in place of the others")
            Optional<String> apiKey,

            @JsonProperty("base_url") @Description("the address: everything before /model/")
            Optional<String> baseUrl,

            @Description("further headers of every request") Optional<Map<String, String>> headers) {

        public Options {
            Objects.requireNonNull(model, "model");
            Objects.requireNonNull(region, "region");
            Objects.requireNonNull(accessKeyId, "accessKeyId");
            Objects.requireNonNull(secretAccessKey, "secretAccessKey");
            Objects.requireNonNull(sessionToken, "sessionToken");
            Objects.requireNonNull(apiKey, "apiKey");
            Objects.requireNonNull(baseUrl, "baseUrl");
            Objects.requireNonNull(headers, "headers");
        }

        @Override
        public String toString() {
            return "Options[model=" + model + ", region=" + region + ", baseUrl=" + baseUrl.isPresent() + "]";
        }
    }

    @Override
    public Provider create(Options config) {
        Objects.requireNonNull(config, "config");
        Bedrock.Builder connection = Bedrock.connect(config.region());
        config.apiKey().ifPresent(connection::key);
        if (config.accessKeyId().isPresent() || config.secretAccessKey().isPresent()) {
            connection.credentials(AwsCredentials.of(
                    config.accessKeyId().orElse(""),
                    config.secretAccessKey().orElse(""),
                    config.sessionToken().orElse("")));
        }
        config.baseUrl().ifPresent(connection::baseUrl);
        config.headers().orElse(Map.of()).forEach(connection::header);
        return connection.build().model(config.model());
    }
}
