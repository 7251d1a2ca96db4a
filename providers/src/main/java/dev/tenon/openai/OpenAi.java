package dev.tenon.openai;

import dev.tenon.catalogue.ModelCatalogue;
import dev.tenon.http.HttpClient;
import dev.tenon.http.HttpEndpoint;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.wire.Address;
import dev.tenon.wire.KeyedEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to OpenAI's Chat Completions, or to a host that speaks it. Immutable, thread-safe; nothing needs to be closed.
 *
 * {@snippet file="dev/tenon/openai/ExamplesTest.java" region="connect"}
 *
 * <p>A model's {@link Provider#chat} blocks until the whole reply is there; where somebody watches the call, the reply is streamed. It is read by what it
 * is: a host may answer JSON where a stream was asked for, and the other way round.
 *
 * <p>What is in a request and cannot be sent to the host:
 *
 * <ul>
 *   <li>a medium in a user message is an {@link IllegalArgumentException} that names its place, before anything is sent;
 *   <li>a medium in a tool result goes into a user message after the results where the host takes media only from users; where it takes none, the
 *       model is told in its place that something was left out;
 *   <li>thinking, media the model made, and parts of another wire format are left out of history unless the host wants them back;
 *   <li>a setting the host does not have is left out.
 * </ul>
 *
 * <p>Whatever is left out is told, each once a call, by a {@link dev.tenon.provider.Notice.Omitted}. The table of all of it is in
 * {@code docs/providers.md}.
 */
public final class OpenAi {
    /** The wire format's name, in the origin of what goes back to it. */
    public static final String WIRE = "openai-chat";

    private final Dialect dialect;
    private final Address address;
    private final @Nullable Supplier<String> key;
    private final ModelCatalogue catalogue;

    private OpenAi(Builder builder) {
        this.dialect = builder.dialect;
        String baseUrl = builder.baseUrl.isEmpty() ? dialect.baseUrl() : builder.baseUrl;
        if (baseUrl.isEmpty()) {
            throw new IllegalArgumentException(
                    "the dialect \"" + dialect.name() + "\" has no address of its own: give baseUrl(…)");
        }
        this.key = builder.key;
        // Another host has other prices.
        ModelCatalogue known = builder.catalogue;
        boolean own = Dialect.at(baseUrl).map(Dialect::name).equals(Optional.of(dialect.name()));
        this.catalogue = known != null ? known : own ? ModelCatalogue.bundled() : ModelCatalogue.EMPTY;
        Map<String, String> headers = new LinkedHashMap<>(dialect.headers());
        headers.putAll(builder.headers);
        this.address = new Address(baseUrl, headers, builder.http);
        // What is wrong with the address or a header shows now, not with the first call.
        endpoint("model");
    }

    /**
     * The connection that the environment describes: {@code OPENAI_API_KEY}, {@code OPENAI_BASE_URL} (without it OpenAI's own), {@code OPENAI_ORG_ID} and
     * {@code OPENAI_PROJECT_ID}. The dialect is that of the preset with this address, else {@link Dialect#COMPATIBLE}.
     *
     * @throws IllegalStateException where there is neither a key nor an address
     */
    public static OpenAi fromEnv() {
        return fromEnv(System.getenv());
    }

    /** As {@link #fromEnv()}, from these variables. */
    public static OpenAi fromEnv(Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        String url = env.getOrDefault("OPENAI_BASE_URL", "").strip();
        String key = env.getOrDefault("OPENAI_API_KEY", "").strip();
        if (url.isEmpty() && key.isEmpty()) {
            throw new IllegalStateException(
                    "OPENAI_API_KEY is not set: set it to a key of OpenAI, or set OPENAI_BASE_URL to the address of a"
                            + " compatible host that needs none, for example http://localhost:11434/v1");
        }
        Builder builder = url.isEmpty() ? connect(Dialect.OPENAI) : connect(url);
        if (key.isEmpty() && builder.dialect == Dialect.OPENAI) {
            throw new IllegalStateException("OPENAI_API_KEY is not set: openai needs a key");
        }
        if (!key.isEmpty()) builder.key(key);
        builder.organization(env.getOrDefault("OPENAI_ORG_ID", "").strip());
        builder.project(env.getOrDefault("OPENAI_PROJECT_ID", "").strip());
        return builder.build();
    }

    /** A connection to a host of this dialect, at its address. */
    public static Builder connect(Dialect dialect) {
        return new Builder(dialect);
    }

    /** A connection to this address. The dialect is that of the preset with this address, else {@link Dialect#COMPATIBLE}. */
    public static Builder connect(String baseUrl) {
        Objects.requireNonNull(baseUrl, "baseUrl");
        return new Builder(Dialect.at(baseUrl).orElse(Dialect.COMPATIBLE)).baseUrl(baseUrl);
    }

