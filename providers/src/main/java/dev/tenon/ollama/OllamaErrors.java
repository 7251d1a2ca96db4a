package dev.tenon.ollama;

import dev.tenon.http.HttpStatus;
import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.wire.ErrorWords;

/** Ollama's errors have words only, so the status says what they are ({@code docs/api/errors.mdx} of Ollama, 2026). In the midst of a stream there is none. */
final class OllamaErrors implements ErrorWords {
    @Override
    public Kind kind(Json.Obj error, int status) {
        return status == 0 ? Kind.SERVER : HttpStatus.kind(status);
    }
}
