package dev.tenon.wire;

import dev.tenon.http.EventStream;
import dev.tenon.http.HttpBody;
import dev.tenon.http.HttpEndpoint;
import dev.tenon.http.HttpResponse;
import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Requests to one host: each is sent once, and the reply is read by what it is, not by what was asked for. Every failure is a {@link ProviderException} that
 * says who answered what, and holds what had arrived. Immutable, thread-safe.
 */
public final class Exchange {
    /** How long the rest of a stream is waited for after the host has reported an error in it: some send a reply that has failed, with its usage. */
    private static final Duration AFTER_ERROR = Duration.ofSeconds(1);

    private final String host;
    private final ErrorWords words;

    /**
     * The exchanges with a host.
     *
     * @param host its name, for messages
     * @param words what its errors mean
     */
    public Exchange(String host, ErrorWords words) {
        this.host = host;
        this.words = words;
    }

    /** Asks for an answer, which is read into this reply. */
    public ChatResponse chat(HttpEndpoint to, HttpBody body, ModelReply reply, Call call) {
        Failures failures = new Failures(host, to, words);
        try (HttpResponse response = to.post(body, call)) {
            if (!response.ok()) throw failures.status(response, call.time().now());
            read(response, reply, failures, call);
            response.finish();
        }
        return reply.response();
    }

    /** Asks for what is no answer of a model, and comes as one JSON object. */
    public Json.Obj json(HttpEndpoint to, HttpBody body, Scope scope) {
        Failures failures = new Failures(host, to, words);
        try (HttpResponse response = to.post(body, scope)) {
            if (!response.ok()) throw failures.status(response, scope.time().now());
            Json.Obj read = object(response, failures);
            response.finish();
            return read;
        }
    }

    /** As {@link #json(HttpEndpoint, HttpBody, Scope)}, of what is asked for without a body. */
    public Json.Obj json(HttpEndpoint from, Scope scope) {
        Failures failures = new Failures(host, from, words);
        try (HttpResponse response = from.get(scope)) {
            if (!response.ok()) throw failures.status(response, scope.time().now());
            Json.Obj read = object(response, failures);
            response.finish();
            return read;
        }
    }

    /** Asks for what comes as one JSON object, and has it read as it comes: the parser stands at its opening brace, and must be left at its closing one. */
    public void read(HttpEndpoint to, HttpBody body, ObjectReader reader, Scope scope) {
        Failures failures = new Failures(host, to, words);
        try (HttpResponse response = to.post(body, scope)) {
            if (!response.ok()) throw failures.status(response, scope.time().now());
            objects(response, reader, false, failures);
            response.finish();
        }
    }

    /** As {@link #read}, of any number of objects, one after the other. */
    public void readAll(HttpEndpoint to, HttpBody body, ObjectReader reader, Scope scope) {
        Failures failures = new Failures(host, to, words);
        try (HttpResponse response = to.post(body, scope)) {
            if (!response.ok()) throw failures.status(response, scope.time().now());
            objects(response, reader, true, failures);
            response.finish();
        }
    }

    private static void objects(HttpResponse response, ObjectReader reader, boolean many, Failures failures) {
        try {
            ReplyBody body = ReplyBody.of(response);
            switch (body.form()) {
                case JSON -> {
                    try (JsonParser parser = JacksonJson.wire().createParser(ObjectReadContext.empty(), body)) {
                        JsonToken token = parser.nextToken();
                        if (token != JsonToken.START_OBJECT) throw failures.malformed("the reply is no JSON object");
                        do {
                            Json error = reader.read(parser);
                            if (error != null) throw failures.reported(error, response, null);
                        } while (many && parser.nextToken() == JsonToken.START_OBJECT);
                    }
                }
                case EVENTS, MESSAGES, OTHER -> throw failures.notJson(response);
                case EMPTY -> throw failures.malformed("the reply is empty");
            }
        } catch (ProviderException e) {
            throw Failures.with(e, response.status(), null);
        } catch (JacksonException | JsonException e) {
            // What the parser says may quote the reply.
            throw Failures.with(failures.malformed("the reply is no JSON, or was cut"), response.status(), null);
        }
    }

    /** A failure of an exchange, with more that had arrived before. */
    public static ProviderException with(ProviderException e, ChatResponse partial) {
        return Failures.with(e, e.status(), partial);
    }

