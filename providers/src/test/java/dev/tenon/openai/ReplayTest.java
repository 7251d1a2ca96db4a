package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Notice;
import dev.tenon.schema.StrictProfile;
import dev.tenon.scope.Cancellation;
import dev.tenon.wire.StrictForms;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/** Recorded answers of Chat Completions: put back into history they go out as their hosts want them, and both forms of the wire give one message. */
class ReplayTest {
    /** Whose history each host's answers go back into. The others are plain. */
    private static final Map<String, Dialect> DIALECTS = Map.of(
            "openai", Dialect.OPENAI,
            "azure", Dialect.AZURE,
            "groq", Dialect.GROQ,
            "deepseek", Dialect.DEEPSEEK,
            "mistral", Dialect.MISTRAL,
            "openrouter", Dialect.OPENROUTER,
            "xai", Dialect.XAI,
            "together", Dialect.TOGETHER,
            "ollama", Dialect.OLLAMA);

    private record Recorded(String id, Dialect dialect, boolean stream, List<String> chunks) {}

    private static List<Recorded> recorded() {
        List<Recorded> all = new ArrayList<>();
        for (String line : Fixtures.cases("providers/INDEX.jsonl", it -> it.contains("\"api\": \"openai-chat\""))) {
            Json.Obj exchange = Json.parse(line).asObj();
            if (exchange.get("status").orElseThrow().asLong() != 200) continue;
            if (exchange.get("expected").orElseThrow().asObj().has("error")) continue;
            String body = new String(
                    Fixtures.bytes("providers/" + exchange.string("body").orElseThrow()), StandardCharsets.UTF_8);
            boolean stream = Json.of(true).equals(exchange.get("stream").orElseThrow());
            all.add(new Recorded(
                    exchange.string("id").orElseThrow(),
                    DIALECTS.getOrDefault(exchange.string("provider").orElse(""), Dialect.COMPATIBLE),
                    stream,
                    stream ? events(body) : List.of(body)));
        }
        assertThat(all).hasSizeGreaterThan(300);
        return all;
    }

    private static List<String> events(String body) {
        return body.lines()
                .map(line -> line.startsWith("data:")
                        ? line.substring("data:".length()).strip()
                        : line)
                .filter(line -> line.startsWith("{"))
                .toList();
    }

    private static JsonParser parser(String text) {
        JsonParser parser = JacksonJson.wire().createParser(ObjectReadContext.empty(), text);
        parser.nextToken();
        return parser;
    }

    private static ChatResponse read(boolean stream, List<String> chunks) {
        ChatReply reply =
                new ChatReply(stream ? Call.watched(new Cancellation(), delta -> {}, notice -> {}) : Call.unwatched());
        if (stream) {
            reply.begin();
            chunks.forEach(chunk -> reply.chunk("message", parser(chunk)));
        } else {
            reply.whole(parser(chunks.get(0)));
        }
        return reply.response();
    }

    /** What goes out for an answer, with a result for each of its calls. */
    private static List<Json> sent(AssistantMessage said, Dialect dialect, List<Notice> notices) {
        List<Message> history = new ArrayList<>(List.of(Message.user("Hi"), said));
        List<Content.ToolResult> results = said.toolCalls().stream()
                .map(call -> Content.ToolResult.of(call.id(), call.name(), "done"))
                .toList();
        if (!results.isEmpty()) history.add(ToolMessage.of(results));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Call call = Call.watched(new Cancellation(), delta -> {}, notices::add);
        new RequestWriter(dialect, new StrictForms(StrictProfile.OPENAI), "m", ChatRequest.of(history), call)
                .write(out);
        return Json.parse(out.toByteArray())
                .at("/messages")
                .orElseThrow()
                .asArr()
                .items();
    }

    private static boolean isPutBack(ChatResponse reply) {
        // What was cut is never put back.
        return reply.message().toolCalls().stream().allMatch(call -> isObject(call) || ToolCalls.isCustom(call));
    }

    private static boolean isObject(Content.ToolCall call) {
        if (call.arguments().isEmpty()) return true;
        try {
            return Json.parse(call.arguments()) instanceof Json.Obj;
        } catch (JsonException e) {
            return false;
        }
    }

