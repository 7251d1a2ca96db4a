package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.scope.Cancellation;
import java.util.List;
import java.util.Optional;

/** A wire format, and how an exchange of it is read through the public API. Thread-safe. */
interface Format {
    /** Every format that is read. */
    List<Format> ALL = List.of( //
            new AnthropicCountFormat(), //
            new AnthropicFormat(), //
            new BedrockFormat(), //
            new BedrockInvokeFormat(), //
            new CohereFormat(), //
            new EmbeddingsFormat(), //
            new GeminiCountFormat(), //
            new GeminiFormat(), //
            new OllamaFormat("ollama-chat", true), //
            new OllamaFormat("ollama-generate", false), //
            new OpenAiChatFormat(), //
            new OpenAiResponsesFormat());

    /** Its name in the cases. */
    String api();

    /**
     * Reads an exchange, as a user of the recorded host would.
     *
     * @param baseUrl the address to use in place of the host's
     * @param patience ends a call that hangs
     * @return what was read, in the members of the cases
     */
    Json.Obj read(Given exchange, String baseUrl, Cancellation patience);

    /** The format of this name; empty where it is not read yet. */
    static Optional<Format> of(String api) {
        return ALL.stream().filter(format -> format.api().equals(api)).findFirst();
    }
}
