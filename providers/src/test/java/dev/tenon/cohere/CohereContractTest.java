package dev.tenon.cohere;

import dev.tenon.provider.Provider;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;

class CohereContractTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        return Cohere.connect(server.url("/v2").toString())
                .key("cohere-secret-key")
                .build()
                .model("scripted");
    }
}
