package dev.tenon.testing;

import dev.tenon.provider.Call;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Embeddings without a model: of the words of a text, each in a direction of its own. Equal texts have equal vectors on every machine, texts are the nearer the
 * more words they share, and nothing is known of what words mean. Immutable, thread-safe.
 */
public final class WordVectors implements EmbeddingProvider {
    /** As many numbers as a test needs to tell a few hundred texts apart. */
    public static final int DIMENSIONS = 64;

    private static final RandomGeneratorFactory<RandomGenerator> DIRECTIONS =
            RandomGeneratorFactory.of("SplittableRandom");

    private static final ModelInfo INFO = ModelInfo.of("scripted", "words");

    /** Vectors of as many numbers as a request asks for, else of {@value #DIMENSIONS}. */
    public WordVectors() {}

    @Override
    public ModelInfo info() {
        return INFO;
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request, Call call) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(call, "call");
        call.check();
        int length = request.dimensions() == 0 ? DIMENSIONS : request.dimensions();
        List<Embedding> all = new ArrayList<>();
        long tokens = 0;
        for (String text : request.texts()) {
            all.add(of(text, length));
            tokens += Tokens.of(text);
        }
        return new EmbeddingResponse(INFO.model(), all, Usage.of(tokens, 0), Map.of());
    }

    private static Embedding of(String text, int length) {
        float[] sum = new float[length];
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
            RandomGenerator direction = DIRECTIONS.create(word.hashCode());
            for (int i = 0; i < length; i++) {
                sum[i] += (float) direction.nextDouble(-1, 1);
            }
        }
        double square = 0;
        for (float number : sum) square += (double) number * number;
        float size = (float) Math.sqrt(square);
        for (int i = 0; size > 0 && i < length; i++) sum[i] /= size;
        return Embedding.of(sum);
    }
}
