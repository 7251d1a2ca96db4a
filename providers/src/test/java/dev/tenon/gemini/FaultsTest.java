package dev.tenon.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.http.HttpClient;
import dev.tenon.provider.Call;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Ending;
import dev.tenon.wire.FaultContract;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultsTest extends FaultContract {
    @Override
    protected Provider provider(String url, HttpClient http) {
        return Gemini.connect(url)
                .key("AIza0123456789abcdef")
                .http(http)
                .build()
                .model("m");
    }

    @Override
    protected String host() {
        return "gemini";
    }

    @Override
    protected String answer() {
        return "candidates";
    }

    @Override
    protected String whole() {
        return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hello\"}],\"role\":\"model\"},\"finishReason\":\"STOP\","
            + "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2,\"totalTokenCount\":5},"
            + "\"modelVersion\":\"m1\",\"responseId\":\"c1\"}";
    }

    @Override
    protected String begin() {
        return "";
    }

    private static String item(String piece) {
        return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"" + piece
                + "\"}],\"role\":\"model\"}}],\"responseId\":\"c1\"}";
    }

    private static final String LAST =
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]},\"finishReason\":\"STOP\"}],\"responseId\":\"c1\"}";

    @Override
    protected String text(String piece) {
        return "data: " + item(piece) + "\n\n";
    }

    @Override
    protected String finish() {
        return "data: " + LAST + "\n\n";
    }

    @Override
    protected String overloaded() {
        return "{\"error\":{\"code\":503,\"message\":\"Too much\",\"status\":\"UNAVAILABLE\"}}";
    }

    /** Vertex AI ends a stream with a bare object, over several lines. */
    @Override
    protected List<String> errorsInStream() {
        List<String> errors = new ArrayList<>(super.errorsInStream());
        errors.add("{\n"
                + "  \"error\": {\n"
                + "    \"code\": 503,\n"
                + "    \"message\": \"Too much\",\n"
                + "    \"status\": \"UNAVAILABLE\"\n"
                + "  }\n"
                + "}\n");
        errors.add("\r\n{\r\n  \"error\": {\"code\": 503, \"message\": \"Too much\"}\r\n}");
        return errors;
    }

    @Override
    protected boolean streamed(LoopbackServer.Request request) {
        return request.path().contains(":streamGenerateContent");
    }

    private static Answer array(String... pieces) {
        return Answer.chunked(
                200,
                "application/json",
                Stream.of(pieces).map(it -> it.getBytes(StandardCharsets.UTF_8)).toList());
    }

    @Test
    void aStreamThatIsAnArrayIsShownAsItComes() {
        List<Delta> deltas = new ArrayList<>();

        assertThat(answered(
                                array("[", item("Hel"), "\r\n,\r\n", item("lo"), ",", LAST, "\r\n]"),
                                watched(new Cancellation(), deltas))
                        .text())
                .isEqualTo("Hello");

        assertThat(deltas).containsExactly(new Delta.Text("Hel"), new Delta.Text("lo"));
    }

    @Test
    void anArrayIsNotWaitedForToItsEnd() {
        Cancellation stop = new Cancellation();
        List<Delta> deltas = new ArrayList<>();
        Answer begun = array("[" + item("Hel")).ending(Ending.SILENCE);
        try (LoopbackServer server = LoopbackServer.start(request -> begun)) {
            Provider provider = provider(server.url("/v1").toString(), HttpClient.shared());
            assertThatThrownBy(() -> ask(
                            provider,
                            Call.watched(
                                    stop,
                                    delta -> {
                                        deltas.add(delta);
                                        stop.cancel("enough");
                                    },
                                    notice -> {})))
                    .hasMessage("stopped: enough");
        }
        assertThat(deltas).containsExactly(new Delta.Text("Hel"));
    }

    @Test
    void anArrayThatIsCutAtEveryByteIsNoAnswer() {
        String whole = "[" + item("Hel") + ",\n" + item("lo") + ",\n" + LAST + "]";
        for (int length = 1; length < whole.length() - 1; length++) {
            ProviderException e = failure(array(whole.substring(0, length)));
            assertThat(e.kind()).as("cut at %d", length).isEqualTo(Kind.MALFORMED_RESPONSE);
            String arrived = e.partial().map(response -> response.text()).orElse("");
            assertThat("Hello").as("cut at %d", length).startsWith(arrived);
        }
    }

    @Test
    void anArrayThatBreaksAfterItsAnswerIsWhole() {
        String answer = "[" + item("Hel") + ",\n" + item("lo") + ",\n" + LAST;

        assertThat(answered(array(answer), watched()).text()).isEqualTo("Hello");
        assertThat(answered(array(answer).ending(Ending.RESET), watched()).text())
                .isEqualTo("Hello");
    }

    @Test
    void anErrorInTheMiddleOfAnArray() {
        ProviderException e = failure(array("[" + item("One "), "," + overloaded() + "]"));

        assertThat(e.kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(e.partial().orElseThrow().text()).isEqualTo("One ");
        assertThat(e).hasMessage("gemini reported an error: Too much");
    }

    @Test
    void anErrorInsteadOfAnArray() {
        for (ProviderException e : failures(json(503, "[" + overloaded() + "\n]"))) {
            assertThat(e.kind()).isEqualTo(Kind.OVERLOADED);
            assertThat(e.reported().string("error_status")).contains("UNAVAILABLE");
            assertThat(e).hasMessage("gemini answered 503: Too much");
        }
    }

    @Test
    void anArrayThatHasNoEndOfTheAnswer() {
        assertThat(failure(array("[" + item("One ") + "]")))
                .hasMessage("gemini: the stream ended before the answer did");
        assertThat(failure(array("[1]"))).hasMessage("gemini: the reply is a list, but not of JSON objects");
    }

    /** Models of 2024 had STOP in every chunk, so one that stands in the first says nothing of those to come. */
    @Test
    void aReasonInTheFirstChunkDoesNotSayThatNoMoreComes() {
        String first = "data: " + LAST.replace("\"text\":\"\"", "\"text\":\"One \"") + "\n\n";

        assertThat(failure(events(first).ending(Ending.RESET)).kind()).isEqualTo(Kind.NETWORK);
        assertThat(answered(events(first, first), watched()).text()).isEqualTo("One One ");
    }
}
