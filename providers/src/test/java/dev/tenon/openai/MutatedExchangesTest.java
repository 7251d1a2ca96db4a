package dev.tenon.openai;

import dev.tenon.provider.Provider;
import dev.tenon.wire.MutatedExchanges;

class MutatedExchangesTest extends MutatedExchanges {
    MutatedExchangesTest() {
        super("openai-chat");
    }

    @Override
    protected Provider provider(String url) {
        return OpenAi.connect(url).build().model("m");
    }
}
