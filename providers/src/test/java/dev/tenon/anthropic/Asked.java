package dev.tenon.anthropic;

import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Notice;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A host that answers with what the test says, and what it was asked. Not thread-safe. */
final class Asked implements AutoCloseable {
    static final String OK =
            "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m1\",\"content\":[{\"type\":\"text\",\"text\":\"ok\"}],"
                + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final List<Notice> notices = new ArrayList<>();
    final List<Delta> deltas = new ArrayList<>();
    private final List<Answer> answers = new CopyOnWriteArrayList<>();
    private final LoopbackServer server = LoopbackServer.start(request -> {
        requests.add(request);
        return answers.size() > 1 ? answers.remove(0) : answers.get(0);
    });

    Asked() {
        answers.add(Answer.of(200, "application/json", OK));
    }

    /** Answers so from now on, the last of them again and again. */
    Asked answering(Answer... next) {
        answers.clear();
        answers.addAll(List.of(next));
        return this;
    }

    static Answer json(String body) {
        return Answer.of(200, "application/json", body);
    }

    static Answer events(String... data) {
        StringBuilder body = new StringBuilder();
        for (String one : data) {
            String type = Json.parse(one).asObj().string("type").orElse("message");
            body.append("event: ").append(type).append("\ndata: ").append(one).append("\n\n");
        }
        return Answer.of(200, "text/event-stream", body.toString());
    }

    Anthropic.Builder connect() {
        return Anthropic.connect(server.url("").toString()).key("sk-ant-0123456789");
    }

    Call watched() {
        return Call.watched(new Cancellation(), deltas::add, notices::add);
    }

    ChatResponse ask(ChatRequest request) {
        return ask(connect(), request);
    }

    ChatResponse ask(Anthropic.Builder connection, ChatRequest request) {
        return connection.build().model("m").chat(request, watched());
    }

    /** The body of the last request. */
    Json body() {
        return Json.parse(requests.get(requests.size() - 1).body());
    }

    /** What is sent of these messages. */
    Json messages(Message... messages) {
        ask(ChatRequest.of(List.of(messages)));
        return body().at("/messages").orElseThrow();
    }

    /** What was left out, and why. */
    List<String> omitted() {
        return notices.stream()
                .filter(Notice.Omitted.class::isInstance)
                .map(notice -> ((Notice.Omitted) notice).what() + ": " + ((Notice.Omitted) notice).why())
                .toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
