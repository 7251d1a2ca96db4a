package dev.tenon.gemini;

import dev.tenon.provider.Provider;
import dev.tenon.testing.ModelServer;

/** Where streams come as one JSON array. */
class GeminiArraysContractTest extends GeminiContractTest {
    @Override
    protected Provider connect(ModelServer server) {
        return connection(server).streamsAsArrays().build().model("gemini-2.5-flash");
    }
}
