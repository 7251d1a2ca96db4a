package dev.tenon.cohere;

import dev.tenon.testing.ModelServer;
import dev.tenon.wire.FactoryContract;

class CohereFactoryTest extends FactoryContract {
    CohereFactoryTest() {
        super("cohere");
    }

    @Override
    protected String baseUrl(ModelServer server) {
        return server.url("/v2").toString();
    }

    @Override
    protected boolean embeds() {
        return true;
    }
}
