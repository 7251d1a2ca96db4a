package dev.tenon.ollama;

import dev.tenon.http.HttpBody;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.KeyedEndpoint;

/** One model of one host. */
final class OllamaModel implements Provider {
    /** How a request is written. */
    @FunctionalInterface
    interface Form {
        HttpBody of(ModelInfo info, ChatRequest request, Call call);
    }

    private final ModelInfo info;
    private final KeyedEndpoint endpoint;
    private final Exchange exchange;
    private final Form form;
    private final String answer;

    OllamaModel(ModelInfo info, KeyedEndpoint endpoint, Exchange exchange, Form form, String answer) {
        this.info = info;
        this.endpoint = endpoint;
        this.exchange = exchange;
        this.form = form;
        this.answer = answer;
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        return exchange.chat(endpoint.now(), form.of(info, request, call), new OllamaReply(call, answer), call);
    }
}
