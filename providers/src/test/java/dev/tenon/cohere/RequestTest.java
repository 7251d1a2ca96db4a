package dev.tenon.cohere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Notice;
import dev.tenon.provider.ProviderRegistry;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.tool.ToolSpec;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final Content.Media PNG = Content.Media.of(new Content.Media.Inline("iVBORw0KGgo="), "image/png");
    private static final ToolSpec FIND = ToolSpec.of("find", "Finds", JsonSchema.ANY);
    private static final ToolSpec NOW = ToolSpec.of("now", "", JsonSchema.parse("{\"type\":\"object\"}"));

    private final List<Notice> notices = new ArrayList<>();

    private Json written(ChatRequest request) {
        Call call = Call.watched(new Cancellation(), delta -> {}, notices::add);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ChatBody(ModelInfo.of("cohere", "m"), request, call).writeTo(out);
        return Json.parse(out.toByteArray());
    }

    private static ChatRequest hi() {
        return ChatRequest.of("Hi");
    }

    @Test
    void settingsHaveCoheresNames() {
        Json body = written(hi().withSettings(ModelSettings.NONE
                .withTemperature(0.5)
                .withTopP(0.9)
                .withMaxOutputTokens(64)
                .withSeed(7)
                .withStop("END")
                .withEffort("none")
                .withParallelToolCalls(true)
                .with("k", Json.of(40))));

        assertThat(body)
                .isEqualTo(Json.parse(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true,"
                            + "\"temperature\":0.5,\"p\":0.9,\"max_tokens\":64,\"seed\":7,\"stop_sequences\":[\"END\"],"
                            + "\"thinking\":{\"type\":\"disabled\"},\"k\":40}"));
        assertThat(notices).containsExactly(new Notice.Omitted("parallel_tool_calls", "cohere has no such setting"));
        written(hi().withSettings(ModelSettings.NONE.withEffort("high")));
        assertThat(notices)
                .contains(new Notice.Omitted(
                        "effort", "cohere has no such setting but none; thinking has a token_budget"));
        assertThatThrownBy(() -> written(hi().withSettings(ModelSettings.NONE.with("tools", Json.Arr.EMPTY))))
                .hasMessage("the setting \"tools\" is the provider's to give");
    }

    @Test
    void aChoiceOfToolsIsToldAsFarAsItCanBe() {
        ChatRequest both = hi().withTools(List.of(FIND, NOW));

        assertThat(written(both).at("/tools/0/function"))
                .contains(Json.parse("{\"name\":\"find\",\"description\":\"Finds\",\"parameters\":{\"type\":\"object\","
                        + "\"properties\":{}}}"));
        assertThat(written(both).at("/tool_choice")).isEmpty();
        assertThat(written(both.withToolChoice(ToolChoice.NONE)).at("/tool_choice"))
                .contains(Json.of("NONE"));
        assertThat(written(both.withToolChoice(ToolChoice.REQUIRED)).at("/tool_choice"))
                .contains(Json.of("REQUIRED"));
        Json named = written(both.withToolChoice(ToolChoice.named("now")));
        assertThat(named.at("/tool_choice")).contains(Json.of("REQUIRED"));
        assertThat(named.at("/tools/0/function/name")).contains(Json.of("now"));
        assertThat(named.at("/tools/1")).isEmpty();
        assertThat(notices).isEmpty();
    }

    @Test
    void aSchemaIsSentWhereItIsEnforced() {
        JsonSchema enforced = JsonSchema.parse("{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"]}");
        JsonSchema loose = JsonSchema.parse("{\"type\":\"object\",\"properties\":{\"a\":{}}}");

        assertThat(written(hi().withFormat(ResponseFormat.json("x", enforced))).at("/response_format/json_schema"))
                .contains(enforced.json());
        assertThat(notices).isEmpty();
        assertThat(written(hi().withFormat(ResponseFormat.json("x", loose))).at("/response_format"))
                .contains(Json.object("type", "json_object"));
        Json both = written(hi().withFormat(ResponseFormat.json("x", enforced)).withTools(List.of(NOW)));
        assertThat(both.at("/response_format")).isEmpty();
        assertThat(both.at("/messages/0/role")).contains(Json.of("system"));
        assertThat(both.at("/messages/0/content").orElseThrow().asString())
                .contains(enforced.json().toString());
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted(
                                "the schema of the response format",
                                "cohere enforces only that of an object with a required member; the model is told of"
                                        + " it in words"),
                        new Notice.Omitted(
                                "the response format",
                                "cohere enforces none together with tools or documents; the model is told of it in"
                                        + " words"));
    }

    @Test
    void mediaThatCannotBeSentAreAnErrorBefore() {
        Content.Media pdf = Content.Media.of(new byte[] {1}, "application/pdf");

        assertThatThrownBy(() -> written(ChatRequest.of(List.of(UserMessage.of("?", List.of(pdf))))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message 0, part 1: cohere takes no documents but text");
        Content.Media there = Content.Media.of(URI.create("https://example.org/a.png"), "image/png");
        assertThat(written(ChatRequest.of(List.of(UserMessage.of("?", List.of(PNG, there)))))
                        .at("/messages/0/content"))
                .contains(Json.parse("[{\"type\":\"text\",\"text\":\"?\"},{\"type\":\"image_url\",\"image_url\":"
                        + "{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}},{\"type\":\"image_url\",\"image_url\":"
                        + "{\"url\":\"https://example.org/a.png\"}}]"));
    }

    @Test
    void aTurnGoesBackAsItCame() {
        String reply =
                "{\"id\":\"c1\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm\"}],\"tool_plan\":\"I"
                    + " will find"
                    + " it.\",\"tool_calls\":[{\"id\":\"find_1\",\"type\":\"function\",\"function\":{\"name\":\"find\",\"arguments\":\"{\\\"q\\\":"
                    + " 1}\"}}]},\"finish_reason\":\"TOOL_CALL\"}";
        try (LoopbackServer server = LoopbackServer.start(it -> Answer.of(200, "application/json", reply))) {
            Json config = Json.object()
                    .put("model", "m")
                    .put("base_url", server.url("/v2").toString())
                    .put("api_key", "cohere-secret-key")
                    .build();
            ChatResponse response =
                    ProviderRegistry.discover().create("cohere", config).chat(hi(), Call.unwatched());
            Content.ToolResult result = new Content.ToolResult(
                    "find_1",
                    "find",
                    List.of(
                            Content.text("found"),
                            Content.Media.of("Ruby.".getBytes(java.nio.charset.StandardCharsets.UTF_8), "text/plain"),
                            PNG),
                    false,
                    Origin.NONE,
                    Map.of());

            Json body = written(
                    ChatRequest.of(List.of(Message.user("Hi"), response.message(), ToolMessage.of(List.of(result)))));

            assertThat(response.extra()).containsEntry(Cohere.TOOL_PLAN, Json.of("I will find it."));
            assertThat(body.at("/messages/1"))
                    .contains(Json.parse(
                            "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm\"}],"
                                + "\"tool_calls\":[{\"id\":\"find_1\",\"type\":\"function\",\"function\":{\"name\":\"find\",\"arguments\":\"{\\\"q\\\":"
                                + " 1}\"}}],\"tool_plan\":\"I will find it.\"}"));
            assertThat(body.at("/messages/2"))
                    .contains(
                            Json.parse("{\"role\":\"tool\",\"tool_call_id\":\"find_1\",\"content\":[{\"type\":\"text\","
                                + "\"text\":\"found\"},{\"type\":\"document\",\"document\":{\"data\":{\"text\":\"Ruby.\"}}},{\"type\":\"text\",\"text\":\"[image"
                                + " 1 follows after the tool results]\"}]}"));
            assertThat(body.at("/messages/3/content/1/type")).contains(Json.of("image_url"));
            assertThat(notices).isEmpty();
        }
    }

    @Test
    void partsOfOthersStayHere() {
        Message other = dev.tenon.message.AssistantMessage.of(List.of(
                Content.Thinking.of("Hm"),
                Content.Opaque.of("anthropic-messages", "server_tool_use", Json.Obj.EMPTY),
                Content.text("Yes.")));

        assertThat(written(ChatRequest.of(List.of(Message.user("?"), other, Message.user("!"))))
                        .at("/messages/1"))
                .contains(Json.parse("{\"role\":\"assistant\",\"content\":\"Yes.\"}"));
        assertThat(notices).hasSize(2);
    }
}
