package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Notice;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.Usage;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How replies are read that no recording holds. */
class RepliesTest {
    private static final String START =
            "{\"type\":\"message_start\",\"message\":{\"id\":\"c1\",\"model\":\"m1\",\"content\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}";
    private static final String END =
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}";

    private final Asked host = new Asked();

    @AfterEach
    void close() {
        host.close();
    }

    private ChatResponse read(Answer answer) {
        host.deltas.clear();
        host.answering(answer);
        return host.ask(ChatRequest.of("Hi"));
    }

    private ChatResponse whole(String blocks, String more) {
        return read(Asked.json("{\"id\":\"c1\",\"model\":\"m1\",\"content\":[" + blocks
                + "],\"stop_reason\":\"end_turn\"" + more + "}"));
    }

    private static String start(int index, String block) {
        return "{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}";
    }

    private static String delta(int index, String delta) {
        return "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}";
    }

    private static String stop(int index) {
        return "{\"type\":\"content_block_stop\",\"index\":" + index + "}";
    }

    @Test
    void whatIsNewerThanThisIsNotLost() {
        ChatResponse reply = read(Asked.events(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"c1\",\"type\":\"message\",\"content\":[]}}",
                "{\"type\":\"queue_position\",\"position\":3,\"region\":{\"name\":\"eu\"}}",
                start(0, "{\"type\":\"text\",\"text\":\"\",\"confidence\":0.5,\"citations\":null}"),
                delta(0, "{\"type\":\"text_delta\",\"text\":\"Hi\"}"),
                delta(0, "{\"type\":\"language_delta\",\"language\":\"pt\"}"),
                stop(0),
                start(1, "{\"type\":\"hologram\",\"data\":\"ab\"}"),
                delta(1, "{\"type\":\"hologram_delta\",\"data\":\"cd\"}"),
                stop(1),
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}",
                "{\"type\":\"message_stop\"}"));

        assertThat(host.notices)
                .contains(new Notice.Custom(
                        "anthropic.queue_position", Json.parse("{\"position\":3,\"region\":{\"name\":\"eu\"}}")));
        assertThat(reply.message().content().get(0))
                .isInstanceOfSatisfying(
                        Content.Text.class,
                        text -> assertThat(text.extra()).containsOnlyKeys("confidence", "language"));
        assertThat(reply.message().content().get(1))
                .isInstanceOfSatisfying(
                        Content.Opaque.class,
                        block -> assertThat(block.data())
                                .isEqualTo(Json.parse("{\"type\":\"hologram\",\"data\":\"abcd\"}")));
        assertThat(reply.text()).isEqualTo("Hi");
    }

    @Test
    void anErrorInAnEventThatIsNewerIsStillOne() {
        ProviderException e = catchThrowableOfType(
                ProviderException.class,
                () -> read(
                        Asked.events(
                                "{\"type\":\"message_start\",\"message\":{\"id\":\"c1\",\"type\":\"message\",\"content\":[]}}",
                                "{\"type\":\"stream_failure\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy\"}}")));
        assertThat(e.kind()).isEqualTo(ProviderException.Kind.OVERLOADED);
    }

    @Test
    void usageHoldsWhatTheCacheGave() {
        Usage usage = whole(
                        "",
                        ",\"usage\":{\"input_tokens\":10,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":300,\"output_tokens\":7,"
                            + "\"output_tokens_details\":{\"thinking_tokens\":5},\"cache_creation\":{\"ephemeral_5m_input_tokens\":20}}")
                .usage();
        assertThat(usage.input()).isEqualTo(330);
        assertThat(usage.output()).isEqualTo(7);
        assertThat(usage.cacheRead()).isEqualTo(300);
        assertThat(usage.cacheWrite()).isEqualTo(20);
        assertThat(usage.reasoning()).isEqualTo(5);
        assertThat(usage.reported())
                .isEqualTo(Map.of(
                        "input_tokens",
                        10L,
                        "cache_write_tokens",
                        20L,
                        "cache_read_tokens",
                        300L,
                        "output_tokens",
                        7L));
        assertThat(whole("", "").usage()).isEqualTo(Usage.UNREPORTED);
    }

    @Test
    void theEndOfAStreamCorrectsItsBeginning() {
        ChatResponse response = read(Asked.events(
                START,
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"stop_sequence\",\"stop_sequence\":\"END\",\"container\":{\"id\":\"k\"}},"
                    + "\"usage\":{\"input_tokens\":9,\"output_tokens\":2}}"));
        assertThat(response.usage().input()).isEqualTo(9);
        assertThat(response.finish()).isEqualTo(new FinishReason(FinishReason.Kind.STOP, "stop_sequence"));
        assertThat(response.extra()).containsEntry("stop_sequence", Json.of("END"));
        assertThat(response.message().origin().data()).isEqualTo(Json.parse("{\"container\":{\"id\":\"k\"}}"));
    }

    @Test
    void everyReasonHasItsMeaning() {
        Map<String, FinishReason.Kind> kinds = Map.of(
                "end_turn", FinishReason.Kind.STOP,
                "max_tokens", FinishReason.Kind.LENGTH,
                "model_context_window_exceeded", FinishReason.Kind.LENGTH,
                "tool_use", FinishReason.Kind.TOOL_CALLS,
                "refusal", FinishReason.Kind.REFUSAL,
                "compaction", FinishReason.Kind.PAUSE,
                "brand_new", FinishReason.Kind.UNKNOWN);
        kinds.forEach((word, kind) -> assertThat(read(Asked.json("{\"content\":[],\"stop_reason\":\"" + word + "\"}"))
                        .finish())
                .isEqualTo(new FinishReason(kind, word)));
        assertThat(read(Asked.json("{\"content\":[],\"stop_reason\":null}")).finish())
                .isEqualTo(FinishReason.NONE);
    }

    @Test
    void aRefusalHasItsWords() {
        ChatResponse response = read(Asked.json("""
            {"content":[],"stop_reason":"refusal","stop_details":{"type":"refusal","category":"bio","explanation":"Not this."}}\
            """));
        assertThat(response.refusal()).isEqualTo("Not this.");
        assertThat(response.extra().get("stop_details").at("/category")).contains(Json.of("bio"));
    }

    @Test
    void partsStandInTheOrderOfTheWire() {
        ChatResponse response = read(Asked.events(
                START,
                start(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"),
                delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"Hm\"}"),
                delta(0, "{\"type\":\"signature_delta\",\"signature\":\"s1\"}"),
                stop(0),
                start(1, "{\"type\":\"text\",\"text\":\"\"}"),
                start(2, "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{}}"),
                delta(2, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"q\\\": \"}"),
                delta(1, "{\"type\":\"text_delta\",\"text\":\"So\"}"),
                delta(2, "{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}"),
                stop(2),
                start(
                        3,
                        "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{},\"caller\":{\"type\":\"direct\"}}"),
                delta(3, "{\"type\":\"input_json_delta\",\"partial_json\":\"\"}"),
                stop(3),
                start(4, "{\"type\":\"brand_new\",\"a\":\"x\"}"),
                delta(4, "{\"type\":\"brand_new_delta\",\"a\":\"y\",\"b\":[1]}"),
                stop(4),
                "{\"type\":\"brand_new_event\",\"payload\":1}",
                END,
                "{\"type\":\"message_stop\"}"));
        assertThat(response.message().content())
                .containsExactly(
                        new Content.Thinking(
                                "Hm", false, new Origin(Anthropic.WIRE, Json.object("signature", "s1")), Map.of()),
                        new Content.Text("So", List.of(), Block.PLAIN, Map.of()),
                        Content.Opaque.of(
                                Anthropic.WIRE,
                                "server_tool_use:web_search",
                                Json.parse(
                                        "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web_search\",\"input\":{\"q\":1}}")),
                        new Content.ToolCall(
                                "t",
                                "f",
                                "{}",
                                "",
                                new Origin(Anthropic.WIRE, Json.parse("{\"caller\":{\"type\":\"direct\"}}")),
                                Map.of()),
                        Content.Opaque.of(
                                Anthropic.WIRE,
                                "brand_new",
                                Json.parse("{\"type\":\"brand_new\",\"a\":\"xy\",\"b\":[1]}")));
        assertThat(host.deltas)
                .containsExactly(
                        new Delta.Thinking("Hm"),
                        new Delta.Text("So"),
                        new Delta.ToolCallStarted(0, "t", "f"),
                        new Delta.ToolCallArguments(0, "{}"));
    }

    @Test
    void argumentsThatComeWithTheBeginningAreShownToo() {
        ChatResponse response = read(Asked.events(
                START,
                start(0, "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"a\":1}}"),
                stop(0),
                END));
        assertThat(response.message().toolCalls().get(0).arguments()).isEqualTo("{\"a\":1}");
        assertThat(host.deltas)
                .containsExactly(new Delta.ToolCallStarted(0, "t", "f"), new Delta.ToolCallArguments(0, "{\"a\":1}"));
    }

    @Test
    void aSecondBeginningGoesOnWithTheAnswer() {
        ChatResponse response = read(Asked.events(
                START,
                start(0, "{\"type\":\"text\",\"text\":\"\"}"),
                delta(0, "{\"type\":\"text_delta\",\"text\":\"One \"}"),
                stop(0),
                "{\"type\":\"message_start\",\"message\":{\"id\":\"c2\",\"model\":\"m2\",\"content\":[],\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}",
                start(0, "{\"type\":\"text\",\"text\":\"\"}"),
                delta(0, "{\"type\":\"text_delta\",\"text\":\"two\"}"),
                END));
        assertThat(response.text()).isEqualTo("One two");
        assertThat(response.id()).isEqualTo("c1");
        assertThat(response.usage().input()).isEqualTo(5);
    }

    @Test
    void deltasWithoutABeginningAreRead() {
        ChatResponse response = read(Asked.events(
                delta(0, "{\"type\":\"thinking_delta\",\"thinking\":\"Hm\"}"),
                delta(1, "{\"type\":\"text_delta\",\"text\":\"So\"}"),
                delta(2, "{\"type\":\"input_json_delta\",\"partial_json\":\"{\"}"),
                END));
        assertThat(response.text()).isEqualTo("So");
        assertThat(response.message().thinking()).isEqualTo("Hm");
    }

    @Test
    void membersOfOtherTypesAreSkipped() {
        ChatResponse response = read(Asked.json("""
            {"id":7,"model":null,"content":[{"type":"text","text":7,"citations":7},7,{"type":7},{"type":"tool_use","id":null,"name":1,"input":"x"},
             {"type":"thinking"}],"stop_reason":7,"usage":[1],"stop_details":7,"delta":7,"message":7,"index":"x","content_block":7}\
            """));
        assertThat(response.text()).isEmpty();
        assertThat(response.message().toolCalls().get(0).arguments()).isEqualTo("x");
        assertThat(response.usage()).isEqualTo(Usage.UNREPORTED);
    }

    @Test
    void citationsSayWhereTheirTextIsFrom() {
        ChatResponse response = whole("""
            {"type":"text","text":"A","citations":[
             {"type":"char_location","cited_text":"q","document_index":2,"document_title":"t","start_char_index":1,"end_char_index":2,"file_id":null},
             {"type":"page_location","cited_text":"q","document_index":0,"document_title":null,"start_page_number":1,"end_page_number":2,"file_id":"file_1"},
             {"type":"web_search_result_location","cited_text":"q","url":"https://example.org","title":"t","encrypted_index":"e"},
             {"type":"search_result_location","cited_text":"q","source":"s","title":null,"search_result_index":0}]}\
            """, "");
        Content.Text text = (Content.Text) response.message().content().get(0);
        assertThat(text.citations().stream().map(it -> it.source() + "|" + it.title() + "|" + it.quote()))
                .containsExactly("2|t|q", "file_1||q", "https://example.org|t|q", "s||q");
        assertThat(text.citations()).allMatch(it -> it.start() == -1 && it.end() == -1);
    }

    // Streamed and whole

    @Test
    void aReplyIsTheSameStreamedAndWhole() {
        Property.forAll(300, RepliesTest::message, message -> {
            ChatResponse whole = read(Asked.json(whole(message)));
            List<Delta> told = List.copyOf(host.deltas);
            ChatResponse streamed = read(Asked.events(streamed(message)));
            assertThat(streamed.message()).isEqualTo(whole.message());
            assertThat(streamed.finish()).isEqualTo(whole.finish());
            assertThat(streamed.usage()).isEqualTo(whole.usage());
            assertThat(shown(host.deltas)).isEqualTo(shown(told));
        });
    }

    /** What a watcher has at the end. */
    private static List<String> shown(List<Delta> deltas) {
        StringBuilder text = new StringBuilder();
        StringBuilder thinking = new StringBuilder();
        StringBuilder calls = new StringBuilder();
        for (Delta delta : deltas) {
            switch (delta) {
                case Delta.Text piece -> text.append(piece.text());
                case Delta.Thinking piece -> thinking.append(piece.text());
                case Delta.ToolCallStarted call ->
                    calls.append('\n').append(call.index()).append(call.name()).append(' ');
                case Delta.ToolCallArguments piece -> calls.append(piece.fragment());
                case Delta.Discarded none -> {}
            }
        }
        return List.of(text.toString(), thinking.toString(), calls.toString());
    }

    private static List<Json.Obj> message(Chance chance) {
        List<Json.Obj> blocks = new ArrayList<>();
        for (int left = chance.below(5); left > 0; left--) {
            String text = Gen.text().next(chance);
            blocks.add(
                    switch (chance.below(6)) {
                        case 0 ->
                            Json.object()
                                    .put("type", "thinking")
                                    .put("thinking", text)
                                    .put("signature", "s" + left)
                                    .build();
                        case 1 ->
                            Json.object()
                                    .put("type", "redacted_thinking")
                                    .put("data", text)
                                    .build();
                        case 2 ->
                            Json.object()
                                    .put("type", "tool_use")
                                    .put("id", "t" + left)
                                    .put("name", "f")
                                    .put("input", Gen.object().next(chance))
                                    .build();
                        case 3 ->
                            Json.object()
                                    .put("type", "server_tool_use")
                                    .put("id", "t" + left)
                                    .put("name", "g")
                                    .put("input", Json.object("q", text))
                                    .build();
                        case 4 ->
                            Json.object()
                                    .put("type", "web_search_tool_result")
                                    .put("tool_use_id", "t")
                                    .put("content", Gen.json().next(chance))
                                    .build();
                        default ->
                            Json.object().put("type", "text").put("text", text).build();
                    });
        }
        return blocks;
    }

    private static String whole(List<Json.Obj> blocks) {
        return Json.object()
                .put("id", "c1")
                .put("content", Json.Arr.of(blocks))
                .put("stop_reason", "end_turn")
                .put("usage", Json.parse("{\"input_tokens\":3,\"output_tokens\":2}"))
                .build()
                .toString();
    }

    private static String[] streamed(List<Json.Obj> blocks) {
        List<String> events = new ArrayList<>();
        events.add(START);
        for (int i = 0; i < blocks.size(); i++) {
            Json.Obj block = blocks.get(i);
            String type = block.string("type").orElseThrow();
            switch (type) {
                case "text" -> {
                    events.add(start(i, block.with("text", Json.of("")).toString()));
                    for (String piece : pieces(block.string("text").orElseThrow())) {
                        events.add(delta(
                                i,
                                Json.object()
                                        .put("type", "text_delta")
                                        .put("text", piece)
                                        .build()
                                        .toString()));
                    }
                }
                case "thinking" -> {
                    events.add(start(
                            i,
                            block.with("thinking", Json.of(""))
                                    .with("signature", Json.of(""))
                                    .toString()));
                    for (String piece : pieces(block.string("thinking").orElseThrow())) {
                        events.add(delta(
                                i,
                                Json.object()
                                        .put("type", "thinking_delta")
                                        .put("thinking", piece)
                                        .build()
                                        .toString()));
                    }
                    events.add(delta(
                            i,
                            Json.object()
                                    .put("type", "signature_delta")
                                    .put("signature", block.get("signature").orElseThrow())
                                    .build()
                                    .toString()));
                }
                case "tool_use", "server_tool_use" -> {
                    events.add(start(i, block.with("input", Json.Obj.EMPTY).toString()));
                    for (String piece : pieces(block.get("input").orElseThrow().toString())) {
                        events.add(delta(
                                i,
                                Json.object()
                                        .put("type", "input_json_delta")
                                        .put("partial_json", piece)
                                        .build()
                                        .toString()));
                    }
                }
                default -> events.add(start(i, block.toString()));
            }
            events.add(stop(i));
        }
        events.add(END);
        events.add("{\"type\":\"message_stop\"}");
        return events.toArray(String[]::new);
    }

    /** Three pieces, cut between code points. */
    private static List<String> pieces(String text) {
        int points = text.codePointCount(0, text.length());
        int one = text.offsetByCodePoints(0, points / 3);
        int two = text.offsetByCodePoints(0, points * 2 / 3);
        return List.of(text.substring(0, one), text.substring(one, two), text.substring(two));
    }

    // Pauses

    private static String paused(String text, int input) {
        return "{\"id\":\"p\",\"model\":\"m1\",\"content\":[{\"type\":\"text\",\"text\":\"" + text
                + "\"}],\"stop_reason\":\"pause_turn\",\"container\":{\"id\":\"k\"},\"usage\":{\"input_tokens\":"
                + input
                + ",\"output_tokens\":1}}";
    }

    @Test
    void aPausedTurnGoesOnByItself() {
        host.answering(Asked.json(paused("One ", 3)), Asked.json(paused("two ", 5)), Asked.json(Asked.OK));
        ChatResponse response = host.ask(ChatRequest.of("Hi"));
        assertThat(response.text()).isEqualTo("One two ok");
        assertThat(response.finish().raw()).isEqualTo("end_turn");
        assertThat(response.usage().input()).isEqualTo(9);
        assertThat(response.id()).isEqualTo("msg_1");
        assertThat(host.requests).hasSize(3);
        assertThat(host.body().at("/messages").orElseThrow()).isEqualTo(Json.parse("""
            [{"role":"user","content":[{"type":"text","text":"Hi"}]},
             {"role":"assistant","content":[{"type":"text","text":"One "},{"type":"text","text":"two "}]}]\
            """));
        assertThat(host.body().at("/container")).contains(Json.of("k"));
        assertThat(host.notices)
                .containsExactly(
                        new Notice.Custom("anthropic.pause_turn", Json.object("continued", 1)),
                        new Notice.Custom("anthropic.pause_turn", Json.object("continued", 2)));
        assertThat(host.deltas).containsExactly(new Delta.Text("One "), new Delta.Text("two "), new Delta.Text("ok"));
    }

    @Test
    void aTurnDoesNotGoOnForEver() {
        host.answering(Asked.json(paused("x", 1)));
        ChatResponse response = host.ask(host.connect().pauses(2), ChatRequest.of("Hi"));
        assertThat(host.requests).hasSize(3);
        assertThat(response.text()).isEqualTo("xxx");
        assertThat(response.finish()).isEqualTo(new FinishReason(FinishReason.Kind.PAUSE, "pause_turn"));
        host.ask(host.connect().pauses(0), ChatRequest.of("Hi"));
        assertThat(host.requests).hasSize(4);
    }

    @Test
    void aPauseThatWaitsForAToolOfOursIsAReply() {
        host.answering(
                Asked.json(
                        "{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}],\"stop_reason\":\"pause_turn\"}"));
        assertThat(host.ask(ChatRequest.of("Hi")).message().toolCalls()).hasSize(1);
        assertThat(host.requests).hasSize(1);
    }

    @Test
    void whatWasSaidBeforeAPauseIsNotLostWithWhatComesAfter() {
        host.answering(
                Asked.json(paused("One ", 3)),
                Answer.of(
                        529,
                        "application/json",
                        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"No\"}}"));
        ProviderException e = catchThrowableOfType(
                ProviderException.class,
                () -> host.connect().build().model("m").chat(ChatRequest.of("Hi"), Call.unwatched()));
        assertThat(e).hasMessage("anthropic answered 529: No");
        assertThat(e.kind()).isEqualTo(ProviderException.Kind.OVERLOADED);
        assertThat(e.status()).isEqualTo(529);
        assertThat(e.partial().orElseThrow().text()).isEqualTo("One ");
        assertThat(e.partial().orElseThrow().usage().input()).isEqualTo(3);
    }

    @Test
    void omissionsAreToldOnceHoweverOftenATurnGoesOn() {
        host.answering(Asked.json(paused("One ", 3)), Asked.json(Asked.OK));
        host.ask(ChatRequest.of(List.of(
                Message.user("Hi"),
                AssistantMessage.of(List.of(Content.Thinking.of("Hm"), Content.text("x"))),
                Message.user("Hi"))));
        assertThat(host.omitted()).hasSize(1);
    }
}
