package dev.tenon.anthropic;

import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;

class AnthropicContractTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        return Anthropic.connect(server.url("").toString())
                .key("sk-contract")
                .build()
                .model("claude-scripted");
    }

    @Override
    protected Kind told(Kind kind) {
        return kind == Kind.CONTENT_FILTERED ? Kind.INVALID_REQUEST : kind;
    }
}
