package dev.tenon.testing;

import static dev.tenon.testing.Reply.fault;
import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.thinking;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.ToolChoice;
import dev.tenon.provider.Usage;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ModelServerTest {
    private static final String HELLO = """
        {"model": "gpt-x", "messages": [{"role": "user", "content": "Hello?"}]}\
        """;
    private static final String STREAM = """
        {"model": "gpt-x", "messages": [{"role": "user", "content": "Hello?"}], "stream": true,
         "stream_options": {"include_usage": true}}\
        """;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void closeClient() {
        client.shutdownNow();
    }

    private HttpResponse<String> post(ModelServer server, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.url("/v1/chat/completions?api-version=1"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static Json at(HttpResponse<String> response, String pointer) {
        return Json.parse(response.body()).at(pointer).orElseThrow();
    }

    /** The data of the events; each must be one {@code data:} line and an empty one. */
    private static List<String> events(String stream) {
        List<String> data = new ArrayList<>();
        for (String event : stream.split("\n\n", -1)) {
            if (!event.isEmpty()) {
                assertThat(event).startsWith("data: ").doesNotContain("\n");
                data.add(event.substring("data: ".length()));
            }
        }
        return data;
    }

    private static List<Json> chunks(HttpResponse<String> response) {
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
        List<String> events = events(response.body());
        assertThat(events.getLast()).isEqualTo("[DONE]");
        return events.subList(0, events.size() - 1).stream().map(Json::parse).toList();
    }

    // Answers

    @Test
    void answersAsOneDocument() throws Exception {
        try (ModelServer server = ModelServer.start(reply("Hel", "lo").withUsage(Usage.of(3, 2)))) {
            HttpResponse<String> response = post(server, HELLO);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).contains("application/json");
            long created = at(response, "/created").asLong();
            assertThat(Json.parse(response.body())).isEqualTo(Json.parse("""
                {"id": "chatcmpl-1", "object": "chat.completion", "created": %d, "model": "gpt-x",
                 "choices": [{"index": 0, "logprobs": null, "finish_reason": "stop",
                   "message": {"role": "assistant", "content": "Hello", "refusal": null}}],
                 "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5,
                   "prompt_tokens_details": {"cached_tokens": 0},
                   "completion_tokens_details": {"reasoning_tokens": 0}}}\
                """.formatted(created)));
        }
    }

    @Test
    void answersInTheGivenPieces() throws Exception {
        try (ModelServer server = ModelServer.start(reply("Hel", "lo").withUsage(Usage.of(3, 2)))) {
            List<Json> chunks = chunks(post(server, STREAM));

            assertThat(chunks.stream()
                            .map(chunk -> chunk.at("/choices/0/delta")
                                    .map(Json::toString)
                                    .orElse("none")))
                    .containsExactly(
                            "{\"role\":\"assistant\",\"content\":\"\"}",
                            "{\"content\":\"Hel\"}",
                            "{\"content\":\"lo\"}",
                            "{}",
                            "none");
            assertThat(chunks.get(2).at("/choices/0/finish_reason")).contains(Json.NULL);
            assertThat(chunks.get(3).at("/choices/0/finish_reason")).contains(Json.of("stop"));
            assertThat(chunks.get(3).at("/usage")).contains(Json.NULL);
            assertThat(chunks.get(4).at("/choices")).contains(Json.Arr.EMPTY);
            assertThat(chunks.get(4).at("/usage/total_tokens")).contains(Json.of(5));
        }
    }

    @Test
    void pausesOnlyBetweenThePiecesOfAReply() throws Exception {
        // One piece, so no pause: neither before it nor around what the wire format says besides.
        try (ModelServer server = ModelServer.start(toolCall("f", "{}").pausing(Duration.ofHours(1)))) {
            assertThat(chunks(post(server, STREAM))).hasSize(5);
        }
    }

    @Test
    void reportsUsageInAStreamOnlyWhereAsked() throws Exception {
        try (ModelServer server = ModelServer.start(reply("Hi"))) {
            List<Json> chunks = chunks(post(
                    server,
                    "{\"model\": \"gpt-x\", \"stream\": true, \"messages\": [{\"role\": \"user\", \"content\":"
                            + " \"a\"}]}"));

            assertThat(chunks).noneMatch(chunk -> chunk.at("/usage").isPresent());
        }
    }

    @Test
    void callsToolsInFragments() throws Exception {
        Reply calls = thinking("Hm.")
                .and(toolCall("weather", "{\"city\":", "\"Lisbon\"}"))
                .and(toolCall("time", "{}"));
        try (ModelServer server = ModelServer.start(asked -> calls)) {
            HttpResponse<String> whole = post(server, HELLO);
            assertThat(at(whole, "/choices/0/message")).isEqualTo(Json.parse("""
                {"role": "assistant", "content": null, "reasoning_content": "Hm.", "refusal": null, "tool_calls": [
                 {"id": "call_1", "type": "function",
                  "function": {"name": "weather", "arguments": "{\\"city\\":\\"Lisbon\\"}"}},
                 {"id": "call_2", "type": "function", "function": {"name": "time", "arguments": "{}"}}]}\
                """));
            assertThat(at(whole, "/choices/0/finish_reason")).isEqualTo(Json.of("tool_calls"));

            List<String> deltas = chunks(post(server, STREAM)).stream()
                    .flatMap(chunk -> chunk.at("/choices/0/delta").stream())
                    .map(Json::toString)
                    .toList();
            assertThat(deltas)
                    .containsExactly(
                            "{\"role\":\"assistant\",\"content\":\"\"}",
                            "{\"reasoning_content\":\"Hm.\"}",
                            "{\"tool_calls\":[{\"index\":0,\"id\":\"call_3\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}",
                            "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"city\\\":\"}}]}",
                            "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\"Lisbon\\\"}\"}}]}",
                            "{\"tool_calls\":[{\"index\":1,\"id\":\"call_4\",\"type\":\"function\",\"function\":{\"name\":\"time\",\"arguments\":\"\"}}]}",
                            "{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}",
                            "{}");
        }
    }

    @Test
    void givesAsManyChoicesAsAreWanted() throws Exception {
        try (ModelServer server = ModelServer.start(asked -> reply("Hi"))) {
            HttpResponse<String> response = post(server, HELLO.replace("\"gpt-x\"", "\"gpt-x\", \"n\": 2"));

            assertThat(at(response, "/choices").asArr().size()).isEqualTo(2);
            assertThat(at(response, "/choices/1/message/content")).isEqualTo(Json.of("Hi"));
        }
    }

    @Test
    void saysWhyAnAnswerEnded() throws Exception {
        try (ModelServer server = ModelServer.start(reply("Once").withFinish(FinishReason.Kind.LENGTH))) {
            assertThat(at(post(server, HELLO), "/choices/0/finish_reason")).isEqualTo(Json.of("length"));
        }
    }

    // What rules see

    @Test
    void readsAConversation() throws Exception {
        try (ModelServer server = ModelServer.start(reply("ok"))) {
            post(server, """
                {"model": "gpt-x", "temperature": 0.5, "max_completion_tokens": 9, "stop": "END", "reasoning_effort": "low", "user": "u1",
                 "tools": [{"type": "function", "function": {"name": "weather", "description": "now", "parameters": {"type": "object"}}}],
                 "tool_choice": {"type": "function", "function": {"name": "weather"}},
                 "response_format": {"type": "json_schema", "json_schema": {"name": "place", "schema": {"type": "object"}}},
                 "messages": [
                  {"role": "developer", "content": "Be brief."},
                  {"role": "user", "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAEC"}},
                    {"type": "image_url", "image_url": {"url": "https://example.org/a.jpg"}},
                    {"type": "input_audio", "input_audio": {"data": "AAEC", "format": "wav"}},
                    {"type": "file", "file": {"file_data": "data:application/pdf;base64,AAEC", "filename": "a.pdf"}},
                    {"type": "file", "file": {"file_id": "file-1"}}]},
                  {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "a", "type": "function", "function": {"name": "weather", "arguments": "{}"}},
                    {"id": "b", "type": "function", "function": {"name": "time", "arguments": "{}"}}]},
                  {"role": "tool", "tool_call_id": "b", "content": "noon"},
                  {"role": "tool", "tool_call_id": "a", "content": [{"type": "text", "text": "rain"}]}]}\
                """);

            ModelRequest asked = server.requests().get(0);
            List<Message> messages = asked.chat().messages();
            assertThat(messages).hasSize(4);
            assertThat(messages.get(0)).isEqualTo(SystemMessage.of("Be brief."));
            assertThat(messages.get(1))
                    .isEqualTo(new UserMessage(
                            List.of(
                                    Content.text("What is this?"),
                                    Content.Media.of(new byte[] {0, 1, 2}, "image/png"),
                                    new Content.Media(
                                            Content.Media.Kind.IMAGE,
                                            "",
                                            new Content.Media.At("https://example.org/a.jpg"),
                                            "",
                                            Origin.NONE,
                                            Map.of()),
                                    Content.Media.of(new byte[] {0, 1, 2}, "audio/wav"),
                                    Content.Media.of(new byte[] {0, 1, 2}, "application/pdf")
                                            .withName("a.pdf"),
                                    Content.Media.of(new Content.Media.Stored("file-1"), "")),
                            Map.of()));
            assertThat(messages.get(3))
                    .isEqualTo(ToolMessage.of(List.of(
                            Content.ToolResult.of("b", "time", "noon"),
                            Content.ToolResult.of("a", "weather", "rain"))));
            assertThat(asked.toolResult("weather")).contains("rain");
            assertThat(asked.lastUserText()).isEqualTo("What is this?");
            assertThat(asked.model()).isEqualTo("gpt-x");
            assertThat(asked.offers("weather")).isTrue();
            assertThat(asked.offers("time")).isFalse();
            assertThat(asked.chat().toolChoice()).isEqualTo(ToolChoice.named("weather"));
            assertThat(asked.wantsJson()).isTrue();
            assertThat(asked.chat().format().name()).isEqualTo("place");
            assertThat(asked.chat().settings())
                    .isEqualTo(ModelSettings.NONE
                            .withTemperature(0.5)
                            .withMaxOutputTokens(9)
                            .withStop("END")
                            .withEffort("low")
                            .with("user", Json.of("u1")));
            assertThat(asked.wire().orElseThrow().path()).isEqualTo("/v1/chat/completions?api-version=1");
        }
    }

    @Test
    void answersByRules() throws Exception {
        try (ModelServer server = ModelServer.start(reply("in order"))
                .when(asked -> asked.lastUserText().equals("Hello?"), asked -> reply("by rule " + asked.model()))) {
            assertThat(at(post(server, HELLO), "/choices/0/message/content")).isEqualTo(Json.of("by rule gpt-x"));
            assertThat(at(post(server, HELLO.replace("Hello?", "Hi")), "/choices/0/message/content"))
                    .isEqualTo(Json.of("in order"));
        }
    }

    @Test
    void neverShowsAKey() throws Exception {
        try (ModelServer server = ModelServer.start(reply("Hi")).requiring("sk-secret")) {
            assertThat(post(server, HELLO).statusCode()).isEqualTo(401);
            assertThat(post(server, HELLO, "authorization", "Bearer sk-secret").statusCode())
                    .isEqualTo(200);

            ModelRequest asked = server.requests().get(0);
            assertThat(asked.wire().orElseThrow().header("Authorization")).contains("Bearer sk-secret");
            assertThat(asked + " " + asked.wire().orElseThrow()).doesNotContain("sk-secret");
        }
    }

    // Refusals

    private void refuses(String body, String message) throws Exception {
        try (ModelServer server = ModelServer.start(reply("never"))) {
            HttpResponse<String> response = post(server, body);

            assertThat(at(response, "/error/message")).isEqualTo(Json.of(message));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(server.asked()).isZero();
        }
    }

    @Test
    void refusesAToolCallWithoutItsResult() throws Exception {
        refuses(
                """
                {"model": "m", "messages": [{"role": "user", "content": "a"},
                 {"role": "assistant", "tool_calls": [{"id": "call_7", "type": "function", "function": {"name": "t", "arguments": "{}"}}]},
                 {"role": "user", "content": "b"}]}\
                """,
                "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
                        + " 'tool_call_id'. The following tool_call_ids did not have response messages: call_7");
    }

    @Test
    void refusesAToolResultWithoutItsCall() throws Exception {
        refuses(
                """
                {"model": "m", "messages": [{"role": "tool", "tool_call_id": "call_7", "content": "b"}]}\
                """,
                "Invalid parameter: messages[0] with role 'tool' must be a response to a preceding message with"
                        + " 'tool_calls'; no open call has the id 'call_7'.");
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        refuses("{\"model\": \"m\"}", "Missing required parameter: 'messages'.");
        refuses(
                "{\"model\": \"m\", \"messages\": []}",
                "Invalid 'messages': empty array. Expected an array with minimum length 1.");
        refuses("{\"messages\": [{\"role\": \"user\", \"content\": 7}]}", "expected array, got number 7");
        refuses(
                "{\"messages\": [{\"role\": \"poet\", \"content\": \"a\"}]}",
                "Invalid value: 'poet' at messages[0].role. Supported values are: 'system', 'developer', 'user',"
                        + " 'assistant', 'tool'.");
        refuses("{", "We could not parse the JSON body of your request: " + parseError("{"));
    }

    private static String parseError(String text) {
        try {
            Json.parse(text);
            throw new AssertionError("expected no JSON: " + text);
        } catch (JsonException e) {
            return e.getMessage();
        }
    }

    @Test
    void refusesWhenTheScriptIsUsedUp() throws Exception {
        try (ModelServer server = ModelServer.start()) {
            HttpResponse<String> response = post(server, HELLO);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(at(response, "/error/message"))
                    .isEqualTo(Json.of(
                            "the script has no reply to request 1, \"Hello?\": all replies in order (0) were given;"
                                    + " add a reply, or a rule that matches it (testing.script_used_up)"));
        }
    }

    @Test
    void tellsWhatARuleThrew() throws Exception {
        try (ModelServer server = ModelServer.start(asked -> {
            throw new IllegalStateException("no such city");
        })) {
            assertThat(at(post(server, HELLO), "/error/message"))
                    .isEqualTo(Json.of("a rule of the script failed: java.lang.IllegalStateException: no such city"));
        }
    }

    @Test
    void saysWhatItServes() throws Exception {
        try (ModelServer server = ModelServer.start()) {
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(server.url("/v2/chat")).build(), BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body())
                    .isEqualTo("GET /v2/chat is not served; wire formats: anthropic-messages, cohere-v2,"
                            + " bedrock-converse, gemini, ollama-generate, bedrock-invoke, mistral-chat,"
                            + " ollama-chat, openai-chat, openai-responses, anthropic-messages-count-tokens,"
                            + " gemini-count-tokens, openai-embeddings, gemini-embeddings, cohere-embeddings,"
                            + " ollama-embeddings, ollama-models");
        }
    }

    // Faults

    @Test
    void failsInTheWordsOfTheWire() throws Exception {
        try (ModelServer server = ModelServer.start(fault(Fault.refused(Kind.RATE_LIMITED, Duration.ofMillis(1500))))) {
            HttpResponse<String> response = post(server, HELLO);

            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(response.headers().firstValue("retry-after")).contains("2");
            assertThat(response.headers().firstValue("retry-after-ms")).contains("1500");
            assertThat(Json.parse(response.body())).isEqualTo(Json.parse("""
                {"error": {"message": "scripted RATE_LIMITED", "type": "requests", "param": null, "code": "rate_limit_exceeded"}}\
                """));
        }
    }

    @Test
    void failsInTheWordsOfAProxy() throws Exception {
        try (ModelServer server = ModelServer.start(fault(
                Fault.status(502, Map.of("Content-Type", "text/html", "Via", "1.1 proxy"), "<h1>Bad gateway</h1>")))) {
            HttpResponse<String> response = post(server, HELLO);

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.headers().map().get("content-type")).containsExactly("text/html");
            assertThat(response.headers().firstValue("via")).contains("1.1 proxy");
            assertThat(response.body()).isEqualTo("<h1>Bad gateway</h1>");
        }
    }

    @Test
    void failsInTheMiddleOfAStream() throws Exception {
        try (ModelServer server = ModelServer.start(reply("One ").failing(Fault.refused(Kind.SERVER)))) {
            List<String> events = events(post(server, STREAM).body());

            assertThat(events).hasSize(3);
            assertThat(Json.parse(events.get(1)).at("/choices/0/delta/content")).contains(Json.of("One "));
            assertThat(Json.parse(events.get(2)).at("/error/type")).contains(Json.of("server_error"));
        }
    }

    @Test
    void breaksTheConnection() {
        for (Fault fault : List.of(Fault.cut(), Fault.reset())) {
            for (String body : List.of(HELLO, STREAM)) {
                try (ModelServer server =
                        ModelServer.start(fault(fault), reply("One ").failing(fault))) {
                    assertThatThrownBy(() -> post(server, body)).isInstanceOf(IOException.class);
                    assertThatThrownBy(() -> post(server, body)).isInstanceOf(IOException.class);
                    assertThat(server.asked()).isEqualTo(2);
                }
            }
        }
    }

    @Test
    void sendsGarbage() throws Exception {
        try (ModelServer server =
                ModelServer.start(fault(Fault.garbage()), reply("One ").failing(Fault.garbage()))) {
            HttpResponse<String> whole = post(server, HELLO);
            assertThat(whole.statusCode()).isEqualTo(200);
            assertThat(parseError(whole.body())).isNotEmpty();

            List<String> events = events(post(server, STREAM).body());
            assertThat(parseError(events.getLast())).isNotEmpty();
        }
    }

    @Test
    void leavesNoThread() throws Exception {
        ModelServer server = ModelServer.start(asked -> reply("Hi"));
        post(server, HELLO);
        server.close();
        server.close();

        assertThatThrownBy(() -> post(server, HELLO)).isInstanceOf(IOException.class);
        assertThat(server.inProgress()).isZero();
    }
}
