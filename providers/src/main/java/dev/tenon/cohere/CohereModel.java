package dev.tenon.cohere;

import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.KeyedEndpoint;

/** One model of Cohere's. */
final class CohereModel implements Provider {
    private final ModelInfo info;
    private final KeyedEndpoint endpoint;
    private final Exchange exchange;

    CohereModel(ModelInfo info, KeyedEndpoint endpoint, Exchange exchange) {
        this.info = info;
        this.endpoint = endpoint;
        this.exchange = exchange;
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        return exchange.chat(endpoint.now(), new ChatBody(info, request, call), new CohereReply(call), call);
    }
}
