package dev.tenon.anthropic;

import dev.tenon.provider.Provider;
import dev.tenon.wire.MutatedExchanges;

class MutatedExchangesTest extends MutatedExchanges {
    MutatedExchangesTest() {
        super("anthropic-messages");
    }

    @Override
    protected Provider provider(String url) {
        return Anthropic.connect(url).pauses(0).build().model("m");
    }
}
