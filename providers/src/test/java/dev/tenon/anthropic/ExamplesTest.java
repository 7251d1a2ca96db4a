package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Provider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/anthropic.md} and of this package's Javadoc, run. */
class ExamplesTest {
    @Test
    void connections() {
        String key = "sk-ant-test";
        Supplier<String> tokens = () -> "token";
        // @start region="connect"
        Anthropic anthropic =
                Anthropic.connect().key(key).caching(CachePolicy.ALL).build();
        Anthropic gateway = Anthropic.connect("https://llm.acme.example/anthropic")
                .token(tokens)
                .build();
        Provider model = anthropic.model("claude-sonnet-4-5");
        // @end
        assertThat(anthropic).hasToString("Anthropic[https://api.anthropic.com/v1]");
        assertThat(gateway).hasToString("Anthropic[https://llm.acme.example/anthropic/v1]");
        assertThat(model.info().model()).isEqualTo("claude-sonnet-4-5");
    }

    @Test
    void settingsOfTheHost() {
        try (Asked host = new Asked()) {
            Provider model = host.connect().build().model("m");
            ModelSettings settings = ModelSettings.NONE
                    .withMaxOutputTokens(4096)
                    .with(
                            "thinking",
                            Json.object()
                                    .put("type", "enabled")
                                    .put("budget_tokens", 2048)
                                    .build())
                    .with(
                            "tools",
                            Json.array(Json.object()
                                    .put("type", "web_search_20250305")
                                    .put("name", "web_search")
                                    .build()));
            ChatResponse reply =
                    model.chat(ChatRequest.of("What is new in Lisbon?").withSettings(settings), Call.unwatched());
            assertThat(reply.text()).isEqualTo("ok");
            assertThat(host.body().at("/thinking/budget_tokens")).contains(Json.of(2048));
            assertThat(host.body().at("/tools/0/name")).contains(Json.of("web_search"));
        }
    }

    @Test
    void aDocumentThatIsCited() {
        byte[] pdf = "%PDF-".getBytes(StandardCharsets.US_ASCII);
        try (Asked host = new Asked()) {
            Provider model = host.connect().build().model("m");
            Content.Media report =
                    Anthropic.cited(Content.Media.of(pdf, "application/pdf").withName("report.pdf"));
            ChatResponse answer = model.chat(
                    ChatRequest.of(List.of(UserMessage.of("What were the sales?", List.of(report)))), Call.unwatched());
            assertThat(answer.text()).isEqualTo("ok");
            assertThat(host.body().at("/messages/0/content/1/citations/enabled"))
                    .contains(Json.of(true));
        }
    }

    @Test
    void aBreakpointByHand() {
        String manual = "Hold the button.";
        try (Asked host = new Asked()) {
            UserMessage question = new UserMessage(
                    List.of(Anthropic.cached(Content.text(manual)), Content.text("How do I reset it?")), Map.of());
            assertThat(host.messages(question).at("/0/content/0/cache_control/type"))
                    .contains(Json.of("ephemeral"));
        }
    }

    @Test
    void countingTokens() {
        try (Asked host = new Asked()) {
            host.answering(Asked.json("{\"input_tokens\":7}"));
            Anthropic anthropic = host.connect().build();
            ChatRequest request = ChatRequest.of("Hi");
            long tokens = anthropic.countTokens("claude-sonnet-4-5", request, Call.unwatched());
            assertThat(tokens).isEqualTo(7);
        }
    }

    @Test
    void thePageShowsWhatRunsHere() {
        assertThat(Docs.examplesStandIn("anthropic.md", ExamplesTest.class)).isEqualTo(5);
    }
}
