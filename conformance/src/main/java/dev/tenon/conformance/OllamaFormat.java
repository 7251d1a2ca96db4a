package dev.tenon.conformance;

import dev.tenon.ollama.Ollama;
import dev.tenon.provider.Provider;

/** Ollama's own API: its conversations, or texts that are gone on with. */
record OllamaFormat(String api, boolean converses) implements ChatFormat {
    @Override
    public Reading reading() {
        return Reading.JOINED;
    }

    @Override
    public Provider connect(Given exchange, String baseUrl) {
        Ollama host = Ollama.connect(baseUrl).build();
        String model = ChatFormat.model(exchange);
        return converses ? host.model(model) : host.completions(model);
    }
}
