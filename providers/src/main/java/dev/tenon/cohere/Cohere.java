package dev.tenon.cohere;

import dev.tenon.catalogue.ModelCatalogue;
import dev.tenon.http.HttpClient;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.wire.Address;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.KeyedEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Cohere's v2 API (docs.cohere.com, 2026). Immutable, thread-safe; nothing needs to be closed.
 *
 * {@snippet file="dev/tenon/cohere/ExamplesTest.java" region="connect"}
 *
 * <p>A model's {@link Provider#chat} blocks until the whole reply is there; where somebody watches the call, the reply is streamed. What the model plans before
 * it calls tools is {@link #TOOL_PLAN} among the extra members of the reply, and goes back with the message; citations stand at the text they are for.
 *
 * <p>Text documents in user messages are sent as documents to be cited, where the request has no tools. Settings that only Cohere has ({@code k},
 * {@code documents}, {@code citation_options}, {@code thinking}, {@code safety_mode} …) go by its own names.
 *
 * <p>What is in a request and cannot be sent is an {@link IllegalArgumentException} before anything is sent, or is left out and told, once a call, by a
 * {@link dev.tenon.provider.Notice.Omitted}. The table of all of it is in {@code docs/cohere.md}.
 */
public final class Cohere {
    /** The wire format's name, in the origin of what goes back to it. */
    public static final String WIRE = "cohere-v2";

    /** In the extra members of a reply: what the model said it would do before it called tools. */
    public static final String TOOL_PLAN = "tool_plan";

    /** The host's name in messages, and the provider of its models. */
    static final String HOST = "cohere";

    /** Texts in one request for embeddings at most (API reference, "Embed", 2026). */
    static final int BATCH = 96;

    private static final String URL = "https://api.cohere.com/v2";

    private final Address address;
    private final @Nullable Supplier<String> key;
    private final ModelCatalogue catalogue;
    private final Exchange exchange = new Exchange(HOST, new CohereErrors());

    private Cohere(Builder builder) {
        this.address = new Address(builder.baseUrl, builder.headers, builder.http);
        this.key = builder.key;
        // Another host has other prices.
        ModelCatalogue known = builder.catalogue;
        boolean own = builder.baseUrl.equals(URL);
        this.catalogue = known != null ? known : own ? ModelCatalogue.bundled() : ModelCatalogue.EMPTY;
        // What is wrong with the address or a header shows now, not with the first call.
        endpoint("/chat");
    }

    /**
     * The connection that the environment describes: {@code COHERE_API_KEY}, else {@code CO_API_KEY}, and {@code CO_API_URL} (without it Cohere's own), as
     * Cohere's own clients have them.
     *
     * @throws IllegalStateException where there is no key
     */
    public static Cohere fromEnv() {
        return fromEnv(System.getenv());
    }

    /** As {@link #fromEnv()}, from these variables. */
    public static Cohere fromEnv(Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        String own = env.getOrDefault("COHERE_API_KEY", "").strip();
        String key = own.isEmpty() ? env.getOrDefault("CO_API_KEY", "").strip() : own;
        if (key.isEmpty()) throw new IllegalStateException("COHERE_API_KEY is not set: set it to a key of Cohere");
        String url = env.getOrDefault("CO_API_URL", "").strip();
        if (url.isEmpty()) return connect().key(key).build();
        // That variable has no version.
        return connect(url.endsWith("/v2") ? url : (url.endsWith("/") ? url : url + "/") + "v2")
                .key(key)
                .build();
    }

    /** A connection to Cohere. */
    public static Builder connect() {
        return new Builder(URL);
    }

    /** A connection to this address: everything before {@code /chat}, with the version. */
    public static Builder connect(String baseUrl) {
        return new Builder(baseUrl);
    }

    /** A model of this host. Whether it exists shows with the first call. */
    public Provider model(String name) {
        Objects.requireNonNull(name, "name");
        return model(catalogue.info(
                HOST, name, Set.of(Ability.JSON_SCHEMA, Ability.TOOLS, Ability.IMAGE_INPUT, Ability.THINKING)));
    }

    /** A model of this host of which more is known: its window, its price, what it can do. */
    public Provider model(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        return new CohereModel(named(info), endpoint("/chat"), exchange);
    }

    /** A model of this host that makes embeddings, for example {@code embed-v4.0}. */
    public EmbeddingProvider embeddings(String name) {
        Objects.requireNonNull(name, "name");
        return embeddings(catalogue.info(HOST, name, Set.of()));
    }

    /** As {@link #embeddings(String)}, of a model of which more is known. */
    public EmbeddingProvider embeddings(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        return new CohereEmbeddings(named(info), endpoint("/embed"), exchange).inBatches(BATCH);
    }

    private static ModelInfo named(ModelInfo info) {
        if (info.model().isBlank()) throw new IllegalArgumentException("a model needs a name");
        return info;
    }

    private KeyedEndpoint endpoint(String path) {
        return new KeyedEndpoint(address.at(path, Map.of()), key, "Authorization", "Bearer ");
    }

    /** The host; no key, no value of a header. */
    @Override
    public String toString() {
        return "Cohere[" + address + "]";
    }

    /** A connection under construction. Not thread-safe. */
    public static final class Builder {
        private final String baseUrl;
        private @Nullable Supplier<String> key;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HttpClient http = HttpClient.shared();
        private @Nullable ModelCatalogue catalogue;

        private Builder(String baseUrl) {
            this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl").strip();
        }

        /** The key. */
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

        /** A header of every request, for example {@code X-Client-Name}; the value is never shown. */
        public Builder header(String name, String value) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            headers.put(name, value);
            return this;
        }

        /** Timeouts, proxy, or an HTTP client of the program's own. */
        public Builder http(HttpClient client) {
            this.http = Objects.requireNonNull(client, "client");
            return this;
        }

        /** Where windows, abilities and prices of models are looked up. Without it that is the bundled one at Cohere's own address, and none at any other. */
        public Builder catalogue(ModelCatalogue models) {
            this.catalogue = Objects.requireNonNull(models, "models");
            return this;
        }

        /** The connection. Nothing is sent. @throws IllegalArgumentException where the address or a header is none */
        public Cohere build() {
            return new Cohere(this);
        }
    }
}
