package dev.tenon.wire;

import dev.tenon.http.HttpEndpoint;
import dev.tenon.http.HttpResponse;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a host says of a failed call, as exceptions. Told by status and codes, never by words. */
final class Failures {
    /** More of an error's body is not read. */
    private static final int MAX_ERROR_BYTES = 1 << 20;

    /** More of an error's text is not put into a message. */
    private static final int MAX_MESSAGE = 500;

    private final String host;
    private final HttpEndpoint endpoint;
    private final ErrorWords words;

    Failures(String host, HttpEndpoint endpoint, ErrorWords words) {
        this.host = host;
        this.endpoint = endpoint;
        this.words = words;
    }

    /** A reply whose status is not 200 to 299. */
    ProviderException status(HttpResponse response, Instant now) {
        Json.Obj said = error(body(response));
        Json.Obj error = said;
        // Amazon's hosts name the error in a header, perhaps with a colon and where to read of it after its name.
        Optional<String> type = error.has("type")
                ? Optional.empty()
                : response.header("x-amzn-errortype").or(() -> said.string("__type"));
        if (type.isPresent()) error = error.with("type", Json.of(BedrockErrors.bare(type.get())));
        if (!error.has("message") && error.has("Message")) {
            error = error.with("message", error.get("Message").orElseThrow());
        }
        return reported(error, response, null, now);
    }

    /** An error inside a reply that began well. */
    ProviderException reported(Json error, HttpResponse response, @Nullable ChatResponse partial) {
        return reported(error(error), response, partial, Instant.EPOCH);
    }

    private ProviderException reported(
            Json.Obj error, HttpResponse response, @Nullable ChatResponse partial, Instant now) {
        Json.ObjBuilder said = Json.object();
        for (String name : new String[] {"type", "code", "message", "param"}) {
            error.get(name).filter(value -> !value.isNull()).ifPresent(value -> said.put(name, safe(value)));
        }
        error.get("status").filter(value -> !value.isNull()).ifPresent(value -> said.put("error_status", safe(value)));
        for (String name : new String[] {"retry-after", "retry-after-ms", "x-should-retry"}) {
            response.header(name).ifPresent(value -> said.put(name.replace('-', '_'), value));
        }
        Optional<ErrorWords.Delay> delay = words.delay(error);
        delay.ifPresent(it -> said.put("retry_delay", it.said()));
        Json.Obj reported = said.build();
        Kind kind = words.kind(error, response.ok() ? 0 : response.status());
        ProviderException.Builder builder = ProviderException.of(kind, message(response, reported))
                .status(response.status())
                .reported(reported)
                .partial(partial);
        Optional<Duration> asked = response.ok() ? Optional.empty() : response.retryAfter(now);
        return builder.retryAfter(
                        asked.or(() -> delay.map(ErrorWords.Delay::length)).orElse(null))
                .build();
    }

    private String message(HttpResponse response, Json.Obj reported) {
        String what = reported.string("message")
                .or(() -> reported.get("code").map(Json::toString))
                .or(() -> reported.string("type"))
                .orElse("");
        if (what.length() > MAX_MESSAGE) what = what.substring(0, MAX_MESSAGE) + "…";
        StringBuilder message = new StringBuilder(host);
        if (response.ok()) {
            message.append(" reported an error");
        } else {
            message.append(" answered ").append(response.status());
        }
        if (!what.isEmpty()) message.append(": ").append(what);
        Optional<String> elsewhere = response.header("Location").filter(it -> response.status() / 100 == 3);
        if (elsewhere.isPresent())
            message.append(
                    ": the address has moved, and a request that costs money follows no redirect; change the base URL");
        response.header("x-request-id")
                .or(() -> response.header("request-id"))
                .or(() -> response.header("x-amzn-requestid"))
                .ifPresent(id -> message.append(" (request ").append(id).append(')'));
        return endpoint.redact(message.toString());
    }

    private Json safe(Json value) {
        return value instanceof Json.Str text ? Json.of(endpoint.redact(text.value())) : value;
    }

    private Json body(HttpResponse response) {
        try {
            byte[] bytes = response.body().readNBytes(MAX_ERROR_BYTES);
            response.finish();
            return Json.parse(bytes);
        } catch (JsonException e) {
            return Json.NULL;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ProviderException e) {
            // The status is known, and says more than the broken body.
            return Json.NULL;
        }
    }

    /** The object that describes the error, in the shapes that hosts have for it. */
    private static Json.Obj error(Json body) {
        return switch (body) {
            case Json.Obj object -> {
                Json inner = object.get("error").orElse(Json.NULL);
                yield inner instanceof Json.Obj error
                        ? error
                        : inner instanceof Json.Str text ? named(object, text) : detailed(object);
            }
            case Json.Arr list -> list.size() == 0 ? Json.Obj.EMPTY : error(list.get(0));
            case Json.Str text -> Json.object("message", text);
            default -> Json.Obj.EMPTY;
        };
    }

    /** {@code {"error": "text"}}, with the rest beside it. */
    private static Json.Obj named(Json.Obj object, Json.Str text) {
        Json.ObjBuilder error = Json.object().putAll(object.without("error"));
        if (!object.has("message")) error.put("message", text);
        object.get("error_type").ifPresent(type -> error.put("type", type));
        return error.build();
    }

    /** FastAPI's {@code {"detail": …}}: a text, or a list of violations. */
    private static Json.Obj detailed(Json.Obj object) {
        Json detail = object.get("detail").orElse(Json.NULL);
        if (detail.isNull() || object.has("message")) return object;
        return object.with("message", detail instanceof Json.Str ? detail : Json.of(detail.toString()));
    }

    ProviderException malformed(String what) {
        return ProviderException.of(Kind.MALFORMED_RESPONSE, host + ": " + what).build();
    }

    ProviderException notJson(HttpResponse response) {
        String type = response.header("Content-Type").orElse("no content type");
        return malformed("expected JSON or an event stream, got " + endpoint.redact(type) + "; is the base URL right?");
    }

    /** The exception with the status and what had arrived. */
    static ProviderException with(ProviderException e, int status, @Nullable ChatResponse partial) {
        return ProviderException.of(e.kind(), e.getMessage() == null ? "" : e.getMessage())
                .status(status)
                .reported(e.reported())
                .retryAfter(e.retryAfter().orElse(null))
                .partial(partial)
                .cause(e.getCause())
                .build();
    }
}
