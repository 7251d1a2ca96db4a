package dev.tenon.openai;

import dev.tenon.provider.Provider;
import dev.tenon.wire.RecordedExchanges;

class RecordedExchangesTest extends RecordedExchanges {
    RecordedExchangesTest() {
        super("openai-chat");
    }

    @Override
    protected Provider provider(String url) {
        return OpenAi.connect(url).key("sk-0123456789abcdef").build().model("m");
    }
}
