package dev.tenon.ollama;

import dev.tenon.provider.Provider;
import dev.tenon.wire.MutatedExchanges;

class MutatedExchangesTest extends MutatedExchanges {
    MutatedExchangesTest() {
        super("ollama-chat");
    }

    @Override
    protected Provider provider(String url) {
        return Ollama.connect(url).build().model("m");
    }
}
