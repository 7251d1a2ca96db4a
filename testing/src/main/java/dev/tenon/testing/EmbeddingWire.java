package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingRequest.Purpose;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A wire format of embeddings, from the side of the host. Keys and errors are those of its chat. Thread-safe. */
enum EmbeddingWire implements Served {
    /** OpenAI's, and that of hosts that speak it: Voyage and Mistral have another name for dimensions, Voyage has one for the purpose. */
    OPENAI(new OpenAiChatWire(), "/embeddings") {
        @Override
        EmbeddingRequest read(Json.Obj body) {
            Json input = WireJson.wanted(body, "input");
            List<String> texts = input instanceof Json.Str one ? List.of(one.value()) : texts(input);
            Set<String> own =
                    Set.of("model", "input", "dimensions", "output_dimension", "encoding_format", "input_type");
            Optional<Json> dimensions =
                    WireJson.given(body, "dimensions").or(() -> WireJson.given(body, "output_dimension"));
            Purpose purpose = switch (body.string("input_type").orElse("")) {
                case "query" -> Purpose.QUERY;
                case "document" -> Purpose.DOCUMENT;
                default -> Purpose.ANY;
            };
            return asked(texts, purpose, dimensions, settings(body, own));
        }

        @Override
        Json write(Json.Obj body, EmbeddingResponse made) {
            boolean base64 = body.string("encoding_format").orElse("").equals("base64");
            List<Json> data = new ArrayList<>();
            for (int i = 0; i < made.embeddings().size(); i++) {
                data.add(Json.object()
                        .put("object", "embedding")
                        .put("index", i)
                        .put(
                                "embedding",
                                base64
                                        ? Json.of(
                                                packed(made.embeddings().get(i).toArray()))
                                        : made.embeddings().get(i).json())
                        .build());
            }
            Json.ObjBuilder whole = Json.object()
                    .put("object", "list")
                    .put("data", data)
                    .put("model", body.string("model").orElse(""));
            if (made.usage().unreported() == 0) {
                long input = made.usage().input();
                whole.put("usage", Json.object("prompt_tokens", input).with("total_tokens", Json.of(input)));
            }
            return whole.build();
        }
    },

    /** Gemini's {@code batchEmbedContents}. */
    GEMINI(new GeminiWire(), ":batchEmbedContents") {
        @Override
        EmbeddingRequest read(Json.Obj body) {
            List<String> texts = new ArrayList<>();
            Purpose purpose = Purpose.ANY;
            Optional<Json> dimensions = Optional.empty();
            Map<String, Json> settings = Map.of();
            for (Json item : WireJson.wanted(body, "requests").asArr()) {
                Json.Obj one = item.asObj();
                StringBuilder text = new StringBuilder();
                for (Json part : WireJson.list(WireJson.wanted(one, "content").asObj(), "parts")) {
                    text.append(WireJson.wanted(part.asObj(), "text").asString());
                }
                texts.add(text.toString());
                purpose = switch (one.string("taskType").orElse("")) {
                    case "RETRIEVAL_QUERY" -> Purpose.QUERY;
                    case "RETRIEVAL_DOCUMENT" -> Purpose.DOCUMENT;
                    default -> Purpose.ANY;
                };
                dimensions = WireJson.given(one, "outputDimensionality");
                settings = settings(one, Set.of("model", "content", "taskType", "outputDimensionality"));
            }
            return asked(texts, purpose, dimensions, settings);
        }

        @Override
        Json write(Json.Obj body, EmbeddingResponse made) {
            List<Json> all = new ArrayList<>();
            made.embeddings().forEach(one -> all.add(Json.object("values", one.json())));
            Json.ObjBuilder whole = Json.object().put("embeddings", all);
            if (made.usage().unreported() == 0) {
                whole.put(
                        "usageMetadata",
                        Json.object("promptTokenCount", made.usage().input()));
            }
            return whole.build();
        }
    },

