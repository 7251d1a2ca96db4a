package dev.tenon.gemini;

import dev.tenon.provider.Provider;
import dev.tenon.wire.MutatedExchanges;

class MutatedExchangesTest extends MutatedExchanges {
    MutatedExchangesTest() {
        super("gemini");
    }

    @Override
    protected Provider provider(String url) {
        return Gemini.connect(url).build().model("m");
    }
}
