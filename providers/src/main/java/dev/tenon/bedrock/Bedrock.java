package dev.tenon.bedrock;

import dev.tenon.catalogue.ModelCatalogue;
import dev.tenon.http.HttpClient;
import dev.tenon.http.HttpEndpoint;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelInfo.Ability;
import dev.tenon.provider.Provider;
import dev.tenon.wire.Address;
import dev.tenon.wire.KeyedEndpoint;
import dev.tenon.wire.SigV4;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Amazon Bedrock's Converse API (docs.aws.amazon.com/bedrock, 2026), which is one for the models of many makers. Immutable, thread-safe;
 * nothing needs to be closed.
 *
 * {@snippet file="dev/tenon/bedrock/ExamplesTest.java" region="connect"}
 *
 * <p>A model's {@link Provider#chat} blocks until the whole reply is there; where somebody watches the call, the reply is streamed, as binary messages whose
 * checksums are verified. Requests are signed (signature version 4) with the credentials of now, or carry a key of Bedrock's.
 *
 * <p>Settings that Converse has ({@code guardrailConfig}, {@code performanceConfig}, {@code requestMetadata} …) go by its names, all others
 * ({@code top_k}, {@code thinking} …) into {@code additionalModelRequestFields}, where the makers' own are.
 *
 * <p>What is in a request and cannot be sent is an {@link IllegalArgumentException} before anything is sent, or is left out and told, once a call, by a
 * {@link dev.tenon.provider.Notice.Omitted}. The table of all of it is in {@code docs/bedrock.md}.
 */
public final class Bedrock {
    /** The wire format's name, in the origin of what goes back to it. */
    public static final String WIRE = "bedrock-converse";

    /** The host's name in messages, and the provider of its models. */
    static final String HOST = "bedrock";

    private final String region;
    private final Address address;
    private final @Nullable Supplier<AwsCredentials> credentials;
    private final @Nullable Supplier<String> key;
    private final ModelCatalogue catalogue;

    private Bedrock(Builder builder) {
        this.region = builder.region;
        this.address = new Address(
                builder.baseUrl.isEmpty() ? "https://bedrock-runtime." + region + ".amazonaws.com" : builder.baseUrl,
                builder.headers,
                builder.http);
        this.credentials = builder.credentials;
        this.key = builder.key;
        // Another host has other prices.
        ModelCatalogue known = builder.catalogue;
        this.catalogue =
                known != null ? known : builder.baseUrl.isEmpty() ? ModelCatalogue.bundled() : ModelCatalogue.EMPTY;
        // What is wrong with the address or a header shows now, not with the first call.
        door("model", "converse", "converse-stream");
    }

    /**
     * The connection that the environment describes: {@code AWS_REGION}, else {@code AWS_DEFAULT_REGION}; {@code AWS_BEARER_TOKEN_BEDROCK}, else the keys that
     * {@link AwsCredentials#fromEnv} reads.
     *
     * @throws IllegalStateException where there is no region or there are no keys
     */
    public static Bedrock fromEnv() {
        return fromEnv(System.getenv());
    }

    /** As {@link #fromEnv()}, from these variables. */
    public static Bedrock fromEnv(Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        String region = env.getOrDefault("AWS_REGION", env.getOrDefault("AWS_DEFAULT_REGION", ""))
                .strip();
        if (region.isEmpty()) {
            throw new IllegalStateException(
                    "AWS_REGION is not set: set it to a region with Bedrock, for example us-east-1");
        }
        String token = env.getOrDefault("AWS_BEARER_TOKEN_BEDROCK", "").strip();
        Builder builder = connect(region);
        if (token.isEmpty()) {
            AwsCredentials found = AwsCredentials.fromEnv(env);
            builder.credentials(() -> found);
        } else {
            builder.key(token);
        }
        return builder.build();
    }

    /**
     * A connection to Bedrock in this region.
     *
     * @param region for example {@code eu-central-1}
     */
    public static Builder connect(String region) {
        return new Builder(region);
    }

    /** A model of this region: its id, an inference profile's, or an ARN. Whether it exists shows with the first call. */
    public Provider model(String id) {
        Objects.requireNonNull(id, "id");
        return model(catalogue.info(
                HOST,
                id,
                EnumSet.of(
                        Ability.JSON_SCHEMA,
                        Ability.TOOLS,
                        Ability.IMAGE_INPUT,
                        Ability.DOCUMENT_INPUT,
                        Ability.THINKING)));
    }

