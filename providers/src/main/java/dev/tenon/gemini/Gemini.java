package dev.tenon.gemini;

import dev.tenon.catalogue.ModelCatalogue;
import dev.tenon.http.HttpClient;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Scope;
import dev.tenon.wire.Address;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.KeyedEndpoint;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Gemini's {@code generateContent}, at Google's own address or on Vertex AI. Immutable, thread-safe; nothing needs to be closed.
 *
 * {@snippet file="dev/tenon/gemini/ExamplesTest.java" region="connect"}
 *
 * <p>A model's {@link Provider#chat} blocks until the whole reply is there; where somebody watches the call, the reply is streamed. A reply is read by
 * what it is: JSON, a stream of events, or a stream as one JSON array.
 *
 * <p>A prompt that Google blocks is a {@link ProviderException} of kind content filtered, whose partial reply has {@code promptFeedback} among its extra
 * members. An answer that was blocked is a reply with that finish reason.
 *
 * <p>What is in a request and cannot be sent is an {@link IllegalArgumentException} that names its place before anything is sent, or is left out and told,
 * once a call, by a {@link dev.tenon.provider.Notice.Omitted}. The table of all of it is in {@code docs/providers.md}.
 *
 * <p>Settings that only Gemini has go by the wire's names: those of {@code generationConfig} ({@code topK}, {@code thinkingConfig},
 * {@code responseModalities} …) into it, all others ({@link #CACHED_CONTENT}, {@link #SAFETY_SETTINGS} …) beside it.
 */
public final class Gemini {
    /** The wire format's name, in the origin of what goes back to it. */
    public static final String WIRE = "gemini";

    /** The setting for the name of content that Google keeps, for example {@code cachedContents/abc}: it stands before the conversation. */
    public static final String CACHED_CONTENT = "cachedContent";

    /** The setting for what is blocked: a list of {@code {"category": …, "threshold": …}}. */
    public static final String SAFETY_SETTINGS = "safetySettings";

    /** The setting that adds tools which Google runs itself, for example {@code [{"googleSearch": {}}]}. */
    public static final String HOST_TOOLS = "tools";

    static final String ADDRESS = "https://generativelanguage.googleapis.com/v1beta";

    /** What a model of this host can do, as far as the host goes: each model may do less. */
    private static final Set<Ability> ABILITIES = Collections.unmodifiableSet(EnumSet.allOf(Ability.class));

    private final Platform platform;
    private final Address address;
    private final boolean arrays;
    private final String keyHeader;
    private final String keyPrefix;
    private final @Nullable Supplier<String> key;
    private final Exchange exchange;
    private final ModelCatalogue catalogue;

    private Gemini(Builder builder) {
        this.platform = builder.platform;
        if (builder.baseUrl.indexOf('?') >= 0) {
            throw new IllegalArgumentException("the address of " + platform.host()
                    + " has a query: leave it out, and give a key by key(…), which sends it in a header");
        }
        this.address = new Address(builder.baseUrl, builder.headers, builder.http);
        this.arrays = builder.arrays;
        this.keyHeader = builder.token == null ? "x-goog-api-key" : "Authorization";
        this.keyPrefix = builder.token == null ? "" : "Bearer ";
        this.key = builder.token == null ? builder.key : builder.token;
        this.exchange = new Exchange(platform.host(), new GeminiErrors());
        // Another host has other prices.
        ModelCatalogue known = builder.catalogue;
        boolean own = platform.isVertex() || builder.baseUrl.equals(ADDRESS);
        this.catalogue = known != null ? known : own ? ModelCatalogue.bundled() : ModelCatalogue.EMPTY;
        // What is wrong with the address or a header shows now, not with the first call.
        endpoint("models/model", "generateContent", Map.of());
    }

    /**
     * The connection that the environment describes: {@code GOOGLE_API_KEY}, else {@code GEMINI_API_KEY}, and {@code GOOGLE_GEMINI_BASE_URL} (without
     * it Google's own), as Google's own clients have them.
     *
     * @throws IllegalStateException where there is no key, or Vertex AI is meant: its tokens come from a library of Google's, see {@link #vertex}
     */
    public static Gemini fromEnv() {
        return fromEnv(System.getenv());
    }

    /** As {@link #fromEnv()}, from these variables. */
    public static Gemini fromEnv(Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        String vertex = env.getOrDefault("GOOGLE_GENAI_USE_VERTEXAI", "").strip();
        if (vertex.equalsIgnoreCase("true") || vertex.equals("1")) {
            throw new IllegalStateException(
                    "GOOGLE_GENAI_USE_VERTEXAI is set: Vertex AI needs tokens that expire, which no"
                            + " variable has; use Gemini.vertex(project, location).token(…)");
        }
        String google = env.getOrDefault("GOOGLE_API_KEY", "").strip();
        String key = google.isEmpty() ? env.getOrDefault("GEMINI_API_KEY", "").strip() : google;
        if (key.isEmpty()) {
            throw new IllegalStateException("GEMINI_API_KEY is not set: set it to a key of Google AI Studio");
        }
        String url = env.getOrDefault("GOOGLE_GEMINI_BASE_URL", "").strip();
        return (url.isEmpty() ? connect() : connect(url)).key(key).build();
    }

    /** A connection to Google's own address. */
    public static Builder connect() {
        return connect(ADDRESS);
    }

    /** A connection to this address: everything before {@code /models/}, with the version. */
    public static Builder connect(String baseUrl) {
        Objects.requireNonNull(baseUrl, "baseUrl");
        return new Builder(Platform.GEMINI_API, baseUrl);
    }

    /**
     * A connection to Vertex AI.
     *
     * @param project its id
     * @param location for example {@code europe-west4}, or {@code global}
     */
    public static Builder vertex(String project, String location) {
        named("project", project);
        named("location", location);
        String host = switch (location) {
            case "global" -> "aiplatform.googleapis.com";
            case "us", "eu" -> "aiplatform." + location + ".rep.googleapis.com";
            default -> location + "-aiplatform.googleapis.com";
        };
        return new Builder(
                Platform.VERTEX_AI, "https://" + host + "/v1beta1/projects/" + project + "/locations/" + location);
    }

    private static void named(String what, String name) {
        Objects.requireNonNull(name, what);
        if (!name.matches("[a-zA-Z0-9.:_-]+")) {
            throw new IllegalArgumentException(
                    "a " + what + " of Vertex AI is letters, digits, '.', ':', '_' and '-', got \"" + name + "\"");
        }
    }

    /**
     * A model of this host, with what the catalogue knows of it. Whether it exists shows with the first call.
     *
     * @param name for example {@code gemini-2.5-flash}; with a slash in it a path below the address, for example {@code tunedModels/mine}
     */
    public Provider model(String name) {
        Objects.requireNonNull(name, "name");
        return model(catalogue.info(platform.host(), name, ABILITIES));
    }

    /** A model of this host of which more is known: its window, its price, what it can do. */
    public Provider model(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        String path = path(info.model());
        Map<String, String> events = arrays ? Map.of() : Map.of("alt", "sse");
        return new GeminiModel(
                info,
                platform,
                path,
                endpoint(path, "generateContent", Map.of()),
                endpoint(path, "streamGenerateContent", events),
                exchange);
    }

    /**
     * A model of this host that makes embeddings, for example {@code gemini-embedding-001}.
     *
     * @throws IllegalArgumentException on Vertex AI, which has another wire format for them
     */
    public EmbeddingProvider embeddings(String name) {
        Objects.requireNonNull(name, "name");
        return embeddings(catalogue.info(platform.host(), name, Set.of()));
    }

    /** As {@link #embeddings(String)}, of a model of which more is known: its price, how long a text may be. */
    public EmbeddingProvider embeddings(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        if (platform.isVertex()) {
            throw new IllegalArgumentException(
                    "Vertex AI has another wire format for embeddings, which is not spoken here: use a key of Google"
                            + " AI Studio");
        }
        String path = path(info.model());
        KeyedEndpoint place = endpoint(path, "batchEmbedContents", Map.of());
        return new EmbedModel(info, path, platform.host(), place, exchange).inBatches(EmbedModel.BATCH);
    }

    /**
     * How many tokens a request has for a model, by asking the host. That is free of charge, and no answer is made.
     *
     * @throws ProviderException what went wrong, with its kind
     * @throws IllegalArgumentException where the request holds what this host cannot be sent
     */
    public long countTokens(String model, ChatRequest request, Scope scope) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(request, "request");
        String path = path(model);
        GenerateRequest body = new GenerateRequest(platform, path, request, Call.of(scope));
        Json.Obj counted = exchange.json(endpoint(path, "countTokens", Map.of()).now(), body::writeToCount, scope);
        if (counted.get("totalTokens").orElse(Json.NULL) instanceof Json.Num total && total.whole()) {
            return total.longValue();
        }
        throw ProviderException.of(Kind.MALFORMED_RESPONSE, platform.host() + ": the reply has no totalTokens")
                .status(200)
                .build();
    }

    private String path(String model) {
        if (model.isBlank()) throw new IllegalArgumentException("a model needs a name");
        return model.indexOf('/') < 0 ? platform.models() + model : model;
    }

    private KeyedEndpoint endpoint(String path, String method, Map<String, String> query) {
        String encoded = Arrays.stream(path.split("/")).map(Address::encoded).collect(Collectors.joining("/"));
        return new KeyedEndpoint(address.at("/" + encoded + ":" + method, query), key, keyHeader, keyPrefix);
    }

    /** The host and its address; no key, no value of a header. */
    @Override
    public String toString() {
        return "Gemini[" + platform.host() + ", " + address + "]";
    }

    /** A connection under construction. Not thread-safe. */
    public static final class Builder {
        private final Platform platform;
        private String baseUrl;
        private boolean arrays;
        private @Nullable Supplier<String> key;
        private @Nullable Supplier<String> token;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HttpClient http = HttpClient.shared();
        private @Nullable ModelCatalogue catalogue;

        private Builder(Platform platform, String baseUrl) {
            this.platform = platform;
            baseUrl(baseUrl);
        }

        /** Another address: everything before {@code /models/}, on Vertex AI before {@code /publishers/}. */
        public Builder baseUrl(String url) {
            this.baseUrl = Objects.requireNonNull(url, "url").strip();
            return this;
        }

        /** The key. It goes in a header, never into an address. */
        public Builder key(String apiKey) {
            Objects.requireNonNull(apiKey, "apiKey");
            if (apiKey.isBlank()) throw new IllegalArgumentException("the key is empty");
            String kept = apiKey.strip();
            return key(() -> kept);
        }

        /** Where the key comes from, asked before each call. It must be thread-safe. */
        public Builder key(Supplier<String> source) {
            this.key = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * Where the OAuth token comes from, asked before each call and sent as {@code Authorization: Bearer}. It must be thread-safe and quick:
         * Google's libraries keep a token as long as it is good.
         */
        public Builder token(Supplier<String> source) {
            this.token = Objects.requireNonNull(source, "source");
            return this;
        }

        /** A header of every request, for example {@code x-goog-user-project}; the value is never shown. */
        public Builder header(String name, String value) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            headers.put(name, value);
            return this;
        }

        /** Streams come as one JSON array instead of events ({@code alt=sse}): for a host or a proxy that has no other. They are read as they come. */
        public Builder streamsAsArrays() {
            this.arrays = true;
            return this;
        }

        /**
         * Where windows, abilities and prices of models are looked up. Without it that is the bundled one at Google's own addresses, and none at any other,
         * which has prices of its own.
         */
        public Builder catalogue(ModelCatalogue models) {
            this.catalogue = Objects.requireNonNull(models, "models");
            return this;
        }

        /** Timeouts, proxy, or an HTTP client of the program's own. */
        public Builder http(HttpClient client) {
            this.http = Objects.requireNonNull(client, "client");
            return this;
        }

        /** The connection. Nothing is sent. @throws IllegalArgumentException where the address or a header is none, or there are two keys */
        public Gemini build() {
            if (key != null && token != null) {
                throw new IllegalArgumentException("the connection has a key and a token too: leave one of them out");
            }
            return new Gemini(this);
        }
    }
}
