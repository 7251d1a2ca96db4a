package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Mistral's form of Chat Completions, from the side of the host: thinking in a list of contents, usage in streams without being asked, call ids of nine
 * letters and digits, {@code prefix} where an answer is begun (docs.mistral.ai, 2026). Below {@code /mistral}, since nothing else tells it from others.
 */
final class MistralWire implements Wire {
    /** Its words for what others name otherwise. */
    private static final Map<String, String> NAMES = Map.of("random_seed", "seed");

    @Override
    public String format() {
        return "mistral-chat";
    }

    @Override
    public boolean serves(String method, String path) {
        return method.equals("POST") && isMistral(path) && path.endsWith("/chat/completions");
    }

    static boolean isMistral(String path) {
        return path.contains("/mistral/");
    }

    @Override
    public ModelRequest read(WireRequest request) {
        Json.Obj body = request.body() instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        Json.ObjBuilder common = Json.object();
        body.forEach((name, value) -> {
            switch (name) {
                case "messages" -> common.put(name, messages(value));
                case "tool_choice" -> common.put(name, value.equals(Json.of("any")) ? Json.of("required") : value);
                default -> common.put(NAMES.getOrDefault(name, name), value);
            }
        });
        ModelRequest read = OpenAiChatRequest.read(
                new WireRequest(request.wire(), request.method(), request.path(), request.headers(), common.build()));
        return ModelRequest.overHttp(read.model(), read.chat(), read.streamed(), request);
    }

    private static Json messages(Json given) {
        if (!(given instanceof Json.Arr list)) throw new Refusal("messages: expected a list");
        List<Json> messages = new ArrayList<>();
        for (int at = 0; at < list.size(); at++) {
            Json.Obj message = list.get(at).asObj();
            boolean answer = message.string("role").orElse("").equals("assistant");
            if (answer && at == list.size() - 1 && !WireJson.isTrue(message, "prefix")) {
                throw new Refusal("Expected last role User or Tool (or Assistant with prefix True) for serving but got"
                        + " assistant");
            }
            for (Json call : WireJson.list(message, "tool_calls"))
                id(call.asObj().string("id").orElse(""));
            message.string("tool_call_id").ifPresent(MistralWire::id);
            messages.add(answer ? thoughts(message.without("prefix")) : message);
        }
        return Json.Arr.of(messages);
    }

    private static void id(String id) {
        if (!id.matches("[a-zA-Z0-9]{9}")) {
            throw new Refusal("Tool call id was " + id + " but must be a-z, A-Z, 0-9, with a length of 9.");
        }
    }

    /** Thinking as others have it, beside the text. */
    private static Json thoughts(Json.Obj message) {
        if (!(message.get("content").orElse(Json.NULL) instanceof Json.Arr parts)) return message;
        StringBuilder thinking = new StringBuilder();
        List<Json> others = new ArrayList<>();
        for (Json part : parts) {
            if (part.asObj().string("type").orElse("").equals("thinking")) {
                WireJson.list(part.asObj(), "thinking")
                        .forEach(it -> thinking.append(it.asObj().string("text").orElse("")));
            } else {
                others.add(part);
            }
        }
        Json.Obj rest = message.with("content", others.isEmpty() ? Json.NULL : Json.Arr.of(others));
        return thinking.isEmpty() ? rest : rest.with("reasoning_content", Json.of(thinking.toString()));
    }

    @Override
    public Written write(ModelRequest asked, Reply reply, long number) {
        OpenAiChatReply answer = new OpenAiChatReply(asked, reply, number, OpenAiChatReply.Form.MISTRAL);
        return asked.streamed()
                ? new Written("text/event-stream; charset=utf-8", answer.chunks())
                : new Written(
                        "application/json",
                        List.of(WireJson.bytes(answer.whole().toString())));
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        return WireJson.waiting(
                Answer.of(WireJson.status(kind), "application/json", WireJson.bytes(body(kind, message))), retryAfter);
    }

    @Override
    public byte[] errorInStream(Kind kind, String message) {
        return WireJson.event(body(kind, message));
    }

    /** The error is the object itself, and its words are those of OpenAI's. */
    private static String body(Kind kind, String message) {
        Json said =
                Json.parse(OpenAiChatError.of(kind).body(message)).at("/error").orElseThrow();
        return Json.object().put("object", "error").putAll(said.asObj()).build().toString();
    }
}
