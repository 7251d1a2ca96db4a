package dev.tenon.openai;

import dev.tenon.http.EventStream;
import dev.tenon.http.HttpEndpoint;
import dev.tenon.http.HttpResponse;
import dev.tenon.json.JacksonJson;
import dev.tenon.json.JsonException;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** One model of one host: sends a request, and reads what comes by what it is, not by what was asked for. */
final class ChatModel implements Provider {
    private final ModelInfo info;
    private final Dialect dialect;
    private final HttpEndpoint endpoint;
    private final @Nullable Supplier<String> key;

    private final StrictForms strict = new StrictForms();

    /** The endpoint with the key that was asked for last: it seldom changes. */
    private volatile @Nullable Keyed keyed;

    private record Keyed(String key, HttpEndpoint endpoint) {}

    ChatModel(ModelInfo info, Dialect dialect, HttpEndpoint endpoint, @Nullable Supplier<String> key) {
        this.info = info;
        this.dialect = dialect;
        this.endpoint = endpoint;
        this.key = key;
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        HttpEndpoint to = key == null ? endpoint : keyed(key.get());
        ChatReply reply = new ChatReply(call);
        RequestWriter writer = new RequestWriter(dialect, strict, info.model(), request, call);
        Failures failures = new Failures(dialect.name(), to);
        try (HttpResponse response = to.post(writer::write, call)) {
            if (!response.ok()) throw failures.status(response, call.time().now());
            read(response, reply, failures);
            response.finish();
        }
        return reply.response();
    }

    private HttpEndpoint keyed(String now) {
        Keyed known = keyed;
        if (known == null || !known.key.equals(now)) {
            known = new Keyed(now, endpoint.withHeader(dialect.keyHeader(), dialect.keyPrefix() + now));
            keyed = known;
        }
        return known.endpoint;
    }

    private void read(HttpResponse response, ChatReply reply, Failures failures) {
        try {
            ReplyBody body = ReplyBody.of(response);
            switch (body.form()) {
                case JSON -> whole(body, reply, failures);
                case EVENTS -> stream(body, reply, failures);
                case OTHER -> throw failures.notJson(response);
                case EMPTY -> throw failures.malformed("the reply is empty");
            }
        } catch (ProviderException e) {
            throw failures.with(e, response.status(), reply);
        } catch (JacksonException e) {
            // What the parser says may quote the reply.
            long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            String where = at < 0 ? "" : " at byte " + at;
            throw failures.with(
                    failures.malformed("the reply is no JSON, or was cut" + where), response.status(), reply);
        } catch (JsonException e) {
            throw failures.with(failures.malformed("the reply is no JSON"), response.status(), reply);
        }
        if (reply.error() != null) throw failures.reported(reply.error(), response, reply);
    }

    private void whole(ReplyBody body, ChatReply reply, Failures failures) {
        boolean more;
        try (JsonParser parser = JacksonJson.wire().createParser(ObjectReadContext.empty(), body)) {
            JsonToken first = parser.nextToken();
            // Gemini's compatible endpoint puts an error into a list.
            if (first == JsonToken.START_ARRAY) first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) throw failures.malformed("the reply is no JSON object");
            reply.whole(parser);
            more = reply.error() == null && rest(parser, reply);
        }
        if (reply.error() != null) return;
        if (!reply.hasChoices()) throw failures.malformed("the reply has no choices");
        if (more && !reply.finished()) throw failures.malformed("the stream ended before the answer did");
    }

    /** The chunks of a stream that came as one object a line; says whether there were any. What else follows a whole reply is no part of it. */
    private static boolean rest(JsonParser parser, ChatReply reply) {
        boolean more = false;
        try {
            while (parser.nextToken() == JsonToken.START_OBJECT && reply.error() == null) {
                reply.chunk(parser);
                more = true;
            }
        } catch (JacksonException e) {
            if (more) throw e;
        }
        return more;
    }

    private void stream(ReplyBody body, ChatReply reply, Failures failures) {
        reply.begin();
        Chunks chunks = new Chunks(EventStream.of(body).withBareJson());
        try (JsonParser parser = JacksonJson.wire().createParser(ObjectReadContext.empty(), chunks)) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                if (chunks.event().equals("error")) {
                    reply.error(JacksonJson.read(parser));
                } else {
                    reply.chunk(parser);
                }
                if (reply.error() != null) return;
            }
        } catch (ProviderException e) {
            // The answer was whole: only what comes after it was lost.
            if (!reply.finished() || e.kind() != Kind.NETWORK) throw e;
        } catch (JacksonException e) {
            if (!reply.finished()) throw e;
        }
        boolean ended = reply.finished() || (chunks.done() && !chunks.skipped());
        if (!ended) {
            throw failures.malformed(
                    reply.hasChoices()
                            ? "the stream ended before the answer did"
                            : "the stream ended without an answer");
        }
        if (!reply.hasChoices()) throw failures.malformed("the stream had no choices");
    }
}
