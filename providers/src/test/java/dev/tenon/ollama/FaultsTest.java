package dev.tenon.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.http.HttpClient;
import dev.tenon.provider.Call;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.wire.FaultContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultsTest extends FaultContract {
    @Override
    protected Provider provider(String url, HttpClient http) {
        return Ollama.connect(url).http(http).build().model("m");
    }

    @Override
    protected String host() {
        return "ollama";
    }

    @Override
    protected Framing framing() {
        return Framing.LINES;
    }

    @Override
    protected List<String> errorsInStream() {
        return List.of("data: " + overloaded() + "\n\n");
    }

    @Override
    protected String answer() {
        return "message";
    }

    @Override
    protected String whole() {
        return "{\"model\":\"m1\",\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"},\"done_reason\":\"stop\",\"done\":true,"
            + "\"prompt_eval_count\":3,\"eval_count\":2}";
    }

    @Override
    protected String begin() {
        return "";
    }

    @Override
    protected String text(String piece) {
        return "data: {\"model\":\"m1\",\"message\":{\"role\":\"assistant\",\"content\":\"" + piece
                + "\"},\"done\":false}\n\n";
    }

    @Override
    protected String finish() {
        return "data:"
            + " {\"model\":\"m1\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n\n";
    }

    @Override
    protected String overloaded() {
        return "{\"error\":\"Too much\"}";
    }

    /** Errors are words only. */
    @Override
    protected Kind inReply() {
        return Kind.SERVER;
    }

    @Override
    protected String id() {
        return "";
    }

    private static String line(String piece, boolean done) {
        return "{\"model\":\"m1\",\"message\":{\"content\":\"" + piece + "\"},\"done\":" + done + "}\n";
    }

    private static Answer lines(String body) {
        return Answer.of(200, "application/x-ndjson", body);
    }

    @Test
    void linesThatEndBeforeTheAnswerDoes() {
        for (String body : new String[] {
            line("One ", false),
            line("One ", false) + "{\"model\":\"m1\",\"mess",
            line("One ", false) + line("", false),
            line("One ", false) + "\n \n"
        }) {
            ProviderException e = failure(lines(body));
            assertThat(e.kind()).as(body).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e.partial().orElseThrow().text()).isEqualTo("One ");
        }
        assertThat(failure(lines(line("One ", false)))).hasMessage("ollama: the stream ended before the answer did");
    }

    @Test
    void anErrorInALineEndsTheAnswer() {
        ProviderException e = failure(lines(line("One ", false) + "{\"error\":\"llama runner terminated\"}\n"));

        assertThat(e).hasMessage("ollama reported an error: llama runner terminated");
        assertThat(e.kind()).isEqualTo(Kind.SERVER);
        assertThat(e.partial().orElseThrow().text()).isEqualTo("One ");
    }

    @Test
    void whatFollowsTheEndIsNoPartOfTheAnswer() {
        assertThat(answered(lines(line("Hi", false) + line("", true) + line("!", false)), watched())
                        .text())
                .isEqualTo("Hi");
        assertThat(answered(lines(line("Hi", true) + "{\"cut"), Call.unwatched())
                        .text())
                .isEqualTo("Hi");
    }
}
