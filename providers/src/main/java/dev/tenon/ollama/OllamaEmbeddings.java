package dev.tenon.ollama;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.wire.Counts;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.KeyedEndpoint;
import dev.tenon.wire.ModelReply;
import dev.tenon.wire.OwnMembers;
import dev.tenon.wire.Scalar;
import dev.tenon.wire.Vectors;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;

/** One model that makes embeddings, by {@code /api/embed}: one request a call. Ollama makes no difference between questions and documents. */
final class OllamaEmbeddings implements EmbeddingProvider {
    private static final OwnMembers OWN = OwnMembers.of("model", "input", "dimensions");

    private final ModelInfo info;
    private final KeyedEndpoint endpoint;
    private final Exchange exchange;

    OllamaEmbeddings(ModelInfo info, KeyedEndpoint endpoint, Exchange exchange) {
        this.info = info;
        this.endpoint = endpoint;
        this.exchange = exchange;
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request, Call call) {
        Reply reply = new Reply(new Vectors(Ollama.HOST, request, Vectors.Packed.FLOATS));
        exchange.read(endpoint.now(), out -> write(request, out), reply::read, call);
        return reply.response();
    }

    private void write(EmbeddingRequest request, OutputStream to) {
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeStringProperty("model", info.model());
            out.writeArrayPropertyStart("input");
            request.texts().forEach(out::writeString);
            out.writeEndArray();
            if (request.dimensions() > 0) out.writeNumberProperty("dimensions", request.dimensions());
            OWN.write(request.settings().extra(), out);
            out.writeEndObject();
        }
    }

    /** A reply while it is read. Not thread-safe. */
    private static final class Reply {
        private final Vectors vectors;
        private final Counts counts = new Counts();
        private String model = "";

        Reply(Vectors vectors) {
            this.vectors = vectors;
        }

        @Nullable
        Json read(JsonParser parser) {
            Json error = null;
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "embeddings" -> vectors.readList(parser);
                    case "model" -> model = Scalar.text(parser, token, model);
                    case "prompt_eval_count" -> counts.read(parser, token, Counts.INPUT);
                    case "error" -> {
                        Json said = JacksonJson.read(parser);
                        if (ModelReply.isError(said)) error = said;
                    }
                    default -> parser.skipChildren();
                }
            }
            return error;
        }

        EmbeddingResponse response() {
            return vectors.response(model, Vectors.usage(counts), Json.NULL);
        }
    }
}
