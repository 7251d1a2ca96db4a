package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.http.HttpClient;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.wire.FaultContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultsTest extends FaultContract {
    private static final String DONE = "data: [DONE]\n\n";

    @Override
    protected Provider provider(String url, HttpClient http) {
        return OpenAi.connect(url).key("sk-0123456789abcdef").http(http).build().model("m");
    }

    @Override
    protected String host() {
        return "openai-compatible";
    }

    @Override
    protected String answer() {
        return "choices";
    }

    @Override
    protected String whole() {
        return "{\"id\":\"c1\",\"model\":\"m1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
            + "\"content\":\"Hello\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}";
    }

    @Override
    protected String begin() {
        return "";
    }

    @Override
    protected String text(String piece) {
        return "data: {\"id\":\"c1\",\"model\":\"m1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + piece
                + "\"}}]}\n\n";
    }

    @Override
    protected String finish() {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    }

    @Override
    protected String overloaded() {
        return "{\"error\":{\"message\":\"Too much\",\"type\":\"overloaded_error\"}}";
    }

    @Override
    protected List<String> errorsInStream() {
        List<String> errors = new ArrayList<>(super.errorsInStream());
        errors.add("event: error\ndata: {\"message\":\"Too much\",\"type\":\"overloaded_error\"}\n\n");
        errors.add("{\n  \"error\": {\n    \"message\": \"Too much\",\n    \"type\": \"overloaded_error\"\n  }\n}\n");
        errors.add(
                "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\",\"error\":{\"message\":\"Too"
                        + " much\",\"code\":529}}]}\n\n");
        return errors;
    }

    @Test
    void aStreamWithoutDoneOrWithoutAReasonIsWhole() {
        assertThat(answered(events(chunk("Hello"), finish()), watched()).text()).isEqualTo("Hello");
        assertThat(answered(events(chunk("Hello"), DONE), watched()).text()).isEqualTo("Hello");
        assertThat(answered(events(chunk("Hello"), DONE.strip()), watched()).text())
                .isEqualTo("Hello");
    }

    @Test
    void doneAloneIsNoAnswer() {
        for (String body : List.of(DONE, "data:\n\n" + DONE)) {
            assertThat(failure(events(body)).kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
        }
    }

    @Test
    void whatWasSkippedMayHaveBeenTheEndOfTheAnswer() {
        assertThat(failure(events(chunk("One "), "data: upstream error\n\n", DONE)))
                .hasMessage("openai-compatible: the stream ended before the answer did");
    }

    @Test
    void anEmptyReasonInEveryChunkDoesNotEndAnAnswer() {
        String empty = chunk("One ").replace("}}]}", "},\"finish_reason\":\"\"}]}");
        assertThat(answered(events(empty, finish()), watched()).finish().raw()).isEqualTo("stop");
        assertThat(failure(events(empty, empty)).kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
    }
}
