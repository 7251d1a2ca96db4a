package dev.tenon.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.http.HttpClient;
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
        return Cohere.connect(url).key("cohere-secret-key").http(http).build().model("m");
    }

    @Override
    protected String host() {
        return "cohere";
    }

    @Override
    protected String answer() {
        return "message";
    }

    @Override
    protected String whole() {
        return "{\"id\":\"c1\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}]},"
            + "\"finish_reason\":\"COMPLETE\",\"usage\":{\"tokens\":{\"input_tokens\":3,\"output_tokens\":2}}}";
    }

    @Override
    protected String begin() {
        return "data:"
            + " {\"id\":\"c1\",\"type\":\"message-start\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[],\"tool_plan\":\"\",\"tool_calls\":[],\"citations\":[]}}}\n\n"
            + "data:"
            + " {\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":\"text\",\"text\":\"\"}}}}\n\n";
    }

    @Override
    protected String text(String piece) {
        return "data: {\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"" + piece
                + "\"}}}}\n\n";
    }

    @Override
    protected String finish() {
        return "data: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\"}}\n\n";
    }

    @Override
    protected String overloaded() {
        return "{\"id\":\"e1\",\"message\":\"Too much\"}";
    }

    /** Errors are words only. */
    @Override
    protected Kind inReply() {
        return Kind.SERVER;
    }

    @Test
    void anEndThatIsAnErrorIsOne() {
        for (String error : List.of("\"Too much\"", "{\"message\":\"Too much\"}")) {
            ProviderException e = failure(events(
                    chunk("One "),
                    "data: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":" + error
                            + "}}\n\n"));
            assertThat(e).hasMessage("cohere reported an error: Too much");
            assertThat(e.partial().orElseThrow().text()).isEqualTo("One ");
        }
    }

    @Test
    void blockedTokensAreAFilter() {
        assertThat(failure(Answer.of(498, "application/json", "{\"message\":\"blocked\"}"))
                        .kind())
                .isEqualTo(Kind.CONTENT_FILTERED);
    }
}
