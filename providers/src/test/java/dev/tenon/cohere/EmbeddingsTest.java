package dev.tenon.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.wire.EmbeddingContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingsTest extends EmbeddingContract {
    @Override
    protected EmbeddingProvider provider(String url) {
        return Cohere.connect(url).key("cohere-secret-key").build().embeddings("embed-v4.0");
    }

    @Override
    protected String host() {
        return "cohere";
    }

    @Override
    protected String reply(List<String> vectors) {
        return "{\"id\":\"e1\",\"embeddings\":{\"float\":" + vectors
                + "},\"meta\":{\"billed_units\":{\"input_tokens\":3}}}";
    }

    @Override
    protected List<String> texts(Json request) {
        return request.at("/texts").orElseThrow().asArr().items().stream()
                .map(Json::asString)
                .toList();
    }

    @Override
    protected Json dimensions(Json request) {
        return request.at("/output_dimension").orElse(Json.NULL);
    }

    @Override
    protected int batch() {
        return Cohere.BATCH;
    }

    @Test
    void aQuestionIsToldFromADocument() {
        List<String> bodies = new ArrayList<>();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            bodies.add(request.path() + " " + request.text());
            return Answer.of(200, "application/json", reply(List.of("[1]")));
        })) {
            EmbeddingProvider provider = provider(server.url("/v2").toString());
            assertThat(provider.query("Who?").get(0)).isEqualTo(1);
            EmbeddingResponse read = provider.embed(EmbeddingRequest.of(List.of("Me.")), Call.unwatched());
            assertThat(read.usage().input()).isEqualTo(3);
        }
        assertThat(bodies)
                .containsExactly(
                        "/v2/embed"
                            + " {\"model\":\"embed-v4.0\",\"input_type\":\"search_query\",\"embedding_types\":[\"float\"],"
                            + "\"texts\":[\"Who?\"]}",
                        "/v2/embed"
                            + " {\"model\":\"embed-v4.0\",\"input_type\":\"search_document\",\"embedding_types\":[\"float\"],"
                            + "\"texts\":[\"Me.\"]}");
    }
}