    @Test
    void everyRecordedAnswerGoesBackWithItsTextItsThinkingAndItsCalls() {
        List<String> wrong = new ArrayList<>();
        int turns = 0;
        int thought = 0;
        for (Recorded one : recorded()) {
            ChatResponse reply = read(one.stream, one.chunks);
            if (!isPutBack(reply)) continue;
            List<Notice> notices = new ArrayList<>();
            List<Json> sent = sent(reply.message(), one.dialect, notices);
            Json.Obj back = sent.get(1).asObj();
            String came = reply.text();
            if (!textOf(back).equals(came)) wrong.add(one.id + ": text " + came + ", went back " + back);
            if (!calls(back).equals(calls(reply))) wrong.add(one.id + ": calls went back as " + back);
            if (sent.size() != 2 + reply.message().toolCalls().size()) wrong.add(one.id + ": a result is lost");
            for (int i = 2; i < sent.size(); i++) {
                Json of = back.at("/tool_calls/" + (i - 2) + "/id").orElseThrow();
                if (!of.equals(sent.get(i).asObj().get("tool_call_id").orElseThrow()))
                    wrong.add(one.id + ": result " + (i - 2) + " belongs to no call");
            }
            String thinking = thinkingOf(reply.message());
            boolean told = notices.stream()
                    .anyMatch(it ->
                            it instanceof Notice.Omitted gone && gone.what().equals("thinking"));
            if (!thinking.isEmpty()) {
                boolean wanted = one.dialect.thinking() != Dialect.ThinkingBack.NEVER;
                if (wanted != hasThinking(back, one.dialect, thinking) || wanted == told)
                    wrong.add(one.id + ": thinking " + thinking + ", went back " + back + ", told: " + told);
                thought++;
            }
            turns++;
        }
        assertThat(wrong).isEmpty();
        assertThat(turns).isGreaterThan(280);
        assertThat(thought).isGreaterThan(20);
    }

    /** What signs thinking is as it came: nothing of it may differ. */
    @Test
    void signedThinkingOfOpenRouterGoesBackAsItCame() {
        int compared = 0;
        for (Recorded one : recorded()) {
            if (one.dialect != Dialect.OPENROUTER || one.stream) continue;
            Json details = Json.parse(one.chunks.get(0))
                    .at("/choices/0/message/reasoning_details")
                    .orElse(Json.NULL);
            if (!(details instanceof Json.Arr list) || list.size() == 0) continue;
            Json back = sent(read(false, one.chunks).message(), one.dialect, new ArrayList<>())
                    .get(1);
            assertThat(back.at("/reasoning_details")).as(one.id).contains(details);
            compared++;
        }
        assertThat(compared).isGreaterThan(3);
    }

    private static String textOf(Json.Obj back) {
        return switch (back.get("content").orElse(Json.NULL)) {
            case Json.Str text -> text.value();
            case Json.Arr parts ->
                parts.items().stream()
                        .map(part -> part.asObj().string("text").orElse(""))
                        .collect(Collectors.joining());
            default -> "";
        };
    }

    private static String thinkingOf(AssistantMessage message) {
        return message.content().stream()
                .filter(Content.Thinking.class::isInstance)
                .map(part -> ((Content.Thinking) part).text())
                .collect(Collectors.joining());
    }

    private static boolean hasThinking(Json.Obj back, Dialect dialect, String thinking) {
        if (dialect.thinkingName().equals(Dialect.DETAILS)) {
            return back.has(Dialect.DETAILS)
                    || back.string("reasoning").orElse("").equals(thinking);
        }
        if (!dialect.thinkingName().equals(Dialect.IN_CONTENT)) {
            return back.string(dialect.thinkingName()).orElse("").equals(thinking);
        }
        if (!(back.get("content").orElse(Json.NULL) instanceof Json.Arr parts)) return false;
        String inside = parts.items().stream()
                .flatMap(part -> part.at("/thinking").stream())
                .flatMap(list -> list.asArr().items().stream())
                .map(text -> text.asObj().string("text").orElse(""))
                .collect(Collectors.joining());
        return inside.equals(thinking);
    }

