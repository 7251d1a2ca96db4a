package dev.tenon.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.wire.EmbeddingContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingsTest extends EmbeddingContract {
    @Override
    protected EmbeddingProvider provider(String url) {
        return Gemini.connect(url).key("gemini-secret-key").build().embeddings("gemini-embedding-001");
    }

    @Override
    protected String host() {
        return "gemini";
    }

    @Override
    protected String reply(List<String> vectors) {
        return "{\"embeddings\":"
                + vectors.stream().map(it -> "{\"values\":" + it + "}").toList() + "}";
    }

    @Override
    protected List<String> texts(Json request) {
        return request.at("/requests").orElseThrow().asArr().items().stream()
                .map(it -> it.at("/content/parts/0/text").orElseThrow().asString())
                .toList();
    }

    @Override
    protected Json dimensions(Json request) {
        return request.at("/requests/0/outputDimensionality").orElse(Json.NULL);
    }

    @Override
    protected int batch() {
        return EmbedModel.BATCH;
    }

    @Test
    void aQuestionIsToldFromADocument() {
        List<String> bodies = new ArrayList<>();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            bodies.add(request.path() + " " + request.text());
            return Answer.of(200, "application/json", reply(List.of("[1]")));
        })) {
            EmbeddingProvider provider = provider(server.url("/v1").toString());
            assertThat(provider.query("Who?").get(0)).isEqualTo(1);
            provider.embed(EmbeddingRequest.documents(List.of("Me.")), Call.unwatched());
        }
        assertThat(bodies)
                .containsExactly(
                        "/v1/models/gemini-embedding-001:batchEmbedContents"
                                + " {\"requests\":[{\"model\":\"models/gemini-embedding-001\","
                                + "\"content\":{\"parts\":[{\"text\":\"Who?\"}]},\"taskType\":\"RETRIEVAL_QUERY\"}]}",
                        "/v1/models/gemini-embedding-001:batchEmbedContents"
                            + " {\"requests\":[{\"model\":\"models/gemini-embedding-001\","
                            + "\"content\":{\"parts\":[{\"text\":\"Me.\"}]},\"taskType\":\"RETRIEVAL_DOCUMENT\"}]}");
    }

    @Test
    void vertexHasAnotherWireFormat() {
        Gemini vertex = Gemini.vertex("p", "global").token(() -> "t").build();
        assertThatThrownBy(() -> vertex.embeddings("gemini-embedding-001"))
                .hasMessage("Vertex AI has another wire format for embeddings, which is not spoken here: use a key of"
                        + " Google AI Studio");
    }
}
