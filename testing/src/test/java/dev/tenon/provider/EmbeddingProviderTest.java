package dev.tenon.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tenon.json.Json;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.StoppedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmbeddingProviderTest {
    private static final Retry AT_ONCE = new Retry(3, Duration.ZERO, Duration.ZERO);

    private final List<List<String>> sent = new ArrayList<>();

    /** Of a text of n letters (n, 1). */
    private final EmbeddingProvider letters = (request, call) -> {
        sent.add(request.texts());
        return new EmbeddingResponse(
                "letters",
                request.texts().stream()
                        .map(text -> Embedding.of(text.length(), 1))
                        .toList(),
                Usage.of(request.texts().size(), 0),
                Map.of());
    };

    private static List<String> texts(int count) {
        return IntStream.rangeClosed(1, count).mapToObj("x"::repeat).toList();
    }

    @Test
    void manyTextsGoInSeveralRequestsAndComeBackInOrder() {
        EmbeddingResponse all = letters.inBatches(3).embed(EmbeddingRequest.of(texts(7)), Call.unwatched());

        assertThat(all.embeddings().stream().map(it -> it.get(0))).containsExactly(1f, 2f, 3f, 4f, 5f, 6f, 7f);
        assertThat(all.usage()).isEqualTo(Usage.of(7, 0));
        assertThat(all.model()).isEqualTo("letters");
        assertThat(sent.stream().map(List::size)).containsExactly(3, 3, 1);
    }

    @Test
    void nothingIsSentForNoTexts() {
        EmbeddingResponse none = letters.inBatches(3).embed(EmbeddingRequest.of(List.of()), Call.unwatched());

        assertThat(none.embeddings()).isEmpty();
        assertThat(none.dimensions()).isZero();
        assertThat(none.usage()).isEqualTo(Usage.ZERO);
        assertThat(sent).isEmpty();
    }

    @Test
    void onlyTheRequestThatFailedIsMadeAgain() {
        List<Notice> notices = new ArrayList<>();
        EmbeddingProvider failing = (request, call) -> {
            boolean fails = sent.size() == 1 && request.texts().contains("xxxx");
            EmbeddingResponse made = letters.embed(request, call);
            if (fails)
                throw ProviderException.of(ProviderException.Kind.RATE_LIMITED, "slower")
                        .build();
            return made;
        };

        EmbeddingResponse all = failing.inBatches(3)
                .retrying(AT_ONCE)
                .embed(EmbeddingRequest.of(texts(6)), Call.watched(new Cancellation(), delta -> {}, notices::add));

        assertThat(all.embeddings()).hasSize(6);
        assertThat(sent.stream().map(it -> it.get(0))).containsExactly("x", "xxxx", "xxxx");
        assertThat(notices).singleElement().isInstanceOf(Notice.Retrying.class);
    }

    @Test
    void aCallThatNoRetryHelpsFailsAtOnce() {
        EmbeddingProvider wrong = (request, call) -> {
            sent.add(request.texts());
            throw ProviderException.of(ProviderException.Kind.INVALID_REQUEST, "no")
                    .build();
        };

        assertThatThrownBy(() -> wrong.retrying(AT_ONCE).query("x")).hasMessage("no");
        assertThat(sent).hasSize(1);
    }

    @Test
    void aCallThatIsStoppedSendsNoMore() {
        Cancellation scope = new Cancellation();
        EmbeddingProvider stopping = (request, call) -> {
            scope.cancel("enough");
            return letters.embed(request, call);
        };

        assertThatThrownBy(() -> stopping.inBatches(1).embed(EmbeddingRequest.of(texts(3)), Call.of(scope)))
                .isInstanceOf(StoppedException.class);
        assertThat(sent).hasSize(1);
    }

    @Test
    void aQuestionIsToldFromADocument() {
        assertThat(EmbeddingRequest.query("x").purpose()).isEqualTo(EmbeddingRequest.Purpose.QUERY);
        assertThat(EmbeddingRequest.documents(texts(2)).withDimensions(64).purpose())
                .isEqualTo(EmbeddingRequest.Purpose.DOCUMENT);
        assertThat(letters.query("four").get(0)).isEqualTo(4);
    }

    @Test
    void embeddingsAreComparedByTheirAngle() {
        Embedding east = Embedding.of(2, 0);

        assertThat(east.cosine(Embedding.of(5, 0))).isEqualTo(1);
        assertThat(east.cosine(Embedding.of(0, 3))).isZero();
        assertThat(east.cosine(Embedding.of(-1, 0))).isEqualTo(-1);
        assertThat(east.cosine(Embedding.of(1, 1))).isEqualTo(Math.sqrt(0.5), within(1e-12));
        assertThat(east.cosine(Embedding.of(0, 0))).isZero();
        assertThat(east.dot(Embedding.of(3, 7))).isEqualTo(6);
        assertThatThrownBy(() -> east.dot(Embedding.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vectors of 2 and of 1 numbers have nothing in common: they come from two models");
    }

    @Test
    void aVectorIsAListOfFiniteNumbers() {
        float[] mine = {0.1f, -0.0f, 3.4028235e38f};
        Embedding embedding = Embedding.of(mine);
        mine[0] = 9;

        assertThat(embedding.toArray()).containsExactly(0.1f, 0.0f, 3.4028235e38f);
        assertThat(Json.of(embedding)).isEqualTo(Json.parse("[0.1, 0.0, 3.4028235E38]"));
        assertThat(embedding.toString()).isEqualTo("Embedding[3 numbers]");
        float[] target = new float[5];
        embedding.copyTo(target, 1);
        assertThat(target).containsExactly(0, 0.1f, 0, 3.4028235e38f, 0);
        assertThatThrownBy(() -> Embedding.of(1, Float.NaN))
                .hasMessage("a number of a vector is finite, but that at 1 is NaN");
        assertThatThrownBy(Embedding::of).hasMessage("a vector has at least one number");
        assertThatThrownBy(() -> EmbeddingResponse.of(List.of(Embedding.of(1), Embedding.of(1, 2))))
                .hasMessage("embeddings of one response are of one length, got 1 and 2 numbers");
    }
}
