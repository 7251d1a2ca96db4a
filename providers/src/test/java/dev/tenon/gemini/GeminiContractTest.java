package dev.tenon.gemini;

import dev.tenon.provider.Provider;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;

class GeminiContractTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        return connection(server).build().model("gemini-2.5-flash");
    }

    static Gemini.Builder connection(ModelServer server) {
        return Gemini.connect(server.url("/v1beta").toString()).key("AIza0123456789abcdef");
    }

    @Override
    protected boolean hasArgumentsAsText() {
        return false;
    }
}
