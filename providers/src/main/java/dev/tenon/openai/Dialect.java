package dev.tenon.openai;

import dev.tenon.json.Json;
import dev.tenon.provider.ModelInfo.Ability;
import java.net.URI;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a host that speaks Chat Completions needs, and what it does not take. Immutable.
 *
 * <p>A dialect says what is <em>sent</em>. Replies need none: whatever a host is known to answer is read, whoever it is.
 *
 * <p>One of your own, from the one that takes what most hosts take:
 *
 * {@snippet file="dev/tenon/openai/ExamplesTest.java" region="own-dialect"}
 */
public final class Dialect {
    /** What a host takes in a request. What becomes of what it does not take, {@link OpenAi} says. */
    public enum Feature {
        /** Image parts in user messages. */
        IMAGES,
        /** Images by their address, not only as bytes. */
        IMAGE_URLS,
        /** Audio parts in user messages. */
        AUDIO,
        /** Video parts in user messages, by URL. */
        VIDEO,
        /** File parts in user messages, such as PDF. */
        FILES,
        /** Files as {@code document_url} instead of {@code file} (Mistral). */
        DOCUMENT_URLS,
        /** Media in tool messages. Without it they go into a user message after the results. */
        TOOL_RESULT_MEDIA,
        /** {@code stream_options.include_usage}. */
        STREAM_USAGE,
        /** {@code response_format} of type {@code json_schema}. */
        JSON_SCHEMA,
        /** {@code response_format} of type {@code json_object}. */
        JSON_OBJECT,
        /** {@code strict} in tools and in {@code json_schema}. */
        STRICT,
        /** {@code parallel_tool_calls}. */
        PARALLEL_TOOL_CALLS,
        /** {@code tool_choice}: none, or a required call. */
        TOOL_CHOICE,
        /** {@code tool_choice} with the name of a tool. */
        NAMED_TOOL_CHOICE,
        /** A seed for repeatable sampling. */
        SEED,
        /** {@code file_data} may be an address (OpenRouter). */
        FILE_URLS,
        /** Audio that the model made goes back by its id. */
        AUDIO_BACK,
        /** Images that the model made go back. */
        IMAGES_BACK,
        /** {@code extra_content} of messages and calls (Gemini's compatible endpoint: signatures that it must get back). */
        EXTRA_CONTENT_BACK,
        /** {@code annotations} in assistant messages (OpenRouter: what was read from a PDF need not be read again). */
        ANNOTATIONS_BACK,
        /** {@code prefix} in an assistant message at the end, which is the beginning of the answer (Mistral refuses it without). */
        PREFIX
    }

    /** When the model's thinking goes back to the host. */
    public enum ThinkingBack {
        /** Never: the host refuses or ignores it. */
        NEVER,
        /** Only what was thought since the last user message: between the calls of one turn. */
        THIS_TURN,
        /** All of it. */
        ALWAYS
    }

    private static final String CHAT = "/chat/completions";

    /** In thinking parts inside the list of contents (Mistral), a name for {@link Builder#thinkingBack}. */
    public static final String IN_CONTENT = "content";

    /** The structured form with signatures (OpenRouter), a name for {@link Builder#thinkingBack}. */
    public static final String DETAILS = "reasoning_details";

    /**
     * How a host takes texts for embeddings. Immutable.
     *
     * @param dimensions the member for how many numbers a vector is to have; empty where the host cannot be told
     * @param purpose the member for {@code query} or {@code document}; empty where the host makes no difference
     * @param base64 whether vectors are asked for in base64
     * @param batch texts in one request at most
     */
    public record Embeddings(String dimensions, String purpose, boolean base64, int batch) {
        /** What most hosts take. */
        public static final Embeddings COMPATIBLE = new Embeddings("dimensions", "", false, 256);

        public Embeddings {
            Objects.requireNonNull(dimensions, "dimensions");
            Objects.requireNonNull(purpose, "purpose");
            if (batch < 1) throw new IllegalArgumentException("batch < 1: " + batch);
        }
    }

    /** OpenAI itself (API reference, 2026). */
    public static final Dialect OPENAI = new Builder("openai")
            .baseUrl("https://api.openai.com/v1")
            .maxTokens("max_completion_tokens")
            .effort("reasoning_effort")
            .with(
                    Feature.IMAGES,
                    Feature.IMAGE_URLS,
                    Feature.AUDIO,
                    Feature.FILES,
                    Feature.TOOL_CHOICE,
                    Feature.STREAM_USAGE,
                    Feature.JSON_SCHEMA,
                    Feature.JSON_OBJECT,
                    Feature.STRICT,
                    Feature.PARALLEL_TOOL_CALLS,
                    Feature.NAMED_TOOL_CHOICE,
                    Feature.SEED,
                    Feature.AUDIO_BACK)
            // API reference, "Create embeddings", 2026: an array of at most 2,048.
            .embeddings(new Embeddings("dimensions", "", true, 2048))
            .build();

