package dev.tenon.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.message.Content;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Provider;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of the Javadoc and of {@code docs/cohere.md}. */
class ExamplesTest {
    private final List<Object> printed = new ArrayList<>();

    private void print(Object value) {
        printed.add(value);
    }

    @Test
    void thePageShowsWhatRunsHere() {
        assertThat(Docs.examplesStandIn("cohere.md", ExamplesTest.class)).isPositive();
    }

    @Test
    void connects() {
        String key = "cohere-secret-key";
        // @start region="connect"
        Cohere cohere = Cohere.connect().key(key).build();
        Provider model = cohere.model("command-a-03-2025");
        // @end
        assertThat(cohere).hasToString("Cohere[https://api.cohere.com/v2]");
        assertThat(model.info().name()).isEqualTo("cohere/command-a-03-2025");
    }

    @Test
    void cites() {
        List<String> bodies = new ArrayList<>();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            bodies.add(request.text());
            return Answer.of(
                    200,
                    "application/json",
                    "{\"id\":\"c1\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"\uD83D\uDE00"
                        + " Seven.\"}],\"citations\":"
                        + "[{\"start\":2,\"end\":7,\"text\":\"Seven\",\"sources\":[{\"type\":\"document\",\"id\":\"doc:0\","
                        + "\"document\":{\"title\":\"report.txt\"}}]}]},\"finish_reason\":\"COMPLETE\"}");
        })) {
            Provider model =
                    Cohere.connect(server.url("/v2").toString()).build().model("command-a-03-2025");
            byte[] text = "There were seven hills.".getBytes(StandardCharsets.UTF_8);
            // @start region="cite"
            Content.Media report = Content.Media.of(text, "text/plain").withName("report.txt");
            ChatResponse reply = model.chat(
                    ChatRequest.of(List.of(UserMessage.of("How many hills?", List.of(report)))), Call.unwatched());
            for (Content part : reply.message().content()) {
                if (part instanceof Content.Text answer) {
                    answer.citations()
                            .forEach(citation -> print(citation.title() + ": "
                                    + answer.text().substring(citation.start(), citation.end())));
                }
            }
            // @end
            assertThat(printed).containsExactly("report.txt: Seven");
            assertThat(bodies)
                    .containsExactly(
                            "{\"model\":\"command-a-03-2025\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"How"
                                + " many"
                                + " hills?\"}]}],\"documents\":[{\"id\":\"doc:0\",\"data\":{\"title\":\"report.txt\",\"text\":\"There"
                                + " were seven hills.\"}}],\"stream\":false}");
        }
    }
}
