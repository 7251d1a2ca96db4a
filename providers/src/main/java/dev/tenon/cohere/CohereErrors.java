package dev.tenon.cohere;

import dev.tenon.http.HttpStatus;
import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.wire.ErrorWords;

/** Cohere's errors have words only, so the status says what they are (docs.cohere.com, "Errors", 2026). In the midst of a reply there is none. */
final class CohereErrors implements ErrorWords {
    @Override
    public Kind kind(Json.Obj error, int status) {
        return switch (status) {
            case 0, 499 -> Kind.SERVER;
            // The request has tokens that are blocked.
            case 498 -> Kind.CONTENT_FILTERED;
            case 501 -> Kind.INVALID_REQUEST;
            default -> HttpStatus.kind(status);
        };
    }
}
