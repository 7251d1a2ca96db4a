package dev.tenon.conformance;

import dev.tenon.cohere.Cohere;
import dev.tenon.provider.Provider;

/** Cohere's v2 API. */
record CohereFormat() implements ChatFormat {
    @Override
    public String api() {
        return "cohere-v2";
    }

    @Override
    public Reading reading() {
        return Reading.JOINED;
    }

    @Override
    public Provider connect(Given exchange, String baseUrl) {
        return Cohere.connect(baseUrl).key("no-key-is-needed-here").build().model(ChatFormat.model(exchange));
    }
}
