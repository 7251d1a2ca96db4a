package dev.tenon.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Provider;
import org.junit.jupiter.api.Test;

/** The code of the Javadoc and of {@code docs/bedrock.md}. */
class ExamplesTest {
    @Test
    void thePageShowsWhatRunsHere() {
        assertThat(Docs.examplesStandIn("bedrock.md", ExamplesTest.class)).isPositive();
    }

    @Test
    void connects() {
        String accessKeyId = "AKIDEXAMPLE";
        String secretAccessKey = "secret-access-key";
        // @start region="connect"
        AwsCredentials keys = AwsCredentials.of(accessKeyId, secretAccessKey);
        Bedrock bedrock =
                Bedrock.connect("eu-central-1").credentials(() -> keys).build();
        Provider model = bedrock.model("eu.anthropic.claude-sonnet-4-5-20250929-v1:0");
        // @end
        assertThat(bedrock).hasToString("Bedrock[eu-central-1, https://bedrock-runtime.eu-central-1.amazonaws.com/]");
        assertThat(model.info().name()).isEqualTo("bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0");
    }

    @Test
    void settings() {
        // @start region="settings"
        ModelSettings settings = ModelSettings.NONE
                .withMaxOutputTokens(4096)
                .with(
                        "thinking",
                        Json.object()
                                .put("type", "enabled")
                                .put("budget_tokens", 2048)
                                .build())
                .with("performanceConfig", Json.object("latency", "optimized"));
        // @end
        assertThat(settings.extra()).hasSize(3);
    }
}
