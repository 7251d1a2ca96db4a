package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** What all of Bedrock's wire formats share: binary messages (Smithy 2.0, "Amazon Event Stream specification"), exceptions, and the id of who signed. */
final class BedrockEvents {
    private static final Pattern KEY_ID = Pattern.compile("Credential=([^/]+)/");

    private BedrockEvents() {}

    /** The content type of a stream of these. */
    static final String TYPE = "application/vnd.amazon.eventstream";

    /** The id of the keys that signed a request; empty where it is not signed. Signatures are not verified. */
    static Optional<String> signer(LoopbackServer.Request request) {
        Matcher signed = KEY_ID.matcher(request.header("authorization").orElse(""));
        return signed.find() ? Optional.of(signed.group(1)) : Optional.empty();
    }

    static byte[] event(String type, Json payload) {
        return message("event", ":event-type", type, payload);
    }

    static byte[] exceptionInStream(Kind kind, String message) {
        String name = exception(kind);
        String member = name.isEmpty() ? "" : Character.toLowerCase(name.charAt(0)) + name.substring(1);
        return message("exception", ":exception-type", member, Json.object("message", message));
    }

    static Answer error(Kind kind, String message, Duration retryAfter) {
        int status = kind == Kind.AUTHENTICATION ? 403 : WireJson.status(kind);
        Answer answer = Answer.of(
                status,
                "application/json",
                WireJson.bytes(Json.object("message", message).toString()));
        return WireJson.waiting(
                exception(kind).isEmpty() ? answer : answer.withHeader("x-amzn-errortype", exception(kind)),
                retryAfter);
    }

    private static byte[] message(String kind, String typeHeader, String type, Json payload) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        header(typeHeader, type, headers);
        header(":content-type", "application/json", headers);
        header(":message-type", kind, headers);
        byte[] body = WireJson.bytes(payload.toString());
        ByteBuffer message = ByteBuffer.allocate(16 + headers.size() + body.length);
        message.putInt(message.capacity()).putInt(headers.size());
        message.putInt(checksum(message));
        message.put(headers.toByteArray()).put(body);
        message.putInt(checksum(message));
        return message.array();
    }

    private static void header(String name, String value, ByteArrayOutputStream out) {
        byte[] text = WireJson.bytes(value);
        out.write(name.length());
        out.writeBytes(WireJson.bytes(name));
        // A text, and its length in two bytes.
        out.write(7);
        out.write(text.length >> 8);
        out.write(text.length);
        out.writeBytes(text);
    }

    /** Of all that is written so far. */
    private static int checksum(ByteBuffer message) {
        CRC32 checksum = new CRC32();
        checksum.update(message.duplicate().flip());
        return (int) checksum.getValue();
    }

    /** How a kind of failure is told: bedrock-runtime-2023-09-30; a request that is too long by a front end. */
    private static String exception(Kind kind) {
        return switch (kind) {
            case AUTHENTICATION -> "UnrecognizedClientException";
            case PERMISSION -> "AccessDeniedException";
            case NOT_FOUND -> "ResourceNotFoundException";
            case INVALID_REQUEST, CONTENT_FILTERED -> "ValidationException";
            case CONTEXT_TOO_LONG -> "";
            case QUOTA_EXCEEDED -> "ServiceQuotaExceededException";
            case RATE_LIMITED -> "ThrottlingException";
            case OVERLOADED -> "ServiceUnavailableException";
            case SERVER, NETWORK, MALFORMED_RESPONSE -> "InternalServerException";
            case TIMEOUT -> "ModelTimeoutException";
        };
    }
}
