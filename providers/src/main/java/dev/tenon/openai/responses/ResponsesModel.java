package dev.tenon.openai.responses;

import dev.tenon.http.HttpEndpoint;
import dev.tenon.openai.Dialect;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.schema.StrictProfile;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.OpenAiErrors;
import dev.tenon.wire.StrictForms;
import java.util.function.Supplier;

/** One model of one host. */
final class ResponsesModel implements Provider {
    private final ModelInfo info;
    private final Dialect dialect;
    private final Supplier<HttpEndpoint> endpoint;
    private final boolean remembering;
    private final Exchange exchange;
    private final Back back;
    private final StrictForms strict = new StrictForms(StrictProfile.OPENAI);

    ResponsesModel(ModelInfo info, Dialect dialect, Supplier<HttpEndpoint> endpoint, boolean remembering) {
        this.info = info;
        this.dialect = dialect;
        this.endpoint = endpoint;
        this.remembering = remembering;
        this.exchange = new Exchange(dialect.name(), OpenAiErrors::kind);
        this.back = new Back(dialect.name());
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        ResponsesRequest writer = new ResponsesRequest(dialect, strict, back, info, request, remembering, call);
        ResponsesReply reply = new ResponsesReply(call, back, writer.stores());
        return exchange.chat(endpoint.get(), writer::write, reply, call);
    }
}
