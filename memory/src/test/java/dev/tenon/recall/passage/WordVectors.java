package dev.tenon.recall.passage;

import dev.tenon.provider.Call;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.search.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Embeddings that a test can foresee: a number a word, so that texts are near as far as they share words. */
final class WordVectors implements EmbeddingProvider {
    final AtomicInteger texts = new AtomicInteger();

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request, Call call) {
        List<Embedding> all = new ArrayList<>();
        for (String text : request.texts()) {
            texts.incrementAndGet();
            float[] vector = new float[256];
            vector[0] = 0.01f;
            for (String word : Tokenizer.WORDS.tokens(text)) {
                vector[1 + Math.floorMod(word.hashCode(), 255)] += 1;
            }
            all.add(Embedding.of(vector));
        }
        return EmbeddingResponse.of(all);
    }
}
