package dev.tenon.ollama;

import dev.tenon.provider.Provider;
import dev.tenon.wire.RecordedExchanges;

class RecordedExchangesTest extends RecordedExchanges {
    RecordedExchangesTest() {
        super("ollama-chat");
    }

    @Override
    protected Provider provider(String url) {
        return Ollama.connect(url).build().model("m");
    }
}
