package dev.tenon.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Content.Media;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.openai.Dialect;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Notice;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.StrictProfile;
import dev.tenon.scope.Cancellation;
import dev.tenon.tool.ToolSpec;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What goes out for what is asked, and what is told of what does not. */
class ResponsesRequestTest {
    private static final ModelInfo THINKER = ModelInfo.of("openai", "gpt-5").withAbilities(Ability.THINKING);
    private static final String PLACE =
            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"],"
                    + "\"additionalProperties\":false}";
    private static final ToolSpec WEATHER = ToolSpec.of("weather", "The weather", JsonSchema.parse(PLACE));

    private final List<Notice> notices = new ArrayList<>();

    private Json.Obj written(ChatRequest request) {
        return written(Dialect.OPENAI, THINKER, request, false, true);
    }

    private Json.Obj written(
            Dialect dialect, ModelInfo info, ChatRequest request, boolean remembering, boolean watched) {
        Call call = watched ? Call.watched(new Cancellation(), delta -> {}, notices::add) : Call.unwatched();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ResponsesRequest(
                        dialect,
                        new StrictForms(StrictProfile.OPENAI),
                        new Back(dialect.name()),
                        info,
                        request,
                        remembering,
                        call)
                .write(out);
        return Json.parse(out.toString(StandardCharsets.UTF_8)).asObj();
    }

    private Json input(List<? extends Message> messages) {
        return written(ChatRequest.of(messages)).get("input").orElseThrow();
    }

    private static ChatRequest with(ModelSettings settings) {
        return ChatRequest.of("Hi").withSettings(settings);
    }

    private static Json json(String text) {
        return Json.parse(text.replace('\'', '"'));
    }

    private static AssistantMessage read(String host, String... items) {
        OutputItems output = new OutputItems(new Back(host));
        for (String item : items) output.add(json(item).asObj());
        return AssistantMessage.of(output.contents());
    }

    @Test
    void aRequestOfOneMessageKeepsNothingAtTheHost() {
        assertThat(written(Dialect.OPENAI, THINKER, ChatRequest.of("Hi"), false, false))
                .isEqualTo(json("{'model':'gpt-5','input':[{'role':'user','content':'Hi'}],'store':false,"
                        + "'include':['reasoning.encrypted_content']}"));
    }

    @Test
    void aModelThatCannotThinkIsNotAskedForItsReasoning() {
        ModelInfo info = ModelInfo.of("openai", "gpt-4.1");
        assertThat(written(Dialect.OPENAI, info, ChatRequest.of("Hi"), false, false)
                        .has("include"))
                .isFalse();
    }

    @Test
    void settingsHaveTheirNamesOnTheWire() {
        Json.Obj request = written(with(ModelSettings.NONE
                .withTemperature(0.5)
                .withMaxOutputTokens(100)
                .withEffort("low")
                .with("reasoning", Json.object("summary", "auto"))
                .with("include", Json.array("file_search_call.results"))
                .with("service_tier", Json.of("flex"))));

        assertThat(request.get("temperature")).contains(Json.of(0.5));
        assertThat(request.get("max_output_tokens")).contains(Json.of(100));
        assertThat(request.get("reasoning")).contains(json("{'summary':'auto','effort':'low'}"));
        assertThat(request.get("include")).contains(json("['file_search_call.results','reasoning.encrypted_content']"));
        assertThat(request.get("service_tier")).contains(Json.of("flex"));
        assertThat(notices).isEmpty();
    }

