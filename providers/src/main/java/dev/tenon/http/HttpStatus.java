package dev.tenon.http;

import dev.tenon.provider.ProviderException.Kind;

/** What an HTTP status says of a failed call, where the host's own code does not say more. */
public final class HttpStatus {
    private HttpStatus() {}

    /**
     * The kind of failure. RFC 9110, section 15; 498 is Groq's "flex tier capacity exceeded", 520 to 527 are Cloudflare's words for a host that
     * does not answer it, 529 is Anthropic's "overloaded".
     *
     * @param status 300 or more: a redirect is a wrong address, because a POST does not follow one
     */
    public static Kind kind(int status) {
        return switch (status) {
            case 401, 407 -> Kind.AUTHENTICATION;
            case 402 -> Kind.QUOTA_EXCEEDED;
            case 403, 451 -> Kind.PERMISSION;
            case 404, 410, 421 -> Kind.NOT_FOUND;
            case 408, 504, 522, 524 -> Kind.TIMEOUT;
            case 413 -> Kind.CONTEXT_TOO_LONG;
            case 429 -> Kind.RATE_LIMITED;
            case 498, 503, 529 -> Kind.OVERLOADED;
            case 409, 425 -> Kind.SERVER;
            default -> status >= 500 ? Kind.SERVER : status >= 400 ? Kind.INVALID_REQUEST : Kind.NOT_FOUND;
        };
    }
}
