package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Cancellation;

/** Gemini's {@code countTokens}. */
record GeminiCountFormat() implements Format {
    @Override
    public String api() {
        return "gemini-count-tokens";
    }

    @Override
    public Json.Obj read(Given exchange, String baseUrl, Cancellation patience) {
        try {
            long tokens = GeminiFormat.connection(exchange, baseUrl)
                    .countTokens(GeminiFormat.model(exchange), ChatRequest.of("Hello"), patience);
            return Json.object("input_tokens", tokens);
        } catch (ProviderException e) {
            return Reading.JOINED.of(e);
        }
    }
}
