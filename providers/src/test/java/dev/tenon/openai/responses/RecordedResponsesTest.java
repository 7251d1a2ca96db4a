package dev.tenon.openai.responses;

import dev.tenon.json.Json;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Provider;
import dev.tenon.wire.RecordedExchanges;

class RecordedResponsesTest extends RecordedExchanges {
    RecordedResponsesTest() {
        super("openai-responses");
    }

    @Override
    protected Provider provider(String url) {
        return OpenAiResponses.on(OpenAi.connect(url).key("sk-0123456789abcdef").build())
                .model("m");
    }

    @Override
    protected boolean hasThinkingInParts() {
        return true;
    }

    @Override
    protected boolean isProof(Json.Obj back) {
        return back.at("/item/encrypted_content").isPresent();
    }
}
