package dev.tenon.ollama;

import dev.tenon.json.Json;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.wire.EmbeddingContract;
import java.util.List;

class EmbeddingsTest extends EmbeddingContract {
    @Override
    protected EmbeddingProvider provider(String url) {
        return Ollama.connect(url).build().embeddings("nomic-embed-text");
    }

    @Override
    protected String host() {
        return "ollama";
    }

    @Override
    protected String reply(List<String> vectors) {
        return "{\"model\":\"m\",\"embeddings\":" + vectors + ",\"prompt_eval_count\":3}";
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
        return Ollama.BATCH;
    }
}
