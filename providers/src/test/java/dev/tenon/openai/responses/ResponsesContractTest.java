package dev.tenon.openai.responses;

import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Provider;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;

class ResponsesContractTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        return OpenAiResponses.on(OpenAi.connect(server.url("/v1").toString())
                        .key("sk-contract")
                        .build())
                .model("gpt-scripted");
    }
}
