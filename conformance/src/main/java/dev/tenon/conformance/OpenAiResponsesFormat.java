package dev.tenon.conformance;

import dev.tenon.openai.responses.OpenAiResponses;
import dev.tenon.provider.Provider;

/** OpenAI's Responses, by what the user of a host knows: its address. */
record OpenAiResponsesFormat() implements ChatFormat {
    @Override
    public String api() {
        return "openai-responses";
    }

    @Override
    public Reading reading() {
        return Reading.PARTED;
    }

    @Override
    public Provider connect(Given exchange, String baseUrl) {
        return OpenAiResponses.on(OpenAiChatFormat.host(exchange, baseUrl)).model(ChatFormat.model(exchange));
    }
}
