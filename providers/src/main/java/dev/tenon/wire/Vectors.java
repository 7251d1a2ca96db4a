package dev.tenon.wire;

import dev.tenon.json.Json;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Usage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The vectors of one reply, one a text of the request, whatever form they come in. Not thread-safe. */
public final class Vectors {
    /** How numbers stand in base64. */
    public enum Packed {
        /** IEEE 754 numbers of 32 bits, the lowest byte first: OpenAI's {@code base64}. */
        FLOATS,
        /** Signed bytes: {@code base64_int8} (Perplexity, Voyage). */
        BYTES
    }

    private final String host;
    private final EmbeddingRequest request;
    private final Packed packed;
    private final List<@Nullable Embedding> vectors;
    private int next;
    private boolean base64;

    /** The vectors for a request. */
    public Vectors(String host, EmbeddingRequest request, Packed packed) {
        this.host = host;
        this.request = request;
        this.packed = packed;
        List<@Nullable Embedding> none = new ArrayList<@Nullable Embedding>();
        for (int i = 0; i < request.texts().size(); i++) {
            none.add(null);
        }
        this.vectors = none;
    }

    /** Reads a list of vectors, where the parser stands at one. */
    public void readList(JsonParser parser) {
        if (!parser.isExpectedStartArrayToken()) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            add(next, read(parser));
        }
    }

    /** The vector of the text at this place; below 0 for the next. */
    public void add(int index, @Nullable Embedding vector) {
        int place = index < 0 ? next : index;
        next = place + 1;
        if (vector == null) throw malformed("an embedding is neither a list of numbers nor base64");
        if (place >= vectors.size()) {
            throw malformed("there are more embeddings than the " + vectors.size() + " texts that were sent");
        }
        if (vectors.set(place, vector) != null) throw malformed("there are two embeddings of text " + place);
    }

    /** The vector that the parser stands at; null where it is none. */
    public @Nullable Embedding read(JsonParser parser) {
        try {
            return switch (parser.currentToken()) {
                case START_ARRAY -> Embedding.of(numbers(parser));
                case VALUE_STRING -> Embedding.of(unpacked(parser.getString()));
                default -> {
                    parser.skipChildren();
                    yield null;
                }
            };
        } catch (IllegalArgumentException e) {
            String hint = base64 ? "; is it in another form of base64 than was asked for?" : "";
            throw malformed("an embedding cannot be read: " + e.getMessage() + hint);
        }
    }

    private float[] numbers(JsonParser parser) {
        float[] numbers = new float[Math.max(16, request.dimensions() == 0 ? 1536 : request.dimensions())];
        int count = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == null || !token.isNumeric()) throw malformed("an embedding has something that is no number");
            if (count == numbers.length) numbers = Arrays.copyOf(numbers, 2 * count);
            numbers[count++] = parser.getFloatValue();
        }
        return Arrays.copyOf(numbers, count);
    }

    private float[] unpacked(String text) {
        base64 = true;
        byte[] bytes = Base64.getDecoder().decode(text);
        return switch (packed) {
            case FLOATS -> {
                if (bytes.length % 4 != 0) throw malformed("an embedding of " + bytes.length + " bytes is cut");
                float[] numbers = new float[bytes.length / 4];
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(numbers);
                yield numbers;
            }
            case BYTES -> {
                float[] numbers = new float[bytes.length];
                for (int i = 0; i < bytes.length; i++) {
                    numbers[i] = bytes[i];
                }
                yield numbers;
            }
        };
    }

    /**
     * All of them.
     *
     * @param model as the host names it
     * @param usage the tokens of the texts; {@link Usage#UNREPORTED} where it does not say
     * @param raw the usage in the host's own words; {@link Json#NULL} where there is none
     */
    public EmbeddingResponse response(String model, Usage usage, Json raw) {
        List<Embedding> all = new ArrayList<>(vectors.size());
        for (Embedding vector : vectors) {
            if (vector == null) {
                throw malformed("there is no embedding of text " + all.size() + " of " + vectors.size());
            }
            if (!all.isEmpty() && all.get(0).dimensions() != vector.dimensions()) {
                throw malformed("embeddings have " + all.get(0).dimensions() + " numbers and " + vector.dimensions());
            }
            all.add(vector);
        }
        int wanted = request.dimensions();
        if (wanted > 0 && !all.isEmpty() && all.get(0).dimensions() != wanted) {
            throw malformed("embeddings of " + wanted + " numbers were asked for, and "
                    + all.get(0).dimensions() + " came");
        }
        Usage told = raw.isNull()
                ? usage
                : new Usage(
                        usage.input(),
                        usage.output(),
                        usage.cacheRead(),
                        usage.cacheWrite(),
                        usage.reasoning(),
                        usage.unreported(),
                        usage.reported(),
                        Map.of("usage", raw));
        return new EmbeddingResponse(model, all, told, Map.of("encoding", Json.of(base64 ? "base64" : "float")));
    }

    /** The usage of a reply that counts its tokens so. */
    public static Usage usage(Counts counts) {
        if (counts.isEmpty()) return Usage.UNREPORTED;
        long input = counts.has(Counts.INPUT) ? counts.of(Counts.INPUT) : counts.of(Counts.TOTAL);
        return new Usage(input, counts.of(Counts.OUTPUT), 0, 0, 0, 0, counts.reported(), Map.of());
    }

    private ProviderException malformed(String what) {
        return ProviderException.of(Kind.MALFORMED_RESPONSE, host + ": " + what)
                .status(200)
                .build();
    }
}
