package dev.tenon.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.openai.Dialect;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Notice;
import dev.tenon.schema.StrictProfile;
import dev.tenon.scope.Cancellation;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/** What was recorded, put back into history, and read in its other form. */
class RecordedRepliesTest {
    private static final Back BACK = new Back("openai");

    private record Recorded(String id, boolean stream, String body) {
        /** The data of the events of a stream. */
        List<String> events() {
            return body.lines()
                    .filter(line -> line.startsWith("data: {") || line.startsWith("{"))
                    .map(line -> line.startsWith("data: ") ? line.substring("data: ".length()) : line)
                    .toList();
        }
    }

    private static List<Recorded> recorded() {
        List<Recorded> all = new ArrayList<>();
        for (String line : Fixtures.cases("providers/INDEX.jsonl", it -> it.contains("\"openai-responses\""))) {
            Json.Obj exchange = Json.parse(line).asObj();
            if (exchange.get("status").orElseThrow().asLong() != 200) continue;
            all.add(new Recorded(
                    exchange.string("id").orElseThrow(),
                    Json.of(true).equals(exchange.get("stream").orElseThrow()),
                    new String(
                            Fixtures.bytes(
                                    "providers/" + exchange.string("body").orElseThrow()),
                            StandardCharsets.UTF_8)));
        }
        assertThat(all).hasSizeGreaterThan(100);
        return all;
    }

    private static JsonParser parser(String text) {
        JsonParser parser = JacksonJson.wire().createParser(ObjectReadContext.empty(), text);
        parser.nextToken();
        return parser;
    }

    private static ChatResponse whole(String body) {
        ResponsesReply reply = new ResponsesReply(Call.unwatched(), BACK, true);
        reply.whole(parser(body));
        return reply.response();
    }

    private static ChatResponse streamed(Recorded recorded) {
        ResponsesReply reply =
                new ResponsesReply(Call.watched(new Cancellation(), delta -> {}, notice -> {}), BACK, true);
        reply.begin();
        recorded.events().forEach(event -> reply.chunk("message", parser(event)));
        return reply.response();
    }

    /** What is encrypted is so anew in every copy, and OpenRouter numbers the copies too. */
    private static String comparable(ChatResponse response) {
        return Json.of(response).toString().replaceAll("\"encrypted_content\":\"[^\"]*\"|\"rs_[^\"]*\"", "\"…\"");
    }

    @Test
    void streamedAndWholeRepliesOfOneExchangeAreTheSame() {
        int compared = 0;
        for (Recorded one : recorded()) {
            if (!one.stream()) continue;
            Optional<Json> end = one.events().stream()
                    .map(Json::parse)
                    .filter(event -> event.asObj().string("type").orElse("").equals("response.completed"))
                    .findFirst();
            if (end.isEmpty()) continue;
            String body = end.get().asObj().get("response").orElseThrow().toString();
            assertThat(comparable(streamed(one))).as(one.id()).isEqualTo(comparable(whole(body)));
            compared++;
        }
        assertThat(compared).isGreaterThan(40);
    }

    @Test
    void everyReplyGoesBackAsItCame() {
        for (Recorded one : recorded()) {
            if (one.stream()) continue;
            Json.Obj body = Json.parse(one.body()).asObj();
            if (!body.string("status").orElse("").startsWith("complete")) continue;
            List<Notice> notices = new ArrayList<>();
            List<Json> sent = sent(whole(one.body()).message(), notices);
            boolean stored = !Json.of(false).equals(body.get("store").orElse(Json.NULL));
            List<Json> wanted = new ArrayList<>();
            for (Json item : body.get("output").orElseThrow().asArr()) {
                if (stored || usable(item.asObj())) wanted.add(normal(item));
            }
            assertThat(sent.stream().map(RecordedRepliesTest::normal).toList())
                    .as(one.id())
                    .isEqualTo(wanted);
            assertThat(notices.isEmpty())
                    .as(one.id())
                    .isEqualTo(wanted.size()
                            == body.get("output").orElseThrow().asArr().size());
        }
    }

    /** The items of the input that a reply becomes, with a result for each call. */
    private static List<Json> sent(AssistantMessage message, List<Notice> notices) {
        List<Message> history = new ArrayList<>(List.of(message));
        List<Content.ToolResult> results = message.toolCalls().stream()
                .map(call -> Content.ToolResult.of(call.id(), call.name(), "done"))
                .toList();
        if (!results.isEmpty()) history.add(ToolMessage.of(results));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new ResponsesRequest(
                        Dialect.OPENAI,
                        new StrictForms(StrictProfile.OPENAI),
                        BACK,
                        ModelInfo.of("openai", "m"),
                        ChatRequest.of(history),
                        false,
                        Call.watched(new Cancellation(), delta -> {}, notices::add))
                .write(out);
        List<Json> items = Json.parse(out.toString(StandardCharsets.UTF_8))
                .asObj()
                .get("input")
                .orElseThrow()
                .asArr()
                .items();
        List<Json> answered = items.subList(items.size() - results.size(), items.size());
        for (int i = 0; i < results.size(); i++) {
            assertThat(answered.get(i).asObj().string("call_id"))
                    .contains(message.toolCalls().get(i).id());
        }
        return items.subList(0, items.size() - results.size());
    }

    private static boolean usable(Json.Obj item) {
        return !OutputItems.type(item).equals("reasoning")
                || item.string("encrypted_content").isPresent()
                || !OutputItems.texts(item, "content").isEmpty();
    }

    /** Without members that are null, and with the lists that a text part has in any case. */
    private static Json normal(Json json) {
        return switch (json) {
            case Json.Obj object -> {
                Json.ObjBuilder copy = Json.object();
                object.forEach((name, value) -> {
                    if (!value.isNull()) copy.put(name, normal(value));
                });
                if (OutputItems.type(object).equals("output_text")) {
                    if (!object.has("annotations")) copy.put("annotations", Json.Arr.EMPTY);
                    if (!object.has("logprobs")) copy.put("logprobs", Json.Arr.EMPTY);
                }
                yield copy.build();
            }
            case Json.Arr list ->
                Json.Arr.of(
                        list.items().stream().map(RecordedRepliesTest::normal).toList());
            case Json.Str text -> text;
            case Json.Num number -> number;
            case Json.Bool bool -> bool;
            case Json.Null nothing -> nothing;
        };
    }
}
