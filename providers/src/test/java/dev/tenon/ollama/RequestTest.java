package dev.tenon.ollama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.http.HttpBody;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Notice;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.scope.Cancellation;
import dev.tenon.tool.ToolSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final Content.Media PNG = Content.Media.of(new Content.Media.Inline("iVBORw0KGgo="), "image/png");

    private static final ToolSpec CLOCK = ToolSpec.of("clock", "The time", JsonSchema.ANY);
    private static final ToolSpec FIND = ToolSpec.of("find", "", JsonSchema.parse("{\"type\":\"object\"}"));

    private final List<Notice> notices = new ArrayList<>();

    private Json written(ChatRequest request) {
        Call call = Call.watched(new Cancellation(), delta -> {}, notices::add);
        return read(new ChatBody(ModelInfo.of("ollama", "m"), request, call));
    }

    private static Json read(HttpBody body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            body.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return Json.parse(out.toByteArray());
    }

    private static ChatRequest hi() {
        return ChatRequest.of("Hi");
    }

    @Test
    void settingsStandWhereOllamaHasThem() {
        Json body = written(hi().withSettings(ModelSettings.NONE
                .withTemperature(0.5)
                .withTopP(0.9)
                .withMaxOutputTokens(64)
                .withSeed(7)
                .withStop("END")
                .withEffort("low")
                .withParallelToolCalls(true)
                .with(Ollama.KEEP_ALIVE, Json.of("10m"))
                .with("num_ctx", Json.of(8192))
                .with("options", Json.object("top_k", 40))));

        assertThat(body)
                .isEqualTo(Json.parse(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true,"
                            + "\"think\":\"low\",\"keep_alive\":\"10m\",\"options\":{\"temperature\":0.5,\"top_p\":0.9,"
                            + "\"num_predict\":64,\"seed\":7,\"stop\":[\"END\"],\"num_ctx\":8192,\"top_k\":40}}"));
        assertThat(notices).containsExactly(new Notice.Omitted("parallel_tool_calls", "ollama has no such setting"));
    }

    @Test
    void nobodyWatchesSoNothingIsStreamed() {
        Json body = read(new ChatBody(ModelInfo.of("ollama", "m"), hi(), Call.unwatched()));

        assertThat(body.at("/stream")).contains(Json.Bool.FALSE);
    }

    @Test
    void effortNoneMeansNoThinking() {
        assertThat(written(hi().withSettings(ModelSettings.NONE.withEffort("none")))
                        .at("/think"))
                .contains(Json.Bool.FALSE);
    }

    @Test
    void aSchemaForTheAnswerIsTheFormat() {
        JsonSchema schema = JsonSchema.parse("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}");

        assertThat(written(hi().withFormat(ResponseFormat.json("answer", schema)))
                        .at("/format"))
                .contains(schema.json());
    }

    @Test
    void imagesStandBesideTheText() {
        UserMessage user = UserMessage.of("What is this?", List.of(PNG));

        assertThat(written(ChatRequest.of(List.of(user))).at("/messages/0"))
                .contains(
                        Json.parse("{\"role\":\"user\",\"content\":\"What is this?\",\"images\":[\"iVBORw0KGgo=\"]}"));
    }

    @Test
    void mediaThatCannotBeSentAreAnErrorBefore() {
        for (Map.Entry<Content.Media, String> wrong : Map.of(
                        Content.Media.of(URI.create("https://example.org/a.png"), "image/png"),
                        "message 0, part 1: ollama takes images only as bytes",
                        Content.Media.of(new byte[] {1}, "audio/wav"),
                        "message 0, part 1: ollama takes no audio",
                        Content.Media.of(new byte[] {1}, "video/mp4"),
                        "message 0, part 1: ollama takes no video",
                        Content.Media.of(new byte[] {1}, "application/pdf"),
                        "message 0, part 1: ollama takes no documents but text")
                .entrySet()) {
            UserMessage user = UserMessage.of("?", List.of(wrong.getKey()));
            assertThatThrownBy(() -> written(ChatRequest.of(List.of(user))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(wrong.getValue());
        }
    }

    @Test
    void aTurnGoesBackWithItsThinkingItsCallsAndTheirResults() {
        Origin ours = new Origin(Ollama.WIRE, Json.NULL);
        AssistantMessage called = AssistantMessage.of(List.of(
                new Content.Thinking("need time", false, ours, Map.of()),
                Content.text("Let me look."),
                new Content.ToolCall("", "clock", "{\"tz\":\"UTC\", \"n\":1.0}", "", ours, Map.of()),
                Content.ToolCall.of("call_2", "find", "")));
        ToolMessage results = ToolMessage.of(List.of(
                Content.ToolResult.of("", "clock", "12:00"),
                new Content.ToolResult(
                        "call_2", "find", List.of(Content.text("found"), PNG), false, Origin.NONE, Map.of())));

        Json body = written(ChatRequest.of(List.of(Message.user("The time?"), called, results)));

        assertThat(body.at("/messages"))
                .contains(Json.parse("[{\"role\":\"user\",\"content\":\"The"
                              + " time?\"},{\"role\":\"assistant\",\"content\":\"Let me look.\",\"thinking\":\"need"
                              + " time\",\"tool_calls\":[{\"function\":{\"name\":\"clock\",\"arguments\":{\"tz\":\"UTC\",\"n\":1.0}}},{\"id\":\"call_2\",\"function\":{\"name\":\"find\",\"arguments\":{}}}]},{\"role\":\"tool\",\"content\":\"12:00\",\"tool_name\":\"clock\"},{\"role\":\"tool\",\"content\":\"found\\n"
                              + "[image 1 (image/png) follows after the tool results]\","
                              + "\"tool_name\":\"find\",\"tool_call_id\":\"call_2\"},{\"role\":\"user\",\"content\":\"The"
                              + " 1 images of the tool results above, in order.\",\"images\":[\"iVBORw0KGgo=\"]}]"));
        assertThat(notices).isEmpty();
    }

    @Test
    void thinkingOfEarlierTurnsAndOfOthersStaysHere() {
        Origin other = new Origin("anthropic-messages", Json.object("signature", "s"));
        AssistantMessage before = AssistantMessage.of(List.of(
                new Content.Thinking("mine", false, new Origin(Ollama.WIRE, Json.NULL), Map.of()),
                new Content.Thinking("theirs", false, other, Map.of()),
                Content.text("Hello.")));

        Json body = written(ChatRequest.of(List.of(Message.user("Hi"), before, Message.user("And?"))));

        assertThat(body.at("/messages/1")).contains(Json.parse("{\"role\":\"assistant\",\"content\":\"Hello.\"}"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("thinking", "it came over another wire format and goes back only there"));
    }

    @Test
    void aChoiceOfToolsIsWhatIsOffered() {
        ChatRequest both = hi().withTools(List.of(CLOCK, FIND));

        assertThat(written(both).at("/tools/0/function/parameters")).contains(Json.parse("{\"type\":\"object\"}"));
        assertThat(written(both.withToolChoice(ToolChoice.NONE)).at("/tools")).isEmpty();
        assertThat(notices).isEmpty();
        Json named = written(both.withToolChoice(ToolChoice.named("find")));
        assertThat(named.at("/tools/0/function/name")).contains(Json.of("find"));
        assertThat(named.at("/tools/1")).isEmpty();
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("the tool choice", "ollama cannot be told that a call is required"));
    }

    @Test
    void aTextToGoOnWithIsAtMostInstructionsAndOneMessage() {
        ChatRequest request = ChatRequest.of(List.of(Message.system("Be brief."), UserMessage.of("Once", List.of(PNG))))
                .withSettings(ModelSettings.NONE.with("raw", Json.of(true)));

        assertThat(read(new GenerateBody(ModelInfo.of("ollama", "m"), request, Call.unwatched())))
                .isEqualTo(Json.parse("{\"model\":\"m\",\"prompt\":\"Once\",\"system\":\"Be brief.\","
                        + "\"images\":[\"iVBORw0KGgo=\"],\"stream\":false,\"raw\":true}"));
        ChatRequest longer = ChatRequest.of(List.of(Message.user("a"), Message.assistant("b"), Message.user("c")));
        assertThatThrownBy(() -> read(new GenerateBody(ModelInfo.of("ollama", "m"), longer, Call.unwatched())))
                .hasMessage(
                        "the request has a conversation, and ollama goes on with one text here: at most instructions"
                                + " and one user message; use model(…) for more");
    }

    @Test
    void whatTheProviderGivesIsNoSetting() {
        assertThatThrownBy(() -> written(hi().withSettings(ModelSettings.NONE.with("stream", Json.of(true)))))
                .hasMessage("the setting \"stream\" is the provider's to give");
        assertThatThrownBy(() -> written(hi().withSettings(ModelSettings.NONE.with("options", Json.of(1)))))
                .hasMessage("the setting \"options\" must be an object, got number");
    }
}
