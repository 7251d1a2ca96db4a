package dev.tenon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Provider;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Property;
import dev.tenon.testing.Reply;
import dev.tenon.tool.ToolSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked arrives: any request that a provider accepts, sent over HTTP and read by a server that knows nothing of the sender. */
class RequestsTest {
    @Test
    void everyRequestArrivesOverChatCompletions() {
        try (ModelServer server = ModelServer.start(asked -> Reply.reply("ok")).keeping(1)) {
            Provider provider = OpenAi.connect(Dialect.OPENAI)
                    .baseUrl(server.url("/v1").toString())
                    .key("no-key-is-needed-here")
                    .build()
                    .model("model");
            Property.forAll(Arbitrary.request(), request -> {
                assertThat(provider.chat(request, Call.unwatched()).text()).isEqualTo("ok");
                assertArrived(request, server.requests().get(0).chat());
                assertThat(provider.chat(request, Call.watched(new Cancellation(), delta -> {}, notice -> {}))
                                .text())
                        .isEqualTo("ok");
                assertArrived(request, server.requests().get(0).chat());
            });
        }
    }

    private static void assertArrived(ChatRequest sent, ChatRequest arrived) {
        assertThat(arrived.messages()).hasSameSizeAs(sent.messages());
        for (int i = 0; i < sent.messages().size(); i++) {
            Message wanted = sent.messages().get(i);
            assertThat(said(arrived.messages().get(i))).isEqualTo(said(wanted));
        }
        assertThat(arrived.tools().stream().map(RequestsTest::told))
                .isEqualTo(sent.tools().stream().map(RequestsTest::told).toList());
        if (!sent.tools().isEmpty()) {
            assertThat(arrived.toolChoice()).isEqualTo(sent.toolChoice());
        }
        assertThat(arrived.format().name()).isEqualTo(sent.format().name());
        sent.settings()
                .extra()
                .forEach((name, value) -> assertThat(arrived.settings().extra().get(name))
                        .as(name)
                        .isEqualTo(value));
    }

    private static List<String> said(Message message) {
        return message.content().stream()
                .map(part -> switch (part) {
                    case Content.Text text -> "text " + text.text();
                    case Content.ToolCall call ->
                        "call " + call.id() + " " + call.name() + " "
                                + call.json().map(Json::canonical).orElseThrow();
                    case Content.ToolResult result -> "result " + result.callId() + " " + result.text();
                    case Content.Media media -> "media " + media;
                    case Content.Thinking thinking -> "thinking " + thinking.text();
                    case Content.Opaque opaque -> "opaque " + opaque.kind();
                })
                .toList();
    }

    private static String told(ToolSpec tool) {
        return tool.name() + ": " + tool.description();
    }
}
