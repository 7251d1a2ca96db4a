package dev.tenon.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.http.EventStream;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What models really answered: the same message in every form of the wire, and back in history as it came. */
class RecordedTurnsTest {
    private static final AtomicReference<Answer> NEXT = new AtomicReference<>(Answer.of(500, "text/plain", ""));
    private static final LoopbackServer SERVER = LoopbackServer.start(request -> NEXT.get());

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    /** The chunks of a recorded answer; one of an answer that was not streamed. */
    private record Recorded(String id, List<Json> chunks) {}

    private static List<Recorded> recorded() {
        List<Recorded> all = new ArrayList<>();
        for (String file : List.of("providers/INDEX.jsonl", "providers/AUTHORED.jsonl")) {
            for (String line : Fixtures.cases(file, it -> it.contains("\"api\": \"gemini\""))) {
                Json.Obj exchange = Json.parse(line).asObj();
                byte[] body =
                        Fixtures.bytes("providers/" + exchange.string("body").orElseThrow());
                List<Json> chunks = chunks(exchange.string("transport").orElseThrow(), body);
                boolean answered = chunks.stream()
                        .anyMatch(
                                chunk -> chunk.at("/candidates/0/finishReason").isPresent());
                if (answered) all.add(new Recorded(exchange.string("id").orElseThrow(), chunks));
            }
        }
        assertThat(all).hasSizeGreaterThan(140);
        return all;
    }

    private static List<Json> chunks(String transport, byte[] body) {
        return switch (transport) {
            case "json" -> Json.parse(body) instanceof Json.Arr list ? list.items() : List.of(Json.parse(body));
            case "lines" ->
                new String(body, StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .map(Json::parse)
                        .toList();
            default -> {
                List<Json> chunks = new ArrayList<>();
                EventStream events = EventStream.of(new ByteArrayInputStream(body));
                while (events.next()) chunks.add(Json.parse(events.data()));
                yield chunks;
            }
        };
    }

    private static ChatResponse read(String type, String body) {
        NEXT.set(Answer.chunked(200, type, List.of(body.getBytes(StandardCharsets.UTF_8))));
        return Gemini.connect(SERVER.url("/v1beta").toString())
                .build()
                .model("m")
                .chat(ChatRequest.of("Hi"), Call.watched(new Cancellation(), delta -> {}, notice -> {}));
    }

    private static String events(List<Json> chunks) {
        return chunks.stream().map(chunk -> "data: " + chunk + "\r\n\r\n").collect(Collectors.joining());
    }

    private static String array(List<Json> chunks) {
        return chunks.stream().map(Json::toString).collect(Collectors.joining("\r\n,\r\n", "[", "\r\n]"));
    }

    @Test
    void everyFormOfTheWireGivesTheSameReply() {
        for (Recorded turn : recorded()) {
            ChatResponse streamed = read("text/event-stream", events(turn.chunks));
            assertThat(read("application/json", array(turn.chunks))).as(turn.id).isEqualTo(streamed);
            if (turn.chunks.size() == 1) {
                assertThat(read("application/json", turn.chunks.get(0).toString()))
                        .as(turn.id)
                        .isEqualTo(streamed);
            } else if (turn.chunks.stream().noneMatch(RecordedTurnsTest::hasPieces)) {
                AssistantMessage whole =
                        read("application/json", joined(turn.chunks).toString()).message();
                assertThat(spoken(whole)).as(turn.id).isEqualTo(spoken(streamed.message()));
            }
        }
    }

    /** What a host would have answered without a stream: all parts in one. */
    private static Json joined(List<Json> chunks) {
        List<Json> parts = parts(chunks);
        return Json.parse(
                "{\"candidates\":[{\"content\":{\"parts\":" + Json.Arr.of(parts) + "},\"finishReason\":\"STOP\"}]}");
    }

    /** Without what belongs to the candidate and not to its parts. */
    private static List<Content> spoken(AssistantMessage message) {
        return message.content().stream()
                .filter(part -> !(part instanceof Content.Opaque opaque
                        && List.of("grounding", "urlContext").contains(opaque.kind())))
                .<Content>map(part -> part instanceof Content.Text text
                        ? new Content.Text(text.text(), List.of(), text.origin(), text.extra())
                        : part)
                .toList();
    }

    @Test
    void aTurnGoesBackAsItCame() {
        for (Recorded turn : recorded()) {
            AssistantMessage message =
                    read("text/event-stream", events(turn.chunks)).message();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ChatRequest again = ChatRequest.of(List.of(Message.user("Hi"), message));
            new GenerateRequest(Platform.GEMINI_API, "models/gemini-2.5-flash", again, Call.unwatched()).write(out);
            Json sent = Json.parse(out.toByteArray()).at("/contents/1/parts").orElseThrow();
            if (turn.chunks.stream().noneMatch(RecordedTurnsTest::hasPieces)) {
                assertThat(sent).as(turn.id).isEqualTo(Json.Arr.of(back(turn.chunks)));
            } else {
                assertThat(signatures(sent.asArr().items())).as(turn.id).isEqualTo(signatures(parts(turn.chunks)));
            }
        }
    }

    private static List<Json> signatures(List<Json> parts) {
        return parts.stream()
                .flatMap(part -> part.at("/thoughtSignature").stream())
                .toList();
    }

    private static boolean hasPieces(Json chunk) {
        return chunk.toString().contains("\"willContinue\"");
    }

    private static List<Json> parts(List<Json> chunks) {
        List<Json> parts = new ArrayList<>();
        for (Json chunk : chunks) {
            chunk.at("/candidates/0/content/parts")
                    .ifPresent(list -> parts.addAll(list.asArr().items()));
        }
        return parts;
    }

    /** The recorded parts, texts that a stream had cut put together again. */
    private static List<Json> back(List<Json> chunks) {
        List<Json> back = new ArrayList<>();
        for (Json item : parts(chunks)) {
            Json.Obj part = item.asObj();
            if (part.isEmpty()) continue;
            boolean text = part.has("text");
            Json.Obj last = back.isEmpty() ? Json.Obj.EMPTY : back.getLast().asObj();
            boolean goesOn = text
                    && last.has("text")
                    && last.get("thought").equals(part.get("thought"))
                    && !last.has("thoughtSignature");
            if (goesOn) {
                String both =
                        last.string("text").orElseThrow() + part.string("text").orElseThrow();
                back.set(
                        back.size() - 1,
                        Json.object()
                                .putAll(last)
                                .putAll(part)
                                .put("text", both)
                                .build());
            } else if (!text || !part.string("text").orElseThrow().isEmpty() || part.has("thoughtSignature")) {
                back.add(part);
            }
        }
        return back.isEmpty() ? List.of(Json.object("text", "")) : back;
    }
}
