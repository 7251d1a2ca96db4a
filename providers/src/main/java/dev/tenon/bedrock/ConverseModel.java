package dev.tenon.bedrock;

import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.schema.StrictProfile;
import dev.tenon.wire.BedrockErrors;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.StrictForms;

/** One model of one region. */
final class ConverseModel implements Provider {
    private final ModelInfo info;
    private final Bedrock.Door door;
    private final Exchange exchange = new Exchange(Bedrock.HOST, new BedrockErrors());

    private final StrictForms strict = new StrictForms(StrictProfile.ANTHROPIC);

    ConverseModel(ModelInfo info, Bedrock.Door door) {
        this.info = info;
        this.door = door;
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        ConverseBody body = new ConverseBody(info, strict, request, call);
        return exchange.chat(door.now(call.watched(), call.time().now()), body, new ConverseReply(call), call);
    }
}
