package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.time.Duration;
import java.util.Optional;

/** The counting of a request's tokens, from the side of the host: by the same rule of thumb that replies say what they used. Thread-safe. */
enum CountWire implements Served {
    /** Anthropic's {@code count_tokens}. */
    ANTHROPIC(new AnthropicWire(), "/messages/count_tokens", "input_tokens") {
        @Override
        Json.Obj whole(Json.Obj body) {
            return body.has("max_tokens") ? body : body.with("max_tokens", Json.of(1));
        }
    },

    /** Gemini's {@code countTokens}, whose request may stand within another. */
    GEMINI(new GeminiWire(), ":countTokens", "totalTokens") {
        @Override
        Json.Obj whole(Json.Obj body) {
            return WireJson.given(body, "generateContentRequest")
                    .map(Json::asObj)
                    .orElse(body);
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // A wire has no state.
    private final Wire chat;

    private final String path;
    private final String member;

    CountWire(Wire chat, String path, String member) {
        this.chat = chat;
        this.path = path;
        this.member = member;
    }

    /** The request as it would be to get an answer. */
    abstract Json.Obj whole(Json.Obj body);

    /** @throws Wire.Refusal where a real host would refuse it */
    Answer answer(LoopbackServer.Request request) {
        Json.Obj body = whole(Json.parse(request.body()).asObj());
        ModelRequest asked =
                chat.read(new WireRequest(format(), request.method(), request.path(), request.headers(), body));
        long tokens = Tokens.of(asked.chat());
        return Answer.of(
                200,
                "application/json",
                WireJson.bytes(Json.object(member, tokens).toString()));
    }

    @Override
    public String format() {
        return chat.format() + "-count-tokens";
    }

    @Override
    public boolean serves(String method, String asked) {
        return method.equals("POST") && asked.endsWith(path);
    }

    @Override
    public Optional<String> key(LoopbackServer.Request request) {
        return chat.key(request);
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        return chat.error(kind, message, retryAfter);
    }
}