    /** Cohere's v2 {@code embed}. */
    COHERE(new CohereWire(), "/embed") {
        @Override
        EmbeddingRequest read(Json.Obj body) {
            WireJson.wanted(body, "input_type");
            Purpose purpose = switch (body.string("input_type").orElse("")) {
                case "search_query" -> Purpose.QUERY;
                case "search_document" -> Purpose.DOCUMENT;
                default -> Purpose.ANY;
            };
            Set<String> own = Set.of("model", "texts", "input_type", "embedding_types", "output_dimension");
            return asked(
                    texts(WireJson.wanted(body, "texts")),
                    purpose,
                    WireJson.given(body, "output_dimension"),
                    settings(body, own));
        }

        @Override
        Json write(Json.Obj body, EmbeddingResponse made) {
            Json.ObjBuilder whole = Json.object()
                    .put("id", "embeddings")
                    .put("embeddings", Json.object("float", numbers(made)))
                    .put("texts", body.get("texts").orElse(Json.Arr.EMPTY));
            if (made.usage().unreported() == 0) {
                Json billed = Json.object("input_tokens", made.usage().input());
                whole.put("meta", Json.object("billed_units", billed));
            }
            return whole.build();
        }
    },

    /** Ollama's {@code /api/embed}. */
    OLLAMA(new OllamaWire(), "/api/embed") {
        @Override
        EmbeddingRequest read(Json.Obj body) {
            Json input = WireJson.wanted(body, "input");
            List<String> texts = input instanceof Json.Str one ? List.of(one.value()) : texts(input);
            return asked(
                    texts,
                    Purpose.ANY,
                    WireJson.given(body, "dimensions"),
                    settings(body, Set.of("model", "input", "dimensions")));
        }

        @Override
        Json write(Json.Obj body, EmbeddingResponse made) {
            Json.ObjBuilder whole =
                    Json.object().put("model", body.string("model").orElse("")).put("embeddings", numbers(made));
            if (made.usage().unreported() == 0) {
                whole.put("prompt_eval_count", made.usage().input());
            }
            return whole.build();
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // A wire has no state.
    private final Served chat;

    private final String path;

    EmbeddingWire(Served chat, String path) {
        this.chat = chat;
        this.path = path;
    }

    /** What is asked for. @throws Wire.Refusal where a real host would refuse it */
    abstract EmbeddingRequest read(Json.Obj body);

    /** An answer to that. */
    abstract Json write(Json.Obj body, EmbeddingResponse made);

    @Override
    public String format() {
        return name().toLowerCase(Locale.ROOT) + "-embeddings";
    }

    @Override
    public boolean serves(String method, String asked) {
        boolean ollama = asked.endsWith(Paths.OLLAMA);
        return method.equals("POST") && asked.endsWith(path) && ollama == path.equals(Paths.OLLAMA);
    }

    @Override
    public Optional<String> key(LoopbackServer.Request request) {
        return chat.key(request);
    }

    @Override
    public Answer error(Kind kind, String message, Duration retryAfter) {
        return chat.error(kind, message, retryAfter);
    }

    /** Constants of an enum come after its values. */
    private static final class Paths {
        static final String OLLAMA = "/api/embed";

        private Paths() {}
    }

    private static EmbeddingRequest asked(
            List<String> texts, Purpose purpose, Optional<Json> dimensions, Map<String, Json> settings) {
        if (texts.isEmpty()) throw new Wire.Refusal("there are no texts to be embedded");
        return new EmbeddingRequest(
                texts,
                purpose,
                dimensions.map(number -> Math.toIntExact(number.asLong())).orElse(0),
                new ModelSettings(settings),
                Map.of());
    }

    private static List<String> texts(Json list) {
        List<String> texts = new ArrayList<>();
        list.asArr().forEach(text -> texts.add(text.asString()));
        return texts;
    }

    private static Map<String, Json> settings(Json.Obj body, Set<String> structure) {
        Map<String, Json> settings = new LinkedHashMap<>();
        body.forEach((name, value) -> {
            if (!structure.contains(name) && !value.isNull()) settings.put(name, value);
        });
        return settings;
    }

    private static Json numbers(EmbeddingResponse made) {
        List<Json> all = new ArrayList<>();
        made.embeddings().forEach(one -> all.add(one.json()));
        return Json.Arr.of(all);
    }

    /** Numbers of four bytes, the lowest first, in base64. */
    private static String packed(float[] numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