    @Test
    void settingsThatTheWireDoesNotHaveAreToldOf() {
        Json.Obj request =
                written(with(ModelSettings.NONE.withStop("a").withSeed(1).withParallelToolCalls(false)));

        assertThat(request.members()).containsOnlyKeys("model", "input", "stream", "store", "include");
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("stop", "this wire format has no such setting"),
                        new Notice.Omitted("seed", "this wire format has no such setting"),
                        new Notice.Omitted("parallel_tool_calls", "openai takes no such setting here"));
    }

    @Test
    void settingsThatCannotBeFollowedAreRefused() {
        assertThatThrownBy(() -> written(with(ModelSettings.NONE.with("input", Json.of("x")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the setting \"input\" is the provider's to give");
        assertThatThrownBy(() -> written(with(ModelSettings.NONE.with("background", Json.of(true)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the setting \"background\" is for replies that are fetched later; a call waits for its reply:"
                                + " leave it out");
        assertThatThrownBy(() -> written(with(
                        ModelSettings.NONE.with("reasoning", Json.of("low")).withEffort("low"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the setting \"reasoning\" must be an object, got string");
        assertThatThrownBy(() -> written(with(ModelSettings.NONE.with("tools", Json.of("web_search")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the setting \"tools\" must be a list of the host's own tools");
    }

    @Test
    void toolsAreFunctionsAndSayWhetherTheyAreStrict() {
        ToolSpec loose = ToolSpec.of("find", "", JsonSchema.parse("{\"type\":\"object\"}"));
        Json.Obj request = written(ChatRequest.of("Hi")
                .withTools(List.of(WEATHER, loose))
                .withSettings(ModelSettings.NONE.with("tools", json("[{'type':'web_search'}]"))));

        assertThat(request.get("tools"))
                .contains(json("[{'type':'function','name':'weather','description':'The weather','parameters':"
                        + PLACE.replace('"', '\'') + ",'strict':true},"
                        + "{'type':'function','name':'find','parameters':{'type':'object'},'strict':false},"
                        + "{'type':'web_search'}]"));
    }

    @Test
    void aToolThatTakesFreeTextIsCustom() {
        Json own = json("{'type':'custom','format':{'type':'text'}}");
        ToolSpec python = new ToolSpec(
                "python", "Runs it", JsonSchema.ANY, Set.of(), ToolSpec.DEFAULT_TIMEOUT, Map.of("openai", own));
        Json.Obj request =
                written(ChatRequest.of("Hi").withTools(List.of(python)).withToolChoice(ToolChoice.named("python")));

        assertThat(request.get("tools"))
                .contains(json("[{'type':'custom','name':'python','description':'Runs it','format':{'type':'text'}}]"));
        assertThat(request.get("tool_choice")).contains(json("{'type':'custom','name':'python'}"));
    }

    @Test
    void whatASpecSaysForThisWireTakesThePlaceOfTheRest() {
        Json own = json("{'strict':false,'description':'Only here','defer_loading':true}");
        ToolSpec weather = new ToolSpec(
                "weather",
                "The weather",
                WEATHER.parameters(),
                Set.of(),
                ToolSpec.DEFAULT_TIMEOUT,
                Map.of("openai", own));

        ChatRequest request = ChatRequest.of("Hi").withTools(List.of(weather));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ResponsesRequest(
                        Dialect.OPENAI,
                        new StrictForms(StrictProfile.OPENAI),
                        new Back("openai"),
                        THINKER,
                        request,
                        false,
                        Call.unwatched())
                .write(out);

        String written = out.toString(StandardCharsets.UTF_8);
        assertThat(written).containsOnlyOnce("\"strict\"").containsOnlyOnce("\"description\"");
        assertThat(Json.parse(written).asObj().get("tools"))
                .contains(json("[{'type':'function','name':'weather','parameters':" + PLACE.replace('"', '\'')
                        + ",'strict':false,'description':'Only here','defer_loading':true}]"));
    }

    @Test
    void whatATooltakesOnlyHereMustBeAnObject() {
        ToolSpec tool = new ToolSpec(
                "x", "", JsonSchema.ANY, Set.of(), ToolSpec.DEFAULT_TIMEOUT, Map.of("openai", Json.of("custom")));
        assertThatThrownBy(() -> written(ChatRequest.of("Hi").withTools(List.of(tool))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the member \"openai\" of the tool \"x\" must be an object, got string");
    }

    @Test
    void toolChoices() {
        ChatRequest request = ChatRequest.of("Hi").withTools(List.of(WEATHER));
        assertThat(written(request).has("tool_choice")).isFalse();
        assertThat(written(request.withToolChoice(ToolChoice.NONE)).get("tool_choice"))
                .contains(Json.of("none"));
        assertThat(written(request.withToolChoice(ToolChoice.REQUIRED)).get("tool_choice"))
                .contains(Json.of("required"));
        assertThat(written(request.withToolChoice(ToolChoice.named("weather"))).get("tool_choice"))
                .contains(json("{'type':'function','name':'weather'}"));
        ChatRequest twice = request.withToolChoice(ToolChoice.REQUIRED)
                .withSettings(ModelSettings.NONE.with("tool_choice", Json.of("auto")));
        assertThatThrownBy(() -> written(twice))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the request has a tool choice and the setting \"tool_choice\" too: leave one of them out");
    }

    @Test
    void aFormatStandsBesideWhatElseIsSaidOfTheText() {
        ChatRequest request = ChatRequest.of("Hi")
                .withFormat(ResponseFormat.json("place", JsonSchema.parse(PLACE)))
                .withSettings(ModelSettings.NONE.with("text", Json.object("verbosity", "low")));

        assertThat(written(request).get("text"))
                .contains(json("{'format':{'type':'json_schema','name':'place','schema':" + PLACE.replace('"', '\'')
                        + ",'strict':true},'verbosity':'low'}"));
        assertThatThrownBy(() -> written(
                        request.withSettings(ModelSettings.NONE.with("text", json("{'format':{'type':'text'}}")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the request has a format and the setting \"text.format\" too: leave one of them out");
    }

    @Test
    void imagesAndFilesByBytesByAddressAndById() {
        UserMessage user = new UserMessage(
                List.of(
                        Content.text("Look"),
                        Media.of(new Media.Inline("iVBORw0KGgo="), "image/png"),
                        Media.of(new Media.At("https://example.org/a.png"), "image/png"),
                        Media.of(new Media.Stored("file-1"), "image/png"),
                        Media.of(new Media.Inline("JVBERi0="), "application/pdf")
                                .withName("a.pdf"),
                        Media.of(new Media.At("https://example.org/a.pdf"), "application/pdf"),
                        Media.of(new Media.Stored("file-2"), "application/pdf"),
                        Media.of("é".getBytes(StandardCharsets.UTF_8), "text/plain")
                                .withName("a.txt")),
                Map.of());

        assertThat(input(List.of(user)))
                .isEqualTo(json("[{'role':'user','content':[{'type':'input_text','text':'Look'},"
                        + "{'type':'input_image','detail':'auto','image_url':'data:image/png;base64,iVBORw0KGgo='},"
                        + "{'type':'input_image','detail':'auto','image_url':'https://example.org/a.png'},"
                        + "{'type':'input_image','detail':'auto','file_id':'file-1'},"
                        + "{'type':'input_file','filename':'a.pdf','file_data':'data:application/pdf;base64,JVBERi0='},"
                        + "{'type':'input_file','file_url':'https://example.org/a.pdf'},"
                        + "{'type':'input_file','file_id':'file-2'},"
                        + "{'type':'input_text','text':'a.txt:\\n\\né'}]}]"));
    }

    @Test
    void mediaThatTheWireDoesNotTakeAreRefusedByTheirPlace() {
        UserMessage user = UserMessage.of("Listen", List.of(Media.of(new Media.Inline("AAAA"), "audio/wav")));
        assertThatThrownBy(() -> input(List.of(Message.system("Be brief."), user)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message 1, part 1: the Responses API takes no audio: use Chat Completions");
        UserMessage image = UserMessage.of("See", List.of(Media.of(new Media.Inline("AAAA"), "image/png")));
        assertThatThrownBy(() -> written(Dialect.DEEPSEEK, THINKER, ChatRequest.of(List.of(image)), false, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message 0, part 1: deepseek takes no images");
    }

    @Test
    void aReplyGoesBackAsTheItemsThatItWasReadFrom() {
        String[] items = {
            "{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'a'},{'type':'summary_text','text':'b'}],"
                + "'encrypted_content':'gAAAA'}",
            "{'type':'web_search_call','id':'ws_1','status':'completed','action':{'type':'search','query':'q'}}",
            "{'type':'image_generation_call','id':'ig_1','status':'completed','result':'iVBORw0KGgo='}",
            "{'type':'message','id':'msg_1','role':'assistant','status':'completed','phase':'commentary','content':["
                    + "{'type':'output_text','text':'One','annotations':[{'type':'url_citation','url':'u','title':'t',"
                    + "'start_index':0,'end_index':1}],'logprobs':[]},"
                    + "{'type':'output_text','text':'Two','annotations':[],'logprobs':[]}]}",
            "{'type':'function_call','id':'fc_1','call_id':'call_1','name':'weather','arguments':'{}','status':'completed'}",
            "{'type':'custom_tool_call','id':'ctc_1','call_id':'call_2','name':'python','input':'print(1)'}"
        };
        AssistantMessage said = read("openai", items);
        ToolMessage results = ToolMessage.of(List.of(
                Content.ToolResult.of("call_1", "weather", "rain"), Content.ToolResult.of("call_2", "python", "1")));

        Json.Arr sent = input(List.of(Message.user("Hi"), said, results)).asArr();

        assertThat(said.thinking()).isEqualTo("ab");
        assertThat(said.text()).isEqualTo("OneTwo");
        for (int i = 0; i < items.length; i++) {
            assertThat(sent.get(i + 1)).isEqualTo(json(items[i]));
        }
        assertThat(sent.get(7)).isEqualTo(json("{'type':'function_call_output','call_id':'call_1','output':'rain'}"));
        assertThat(sent.get(8)).isEqualTo(json("{'type':'custom_tool_call_output','call_id':'call_2','output':'1'}"));
        assertThat(sent.size()).isEqualTo(9);
        assertThat(notices).isEmpty();
    }

    @Test
    void membersThatAreNullDoNotGoBack() {
        AssistantMessage said = read(
                "openai",
                "{'type':'reasoning','id':'rs_1','summary':[],'content':null,'encrypted_content':'g','status':null}",
                "{'type':'function_call','id':'fc_1','call_id':'a','name':'f','arguments':'{}','namespace':null}");
        assertThat(input(List.of(said)))
                .isEqualTo(json("[{'type':'reasoning','id':'rs_1','encrypted_content':'g','summary':[]},"
                        + "{'type':'function_call','id':'fc_1','call_id':'a','name':'f','arguments':'{}'}]"));
    }

    @Test
    void reasoningThatTheHostCannotUseIsLeftOut() {
        AssistantMessage said = read(
                "openai",
                "{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'Hm'}]}",
                "{'type':'message','id':'msg_1','role':'assistant','status':'completed','content':["
                        + "{'type':'output_text','text':'Hi','annotations':[],'logprobs':[]}]}");

        assertThat(input(List.of(said)).asArr().size()).isEqualTo(1);
        assertThat(notices)
                .containsExactly(new Notice.Omitted(
                        "thinking", "it came without its encrypted content, and the host does not keep it"));

        notices.clear();
        Origin stored = new Back("openai").origin(Json.object(Back.RESPONSE, "resp_1"));
        AssistantMessage kept = new AssistantMessage(said.content(), stored, Map.of());
        assertThat(input(List.of(kept)).asArr().get(0))
                .isEqualTo(json("{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'Hm'}]}"));
        assertThat(notices).isEmpty();
    }

    @Test
    void reasoningInPlainWordsGoesBackAsSuch() {
        String item = "{'type':'reasoning','id':'rs_1','content':[{'type':'reasoning_text','text':'Hm'}],'summary':[]}";
        AssistantMessage said = read("openai-compatible", item);
        assertThat(written(Dialect.COMPATIBLE, THINKER, ChatRequest.of(List.of(said)), false, false)
                        .get("input")
                        .orElseThrow()
                        .asArr()
                        .get(0))
                .isEqualTo(json(item));
    }

    @Test
    void toAnotherHostGoesOnlyWhatEveryHostUnderstands() {
        AssistantMessage said = read(
                "xai",
                "{'type':'reasoning','id':'rs_1','summary':[],'encrypted_content':'x'}",
                "{'type':'web_search_call','id':'ws_1','status':'completed','action':{}}",
                "{'type':'message','id':'msg_1','role':'assistant','status':'completed','content':["
                    + "{'type':'output_text','text':'One','annotations':[]},{'type':'output_text','text':'Two','annotations':[]}]}",
                "{'type':'function_call','id':'fc_1','call_id':'a','name':'f','arguments':'{}'}");
        ToolMessage result = ToolMessage.of(List.of(Content.ToolResult.of("a", "f", "1")));

        assertThat(input(List.of(said, result)))
                .isEqualTo(json("[{'role':'assistant','content':'OneTwo'},"
                        + "{'type':'function_call','call_id':'a','name':'f','arguments':'{}'},"
                        + "{'type':'function_call_output','call_id':'a','output':'1'}]"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("thinking", "it came from another host and goes back only there"),
                        new Notice.Omitted(
                                "a part \"web_search_call\"", "it came from another host and goes back only there"));
    }

    @Test
    void whatCameOverAnotherWireIsLeftOut() {
        Origin other = new Origin("anthropic-messages", Json.object("signature", "s"));
        AssistantMessage said = AssistantMessage.of(List.of(
                new Content.Thinking("Hm", false, other, Map.of()),
                Content.Thinking.of("written by a program"),
                Content.Opaque.of("anthropic-messages", "server_tool_use", Json.Obj.EMPTY),
                Media.of(new Media.Inline("AAAA"), "image/png"),
                Content.text("Hi")));

        assertThat(input(List.of(said))).isEqualTo(json("[{'role':'assistant','content':'Hi'}]"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("thinking", "it came over another wire format and goes back only there"),
                        new Notice.Omitted("thinking", "this wire format takes back only what it gave"),
                        new Notice.Omitted(
                                "a part \"server_tool_use\"",
                                "it came over another wire format and goes back only there"),
                        new Notice.Omitted("a medium that the model made", "this wire format takes none back"));
    }

    @Test
    void anImageCallWhoseImageIsGoneIsLeftOut() {
        AssistantMessage said =
                read("openai", "{'type':'image_generation_call','id':'ig_1','status':'completed','result':'AAAA'}");
        AssistantMessage without = said.withContent(said.content().subList(0, 1));

        assertThat(input(List.of(without, Message.user("Hi")))).isEqualTo(json("[{'role':'user','content':'Hi'}]"));
        assertThat(notices)
                .containsExactly(
                        new Notice.Omitted("a part \"image_generation_call\"", "its image is not in the history"));
    }

    @Test
    void callIdsThatAreEmptyTooLongOrRepeatAreReplaced() {
        String long65 = "x".repeat(65);
        AssistantMessage said = AssistantMessage.of(List.of(
                Content.ToolCall.of("", "f", "{}"),
                Content.ToolCall.of("same", "f", "{}"),
                Content.ToolCall.of("same", "f", "{}"),
                Content.ToolCall.of(long65, "f", "{}")));
        ToolMessage results = ToolMessage.of(List.of(
                Content.ToolResult.of("", "f", "1"),
                Content.ToolResult.of("same", "f", "2"),
                Content.ToolResult.of("same", "f", "3"),
                Content.ToolResult.of(long65, "f", "4")));

        Json.Arr sent = input(List.of(said, results)).asArr();

        List<String> calls = new ArrayList<>();
        List<String> answered = new ArrayList<>();
        for (Json one : sent) {
            Json.Obj item = one.asObj();
            (item.has("name") ? calls : answered).add(item.string("call_id").orElseThrow());
        }
        assertThat(answered).isEqualTo(calls).doesNotHaveDuplicates().hasSize(4);
        assertThat(calls).allSatisfy(id -> assertThat(id).isNotEmpty().hasSizeLessThanOrEqualTo(64));
    }

    @Test
    void whatAToolGaveMayHoldImagesAndFiles() {
        Content.ToolResult result = new Content.ToolResult(
                "a",
                "f",
                List.of(
                        Content.text("See"),
                        Media.of(new Media.Inline("AAAA"), "image/png"),
                        Media.of(new Media.Inline("AAAA"), "video/mp4")),
                false,
                Origin.NONE,
                Map.of());
        AssistantMessage said = AssistantMessage.of(List.of(Content.ToolCall.of("a", "f", "{}")));

        assertThat(input(List.of(said, ToolMessage.of(List.of(result)))).asArr().get(1))
                .isEqualTo(json(
                        "{'type':'function_call_output','call_id':'a','output':[{'type':'input_text','text':'See'},"
                            + "{'type':'input_image','detail':'auto','image_url':'data:image/png;base64,AAAA'},{'type':'input_text','text':'[left"
                            + " out: video/mp4 cannot be shown to this model]'}]}"));
        assertThat(notices)
                .containsExactly(new Notice.Omitted("a medium of a tool result", "the Responses API takes no video"));
    }

    @Test
    void whatAnswersAToolOfTheHostIsAnItemOfItsOwn() {
        Json approval = json("{'type':'mcp_approval_response','approval_request_id':'mcpr_1','approve':true}");
        UserMessage user = new UserMessage(
                List.of(
                        Content.text("Yes."),
                        Content.Opaque.of(OpenAiResponses.WIRE, "mcp_approval_response", approval),
                        Content.text("Go on.")),
                Map.of());

        assertThat(input(List.of(user)))
                .isEqualTo(Json.array(
                        json("{'role':'user','content':'Yes.'}"),
                        approval,
                        json("{'role':'user','content':'Go on.'}")));
    }

    @Test
    void aRefusalGoesBackInTheMessageWhereItStood() {
        OutputItems output = new OutputItems(new Back("openai"));
        Json item = json(
                "{'type':'message','id':'msg_1','role':'assistant','status':'completed','content':["
                    + "{'type':'output_text','text':'Well.','annotations':[],'logprobs':[]},{'type':'refusal','refusal':'No.'}]}");
        output.add(item.asObj());
        Json refused = Json.object()
                .put("item", output.refusedIn())
                .put("text", output.refusal())
                .build();
        Origin origin = new Back("openai").origin(Json.object(Back.REFUSAL, refused));

        assertThat(input(List.of(new AssistantMessage(output.contents(), origin, Map.of()))))
                .isEqualTo(Json.array(item));
        assertThat(input(List.of(new AssistantMessage(List.of(), origin, Map.of())))
                        .asArr()
                        .get(0)
                        .at("/content"))
                .contains(json("[{'type':'refusal','refusal':'No.'}]"));
    }

    // What the host keeps

    private static AssistantMessage stored(String response, String text) {
        return new AssistantMessage(
                List.of(Content.text(text)), new Back("openai").origin(Json.object(Back.RESPONSE, response)), Map.of());
    }

    @Test
    void aHostThatRemembersIsSentWhatIsNew() {
        List<Message> messages = List.of(
                Message.system("Be brief."),
                Message.user("One"),
                stored("resp_1", "1"),
                Message.user("Two"),
                stored("resp_2", "2"),
                Message.user("Three"));

        Json.Obj request = written(Dialect.OPENAI, THINKER, ChatRequest.of(messages), true, false);

        assertThat(request)
                .isEqualTo(
                        json("{'model':'gpt-5','instructions':'Be brief.','input':[{'role':'user','content':'Three'}],"
                                + "'store':true,'previous_response_id':'resp_2'}"));
    }

    @Test
    void resultsOfCallsThatTheHostKeepsHaveTheirIds() {
        OutputItems output = new OutputItems(new Back("openai"));
        output.add(json("{'type':'custom_tool_call','id':'ctc_1','call_id':'call_2','name':'python','input':'1'}")
                .asObj());
        AssistantMessage said = new AssistantMessage(
                output.contents(), new Back("openai").origin(Json.object(Back.RESPONSE, "resp_1")), Map.of());
        ToolMessage results = ToolMessage.of(List.of(Content.ToolResult.of("call_2", "python", "1")));

        Json.Obj request = written(
                Dialect.OPENAI, THINKER, ChatRequest.of(List.of(Message.user("Hi"), said, results)), true, false);

        assertThat(request.get("input"))
                .contains(json("[{'type':'custom_tool_call_output','call_id':'call_2','output':'1'}]"));
    }

    @Test
    void anotherHostsReplyIsNotGoneOnWith() {
        AssistantMessage elsewhere = new AssistantMessage(
                List.of(Content.text("1")), new Back("azure").origin(Json.object(Back.RESPONSE, "resp_1")), Map.of());
        Json.Obj request = written(
                Dialect.OPENAI,
                THINKER,
                ChatRequest.of(List.of(Message.user("One"), elsewhere, Message.user("Two"))),
                true,
                false);
        assertThat(request.has("previous_response_id")).isFalse();
        assertThat(request.get("input").orElseThrow().asArr().size()).isEqualTo(3);
    }

    @Test
    void aReplyThatTheSettingsNameIsGoneOnWith() {
        List<Message> messages = List.of(Message.user("One"), stored("resp_1", "1"), Message.user("Two"));
        ChatRequest named = ChatRequest.of(messages)
                .withSettings(ModelSettings.NONE.with("previous_response_id", Json.of("resp_1")));
        assertThat(written(named).get("input")).contains(json("[{'role':'user','content':'Two'}]"));

        ChatRequest unknown = ChatRequest.of(List.of(Message.user("Two")))
                .withSettings(ModelSettings.NONE.with("previous_response_id", Json.of("resp_0")));
        assertThat(written(unknown).get("input")).contains(json("[{'role':'user','content':'Two'}]"));
    }

    @Test
    void aConversationOfTheHostIsSentWhatIsNew() {
        Origin origin = new Back("openai").origin(Json.object(Back.CONVERSATION, "conv_1"));
        AssistantMessage said = new AssistantMessage(List.of(Content.text("1")), origin, Map.of());
        ChatRequest request = ChatRequest.of(List.of(Message.user("One"), said, Message.user("Two")))
                .withSettings(ModelSettings.NONE.with("conversation", Json.object("id", "conv_1")));

        assertThat(written(request).get("input")).contains(json("[{'role':'user','content':'Two'}]"));
    }

    @Test
    void instructionsAndSystemMessagesAreNotGivenTwice() {
        ChatRequest request = ChatRequest.of(List.of(Message.system("Be brief."), Message.user("Hi")))
                .withSettings(ModelSettings.NONE.with("instructions", Json.of("Be long.")));
        assertThatThrownBy(() -> written(Dialect.OPENAI, THINKER, request, true, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the request has a system message and the setting \"instructions\" too: leave one of them out");
    }
}