    /** What most hosts take: {@code max_tokens}, images, tools, JSON Schema, usage in streams. No default address. */
    public static final Dialect COMPATIBLE = new Builder("openai-compatible")
            .with(
                    Feature.IMAGES,
                    Feature.IMAGE_URLS,
                    Feature.AUDIO,
                    Feature.FILES,
                    Feature.TOOL_CHOICE,
                    Feature.STREAM_USAGE,
                    Feature.JSON_SCHEMA,
                    Feature.JSON_OBJECT,
                    Feature.PARALLEL_TOOL_CALLS,
                    Feature.NAMED_TOOL_CHOICE,
                    Feature.EXTRA_CONTENT_BACK,
                    Feature.SEED)
            .effort("reasoning_effort")
            .build();

    /**
     * Azure's v1 surface: the address is {@code https://NAME.openai.azure.com/openai/v1}, the model is the name of a deployment, and the key goes
     * in {@code api-key}. For an address with a version see {@link #azure(String)}.
     */
    public static final Dialect AZURE =
            OPENAI.toBuilder("azure").baseUrl("").key("api-key", "").build();

    /** Groq (console.groq.com/docs, 2026). */
    public static final Dialect GROQ = COMPATIBLE.toBuilder("groq")
            .baseUrl("https://api.groq.com/openai/v1")
            .maxTokens("max_completion_tokens")
            .without(Feature.AUDIO, Feature.FILES)
            .thinkingBack(ThinkingBack.THIS_TURN, "reasoning")
            .build();

    /**
     * DeepSeek (api-docs.deepseek.com, 2026): no JSON Schema; thinking goes back between the tool calls of one turn and is refused or
     * ignored later.
     */
    public static final Dialect DEEPSEEK = COMPATIBLE.toBuilder("deepseek")
            .baseUrl("https://api.deepseek.com")
            .without(
                    Feature.IMAGES,
                    Feature.AUDIO,
                    Feature.FILES,
                    Feature.JSON_SCHEMA,
                    Feature.PARALLEL_TOOL_CALLS,
                    Feature.SEED)
            .thinkingBack(ThinkingBack.THIS_TURN, "reasoning_content")
            .build();

    /**
     * Mistral (docs.mistral.ai, 2026): {@code random_seed}, {@code any} for a required call, call ids of exactly nine letters and digits, usage in
     * streams without being asked, thinking inside the contents, {@code prefix} where the answer is begun.
     */
    public static final Dialect MISTRAL = COMPATIBLE.toBuilder("mistral")
            .baseUrl("https://api.mistral.ai/v1")
            .seed("random_seed")
            .requiredChoice("any")
            .shortCallIds()
            .with(Feature.STRICT, Feature.DOCUMENT_URLS, Feature.PREFIX)
            .without(Feature.STREAM_USAGE)
            .thinkingBack(ThinkingBack.ALWAYS, IN_CONTENT)
            // Its OpenAPI document, EmbeddingRequest.
            .embeddings(new Embeddings("output_dimension", "", false, 128))
            .build();

    /** Voyage (docs.voyageai.com, "Text embeddings", 2026), which has embeddings only: at most 1,000 texts, told apart by what they are for. */
    public static final Dialect VOYAGE = COMPATIBLE.toBuilder("voyage")
            .baseUrl("https://api.voyageai.com/v1")
            .embeddings(new Embeddings("output_dimension", "input_type", true, 1000))
            .build();

    /** OpenRouter (openrouter.ai/docs, 2026): reasoning in one object of settings, and signed details that go back unchanged. */
    public static final Dialect OPENROUTER = COMPATIBLE.toBuilder("openrouter")
            .baseUrl("https://openrouter.ai/api/v1")
            .effort("reasoning.effort")
            .with(
                    Feature.STRICT,
                    Feature.VIDEO,
                    Feature.FILE_URLS,
                    Feature.TOOL_RESULT_MEDIA,
                    Feature.IMAGES_BACK,
                    Feature.ANNOTATIONS_BACK)
            .thinkingBack(ThinkingBack.ALWAYS, DETAILS)
            .build();

