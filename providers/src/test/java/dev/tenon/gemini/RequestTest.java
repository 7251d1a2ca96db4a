package dev.tenon.gemini;

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
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Notice;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.tool.ToolSpec;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final String PNG = "iVBORw0KGgo=";
    private static final JsonSchema CITY = JsonSchema.parse(
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}");
    private static final ToolSpec WEATHER = ToolSpec.of("weather", "The weather now", CITY);

    private final List<Notice> notices = new ArrayList<>();

    private Json written(ChatRequest request) {
        return written(Platform.GEMINI_API, "models/gemini-2.5-flash", request);
    }

    private Json written(Platform platform, String model, ChatRequest request) {
        notices.clear();
        Call call = Call.watched(new Cancellation(), delta -> {}, notices::add);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new GenerateRequest(platform, model, request, call).write(out);
        return Json.parse(out.toString(StandardCharsets.UTF_8));
    }

    private Json contents(Message... messages) {
        return written(ChatRequest.of(List.of(messages))).at("/contents").orElseThrow();
    }

    private Json newest(Message... messages) {
        return written(Platform.GEMINI_API, "models/gemini-3-pro-preview", ChatRequest.of(List.of(messages)))
                .at("/contents")
                .orElseThrow();
    }

    private static Json json(String text) {
        return Json.parse(text);
    }

    private static Origin back(String data) {
        return new Origin(Gemini.WIRE, json(data));
    }

    private static Message user(Content.OfUser... parts) {
        return new UserMessage(List.of(parts), Map.of());
    }

    // Messages

    @Test
    void aQuestion() {
        assertThat(written(ChatRequest.of("Hi")))
                .isEqualTo(json("{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}"));
        assertThat(notices).isEmpty();
    }

    @Test
    void instructionsStandBeforeTheConversation() {
        Json request = written(ChatRequest.of(List.of(
                Message.system("Be brief."),
                Message.user("Hi"),
                Message.assistant("Hello"),
                Message.system("In verse."))));

        assertThat(request)
                .isEqualTo(
                        json("{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"},{\"text\":\"In verse.\"}]},"
                                + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]},"
                                + "{\"role\":\"model\",\"parts\":[{\"text\":\"Hello\"}]}]}"));
        assertThat(notices)
                .containsExactly(new Notice.Omitted(
                        "the place of a system message", "gemini takes instructions only before the conversation"));
    }

    @Test
    void aRequestNeedsAConversation() {
        assertThatThrownBy(() -> written(ChatRequest.of(List.of(Message.system("Be brief.")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("gemini needs a message besides instructions: the request has only system messages");
        assertThatThrownBy(() -> written(ChatRequest.of(List.of())))
                .hasMessage("gemini needs a message besides instructions: the request has none at all");
    }

    @Test
    void contentsHaveAtLeastOnePart() {
        Message foreign = AssistantMessage.of(
                List.of(new Content.Thinking("Hm", false, new Origin("other", Json.of("s")), Map.of())));

        assertThat(contents(user(), foreign, ToolMessage.of(List.of())))
                .isEqualTo(json(
                        "[{\"role\":\"user\",\"parts\":[{\"text\":\"\"}]},{\"role\":\"model\",\"parts\":[{\"text\":\"\"}]},"
                            + "{\"role\":\"user\",\"parts\":[{\"text\":\"\"}]}]"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("thinking", "it came over another wire format and goes back only there"));
    }

    // Media

    @Test
    void mediaInlineAndInFiles() {
        assertThat(contents(user(
                        Content.Media.of(new Content.Media.Inline(PNG), "image/png"),
                        Content.Media.of(URI.create("https://example.org/a.mp4"), "video/mp4"),
                        Content.Media.of(new Content.Media.Stored("files/abc"), "application/pdf"),
                        Content.Media.of(new Content.Media.Stored("def"), ""),
                        Content.Media.of(new Content.Media.Stored("gs://bucket/a.mp3"), "audio/mpeg"),
                        Content.Media.of("{}".getBytes(StandardCharsets.UTF_8), "application/json")
                                .withName("a.json"))))
                .isEqualTo(json("[{\"role\":\"user\",\"parts\":["
                        + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"" + PNG + "\"}},"
                        + "{\"fileData\":{\"mimeType\":\"video/mp4\",\"fileUri\":\"https://example.org/a.mp4\"}},"
                        + "{\"fileData\":{\"mimeType\":\"application/pdf\",\"fileUri\":"
                        + "\"https://generativelanguage.googleapis.com/v1beta/files/abc\"}},"
                        + "{\"fileData\":{\"fileUri\":\"https://generativelanguage.googleapis.com/v1beta/files/def\"}},"
                        + "{\"fileData\":{\"mimeType\":\"audio/mpeg\",\"fileUri\":\"gs://bucket/a.mp3\"}},"
                        + "{\"text\":\"a.json:\\n\\n{}\"}]}]"));
        assertThat(notices).isEmpty();
    }

    @Test
    void whatIsBesideAMediumGoesWithIt() {
        Content.Media video = Content.Media.of(new Content.Media.At("gs://b/v.mp4"), "video/mp4");
        Content.Media slow = new Content.Media(
                video.kind(),
                video.mimeType(),
                video.source(),
                "v.mp4",
                back("{\"videoMetadata\":{\"fps\":0.5}}"),
                Map.of());

        assertThat(contents(user(slow)).at("/0/parts/0/videoMetadata/fps")).contains(json("0.5"));
        assertThat(notices).containsExactly(new Notice.Omitted("the name of a medium", "gemini has no place for it"));
    }

    @Test
    void mediaThatCannotBeSentAreAnErrorThatSaysWhere() {
        assertThatThrownBy(() -> contents(
                        Message.user("Hi"),
                        user(Content.text("?"), Content.Media.of(new Content.Media.Inline(PNG), ""))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message 1, part 1: a medium given as bytes needs its MIME type");
        assertThatThrownBy(() -> written(
                        Platform.VERTEX_AI,
                        "publishers/google/models/gemini-2.5-flash",
                        ChatRequest.of(
                                List.of(user(Content.Media.of(new Content.Media.Stored("files/abc"), "image/png"))))))
                .hasMessage("message 0, part 0: vertex-ai has no file ids: give the address of a file, for example"
                        + " gs://bucket/file");
    }

    // What the model said

    @Test
    void aReplyGoesBackAsItCame() {
        AssistantMessage reply = AssistantMessage.of(List.of(
                new Content.Thinking("Hm.", false, back("{\"thoughtSignature\":\"YQ==\"}"), Map.of()),
                new Content.Text("", List.of(), back("{\"thoughtSignature\":\"Yg==\"}"), Map.of()),
                Content.Opaque.of(Gemini.WIRE, "executableCode", json("{\"executableCode\":{\"code\":\"1\"}}")),
                new Content.ToolCall(
                        "f1", "weather", "{\"city\": \"Oslo\"}", "", back("{\"thoughtSignature\":\"Yw==\"}"), Map.of()),
                new Content.ToolCall("", "now", "{}", "", back("{\"functionCall\":{\"args\":null,\"x\":1}}"), Map.of()),
                new Content.Media(
                        Content.Media.Kind.IMAGE,
                        "image/png",
                        new Content.Media.Inline(PNG),
                        "",
                        back("{\"thoughtSignature\":\"ZA==\"}"),
                        Map.of()),
                Content.Opaque.of(Gemini.WIRE, "grounding", json("{\"webSearchQueries\":[]}"))));

        assertThat(contents(Message.user("Hi"), reply).at("/1/parts"))
                .contains(json("[{\"text\":\"Hm.\",\"thought\":true,\"thoughtSignature\":\"YQ==\"},"
                              + "{\"text\":\"\",\"thoughtSignature\":\"Yg==\"},{\"executableCode\":{\"code\":\"1\"}},"
                              + "{\"functionCall\":{\"id\":\"f1\",\"name\":\"weather\",\"args\":{\"city\":\"Oslo\"}},\"thoughtSignature\":\"Yw==\"},"
                              + "{\"functionCall\":{\"name\":\"now\",\"x\":1}},"
                              + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"" + PNG
                        + "\"},\"thoughtSignature\":\"ZA==\"}]"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("a part \"grounding\"", "gemini takes back no trace of what it searched"));
    }

    @Test
    void onlyWhatIsPortableComesFromAnotherProvider() {
        Origin other = new Origin("other", Json.object("thoughtSignature", "no"));
        AssistantMessage reply = AssistantMessage.of(List.of(
                new Content.Thinking("Hm.", false, other, Map.of()),
                new Content.Text("Hello", List.of(), other, Map.of()),
                Content.Opaque.of("other", "search", json("{\"a\":1}")),
                new Content.ToolCall("c1", "weather", "{\"city\":\"Oslo\"}", "", other, Map.of())));

        assertThat(contents(
                                Message.user("Hi"),
                                reply,
                                ToolMessage.of(List.of(Content.ToolResult.of("c1", "weather", "rain"))))
                        .at("/1/parts"))
                .contains(
                        json(
                                "[{\"text\":\"Hello\"},{\"functionCall\":{\"id\":\"c1\",\"name\":\"weather\",\"args\":{\"city\":\"Oslo\"}}}]"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("thinking", "it came over another wire format and goes back only there"),
                        new Notice.Omitted(
                                "a part \"search\"", "it came over another wire format and goes back only there"));
    }

    @Test
    void geminiThreeIsToldThatACallHasNoSignature() {
        Message calls = AssistantMessage.of(
                List.of(Content.ToolCall.of("a", "weather", "{}"), Content.ToolCall.of("b", "weather", "{}")));
        Message signed = AssistantMessage.of(List.of(
                new Content.ToolCall("a", "weather", "{}", "", back("{\"thoughtSignature\":\"YQ==\"}"), Map.of())));
        Message results = ToolMessage.of(List.of(Content.ToolResult.of("a", "weather", "rain")));
        Json none = Json.of("c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=");

        Json unsigned = newest(Message.user("Hi"), calls, results, calls);
        assertThat(unsigned.at("/1/parts/0/thoughtSignature")).contains(none);
        assertThat(unsigned.at("/1/parts/1/thoughtSignature")).isEmpty();
        assertThat(unsigned.at("/3/parts/0/thoughtSignature")).contains(none);
        assertThat(newest(Message.user("Hi"), signed).at("/1/parts/0/thoughtSignature"))
                .contains(Json.of("YQ=="));
        assertThat(newest(Message.user("Hi"), calls, results, Message.user("?")).toString())
                .doesNotContain("thoughtSignature");
        assertThat(contents(Message.user("Hi"), calls).toString()).doesNotContain("thoughtSignature");
    }

    @Test
    void argumentsMustBeAnObject() {
        for (String wrong : List.of("[1]", "{\"city\": \"Os", "7")) {
            assertThatThrownBy(() -> contents(
                            Message.user("Hi"),
                            AssistantMessage.of(
                                    List.of(Content.text("?"), Content.ToolCall.of("c", "weather", wrong)))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "message 1, part 1: the arguments of the call of \"weather\" are no JSON object, and gemini"
                                    + " takes no other; ToolCall.replaced(\u2026) keeps the text beside readable ones");
        }
        assertThat(contents(AssistantMessage.of(List.of(Content.ToolCall.of("", "now", ""))))
                        .at("/0/parts/0/functionCall"))
                .contains(json("{\"name\":\"now\",\"args\":{}}"));
    }

    // What the tools returned

    @Test
    void resultsStandInOneContent() {
        Message calls = AssistantMessage.of(List.of(
                Content.ToolCall.of("", "weather", "{}"),
                Content.ToolCall.of("same", "weather", "{}"),
                Content.ToolCall.of("same", "time", "{}")));
        Json contents = contents(
                Message.user("Hi"),
                calls,
                ToolMessage.of(List.of(
                        Content.ToolResult.of("", "weather", "rain"),
                        Content.ToolResult.error("same", "weather", "no such city"),
                        Content.ToolResult.of("same", "", "12:00"))));

        String second = contents.at("/1/parts/2/functionCall/id").orElseThrow().asString();
        assertThat(second).isNotEqualTo("same");
        assertThat(contents.at("/1/parts/0/functionCall/id")).isEmpty();
        assertThat(contents.at("/2"))
                .contains(json("{\"role\":\"user\",\"parts\":["
                              + "{\"functionResponse\":{\"name\":\"weather\",\"response\":{\"output\":\"rain\"}}},{\"functionResponse\":{\"id\":\"same\",\"name\":\"weather\",\"response\":{\"error\":\"no"
                              + " such city\"}}},{\"functionResponse\":{\"id\":\"" + second
                        + "\",\"name\":\"time\",\"response\":{\"output\":\"12:00\"}}}]}"));
    }

    @Test
    void aResultNeedsTheNameOfItsTool() {
        assertThatThrownBy(() ->
                        contents(Message.user("Hi"), ToolMessage.of(List.of(Content.ToolResult.of("lost", "", "?")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message 1, part 0: a tool result needs the name of its tool");
    }

    private static Message seen() {
        return ToolMessage.of(List.of(new Content.ToolResult(
                "a",
                "look",
                List.of(
                        Content.text("Here:"),
                        Content.Media.of(new Content.Media.Inline(PNG), "image/png"),
                        Content.Media.of(new Content.Media.Inline("AAAA"), "audio/wav"),
                        Content.Media.of("note".getBytes(StandardCharsets.UTF_8), "text/plain"),
                        Content.Media.of(new Content.Media.Inline(PNG), ""),
                        Content.Opaque.of("other", "thing", Json.NULL)),
                false,
                Origin.NONE,
                Map.of())));
    }

    @Test
    void mediaOfResultsStandInsideWhereTheModelSeesThem() {
        Json contents = newest(Message.user("Hi"), seen());

        assertThat(contents.at("/1/parts"))
                .contains(json(
                        "[{\"functionResponse\":{\"id\":\"a\",\"name\":\"look\",\"response\":{\"output\":\"Here:\\n"
                                + "[medium 1 (audio/wav) follows after the tool results]\\n"
                                + "note\\n"
                                + "[left out:  cannot be shown to this model]\"},"
                                + "\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"" + PNG
                                + "\"}}]}},"
                                + "{\"text\":\"The medium of the tool result above:\"},"
                                + "{\"inlineData\":{\"mimeType\":\"audio/wav\",\"data\":\"AAAA\"}}]"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("a medium of a tool result", "a medium given as bytes needs its MIME type"),
                        new Notice.Omitted(
                                "a part \"thing\"", "it came over another wire format and goes back only there"));
    }

    @Test
    void mediaOfResultsFollowAfterThemElsewhere() {
        Json contents = contents(Message.user("Hi"), seen());

        assertThat(contents.at("/1/parts/0/functionResponse/parts")).isEmpty();
        assertThat(contents.at("/1/parts/1"))
                .contains(json("{\"text\":\"The 2 media of the tool results above, in order:\"}"));
        assertThat(contents.at("/1/parts/2/inlineData/mimeType")).contains(Json.of("image/png"));
        assertThat(contents.at("/1/parts/3/inlineData/mimeType")).contains(Json.of("audio/wav"));
    }

    // Settings

    private Json set(ModelSettings settings) {
        return written(ChatRequest.of("Hi").withSettings(settings));
    }

    @Test
    void settingsHaveTheWiresNames() {
        Json request = set(ModelSettings.NONE
                .withTemperature(0.5)
                .withTopP(0.9)
                .withMaxOutputTokens(100)
                .withStop("a", "b")
                .withSeed(7)
                .withEffort("low")
                .withParallelToolCalls(true)
                .with("topK", Json.of(40))
                .with("responseModalities", Json.array("TEXT", "IMAGE"))
                .with("thinkingConfig", json("{\"includeThoughts\":true}"))
                .with("generationConfig", json("{\"newerThanThis\":1}"))
                .with(Gemini.CACHED_CONTENT, Json.of("cachedContents/abc"))
                .with(Gemini.SAFETY_SETTINGS, json("[{\"category\":\"C\",\"threshold\":\"BLOCK_NONE\"}]"))
                .with("labels", json("{\"team\":\"a\"}")));

        assertThat(request.at("/generationConfig"))
                .contains(json(
                        "{\"temperature\":0.5,\"topP\":0.9,\"maxOutputTokens\":100,\"stopSequences\":[\"a\",\"b\"],\"seed\":7,"
                            + "\"topK\":40,\"responseModalities\":[\"TEXT\",\"IMAGE\"],\"thinkingConfig\":{\"includeThoughts\":true,"
                            + "\"thinkingBudget\":1024},\"newerThanThis\":1}"));
        assertThat(request.asObj().without("contents").without("generationConfig"))
                .isEqualTo(json(
                        "{\"cachedContent\":\"cachedContents/abc\",\"safetySettings\":[{\"category\":\"C\",\"threshold\":"
                            + "\"BLOCK_NONE\"}],\"labels\":{\"team\":\"a\"}}"));
        assertThat(notices).containsExactly(new Notice.Omitted("parallel_tool_calls", "gemini has no such setting"));
    }

    @Test
    void effortIsWhatTheGenerationKnows() {
        Map<String, String> sent = Map.of(
                "models/gemini-2.5-pro", "{\"thinkingBudget\":24576}",
                "models/gemini-3-pro-preview", "{\"thinkingLevel\":\"high\"}",
                "models/gemini-flash-latest", "{\"thinkingLevel\":\"high\"}",
                "tunedModels/mine", "{\"thinkingLevel\":\"high\"}");
        ChatRequest request = ChatRequest.of("Hi").withSettings(ModelSettings.NONE.withEffort("high"));
        sent.forEach((model, wanted) -> assertThat(
                        written(Platform.GEMINI_API, model, request).at("/generationConfig/thinkingConfig"))
                .as(model)
                .contains(json(wanted)));
        assertThat(written(Platform.GEMINI_API, "models/gemini-2.0-flash", request)
                        .at("/generationConfig"))
                .isEmpty();
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("effort", "gemini has no such setting for models/gemini-2.0-flash"));
        assertThatThrownBy(() -> set(ModelSettings.NONE.withEffort("max")))
                .hasMessage(
                        "the setting \"effort\" must be none, minimal, low, medium or high for Gemini 2.5, got \"max\";"
                                + " a number of tokens goes in thinkingConfig");
    }

    @Test
    void settingsThatCannotBeSentAreAnError() {
        Map<ModelSettings, String> wrong = Map.of(
                ModelSettings.NONE.withSeed(1L << 40),
                "the setting \"seed\" must be a whole number of 32 bits for gemini, got 1099511627776",
                ModelSettings.NONE.with("contents", Json.Arr.EMPTY),
                "the setting \"contents\" is the provider's to give",
                ModelSettings.NONE.with("systemInstruction", Json.Obj.EMPTY),
                "the setting \"systemInstruction\" is the provider's to give",
                ModelSettings.NONE.with("tools", Json.Obj.EMPTY),
                "the setting \"tools\" must be a list of the host's own tools",
                ModelSettings.NONE.with("toolConfig", Json.of(1)),
                "the setting \"toolConfig\" must be an object, got number",
                ModelSettings.NONE.with("generationConfig", Json.NULL),
                "the setting \"generationConfig\" must be an object, got null");
        wrong.forEach((settings, message) -> assertThatThrownBy(() -> set(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message));
    }

    // Tools and formats

    @Test
    void toolsOfOursAndOfTheHost() {
        ChatRequest request = ChatRequest.of("Hi")
                .withTools(List.of(WEATHER, ToolSpec.of("now", "", JsonSchema.ANY)))
                .withSettings(ModelSettings.NONE
                        .with(Gemini.HOST_TOOLS, json("[{\"googleSearch\":{}}]"))
                        .with("toolConfig", json("{\"retrievalConfig\":{\"languageCode\":\"en\"}}")))
                .withToolChoice(ToolChoice.named("weather"));

        Json written = written(request);

        assertThat(written.at("/tools/0/functionDeclarations/0/name")).contains(Json.of("weather"));
        assertThat(written.at("/tools/0/functionDeclarations/0/parametersJsonSchema/properties/city/type"))
                .contains(Json.of("string"));
        assertThat(written.at("/tools/0/functionDeclarations/1"))
                .contains(
                        json("{\"name\":\"now\",\"description\":\"\",\"parametersJsonSchema\":{\"type\":\"object\"}}"));
        assertThat(written.at("/tools/1")).contains(json("{\"googleSearch\":{}}"));
        assertThat(written.at("/toolConfig"))
                .contains(json(
                        "{\"retrievalConfig\":{\"languageCode\":\"en\"},\"functionCallingConfig\":{\"mode\":\"ANY\","
                                + "\"allowedFunctionNames\":[\"weather\"]}}"));
    }

    @Test
    void choicesOfTools() {
        ChatRequest request = ChatRequest.of("Hi").withTools(List.of(WEATHER));
        assertThat(written(request).at("/toolConfig")).isEmpty();
        assertThat(written(request.withToolChoice(ToolChoice.NONE)).at("/toolConfig/functionCallingConfig"))
                .contains(json("{\"mode\":\"NONE\"}"));
        assertThat(written(request.withToolChoice(ToolChoice.REQUIRED)).at("/toolConfig/functionCallingConfig"))
                .contains(json("{\"mode\":\"ANY\"}"));
        assertThatThrownBy(() -> written(ChatRequest.of("Hi").withToolChoice(ToolChoice.REQUIRED)))
                .hasMessage("a tool call is required, but the request has no tools");
        assertThatThrownBy(() -> written(request.withToolChoice(ToolChoice.named("time"))))
                .hasMessage("the tool \"time\" must be called, but the request has no tool of that name");
        ModelSettings own =
                ModelSettings.NONE.with("toolConfig", json("{\"functionCallingConfig\":{\"mode\":\"VALIDATED\"}}"));
        assertThat(written(request.withSettings(own)).at("/toolConfig/functionCallingConfig/mode"))
                .contains(Json.of("VALIDATED"));
        assertThatThrownBy(() -> written(request.withSettings(own).withToolChoice(ToolChoice.NONE)))
                .hasMessage(
                        "the request has a tool choice and the setting \"toolConfig\" has functionCallingConfig too:"
                                + " leave one of them out");
    }

    @Test
    void modelsThatTakeToolsOrASchemaAreToldOfTheSchemaInWords() {
        ChatRequest request = ChatRequest.of(List.of(Message.system("Be kind."), Message.user("Hi")))
                .withFormat(ResponseFormat.json("place", CITY));
        ModelSettings search = ModelSettings.NONE.with(Gemini.HOST_TOOLS, json("[{\"googleSearch\":{}}]"));
        for (ChatRequest both : List.of(request.withTools(List.of(WEATHER)), request.withSettings(search))) {
            for (String old : List.of("gemini-2.5-flash", "gemini-2.0-flash", "gemini-1.5-pro")) {
                Json written = written(Platform.GEMINI_API, "models/" + old, both);
                assertThat(written.at("/generationConfig")).isEmpty();
                assertThat(written.at("/systemInstruction/parts/0/text")).contains(Json.of("Be kind."));
                assertThat(written.at("/systemInstruction/parts/1/text")
                                .orElseThrow()
                                .asString())
                        .contains(CITY.json().toString());
                assertThat(notices)
                        .containsExactly(new Notice.Omitted(
                                "the response format",
                                "models/" + old
                                        + " enforces none in a request with tools; the model is told of it in words"));
                notices.clear();
            }
            for (String able : List.of("gemini-3-flash-preview", "gemini-flash-latest", "my-own")) {
                assertThat(written(Platform.GEMINI_API, "models/" + able, both)
                                .at("/generationConfig/responseMimeType"))
                        .isPresent();
            }
        }
        assertThat(written(request).at("/generationConfig/responseMimeType")).isPresent();
        assertThat(notices).isEmpty();
    }

    @Test
    void answersByASchema() {
        ChatRequest request = ChatRequest.of("Hi").withFormat(ResponseFormat.json("place", CITY));
        Json config = written(request).at("/generationConfig").orElseThrow();

        assertThat(config.at("/responseMimeType")).contains(Json.of("application/json"));
        assertThat(config.at("/responseJsonSchema/properties/city/type")).contains(Json.of("string"));
        assertThat(written(ChatRequest.of("Hi").withFormat(ResponseFormat.json("any", JsonSchema.ANY)))
                        .at("/generationConfig"))
                .contains(json("{\"responseMimeType\":\"application/json\"}"));
        assertThatThrownBy(() -> written(
                        request.withSettings(ModelSettings.NONE.with("responseMimeType", Json.of("application/json")))))
                .hasMessage("the request has a format and the setting \"responseMimeType\" too: leave one of them out");
    }

    @Test
    void aSchemaThatGeminiCannotEnforceGoesAsItIsAndIsTold() {
        JsonSchema endless = JsonSchema.parse(
                "{\"$ref\":\"#/$defs/n\",\"$defs\":{\"n\":{\"type\":\"object\",\"properties\":"
                    + "{\"next\":{\"$ref\":\"#/$defs/n\"}},\"required\":[\"next\"]}},\"type\":\"object\",\"properties\":{}}");

        Json written = written(ChatRequest.of("Hi").withTools(List.of(ToolSpec.of("walk", "Walks", endless))));

        assertThat(written.at("/tools/0/functionDeclarations/0/parametersJsonSchema"))
                .contains(endless.json());
        assertThat(notices).hasSize(1);
        assertThat(((Notice.Omitted) notices.get(0)).what())
                .isEqualTo("what is not enforced of the parameters of the tool \"walk\"");
    }

    @Test
    void countingTakesTheWholeRequest() {
        ChatRequest request = ChatRequest.of(List.of(Message.system("Be brief."), Message.user("Hi")));
        Map<Platform, String> wanted = Map.of(
                Platform.GEMINI_API,
                "{\"generateContentRequest\":{\"model\":\"models/m\",\"systemInstruction\":{\"parts\":[{\"text\":\"Be"
                        + " brief.\"}]},\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}}",
                Platform.VERTEX_AI,
                "{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]},"
                        + "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}");
        wanted.forEach((platform, json) -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new GenerateRequest(platform, "models/m", request, Call.unwatched()).writeToCount(out);
            assertThat(Json.parse(out.toString(StandardCharsets.UTF_8))).isEqualTo(json(json));
        });
    }
}