    private static List<String> calls(ChatResponse reply) {
        return reply.message().toolCalls().stream()
                .map(call -> call.name() + " "
                        + (ToolCalls.isCustom(call)
                                ? call.original()
                                : call.arguments().isEmpty() ? "{}" : call.arguments()))
                .toList();
    }

    private static List<String> calls(Json.Obj back) {
        List<String> calls = new ArrayList<>();
        for (Json item : back.get("tool_calls").orElse(Json.Arr.EMPTY).asArr()) {
            Json.Obj call = item.asObj();
            Json.Obj inner =
                    call.get(call.string("type").orElseThrow()).orElseThrow().asObj();
            calls.add(inner.string("name").orElseThrow() + " "
                    + inner.string("arguments").or(() -> inner.string("input")).orElseThrow());
        }
        return calls;
    }

    /** The message of a whole answer, cut at every token into the chunks of a stream. */
    @Test
    void aWholeAnswerCutIntoChunksGivesTheSameMessage() {
        int compared = 0;
        for (Recorded one : recorded()) {
            if (one.stream) continue;
            Json.Obj body = Json.parse(one.chunks.get(0)).asObj();
            if (body.at("/choices/0/message").isEmpty() || body.at("/choices/1").isPresent()) continue;
            ChatResponse whole = read(false, one.chunks);
            ChatResponse streamed = read(true, chunks(body));
            assertThat(streamed.message()).as(one.id).isEqualTo(whole.message());
            assertThat(streamed.finish()).as(one.id).isEqualTo(whole.finish());
            assertThat(streamed.usage()).as(one.id).isEqualTo(whole.usage());
            assertThat(streamed.refusal()).as(one.id).isEqualTo(whole.refusal());
            compared++;
        }
        assertThat(compared).isGreaterThan(150);
    }

    /** As hosts stream: texts and arguments in pieces, calls with their number, why it ended in a chunk of its own, then the usage. */
    private static List<String> chunks(Json.Obj body) {
        Json.Obj choice = body.at("/choices/0").orElseThrow().asObj();
        Json.Obj message = choice.get("message").orElseThrow().asObj();
        Json.Obj frame = body.without("choices").without("usage");
        List<String> chunks = new ArrayList<>();
        message.forEach((name, value) -> {
            switch (value) {
                case Json.Str text
                when !name.equals("role") -> {
                    for (String piece : pieces(text.value())) {
                        chunks.add(chunk(frame, Json.object(name, piece)));
                    }
                }
                case Json.Arr calls
                when name.equals("tool_calls") -> {
                    for (int i = 0; i < calls.size(); i++)
                        call(frame, calls.get(i).asObj(), i, chunks);
                }
                default -> chunks.add(chunk(frame, Json.object(name, value)));
            }
        });
        Json.Obj end = choice.without("message").with("delta", Json.Obj.EMPTY);
        chunks.add(frame.with("choices", Json.array(end)).toString());
        body.get("usage")
                .ifPresent(usage -> chunks.add(frame.with("choices", Json.Arr.EMPTY)
                        .with("usage", usage)
                        .toString()));
        return chunks;
    }

    private static void call(Json.Obj frame, Json.Obj call, int index, List<String> chunks) {
        Json inner = call.get("function").orElse(Json.NULL);
        String arguments = inner instanceof Json.Obj function
                ? function.string("arguments").orElse("")
                : "";
        Json.Obj first = call.with("index", index);
        if (inner instanceof Json.Obj function && function.get("arguments").orElse(Json.NULL) instanceof Json.Str) {
            first = first.with("function", function.with("arguments", ""));
        }
        chunks.add(chunk(frame, Json.object("tool_calls", Json.array(first))));
        for (String piece : pieces(arguments)) {
            Json.Obj more = Json.object("index", index).with("function", Json.object("arguments", piece));
            chunks.add(chunk(frame, Json.object("tool_calls", Json.array(more))));
        }
    }

    private static String chunk(Json.Obj frame, Json.Obj delta) {
        return frame.with("choices", Json.array(Json.object("index", 0).with("delta", delta)))
                .toString();
    }

    /** Three characters each, and no character in two. */
    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = text.offsetByCodePoints(at, Math.min(3, text.codePointCount(at, text.length())));
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }
}
