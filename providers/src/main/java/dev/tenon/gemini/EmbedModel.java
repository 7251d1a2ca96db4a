package dev.tenon.gemini;

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
import dev.tenon.wire.OwnMembers;
import dev.tenon.wire.Vectors;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;

/** One model that makes embeddings, by {@code batchEmbedContents}: one request a call. */
final class EmbedModel implements EmbeddingProvider {
    /** Texts in one request at most (ai.google.dev, "Embeddings", 2026). */
    static final int BATCH = 100;

    private static final String TASK = "taskType";

    /** What this writes itself, and a setting of that name would write twice. */
    private static final OwnMembers OWN = OwnMembers.of("model", "content", "outputDimensionality");

    private final ModelInfo info;
    private final String path;
    private final String host;
    private final KeyedEndpoint endpoint;
    private final Exchange exchange;

    EmbedModel(ModelInfo info, String path, String host, KeyedEndpoint endpoint, Exchange exchange) {
        this.info = info;
        this.path = path;
        this.host = host;
        this.endpoint = endpoint;
        this.exchange = exchange;
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request, Call call) {
        Reply reply = new Reply(new Vectors(host, request, Vectors.Packed.FLOATS));
        exchange.read(endpoint.now(), out -> write(request, out), reply::read, call);
        return reply.response();
    }

    private void write(EmbeddingRequest request, OutputStream to) {
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeArrayPropertyStart("requests");
            for (String text : request.texts()) {
                one(text, request, out);
            }
            out.writeEndArray();
            out.writeEndObject();
        }
    }

    private void one(String text, EmbeddingRequest request, JsonGenerator out) {
        out.writeStartObject();
        out.writeStringProperty("model", path);
        out.writeObjectPropertyStart("content");
        out.writeArrayPropertyStart("parts");
        out.writeStartObject();
        out.writeStringProperty("text", text);
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
        Map<String, Json> settings = request.settings().extra();
        if (!settings.containsKey(TASK)) {
            switch (request.purpose()) {
                case ANY -> {}
                case QUERY -> out.writeStringProperty(TASK, "RETRIEVAL_QUERY");
                case DOCUMENT -> out.writeStringProperty(TASK, "RETRIEVAL_DOCUMENT");
            }
        }
        if (request.dimensions() > 0) out.writeNumberProperty("outputDimensionality", request.dimensions());
        OWN.write(settings, out);
        out.writeEndObject();
    }

    /** A reply while it is read. Not thread-safe. */
    private static final class Reply {
        private final Vectors vectors;
        private final Counts counts = new Counts();
        private Json usage = Json.NULL;

        Reply(Vectors vectors) {
            this.vectors = vectors;
        }

        @Nullable
        Json read(JsonParser parser) {
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "embeddings" -> embeddings(parser, token);
                    case "usageMetadata" -> {
                        usage = JacksonJson.read(parser);
                        counts.put(Counts.INPUT, usage, "promptTokenCount");
                    }
                    default -> parser.skipChildren();
                }
            }
            return null;
        }

        private void embeddings(JsonParser parser, JsonToken token) {
            if (token != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                dev.tenon.provider.Embedding vector = null;
                if (item != JsonToken.START_OBJECT) {
                    parser.skipChildren();
                    continue;
                }
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    parser.nextToken();
                    if (name.equals("values")) {
                        vector = vectors.read(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
                vectors.add(-1, vector);
            }
        }

        EmbeddingResponse response() {
            return vectors.response("", Vectors.usage(counts), usage);
        }
    }
}
