package dev.tenon.cohere;

import dev.tenon.provider.Provider;
import dev.tenon.wire.MutatedExchanges;

class MutatedExchangesTest extends MutatedExchanges {
    MutatedExchangesTest() {
        super("cohere-v2");
    }

    @Override
    protected Provider provider(String url) {
        return Cohere.connect(url).build().model("m");
    }
}
