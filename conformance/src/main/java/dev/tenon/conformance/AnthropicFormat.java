package dev.tenon.conformance;

import dev.tenon.anthropic.Anthropic;
import dev.tenon.provider.Provider;

/** Anthropic's Messages. A paused turn is a reply of its own here: one exchange is read, and the host would answer the next with the same. */
record AnthropicFormat() implements ChatFormat {
    @Override
    public String api() {
        return "anthropic-messages";
    }

    @Override
    public Reading reading() {
        return Reading.JOINED;
    }

    @Override
    public Provider connect(Given exchange, String baseUrl) {
        return Anthropic.connect(baseUrl)
                .key("no-key-is-needed-here")
                .pauses(0)
                .build()
                .model(ChatFormat.model(exchange));
    }
}
