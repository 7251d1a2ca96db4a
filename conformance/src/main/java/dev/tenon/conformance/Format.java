package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Provider;
import java.util.List;
import java.util.Optional;

/**
 * A wire format, and how a user of a host that speaks it connects: by what the user knows, the host's address.
 *
 * @param api its name in the cases
 * @param connection makes the provider, given the recorded exchange and the address to use in place of the host's
 */
record Format(String api, Connection connection, Reading reading) {
    private static final List<Format> FORMATS = List.of(new Format("openai-chat", Format::openAiChat, Reading.JOINED));

    /** Connects to a host. */
    @FunctionalInterface
    interface Connection {
        /** The provider that a user of the recorded host would use, at this address. */
        Provider to(Given exchange, String baseUrl);
    }

    /** The names of the formats that are read. */
    static List<String> names() {
        return FORMATS.stream().map(Format::api).toList();
    }

    /** The format of this name; empty where it is not read yet. */
    static Optional<Format> of(String api) {
        return FORMATS.stream().filter(format -> format.api().equals(api)).findFirst();
    }

    Provider connect(Given exchange, String baseUrl) {
        return connection.to(exchange, baseUrl);
    }

    private static Provider openAiChat(Given exchange, String baseUrl) {
        Dialect dialect = exchange.text("url").flatMap(Dialect::at).orElse(Dialect.COMPATIBLE);
        return OpenAi.connect(dialect)
                .baseUrl(baseUrl)
                .key("no-key-is-needed-here")
                .build()
                .model(model(exchange));
    }

    private static String model(Given exchange) {
        return exchange.members()
                .get("request")
                .flatMap(request -> request.at("/model"))
                .map(name -> name instanceof Json.Str text ? text.value() : "")
                .filter(name -> !name.isBlank())
                .orElse("model");
    }
}
