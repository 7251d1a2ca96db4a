package dev.tenon.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.http.HttpClient;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.wire.FaultContract;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With streams in the frame of server-sent events, as proxies carry them; {@link EventStreamTest} has those of Amazon's own form. */
class FaultsTest extends FaultContract {
    @Override
    protected Provider provider(String url, HttpClient http) {
        return Bedrock.connect("us-east-1")
                .baseUrl(url)
                .credentials(AwsCredentials.of("AKIDEXAMPLE", "secret-access-key", "session-token"))
                .http(http)
                .build()
                .model("m");
    }

    @Override
    protected String host() {
        return "bedrock";
    }

    @Override
    protected String answer() {
        return "output";
    }

    @Override
    protected String id() {
        return "";
    }

    @Override
    protected boolean streamed(LoopbackServer.Request request) {
        return request.path().endsWith("/converse-stream");
    }

    @Override
    protected String whole() {
        return "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Hello\"}]}},\"stopReason\":\"end_turn\","
            + "\"usage\":{\"inputTokens\":3,\"outputTokens\":2,\"totalTokens\":5}}";
    }

    @Override
    protected String begin() {
        return "data: {\"messageStart\":{\"role\":\"assistant\"}}\n\n";
    }

    @Override
    protected String text(String piece) {
        return "data: {\"contentBlockDelta\":{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + piece + "\"}}}\n\n";
    }

    @Override
    protected String finish() {
        return "data: {\"messageStop\":{\"stopReason\":\"end_turn\"}}\n\n"
                + "data: {\"metadata\":{\"usage\":{\"inputTokens\":3,\"outputTokens\":2,\"totalTokens\":5}}}\n\n";
    }

    @Override
    protected String overloaded() {
        return "{\"__type\":\"com.amazon.coral.service#ServiceUnavailableException\",\"message\":\"Too much\"}";
    }

    @Override
    protected List<String> errorsInStream() {
        return List.of(
                "data: " + overloaded() + "\n\n",
                "data: {\"serviceUnavailableException\":{\"message\":\"Too much\"}}\n\n",
                overloaded() + "\n\n");
    }

    @Test
    void aNameInAHeaderSaysMoreThanTheStatus() {
        for (var named : java.util.Map.of(
                        "ThrottlingException", Kind.RATE_LIMITED,
                        "ServiceQuotaExceededException:http://internal.amazon.com/coral/", Kind.QUOTA_EXCEEDED,
                        "ModelNotReadyException", Kind.OVERLOADED,
                        "UnrecognizedClientException", Kind.AUTHENTICATION,
                        "AccessDeniedException", Kind.PERMISSION)
                .entrySet()) {
            ProviderException e = failure(Answer.of(400, "application/json", "{\"Message\":\"No.\"}")
                    .withHeader("x-amzn-errortype", named.getKey())
                    .withHeader("x-amzn-requestid", "r-1"));
            assertThat(e.kind()).as(named.getKey()).isEqualTo(named.getValue());
            assertThat(e).hasMessage("bedrock answered 400: No. (request r-1)");
            assertThat(e.reported().string("type").orElseThrow()).doesNotContain(":");
        }
    }

    @Test
    void whatTheHostQuotesOfTheKeysIsTakenOut() {
        ProviderException e = failure(Answer.of(
                403,
                "application/json",
                "{\"message\":\"The canonical string should have been x-amz-security-token:session-token\"}"));
        assertThat(e.getMessage()).doesNotContain("session-token:session-token").contains("[redacted]");
        assertThat(e.reported().toString()).contains("[redacted]");
    }
}
