package dev.tenon.anthropic;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.wire.BedrockErrors;
import dev.tenon.wire.ErrorWords;

/** Errors of Messages through {@code invoke}: Bedrock's exceptions around it, and Anthropic's own within. */
final class InvokeErrors implements ErrorWords {
    private final ErrorWords own = new MessagesErrors();
    private final ErrorWords around = new BedrockErrors();

    @Override
    public Kind kind(Json.Obj error, int status) {
        return (MessagesErrors.isOne(error) ? own : around).kind(error, status);
    }
}
