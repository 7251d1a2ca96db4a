package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.bedrock.AwsCredentials;
import dev.tenon.bedrock.Bedrock;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Anthropic's Messages through Bedrock's {@code invoke}. */
class BedrockInvokeTest {
    private final List<LoopbackServer.Request> asked = new ArrayList<>();

    private static Anthropic connect(LoopbackServer server) {
        Bedrock bedrock = Bedrock.connect("us-east-1")
                .baseUrl(server.url("").toString())
                .credentials(AwsCredentials.of("AKIDEXAMPLE", "secret-access-key"))
                .build();
        return Anthropic.connect(bedrock).betas("a-2025").build();
    }

    private LoopbackServer server(Answer answer) {
        return LoopbackServer.start(request -> {
            asked.add(request);
            return answer;
        });
    }

    @Test
    void theModelStandsInTheAddressAndVersionsInTheBody() {
        try (LoopbackServer server = server(Answer.of(
                200,
                "application/json",
                "{\"id\":\"m1\",\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}],\"stop_reason\":\"end_turn\",\"usage\":"
                    + "{\"input_tokens\":3,\"output_tokens\":2}}"))) {
            Provider model = connect(server).model("us.anthropic.claude-sonnet-4-5-v1:0");
            ChatRequest request = ChatRequest.of("Hi")
                    .withSettings(
                            ModelSettings.NONE.withMaxOutputTokens(64).with(Anthropic.BETAS, Json.array("b-2025")));

            assertThat(model.chat(request, Call.unwatched()).text()).isEqualTo("Hello");
            assertThat(asked.get(0).path()).isEqualTo("/model/us.anthropic.claude-sonnet-4-5-v1%3A0/invoke");
            assertThat(asked.get(0).header("authorization").orElseThrow()).startsWith("AWS4-HMAC-SHA256 ");
            assertThat(asked.get(0).header("x-api-key")).isEmpty();
            assertThat(Json.parse(asked.get(0).text()))
                    .isEqualTo(Json.parse(
                            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}],"
                                    + "\"max_tokens\":64,\"anthropic_version\":\"bedrock-2023-05-31\","
                                    + "\"anthropic_beta\":[\"a-2025\",\"b-2025\"]}"));
        }
    }

    @Test
    void eventsInEventsAreRead() {
        String events = Stream.of(
                        "{\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}",
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                        "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}",
                        "{\"type\":\"content_block_stop\",\"index\":0}",
                        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}",
                        "{\"type\":\"message_stop\"}")
                .map(event -> "data: {\"bytes\":\""
                        + Base64.getEncoder().encodeToString(event.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        + "\"}\n\n")
                .reduce("", String::concat);
        try (LoopbackServer server = server(Answer.of(200, "text/event-stream", events))) {
            List<Object> deltas = new ArrayList<>();
            Call call = Call.watched(new Cancellation(), deltas::add, notice -> {});

            assertThat(connect(server)
                            .model("m")
                            .chat(ChatRequest.of("Hi"), call)
                            .text())
                    .isEqualTo("Hello");
            assertThat(deltas).hasSize(1);
            assertThat(asked.get(0).path()).isEqualTo("/model/m/invoke-with-response-stream");
            assertThat(Json.parse(asked.get(0).text()).at("/stream")).isEmpty();
        }
        try (LoopbackServer server = server(Answer.of(200, "text/event-stream", "data: {\"bytes\":\"*\"}\n\n"))) {
            Call call = Call.watched(new Cancellation(), delta -> {}, notice -> {});
            assertThatThrownBy(() -> connect(server).model("m").chat(ChatRequest.of("Hi"), call))
                    .isInstanceOf(ProviderException.class)
                    .hasMessage("bedrock: the stream ended without an answer");
        }
    }

    @Test
    void tokensAreNotCountedThere() {
        try (LoopbackServer server = server(Answer.of(200, "application/json", "{}"))) {
            Anthropic anthropic = connect(server);
            assertThat(anthropic.toString()).startsWith("Anthropic[Bedrock[us-east-1, http://127.0.0.1:");
            assertThatThrownBy(() -> anthropic.countTokens("m", ChatRequest.of("Hi"), new Cancellation()))
                    .hasMessage("Bedrock's invoke counts no tokens");
        }
    }
}
