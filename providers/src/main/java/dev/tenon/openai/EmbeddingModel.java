package dev.tenon.openai;

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
import dev.tenon.wire.OpenAiErrors;
import dev.tenon.wire.OwnMembers;
import dev.tenon.wire.Vectors;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;

/** One model of one host, that makes embeddings: one request a call. */
final class EmbeddingModel implements EmbeddingProvider {
    private static final String ENCODING = "encoding_format";

    /** What this writes itself, and a setting of that name would write twice. */
    private static final OwnMembers OWN = OwnMembers.of("model", "input");

    private final ModelInfo info;
    private final Dialect dialect;
    private final KeyedEndpoint endpoint;
    private final Exchange exchange;

    EmbeddingModel(ModelInfo info, Dialect dialect, KeyedEndpoint endpoint) {
        this.info = info;
        this.dialect = dialect;
        this.endpoint = endpoint;
        this.exchange = new Exchange(dialect.name(), OpenAiErrors::kind);
    }

    @Override
    public ModelInfo info() {
        return info;
    }

    @Override
    public EmbeddingResponse embed(EmbeddingRequest request, Call call) {
        Reply reply = new Reply(new Vectors(dialect.name(), request, packed(request)));
        exchange.read(endpoint.now(), out -> write(request, out), reply::read, call);
        return reply.response();
    }

    /** The form of base64 that is asked for. */
    private static Vectors.Packed packed(EmbeddingRequest request) {
        Json asked = request.settings().extra().getOrDefault(ENCODING, Json.NULL);
        return switch (asked instanceof Json.Str word ? word.value() : "") {
            case "base64_int8" -> Vectors.Packed.BYTES;
            case "", "base64", "float" -> Vectors.Packed.FLOATS;
            default ->
                throw new IllegalArgumentException("the setting \"" + ENCODING
                        + "\" is \"float\", \"base64\" or \"base64_int8\": embeddings are read as numbers, got "
                        + asked);
        };
    }

    private void write(EmbeddingRequest request, OutputStream to) {
        Dialect.Embeddings form = dialect.embeddings();
        if (request.dimensions() > 0 && form.dimensions().isEmpty()) {
            throw new IllegalArgumentException(
                    dialect.name() + " cannot be told how many numbers an embedding is to have");
        }
        try (JsonGenerator out = JacksonJson.wire().createGenerator(ObjectWriteContext.empty(), to)) {
            out.writeStartObject();
            out.writeStringProperty("model", info.model());
            out.writeArrayPropertyStart("input");
            request.texts().forEach(out::writeString);
            out.writeEndArray();
            Map<String, Json> settings = request.settings().extra();
            if (request.dimensions() > 0) out.writeNumberProperty(form.dimensions(), request.dimensions());
            if (!form.purpose().isEmpty() && !settings.containsKey(form.purpose())) {
                String word = switch (request.purpose()) {
                    case ANY -> "";
                    case QUERY -> "query";
                    case DOCUMENT -> "document";
                };
                if (!word.isEmpty()) out.writeStringProperty(form.purpose(), word);
            }
            // A quarter of the bytes of a list, and nothing to be read digit by digit.
            if (form.base64() && !settings.containsKey(ENCODING)) out.writeStringProperty(ENCODING, "base64");
            if (request.dimensions() > 0 && settings.containsKey(form.dimensions())) {
                throw OwnMembers.refused(form.dimensions());
            }
            OWN.write(settings, out);
            out.writeEndObject();
        }
    }

    /** A reply while it is read. Not thread-safe. */
    private static final class Reply {
        private final Vectors vectors;
        private final Counts counts = new Counts();
        private Json usage = Json.NULL;
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
                    case "data" -> data(parser, token);
                    case "model" -> {
                        if (token == JsonToken.VALUE_STRING) model = parser.getString();
                        else parser.skipChildren();
                    }
                    case "usage" -> {
                        usage = JacksonJson.read(parser);
                        counts.put(Counts.INPUT, usage, "prompt_tokens");
                        counts.put(Counts.OUTPUT, usage, "completion_tokens");
                        counts.put(Counts.TOTAL, usage, "total_tokens");
                    }
                    case "error" -> {
                        Json said = JacksonJson.read(parser);
                        if (!said.isNull()) error = said;
                    }
                    default -> parser.skipChildren();
                }
            }
            return error;
        }

        private void data(JsonParser parser, JsonToken token) {
            if (token != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return;
            }
            for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                if (item == JsonToken.START_OBJECT) item(parser);
                else parser.skipChildren();
            }
        }

        private void item(JsonParser parser) {
            int index = -1;
            dev.tenon.provider.Embedding vector = null;
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "index" -> {
                        if (token == JsonToken.VALUE_NUMBER_INT) index = parser.getValueAsInt(-1);
                        else parser.skipChildren();
                    }
                    case "embedding" -> vector = vectors.read(parser);
                    default -> parser.skipChildren();
                }
            }
            vectors.add(index, vector);
        }

        EmbeddingResponse response() {
            return vectors.response(model, Vectors.usage(counts), usage);
        }
    }
}
