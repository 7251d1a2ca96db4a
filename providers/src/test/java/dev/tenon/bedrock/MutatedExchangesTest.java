package dev.tenon.bedrock;

import dev.tenon.provider.Provider;
import dev.tenon.wire.MutatedExchanges;

class MutatedExchangesTest extends MutatedExchanges {
    MutatedExchangesTest() {
        super("bedrock-converse");
    }

    @Override
    protected Provider provider(String url) {
        return Bedrock.connect("us-east-1")
                .baseUrl(url)
                .key("bedrock-secret-key")
                .build()
                .model("m");
    }
}
