package dev.tenon.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
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
import dev.tenon.provider.Usage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.StrictProfile;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final ToolSpec FIND = ToolSpec.of("find", "Finds", JsonSchema.ANY);

    private final List<Notice> notices = new ArrayList<>();

    private Json written(ChatRequest request) {
        Call call = Call.watched(new Cancellation(), delta -> {}, notices::add);
        ModelInfo model = ModelInfo.of("bedrock", "m").withAbilities(ModelInfo.Ability.JSON_SCHEMA);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ConverseBody(model, new StrictForms(StrictProfile.ANTHROPIC), request, call).writeTo(out);
        return Json.parse(out.toByteArray());
    }

    private static ChatRequest hi() {
        return ChatRequest.of("Hi");
    }

    @Test
    void settingsStandWhereConverseHasThem() {
        Json body = written(hi().withSettings(ModelSettings.NONE
                .withTemperature(0.5)
                .withTopP(0.9)
                .withMaxOutputTokens(64)
                .withStop("END")
                .withSeed(7)
                .withEffort("high")
                .with("top_k", Json.of(40))
                .with("serviceTier", Json.object("type", "flex"))
                .with("additionalModelRequestFields", Json.object("thinking", Json.object("type", "enabled")))));

        assertThat(body)
                .isEqualTo(Json.parse(
                        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}],\"inferenceConfig\":"
                                + "{\"temperature\":0.5,\"topP\":0.9,\"maxTokens\":64,\"stopSequences\":[\"END\"]},"
                                + "\"additionalModelRequestFields\":{\"top_k\":40,\"thinking\":{\"type\":\"enabled\"}},"
                                + "\"serviceTier\":{\"type\":\"flex\"}}"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("seed", "bedrock has no such setting"),
                        new Notice.Omitted(
                                "effort",
                                "bedrock has no such setting for all models: give that of the model's maker by its"
                                        + " name"));
        assertThatThrownBy(() -> written(hi().withSettings(ModelSettings.NONE.with("toolConfig", Json.Obj.EMPTY))))
                .hasMessage("the setting \"toolConfig\" is the provider's to give");
    }

    @Test
    void whatStandsOnOneSideIsOneMessage() {
        AssistantMessage called = AssistantMessage.of(List.of(
                new Content.Thinking("Hm", false, new Origin(Bedrock.WIRE, Json.object("signature", "c2ln")), Map.of()),
                Content.text(" "),
                Content.ToolCall.of("id one", "find", "{\"q\": 1.0}"),
                Content.ToolCall.of("t2", "find", "")));
        ToolMessage results = ToolMessage.of(
                List.of(Content.ToolResult.of("id one", "find", "a"), Content.ToolResult.error("t2", "find", "b")));

        Json body = written(ChatRequest.of(
                        List.of(Message.system("Be brief."), Message.user("?"), called, results, Message.user("And?")))
                .withTools(List.of(FIND)));

        assertThat(body.at("/system")).contains(Json.parse("[{\"text\":\"Be brief.\"}]"));
        assertThat(body.at("/messages"))
                .contains(Json.parse(
                        "[{\"role\":\"user\",\"content\":[{\"text\":\"?\"}]},{\"role\":\"assistant\",\"content\":["
                            + "{\"reasoningContent\":{\"reasoningText\":{\"text\":\"Hm\",\"signature\":\"c2ln\"}}},"
                            + "{\"toolUse\":{\"toolUseId\":\"call_0\",\"name\":\"find\",\"input\":{\"q\":1.0}}},"
                            + "{\"toolUse\":{\"toolUseId\":\"t2\",\"name\":\"find\",\"input\":{}}}]},{\"role\":\"user\",\"content\":["
                            + "{\"toolResult\":{\"toolUseId\":\"call_0\",\"content\":[{\"text\":\"a\"}]}},"
                            + "{\"toolResult\":{\"toolUseId\":\"t2\",\"content\":[{\"text\":\"b\"}],\"status\":\"error\"}},"
                            + "{\"text\":\"And?\"}]}]"));
        assertThat(notices).isEmpty();
    }

    @Test
    void toolsAndTheirChoiceAreToldAsFarAsTheyCanBe() {
        ChatRequest one = hi().withTools(List.of(FIND));

        assertThat(written(one).at("/toolConfig"))
                .contains(Json.parse(
                        "{\"tools\":[{\"toolSpec\":{\"name\":\"find\",\"description\":\"Finds\",\"inputSchema\":"
                                + "{\"json\":{\"type\":\"object\"}}}}]}"));
        assertThat(written(one.withToolChoice(ToolChoice.REQUIRED)).at("/toolConfig/toolChoice"))
                .contains(Json.parse("{\"any\":{}}"));
        assertThat(written(one.withToolChoice(ToolChoice.named("find"))).at("/toolConfig/toolChoice"))
                .contains(Json.parse("{\"tool\":{\"name\":\"find\"}}"));
        assertThat(written(one.withToolChoice(ToolChoice.NONE)).at("/toolConfig"))
                .isEmpty();
        assertThat(notices).isEmpty();

        AssistantMessage called = AssistantMessage.of(List.of(Content.ToolCall.of("t1", "gone", "{}")));
        ToolMessage result = ToolMessage.of(List.of(Content.ToolResult.of("t1", "gone", "x")));
        Json history = written(ChatRequest.of(List.of(Message.user("?"), called, result)));
        assertThat(history.at("/toolConfig/tools/0/toolSpec/name")).contains(Json.of("gone"));
    }

    @Test
    void aSchemaForTheAnswerIsAText() {
        JsonSchema schema = JsonSchema.parse(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"],\"additionalProperties\":false}");

        Json format = written(hi().withFormat(ResponseFormat.json("answer", schema)))
                .at("/outputConfig/textFormat")
                .orElseThrow();

        assertThat(format.at("/type")).contains(Json.of("json_schema"));
        assertThat(format.at("/structure/jsonSchema/name")).contains(Json.of("answer"));
        assertThat(Json.parse(
                        format.at("/structure/jsonSchema/schema").orElseThrow().asString()))
                .isEqualTo(schema.json());
    }

    @Test
    void aSchemaThatIsNotEnforcedIsToldInWords() {
        JsonSchema any = JsonSchema.parse("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}");

        Json written = written(hi().withFormat(ResponseFormat.json("answer", any)));

        assertThat(written.at("/outputConfig")).isEmpty();
        assertThat(written.at("/system/0/text").orElseThrow().asString()).contains(any.toString());
    }

    @Test
    void mediaThatCannotBeSentAreAnErrorBefore() {
        for (Map.Entry<Content.Media, String> wrong : Map.of(
                        Content.Media.of(new byte[] {1}, "audio/wav"),
                        "message 0, part 1: bedrock takes no audio",
                        Content.Media.of(new byte[] {1}, "image/tiff"),
                        "message 0, part 1: bedrock takes no image/tiff",
                        Content.Media.of(java.net.URI.create("https://example.org/a.png"), "image/png"),
                        "message 0, part 1: bedrock takes media only as bytes, or at an address that begins with s3://")
                .entrySet()) {
            assertThatThrownBy(() -> written(ChatRequest.of(List.of(UserMessage.of("?", List.of(wrong.getKey()))))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(wrong.getValue());
        }
        Content.Media pdf = Content.Media.of(new byte[] {1}, "application/pdf").withName("my_report  1.pdf");
        assertThat(written(ChatRequest.of(List.of(UserMessage.of("?", List.of(pdf)))))
                        .at("/messages/0/content/1"))
                .contains(Json.parse("{\"document\":{\"format\":\"pdf\",\"name\":\"my-report"
                        + " 1\",\"source\":{\"bytes\":\"AQ==\"}}}"));
    }

    @Test
    void aReplyGoesBackAsItCame() {
        String reply = "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":["
            + "{\"toolUse\":{\"name\":\"nova_grounding\",\"toolUseId\":\"s1\",\"type\":\"server_tool_use\",\"input\":{\"q\":1}}},"
            + "{\"toolResult\":{\"toolUseId\":\"s1\",\"content\":[{\"text\":\"x\"}],\"status\":\"success\"}},"
            + "{\"reasoningContent\":{\"redactedContent\":\"AAAA\"}},{\"text\":\"So.\"},"
            + "{\"toolUse\":{\"name\":\"find\",\"toolUseId\":\"t1\",\"input\":{\"q\":2}}}]}},\"stopReason\":\"tool_use\","
            + "\"usage\":{\"inputTokens\":10,\"outputTokens\":5,\"totalTokens\":28,\"cacheReadInputTokens\":7,"
            + "\"cacheWriteInputTokens\":6}}";
        AtomicReference<LoopbackServer.Request> asked = new AtomicReference<>();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            asked.set(request);
            return Answer.of(200, "application/json", reply);
        })) {
            Json config = Json.object()
                    .put("model", "us.maker.model-v1:0")
                    .put("region", "eu-central-1")
                    .put("access_key_id", "AKIDEXAMPLE")
                    .put("secret_access_key", "secret-access-key")
                    .put("session_token", "session-token")
                    .put("base_url", server.url("").toString())
                    .build();
            ChatResponse response =
                    ProviderRegistry.discover().create("bedrock", config).chat(hi(), Call.unwatched());

            assertThat(asked.get().path()).isEqualTo("/model/us.maker.model-v1%3A0/converse");
            assertThat(asked.get().header("authorization").orElseThrow())
                    .startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
                    .contains(
                            "/eu-central-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token,");
            assertThat(asked.get().header("x-amz-security-token")).contains("session-token");
            assertThat(config.as(BedrockFactory.Options.class).toString()).doesNotContain("secret", "session-token");
            assertThat(response.usage())
                    .isEqualTo(new Usage(23, 5, 7, 6, 0, 0, response.usage().reported(), Map.of()));
            ToolMessage result = ToolMessage.of(List.of(Content.ToolResult.of("t1", "find", "y")));
            Json body = written(ChatRequest.of(List.of(Message.user("Hi"), response.message(), result)));
            assertThat(body.at("/messages/1/content"))
                    .contains(Json.parse(
                            "[{\"toolUse\":{\"name\":\"nova_grounding\",\"toolUseId\":\"s1\",\"type\":\"server_tool_use\","
                                + "\"input\":{\"q\":1}}},{\"toolResult\":{\"toolUseId\":\"s1\",\"content\":[{\"text\":\"x\"}],"
                                + "\"status\":\"success\"}},{\"reasoningContent\":{\"redactedContent\":\"AAAA\"}},{\"text\":\"So.\"},"
                                + "{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"find\",\"input\":{\"q\":2}}}]"));
        }
    }

    @Test
    void theEnvironmentHasTheKeys() {
        Map<String, String> env = Map.of(
                "AWS_REGION",
                "us-west-2",
                "AWS_ACCESS_KEY_ID",
                "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY",
                "secret-access-key");
        assertThat(Bedrock.fromEnv(env))
                .hasToString("Bedrock[us-west-2, https://bedrock-runtime.us-west-2.amazonaws.com/]");
        assertThat(AwsCredentials.fromEnv(env)).hasToString("AwsCredentials[of a user]");
        assertThatThrownBy(() -> Bedrock.fromEnv(Map.of("AWS_REGION", "us-west-2")))
                .hasMessage(
                        "AWS_ACCESS_KEY_ID is not set: files and roles are not looked at; a library of Amazon's can,"
                                + " and give what it finds to credentials(…)");
        assertThatThrownBy(() -> Bedrock.fromEnv(Map.of()))
                .hasMessage("AWS_REGION is not set: set it to a region with Bedrock, for example us-east-1");
        assertThatThrownBy(() -> Bedrock.connect("us-east-1").build())
                .hasMessage("the connection has neither credentials nor a key");
    }
}