    /** xAI (docs.x.ai, 2026). */
    public static final Dialect XAI = COMPATIBLE.toBuilder("xai")
            .baseUrl("https://api.x.ai/v1")
            .maxTokens("max_completion_tokens")
            .with(Feature.STRICT)
            .without(Feature.AUDIO, Feature.FILES)
            .build();

    /** Together (docs.together.ai, 2026). */
    public static final Dialect TOGETHER = COMPATIBLE.toBuilder("together")
            .baseUrl("https://api.together.xyz/v1")
            .with(Feature.VIDEO)
            .without(Feature.FILES)
            .build();

    /** A vLLM server on this machine, at its default port. */
    public static final Dialect VLLM = COMPATIBLE.toBuilder("vllm")
            .baseUrl("http://localhost:8000/v1")
            .with(Feature.VIDEO)
            .without(Feature.FILES)
            .thinkingBack(ThinkingBack.THIS_TURN, "reasoning_content")
            .build();

    /** LM Studio on this machine, at its default port: it refuses {@code tool_choice} with a name. */
    public static final Dialect LM_STUDIO = COMPATIBLE.toBuilder("lm-studio")
            .baseUrl("http://localhost:1234/v1")
            .without(
                    Feature.AUDIO,
                    Feature.FILES,
                    Feature.JSON_OBJECT,
                    Feature.NAMED_TOOL_CHOICE,
                    Feature.PARALLEL_TOOL_CALLS)
            .build();

    /** A llama.cpp server on this machine, at its default port. */
    public static final Dialect LLAMA_CPP = COMPATIBLE.toBuilder("llama.cpp")
            .baseUrl("http://localhost:8080/v1")
            .without(Feature.FILES, Feature.NAMED_TOOL_CHOICE)
            .thinkingBack(ThinkingBack.THIS_TURN, "reasoning_content")
            .build();

    /**
     * Ollama's compatible endpoint on this machine, at its default port (docs/openai.md of Ollama, 2026): images only as bytes, no
     * {@code tool_choice}.
     */
    public static final Dialect OLLAMA = COMPATIBLE.toBuilder("ollama")
            .baseUrl("http://localhost:11434/v1")
            .without(
                    Feature.IMAGE_URLS,
                    Feature.AUDIO,
                    Feature.FILES,
                    Feature.PARALLEL_TOOL_CALLS,
                    Feature.TOOL_CHOICE,
                    Feature.NAMED_TOOL_CHOICE)
            .thinkingBack(ThinkingBack.THIS_TURN, "reasoning")
            .build();

    /** The presets that have an address of their own. */
    private static final List<Dialect> KNOWN = List.of(
            OPENAI, GROQ, DEEPSEEK, MISTRAL, OPENROUTER, XAI, TOGETHER, VLLM, LM_STUDIO, LLAMA_CPP, OLLAMA, VOYAGE);

    private static final List<String> AZURE_HOSTS =
            List.of(".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com");

    private final String name;
    private final String baseUrl;
    private final String path;
    private final String keyHeader;
    private final String keyPrefix;
    private final String maxTokens;
    private final String systemRole;
    private final String effort;
    private final String seed;
    private final String requiredChoice;
    private final boolean shortCallIds;
    private final ThinkingBack thinking;
    private final String thinkingName;
    private final Set<Feature> features;
    private final Map<String, String> query;
    private final Map<String, String> headers;
    private final Map<String, Json> body;
    private final Embeddings embeddings;

