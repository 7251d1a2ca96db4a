package dev.tenon.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Sends many texts in several requests. */
final class BatchedEmbeddings implements EmbeddingProvider {
    private final EmbeddingProvider provider;
    private final int size;

    BatchedEmbeddings(EmbeddingProvider provider, int size) {
        if (size < 1) throw new IllegalArgumentException("a batch has at least one text, got " + size);
        this.provider = Objects.requireNonNull(provider, "provider");
        this.size = size;
    }

    @Override
    public ModelInfo info() {
        return provider.info();
    }

    @Override
    public EmbeddingProvider retrying(Retry policy) {
        return new BatchedEmbeddings(provider.retrying(policy), size);
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request, Call call) {
        List<String> texts = request.texts();
        if (texts.isEmpty()) return new EmbeddingResponse("", List.of(), Usage.ZERO, Map.of());
        if (texts.size() <= size) return provider.embed(request, call);
        List<Embedding> embeddings = new ArrayList<>(texts.size());
        Usage usage = Usage.ZERO;
        String model = "";
        for (int from = 0; from < texts.size(); from += size) {
            call.check();
            int to = Math.min(texts.size(), from + size);
            EmbeddingResponse batch = provider.embed(request.withTexts(texts.subList(from, to)), call);
            embeddings.addAll(batch.embeddings());
            usage = usage.plus(batch.usage());
            model = batch.model();
        }
        return new EmbeddingResponse(model, embeddings, usage, Map.of());
    }
}