    /** A model of this host, with what the catalogue knows of it. Whether it exists shows with the first call. */
    public Provider model(String name) {
        Objects.requireNonNull(name, "name");
        return model(info(name));
    }

    /** What the catalogue knows of a model of this host; of one it does not list, what the host can do. */
    public ModelInfo info(String model) {
        return catalogue.info(dialect.name(), Objects.requireNonNull(model, "model"), dialect.abilities());
    }

    /** A model of this host of which more is known: its window, its price, what it can do. */
    public Provider model(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        if (info.model().isBlank()) throw new IllegalArgumentException("a model needs a name");
        return new ChatModel(info, dialect, endpoint(info.model()), key);
    }

    /** A model of this host that makes embeddings. Whether it exists shows with the first call. */
    public EmbeddingProvider embeddings(String name) {
        Objects.requireNonNull(name, "name");
        return embeddings(catalogue.info(dialect.name(), name, Set.of()));
    }

    /** A model that makes embeddings, of which more is known: its price, how long a text may be. */
    public EmbeddingProvider embeddings(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        if (info.model().isBlank()) throw new IllegalArgumentException("a model needs a name");
        HttpEndpoint place = at(dialect.embeddingsPath(), info.model());
        KeyedEndpoint keyed = new KeyedEndpoint(place, key, dialect.keyHeader(), dialect.keyPrefix());
        return new EmbeddingModel(info, dialect, keyed)
                .inBatches(dialect.embeddings().batch());
    }

    private HttpEndpoint endpoint(String model) {
        return at(dialect.path(), model);
    }

    private HttpEndpoint at(String path, String model) {
        return address.at(path.replace("{model}", Address.encoded(model)), dialect.query());
    }

    /** What the host needs, and what it does not take. */
    public Dialect dialect() {
        return dialect;
    }

    /**
     * Another place at this host, with the headers of this connection and, each time it is asked for, the key of now: for the host's other wire formats.
     *
     * @param path after the base URL, with its slash
     */
    public Supplier<HttpEndpoint> at(String path) {
        HttpEndpoint place = address.at(Objects.requireNonNull(path, "path"), dialect.query());
        return new KeyedEndpoint(place, key, dialect.keyHeader(), dialect.keyPrefix())::now;
    }

    /** The host and the dialect; no key, no value of a header. */
    @Override
    public String toString() {
        return "OpenAi[" + dialect.name() + ", " + address + "]";
    }

    /** A connection under construction. Not thread-safe. */
    public static final class Builder {
        private final Dialect dialect;
        private String baseUrl = "";
        private @Nullable Supplier<String> key;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HttpClient http = HttpClient.shared();
        private @Nullable ModelCatalogue catalogue;

        private Builder(Dialect dialect) {
            this.dialect = Objects.requireNonNull(dialect, "dialect");
        }

        /** The address: everything before {@code /chat/completions}. */
        public Builder baseUrl(String url) {
            this.baseUrl = Objects.requireNonNull(url, "url").strip();
            return this;
        }

        /** The key. */
        public Builder key(String apiKey) {
            Objects.requireNonNull(apiKey, "apiKey");
            if (apiKey.isBlank())
                throw new IllegalArgumentException("the key is empty; leave it out where the host needs none");
            String kept = apiKey.strip();
            return key(() -> kept);
        }

        /** Where the key comes from, asked before each call: for keys that change, such as a token of Azure's. It must be thread-safe. */
        public Builder key(Supplier<String> source) {
            this.key = Objects.requireNonNull(source, "source");
            return this;
        }

        /** A header of every request; the value is never shown. */
        public Builder header(String name, String value) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            headers.put(name, value);
            return this;
        }

        /** The organisation that is charged; empty for the key's own. */
        public Builder organization(String id) {
            Objects.requireNonNull(id, "id");
            return id.isEmpty() ? this : header("OpenAI-Organization", id);
        }

        /** The project that is charged; empty for the key's own. */
        public Builder project(String id) {
            Objects.requireNonNull(id, "id");
            return id.isEmpty() ? this : header("OpenAI-Project", id);
        }

        /** Timeouts, proxy, or an HTTP client of the program's own. */
        public Builder http(HttpClient client) {
            this.http = Objects.requireNonNull(client, "client");
            return this;
        }

        /** Where windows, abilities and prices of models are looked up. Without it that is the bundled one at the host's own address, and none at any other. */
        public Builder catalogue(ModelCatalogue models) {
            this.catalogue = Objects.requireNonNull(models, "models");
            return this;
        }

        /** The connection. Nothing is sent. @throws IllegalArgumentException where the address or a header is none */
        public OpenAi build() {
            return new OpenAi(this);
        }
    }
}
