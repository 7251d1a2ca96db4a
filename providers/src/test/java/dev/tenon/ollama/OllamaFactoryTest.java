package dev.tenon.ollama;

import dev.tenon.testing.ModelServer;
import dev.tenon.wire.FactoryContract;

class OllamaFactoryTest extends FactoryContract {
    OllamaFactoryTest() {
        super("ollama");
    }

    @Override
    protected String baseUrl(ModelServer server) {
        return server.url("").toString();
    }

    @Override
    protected boolean embeds() {
        return true;
    }
}
