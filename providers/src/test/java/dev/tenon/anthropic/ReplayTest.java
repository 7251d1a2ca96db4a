package dev.tenon.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Recorded turns, put back into history: they go out as the host gave them, and to another host as far as they are portable. */
class ReplayTest {
    private static final String CHAT =
            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}";

    @Test
    void everyRecordedTurnGoesBackAsItCame() {
        List<String> wrong = new ArrayList<>();
        int turns = 0;
        try (Asked host = new Asked()) {
            for (Json.Obj exchange : recorded()) {
                AssistantMessage said = read(host, exchange);
                if (said.content().stream().allMatch(ReplayTest::isEmpty)) continue;
                host.answering(Asked.json(Asked.OK));
                Json sent = host.messages(history(said)).at("/1/content").orElseThrow();
                Json came = blocks(exchange);
                if (!sent.equals(came)) {
                    wrong.add(exchange.string("id").orElse("") + ": came " + came + ", went back " + sent);
                }
                turns++;
            }
            assertThat(host.omitted()).isEmpty();
        }
        assertThat(wrong).isEmpty();
        assertThat(turns).isGreaterThan(80);
    }

    @Test
    void anotherHostGetsWhatIsPortable() {
        AtomicReference<String> body = new AtomicReference<>("");
        try (Asked host = new Asked();
                LoopbackServer other = LoopbackServer.start(request -> {
                    body.set(request.text());
                    return Answer.of(200, "application/json", CHAT);
                })) {
            for (Json.Obj exchange : recorded()) {
                AssistantMessage said = read(host, exchange);
                OpenAi.connect(Dialect.OPENAI)
                        .baseUrl(other.url("/v1").toString())
                        .build()
                        .model("m")
                        .chat(ChatRequest.of(List.of(history(said))), Call.unwatched());
                Json message = Json.parse(body.get()).at("/messages/1").orElseThrow();
                assertThat(message.asObj().string("content").orElse("")).isEqualTo(Content.text(said.content()));
                List<String> calls = new ArrayList<>();
                message.at("/tool_calls")
                        .ifPresent(all -> all.asArr()
                                .forEach(call -> calls.add(
                                        call.at("/function/name").orElseThrow().asString())));
                assertThat(calls)
                        .isEqualTo(said.toolCalls().stream()
                                .map(Content.ToolCall::name)
                                .toList());
                assertThat(body.get()).doesNotContain("signature", "encrypted", "server_tool_use", "redacted");
                assertThat(Json.parse(body.get())
                                .at("/messages")
                                .orElseThrow()
                                .asArr()
                                .size())
                        .as("each call with its result")
                        .isEqualTo(2 + calls.size());
            }
        }
    }

    private static List<Json.Obj> recorded() {
        List<Json.Obj> exchanges = new ArrayList<>();
        for (String file : List.of("providers/INDEX.jsonl", "providers/AUTHORED.jsonl")) {
            for (String line : Fixtures.cases(file, it -> it.contains("\"anthropic-messages\""))) {
                Json.Obj exchange = Json.parse(line).asObj();
                boolean ours = exchange.string("api").orElse("").equals(Anthropic.WIRE);
                Json.Obj expected = exchange.get("expected").orElseThrow().asObj();
                boolean whole =
                        expected.get("finish_reason").filter(it -> !it.isNull()).isPresent();
                // What was cut is never put back.
                boolean cut = expected.toString().contains("arguments_invalid");
                if (ours && whole && !cut) exchanges.add(exchange);
            }
        }
        return exchanges;
    }

    private static byte[] body(Json.Obj exchange) {
        return Fixtures.bytes("providers/" + exchange.string("body").orElseThrow());
    }

    private static AssistantMessage read(Asked host, Json.Obj exchange) {
        String text = new String(body(exchange), StandardCharsets.UTF_8);
        boolean stream = exchange.get("stream").orElseThrow().equals(Json.of(true));
        boolean bare = exchange.string("transport").orElse("").equals("lines");
        host.answering(Answer.of(
                200,
                stream ? "text/event-stream" : "application/json",
                bare ? text.replaceAll("(?m)^(?=\\{)", "data: ").replace("\n", "\n\n") : text));
        return host.ask(host.connect().pauses(0), ChatRequest.of("Hi")).message();
    }

    /** The turn, and a result for each of its calls. */
    private static Message[] history(AssistantMessage said) {
        List<Message> messages = new ArrayList<>(List.of(Message.user("Hi"), said));
        List<Content.ToolResult> results = said.toolCalls().stream()
                .map(call -> Content.ToolResult.of(call.id(), call.name(), "done"))
                .toList();
        if (!results.isEmpty()) messages.add(ToolMessage.of(results));
        return messages.toArray(Message[]::new);
    }

    private static boolean isEmpty(Content part) {
        return part instanceof Content.Text text && text.text().isEmpty();
    }

    // What the host gave, put together by hand.

    private static Json blocks(Json.Obj exchange) {
        String text = new String(body(exchange), StandardCharsets.UTF_8);
        List<Json.Obj> blocks = new ArrayList<>();
        if (exchange.get("stream").orElseThrow().equals(Json.of(true))) {
            for (String line : text.lines().toList()) {
                String data = line.startsWith("data:") ? line.substring(5).strip() : line.strip();
                if (data.startsWith("{")) event(Json.parse(data).asObj(), blocks);
            }
        } else {
            Json.parse(text).at("/content").orElseThrow().asArr().forEach(block -> blocks.add(block.asObj()));
        }
        List<Json> back = new ArrayList<>();
        for (Json.Obj block : blocks) {
            boolean empty = block.string("type").orElse("").equals("text")
                    && block.string("text").orElse("").isEmpty();
            if (!empty) back.add(asRequested(block));
        }
        return Json.Arr.of(back);
    }

    private static void event(Json.Obj event, List<Json.Obj> blocks) {
        switch (event.string("type").orElse("")) {
            case "content_block_start" -> {
                Json.Obj block = event.get("content_block").orElseThrow().asObj();
                blocks.add(block.has("input") ? block.with("input", Json.of("")) : block);
            }
            case "content_block_delta" -> {
                int index = (int) event.get("index").orElseThrow().asLong();
                Json.Obj delta = event.get("delta").orElseThrow().asObj();
                Json.Obj block = blocks.get(index);
                blocks.set(
                        index,
                        switch (delta.string("type").orElse("")) {
                            case "input_json_delta" ->
                                joined(
                                        block,
                                        "input",
                                        delta.string("partial_json").orElse(""));
                            case "text_delta" ->
                                joined(block, "text", delta.string("text").orElse(""));
                            case "thinking_delta" ->
                                joined(
                                        block,
                                        "thinking",
                                        delta.string("thinking").orElse(""));
                            case "signature_delta" ->
                                joined(
                                        block,
                                        "signature",
                                        delta.string("signature").orElse(""));
                            default -> {
                                List<Json> cited = new ArrayList<>(block.get("citations")
                                        .filter(Json.Arr.class::isInstance)
                                        .map(it -> it.asArr().items())
                                        .orElse(List.of()));
                                cited.add(delta.get("citation").orElseThrow());
                                yield block.with("citations", Json.Arr.of(cited));
                            }
                        });
            }
            default -> {}
        }
    }

    private static Json.Obj joined(Json.Obj block, String name, String more) {
        return block.with(name, Json.of(block.string(name).orElse("") + more));
    }

    /** Citations that are none, and pieces of input, in the form that a request has. */
    private static Json asRequested(Json.Obj block) {
        Json.Obj back = block;
        Json citations = block.get("citations").orElse(Json.NULL);
        if (!(citations instanceof Json.Arr some) || some.size() == 0) back = back.without("citations");
        if (block.get("input").orElse(Json.NULL) instanceof Json.Str pieces) {
            back = back.with("input", pieces.value().isEmpty() ? Json.Obj.EMPTY : Json.parse(pieces.value()));
        }
        return back;
    }
}
