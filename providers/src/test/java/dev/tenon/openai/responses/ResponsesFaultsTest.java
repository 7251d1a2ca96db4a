package dev.tenon.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.http.HttpClient;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.wire.FaultContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponsesFaultsTest extends FaultContract {
    @Override
    protected Provider provider(String url, HttpClient http) {
        return OpenAiResponses.on(OpenAi.connect(url)
                        .key("sk-0123456789abcdef")
                        .http(http)
                        .build())
                .model("m");
    }

    @Override
    protected String host() {
        return "openai-compatible";
    }

    @Override
    protected String answer() {
        return "output";
    }

    private static String message(String text) {
        return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"status\":\"completed\",\"content\":"
                + "[{\"type\":\"output_text\",\"text\":\"" + text + "\",\"annotations\":[]}]}";
    }

    private static String reply(String status, String output) {
        return "{\"id\":\"c1\",\"object\":\"response\",\"model\":\"m1\",\"status\":\"" + status + "\",\"output\":["
                + output + "]}";
    }

    @Override
    protected String whole() {
        return reply("completed", message("Hello"));
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
    }

    @Override
    protected String begin() {
        return event("response.created", "\"response\":" + reply("in_progress", ""))
                + event(
                        "response.output_item.added",
                        "\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                                + "\"status\":\"in_progress\",\"content\":[]}");
    }

    @Override
    protected String text(String piece) {
        return event(
                "response.output_text.delta",
                "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"" + piece + "\"");
    }

    /** As hosts do that end a stream without saying all of it again. */
    @Override
    protected String finish() {
        return event("response.completed", "\"response\":{\"id\":\"c1\",\"status\":\"completed\"}");
    }

    @Override
    protected String overloaded() {
        return "{\"error\":{\"message\":\"Too much\",\"type\":\"overloaded_error\"}}";
    }

    @Override
    protected List<String> errorsInStream() {
        List<String> errors = new ArrayList<>(super.errorsInStream());
        String said = "\"message\":\"Too much\",\"code\":\"overloaded_error\"";
        errors.add(event("error", said + ",\"param\":null"));
        errors.add(event("error", "\"error\":{" + said + "}"));
        errors.add(event(
                "response.failed",
                "\"response\":{\"id\":\"c1\",\"status\":\"failed\",\"error\":{" + said + "},\"output\":[]}"));
        return errors;
    }

    @Test
    void nothingIsReadAfterTheEndOfAnAnswer() {
        String more = event("response.output_text.delta", "\"output_index\":0,\"delta\":\" and more\"");
        assertThat(answered(events(chunk("Hello"), finish(), more), watched()).text())
                .isEqualTo("Hello");
    }

    @Test
    void aReplyThatFailedWithoutAWordIsAnErrorOfTheHost() {
        for (ProviderException e : failures(json(200, reply("failed", "")))) {
            assertThat(e.kind()).isEqualTo(Kind.SERVER);
            assertThat(e).hasMessage("openai-compatible reported an error");
            assertThat(e.partial().orElseThrow().finish())
                    .isEqualTo(new FinishReason(FinishReason.Kind.ERROR, "failed"));
        }
    }

    @Test
    void aStreamThatEndsWithoutAnyOutputIsNoAnswer() {
        assertThat(failure(events(finish()))).hasMessage("openai-compatible: the stream had no output");
    }
}
