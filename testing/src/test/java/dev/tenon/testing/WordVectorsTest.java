package dev.tenon.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.provider.Call;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordVectorsTest {
    private final WordVectors words = new WordVectors();

    @Test
    void equalTextsAreOnePointAndTextsThatShareWordsAreNear() {
        Embedding river = words.query("The Tagus is a river.");

        assertThat(words.query("the tagus, is a RIVER")).isEqualTo(river);
        double near = river.cosine(words.query("A river is long"));
        double far = river.cosine(words.query("Bread needs flour"));
        assertThat(near).isGreaterThan(0.5);
        assertThat(far).isLessThan(0.4);
    }

    @Test
    void asManyNumbersComeAsAreAskedFor() {
        EmbeddingRequest request = EmbeddingRequest.of(List.of("", "a", "…"));

        assertThat(words.embed(request, Call.unwatched()).dimensions()).isEqualTo(WordVectors.DIMENSIONS);
        EmbeddingResponse three = words.embed(request.withDimensions(3), Call.unwatched());
        assertThat(three.dimensions()).isEqualTo(3);
        assertThat(three.embeddings()).hasSize(3);
        assertThat(three.usage().input()).isEqualTo(2);
    }

    @Test
    void theNumbersAreTheSameOnEveryMachine() {
        assertThat(words.embed(EmbeddingRequest.of(List.of("Lisbon")).withDimensions(2), Call.unwatched())
                        .embeddings()
                        .get(0)
                        .json()
                        .toString())
                .isEqualTo("[0.2219896,0.975049]");
    }
}
