package dev.tenon.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.http.HttpClient;
import dev.tenon.http.HttpEndpoint;
import dev.tenon.http.HttpResponse;
import dev.tenon.http.HttpStatus;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.message.ToolMessage;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Usage;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The provider of docs/writing-a-provider.md, and what every provider must do. */
class OwnProviderTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        return new AcmeProvider(server.url("/api/chat").toString(), "acme-key", "acme-large");
    }

    @Override
    protected boolean hasArgumentsAsText() {
        return false;
    }

    @Override
    protected Kind told(Kind kind) {
        return kind == Kind.CONTENT_FILTERED ? Kind.INVALID_REQUEST : kind;
    }

    @Test
    void thePageShowsWhatRunsHere() {
        assertThat(Docs.examplesStandIn("writing-a-provider.md", OwnProviderTest.class))
                .isGreaterThan(3);
        assertThat(Docs.text("writing-a-provider.md").lines().count()).isLessThan(200);
    }

    static final class AcmeProvider implements Provider {
        private final HttpEndpoint endpoint;
        private final String model;

        AcmeProvider(String url, String key, String model) {
            this.endpoint = HttpClient.shared().endpoint(url, Map.of("Authorization", "Bearer " + key));
            this.model = model;
        }

        @Override
        public ChatResponse chat(ChatRequest request, Call call) {
            byte[] body = body(request, call.watched()).toString().getBytes(StandardCharsets.UTF_8);
            try (HttpResponse response = endpoint.post(out -> out.write(body), call)) {
                if (!response.ok()) throw failure(response, call);
                ChatResponse reply = new AcmeReply(call).read(response);
                response.finish();
                return reply;
            }
        }

        private ProviderException failure(HttpResponse response, Call call) {
            return ProviderException.of(HttpStatus.kind(response.status()), "acme answered " + response.status())
                    .status(response.status())
                    .retryAfter(response.retryAfter(call.time().now()).orElse(null))
                    .build();
        }

        private Json body(ChatRequest request, boolean stream) {
            List<Json> messages = new ArrayList<>();
            for (Message message : request.messages()) {
                switch (message) {
                    case SystemMessage system -> messages.add(said("system", system.text()));
                    case UserMessage user -> messages.add(said("user", texts(user)));
                    case AssistantMessage assistant ->
                        messages.add(said("assistant", assistant.text()).with("tool_calls", calls(assistant)));
                    case ToolMessage tool ->
                        tool.content()
                                .forEach(result -> messages.add(said("tool", result.text())
                                        .with("tool_name", Json.of(result.name()))
                                        .with("tool_call_id", Json.of(result.callId()))));
                }
            }
            Json.ObjBuilder body =
                    Json.object().put("model", model).put("stream", stream).put("messages", messages);
            body.put(
                    "tools",
                    request.tools().stream()
                            .map(tool -> Json.object(
                                    "function",
                                    Json.object()
                                            .put("name", tool.name())
                                            .put("description", tool.description())
                                            .put("parameters", tool.parameters().json())
                                            .build()))
                            .toList());
            if (!request.format().isText())
                body.put("format", request.format().schema().json());
            request.settings().temperature().ifPresent(value -> body.put("options", Json.object("temperature", value)));
            return body.build();
        }

        private static Json.Obj said(String role, String text) {
            return Json.object().put("role", role).put("content", text).build();
        }

        private static String texts(UserMessage user) {
            for (Content.OfUser part : user.content()) {
                if (!(part instanceof Content.Text)) throw new IllegalArgumentException("acme takes only text");
            }
            return user.text();
        }

        private static Json calls(AssistantMessage assistant) {
            return Json.of(assistant.toolCalls().stream()
                    .map(call -> Json.object()
                            .put("id", call.id())
                            .put(
                                    "function",
                                    Json.object()
                                            .put("name", call.name())
                                            .put("arguments", call.json().orElse(Json.Obj.EMPTY))
                                            .build())
                            .build())
                    .toList());
        }
    }

    static final class AcmeReply {
        private final Call call;
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder thinking = new StringBuilder();
        private final List<Content.ToolCall> calls = new ArrayList<>();
        private FinishReason finish = FinishReason.NONE;
        private Usage usage = Usage.UNREPORTED;
        private boolean done;

        AcmeReply(Call call) {
            this.call = call;
        }

        ChatResponse read(HttpResponse response) {
            try {
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    call.check();
                    if (!line.isBlank()) line(Json.parse(line).asObj());
                }
            } catch (JsonException e) {
                throw broken(Kind.MALFORMED_RESPONSE, "acme's reply is no JSON, or was cut");
            } catch (ProviderException e) {
                throw e.partial().isPresent() ? e : broken(e.kind(), String.valueOf(e.getMessage()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (!done) throw broken(Kind.MALFORMED_RESPONSE, "acme's reply ended before the answer did");
            return response();
        }

        private void line(Json.Obj line) {
            if (line.has("error")) throw broken(Kind.SERVER, "acme reported an error");
            Json.Obj message = line.get("message").orElse(Json.Obj.EMPTY).asObj();
            message.string("thinking").ifPresent(piece -> said(piece, thinking, new Delta.Thinking(piece)));
            message.string("content").ifPresent(piece -> said(piece, text, new Delta.Text(piece)));
            message.get("tool_calls").ifPresent(list -> list.asArr().forEach(item -> call(item.asObj())));
            if (!line.get("done").equals(java.util.Optional.of(Json.Bool.TRUE))) return;
            done = true;
            String word = line.string("done_reason").orElse("");
            FinishReason.Kind kind = calls.isEmpty() ? FinishReason.Kind.STOP : FinishReason.Kind.TOOL_CALLS;
            finish = new FinishReason(word.equals("length") ? FinishReason.Kind.LENGTH : kind, word);
            if (line.has("eval_count")) usage = Usage.of(count(line, "prompt_eval_count"), count(line, "eval_count"));
        }

        private void said(String piece, StringBuilder whole, Delta delta) {
            whole.append(piece);
            if (call.watched() && !piece.isEmpty()) call.delta(delta);
        }

        private void call(Json.Obj item) {
            Json.Obj function = item.get("function").orElseThrow().asObj();
            String arguments = function.get("arguments").orElse(Json.Obj.EMPTY).toString();
            Content.ToolCall made = Content.ToolCall.of(
                    item.string("id").orElse(""), function.string("name").orElse(""), arguments);
            if (call.watched()) {
                call.delta(new Delta.ToolCallStarted(calls.size(), made.id(), made.name()));
                call.delta(new Delta.ToolCallArguments(calls.size(), arguments));
            }
            calls.add(made);
        }

        private static long count(Json.Obj line, String name) {
            return line.get(name).map(Json::asLong).orElse(0L);
        }

        private ProviderException broken(Kind kind, String message) {
            return ProviderException.of(kind, message)
                    .status(200)
                    .partial(response())
                    .build();
        }

        private ChatResponse response() {
            List<Content.OfAssistant> parts = new ArrayList<>();
            if (!thinking.isEmpty()) parts.add(Content.Thinking.of(thinking.toString()));
            if (!text.isEmpty()) parts.add(Content.text(text.toString()));
            parts.addAll(calls);
            return new ChatResponse("", "", AssistantMessage.of(parts), List.of(), finish, usage, "", Map.of());
        }
    }
}
