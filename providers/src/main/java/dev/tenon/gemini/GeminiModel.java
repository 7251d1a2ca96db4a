package dev.tenon.gemini;

import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.KeyedEndpoint;

/** One model: where it answers whole, and where in a stream. */
record GeminiModel(
        ModelInfo info, Platform platform, String path, KeyedEndpoint whole, KeyedEndpoint streamed, Exchange exchange)
        implements Provider {
    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        KeyedEndpoint to = call.watched() ? streamed : whole;
        GenerateRequest body = new GenerateRequest(platform, path, request, call);
        return exchange.chat(to.now(), body::write, new GeminiReply(call), call);
    }

    @Override
    public String toString() {
        return "GeminiModel[" + platform.host() + ", " + path + "]";
    }
}
