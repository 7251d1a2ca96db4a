package dev.tenon.cohere;

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

/** One model that makes embeddings: one request a call. */
final class CohereEmbeddings implements EmbeddingProvider {
    /** Models since version 3 want to know what a text is for (API reference, "Embed", 2026). */
    private static final String INPUT_TYPE = "input_type";

    private static final String FLOAT = "float";

    private static final OwnMembers OWN = OwnMembers.of("model", "texts", "output_dimension", "embedding_types");

    private final ModelInfo info;
    private final KeyedEndpoint endpoint;
    private final Exchange exchange;

    CohereEmbeddings(ModelInfo info, KeyedEndpoint endpoint, Exchange exchange) {
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
        Reply reply = new Reply(new Vectors(Cohere.HOST, request, Vectors.Packed.FLOATS));
        exchange.read(endpoint.now(), out -> write(request, out), reply::read, call);
        return reply.response();
    }

    private void write(EmbeddingRequest request, OutputStream to) {
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeStringProperty("model", info.model());
            Map<String, Json> settings = request.settings().extra();
            if (!settings.containsKey(INPUT_TYPE)) {
                out.writeStringProperty(
                        INPUT_TYPE,
                        switch (request.purpose()) {
                            case QUERY -> "search_query";
                            case ANY, DOCUMENT -> "search_document";
                        });
            }
            out.writeArrayPropertyStart("embedding_types");
            out.writeString(FLOAT);
            out.writeEndArray();
            if (request.dimensions() > 0) out.writeNumberProperty("output_dimension", request.dimensions());
            out.writeArrayPropertyStart("texts");
            request.texts().forEach(out::writeString);
            out.writeEndArray();
            OWN.write(settings, out);
            out.writeEndObject();
        }
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
            Json error = null;
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "embeddings" -> embeddings(parser, token);
                    case "meta" -> {
                        usage = JacksonJson.read(parser).at("/billed_units").orElse(Json.NULL);
                        counts.put(Counts.INPUT, usage, "input_tokens");
                    }
                    case "message" -> {
                        Json said = JacksonJson.read(parser);
                        if (said instanceof Json.Str) error = Json.object("message", said);
                    }
                    default -> parser.skipChildren();
                }
            }
            return error;
        }

        /** A list of vectors a type; of the first version of the API only the list. */
        private void embeddings(JsonParser parser, JsonToken token) {
            if (token == JsonToken.START_ARRAY) {
                vectors.readList(parser);
            } else if (token == JsonToken.START_OBJECT) {
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    parser.nextToken();
                    if (name.equals(FLOAT)) {
                        vectors.readList(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
            } else {
                parser.skipChildren();
            }
        }

        EmbeddingResponse response() {
            return vectors.response("", Vectors.usage(counts), usage);
        }
    }
}
