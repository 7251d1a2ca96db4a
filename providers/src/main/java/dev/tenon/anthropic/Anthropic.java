package dev.tenon.anthropic;

import dev.tenon.bedrock.Bedrock;
import dev.tenon.catalogue.ModelCatalogue;
import dev.tenon.http.HttpClient;
import dev.tenon.http.HttpEndpoint;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.scope.Scope;
import dev.tenon.wire.Address;
import dev.tenon.wire.KeyedEndpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Anthropic's Messages API, or to a host that speaks it. Immutable, thread-safe; nothing needs to be closed.
 *
 * {@snippet file="dev/tenon/anthropic/ExamplesTest.java" region="connect"}
 *
 * <p>A model's {@link Provider#chat} blocks until the whole reply is there; where somebody watches the call, the reply is streamed. Thinking with its signatures,
 * redacted thinking, what the host's own tools did and blocks newer than this version are parts of the reply, and go back unchanged when it is put into
 * history. A turn that the host has paused ({@code pause_turn}) goes on by itself, a bounded number of times.
 *
 * <p>A request that does not say how long the reply may be asks for as much as the model can write, where that is known and the call is watched; for
 * {@value #MAX_UNSTREAMED} tokens at most where it is not, because nobody keeps a silent connection for long; for {@value #MAX_TOKENS} where the model is not
 * known. A budget for thinking comes on top of the last two. What the request says is sent as it is.
 *
 * <p>What is in a request and cannot be sent:
 *
 * <ul>
 *   <li>audio, video, an image or document of a type the host does not take, arguments of a call that are no JSON object, a temperature above 1 and more than four
 *       cache breakpoints are an {@link IllegalArgumentException} before anything is sent;
 *   <li>thinking that was not signed here and parts of another wire format are left out of history;
 *   <li>a setting the host does not have, and a schema for the answer that it does not enforce, are left out.
 * </ul>
 *
 * <p>Whatever is left out is told, each once a call, by a {@link dev.tenon.provider.Notice.Omitted}. The table of all of it is in {@code docs/providers.md}.
 */
public final class Anthropic {
    /** The wire format's name, in the origin of what goes back to it. */
    public static final String WIRE = "anthropic-messages";

    /** The host's name in messages, and the provider of its models. */
    static final String HOST = "anthropic";

    /** The provider of models that are asked through Bedrock, which has other prices. */
    private static final String BEDROCK = "bedrock";

    /** The version of the API, which is that of its first day (docs.claude.com, "Versions", 2026). */
    public static final String VERSION = "2023-06-01";

    /** A setting: a list of names of betas, sent in {@code anthropic-beta} with those of the connection. */
    public static final String BETAS = "betas";

    /**
     * Tokens of a reply at most where neither the request nor the model says: the API wants a number. Every model since Claude 3.5 can write so many
     * (docs.claude.com, "Models overview", 2026).
     */
    public static final int MAX_TOKENS = 8192;

    /**
     * Tokens of a reply at most where the request does not say and nobody watches, thinking with a budget apart: what a model writes in ten minutes, by the rule of the
     * vendor's own clients (128,000 tokens an hour), which refuse to ask for more without a stream.
     */
    public static final int MAX_UNSTREAMED = 21_333;

    /** How often a turn that the host has paused goes on by itself. The host pauses after 10 rounds of its own tools (docs.claude.com, "Handling stop reasons", 2026). */
    public static final int PAUSES = 5;

    private static final String URL = "https://api.anthropic.com";

    private static final String VERSIONED = "/v1";

    private static final Set<Ability> ABILITIES =
            Set.of(Ability.JSON_SCHEMA, Ability.TOOLS, Ability.IMAGE_INPUT, Ability.DOCUMENT_INPUT, Ability.THINKING);

    private final Address address;
    private final @Nullable Supplier<String> key;
    private final boolean bearer;
    private final List<String> betas;
    private final MessagesModel.Manner manner;
    private final ModelCatalogue catalogue;
    private final @Nullable Bedrock bedrock;

    private Anthropic(Builder builder) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("anthropic-version", VERSION);
        headers.putAll(builder.headers);
        this.address = new Address(builder.baseUrl, headers, builder.http);
        this.key = builder.key;
        this.bearer = builder.bearer;
        this.bedrock = builder.bedrock;
        this.betas = List.copyOf(builder.betas);
        this.manner = new MessagesModel.Manner(builder.caching, builder.strictTools, builder.pauses, betas);
        // Another host has other prices.
        ModelCatalogue known = builder.catalogue;
        this.catalogue = known != null
                ? known
                : builder.baseUrl.equals(URL + VERSIONED) ? ModelCatalogue.bundled() : ModelCatalogue.EMPTY;
        // What is wrong with the address or a header shows now, not with the first call.
        endpoint("");
    }

    /**
     * The connection that the environment describes: {@code ANTHROPIC_API_KEY}, else the token {@code ANTHROPIC_AUTH_TOKEN}, and {@code ANTHROPIC_BASE_URL}
     * (without it Anthropic's own).
     *
     * @throws IllegalStateException where there is neither a key nor an address
     */
    public static Anthropic fromEnv() {
        return fromEnv(System.getenv());
    }

    /** As {@link #fromEnv()}, from these variables. */
    public static Anthropic fromEnv(Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        String url = env.getOrDefault("ANTHROPIC_BASE_URL", "").strip();
        String key = env.getOrDefault("ANTHROPIC_API_KEY", "").strip();
        String token = env.getOrDefault("ANTHROPIC_AUTH_TOKEN", "").strip();
        if (url.isEmpty() && key.isEmpty() && token.isEmpty()) {
            throw new IllegalStateException(
                    "ANTHROPIC_API_KEY is not set: set it to a key of Anthropic, or set ANTHROPIC_BASE_URL to the"
                            + " address of a host that speaks its Messages API and needs none");
        }
        Builder builder = url.isEmpty() ? connect() : connect(url);
        if (!key.isEmpty()) {
            builder.key(key);
        } else if (!token.isEmpty()) {
            builder.token(() -> token);
        }
        return builder.build();
    }

    /** A connection to Anthropic. */
    public static Builder connect() {
        return new Builder(URL);
    }

    /** A connection to a host at this address: everything before {@code /v1/messages}. With the {@code /v1} it is as good. */
    public static Builder connect(String baseUrl) {
        return new Builder(baseUrl);
    }

    /**
     * A connection to Anthropic's models on Amazon Bedrock, by {@code invoke}: the same requests and replies, through the address and with the keys of that
     * connection. Tokens are not counted there.
     */
    public static Builder connect(Bedrock connection) {
        Builder builder = new Builder(URL);
        builder.bedrock = Objects.requireNonNull(connection, "connection");
        return builder;
    }

    /** A model of this host, with what the catalogue knows of it. Whether it exists shows with the first call. */
    public Provider model(String name) {
        Objects.requireNonNull(name, "name");
        return model(catalogue.info(bedrock == null ? HOST : BEDROCK, name, ABILITIES));
    }

    /**
     * A model of this host of which more is known: its window, its price, what it can do. Without {@link Ability#JSON_SCHEMA} it is not asked to enforce a
     * schema; {@link ModelInfo#maxOutput()} is what a reply may have at most where the request does not say.
     */
    public Provider model(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        return messages(info);
    }

    private MessagesModel messages(ModelInfo info) {
        if (info.model().isBlank()) throw new IllegalArgumentException("a model needs a name");
        Bedrock.Door door =
                bedrock == null ? null : bedrock.door(info.model(), "invoke", "invoke-with-response-stream");
        return new MessagesModel(info, manner, endpoint(""), endpoint("/count_tokens"), door);
    }

    /**
     * How many tokens a request would have for this model, as the host counts them: instructions, messages, media, tools. It costs nothing but time.
     *
     * @throws dev.tenon.provider.ProviderException what went wrong, with its kind
     */
    public long countTokens(String model, ChatRequest request, Scope scope) {
        Objects.requireNonNull(request, "request");
        if (bedrock != null) throw new IllegalArgumentException("Bedrock's invoke counts no tokens");
        return messages(ModelInfo.of(HOST, model).withAbilities(Ability.JSON_SCHEMA))
                .count(request, scope);
    }

    private KeyedEndpoint endpoint(String what) {
        HttpEndpoint at = address.at("/messages" + what, Map.of());
        if (!betas.isEmpty()) at = at.withHeader(MessagesModel.BETA, String.join(",", betas));
        return bearer
                ? new KeyedEndpoint(at, key, "Authorization", "Bearer ")
                : new KeyedEndpoint(at, key, "x-api-key", "");
    }

    // Parts with members that only this wire has.

    /** A part with a cache breakpoint after it: everything up to here is kept for 5 minutes. A request takes {@value CachePolicy#MOST}. */
    public static Content.Text cached(Content.Text part) {
        Objects.requireNonNull(part, "part");
        return new Content.Text(part.text(), part.citations(), cached(part.origin()), part.extra());
    }

    /** As {@link #cached(Content.Text)}. */
    public static Content.Media cached(Content.Media part) {
        Objects.requireNonNull(part, "part");
        return with(part, cached(part.origin()));
    }

    /** As {@link #cached(Content.Text)}. */
    public static Content.ToolResult cached(Content.ToolResult part) {
        Objects.requireNonNull(part, "part");
        return new Content.ToolResult(
                part.callId(), part.name(), part.content(), part.error(), cached(part.origin()), part.extra());
    }

    /** A document that the model cites: its text then says which places of it the answer is from. */
    public static Content.Media cited(Content.Media document) {
        Objects.requireNonNull(document, "document");
        return with(document, with(document.origin(), "citations", Json.object("enabled", true)));
    }

    private static Content.Media with(Content.Media part, Origin origin) {
        return new Content.Media(part.kind(), part.mimeType(), part.source(), part.name(), origin, part.extra());
    }

    private static Origin cached(Origin origin) {
        return with(origin, Breakpoints.CONTROL, CachePolicy.NONE.control());
    }

    private static Origin with(Origin origin, String name, Json value) {
        Json.Obj members = origin.from(WIRE) && origin.data() instanceof Json.Obj known ? known : Json.Obj.EMPTY;
        return new Origin(WIRE, members.with(name, value));
    }

    /** The host; no key, no value of a header. */
    @Override
    public String toString() {
        return "Anthropic[" + (bedrock == null ? address : bedrock) + "]";
    }

    /** A connection under construction. Not thread-safe. */
    public static final class Builder {
        private final String baseUrl;
        private @Nullable Supplier<String> key;
        private boolean bearer;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final List<String> betas = new ArrayList<>();
        private CachePolicy caching = CachePolicy.NONE;
        private boolean strictTools;
        private int pauses = PAUSES;
        private @Nullable ModelCatalogue catalogue;
        private @Nullable Bedrock bedrock;
        private HttpClient http = HttpClient.shared();

        private Builder(String baseUrl) {
            String bare = Objects.requireNonNull(baseUrl, "baseUrl").strip();
            while (bare.endsWith("/")) bare = bare.substring(0, bare.length() - 1);
            this.baseUrl = bare.endsWith(VERSIONED) ? bare : bare + VERSIONED;
        }

        /** The key. */
        public Builder key(String apiKey) {
            Objects.requireNonNull(apiKey, "apiKey");
            if (apiKey.isBlank())
                throw new IllegalArgumentException("the key is empty; leave it out where the host needs none");
            String kept = apiKey.strip();
            return key(() -> kept);
        }

        /** Where the key comes from, asked before each call: for keys that change. It must be thread-safe. */
        public Builder key(Supplier<String> source) {
            this.key = Objects.requireNonNull(source, "source");
            this.bearer = false;
            return this;
        }

        /** Where a bearer token comes from, in place of a key: of gateways, and of accounts. Asked before each call; it must be thread-safe. */
        public Builder token(Supplier<String> source) {
            this.key = Objects.requireNonNull(source, "source");
            this.bearer = true;
            return this;
        }

        /** A header of every request; the value is never shown. */
        public Builder header(String name, String value) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            headers.put(name, value);
            return this;
        }

        /** Names of betas that every request takes part in, for example {@code context-management-2025-06-27}. That of files is added where a part is one. */
        public Builder betas(String... names) {
            Objects.requireNonNull(names, "names");
            for (String name : names) {
                if (name.isBlank()) throw new IllegalArgumentException("a beta needs a name");
                if (!betas.contains(name.strip())) betas.add(name.strip());
            }
            return this;
        }

        /** What is kept in the prompt cache; nothing by default. */
        public Builder caching(CachePolicy policy) {
            this.caching = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Has the host enforce the schemas of the tools, of those whose strict form takes no more than they do. It compiles a grammar for each set of tools,
         * which makes the first call slower, and older models refuse it: so only where it is asked for.
         */
        public Builder strictTools() {
            this.strictTools = true;
            return this;
        }

        /** How often a turn that the host has paused goes on by itself, {@value #PAUSES} by default; 0 to get each pause as a reply. */
        public Builder pauses(int most) {
            if (most < 0) throw new IllegalArgumentException("pauses < 0: " + most);
            this.pauses = most;
            return this;
        }

        /**
         * Where windows, abilities and prices of models are looked up. Without it that is the bundled one at Anthropic's own address, and none at any other,
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

        /** The connection. Nothing is sent. @throws IllegalArgumentException where the address or a header is none */
        public Anthropic build() {
            return new Anthropic(this);
        }
    }
}
