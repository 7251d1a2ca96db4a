package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Provider;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.Property;
import dev.tenon.wire.RawHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How replies are read that no recording holds. */
class RepliesTest {
    private volatile Answer next = Answer.of(500, "text/plain", "");
    private final LoopbackServer server = LoopbackServer.start(request -> next);
    private final Provider provider =
            OpenAi.connect(server.url("/v1").toString()).build().model("m");
    private final List<Delta> deltas = new ArrayList<>();

    @AfterEach
    void close() {
        server.close();
    }

    private ChatResponse whole(String message) {
        return wholeReply("{\"choices\":[{\"index\":0,\"message\":" + message + ",\"finish_reason\":\"stop\"}]}");
    }

    private ChatResponse wholeReply(String body) {
        next = Answer.of(200, "application/json", body);
        return provider.chat(ChatRequest.of("Hi"), Call.unwatched());
    }

    private ChatResponse streamed(String... deltasOfChoice0) {
        return streamedChunks(Stream.concat(
                        Stream.of(deltasOfChoice0)
                                .map(delta -> "{\"choices\":[{\"delta\":" + delta + ",\"index\":0}]}"),
                        Stream.of("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"))
                .toList());
    }

    private ChatResponse streamedChunks(List<String> chunks) {
        next = Answer.chunked(
                200,
                "text/event-stream",
                chunks.stream()
                        .map(chunk -> RawHost.bytes("data: " + chunk + "\n\n"))
                        .toList());
        deltas.clear();
        return provider.chat(ChatRequest.of("Hi"), Call.watched(new Cancellation(), deltas::add, notice -> {}));
    }

    private static List<String> calls(ChatResponse response) {
        return response.message().toolCalls().stream()
                .map(call -> call.id() + " " + call.name() + " " + call.arguments())
                .toList();
    }

    private static String call(String members) {
        return "{\"tool_calls\":[" + members + "]}";
    }

    // Calls in fragments

    @Test
    void fragmentsBelongTogetherByIndex() {
        ChatResponse response = streamed(
                call(
                        "{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"),
                call("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"x\\\"\"}}"),
                call("{\"index\":0,\"function\":{\"arguments\":\"{}\"}}"),
                call("{\"index\":1,\"function\":{\"arguments\":\":1}\"}}"));
        assertThat(calls(response)).containsExactly("a f {}", "b g {\"x\":1}");
        assertThat(response.finish()).isEqualTo(new FinishReason(FinishReason.Kind.TOOL_CALLS, "stop"));
        assertThat(deltas)
                .containsExactly(
                        new Delta.ToolCallStarted(0, "a", "f"),
                        new Delta.ToolCallStarted(1, "b", "g"),
                        new Delta.ToolCallArguments(1, "{\"x\""),
                        new Delta.ToolCallArguments(0, "{}"),
                        new Delta.ToolCallArguments(1, ":1}"));
    }

    @Test
    void fragmentsWithoutAnIndex() {
        assertThat(calls(streamed(
                        call("{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\"\"}}"),
                        call("{\"function\":{\"arguments\":\":1}\"}}"),
                        call("{\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"))))
                .containsExactly("a f {\"x\":1}", "b f {}");
        assertThat(calls(streamed(
                        call("{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"),
                        call("{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"))))
                .containsExactly(" f {}", " f {}");
    }

