package dev.tenon.openai;

import dev.tenon.provider.Provider;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;

/** Mistral's form of the wire: thinking in the contents, and its own call ids. */
class MistralContractTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        return OpenAi.connect(Dialect.MISTRAL)
                .baseUrl(server.url("/mistral/v1").toString())
                .key("sk-contract")
                .build()
                .model("magistral-scripted");
    }
}
