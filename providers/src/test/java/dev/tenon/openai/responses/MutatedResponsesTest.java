package dev.tenon.openai.responses;

import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Provider;
import dev.tenon.wire.MutatedExchanges;

class MutatedResponsesTest extends MutatedExchanges {
    MutatedResponsesTest() {
        super("openai-responses");
    }

    @Override
    protected Provider provider(String url) {
        return OpenAiResponses.on(OpenAi.connect(url).build()).model("m");
    }
}