    private static Json.Obj object(HttpResponse response, Failures failures) {
        try {
            ReplyBody body = ReplyBody.of(response);
            return switch (body.form()) {
                case JSON -> {
                    if (Json.parse(body.readAllBytes()) instanceof Json.Obj object) yield object;
                    throw failures.malformed("the reply is no JSON object");
                }
                case EVENTS, MESSAGES, OTHER -> throw failures.notJson(response);
                case EMPTY -> throw failures.malformed("the reply is empty");
            };
        } catch (ProviderException e) {
            throw Failures.with(e, response.status(), null);
        } catch (JsonException e) {
            // What the parser says may quote the reply.
            throw Failures.with(failures.malformed("the reply is no JSON, or was cut"), response.status(), null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(HttpResponse response, ModelReply reply, Failures failures, Scope scope) {
        try {
            ReplyBody body = ReplyBody.of(response);
            switch (body.form()) {
                case JSON -> whole(body, reply, failures, scope);
                case EVENTS -> stream(body, reply, failures, response, scope);
                case MESSAGES -> messages(body, reply, response, failures, scope);
                case OTHER -> throw failures.notJson(response);
                case EMPTY -> throw failures.malformed("the reply is empty");
            }
        } catch (ProviderException e) {
            throw Failures.with(e, response.status(), reply.partial());
        } catch (JacksonException e) {
            // What the parser says may quote the reply.
            long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            String where = at < 0 ? "" : " at byte " + at;
            throw Failures.with(
                    failures.malformed("the reply is no JSON, or was cut" + where), response.status(), reply.partial());
        } catch (JsonException e) {
            throw Failures.with(failures.malformed("the reply is no JSON"), response.status(), reply.partial());
        }
        Json error = reply.error();
        if (error != null) throw failures.reported(error, response, reply.partial());
    }

    private static void whole(ReplyBody body, ModelReply reply, Failures failures, Scope scope) {
        boolean more;
        try (JsonParser parser = JacksonJson.wire().createParser(ObjectReadContext.empty(), body)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_ARRAY) {
                list(parser, reply, failures, scope);
                return;
            }
            if (first != JsonToken.START_OBJECT) throw failures.malformed("the reply is no JSON object");
            reply.whole(parser);
            more = rest(parser, reply, scope);
        }
        if (reply.error() != null) return;
        if (!reply.answered()) throw failures.malformed("the reply has no " + reply.answer());
        if (more && !reply.finished()) throw failures.malformed("the stream ended before the answer did");
    }

    /** The chunks of a stream that comes as a list, as they come: Gemini's other form of it, and the form that it has for an error then. */
    private static void list(JsonParser parser, ModelReply reply, Failures failures, Scope scope) {
        try {
            for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                if (item != JsonToken.START_OBJECT)
                    throw failures.malformed("the reply is a list, but not of JSON objects");
                chunk("message", parser, reply, scope);
                if (reply.error() != null) return;
            }
        } catch (ProviderException e) {
            if (!reply.complete() || e.kind() != Kind.NETWORK) throw e;
        } catch (JacksonException e) {
            if (!reply.complete()) throw e;
        }
        if (!reply.answered()) throw failures.malformed("the reply has no " + reply.answer());
        if (!reply.finished()) throw failures.malformed("the stream ended before the answer did");
    }

    /** The chunks of a stream that came as one object a line; says whether there were any. What else follows a whole reply is no part of it. */
    private static boolean rest(JsonParser parser, ModelReply reply, Scope scope) {
        boolean more = reply.goesOn();
        try {
            while (!reply.over() && parser.nextToken() == JsonToken.START_OBJECT) {
                chunk("message", parser, reply, scope);
                more = true;
            }
        } catch (JacksonException e) {
            if (more) throw e;
        }
        return more;
    }

    private static void stream(
            ReplyBody body, ModelReply reply, Failures failures, HttpResponse response, Scope scope) {
        reply.begin();
        boolean failed = false;
        Chunks chunks = new Chunks(EventStream.of(body).withBareJson());
        try (JsonParser parser = JacksonJson.wire().createParser(ObjectReadContext.empty(), chunks)) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                chunk(chunks.event(), parser, reply, scope);
                if (reply.over()) break;
                if (!failed && reply.error() != null) {
                    failed = true;
                    response.hurry(AFTER_ERROR);
                }
            }
        } catch (ProviderException e) {
            // The answer was whole: only what comes after it was lost.
            if (!reply.complete() || e.kind() != Kind.NETWORK) throw e;
        } catch (JacksonException e) {
            if (!reply.complete()) throw e;
        }
        ended(reply, reply.finished() || (chunks.done() && !chunks.skipped()), failures);
    }

    private static void ended(ModelReply reply, boolean ended, Failures failures) {
        if (reply.error() != null) return;
        if (!ended) {
            throw failures.malformed(
                    reply.answered() ? "the stream ended before the answer did" : "the stream ended without an answer");
        }
        if (!reply.answered()) throw failures.malformed("the stream had no " + reply.answer());
    }

    /** Amazon's binary messages: events whose payload is a chunk, and what went wrong. Those that are not known are skipped. */
    private static void messages(
            ReplyBody body, ModelReply reply, HttpResponse response, Failures failures, Scope scope) {
        reply.begin();
        BinaryMessages messages = new BinaryMessages(body, failures::malformed);
        try {
            while (!reply.over() && messages.next()) {
                switch (messages.header(":message-type")) {
                    case "event" -> payload(messages, reply, scope);
                    case "exception" -> throw failures.reported(exception(messages), response, reply.partial());
                    case "error" ->
                        throw failures.reported(
                                Json.object()
                                        .put("type", messages.header(":error-code"))
                                        .put("message", messages.header(":error-message"))
                                        .build(),
                                response,
                                reply.partial());
                    default -> {}
                }
            }
        } catch (ProviderException e) {
            // The answer was whole: only what comes after it was lost.
            if (!reply.complete() || e.kind() != Kind.NETWORK) throw e;
        }
        ended(reply, reply.finished(), failures);
    }

    private static void payload(BinaryMessages message, ModelReply reply, Scope scope) {
        if (message.length() == 0 || message.buffer()[message.offset()] != '{') return;
        try (JsonParser parser = JacksonJson.wire()
                .createParser(ObjectReadContext.empty(), message.buffer(), message.offset(), message.length())) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                chunk(message.header(":event-type"), parser, reply, scope);
            }
        }
    }

    private static Json exception(BinaryMessages message) {
        Json.Obj said = Json.Obj.EMPTY;
        try {
            byte[] payload =
                    Arrays.copyOfRange(message.buffer(), message.offset(), message.offset() + message.length());
            if (payload.length > 0 && Json.parse(payload) instanceof Json.Obj object) said = object;
        } catch (JsonException e) {
            // Its name says enough.
        }
        return Json.object()
                .putAll(said)
                .put("type", message.header(":exception-type"))
                .build();
    }

    /** A packet may hold many chunks: nothing is shown after a stop. */
    private static void chunk(String event, JsonParser parser, ModelReply reply, Scope scope) {
        if (scope.stopped()) scope.check();
        reply.chunk(event, parser);
    }
}
