package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Notice;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.StrictProfile;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Scoped;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final JsonSchema CITY =
            JsonSchema.parse("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
                    + "\"required\":[\"city\"],\"additionalProperties\":false}");
    private static final JsonSchema LOOSE =
            JsonSchema.parse("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}");
    private static final ToolSpec WEATHER = ToolSpec.of("weather", "The weather now", CITY);
    private static final ToolSpec TIME = ToolSpec.of("time", "", LOOSE);

    private final List<Notice> notices = new ArrayList<>();

    private Json written(Dialect dialect, ChatRequest request) {
        return written(dialect, request, true);
    }

    private Json written(Dialect dialect, ChatRequest request, boolean streamed) {
        Call call = streamed
                ? Call.watched(new Cancellation(), delta -> {}, notices::add)
                : new Watched(Call.of(new Cancellation()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RequestWriter(dialect, new StrictForms(StrictProfile.OPENAI), "m", request, call).write(out);
        return Json.parse(out.toString(StandardCharsets.UTF_8));
    }

    /** Collects notices, and wants no stream. */
    private final class Watched implements Call, Scoped {
        private final Call call;

        Watched(Call call) {
            this.call = call;
        }

        @Override
        public boolean watched() {
            return false;
        }

        @Override
        public void delta(dev.tenon.provider.Delta delta) {
            throw new AssertionError("nobody watches");
        }

        @Override
        public void notice(Notice notice) {
            notices.add(notice);
        }

        @Override
        public Scope scope() {
            return call;
        }
    }

    private Json messages(Dialect dialect, Message... messages) {
        return written(dialect, ChatRequest.of(List.of(messages)))
                .at("/messages")
                .orElseThrow();
    }

    private static Json json(String text) {
        return Json.parse(text);
    }

    private static Content.Thinking thought(String text) {
        return new Content.Thinking(text, false, new Origin(OpenAi.WIRE, Json.NULL), Map.of());
    }

    @Test
    void theSmallestRequest() {
        assertThat(written(Dialect.OPENAI, ChatRequest.of("Hi"), false))
                .hasToString("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        assertThat(written(Dialect.OPENAI, ChatRequest.of("Hi")))
                .hasToString("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true,"
                        + "\"stream_options\":{\"include_usage\":true}}");
        assertThat(notices).isEmpty();
    }

    @Test
    void usageIsNotAskedForWhereAHostGivesItUnasked() {
        assertThat(written(Dialect.MISTRAL, ChatRequest.of("Hi")).at("/stream_options"))
                .isEmpty();
    }

    @Test
    void settingsHaveTheHostsNames() {
        ChatRequest request = ChatRequest.of("Hi")
                .withSettings(ModelSettings.NONE
                        .withTemperature(0.5)
                        .withTopP(0.9)
                        .withMaxOutputTokens(7)
                        .withStop("x")
                        .withSeed(3)
                        .withEffort("low")
                        .with("custom", Json.object("a", 1)));
        assertThat(written(Dialect.OPENAI, request, false).asObj().without("messages"))
                .isEqualTo(json(
                        "{\"model\":\"m\",\"temperature\":0.5,\"top_p\":0.9,\"max_completion_tokens\":7,\"stop\":[\"x\"],"
                            + "\"seed\":3,\"reasoning_effort\":\"low\",\"custom\":{\"a\":1}}"));
        assertThat(written(Dialect.MISTRAL, request, false).asObj().without("messages"))
                .isEqualTo(json("{\"model\":\"m\",\"temperature\":0.5,\"top_p\":0.9,\"max_tokens\":7,\"stop\":[\"x\"],"
                        + "\"random_seed\":3,\"reasoning_effort\":\"low\",\"custom\":{\"a\":1}}"));
        assertThat(written(
                                Dialect.OPENROUTER,
                                request.withSettings(ModelSettings.NONE
                                        .with("reasoning", Json.object("exclude", true))
                                        .withEffort("high")))
                        .at("/reasoning"))
                .contains(json("{\"exclude\":true,\"effort\":\"high\"}"));
        assertThat(notices).isEmpty();
    }

    @Test
    void aSettingThatAHostDoesNotTakeIsLeftOutAndTold() {
        ChatRequest request =
                ChatRequest.of("Hi").withSettings(ModelSettings.NONE.withSeed(3).withParallelToolCalls(false));
        Json written = written(Dialect.DEEPSEEK, request, false);
        assertThat(written.asObj().members().keySet()).containsExactly("model", "messages");
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("seed", "deepseek takes no such setting here"),
                        new Notice.Omitted("parallel_tool_calls", "deepseek takes no such setting here"));
    }

    @Test
    void aSettingThatTheProviderWritesItselfIsRefused() {
        ChatRequest request = ChatRequest.of("Hi").withSettings(ModelSettings.NONE.with("messages", Json.Arr.EMPTY));
        assertThatThrownBy(() -> written(Dialect.OPENAI, request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the setting \"messages\" is the provider's to give");
    }

    @Test
    void toolsAreStrictWhereTheirSchemaAllowsIt() {
        Json tools = written(Dialect.OPENAI, ChatRequest.of("Hi").withTools(List.of(WEATHER, TIME)))
                .at("/tools")
                .orElseThrow();
        assertThat(tools)
                .isEqualTo(
                        json("[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"description\":\"The weather"
                                + " now\",\"parameters\":"
                                + CITY
                                + ",\"strict\":true}},{\"type\":\"function\",\"function\":{\"name\":\"time\",\"parameters\":"
                                + LOOSE + "}}]"));
        assertThat(written(Dialect.GROQ, ChatRequest.of("Hi").withTools(List.of(WEATHER)))
                        .at("/tools/0/function/strict"))
                .isEmpty();
    }

    record Place(String city, int day, java.util.Optional<String> unit) {}

    record Tags(Map<String, Integer> counts) {}

    @Test
    void aRecordIsStrictAndAMapIsNot() {
        ChatRequest request = ChatRequest.of("Hi")
                .withTools(List.of(
                        ToolSpec.of("a", "", JsonSchema.of(Place.class)),
                        ToolSpec.of("b", "", JsonSchema.of(Tags.class))));
        Json tools = written(Dialect.OPENAI, request).at("/tools").orElseThrow();
        assertThat(tools.at("/0/function/strict")).contains(Json.of(true));
        assertThat(tools.at("/0/function/parameters/required")).contains(Json.array("city", "day", "unit"));
        assertThat(tools.at("/1/function/strict")).isEmpty();
        assertThat(tools.at("/1/function/parameters"))
                .contains(JsonSchema.of(Tags.class).json());
    }

    @Test
    void aHostsOwnToolsStandBesideOurs() {
        ChatRequest request = ChatRequest.of("Hi")
                .withTools(List.of(TIME))
                .withSettings(ModelSettings.NONE.with("tools", Json.array(Json.object("type", "browser_search"))));
        assertThat(written(Dialect.GROQ, request).at("/tools/1")).contains(Json.object("type", "browser_search"));
    }

    @Test
    void toolChoices() {
        ChatRequest request = ChatRequest.of("Hi").withTools(List.of(WEATHER, TIME));
        assertThat(written(Dialect.OPENAI, request).at("/tool_choice")).isEmpty();
        assertThat(written(Dialect.OPENAI, request.withToolChoice(ToolChoice.NONE))
                        .at("/tool_choice"))
                .contains(Json.of("none"));
        assertThat(written(Dialect.OPENAI, request.withToolChoice(ToolChoice.REQUIRED))
                        .at("/tool_choice"))
                .contains(Json.of("required"));
        assertThat(written(Dialect.MISTRAL, request.withToolChoice(ToolChoice.REQUIRED))
                        .at("/tool_choice"))
                .contains(Json.of("any"));
        assertThat(written(Dialect.OPENAI, request.withToolChoice(ToolChoice.named("time")))
                        .at("/tool_choice"))
                .contains(json("{\"type\":\"function\",\"function\":{\"name\":\"time\"}}"));
        ChatRequest named = request.withToolChoice(ToolChoice.named("time"));
        assertThatThrownBy(() -> written(Dialect.LM_STUDIO, named))
                .hasMessage(
                        "lm-studio cannot be told which tool to call: give it \"time\" alone, or ToolChoice.REQUIRED");
        assertThat(written(Dialect.LM_STUDIO, named.withTools(List.of(TIME))).at("/tool_choice"))
                .contains(Json.of("required"));
        assertThatThrownBy(() -> written(Dialect.OPENAI, request.withToolChoice(ToolChoice.named("map"))))
                .hasMessage("the tool \"map\" must be called, but the request has no tool of that name");
        assertThatThrownBy(() -> written(Dialect.OPENAI, ChatRequest.of("Hi").withToolChoice(ToolChoice.REQUIRED)))
                .hasMessage("a tool call is required, but the request has no tools");
    }

    @Test
    void toolChoicesThatAHostDoesNotKnow() {
        ChatRequest request = ChatRequest.of("Hi").withTools(List.of(WEATHER));
        assertThat(written(Dialect.OLLAMA, request.withToolChoice(ToolChoice.NONE))
                        .at("/tools"))
                .isEmpty();
        assertThat(notices).isEmpty();
        assertThat(written(Dialect.OLLAMA, request.withToolChoice(ToolChoice.REQUIRED))
                        .at("/tool_choice"))
                .isEmpty();
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("the tool choice", "ollama cannot be told that a call is required"));
    }

    @Test
    void answersByASchemaWhereTheHostHasThem() {
        ChatRequest request = ChatRequest.of("Hi").withFormat(ResponseFormat.json("place", CITY));
        assertThat(written(Dialect.OPENAI, request).at("/response_format"))
                .contains(json("{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"place\",\"schema\":" + CITY
                        + ",\"strict\":true}}"));
        assertThat(written(Dialect.OPENAI, request).at("/messages/1")).isEmpty();
        Json told = written(Dialect.DEEPSEEK, request);
        assertThat(told.at("/response_format")).contains(json("{\"type\":\"json_object\"}"));
        assertThat(told.at("/messages/0/role")).contains(Json.of("system"));
        assertThat(told.at("/messages/0/content").orElseThrow().asString()).contains(CITY.toString());
        assertThat(notices)
                .containsExactly(new Notice.Omitted(
                        "the schema of the response format",
                        "deepseek enforces JSON, but no schema; the model is told of it in words"));
    }

    @Test
    void mediaOfTheUser() {
        UserMessage message = UserMessage.of(
                "Look",
                List.of(
                        Content.Media.of(new Content.Media.Inline("iVBO"), "image/png"),
                        Content.Media.of(URI.create("https://example.org/a.jpg"), "image/jpeg"),
                        Content.Media.of(new Content.Media.Inline("UklG"), "audio/x-wav"),
                        Content.Media.of(new Content.Media.Inline("JVBE"), "application/pdf")
                                .withName("a.pdf"),
                        Content.Media.of(new Content.Media.Stored("file-1"), "application/pdf"),
                        Content.Media.of("a,b\n".getBytes(StandardCharsets.UTF_8), "text/csv; charset=utf-8")
                                .withName("t.csv")));
        assertThat(messages(Dialect.OPENAI, message).at("/0/content"))
                .contains(json(
                        "[{\"type\":\"text\",\"text\":\"Look\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBO\"}},{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.org/a.jpg\"}},{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklG\",\"format\":\"wav\"}},{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,JVBE\"}},{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}},{\"type\":\"text\",\"text\":\"t.csv:\\n"
                            + "\\n"
                            + "a,b\\n"
                            + "\"}]"));
        assertThat(messages(
                                Dialect.MISTRAL,
                                UserMessage.of(
                                        "Read",
                                        List.of(Content.Media.of(
                                                URI.create("https://example.org/a.pdf"), "application/pdf"))))
                        .at("/0/content/1"))
                .contains(json("{\"type\":\"document_url\",\"document_url\":\"https://example.org/a.pdf\"}"));
    }

    @Test
    void mediaThatAHostCannotBeSentAreRefusedByTheirPlace() {
        record Refused(Dialect dialect, Content.Media media, String why) {}
        for (Refused refused : List.of(
                new Refused(Dialect.DEEPSEEK, Content.Media.of(new byte[1], "image/png"), "deepseek takes no images"),
                new Refused(Dialect.GROQ, Content.Media.of(new byte[1], "audio/wav"), "groq takes no audio"),
                new Refused(Dialect.OPENAI, Content.Media.of(new byte[1], "video/mp4"), "openai takes no video"),
                new Refused(
                        Dialect.GROQ,
                        Content.Media.of(new byte[1], "application/pdf"),
                        "groq takes no documents but texts"),
                new Refused(
                        Dialect.OPENAI,
                        Content.Media.of(URI.create("https://example.org/a.wav"), "audio/wav"),
                        "openai takes audio only inline: give its bytes"),
                new Refused(
                        Dialect.OPENAI,
                        Content.Media.of(URI.create("https://example.org/a.pdf"), "application/pdf"),
                        "openai takes no documents by their address: give the bytes"),
                new Refused(
                        Dialect.OPENAI,
                        Content.Media.of(new Content.Media.Stored("f"), "image/png"),
                        "openai takes an image as bytes or by its address, not by a file id"))) {
            assertThatThrownBy(() -> messages(
                            refused.dialect, Message.system("s"), UserMessage.of("Look", List.of(refused.media))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("message 1, part 1: " + refused.why);
        }
    }

    @Test
    void argumentsGoBackToTheLetter() {
        String arguments = "{ \"city\" :\t\"L\\u0069sbon\" }";
        Json messages = messages(
                Dialect.OPENAI,
                AssistantMessage.of(List.of(Content.text("I look."), Content.ToolCall.of("a", "weather", arguments))),
                ToolMessage.of(List.of(Content.ToolResult.of("a", "weather", "rain"))));
        assertThat(messages)
                .isEqualTo(Json.array(
                        Json.object()
                                .put("role", "assistant")
                                .put("content", "I look.")
                                .put(
                                        "tool_calls",
                                        Json.array(
                                                json("{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"weather\"}}")
                                                        .asObj()
                                                        .with(
                                                                "function",
                                                                Json.object()
                                                                        .put("name", "weather")
                                                                        .put("arguments", arguments)
                                                                        .build())))
                                .build(),
                        json("{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"rain\"}")));
    }

    @Test
    void callIdsThatAreEmptyOrRepeatArePairedByOrder() {
        AssistantMessage calls = AssistantMessage.of(List.of(
                Content.ToolCall.of("", "a", "{}"),
                Content.ToolCall.of("x", "b", "{}"),
                Content.ToolCall.of("x", "c", "{}"),
                Content.ToolCall.of("", "d", "{}")));
        ToolMessage results = ToolMessage.of(List.of(
                Content.ToolResult.of("", "a", "1"),
                Content.ToolResult.of("x", "b", "2"),
                Content.ToolResult.of("x", "c", "3"),
                Content.ToolResult.of("", "d", "4")));
        for (Dialect dialect : List.of(Dialect.OPENAI, Dialect.MISTRAL)) {
            Json messages = messages(dialect, calls, results, calls, results);
            List<String> asked = new ArrayList<>();
            List<String> answered = new ArrayList<>();
            for (Json message : messages.asArr()) {
                message.asObj()
                        .get("tool_calls")
                        .ifPresent(all -> all.asArr()
                                .forEach(call ->
                                        asked.add(call.asObj().string("id").orElseThrow())));
                message.asObj().string("tool_call_id").ifPresent(answered::add);
            }
            assertThat(asked).hasSize(8).doesNotHaveDuplicates().isEqualTo(answered);
            if (dialect == Dialect.MISTRAL) assertThat(asked).allMatch(id -> id.matches("[a-zA-Z0-9]{9}"));
            Json again = messages(dialect, calls, results);
            assertThat(again.at("/0/tool_calls")).isEqualTo(messages.at("/0/tool_calls"));
        }
    }

    @Test
    void mediaInResultsFollowInAUserMessage() {
        Content.Media image = Content.Media.of(new Content.Media.Inline("iVBO"), "image/png");
        Content.Media video = Content.Media.of(new Content.Media.Inline("AAAA"), "video/mp4");
        ToolMessage results = ToolMessage.of(List.of(
                new Content.ToolResult("a", "map", List.of(Content.text("A map"), image), false, Origin.NONE, Map.of()),
                new Content.ToolResult("b", "film", List.of(video), false, Origin.NONE, Map.of())));
        assertThat(messages(Dialect.OPENAI, results))
                .isEqualTo(json("[{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"A map\\n"
                        + "[medium 1 (image/png) follows after the tool"
                        + " results]\"},{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"[left out:"
                        + " video/mp4 cannot be shown to this"
                        + " model]\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"The"
                        + " medium of the tool result above:\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBO\"}}]}]"));
        assertThat(notices).containsExactly(new Notice.Omitted("a medium of a tool result", "openai takes no video"));
        assertThat(messages(Dialect.OPENROUTER, results).at("/0/content/1/type"))
                .contains(Json.of("image_url"));
    }

    @Test
    void thinkingGoesBackAsTheDialectSays() {
        Message before = AssistantMessage.of(List.of(thought("old"), Content.text("A")));
        Message now = AssistantMessage.of(List.of(thought("new"), Content.ToolCall.of("a", "t", "{}")));
        Message[] messages = {Message.user("1"), before, Message.user("2"), now};

        Json deepseek = messages(Dialect.DEEPSEEK, messages);
        assertThat(deepseek.at("/1/reasoning_content")).isEmpty();
        assertThat(deepseek.at("/3/reasoning_content")).contains(Json.of("new"));
        assertThat(notices).isEmpty();

        Json mistral = messages(Dialect.MISTRAL, messages);
        assertThat(mistral.at("/1/content"))
                .contains(
                        json(
                                "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"old\"}]},{\"type\":\"text\",\"text\":\"A\"}]"));

        messages(Dialect.OPENAI, messages);
        assertThat(notices).containsExactly(new Notice.Omitted("thinking", "openai takes none back"));
    }

    @Test
    void signedDetailsGoBackUnchanged() {
        Json detail = json("{\"type\":\"reasoning.text\",\"text\":\"Hm\",\"signature\":\"abc\",\"index\":0}");
        Message message = AssistantMessage.of(List.of(
                new Content.Thinking("Hm", false, new Origin(OpenAi.WIRE, detail), Map.of()), Content.text("A")));
        assertThat(messages(Dialect.OPENROUTER, message).at("/0/reasoning_details"))
                .contains(Json.array(detail));
    }

    @Test
    void thinkingOfAnotherWireStaysBehind() {
        Message message = AssistantMessage.of(List.of(
                new Content.Thinking("Hm", false, new Origin("anthropic-messages", Json.of("signature")), Map.of()),
                Content.text("A")));
        Json written = messages(Dialect.OPENROUTER, Message.user("?"), message);
        assertThat(written.at("/1")).contains(json("{\"role\":\"assistant\",\"content\":\"A\"}"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("thinking", "it came over another wire format and goes back only there"));
    }

    @Test
    void partsThatOnlyTheirProviderUnderstandsGoBackOnlyThere() {
        Message message = AssistantMessage.of(List.of(
                Content.Opaque.of("gemini", "executableCode", Json.object("a", 1)),
                Content.Opaque.of(OpenAi.WIRE, "thing", json("{\"type\":\"thing\",\"a\":1}")),
                Content.text("A")));
        assertThat(messages(Dialect.COMPATIBLE, message).at("/0/content"))
                .contains(json("[{\"type\":\"thing\",\"a\":1},{\"type\":\"text\",\"text\":\"A\"}]"));
        assertThat(notices)
                .containsExactly(new Notice.Omitted(
                        "a part \"executableCode\"", "it came over another wire format and goes back only there"));
    }

    @Test
    void annotationsRefusalsAndAudioGoBackWhereTheHostTakesThem() {
        Json annotation = json("{\"type\":\"file\",\"file\":{\"hash\":\"h\"}}");
        Message cited = AssistantMessage.of(List.of(new Content.Text(
                "A", List.of(Citation.of("", "", annotation)), new Origin(OpenAi.WIRE, Json.NULL), Map.of())));
        assertThat(messages(Dialect.OPENROUTER, cited).at("/0/annotations")).contains(Json.array(annotation));
        assertThat(messages(Dialect.OPENAI, cited).at("/0/annotations")).isEmpty();

        Message refused =
                new AssistantMessage(List.of(), new Origin(OpenAi.WIRE, Json.object("refusal", "No.")), Map.of());
        assertThat(messages(Dialect.OPENAI, refused))
                .isEqualTo(json("[{\"role\":\"assistant\",\"content\":\"\",\"refusal\":\"No.\"}]"));

        Json back = json("{\"id\":\"audio_1\",\"transcript\":\"Hello\"}");
        Message spoken = AssistantMessage.of(List.of(new Content.Media(
                Content.Media.Kind.AUDIO,
                "",
                new Content.Media.Inline("AAAA"),
                "",
                new Origin(OpenAi.WIRE, back),
                Map.of())));
        assertThat(messages(Dialect.OPENAI, spoken))
                .isEqualTo(json("[{\"role\":\"assistant\",\"content\":null,\"audio\":{\"id\":\"audio_1\"}}]"));
        assertThat(messages(Dialect.GROQ, spoken)).isEqualTo(json("[{\"role\":\"assistant\",\"content\":\"Hello\"}]"));
    }

    @Test
    void extraContentGoesBackToHostsThatMayWantIt() {
        Json extra = json("{\"google\":{\"thought_signature\":\"abc\"}}");
        Origin origin = new Origin(OpenAi.WIRE, Json.object("extra_content", extra));
        Message message = new AssistantMessage(
                List.of(new Content.ToolCall("a", "t", "{}", "", origin, Map.of())), origin, Map.of());
        Json back = messages(Dialect.COMPATIBLE, message);
        assertThat(back.at("/0/extra_content")).contains(extra);
        assertThat(back.at("/0/tool_calls/0/extra_content")).contains(extra);
        assertThat(messages(Dialect.OPENAI, message).toString()).doesNotContain("google");
    }

    @Test
    void aCustomCallGoesBackAsOne() {
        Origin custom = new Origin(OpenAi.WIRE, Json.object("type", "custom"));
        Message message =
                AssistantMessage.of(List.of(new Content.ToolCall("a", "py", "{}", "x = 1", custom, Map.of())));
        assertThat(messages(Dialect.OPENAI, message).at("/0/tool_calls/0"))
                .contains(json("{\"id\":\"a\",\"type\":\"custom\",\"custom\":{\"name\":\"py\",\"input\":\"x = 1\"}}"));
    }

    @Test
    void aDialectOfOnesOwn() {
        Dialect acme = Dialect.COMPATIBLE.toBuilder("acme")
                .baseUrl("https://api.acme.example/v1")
                .systemRole("developer")
                .without(Dialect.Feature.STREAM_USAGE)
                .thinkingBack(Dialect.ThinkingBack.THIS_TURN, "thoughts")
                .body("safe_prompt", Json.of(true))
                .build();
        Json written = written(
                acme,
                ChatRequest.of(List.of(
                        Message.system("s"),
                        Message.user("u"),
                        AssistantMessage.of(List.of(thought("Hm"), Content.text("A"))))));
        assertThat(written)
                .isEqualTo(
                        json(
                                "{\"model\":\"m\",\"messages\":[{\"role\":\"developer\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"u\"},"
                                    + "{\"role\":\"assistant\",\"content\":\"A\",\"thoughts\":\"Hm\"}],\"stream\":true,\"safe_prompt\":true}"));
    }

    @Test
    void base64ThatIsNoneCannotChangeTheRequest() {
        Content.Media evil =
                Content.Media.of(new Content.Media.Inline("\"}},{\"type\":\"text\",\"text\":\"x"), "image/png");
        assertThat(messages(Dialect.OPENAI, UserMessage.of("Look", List.of(evil)))
                        .at("/0/content")
                        .orElseThrow()
                        .asArr()
                        .size())
                .isEqualTo(2);
    }
}
