package dev.tenon.opentelemetry;

import dev.tenon.provider.Call;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ModelInfo;
import io.opentelemetry.api.trace.Span;
import java.util.Objects;

/** A span for each call. */
final class TracedEmbeddings implements EmbeddingProvider {
    private final Tracing tracing;
    private final EmbeddingProvider provider;

    TracedEmbeddings(Tracing tracing, EmbeddingProvider provider) {
        this.tracing = tracing;
        this.provider = provider;
    }

    @Override
    public ModelInfo info() {
        return provider.info();
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request, Call call) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(call, "call");
        if (!tracing.on()) {
            return provider.embed(request, call);
        }
        ModelInfo info = tracing.quiet().get(provider::info, ModelInfo.UNKNOWN);
        CallSpan span = CallSpan.begin(tracing, "embeddings", info, call);
        Recording.Current current = span.current();
        try {
            EmbeddingResponse reply = provider.embed(request, call);
            if (reply != null) {
                span.say(it -> answered(it, reply, info));
            }
            return reply;
        } catch (Throwable thrown) {
            span.say(it -> Said.failed(it, thrown));
            throw thrown;
        } finally {
            current.close();
            span.end();
        }
    }

    private static void answered(Span span, EmbeddingResponse reply, ModelInfo info) {
        Said.text(span, Names.RESPONSE_MODEL, reply.model());
        Said.usage(span, reply.usage());
        Said.cost(span, info.cost(reply.usage()));
        if (!reply.embeddings().isEmpty()) {
            span.setAttribute(Names.DIMENSIONS, (long) reply.embeddings().get(0).dimensions());
        }
    }
}