    private Dialect(Builder builder) {
        this.name = builder.name;
        this.baseUrl = builder.baseUrl;
        this.path = builder.path;
        this.keyHeader = builder.keyHeader;
        this.keyPrefix = builder.keyPrefix;
        this.maxTokens = builder.maxTokens;
        this.systemRole = builder.systemRole;
        this.effort = builder.effort;
        this.seed = builder.seed;
        this.requiredChoice = builder.requiredChoice;
        this.shortCallIds = builder.shortCallIds;
        this.thinking = builder.thinking;
        this.thinkingName = builder.thinkingName;
        this.features = Collections.unmodifiableSet(EnumSet.copyOf(builder.features));
        this.query = Collections.unmodifiableMap(new LinkedHashMap<>(builder.query));
        this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.headers));
        this.body = Collections.unmodifiableMap(new LinkedHashMap<>(builder.body));
        this.embeddings = builder.embeddings;
    }

    /**
     * Azure's addresses with a version: {@code https://NAME.openai.azure.com/openai}, below it {@code deployments/MODEL/chat/completions}.
     *
     * @param apiVersion for example {@code 2024-10-21}
     */
    public static Dialect azure(String apiVersion) {
        return AZURE.toBuilder("azure")
                .path("/deployments/{model}/chat/completions")
                .query("api-version", Objects.requireNonNull(apiVersion, "apiVersion"))
                .build();
    }

    /** The preset whose address has the same host and port, or whose hosts these are (Azure); empty where there is none. */
    public static Optional<Dialect> at(String baseUrl) {
        Objects.requireNonNull(baseUrl, "baseUrl");
        String place = place(baseUrl);
        int port = place.indexOf(':');
        if (port > 0 && AZURE_HOSTS.stream().anyMatch(place.substring(0, port)::endsWith)) return Optional.of(AZURE);
        return place.isEmpty()
                ? Optional.empty()
                : KNOWN.stream()
                        .filter(known -> place(known.baseUrl).equals(place))
                        .findFirst();
    }

    private static String place(String url) {
        try {
            URI uri = URI.create(url);
            if (uri.getHost() == null) return "";
            String host = uri.getHost().toLowerCase(Locale.ROOT);
            boolean here = host.equals("127.0.0.1") || host.equals("[::1]");
            return (here ? "localhost" : host) + ":" + uri.getPort();
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** This dialect under a new name, to be changed. */
    public Builder toBuilder(String newName) {
        Objects.requireNonNull(newName, "newName");
        return new Builder(newName, this);
    }

    /** The host's name, for messages and {@link dev.tenon.provider.ModelInfo#provider()}. */
    public String name() {
        return name;
    }

    /** The address that requests go to unless the connection has another; empty where there is none. */
    public String baseUrl() {
        return baseUrl;
    }

    /** Whether the host takes this. */
    public boolean has(Feature feature) {
        Objects.requireNonNull(feature, "feature");
        return features.contains(feature);
    }

    /** What the host takes. */
    public Set<Feature> features() {
        return features;
    }

    /** What a model of this host can do, as far as the host goes: each model may do less. */
    public Set<Ability> abilities() {
        Set<Ability> abilities = EnumSet.of(Ability.TOOLS);
        if (has(Feature.JSON_SCHEMA)) abilities.add(Ability.JSON_SCHEMA);
        if (has(Feature.IMAGES)) abilities.add(Ability.IMAGE_INPUT);
        if (has(Feature.AUDIO)) abilities.add(Ability.AUDIO_INPUT);
        if (has(Feature.FILES)) abilities.add(Ability.DOCUMENT_INPUT);
        return Collections.unmodifiableSet(abilities);
    }

    String path() {
        return path;
    }

    String keyHeader() {
        return keyHeader;
    }

    String keyPrefix() {
        return keyPrefix;
    }

    String maxTokens() {
        return maxTokens;
    }

    String systemRole() {
        return systemRole;
    }

    String effort() {
        return effort;
    }

    String seed() {
        return seed;
    }

    String requiredChoice() {
        return requiredChoice;
    }

    boolean hasShortCallIds() {
        return shortCallIds;
    }

    ThinkingBack thinking() {
        return thinking;
    }

    String thinkingName() {
        return thinkingName;
    }

    Map<String, String> query() {
        return query;
    }

    Map<String, String> headers() {
        return headers;
    }

    /** What is in every request's body unless a setting says otherwise. */
    public Map<String, Json> body() {
        return body;
    }

    /** How the host takes texts for embeddings. */
    public Embeddings embeddings() {
        return embeddings;
    }

    /** Where it does, below the address. */
    String embeddingsPath() {
        return path.endsWith(CHAT) ? path.substring(0, path.length() - CHAT.length()) + "/embeddings" : "/embeddings";
    }

    @Override
    public String toString() {
        return "Dialect[" + name + "]";
    }

    /** A dialect under construction. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private String baseUrl = "";
        private String path = CHAT;
        private String keyHeader = "Authorization";
        private String keyPrefix = "Bearer ";
        private String maxTokens = "max_tokens";
        private String systemRole = "system";
        private String effort = "";
        private String seed = "seed";
        private String requiredChoice = "required";
        private boolean shortCallIds;
        private ThinkingBack thinking = ThinkingBack.NEVER;
        private String thinkingName = "";
        private final Set<Feature> features = EnumSet.noneOf(Feature.class);
        private final Map<String, String> query = new LinkedHashMap<>();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final Map<String, Json> body = new LinkedHashMap<>();
        private Embeddings embeddings = Embeddings.COMPATIBLE;

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        private Builder(String name, Dialect base) {
            this(name);
            this.baseUrl = base.baseUrl;
            this.path = base.path;
            this.keyHeader = base.keyHeader;
            this.keyPrefix = base.keyPrefix;
            this.maxTokens = base.maxTokens;
            this.systemRole = base.systemRole;
            this.effort = base.effort;
            this.seed = base.seed;
            this.requiredChoice = base.requiredChoice;
            this.shortCallIds = base.shortCallIds;
            this.thinking = base.thinking;
            this.thinkingName = base.thinkingName;
            this.features.addAll(base.features);
            this.query.putAll(base.query);
            this.headers.putAll(base.headers);
            this.body.putAll(base.body);
            this.embeddings = base.embeddings;
        }

        /** The address unless a connection has another: everything before {@link #path}. */
        public Builder baseUrl(String url) {
            this.baseUrl = Objects.requireNonNull(url, "url");
            return this;
        }

        /** What follows the address, {@code {model}} standing for the model's name; {@code /chat/completions} at most hosts. */
        public Builder path(String newPath) {
            Objects.requireNonNull(newPath, "newPath");
            this.path = Objects.requireNonNull(newPath, "path");
            return this;
        }

        /** A parameter of the URL. */
        public Builder query(String parameter, String value) {
            Objects.requireNonNull(parameter, "parameter");
            Objects.requireNonNull(value, "value");
            query.put(parameter, value);
            return this;
        }

        /** A header of every request. */
        public Builder header(String header, String value) {
            Objects.requireNonNull(header, "header");
            Objects.requireNonNull(value, "value");
            headers.put(header, value);
            return this;
        }

        /** The header that carries the key, and what stands before the key in it; {@code Authorization} and {@code "Bearer "} at most hosts. */
        public Builder key(String header, String prefix) {
            this.keyHeader = Objects.requireNonNull(header, "header");
            this.keyPrefix = Objects.requireNonNull(prefix, "prefix");
            return this;
        }

        /** A member of every request's body; a setting of the same name wins. */
        public Builder body(String member, Json value) {
            Objects.requireNonNull(member, "member");
            Objects.requireNonNull(value, "value");
            body.put(member, value);
            return this;
        }

        /** The member for {@code max_output_tokens}. */
        public Builder maxTokens(String member) {
            this.maxTokens = Objects.requireNonNull(member, "member");
            return this;
        }

        /** The role of system messages: {@code system} or {@code developer}. */
        public Builder systemRole(String role) {
            this.systemRole = Objects.requireNonNull(role, "role");
            return this;
        }

        /** The member for {@code effort}, {@code object.member} for one in an object; empty where the host has none. */
        public Builder effort(String member) {
            this.effort = Objects.requireNonNull(member, "member");
            return this;
        }

        /** The member for {@code seed}. */
        public Builder seed(String member) {
            this.seed = Objects.requireNonNull(member, "member");
            return this;
        }

        /** The word for a tool choice that requires a call. */
        public Builder requiredChoice(String word) {
            this.requiredChoice = Objects.requireNonNull(word, "word");
            return this;
        }

        /** Call ids must be nine letters and digits: others are sent as nine that are made of them. */
        public Builder shortCallIds() {
            this.shortCallIds = true;
            return this;
        }

        /** When thinking goes back, and in which member of an assistant message; see {@link #IN_CONTENT} and {@link #DETAILS}. */
        public Builder thinkingBack(ThinkingBack when, String member) {
            this.thinking = Objects.requireNonNull(when, "when");
            this.thinkingName = Objects.requireNonNull(member, "member");
            return this;
        }

        /** How the host takes texts for embeddings. */
        public Builder embeddings(Embeddings form) {
            this.embeddings = Objects.requireNonNull(form, "form");
            return this;
        }

        /** The host takes these. */
        public Builder with(Feature first, Feature... more) {
            Objects.requireNonNull(first, "first");
            Objects.requireNonNull(more, "more");
            features.addAll(EnumSet.of(first, more));
            return this;
        }

        /** The host does not take these. */
        public Builder without(Feature first, Feature... more) {
            Objects.requireNonNull(first, "first");
            Objects.requireNonNull(more, "more");
            features.removeAll(EnumSet.of(first, more));
            return this;
        }

        /** The dialect. */
        public Dialect build() {
            return new Dialect(this);
        }
    }
}
