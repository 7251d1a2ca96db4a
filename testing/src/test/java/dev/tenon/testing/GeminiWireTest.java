package dev.tenon.testing;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.thinking;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.ToolChoice;
import dev.tenon.provider.Usage;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The model server in Gemini's words. */
class GeminiWireTest {
    private static final String HELLO = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]}";
    private static final String WHOLE = ":generateContent";
    private static final String EVENTS = ":streamGenerateContent?alt=sse";
    private static final String ARRAY = ":streamGenerateContent";

    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void closeClient() {
        client.close();
    }

    private HttpResponse<String> post(ModelServer server, String method, String body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(server.url("/v1beta/models/gemini-x" + method))
                        .header("x-goog-api-key", "secret")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void answersWholeInEventsAndInAnArray() throws Exception {
        Reply said = thinking("Hm.").and(reply("Hel", "lo")).withUsage(new Usage(7, 5, 2, 0, 1, 0, Map.of(), Map.of()));
        try (ModelServer server = ModelServer.start(asked -> said)) {
            Json whole = Json.parse(post(server, WHOLE, HELLO).body());
            assertThat(whole.at("/candidates/0/content/parts"))
                    .contains(Json.parse("[{\"text\":\"Hm.\",\"thought\":true},{\"text\":\"Hello\"}]"));
            assertThat(whole.at("/candidates/0/finishReason")).contains(Json.of("STOP"));
            assertThat(whole.at("/usageMetadata"))
                    .contains(Json.parse("{\"promptTokenCount\":7,\"candidatesTokenCount\":4,\"totalTokenCount\":12,"
                            + "\"cachedContentTokenCount\":2,\"thoughtsTokenCount\":1}"));
            assertThat(whole.at("/modelVersion")).contains(Json.of("gemini-x"));

            HttpResponse<String> events = post(server, EVENTS, HELLO);
            assertThat(events.headers().firstValue("content-type")).contains("text/event-stream");
            assertThat(events.body().split("\n\n")).hasSize(4).allMatch(event -> event.startsWith("data: {"));

            Json.Arr array = Json.parse(post(server, ARRAY, HELLO).body()).asArr();
            assertThat(array.items()).hasSize(4);
            assertThat(array.get(1).at("/candidates/0/content/parts/0/text")).contains(Json.of("Hel"));
            assertThat(array.get(3).at("/candidates/0/finishReason")).contains(Json.of("STOP"));
            assertThat(server.requests().stream().map(ModelRequest::streamed)).containsExactly(false, true, true);
        }
    }

    @Test
    void readsAConversation() throws Exception {
        String body = "{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]},\"contents\":["
            + "{\"role\":\"user\",\"parts\":[{\"text\":\"Rain?\"},{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"AAAA\"}}]},"
            + "{\"role\":\"model\",\"parts\":[{\"text\":\"Hm\",\"thought\":true},{\"functionCall\":{\"name\":\"weather\",\"args\":{\"city\":\"Oslo\"}}}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"weather\",\"response\":{\"error\":\"no"
            + " such city\"}}},{\"text\":\"And?\"}]}],"
            + "\"tools\":[{\"functionDeclarations\":[{\"name\":\"weather\",\"parametersJsonSchema\":{\"type\":\"object\"}}]},{\"googleSearch\":{}}],"
            + "\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"weather\"]}},"
            + "\"generationConfig\":{\"topP\":0.5,\"responseMimeType\":\"application/json\"},\"cachedContent\":\"c\"}";
        try (ModelServer server = ModelServer.start(reply("ok"))) {
            assertThat(post(server, WHOLE, body).statusCode()).isEqualTo(200);

            ModelRequest asked = server.requests().get(0);
            assertThat(asked.model()).isEqualTo("gemini-x");
            assertThat(asked.chat().messages())
                    .extracting(message -> message.getClass().getSimpleName())
                    .containsExactly("SystemMessage", "UserMessage", "AssistantMessage", "ToolMessage", "UserMessage");
            assertThat(asked.chat().messages().get(1).content().get(1)).isInstanceOf(Content.Media.class);
            Message results = asked.chat().messages().get(3);
            assertThat(((Content.ToolResult) results.content().get(0)).error()).isTrue();
            assertThat(asked.offers("weather")).isTrue();
            assertThat(asked.chat().toolChoice()).isEqualTo(ToolChoice.named("weather"));
            assertThat(asked.wantsJson()).isTrue();
            assertThat(asked.chat().settings().topP()).hasValue(0.5);
            assertThat(asked.chat().settings().extra()).containsEntry("cachedContent", Json.of("c"));
        }
    }

    @Test
    void refusesWhatTheRealHostRefuses() throws Exception {
        String call = "{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"weather\"}}]}";
        String result =
                "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"weather\",\"response\":{\"output\":\"rain\"}}}]}";
        String unequal = "Please ensure that the number of function response parts is equal to the number of function"
                + " call parts of the function call turn.";
        try (ModelServer server = ModelServer.start(asked -> reply("ok"))) {
            refuses(server, "{\"contents\":[" + call + "]}", unequal);
            refuses(server, "{\"contents\":[" + call + "," + call + "," + result + "]}", unequal);
            refuses(server, "{\"contents\":[" + result + "]}", unequal);
            refuses(server, "{\"contents\":[]}", "* GenerateContentRequest.contents: contents is not specified");
            refuses(
                    server,
                    "{\"contents\":[{\"parts\":[]}]}",
                    "Unable to submit request because it must include at least one parts field.");
            refuses(
                    server,
                    "{\"contents\":[{\"role\":\"bot\",\"parts\":[{\"text\":\"?\"}]}]}",
                    "Please use a valid role: user, model.");
            assertThat(post(server, WHOLE, "{\"contents\":[" + call + "," + result + "]}")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private void refuses(ModelServer server, String body, String message) throws Exception {
        HttpResponse<String> response = post(server, WHOLE, body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Json.parse(response.body()).at("/error/message")).contains(Json.of(message));
    }

    @Test
    void failsInTheWordsOfTheWire() throws Exception {
        try (ModelServer server = ModelServer.start(
                fault(Fault.refused(Kind.RATE_LIMITED, Duration.ofMillis(1500))),
                fault(Kind.CONTENT_FILTERED),
                reply("One ").failing(Fault.refused(Kind.OVERLOADED)),
                reply("One ").failing(Fault.refused(Kind.OVERLOADED)))) {
            HttpResponse<String> limited = post(server, WHOLE, HELLO);
            assertThat(limited.statusCode()).isEqualTo(429);
            assertThat(Json.parse(limited.body()).at("/error/details/1/retryDelay"))
                    .contains(Json.of("1.5s"));
            HttpResponse<String> blocked = post(server, WHOLE, HELLO);
            assertThat(blocked.statusCode()).isEqualTo(200);
            assertThat(Json.parse(blocked.body()).at("/promptFeedback/blockReason"))
                    .contains(Json.of("SAFETY"));
            assertThat(post(server, EVENTS, HELLO).body()).contains("\n\ndata: {\"error\":{\"code\":503,");
            assertThat(Json.parse(post(server, ARRAY, HELLO).body()).at("/1/error/status"))
                    .contains(Json.of("UNAVAILABLE"));
        }
    }

    @Test
    void asksForTheKeyInItsHeader() throws Exception {
        try (ModelServer server = ModelServer.start(asked -> reply("ok")).requiring("secret")) {
            assertThat(post(server, WHOLE, HELLO).statusCode()).isEqualTo(200);
        }
        try (ModelServer server = ModelServer.start(asked -> reply("ok")).requiring("another")) {
            HttpResponse<String> refused = post(server, WHOLE, HELLO);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(Json.parse(refused.body()).at("/error/details/0/reason")).contains(Json.of("API_KEY_INVALID"));
        }
    }

    @Test
    void saysThatArgumentsMustBeAnObject() throws Exception {
        try (ModelServer server = ModelServer.start(toolCall("weather", "{\"city\": \"Os"))) {
            HttpResponse<String> response = post(server, WHOLE, HELLO);
            assertThat(response.body())
                    .contains("gemini has no place for arguments that are no JSON object: {\\\"city\\\": \\\"Os");
        }
    }
}
