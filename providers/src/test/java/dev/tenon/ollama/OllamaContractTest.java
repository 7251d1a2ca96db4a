package dev.tenon.ollama;

import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;

class OllamaContractTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        return Ollama.connect(server.url("").toString()).build().model("scripted");
    }

    @Override
    protected boolean hasArgumentsAsText() {
        return false;
    }

    @Override
    protected Kind told(Kind kind) {
        return kind == Kind.CONTENT_FILTERED ? Kind.INVALID_REQUEST : kind;
    }
}
