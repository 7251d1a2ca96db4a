package dev.tenon.openai;

import dev.tenon.provider.Provider;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;

class OpenAiContractTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        return OpenAi.connect(server.url("/v1").toString())
                .key("sk-contract")
                .build()
                .model("gpt-scripted");
    }
}
