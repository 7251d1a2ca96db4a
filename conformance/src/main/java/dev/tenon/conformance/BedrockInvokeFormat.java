package dev.tenon.conformance;

import dev.tenon.anthropic.Anthropic;
import dev.tenon.provider.Provider;

/** Anthropic's Messages through Bedrock's {@code invoke}. */
record BedrockInvokeFormat() implements ChatFormat {
    @Override
    public String api() {
        return "bedrock-invoke";
    }

    @Override
    public Reading reading() {
        return Reading.JOINED;
    }

    @Override
    public Provider connect(Given exchange, String baseUrl) {
        return Anthropic.connect(BedrockFormat.host(baseUrl)).pauses(0).build().model(BedrockFormat.model(exchange));
    }
}
