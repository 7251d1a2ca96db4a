package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Cancellation;

/** A wire format in which a model is asked: its exchanges are read through a provider. */
interface ChatFormat extends Format {
    /** The provider that a user of the recorded host would use, at this address. Of a case without members, that of the format's own host. */
    Provider connect(Given exchange, String baseUrl);

    /** How the cases of this format write what was read. */
    Reading reading();

    @Override
    default Json.Obj read(Given exchange, String baseUrl, Cancellation patience) {
        Provider provider = connect(exchange, baseUrl);
        boolean stream =
                exchange.members().get("stream").filter(Json.Bool.TRUE::equals).isPresent();
        StringBuilder shown = new StringBuilder();
        Call call = stream
                ? Call.watched(
                        patience,
                        delta -> {
                            if (delta instanceof Delta.Text text) {
                                shown.append(text.text());
                            }
                        },
                        notice -> {})
                : Call.of(patience);
        Json.Obj read;
        String text;
        try {
            ChatResponse response = provider.chat(ChatRequest.of("Hello"), call);
            read = reading().of(response);
            text = response.text();
        } catch (ProviderException e) {
            read = reading().of(e);
            text = e.partial().map(ChatResponse::text).orElse("");
        }
        // Whoever watched a stream must have seen the answer, and nothing else.
        return stream && !text.contentEquals(shown) ? read.with("shown", shown.toString()) : read;
    }

    /** The model that was asked, as far as the case says. */
    static String model(Given exchange) {
        return exchange.members()
                .get("request")
                .flatMap(request -> request.at("/model"))
                .map(name -> name instanceof Json.Str text ? text.value() : "")
                .filter(name -> !name.isBlank())
                .orElse("model");
    }
}
