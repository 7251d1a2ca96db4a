package dev.tenon.openai;

import dev.tenon.http.HttpEndpoint;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.schema.StrictProfile;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.KeyedEndpoint;
import dev.tenon.wire.OpenAiErrors;
import dev.tenon.wire.StrictForms;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One model of one host. */
final class ChatModel implements Provider {
    private final ModelInfo info;
    private final Dialect dialect;
    private final KeyedEndpoint endpoint;
    private final Exchange exchange;

    private final StrictForms strict = new StrictForms(StrictProfile.OPENAI);

    ChatModel(ModelInfo info, Dialect dialect, HttpEndpoint endpoint, @Nullable Supplier<String> key) {
        this.info = info;
        this.dialect = dialect;
        this.endpoint = new KeyedEndpoint(endpoint, key, dialect.keyHeader(), dialect.keyPrefix());
        this.exchange = new Exchange(dialect.name(), OpenAiErrors::kind);
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        RequestWriter writer = new RequestWriter(dialect, strict, info.model(), request, call);
        return exchange.chat(endpoint.now(), writer::write, new ChatReply(call), call);
    }
}
