package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.output.OutputParser;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.ToolChoice;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.ToolSpec;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static final JsonSchema CITY =
            JsonSchema.parse("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
                    + "\"required\":[\"city\"],\"additionalProperties\":false}");
    private static final JsonSchema MAP =
            JsonSchema.parse("{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}");
    private static final ToolSpec WEATHER = ToolSpec.of("weather", "The weather now", CITY);
    private static final ToolSpec LABELS = ToolSpec.of("labels", "", MAP);

    private final Asked host = new Asked();

    @AfterEach
    void close() {
        host.close();
    }

    private static Json json(String text) {
        return Json.parse(text);
    }

    private static Origin ours(String members) {
        return new Origin(Anthropic.WIRE, Json.parse(members));
    }

    private Json sent(ChatRequest request) {
        host.ask(request);
        return host.body();
    }

    private Json at(String pointer) {
        return host.body().at(pointer).orElseThrow();
    }

    private boolean has(String pointer) {
        return host.body().at(pointer).isPresent();
    }

    // Messages

    @Test
    void theSmallestRequest() {
        host.connect().build().model("m").chat(ChatRequest.of("Hi"), Call.unwatched());
        assertThat(host.body()).isEqualTo(json("""
            {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}],"max_tokens":8192}\
            """));
        host.ask(ChatRequest.of("Hi"));
        assertThat(at("/stream")).isEqualTo(Json.of(true));
    }

    @Test
    void instructionsStandApart() {
        sent(ChatRequest.of(List.of(
                new SystemMessage(
                        List.of(Content.text("Be brief."), Content.text(""), Content.text("Be kind.")), Map.of()),
                Message.user("Hi"))));
        assertThat(at("/system"))
                .isEqualTo(
                        json("[{\"type\":\"text\",\"text\":\"Be brief.\"},{\"type\":\"text\",\"text\":\"Be kind.\"}]"));
        assertThat(at("/messages").asArr().size()).isEqualTo(1);
        assertThat(host.omitted()).isEmpty();

        sent(ChatRequest.of(List.of(Message.system("A"), Message.user("Hi"), Message.system("B"))));
        assertThat(at("/system/1/text")).isEqualTo(Json.of("B"));
        assertThat(host.omitted())
                .containsExactly(
                        "the place of instructions within the conversation: anthropic takes instructions only at its"
                                + " beginning");
    }

    @Test
    void resultsOfAMessageStandInOneMessageWithWhatTheUserSaysNext() {
        AssistantMessage calls = AssistantMessage.of(List.of(
                Content.ToolCall.of("a", "weather", "{ \"city\" : \"Lisbon\" }"),
                Content.ToolCall.of("b", "time", "")));
        assertThat(host.messages(
                        Message.user("Hi"),
                        calls,
                        ToolMessage.of(List.of(
                                Content.ToolResult.of("a", "weather", "rain"),
                                Content.ToolResult.error("b", "time", "no clock"))),
                        Message.user("And?")))
                .isEqualTo(json("""
                    [{"role":"user","content":[{"type":"text","text":"Hi"}]},
                     {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"weather","input":{"city":"Lisbon"}},
                      {"type":"tool_use","id":"b","name":"time","input":{}}]},
                     {"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"rain"},
                      {"type":"tool_result","tool_use_id":"b","is_error":true,"content":"no clock"},
                      {"type":"text","text":"And?"}]}]\
                    """));
        assertThat(new String(host.requests.get(0).body(), StandardCharsets.UTF_8))
                .as("to the letter")
                .contains("\"input\":{ \"city\" : \"Lisbon\" }");
    }

    @Test
    void callIdsThatTheHostDoesNotTakeAreReplaced() {
        AssistantMessage calls = AssistantMessage.of(List.of(
                Content.ToolCall.of("", "f", "{}"),
                Content.ToolCall.of("same", "f", "{}"),
                Content.ToolCall.of("same", "f", "{}"),
                Content.ToolCall.of("a:b", "f", "{}")));
        Json messages = host.messages(
                Message.user("Hi"),
                calls,
                ToolMessage.of(List.of(
                        Content.ToolResult.of("", "f", "1"), Content.ToolResult.of("same", "f", "2"),
                        Content.ToolResult.of("same", "f", "3"), Content.ToolResult.of("a:b", "f", "4"))));
        for (int i = 0; i < 4; i++) {
            String id = messages.at("/1/content/" + i + "/id").orElseThrow().asString();
            assertThat(id).matches("[a-zA-Z0-9_-]+");
            assertThat(messages.at("/2/content/" + i + "/tool_use_id")).contains(Json.of(id));
        }
    }

    @Test
    void argumentsThatAreNoObjectAreRefused() {
        for (String arguments : List.of("[1]", "{\"a\":", "{} {}", "x", "null")) {
            AssistantMessage call = AssistantMessage.of(List.of(Content.ToolCall.of("a", "f", arguments)));
            assertThatThrownBy(() -> host.ask(ChatRequest.of(List.of(Message.user("Hi"), call))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "message 1, part 0: the arguments of the call of \"f\" are no JSON object, and anthropic"
                                    + " takes no other; ToolCall.replaced(\u2026) keeps the text beside readable ones");
        }
        assertThat(host.requests).isEmpty();
    }

    @Test
    void messagesThatHoldNothingAreLeftOut() {
        assertThat(host.messages(Message.user("Hi"), AssistantMessage.of(""), Message.user(""))
                        .asArr()
                        .size())
                .isEqualTo(1);
        assertThat(host.omitted()).containsExactly("a message without content: anthropic takes none");
    }

    // Media

    @Test
    void imagesAndDocuments() {
        UserMessage user = new UserMessage(
                List.of(
                        Content.Media.of(new Content.Media.Inline("AAAA"), "image/png; q=1"),
                        Content.Media.of(URI.create("https://example.org/a.png"), "image/png"),
                        Content.Media.of(new Content.Media.Inline("JVBERi0="), "application/pdf")
                                .withName("a.pdf"),
                        Content.Media.of(URI.create("https://example.org/a.pdf"), "application/pdf"),
                        Content.Media.of(new Content.Media.Stored("file_1"), "application/pdf"),
                        Anthropic.cited(Content.Media.of("é".getBytes(StandardCharsets.UTF_8), "text/markdown")
                                .withName("b.md"))),
                Map.of());
        assertThat(host.messages(user).at("/0/content").orElseThrow()).isEqualTo(json("""
            [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
             {"type":"image","source":{"type":"url","url":"https://example.org/a.png"}},
             {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="},"title":"a.pdf"},
             {"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}},
             {"type":"document","source":{"type":"file","file_id":"file_1"}},
             {"type":"document","source":{"type":"text","media_type":"text/plain","data":"é"},"title":"b.md","citations":{"enabled":true}}]\
            """));
        assertThat(host.requests.get(0).header("anthropic-beta")).contains("files-api-2025-04-14");
    }

    @Test
    void mediaThatTheHostDoesNotTakeAreRefusedBeforeAnythingIsSent() {
        assertRefused("audio/wav", new Content.Media.Inline("AAAA"), "anthropic takes no audio");
        assertRefused("video/mp4", new Content.Media.At("https://example.org/a"), "anthropic takes no video");
        assertRefused(
                "image/tiff",
                new Content.Media.Inline("AAAA"),
                "anthropic takes images as JPEG, PNG, GIF or WebP, got image/tiff");
        assertRefused(
                "application/msword",
                new Content.Media.Inline("AAAA"),
                "anthropic takes documents as PDF or text, got application/msword");
        assertRefused(
                "text/html",
                new Content.Media.At("https://example.org/a"),
                "anthropic takes documents by their address only as PDF, got text/html: give the bytes");
        assertThat(host.requests).isEmpty();
    }

    private void assertRefused(String type, Content.Media.Source source, String why) {
        UserMessage user = UserMessage.of("Look", List.of(Content.Media.of(source, type)));
        assertThatThrownBy(() -> host.ask(ChatRequest.of(List.of(Message.user("Hi"), user))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message 1, part 1: " + why);
    }

    @Test
    void mediaOfToolResultsStandInThem() {
        Content.ToolResult result = new Content.ToolResult(
                "a",
                "f",
                List.of(
                        Content.text("Here:"),
                        Content.Media.of(new Content.Media.Inline("AAAA"), "image/png"),
                        Content.Media.of(new Content.Media.Inline("AAAA"), "audio/wav"),
                        Content.Opaque.of(
                                Anthropic.WIRE,
                                "tool_reference",
                                json("{\"type\":\"tool_reference\",\"tool_name\":\"f\"}")),
                        Content.Opaque.of("other", "thing", Json.NULL)),
                false,
                Origin.NONE,
                Map.of());
        Json messages = host.messages(
                Message.user("Hi"),
                AssistantMessage.of(List.of(Content.ToolCall.of("a", "f", "{}"))),
                ToolMessage.of(List.of(result)));
        assertThat(messages.at("/2/content/0/content").orElseThrow()).isEqualTo(json("""
            [{"type":"text","text":"Here:"},
             {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
             {"type":"text","text":"[left out: audio/wav cannot be shown to this model]"},
             {"type":"tool_reference","tool_name":"f"}]\
            """));
        assertThat(host.omitted())
                .containsExactly(
                        "a medium of a tool result: anthropic takes no audio",
                        "a part \"thing\" of a tool result: it came over another wire format and goes back only there");
    }

    // What the model said

    @Test
    void whatTheModelSaidGoesBackAsItCame() {
        Citation cited = Citation.of("0", "a.pdf", json("""
            {"type":"page_location","cited_text":"x","document_index":0,"document_title":"a.pdf","file_id":null,
             "start_page_number":1,"end_page_number":2}\
            """));
        AssistantMessage said = AssistantMessage.of(List.of(
                new Content.Thinking("Hm", false, ours("{\"signature\":\"s1\"}"), Map.of()),
                new Content.Thinking("", true, ours("{\"data\":\"d1\"}"), Map.of()),
                new Content.Text("See", List.of(cited), Block.PLAIN, Map.of()),
                Content.Opaque.of(
                        Anthropic.WIRE,
                        "server_tool_use:web_search",
                        json(
                                "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{\"q\":1.50}}")),
                new Content.ToolCall("a", "f", "{}", "", ours("{\"caller\":{\"type\":\"direct\"}}"), Map.of())));
        assertThat(host.messages(Message.user("Hi"), said).at("/1/content").orElseThrow())
                .isEqualTo(json("""
                    [{"type":"thinking","thinking":"Hm","signature":"s1"},
                     {"type":"redacted_thinking","data":"d1"},
                     {"type":"text","text":"See","citations":[{"type":"page_location","cited_text":"x","document_index":0,
                      "document_title":"a.pdf","start_page_number":1,"end_page_number":2}]},
                     {"type":"server_tool_use","id":"s","name":"web_search","input":{"q":1.50}},
                     {"type":"tool_use","id":"a","name":"f","input":{},"caller":{"type":"direct"}}]\
                    """));
        assertThat(host.omitted()).isEmpty();
    }

    @Test
    void whatOthersSaidIsSentAsFarAsItIsPortable() {
        Origin other = new Origin("openai-chat", Json.object("signature", "s"));
        AssistantMessage said = AssistantMessage.of(List.of(
                Content.Thinking.of("Mine"),
                new Content.Thinking("Theirs", false, other, Map.of()),
                Content.Opaque.of("openai-chat", "tool", Json.object("a", 1)),
                Content.Media.of(new Content.Media.Inline("AAAA"), "image/png"),
                new Content.Text(
                        "So", List.of(Citation.of("u", "t", Json.object("type", "url_citation"))), other, Map.of()),
                new Content.ToolCall("a", "f", "{}", "", other, Map.of())));
        assertThat(host.messages(Message.user("Hi"), said).at("/1/content").orElseThrow())
                .isEqualTo(
                        json(
                                "[{\"type\":\"text\",\"text\":\"So\"},{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{}}]"));
        assertThat(host.omitted())
                .containsExactly(
                        "thinking: anthropic takes back only what it has signed",
                        "thinking: it came over another wire format and goes back only there",
                        "a part \"tool\": it came over another wire format and goes back only there",
                        "a medium that the model made: anthropic takes none back");
    }

    @Test
    void aTurnGoesOnInItsContainer() {
        AssistantMessage said = new AssistantMessage(
                List.of(Content.ToolCall.of("a", "f", "{}")),
                ours("{\"container\":{\"id\":\"c1\",\"expires_at\":\"2026-01-01T00:00:00Z\"}}"),
                Map.of());
        Message result = ToolMessage.of(List.of(Content.ToolResult.of("a", "f", "1")));
        sent(ChatRequest.of(List.of(Message.user("Hi"), said, result)));
        assertThat(at("/container")).isEqualTo(Json.of("c1"));
        sent(ChatRequest.of(List.of(Message.user("Hi"), said, result, Message.user("And?"))));
        assertThat(has("/container")).isFalse();
        sent(ChatRequest.of(List.of(Message.user("Hi"), said, result))
                .withSettings(ModelSettings.NONE.with("container", Json.of("c2"))));
        assertThat(at("/container")).isEqualTo(Json.of("c2"));
    }

    // Tools and settings

    @Test
    void toolsAndTheChoiceAmongThem() {
        sent(ChatRequest.of("Hi").withTools(List.of(WEATHER, ToolSpec.of("any", "", JsonSchema.ANY))));
        assertThat(at("/tools")).isEqualTo(json("""
            [{"name":"weather","description":"The weather now","input_schema":{"type":"object",
              "properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}},
             {"name":"any","input_schema":{"type":"object"}}]\
            """));
        assertThat(has("/tool_choice")).isFalse();
        assertThat(choice(ToolChoice.REQUIRED, ModelSettings.NONE)).isEqualTo(json("{\"type\":\"any\"}"));
        assertThat(choice(ToolChoice.NONE, ModelSettings.NONE)).isEqualTo(json("{\"type\":\"none\"}"));
        assertThat(choice(ToolChoice.named("weather"), ModelSettings.NONE.withParallelToolCalls(false)))
                .isEqualTo(json("{\"type\":\"tool\",\"name\":\"weather\",\"disable_parallel_tool_use\":true}"));
        assertThat(choice(ToolChoice.AUTO, ModelSettings.NONE.withParallelToolCalls(true)))
                .isEqualTo(json("{\"type\":\"auto\",\"disable_parallel_tool_use\":false}"));
        assertThat(host.omitted()).isEmpty();
        choice(ToolChoice.NONE, ModelSettings.NONE.withParallelToolCalls(false));
        sent(ChatRequest.of("Hi").withSettings(ModelSettings.NONE.withParallelToolCalls(false)));
        assertThat(host.omitted())
                .containsExactly(
                        "parallel_tool_calls: anthropic takes no such setting where no tool may be called",
                        "parallel_tool_calls: anthropic takes no such setting without tools");
        assertThatThrownBy(() -> sent(ChatRequest.of("Hi").withToolChoice(ToolChoice.REQUIRED)))
                .hasMessage("a tool call is required, but the request has no tools");
    }

    private Json choice(ToolChoice choice, ModelSettings settings) {
        sent(ChatRequest.of("Hi")
                .withTools(List.of(WEATHER))
                .withToolChoice(choice)
                .withSettings(settings));
        return at("/tool_choice");
    }

    @Test
    void strictToolsOnlyWhereAskedForAndWhereTheyFit() {
        ChatRequest request = ChatRequest.of("Hi").withTools(List.of(WEATHER, LABELS));
        host.ask(host.connect().strictTools(), request);
        assertThat(at("/tools/0/strict")).isEqualTo(Json.of(true));
        assertThat(has("/tools/1/strict")).as("a map").isFalse();
        assertThat(at("/tools/1/input_schema")).isEqualTo(MAP.json());
    }

    @Test
    void settingsHaveTheHostsNames() {
        sent(ChatRequest.of("Hi")
                .withSettings(ModelSettings.NONE
                        .withMaxOutputTokens(7)
                        .withTemperature(0.5)
                        .withTopP(0.9)
                        .withStop("a")
                        .withEffort("low")
                        .withSeed(7)
                        .with("thinking", json("{\"type\":\"enabled\",\"budget_tokens\":2048}"))
                        .with("output_config", json("{\"task_budget\":{\"type\":\"tokens\",\"total\":9}}"))
                        .with("top_k", Json.of(5))
                        .with("tools", json("[{\"type\":\"web_search_20250305\",\"name\":\"web_search\"}]"))
                        .with("betas", Json.array("x-1"))));
        assertThat(host.body().asObj().without("messages")).isEqualTo(json("""
            {"model":"m","tools":[{"type":"web_search_20250305","name":"web_search"}],"max_tokens":7,"temperature":0.5,"top_p":0.9,
             "stop_sequences":["a"],"output_config":{"task_budget":{"type":"tokens","total":9},"effort":"low"},
             "thinking":{"type":"enabled","budget_tokens":2048},"top_k":5,"stream":true}\
            """));
        assertThat(host.requests.get(0).header("anthropic-beta")).contains("x-1");
        assertThat(host.omitted()).containsExactly("seed: anthropic has no such setting");
    }

    @Test
    void thinkingComesOnTopOfTheAnswer() {
        ModelSettings thinking =
                ModelSettings.NONE.with("thinking", json("{\"type\":\"enabled\",\"budget_tokens\":2048}"));
        sent(ChatRequest.of("Hi").withSettings(thinking));
        assertThat(at("/max_tokens")).isEqualTo(Json.of(8192 + 2048));
        ModelInfo known = new ModelInfo("anthropic", "m", 200_000, 64_000, java.util.Set.of(), List.of());
        host.connect().build().model(known).chat(ChatRequest.of("Hi").withSettings(thinking), Call.unwatched());
        assertThat(at("/max_tokens")).isEqualTo(Json.of(21_333 + 2048));
    }

    @Test
    void whatCannotBeSentIsSaid() {
        assertThatThrownBy(() -> sent(ChatRequest.of("Hi").withSettings(ModelSettings.NONE.withTemperature(1.5))))
                .hasMessage("anthropic takes a temperature of 0 to 1, got 1.5");
        for (String own : List.of("model", "messages", "system", "stream", "tool_choice")) {
            assertThatThrownBy(() -> sent(ChatRequest.of("Hi").withSettings(ModelSettings.NONE.with(own, Json.NULL))))
                    .hasMessage("the setting \"" + own + "\" is the provider's to give");
        }
        assertThatThrownBy(
                        () -> sent(ChatRequest.of("Hi").withSettings(ModelSettings.NONE.with("tools", Json.of("x")))))
                .hasMessage("the setting \"tools\" must be a list of the host's own tools");
        assertThatThrownBy(
                        () -> sent(ChatRequest.of("Hi").withSettings(ModelSettings.NONE.with("betas", Json.of("x")))))
                .hasMessage("the setting \"betas\" must be a list of names");
        assertThat(host.requests).isEmpty();
    }

    @Test
    void aSchemaForTheAnswer() {
        ChatRequest request = ChatRequest.of("Hi").withFormat(ResponseFormat.json("place", CITY));
        sent(request.withSettings(ModelSettings.NONE.withEffort("low")));
        assertThat(at("/output_config/format/type")).isEqualTo(Json.of("json_schema"));
        assertThat(at("/output_config/format/schema/required")).isEqualTo(Json.array("city"));
        assertThat(at("/output_config/effort")).isEqualTo(Json.of("low"));
        assertThat(host.omitted()).isEmpty();

        sent(ChatRequest.of("Hi").withFormat(ResponseFormat.json("map", MAP)));
        assertThat(has("/output_config")).isFalse();
        host.connect().build().model(ModelInfo.of("anthropic", "claude-2")).chat(request, host.watched());
        assertThat(has("/output_config")).isFalse();
        assertThat(host.omitted())
                .containsExactly(
                        "the schema of the response format: anthropic cannot enforce it as it is; the model is told of"
                                + " it in words",
                        "the schema of the response format: claude-2 enforces none; the model is told of it in words");
        assertThatThrownBy(() ->
                        sent(request.withSettings(ModelSettings.NONE.with("output_config", json("{\"format\":{}}")))))
                .hasMessage(
                        "the request has a format and the setting \"output_config.format\" too: leave one of them out");
    }

    @Test
    void aSchemaThatIsNotEnforcedIsToldInWordsAfterTheInstructions() {
        ChatRequest request = ChatRequest.of(List.of(Message.system("Be kind."), Message.user("Hi")))
                .withFormat(ResponseFormat.json("map", MAP));
        host.connect().caching(CachePolicy.PREFIX).build().model("claude-x").chat(request, Call.unwatched());

        assertThat(at("/system/0/text")).isEqualTo(Json.of("Be kind."));
        assertThat(has("/system/0/cache_control")).isTrue();
        assertThat(at("/system/1/text"))
                .isEqualTo(Json.of(OutputParser.json(MAP).format()));
        assertThat(has("/system/1/cache_control")).isFalse();

        sent(ChatRequest.of("Hi").withFormat(ResponseFormat.json("map", MAP)));
        assertThat(at("/system/0/text").asString()).contains(MAP.json().toString());
    }

    // The prompt cache

    private static final String MARK = "{\"type\":\"ephemeral\"}";

    @Test
    void thePolicyPutsBreakpoints() {
        ChatRequest request = ChatRequest.of(List.of(
                        Message.system("Be brief."),
                        Message.user("One"),
                        AssistantMessage.of(List.of(Content.ToolCall.of("a", "weather", "{}"))),
                        ToolMessage.of(List.of(Content.ToolResult.of("a", "weather", "rain")))))
                .withTools(List.of(LABELS, WEATHER));
        host.ask(host.connect().caching(CachePolicy.ALL), request);
        assertThat(at("/tools/1/cache_control")).isEqualTo(json(MARK));
        assertThat(at("/system/0/cache_control")).isEqualTo(json(MARK));
        assertThat(at("/messages/2/content/0/cache_control")).isEqualTo(json(MARK));
        assertThat(at("/messages/0/content/0/cache_control"))
                .as("the user message before")
                .isEqualTo(json(MARK));
        assertThat(marks()).isEqualTo(4);

        host.ask(host.connect().caching(CachePolicy.PREFIX.withTtl("1h")), request);
        assertThat(at("/system/0/cache_control")).isEqualTo(json("{\"type\":\"ephemeral\",\"ttl\":\"1h\"}"));
        assertThat(marks()).isEqualTo(2);

        host.ask(host.connect(), request);
        assertThat(marks()).isZero();
    }

    private int marks() {
        return host.body().toString().split("cache_control", -1).length - 1;
    }

    @Test
    void breakpointsByHandComeFirst() {
        UserMessage user = new UserMessage(
                List.of(
                        Anthropic.cached(Content.Media.of(new Content.Media.Inline("AAAA"), "image/png")),
                        Anthropic.cached(Content.text("A"))),
                Map.of());
        ToolMessage results = ToolMessage.of(List.of(Anthropic.cached(Content.ToolResult.of("a", "f", "1"))));
        AssistantMessage call = AssistantMessage.of(List.of(Content.ToolCall.of("a", "f", "{}")));
        ChatRequest request = ChatRequest.of(
                        List.of(Message.system("Be brief."), user, call, results, Message.user("B")))
                .withTools(List.of(WEATHER));
        host.ask(host.connect().caching(CachePolicy.ALL), request);
        assertThat(marks()).isEqualTo(4);
        assertThat(at("/messages/2/content/1/cache_control"))
                .as("the end of the conversation")
                .isEqualTo(json(MARK));
        assertThat(has("/system/0/cache_control")).isFalse();

        ModelSettings more = ModelSettings.NONE.with(
                "tools",
                json(
                        "[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"cache_control\":{\"type\":\"ephemeral\"}}]"));
        host.ask(host.connect().caching(CachePolicy.ALL), request.withSettings(more));
        assertThat(marks()).isEqualTo(4);
        int asked = host.requests.size();
        assertThatThrownBy(() -> host.ask(request.withSettings(more.with("cache_control", json(MARK)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the request has 5 cache breakpoints; anthropic takes at most 4");
        assertThat(host.requests).hasSize(asked);
        assertThatThrownBy(() -> CachePolicy.ALL.withTtl("2h"))
                .hasMessage("a cache entry is kept for \"5m\" or \"1h\", got \"2h\"");
    }

    @Test
    void breakpointsWithinAToolResultCountToo() {
        Content.ToolResult result = new Content.ToolResult(
                "a",
                "f",
                List.of(
                        Anthropic.cached(Content.text("1")),
                        Anthropic.cached(Content.text("2")),
                        Anthropic.cached(Content.Media.of(new Content.Media.Inline("AAAA"), "image/png"))),
                false,
                dev.tenon.message.Origin.NONE,
                Map.of());
        ChatRequest request = ChatRequest.of(List.of(
                Message.system("Be brief."),
                Message.user("A"),
                AssistantMessage.of(List.of(Content.ToolCall.of("a", "f", "{}"))),
                ToolMessage.of(List.of(result)),
                Message.user("B")));

        host.ask(host.connect().caching(CachePolicy.ALL), request);

        assertThat(marks()).isEqualTo(4);
    }

    @Test
    void aBreakpointStandsWhereOneMayStand() {
        AssistantMessage last = AssistantMessage.of(List.of(
                Content.text("So"), new Content.Thinking("Hm", false, ours("{\"signature\":\"s\"}"), Map.of())));
        host.ask(
                host.connect().caching(new CachePolicy(false, false, true, "")),
                ChatRequest.of(List.of(Message.user("Hi"), last, Message.user(""))));
        assertThat(at("/messages/1/content/0/cache_control")).isEqualTo(json(MARK));
        assertThat(has("/messages/1/content/1/cache_control")).as("thinking").isFalse();
        assertThat(at("/messages/0/content/0/cache_control")).isEqualTo(json(MARK));
    }

    // Counting

    @Test
    void tokensAreCountedOfWhatWouldBeSent() {
        host.answering(Asked.json("{\"input_tokens\":2095}"));
        ChatRequest request = ChatRequest.of(List.of(Message.system("Be brief."), Message.user("Hi")))
                .withTools(List.of(WEATHER))
                .withFormat(ResponseFormat.json("place", CITY))
                .withSettings(ModelSettings.NONE
                        .withTemperature(0.5)
                        .withMaxOutputTokens(7)
                        .withSeed(7)
                        .withEffort("low"));
        assertThat(host.connect().build().countTokens("m", request, Call.unwatched()))
                .isEqualTo(2095);
        assertThat(host.requests.get(0).path()).isEqualTo("/v1/messages/count_tokens");
        assertThat(host.body().asObj().members().keySet())
                .containsExactlyInAnyOrder("model", "tools", "system", "messages", "output_config");
    }
}
