package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.bedrock.AwsCredentials;
import dev.tenon.bedrock.Bedrock;
import dev.tenon.http.HttpClient;
import dev.tenon.json.Json;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.wire.BinaryEvents;
import dev.tenon.wire.FaultContract;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a call of Anthropic's Messages through Bedrock's {@code invoke} when the host or the way to it is not well. */
class InvokeFaultsTest extends FaultContract {
    private final FaultsTest direct = new FaultsTest();

    @Override
    protected Provider provider(String url, HttpClient http) {
        Bedrock bedrock = Bedrock.connect("us-east-1")
                .baseUrl(url)
                .credentials(AwsCredentials.of("AKIDEXAMPLE", "secret-access-key"))
                .http(http)
                .build();
        return Anthropic.connect(bedrock).build().model("m");
    }

    @Override
    protected Framing framing() {
        return Framing.binary(json -> {
            Json.Obj event = Json.parse(json).asObj();
            if (event.has("serviceUnavailableException")) {
                return BinaryEvents.exception(
                        "serviceUnavailableException",
                        event.get("serviceUnavailableException").orElseThrow().toString());
            }
            String base64 = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
            return BinaryEvents.event("chunk", "{\"bytes\":\"" + base64 + "\",\"p\":\"abc\"}");
        });
    }

    @Override
    protected boolean streamed(LoopbackServer.Request request) {
        return request.path().endsWith("/invoke-with-response-stream");
    }

    @Override
    protected String host() {
        return "bedrock";
    }

    @Override
    protected String answer() {
        return direct.answer();
    }

    @Override
    protected String whole() {
        return direct.whole();
    }

    @Override
    protected String begin() {
        return direct.begin();
    }

    @Override
    protected String text(String piece) {
        return direct.text(piece);
    }

    @Override
    protected String finish() {
        return direct.finish();
    }

    @Override
    protected String overloaded() {
        return "{\"__type\":\"com.amazon.coral.service#ServiceUnavailableException\",\"message\":\"Too much\"}";
    }

    @Override
    protected List<String> errorsInStream() {
        return List.of(
                "data: {\"serviceUnavailableException\":{\"message\":\"Too much\"}}\n\n",
                "data: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Too much\"}}\n\n");
    }

    @Test
    void aMessageThatIsDamagedAnywhereIsNotTaken() {
        byte[] begin = framing().bytes().apply(chunk("One "));
        byte[] more = framing().bytes().apply(text("two"));
        for (int at = 0; at < more.length; at++) {
            byte[] damaged = more.clone();
            damaged[at] ^= 1;
            ProviderException e = failure(Answer.chunked(
                    200,
                    framing().contentType(),
                    List.of(begin, damaged, framing().bytes().apply(finish()))));
            assertThat(e.kind()).as("byte %d", at).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e.partial().orElseThrow().text()).as("byte %d", at).isEqualTo("One ");
        }
    }
}