    @Test
    void wholeCallsThatAllHaveIndexZero() {
        assertThat(
                        calls(
                                streamed(
                                        call(
                                                "{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":1}\"}}"),
                                        call(
                                                "{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":2}\"}}"),
                                        call(
                                                "{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"x\\\":3}\"}}"))))
                .containsExactly("a f {\"x\":1}", "b f {\"x\":2}", " g {\"x\":3}");
    }

    @Test
    void idsThatChangeAndNamesThatRepeatWithinACall() {
        assertThat(calls(streamed(
                        call("{\"index\":0,\"id\":\"a1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\"\"}}"),
                        call("{\"index\":0,\"id\":\"a2\",\"function\":{\"name\":null,\"arguments\":\":1}\"}}"))))
                .containsExactly("a1 f {\"x\":1}");
        assertThat(calls(streamed(
                        call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\"\"}}"),
                        call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\":1}\"}}"))))
                .containsExactly("a f {\"x\":1}");
        assertThat(calls(streamed(
                        call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"get_\"}}"),
                        call("{\"index\":0,\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}"))))
                .containsExactly("a get_weather {}");
    }

    @Test
    void argumentsThatAreJsonAndArgumentsThatAreNot() {
        assertThat(calls(whole(
                        "{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1.50}}},"
                                + "{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"x\\\":\"}},"
                                + "{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":null}},"
                                + "{\"id\":7,\"function\":{\"name\":\"f\"}}]}")))
                .containsExactly("a f {\"x\":1.50}", "a f {\"x\":", "a f ", "7 f ");
        assertThat(calls(streamed(
                        call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1}}}"))))
                .containsExactly("a f {\"x\":1}");
    }

    @Test
    void theOldFunctionCallAndTheCustomOne() {
        assertThat(calls(whole("{\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}")))
                .containsExactly(" f {}");
        assertThat(calls(streamed(
                        "{\"function_call\":{\"name\":\"f\",\"arguments\":\"{\"}}",
                        "{\"function_call\":{\"arguments\":\"}\"}}")))
                .containsExactly(" f {}");
        ChatResponse custom =
                whole("{\"tool_calls\":[{\"id\":\"a\",\"type\":\"custom\",\"custom\":{\"name\":\"f\",\"input\":\"x ="
                        + " 1\"}}]}");
        assertThat(calls(custom)).containsExactly("a f x = 1");
        assertThat(ToolCalls.isCustom(custom.message().toolCalls().get(0))).isTrue();
    }

    @Test
    void aThousandCalls() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            all.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"n\\\":")
                    .append(i)
                    .append("}\"}}");
        }
        assertThat(whole("{\"tool_calls\":[" + all + "]}").message().toolCalls())
                .hasSize(1000);
        assertThat(streamed(call(all.toString())).message().toolCalls()).hasSize(1000);
    }

    // Members that are not what they should be

    @Test
    void membersOfAnUnexpectedKindAreSkipped() {
        ChatResponse response = wholeReply(
                "{\"id\":7,\"model\":null,\"created\":\"x\",\"choices\":[null,{\"index\":null,\"message\":{\"role\":[],"
                    + "\"content\":\"Hi\",\"reasoning\":{\"a\":[1]},\"refusal\":false,\"tool_calls\":{\"a\":1},\"annotations\":7,\"images\":[1],"
                    + "\"audio\":[],\"new\":{\"deep\":[{}]}},\"finish_reason\":7,\"logprobs\":{\"content\":[{\"token\":\"x\"}]}}],"
                    + "\"usage\":{\"prompt_tokens\":\"3\",\"completion_tokens\":null,\"total_tokens\":5.0,\"prompt_tokens_details\":[]},"
                    + "\"citations\":{},\"search_results\":\"\",\"x_groq\":[]}");
        assertThat(response.text()).isEqualTo("Hi");
        assertThat(response.finish()).isEqualTo(FinishReason.NONE);
        assertThat(response.usage().reported()).isEqualTo(Map.of("total_tokens", 5L));
        assertThat(response.message().content()).hasSize(1);
    }

    @Test
    void anErrorMemberWithNothingInItIsNone() {
        for (String nothing : List.of("null", "\"\"", "{}")) {
            assertThat(wholeReply("{\"error\":" + nothing + ",\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}")
                            .text())
                    .isEqualTo("Hi");
        }
    }

    @Test
    void oneThinkingUnderTwoNames() {
        assertThat(whole("{\"reasoning\":\"Hm\",\"reasoning_content\":\"Hm\",\"content\":\"A\"}")
                        .message()
                        .thinking())
                .isEqualTo("Hm");
        assertThat(streamed(
                                "{\"reasoning_content\":\"H\",\"reasoning\":\"H\"}",
                                "{\"reasoning_content\":\"m\",\"reasoning\":\"m\"}")
                        .message()
                        .thinking())
                .isEqualTo("Hm");
    }

    @Test
    void aRepeatedMessageBesideTheDeltaIsNotReadTwice() {
        assertThat(streamedChunks(
                                List.of(
                                        "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"A\"},\"delta\":{\"content\":\"A\"}}]}",
                                        "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"B\"},\"message\":{\"content\":\"AB\"},\"finish_reason\":\"stop\"}]}"))
                        .text())
                .isEqualTo("AB");
        assertThat(streamedChunks(List.of(
                                "{\"choices\":[{\"message\":{\"content\":\"AB\"},\"finish_reason\":\"stop\"}]}"))
                        .text())
                .isEqualTo("AB");
    }

    @Test
    void choicesWhoseIndexComesLast() {
        ChatResponse response = streamedChunks(List.of(
                "{\"choices\":[{\"delta\":{\"content\":\"X\"},\"index\":1}]}",
                "{\"choices\":[{\"delta\":{\"content\":\"A\"},\"index\":0}]}",
                "{\"choices\":[{\"delta\":{\"content\":\"Y\"},\"finish_reason\":\"stop\",\"index\":1}]}",
                "{\"choices\":[{\"delta\":{\"content\":\"B\"},\"finish_reason\":\"stop\",\"index\":0}]}"));
        assertThat(response.text()).isEqualTo("AB");
        assertThat(response.alternatives()).hasSize(1);
        assertThat(response.alternatives().get(0).text()).isEqualTo("XY");
        assertThat(deltas).containsExactly(new Delta.Text("A"), new Delta.Text("B"));
    }

    @Test
    void mediaThatTheModelMade() {
        ChatResponse response = whole(
                "{\"content\":\"Here\",\"images\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBO\"}}],"
                    + "\"audio\":{\"id\":\"audio_1\",\"data\":\"AAAA\",\"expires_at\":9,\"transcript\":\"Hello\"}}");
        Content.Media image = (Content.Media) response.message().content().get(1);
        assertThat(image.mimeType()).isEqualTo("image/png");
        assertThat(image.source()).isEqualTo(new Content.Media.Inline("iVBO"));
        Content.Media audio = (Content.Media) response.message().content().get(2);
        assertThat(audio.kind()).isEqualTo(Content.Media.Kind.AUDIO);
        assertThat(audio.origin().data())
                .isEqualTo(Json.parse("{\"id\":\"audio_1\",\"expires_at\":9,\"transcript\":\"Hello\"}"));

        ChatResponse streamed = streamed(
                "{\"audio\":{\"id\":\"audio_1\",\"transcript\":\"Hel\"}}",
                "{\"audio\":{\"data\":\"AQ==\",\"transcript\":\"lo\"}}",
                "{\"audio\":{\"data\":\"AgM=\",\"expires_at\":9}}");
        assertThat(((Content.Media) streamed.message().content().get(0)).source())
                .isEqualTo(new Content.Media.Inline("AQID"));
    }

    @Test
    void extraContentIsKeptForTheWayBack() {
        ChatResponse response =
                streamed(call("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},"
                        + "\"extra_content\":{\"google\":{\"thought_signature\":\"abc\"}}}"));
        assertThat(response.message().toolCalls().get(0).origin().data())
                .isEqualTo(Json.parse("{\"extra_content\":{\"google\":{\"thought_signature\":\"abc\"}}}"));
    }

    @Test
    void signedThinkingInPieces() {
        ChatResponse response = streamed(
                "{\"reasoning\":\"Let me \",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Let me"
                        + " \",\"index\":0,\"format\":null}]}",
                "{\"reasoning\":\"see\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"see\",\"index\":0,\"format\":\"f\"}]}",
                "{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"abc\",\"index\":0}]}",
                "{\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"id\":\"1\",\"index\":0}]}",
                "{\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"y\",\"id\":\"2\",\"index\":0}]}",
                "{\"content\":\"A\"}");
        List<Content.Thinking> thinking = response.message().content().stream()
                .filter(Content.Thinking.class::isInstance)
                .map(Content.Thinking.class::cast)
                .toList();
        assertThat(thinking).extracting(Content.Thinking::text).containsExactly("Let me see", "", "");
        assertThat(thinking).extracting(Content.Thinking::redacted).containsExactly(false, true, true);
        assertThat(thinking.get(0).origin().data())
                .isEqualTo(Json.parse("{\"type\":\"reasoning.text\",\"text\":\"Let me"
                        + " see\",\"index\":0,\"format\":\"f\",\"signature\":\"abc\"}"));
    }

    @Test
    void thinkingThatIsNotMadeOfItsDetailsStandsBeforeThem() {
        ChatResponse response = whole(
                "{\"reasoning\":\"Hm\",\"reasoning_details\":[{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}],\"content\":\"A\"}");
        assertThat(response.message().content()).hasSize(3);
        assertThat(response.message().thinking()).isEqualTo("Hm");
    }

    @Test
    void citationsInTheShapesThatHostsHave() {
        ChatResponse response = whole(
                "{\"content\":[{\"type\":\"text\",\"text\":\"A\",\"annotations\":[{\"type\":\"url_citation\",\"url\":\"https://a.example\",\"title\":\"A\"}]},"
                    + "{\"type\":\"reference\",\"reference_ids\":[1,2]},{\"type\":\"text\",\"text\":\"B\"},{\"type\":\"new\",\"x\":1},\"C\",7],"
                    + "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"url\":\"https://b.example\",\"start_index\":3,\"end_index\":9,\"content\":\"q\"}}]}");
        assertThat(response.text()).isEqualTo("ABC");
        Content.Text text = (Content.Text) response.message().content().get(0);
        assertThat(text.citations())
                .extracting(dev.tenon.message.Citation::source)
                .containsExactly("https://a.example", "[1,2]", "https://b.example");
        assertThat(text.citations().get(2).start()).isEqualTo(3);
        assertThat(text.citations().get(2).end()).isEqualTo(9);
        assertThat(text.citations().get(2).quote()).isEqualTo("q");
        assertThat(response.message().content())
                .anyMatch(part ->
                        part instanceof Content.Opaque opaque && opaque.kind().equals("new"));
        ChatResponse listed =
                wholeReply("{\"choices\":[{\"message\":{\"content\":null}}],\"citations\":[\"https://a.example\"],"
                        + "\"search_results\":[{\"url\":\"https://a.example\",\"title\":\"A\",\"snippet\":\"q\"}]}");
        Content.Text empty = (Content.Text) listed.message().content().get(0);
        assertThat(empty.citations().get(0).title()).isEqualTo("A");
        assertThat(empty.citations().get(0).quote()).isEqualTo("q");
    }

    @Test
    void usageThatCountsReasoningBesideTheCompletion() {
        Usage beside = wholeReply(
                        "{\"choices\":[{\"message\":{\"content\":\"A\"}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,"
                            + "\"total_tokens\":115,\"completion_tokens_details\":{\"reasoning_tokens\":100}}}")
                .usage();
        assertThat(beside.output()).isEqualTo(105);
        assertThat(beside.reported()).containsEntry("output_tokens", 5L);
        Usage within = wholeReply(
                        "{\"choices\":[{\"message\":{\"content\":\"A\"}}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":105,"
                            + "\"total_tokens\":115,\"completion_tokens_details\":{\"reasoning_tokens\":100}}}")
                .usage();
        assertThat(within.output()).isEqualTo(105);
        assertThat(within.reasoning()).isEqualTo(100);
        Usage wrong = wholeReply(
                        "{\"choices\":[{\"message\":{\"content\":\"A\"}}],\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":5}}")
                .usage();
        assertThat(wrong.input()).isZero();
    }

    // Streamed and whole

    /** A message as hosts give it, and the same in deltas, cut anywhere. */
    private record Same(Json message, List<String> deltas) {
        @Override
        public String toString() {
            return message + " as " + deltas;
        }
    }

    @Test
    void aReplyIsTheSameStreamedAndWhole() {
        Property.forAll(RepliesTest::same, same -> {
            ChatResponse whole = whole(same.message.toString());
            ChatResponse streamed = streamed(same.deltas.toArray(String[]::new));
            assertThat(streamed.message()).isEqualTo(whole.message());
            assertThat(streamed.refusal()).isEqualTo(whole.refusal());
            assertThat(streamed.finish()).isEqualTo(whole.finish());
            StringBuilder text = new StringBuilder();
            StringBuilder thinking = new StringBuilder();
            for (Delta delta : deltas) {
                if (delta instanceof Delta.Text more) text.append(more.text());
                if (delta instanceof Delta.Thinking more) thinking.append(more.text());
            }
            assertThat(text).hasToString(whole.text());
            assertThat(thinking).hasToString(whole.message().thinking());
        });
    }

    private static Same same(Chance chance) {
        Json.ObjBuilder message = Json.object().put("role", "assistant");
        List<String> deltas = new ArrayList<>();
        deltas.add("{\"role\":\"assistant\",\"content\":\"\"}");
        if (chance.oneIn(3)) grow(chance, message, deltas, chance.pick(List.of("reasoning", "reasoning_content")));
        if (chance.oneIn(6)) {
            contents(chance, message, deltas);
        } else if (chance.oneIn(8)) {
            grow(chance, message, deltas, "refusal");
        } else {
            grow(chance, message, deltas, "content");
        }
        if (chance.oneIn(4)) {
            Json annotation = Json.parse(
                    "{\"type\":\"url_citation\",\"url_citation\":{\"url\":\"https://a.example\",\"title\":\"A\",\"start_index\":0,\"end_index\":1}}");
            message.put("annotations", Json.array(annotation));
            deltas.add(Json.object("annotations", Json.array(annotation)).toString());
        }
        if (chance.oneIn(2)) calls(chance, message, deltas);
        return new Same(message.build(), deltas);
    }

    private static void grow(Chance chance, Json.ObjBuilder message, List<String> deltas, String member) {
        String text = Gen.text().next(chance) + Gen.text().next(chance);
        message.put(member, text);
        pieces(chance, text)
                .forEach(piece -> deltas.add(Json.object(member, piece).toString()));
    }

    /** Mistral's list of contents. */
    private static void contents(Chance chance, Json.ObjBuilder message, List<String> deltas) {
        List<Json> parts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String thought = "t" + Gen.text().next(chance);
            String said = "s" + Gen.text().next(chance);
            parts.add(thinking(thought));
            parts.add(Json.object().put("type", "text").put("text", said).build());
            pieces(chance, thought)
                    .forEach(piece -> deltas.add(
                            Json.object("content", Json.array(thinking(piece))).toString()));
            pieces(chance, said)
                    .forEach(piece -> deltas.add(Json.object("content", piece).toString()));
        }
        message.put("content", Json.Arr.of(parts));
    }

    private static Json thinking(String text) {
        return Json.object()
                .put("type", "thinking")
                .put(
                        "thinking",
                        Json.array(Json.object()
                                .put("type", "text")
                                .put("text", text)
                                .build()))
                .build();
    }

    private static void calls(Chance chance, Json.ObjBuilder message, List<String> deltas) {
        List<Json> calls = new ArrayList<>();
        for (int i = 0; i <= chance.below(3); i++) {
            String arguments = Json.object("x", Gen.text().next(chance)).toString();
            Json function = Json.object()
                    .put("name", "f" + i)
                    .put("arguments", arguments)
                    .build();
            calls.add(Json.object()
                    .put("id", "c" + i)
                    .put("type", "function")
                    .put("function", function)
                    .build());
            Json start = Json.object().put("name", "f" + i).put("arguments", "").build();
            deltas.add(fragment(Json.object().put("index", i).put("id", "c" + i).put("function", start)));
            for (String piece : pieces(chance, arguments)) {
                deltas.add(fragment(Json.object().put("index", i).put("function", Json.object("arguments", piece))));
            }
        }
        message.put("tool_calls", Json.Arr.of(calls));
    }

    private static String fragment(Json.ObjBuilder call) {
        return Json.object("tool_calls", Json.array(call.build())).toString();
    }

    private static List<String> pieces(Chance chance, String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + 1 + chance.below(5));
            if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) to++;
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }
}
