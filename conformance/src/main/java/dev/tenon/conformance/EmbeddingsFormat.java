package dev.tenon.conformance;

import dev.tenon.cohere.Cohere;
import dev.tenon.gemini.Gemini;
import dev.tenon.json.Json;
import dev.tenon.ollama.Ollama;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Cancellation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Embeddings of all hosts, each by the connection that a user of it has. */
record EmbeddingsFormat() implements Format {
    private static final String KEY = "no-key-is-needed-here";

    @Override
    public String api() {
        return "embeddings";
    }

    @Override
    public Json.Obj read(Given exchange, String baseUrl, Cancellation patience) {
        Json.Obj asked = exchange.members().get("request").map(Json::asObj).orElse(Json.Obj.EMPTY);
        EmbeddingRequest request = EmbeddingRequest.of(Collections.nCopies(texts(asked), "Hello"));
        int dimensions = dimensions(asked);
        if (dimensions > 0) request = request.withDimensions(dimensions);
        try {
            return line(provider(exchange, baseUrl).embed(request, Call.of(patience)));
        } catch (ProviderException e) {
            return Reading.JOINED.of(e);
        }
    }

    private static EmbeddingProvider provider(Given exchange, String baseUrl) {
        String model = ChatFormat.model(exchange);
        return switch (exchange.text("provider").orElse("")) {
            case "cohere" -> Cohere.connect(baseUrl).key(KEY).build().embeddings(model);
            case "ollama" -> Ollama.connect(baseUrl).build().embeddings(model);
            case "gemini" -> Gemini.connect(baseUrl).key(KEY).build().embeddings(model);
            default -> {
                Dialect dialect = exchange.text("url").flatMap(Dialect::at).orElse(Dialect.COMPATIBLE);
                yield OpenAi.connect(dialect).baseUrl(baseUrl).key(KEY).build().embeddings(model);
            }
        };
    }

    /** How many texts were sent: as many come back. */
    private static int texts(Json.Obj asked) {
        for (String name : List.of("input", "texts", "requests")) {
            Optional<Json> sent = asked.get(name);
            if (sent.isPresent()) return sent.get() instanceof Json.Arr list ? list.size() : 1;
        }
        return 1;
    }

    private static int dimensions(Json.Obj asked) {
        for (String place : List.of(
                "/dimensions", "/output_dimension", "/outputDimensionality", "/requests/0/outputDimensionality")) {
            if (asked.at(place).orElse(Json.NULL) instanceof Json.Num number)
                return Math.toIntExact(number.longValue());
        }
        return 0;
    }

    private static Json.Obj line(EmbeddingResponse response) {
        Json encoding = response.extra().getOrDefault("encoding", Json.NULL);
        Json.ObjBuilder line = Json.object()
                .put("count", response.embeddings().size())
                .put("dimensions", response.dimensions())
                .put("encoding", encoding)
                .put("usage_raw", response.usage().extra().getOrDefault("usage", Json.NULL));
        if (!response.embeddings().isEmpty()) {
            Embedding vector = response.embeddings().get(0);
            List<Json> first = new ArrayList<>();
            for (int i = 0; i < Math.min(3, vector.dimensions()); i++) {
                first.add(number(vector.get(i), encoding.equals(Json.of("base64"))));
            }
            line.put("first", Json.Arr.of(first));
        }
        return line.build();
    }

    /** As hosts write them: all digits of what came in binary or is a number of 16 bits, of any other the fewest that mean the same. */
    private static Json number(float value, boolean binary) {
        boolean short16 = (Float.floatToIntBits(value) & 0xFFF) == 0;
        return Json.of(new BigDecimal(binary || short16 ? Double.toString(value) : Float.toString(value)));
    }
}