    /** A model of which more is known. Without {@link Ability#JSON_SCHEMA} it is not asked to enforce a schema: not every model can. */
    public Provider model(ModelInfo info) {
        Objects.requireNonNull(info, "info");
        if (info.model().isBlank()) throw new IllegalArgumentException("a model needs a name");
        return new ConverseModel(info, door(info.model(), "converse", "converse-stream"));
    }

    /**
     * Two places of one model, each with the proof of now: for the other wire formats that Bedrock has.
     *
     * @param whole below the model, for example {@code invoke}
     * @param streamed likewise, where the reply is to be streamed
     */
    public Door door(String model, String whole, String streamed) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(whole, "whole");
        Objects.requireNonNull(streamed, "streamed");
        return new Door(at(model, whole), at(model, streamed));
    }

    /** Places of one model. Thread-safe. */
    public static final class Door {
        private final Place whole;
        private final Place streamed;

        private Door(Place whole, Place streamed) {
            this.whole = whole;
            this.streamed = streamed;
        }

        /** Where to ask at this moment. */
        public HttpEndpoint now(boolean asStream, Instant now) {
            Objects.requireNonNull(now, "now");
            return (asStream ? streamed : whole).at(now);
        }
    }

    @FunctionalInterface
    private interface Place {
        HttpEndpoint at(Instant now);
    }

    private Place at(String model, String what) {
        HttpEndpoint place = address.at("/model/" + Address.encoded(model) + "/" + what, Map.of());
        Supplier<AwsCredentials> source = credentials;
        if (source == null) {
            KeyedEndpoint keyed = new KeyedEndpoint(place, key, "Authorization", "Bearer ");
            return now -> keyed.now();
        }
        return now -> {
            AwsCredentials proof = source.get();
            return place.signedBy(new SigV4(
                    proof.accessKeyId(), proof.secretAccessKey(), proof.sessionToken(), region, "bedrock", now));
        };
    }

    /** Region and address; no key, no value of a header. */
    @Override
    public String toString() {
        return "Bedrock[" + region + ", " + address + "]";
    }

    /** A connection under construction. Not thread-safe. */
    public static final class Builder {
        private final String region;
        private String baseUrl = "";
        private @Nullable Supplier<AwsCredentials> credentials;
        private @Nullable Supplier<String> key;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HttpClient http = HttpClient.shared();
        private @Nullable ModelCatalogue catalogue;

        private Builder(String region) {
            if (!Objects.requireNonNull(region, "region").matches("[a-z0-9-]+")) {
                throw new IllegalArgumentException(
                        "a region is lower-case letters, digits and '-', for example us-east-1, got \"" + region
                                + "\"");
            }
            this.region = region;
        }

        /** Another address: everything before {@code /model/}, for example that of a VPC endpoint. */
        public Builder baseUrl(String url) {
            this.baseUrl = Objects.requireNonNull(url, "url").strip();
            return this;
        }

        /** What requests are signed with. */
        public Builder credentials(AwsCredentials proof) {
            Objects.requireNonNull(proof, "proof");
            return credentials(() -> proof);
        }

        /** Where they come from, asked before each call, because those of a role expire. It must be thread-safe and quick. */
        public Builder credentials(Supplier<AwsCredentials> source) {
            this.credentials = Objects.requireNonNull(source, "source");
            return this;
        }

        /** A key of Bedrock's, in place of signatures. */
        public Builder key(String apiKey) {
            Objects.requireNonNull(apiKey, "apiKey");
            if (apiKey.isBlank()) throw new IllegalArgumentException("the key is empty");
            String kept = apiKey.strip();
            this.key = () -> kept;
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

        /** Where windows, abilities and prices of models are looked up. Without it that is the bundled one at Amazon's own address, and none at any other. */
        public Builder catalogue(ModelCatalogue models) {
            this.catalogue = Objects.requireNonNull(models, "models");
            return this;
        }

        /** The connection. Nothing is sent. @throws IllegalArgumentException where the address or a header is none, or there are no keys or two */
        public Bedrock build() {
            if (credentials != null && key != null) {
                throw new IllegalArgumentException(
                        "the connection has credentials and a key too: leave one of them out");
            }
            if (credentials == null && key == null) {
                throw new IllegalArgumentException("the connection has neither credentials nor a key");
            }
            return new Bedrock(this);
        }
    }
}
