package dev.tenon.wire;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunResult;
import dev.tenon.anthropic.Anthropic;
import dev.tenon.cohere.Cohere;
import dev.tenon.gemini.Gemini;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.ToolMessage;
import dev.tenon.ollama.Ollama;
import dev.tenon.openai.OpenAi;
import dev.tenon.openai.responses.OpenAiResponses;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Provider;
import dev.tenon.testing.ModelServer;
import dev.tenon.tool.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A call of a tool that takes free text: in an agent, and in the history of another provider. */
class FreeTextTest {
    private static final String PROGRAM = "print({\"a\": 6 * 7})";

    private static final Origin RESPONSES = new Origin(
            OpenAiResponses.WIRE,
            Json.object()
                    .put("host", "openai")
                    .put(
                            "item",
                            Json.object()
                                    .put("type", "custom_tool_call")
                                    .put("id", "ctc_1")
                                    .build())
                    .build());

    private static final Origin CHAT = new Origin(OpenAi.WIRE, Json.object("type", "custom"));

    private static ChatRequest history(Content.ToolCall call) {
        return ChatRequest.of(List.of(
                Message.user("6 times 7?"),
                AssistantMessage.of(List.of(call)),
                ToolMessage.of(List.of(Content.ToolResult.of("c1", "python", "42"))),
                Message.user("Thanks.")));
    }

    private static Content.ToolCall call(String arguments, String original, Origin origin) {
        return new Content.ToolCall("c1", "python", arguments, original, origin, FreeText.MARK);
    }

    @Test
    void anotherProviderIsSentTheTextAsAMember() {
        try (ModelServer server = ModelServer.start(asked -> reply("Yes."))) {
            List<Provider> others = List.of(
                    Anthropic.connect(server.url("/v1").toString())
                            .key("k")
                            .build()
                            .model("m"),
                    Gemini.connect(server.url("/v1beta").toString())
                            .key("k")
                            .build()
                            .model("m"),
                    Cohere.connect(server.url("/v2").toString())
                            .key("k")
                            .build()
                            .model("m"),
                    Ollama.connect(server.url("").toString()).build().model("m"));
            for (Origin origin : List.of(RESPONSES, CHAT)) {
                for (Provider other : others) {
                    isSent(server, other, call(PROGRAM, "", origin));
                    isSent(server, other, call("{}", PROGRAM, origin)); // As an agent keeps it.
                }
            }
            isSent(
                    server,
                    OpenAi.connect(server.url("/v1").toString()).build().model("m"),
                    call(PROGRAM, "", RESPONSES));
            isSent(
                    server,
                    OpenAiResponses.on(
                                    OpenAi.connect(server.url("/v1").toString()).build())
                            .model("m"),
                    call(PROGRAM, "", CHAT));
        }
    }

    private static void isSent(ModelServer server, Provider other, Content.ToolCall call) {
        other.chat(history(call), Call.unwatched());

        List<Message> sent = server.requests().getLast().chat().messages();
        Content.ToolCall said = sent.stream()
                .filter(AssistantMessage.class::isInstance)
                .flatMap(message -> ((AssistantMessage) message).toolCalls().stream())
                .findFirst()
                .orElseThrow();
        assertThat(said.json()).as(other.info().name()).contains(Json.object("input", PROGRAM));
        assertThat(sent.stream().filter(ToolMessage.class::isInstance)).hasSize(1);
    }

    record Program(String input) {}

    private static void json(OutputStream out, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + bytes.length + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        out.write(bytes);
    }

    private static String replied(Json item) {
        return Json.object()
                .put("id", "r")
                .put("object", "response")
                .put("status", "completed")
                .put("model", "m")
                .put("output", Json.array(item))
                .build()
                .toString();
    }

    @Test
    void anAgentHandsTheTextToItsTool() throws IOException {
        for (String program : List.of(PROGRAM, "{\"input\": \"x\"}", "", "[1]")) {
            Json.Obj call = Json.object()
                    .put("type", "custom_tool_call")
                    .put("id", "ctc_1")
                    .put("call_id", "c1")
                    .put("name", "python")
                    .put("input", program)
                    .build();
            Json.Obj said = Json.object()
                    .put("type", "message")
                    .put("id", "m1")
                    .put("role", "assistant")
                    .put("status", "completed")
                    .put(
                            "content",
                            Json.array(Json.object()
                                    .put("type", "output_text")
                                    .put("text", "It is 42.")
                                    .build()))
                    .build();
            AtomicInteger asked = new AtomicInteger();
            List<String> programs = new ArrayList<>();
            try (RawHost host =
                    new RawHost((out, socket) -> json(out, replied(asked.getAndIncrement() == 0 ? call : said)))) {
                Agent agent = Agent.builder(OpenAiResponses.on(
                                        OpenAi.connect(host.url()).key("k").build())
                                .model("m"))
                        .tools(Tool.of("python", "Runs a program", Program.class, given -> {
                            programs.add(given.input());
                            return "42";
                        }))
                        .build();

                RunResult result = agent.run("6 times 7?");

                assertThat(result.text()).isEqualTo("It is 42.");
                assertThat(programs).containsExactly(program);
                Content.ToolCall kept = ((AssistantMessage) result.messages().get(1))
                        .toolCalls()
                        .getFirst();
                assertThat(kept.json()).contains(Json.object("input", program));
                assertThat(FreeText.of(kept)).isEqualTo(program);
            }
        }
    }
}
