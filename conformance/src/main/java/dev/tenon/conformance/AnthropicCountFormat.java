package dev.tenon.conformance;

import dev.tenon.anthropic.Anthropic;
import dev.tenon.json.Json;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Cancellation;

/** Anthropic's counting of tokens. */
record AnthropicCountFormat() implements Format {
    @Override
    public String api() {
        return "anthropic-count-tokens";
    }

    @Override
    public Json.Obj read(Given exchange, String baseUrl, Cancellation patience) {
        Anthropic anthropic =
                Anthropic.connect(baseUrl).key("no-key-is-needed-here").build();
        try {
            return Json.object(
                    "input_tokens",
                    anthropic.countTokens(ChatFormat.model(exchange), ChatRequest.of("Hello"), patience));
        } catch (ProviderException e) {
            return Reading.JOINED.of(e);
        }
    }
}
