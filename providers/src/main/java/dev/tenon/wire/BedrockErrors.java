package dev.tenon.wire;

import dev.tenon.http.HttpStatus;
import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import java.util.Locale;

/**
 * Exceptions of Bedrock, by the names that its model has for them (bedrock-runtime-2023-09-30) and those that all of Amazon's services have
 * (docs.aws.amazon.com, "Common errors", 2026). In a header, in the body or in the midst of a stream; a name says more than the status.
 */
public final class BedrockErrors implements ErrorWords {
    /** For all calls. */
    public BedrockErrors() {}

    /** The name of an exception without its package and without where to read of it: {@code com.amazon.coral#Name:http://…}. */
    public static String bare(String type) {
        String named = type.split(":", 2)[0];
        return named.substring(named.indexOf('#') + 1);
    }

    @Override
    public Kind kind(Json.Obj error, int status) {
        String type = error.string("type").orElse("").toLowerCase(Locale.ROOT);
        return switch (type) {
            case "accessdeniedexception", "optinrequired" -> Kind.PERMISSION;
            case "expiredtokenexception",
                    "unrecognizedclientexception",
                    "invalidsignatureexception",
                    "invalidclienttokenid",
                    "incompletesignature",
                    "missingauthenticationtokenexception",
                    "missingauthenticationtoken",
                    "notauthorized" -> Kind.AUTHENTICATION;
            case "resourcenotfoundexception", "unknownoperationexception" -> Kind.NOT_FOUND;
            case "validationexception", "validationerror", "conflictexception" -> Kind.INVALID_REQUEST;
            case "throttlingexception", "throttling", "toomanyrequestsexception" -> Kind.RATE_LIMITED;
            case "servicequotaexceededexception" -> Kind.QUOTA_EXCEEDED;
            case "modeltimeoutexception" -> Kind.TIMEOUT;
            case "modelnotreadyexception", "serviceunavailableexception", "serviceunavailable" -> Kind.OVERLOADED;
            case "internalserverexception", "internalfailure", "modelerrorexception", "modelstreamerrorexception" ->
                Kind.SERVER;
            // A failure of the model, not of the request (its model's "ModelErrorException").
            default -> status == 0 || status == 424 ? Kind.SERVER : HttpStatus.kind(status);
        };
    }
}
