package dev.tenon.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ModelSettings;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.wire.EmbeddingContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddingsTest extends EmbeddingContract {
    private final List<String> bodies = new ArrayList<>();

    @Override
    protected EmbeddingProvider provider(String url) {
        return OpenAi.connect(url).key("sk-0123456789abcdef").build().embeddings("text-embedding-3-small");
    }

    @Override
    protected String host() {
        return "openai-compatible";
    }

    @Override
    protected String reply(List<String> vectors) {
        List<String> items = new ArrayList<>();
        for (String vector : vectors) {
            items.add("{\"object\":\"embedding\",\"index\":" + items.size() + ",\"embedding\":" + vector + "}");
        }
        return "{\"object\":\"list\",\"data\":" + items
                + ",\"model\":\"m\",\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}";
    }

    @Override
    protected List<String> texts(Json request) {
        return request.at("/input").orElseThrow().asArr().items().stream()
                .map(Json::asString)
                .toList();
    }

    @Override
    protected Json dimensions(Json request) {
        return request.at("/dimensions").orElse(Json.NULL);
    }

    @Override
    protected int batch() {
        return Dialect.COMPATIBLE.embeddings().batch();
    }

    private EmbeddingResponse embed(Dialect dialect, EmbeddingRequest request, String reply) {
        try (LoopbackServer server = LoopbackServer.start(it -> {
            bodies.add(it.path() + " " + it.text());
            return Answer.of(200, "application/json", reply);
        })) {
            return OpenAi.connect(dialect)
                    .baseUrl(server.url("/v1").toString())
                    .build()
                    .embeddings("m")
                    .embed(request, Call.unwatched());
        }
    }

    @Test
    void readsBase64AndTheUsage() {
        // 1.0 and -2.5 as IEEE 754 numbers, the lowest byte first.
        EmbeddingResponse read =
                embed(Dialect.OPENAI, EmbeddingRequest.of(List.of("a")), reply(List.of("\"AACAPwAAIMA=\"")));

        assertThat(read.embeddings()).containsExactly(Embedding.of(1f, -2.5f));
        assertThat(read.model()).isEqualTo("m");
        assertThat(read.usage().input()).isEqualTo(3);
        assertThat(read.usage().reported()).isEqualTo(Map.of("input_tokens", 3L, "total_tokens", 3L));
        assertThat(read.usage().extra())
                .isEqualTo(Map.of("usage", Json.parse("{\"prompt_tokens\":3,\"total_tokens\":3}")));
        assertThat(bodies)
                .containsExactly("/v1/embeddings {\"model\":\"m\",\"input\":[\"a\"],\"encoding_format\":\"base64\"}");
    }

    @Test
    void base64InAnotherFormIsToldAndReadWhereItIsAskedFor() {
        EmbeddingRequest request = EmbeddingRequest.of(List.of("a"));
        String bytes = reply(List.of("\"AQD//wL+f38=\""));

        assertThatThrownBy(() -> embed(Dialect.COMPATIBLE, request, bytes))
                .hasMessage(
                        "openai-compatible: an embedding cannot be read: a number of a vector is finite, but that at 0"
                                + " is NaN; is it in another form of base64 than was asked for?");
        assertThat(embed(
                                Dialect.COMPATIBLE,
                                request.withSettings(
                                        ModelSettings.NONE.with("encoding_format", Json.of("base64_int8"))),
                                bytes)
                        .embeddings())
                .containsExactly(Embedding.of(1, 0, -1, -1, 2, -2, 127, 127));
        assertThatThrownBy(() -> embed(Dialect.OPENAI, request, reply(List.of("\"AAAA\""))))
                .hasMessage("openai: an embedding of 3 bytes is cut");
        assertThatThrownBy(() -> embed(
                        Dialect.OPENAI,
                        request.withSettings(ModelSettings.NONE.with("encoding_format", Json.of("ubinary"))),
                        bytes))
                .hasMessage(
                        "the setting \"encoding_format\" is \"float\", \"base64\" or \"base64_int8\": embeddings are"
                                + " read as numbers, got \"ubinary\"");
    }

    @Test
    void vectorsStandWhereTheirIndexSays() {
        String swapped = "{\"data\":[{\"index\":1,\"embedding\":[2]},{\"index\":0,\"embedding\":[1]}]}";
        String twice = "{\"data\":[{\"index\":0,\"embedding\":[2]},{\"index\":0,\"embedding\":[1]}]}";
        EmbeddingRequest two = EmbeddingRequest.of(List.of("a", "b"));

        assertThat(embed(Dialect.COMPATIBLE, two, swapped).embeddings())
                .containsExactly(Embedding.of(1), Embedding.of(2));
        assertThatThrownBy(() -> embed(Dialect.COMPATIBLE, two, twice))
                .hasMessage("openai-compatible: there are two embeddings of text 0");
    }

    @Test
    void eachHostIsAskedInItsWords() {
        EmbeddingRequest request = EmbeddingRequest.query("a").withDimensions(1);

        embed(Dialect.MISTRAL, request, reply(List.of("[1]")));
        embed(Dialect.VOYAGE, request, reply(List.of("[1]")));
        embed(Dialect.azure("2024-10-21"), request, reply(List.of("[1]")));

        assertThat(bodies)
                .containsExactly(
                        "/v1/embeddings {\"model\":\"m\",\"input\":[\"a\"],\"output_dimension\":1}",
                        "/v1/embeddings"
                                + " {\"model\":\"m\",\"input\":[\"a\"],\"output_dimension\":1,\"input_type\":\"query\","
                                + "\"encoding_format\":\"base64\"}",
                        "/v1/deployments/m/embeddings?api-version=2024-10-21"
                            + " {\"model\":\"m\",\"input\":[\"a\"],\"dimensions\":1,\"encoding_format\":\"base64\"}");
    }

    @Test
    void anErrorOfTheHostIsToldByItsCode() {
        assertThatThrownBy(() -> embed(
                        Dialect.OPENAI,
                        EmbeddingRequest.of(List.of("a")),
                        "{\"error\":{\"message\":\"No such model\",\"code\":\"model_not_found\"}}"))
                .hasMessage("openai reported an error: No such model");
    }
}
