package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.anthropic.Anthropic;
import dev.tenon.cohere.Cohere;
import dev.tenon.gemini.Gemini;
import dev.tenon.json.Json;
import dev.tenon.ollama.Ollama;
import dev.tenon.openai.Dialect;
import dev.tenon.openai.OpenAi;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingRequest.Purpose;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Retry;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.WordVectors;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever makes embeddings here, or counts tokens, can be tried against {@link ModelServer}. */
class ServedEmbeddingsTest {
    /** @param tells whether its requests say what the vectors are for */
    record Host(String name, boolean tells, Function<ModelServer, EmbeddingProvider> connect) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Host> hosts() {
        return Stream.of(
                new Host("openai", false, server -> openai(Dialect.OPENAI, server)),
                new Host("azure", false, server -> openai(Dialect.AZURE, server)),
                new Host("voyage", true, server -> openai(Dialect.VOYAGE, server)),
                new Host("mistral", false, server -> openai(Dialect.MISTRAL, server)),
                new Host("compatible", false, server -> openai(Dialect.COMPATIBLE, server)),
                new Host(
                        "gemini",
                        true,
                        server -> Gemini.connect(server.url("/v1beta").toString())
                                .key("key")
                                .build()
                                .embeddings("any")),
                new Host(
                        "cohere",
                        true,
                        server -> Cohere.connect(server.url("/v2").toString())
                                .key("key")
                                .build()
                                .embeddings("any")),
                new Host(
                        "ollama",
                        false,
                        server -> Ollama.connect(server.url("").toString())
                                .key("key")
                                .build()
                                .embeddings("any")));
    }

    private static EmbeddingProvider openai(Dialect dialect, ModelServer server) {
        return OpenAi.connect(dialect)
                .baseUrl(server.url("/v1").toString())
                .key("key")
                .build()
                .embeddings("any");
    }

    @Test
    void tokensAreCountedOfARequest() {
        ChatRequest request = ChatRequest.of("Twelve chars");
        try (ModelServer server = ModelServer.start()) {
            Anthropic anthropic =
                    Anthropic.connect(server.url("").toString()).key("key").build();
            Gemini gemini =
                    Gemini.connect(server.url("/v1beta").toString()).key("key").build();

            assertThat(anthropic.countTokens("any", request, new Cancellation()))
                    .isEqualTo(3);
            assertThat(gemini.countTokens("any", request, new Cancellation())).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void vectorsComeAsTheModelMadeThem(Host host) {
        try (ModelServer server = ModelServer.start()) {
            EmbeddingProvider model = host.connect().apply(server);
            EmbeddingRequest request = EmbeddingRequest.documents(List.of("The Tagus is a river", "", "Bread"));

            EmbeddingResponse made = model.embed(request, Call.unwatched());

            EmbeddingResponse wanted = new WordVectors().embed(request, Call.unwatched());
            assertThat(made.embeddings()).isEqualTo(wanted.embeddings());
            assertThat(made.usage().input()).isEqualTo(wanted.usage().input());
            EmbeddingRequest asked = server.embeddingRequests().get(0);
            assertThat(asked.texts()).isEqualTo(request.texts());
            assertThat(asked.purpose() == Purpose.DOCUMENT).isEqualTo(host.tells());
            assertThat(server.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void aQuestionASizeAndASettingReachTheModel(Host host) {
        try (ModelServer server = ModelServer.start()) {
            EmbeddingProvider model = host.connect().apply(server);
            EmbeddingRequest request = EmbeddingRequest.query("Which river?")
                    .withDimensions(8)
                    .withSettings(ModelSettings.NONE.with("truncate", Json.of("END")));

            assertThat(model.embed(request, Call.unwatched()).dimensions()).isEqualTo(8);

            EmbeddingRequest asked = server.embeddingRequests().get(0);
            assertThat(asked.dimensions()).isEqualTo(8);
            assertThat(asked.purpose() == Purpose.QUERY).isEqualTo(host.tells());
            assertThat(asked.settings().extra()).containsEntry("truncate", Json.of("END"));
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void aFailureOfTheModelIsTheHosts(Host host) {
        for (Kind kind : List.of(
                Kind.AUTHENTICATION,
                Kind.PERMISSION,
                Kind.NOT_FOUND,
                Kind.INVALID_REQUEST,
                Kind.RATE_LIMITED,
                Kind.OVERLOADED,
                Kind.SERVER,
                Kind.NETWORK,
                Kind.MALFORMED_RESPONSE)) {
            try (ModelServer server = ModelServer.start().embedding((request, call) -> {
                throw ProviderException.of(kind, "no").build();
            })) {
                EmbeddingProvider model = host.connect().apply(server);
                ProviderException failed =
                        catchThrowableOfType(ProviderException.class, () -> model.query("Which river?"));
                assertThat(failed.kind()).as("%s at %s", kind, host).isEqualTo(kind);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void aHostThatIsBusyIsAskedAgainAfterTheTimeItAsksFor(Host host) {
        AtomicInteger calls = new AtomicInteger();
        try (ModelServer server = ModelServer.start().embedding((request, call) -> {
            if (calls.getAndIncrement() > 0) return new WordVectors().embed(request, call);
            throw ProviderException.of(Kind.RATE_LIMITED, "slow down")
                    .retryAfter(Duration.ofSeconds(1))
                    .build();
        })) {
            EmbeddingProvider model = host.connect().apply(server);
            ProviderException failed = catchThrowableOfType(ProviderException.class, () -> model.query("Which?"));
            assertThat(failed.retryAfter()).contains(Duration.ofSeconds(1));
            calls.set(0);
            assertThat(model.retrying(new Retry(2, Duration.ZERO, Duration.ofSeconds(2)))
                            .query("Which?"))
                    .isEqualTo(new WordVectors().query("Which?"));
            assertThat(calls).hasValue(2);
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void aKeyThatIsWantedIsLookedAt(Host host) {
        try (ModelServer server = ModelServer.start().requiring("another")) {
            EmbeddingProvider model = host.connect().apply(server);
            ProviderException failed = catchThrowableOfType(ProviderException.class, () -> model.query("Which?"));
            assertThat(failed.kind()).isEqualTo(Kind.AUTHENTICATION);
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void usageThatIsNotReportedIsNotZero(Host host) {
        try (ModelServer server = ModelServer.start()
                .embedding((request, call) -> EmbeddingResponse.of(
                        new WordVectors().embed(request, call).embeddings()))) {
            EmbeddingResponse made =
                    host.connect().apply(server).embed(EmbeddingRequest.of(List.of("a")), Call.unwatched());
            assertThat(made.usage()).isEqualTo(Usage.UNREPORTED);
        }
    }
}
