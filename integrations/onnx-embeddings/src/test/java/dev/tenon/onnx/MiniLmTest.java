package dev.tenon.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.tenon.provider.Call;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.StoppedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MiniLmTest {
    private static MiniLm model;

    @BeforeAll
    static void load() {
        model = MiniLm.load();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void textsThatMeanAlikeLieNear() {
        Embedding question = model.query("How do I get my money back?");
        double near = question.cosine(model.query("Refunds are paid within two weeks after a purchase was returned."));
        double far = question.cosine(model.query("The river froze over in January."));
        assertThat(near).isGreaterThan(far + 0.2);
    }

    @Test
    void makesOneVectorOfLengthOneForEachText() {
        EmbeddingResponse response =
                model.embed(EmbeddingRequest.documents(List.of("one", "", "three words here")), Call.unwatched());
        assertThat(response.embeddings()).hasSize(3);
        assertThat(response.model()).isEqualTo("all-MiniLM-L6-v2");
        assertThat(response.usage().input()).isEqualTo(4);
        for (Embedding embedding : response.embeddings()) {
            assertThat(embedding.dimensions()).isEqualTo(MiniLm.DIMENSIONS);
            assertThat(embedding.dot(embedding)).isCloseTo(1, within(1e-6));
        }
        assertThat(model.embed(EmbeddingRequest.of(List.of()), Call.unwatched()).embeddings())
                .isEmpty();
    }

    @Test
    void aTextHasTheSameVectorWhateverGoesWithIt() throws Exception {
        Embedding alone = model.query("a short text");
        List<String> texts =
                new ArrayList<>(Collections.nCopies(3, "a much longer text, about something else. ".repeat(20)));
        texts.add("a short text");
        assertThat(model.embed(EmbeddingRequest.of(texts), Call.unwatched())
                        .embeddings()
                        .getLast())
                .isEqualTo(alone);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Embedding>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(threads.submit(() -> model.query("a short text")));
            }
            for (Future<Embedding> one : all) {
                assertThat(one.get()).isEqualTo(alone);
            }
        }
    }

    @Test
    void readsALongTextToItsEnd() {
        String sand = "Nothing is said here that matters to anybody at all. ".repeat(60);
        Embedding plain = model.query(sand);
        Embedding about = model.query(sand + "The submarine volcano erupted under the ice. ".repeat(60));
        Embedding question = model.query("submarine volcano eruption");
        assertThat(question.cosine(about)).isGreaterThan(question.cosine(plain) + 0.2);
    }

    @Test
    void saysWhatItCannotDo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.embed(EmbeddingRequest.query("x").withDimensions(100), Call.unwatched()))
                .withMessage("all-MiniLM-L6-v2 makes vectors of 384 numbers, asked were 100");
        assertThat(model.embed(EmbeddingRequest.query("x").withDimensions(384), Call.unwatched())
                        .dimensions())
                .isEqualTo(384);
    }

    @Test
    void isStoppedBetweenTexts() {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel("enough");
        assertThatExceptionOfType(StoppedException.class)
                .isThrownBy(() -> model.embed(EmbeddingRequest.query("x"), Call.of(cancellation)));
    }

    @Test
    void saysThatItIsClosed() {
        MiniLm other = MiniLm.load();
        other.close();
        other.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> other.query("x"))
                .withMessage("the model all-MiniLM-L6-v2 is closed");
        assertThat(model.query("x").dimensions()).isEqualTo(384);
    }
}
