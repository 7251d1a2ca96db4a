package dev.tenon.ollama;

import dev.tenon.catalogue.ModelCatalogue;
import dev.tenon.http.HttpClient;
import dev.tenon.json.Json;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Scope;
import dev.tenon.wire.Address;
import dev.tenon.wire.Exchange;
import dev.tenon.wire.KeyedEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Ollama, by its own API ({@code docs/api.md} of Ollama, 2026). Immutable, thread-safe; nothing needs to be closed.
 *
 * {@snippet file="dev/tenon/ollama/ExamplesTest.java" region="connect"}
 *
 * <p>A model's {@link Provider#chat} blocks until the whole reply is there; where somebody watches the call, the reply is streamed, an object a line. The
 * first call of a model waits until Ollama has loaded it.
 *
 * <p>Settings that only Ollama has go by its own names: {@link #KEEP_ALIVE}, {@code think}, {@code logprobs} and their like beside the messages, and all
 * others ({@code num_ctx}, {@code top_k}, {@code min_p} …) into {@code options}.
 *
 * <p>What is in a request and cannot be sent is an {@link IllegalArgumentException} before anything is sent, or is left out and told, once a call, by a
 * {@link dev.tenon.provider.Notice.Omitted}. The table of all of it is in {@code docs/ollama.md}.
 */
public final class Ollama {
    /** The wire format's name, in the origin of what goes back to it. */
    public static final String WIRE = "ollama-chat";

    /** The setting for how long the model stays loaded after the reply: {@code "10m"}, a number of seconds, 0 for not at all, -1 for always. */
    public static final String KEEP_ALIVE = "keep_alive";

    /** The host's name in messages, and the provider of its models. */
    static final String HOST = "ollama";

    /** Texts in one request for embeddings: Ollama has no bound, but a request has, which is held in memory whole. */
    static final int BATCH = 256;

    private static final String URL = "http://localhost:11434";

    private final Address address;
    private final @Nullable Supplier<String> key;
    private final ModelCatalogue catalogue;
    private final Exchange exchange = new Exchange(HOST, new OllamaErrors());

    private Ollama(Builder builder) {
        this.address = new Address(builder.baseUrl, builder.headers, builder.http);
        this.key = builder.key;
        this.catalogue = builder.catalogue;
        // What is wrong with the address or a header shows now, not with the first call.
        endpoint("/api/chat");
    }

    /** The connection that the environment describes: {@code OLLAMA_HOST}, as Ollama itself reads it; without it this machine. */
    public static Ollama fromEnv() {
        return fromEnv(System.getenv());
    }

    /** As {@link #fromEnv()}, from these variables. {@code OLLAMA_API_KEY} is the key of ollama.com. */
    public static Ollama fromEnv(Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        String host = env.getOrDefault("OLLAMA_HOST", "").strip();
        String key = env.getOrDefault("OLLAMA_API_KEY", "").strip();
        Builder builder = host.isEmpty() ? connect() : connect(url(host));
        if (!key.isEmpty()) builder.key(key);
        return builder.build();
    }

    /** {@code OLLAMA_HOST} may be a URL, a host with or without a port, or the address that the server listens at. */
    private static String url(String host) {
        boolean bare = !host.startsWith("http://") && !host.startsWith("https://");
        String url = bare ? "http://" + host : host;
        String rest = url.substring(url.indexOf("//") + 2);
        String place = rest.indexOf('/') < 0 ? rest : rest.substring(0, rest.indexOf('/'));
        boolean port = place.substring(place.lastIndexOf(']') + 1).indexOf(':') >= 0;
        String whole = bare && !port ? url.replace(place, place + ":11434") : url;
        return whole.replace("//0.0.0.0:", "//127.0.0.1:");
    }

    /** A connection to the Ollama of this machine, at its default port. */
    public static Builder connect() {
        return connect(URL);
    }

    /** A connection to this address: everything before {@code /api/chat}. */
    public static Builder connect(String baseUrl) {
        return new Builder(baseUrl);
    }

    /** A model of this host. Whether it is there shows with the first call. */
    public Provider model(String name) {
        Objects.requireNonNull(name, "name");
        return model(catalogue.info(
                HOST, name, Set.of(Ability.JSON_SCHEMA, Ability.TOOLS, Ability.IMAGE_INPUT, Ability.THINKING)));
    }

    /** A model of this host of which more is known: its window, what it can do. */
    public Provider model(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        return new OllamaModel(named(info), endpoint("/api/chat"), exchange, ChatBody::new, "message");
    }

    /**
     * A model that goes on with one text, by {@code /api/generate}: a request is at most instructions and one user message. With the setting {@code raw} the
     * text is given to the model as it is, without a template.
     */
    public Provider completions(String name) {
        Objects.requireNonNull(name, "name");
        ModelInfo info = catalogue.info(HOST, name, Set.of(Ability.JSON_SCHEMA, Ability.IMAGE_INPUT, Ability.THINKING));
        return new OllamaModel(named(info), endpoint("/api/generate"), exchange, GenerateBody::new, "response");
    }

    /** A model of this host that makes embeddings, for example {@code nomic-embed-text}. */
    public EmbeddingProvider embeddings(String name) {
        Objects.requireNonNull(name, "name");
        return embeddings(catalogue.info(HOST, name, Set.of()));
    }

    /** As {@link #embeddings(String)}, of a model of which more is known. */
    public EmbeddingProvider embeddings(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        return new OllamaEmbeddings(named(info), endpoint("/api/embed"), exchange).inBatches(BATCH);
    }

    private static ModelInfo named(ModelInfo info) {
        if (info.model().isBlank()) throw new IllegalArgumentException("a model needs a name");
        return info;
    }

    /**
     * The models that this host has.
     *
     * @throws ProviderException what went wrong, with its kind
     */
    public List<LocalModel> models(Scope scope) {
        Json.Obj listed = exchange.json(endpoint("/api/tags").now(), scope);
        List<LocalModel> models = new ArrayList<>();
        if (listed.get("models").orElse(Json.NULL) instanceof Json.Arr list) {
            for (Json model : list) {
                if (model instanceof Json.Obj object) models.add(LocalModel.of(object));
            }
        }
        return models;
    }

    /**
     * What is known of a model of this host: its family, its template, its {@code capabilities}, its parameters, in Ollama's own words.
     *
     * @throws ProviderException what went wrong, with its kind; not found where the host does not have it
     */
    public Json.Obj show(String model, Scope scope) {
        Objects.requireNonNull(model, "model");
        byte[] body = bytes(Json.object("model", model));
        return exchange.json(endpoint("/api/show").now(), out -> out.write(body), scope);
    }

    /**
     * Fetches a model, and comes back when it is there. What of it is there already is not fetched again.
     *
     * @param progress told how far it has come, on the calling thread
     * @throws ProviderException what went wrong, with its kind
     * @throws dev.tenon.scope.StoppedException where the scope has ended; what was fetched is kept
     */
    public void pull(String model, Consumer<? super PullProgress> progress, Scope scope) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(progress, "progress");
        byte[] body =
                bytes(Json.object().put("model", model).put("stream", true).build());
        Pull pull = new Pull(progress, scope);
        exchange.readAll(endpoint("/api/pull").now(), out -> out.write(body), pull, scope);
        if (!pull.succeeded()) {
            throw ProviderException.of(
                            ProviderException.Kind.MALFORMED_RESPONSE,
                            HOST + ": the stream ended before \"" + model + "\" was there; ask again, and it goes on")
                    .status(200)
                    .build();
        }
    }

    private static byte[] bytes(Json json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private KeyedEndpoint endpoint(String path) {
        return new KeyedEndpoint(address.at(path, Map.of()), key, "Authorization", "Bearer ");
    }

    /** The host; no key, no value of a header. */
    @Override
    public String toString() {
        return "Ollama[" + address + "]";
    }

    /** A connection under construction. Not thread-safe. */
    public static final class Builder {
        private final String baseUrl;
        private @Nullable Supplier<String> key;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HttpClient http = HttpClient.shared();
        private ModelCatalogue catalogue = ModelCatalogue.bundled();

        private Builder(String baseUrl) {
            String bare = Objects.requireNonNull(baseUrl, "baseUrl").strip();
            while (bare.endsWith("/")) bare = bare.substring(0, bare.length() - 1);
            // As OpenAI's clients write it.
            this.baseUrl = bare.endsWith("/v1") ? bare.substring(0, bare.length() - 3) : bare;
        }

        /** The key: of ollama.com, or of a proxy. An Ollama of one's own needs none. */
        public Builder key(String apiKey) {
            Objects.requireNonNull(apiKey, "apiKey");
            if (apiKey.isBlank())
                throw new IllegalArgumentException("the key is empty; leave it out where the host needs none");
            String kept = apiKey.strip();
            return key(() -> kept);
        }

        /** Where the key comes from, asked before each call. It must be thread-safe. */
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

        /** Timeouts, proxy, or an HTTP client of the program's own. */
        public Builder http(HttpClient client) {
            this.http = Objects.requireNonNull(client, "client");
            return this;
        }

        /** Where windows and abilities of models are looked up, instead of the bundled one. */
        public Builder catalogue(ModelCatalogue models) {
            this.catalogue = Objects.requireNonNull(models, "models");
            return this;
        }

        /** The connection. Nothing is sent. @throws IllegalArgumentException where the address or a header is none */
        public Ollama build() {
            return new Ollama(this);
        }
    }
}
