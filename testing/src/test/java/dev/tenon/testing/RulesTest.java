package dev.tenon.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.ToolSpec;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RulesTest {
    private static final JsonSchema CITY = JsonSchema.parse("""
        {"type": "object", "properties": {"city": {"enum": ["Lisbon"]}}, "required": ["city"],
         "additionalProperties": false}\
        """);
    private static final ToolSpec WEATHER = ToolSpec.of("weather", "The weather", CITY);
    private static final ToolSpec TIME =
            ToolSpec.of("time", "The time", JsonSchema.parse("{\"type\": \"object\", \"maxProperties\": 0}"));

    private final Provider model = ScriptedProvider.of().always(Rules.callingEveryTool());

    private ChatResponse ask(ChatRequest request) {
        return model.chat(request, Call.unwatched());
    }

    @Test
    void callsEveryToolAndAnswersWithTheResults() {
        List<Message> messages = new ArrayList<>(List.of(Message.user("Umbrella?")));
        AssistantMessage calls =
                ask(ChatRequest.of(messages).withTools(List.of(WEATHER, TIME))).message();
        assertThat(calls.toolCalls().stream().map(call -> call.name() + call.arguments()))
                .containsExactly("weather{\"city\":\"Lisbon\"}", "time{}");

        messages.add(calls);
        messages.add(ToolMessage.of(List.of(
                Content.ToolResult.of("call_1", "weather", "rain"), Content.ToolResult.of("call_2", "time", "noon"))));
        assertThat(ask(ChatRequest.of(messages).withTools(List.of(WEATHER, TIME)))
                        .text())
                .isEqualTo("weather: rain\ntime: noon");
    }

    @Test
    void callsOnlyWhatItMay() {
        ChatRequest request = ChatRequest.of("Umbrella?").withTools(List.of(WEATHER, TIME));

        assertThat(ask(request.withToolChoice(ToolChoice.NONE)).text()).isEqualTo("You said: Umbrella?");
        assertThat(ask(request.withToolChoice(ToolChoice.named("time")))
                        .message()
                        .toolCalls())
                .hasSize(1);
    }

    @Test
    void answersWithJsonThatFits() {
        ChatResponse response = ask(ChatRequest.of("Where?").withFormat(ResponseFormat.json("place", CITY)));

        assertThat(Json.parse(response.text())).isEqualTo(Json.object("city", "Lisbon"));
    }

    @Test
    void servesFromAProcessOfItsOwn() throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ModelServer.class.getName(),
                        "0",
                        "1")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                HttpClient client = HttpClient.newHttpClient()) {
            URI url = URI.create(out.readLine() + "/chat/completions");
            String body = client.send(
                            HttpRequest.newBuilder(url)
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"model\": \"m\", \"messages\": [{\"role\": \"user\","
                                                    + " \"content\": \"Hi\"}]}"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            assertThat(Json.parse(body).at("/choices/0/message/content")).contains(Json.of("You said: Hi"));

            process.getOutputStream().close();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
