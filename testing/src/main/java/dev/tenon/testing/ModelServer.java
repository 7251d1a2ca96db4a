package dev.tenon.testing;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.provider.Call;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Ending;
import dev.tenon.testing.LoopbackServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A scripted model behind a real HTTP server on 127.0.0.1, at a free port. It answers as {@link ScriptedProvider} does, in order and by rules, on the wire:
 * JSON or a stream, as it is asked. Thread-safe.
 *
 * {@snippet lang=java :
 * try (ModelServer server = ModelServer.start(toolCall("weather", "{\"city\":\"Lisbon\"}"), reply("Bring an umbrella."))) {
 *     Provider model = OpenAi.connect(server.url("/v1").toString()).build().model("any");
 * }
 * }
 *
 * <p>Any path that ends in a wire format's own is served: {@code /chat/completions} (below {@code /mistral} as Mistral has it), {@code /responses}, {@code /messages},
 * {@code :generateContent} and {@code :streamGenerateContent}, {@code /api/chat} and {@code /api/generate} (Ollama), any other {@code /chat} (Cohere), {@code /converse},
 * {@code /converse-stream}, {@code /invoke} and {@code /invoke-with-response-stream} (Bedrock). Like the real hosts it refuses, with status 400, what is no request of
 * the format, a tool result without its call and a call without its result. A request that the script has no reply to is refused too, so that a retry does not
 * hide it.
 *
 * <p>Embeddings are those of {@link WordVectors}, or of another {@linkplain #embedding model}: at {@code /embeddings} (OpenAI, Mistral, Voyage),
 * {@code :batchEmbedContents}, {@code /embed} (Cohere) and {@code /api/embed}. An Ollama's models are listed, shown and fetched at {@code /api/tags},
 * {@code /api/show} and {@code /api/pull}. Tokens are counted at {@code /messages/count_tokens} and {@code :countTokens}.
 */
public final class ModelServer implements AutoCloseable {
    /** Every wire format that is spoken. */
    private static final List<Wire> WIRES = List.of( //
            new AnthropicWire(), //
            new CohereWire(), //
            new ConverseWire(), //
            new GeminiWire(), //
            new GenerateWire(), //
            new InvokeWire(), //
            new MistralWire(), //
            new OllamaWire(), //
            new OpenAiChatWire(), //
            new OpenAiResponsesWire());

    private final Script script = new Script();
    private final AtomicLong answers = new AtomicLong();
    private final OllamaShelf shelf = new OllamaShelf();
    private final List<Served> served;
    private final List<EmbeddingRequest> embedded = new CopyOnWriteArrayList<>();
    private volatile EmbeddingProvider embeddings = new WordVectors();
    private volatile @Nullable String key;
    private final LoopbackServer http;

    private ModelServer(int port) {
        List<Served> all = new ArrayList<>(WIRES);
        all.addAll(List.of(CountWire.values()));
        all.addAll(List.of(EmbeddingWire.values()));
        all.add(shelf);
        this.served = List.copyOf(all);
        this.http = LoopbackServer.start(port, this::answer);
    }

    /**
     * Runs a server in a process of its own, for load tests: {@code [PORT [DELAY]]}, the port 0 for a free one, the delay before every answer in milliseconds.
     * The model is that of {@link Rules#callingEveryTool()}. Prints the base URL, and ends when its standard input does.
     */
    public static void main(String... args) throws IOException {
        Objects.requireNonNull(args, "args");
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
        Duration delay = Duration.ofMillis(args.length > 1 ? Long.parseLong(args[1]) : 0);
        Function<ModelRequest, Reply> model = Rules.callingEveryTool();
        try (ModelServer server =
                onPort(port).keeping(0).always(asked -> model.apply(asked).after(delay))) {
            System.out.println(server.url("/v1"));
            while (System.in.read() >= 0) {
                // Whoever started this process closes the stream, or ends.
            }
        }
    }

    /** Starts a model that gives these replies, in this order, and then no more. */
    public static ModelServer start(Reply... replies) {
        Objects.requireNonNull(replies, "replies");
        return onPort(0).then(replies);
    }

    /** Starts a model that computes every reply. */
    public static ModelServer start(Function<ModelRequest, Reply> reply) {
        return onPort(0).always(reply);
    }

    /**
     * Starts a model on a port of one's own.
     *
     * @throws java.io.UncheckedIOException where the port is taken
     */
    public static ModelServer onPort(int port) {
        return new ModelServer(port);
    }

    /** Gives these replies after those it was given before. Returns this server. */
    public ModelServer then(Reply... replies) {
        Objects.requireNonNull(replies, "replies");
        script.add(List.of(replies));
        return this;
    }

    /** Gives this reply to every request that matches. Returns this server. */
    public ModelServer when(Predicate<ModelRequest> matches, Reply reply) {
        Objects.requireNonNull(matches, "matches");
        Objects.requireNonNull(reply, "reply");
        return when(matches, request -> reply);
    }

    /** Computes the reply to every request that matches. Returns this server. */
    public ModelServer when(Predicate<ModelRequest> matches, Function<ModelRequest, Reply> reply) {
        Objects.requireNonNull(matches, "matches");
        script.rule(matches, reply);
        return this;
    }

    /** Computes the reply to every request that no earlier rule matches. Returns this server. */
    public ModelServer always(Function<ModelRequest, Reply> reply) {
        return when(request -> true, reply);
    }

    /** Keeps only so many of the newest requests; {@value Script#KEPT} by default. Returns this server. */
    public ModelServer keeping(int requests) {
        script.keep(requests);
        return this;
    }

    /** Refuses requests that do not carry this key where the wire format has it, for example as a bearer token. Returns this server. */
    public ModelServer requiring(String wanted) {
        Objects.requireNonNull(wanted, "wanted");
        key = wanted;
        return this;
    }

    /**
     * Makes embeddings by this model from now on: what it returns is what the host answers, and what it throws is the host's error. Returns this server.
     *
     * {@snippet lang=java :
     * server.embedding((request, call) -> { throw ProviderException.of(Kind.RATE_LIMITED, "slow down").build(); });
     * }
     */
    public ModelServer embedding(EmbeddingProvider model) {
        embeddings = Objects.requireNonNull(model, "model");
        return this;
    }

    /** The requests for embeddings that could be read, oldest first. */
    public List<EmbeddingRequest> embeddingRequests() {
        return List.copyOf(embedded);
    }

    /** Has these models, as an Ollama: they are listed without being fetched first. Returns this server. */
    public ModelServer having(String... ollamaModels) {
        Objects.requireNonNull(ollamaModels, "ollamaModels");
        shelf.put(List.of(ollamaModels));
        return this;
    }

    /** The address of a path, for example {@code url("/v1")} as the base URL of a client. */
    public URI url(String path) {
        Objects.requireNonNull(path, "path");
        return http.url(path);
    }

    /** The requests that could be read, oldest first; at most as many as are kept. */
    public List<ModelRequest> requests() {
        return script.requests();
    }

    /** How many requests could be read. */
    public long asked() {
        return script.asked();
    }

    /** How many requests are being answered now. */
    public int inProgress() {
        return http.inProgress();
    }

    /** How many answers were not wanted to their end: the client closed the connection first. */
    public long abandoned() {
        return http.abandoned();
    }

    /**
     * Blocks until no request is being answered, for example to see that a client that was stopped has gone away.
     *
     * @throws AssertionError where one still is after this time
     */
    public void awaitIdle(Duration atMost) throws InterruptedException {
        Objects.requireNonNull(atMost, "atMost");
        http.awaitIdle(atMost);
    }

    /** Closes all connections and returns when their threads have ended. */
    @Override
    public void close() {
        http.close();
    }

    private Answer answer(Request request) {
        String path = request.path().replaceFirst("\\?.*", "");
        Optional<Served> spoken = served.stream()
                .filter(wire -> wire.serves(request.method(), path))
                .findFirst();
        if (spoken.isEmpty()) {
            List<String> names = served.stream().map(Served::format).toList();
            return Answer.of(404, "text/plain", request + " is not served; wire formats: " + String.join(", ", names));
        }
        Served wire = spoken.get();
        if (key != null && !wire.key(request).equals(Optional.of(key))) {
            return wire.error(Kind.AUTHENTICATION, "Incorrect API key provided.", Duration.ZERO);
        }
        try {
            return switch (wire) {
                case Wire chat -> chat(chat, request);
                case CountWire counts -> counts.answer(request);
                case EmbeddingWire vectors -> embed(vectors, request);
                case OllamaShelf models -> models.answer(request, path);
            };
        } catch (JsonException e) {
            return refused(wire, "We could not parse the JSON body of your request: " + e.getMessage());
        } catch (Wire.Refusal e) {
            return refused(wire, String.valueOf(e.getMessage()));
        } catch (TenonException e) {
            return refused(wire, e.getMessage() + " (" + e.code() + ")");
        } catch (RuntimeException | AssertionError e) {
            return refused(wire, "a rule of the script failed: " + e);
        }
    }

    private Answer chat(Wire wire, Request request) {
        Json body = Json.parse(request.body());
        ModelRequest asked =
                wire.read(new WireRequest(wire.format(), request.method(), request.path(), request.headers(), body));
        return answer(wire, asked, script.answer(asked));
    }

    private Answer embed(EmbeddingWire wire, Request request) {
        Json.Obj body = Json.parse(request.body()).asObj();
        EmbeddingRequest asked = wire.read(body);
        embedded.add(asked);
        try {
            EmbeddingResponse made = embeddings.embed(asked, Call.unwatched());
            return Answer.of(
                    200,
                    "application/json",
                    WireJson.bytes(wire.write(body, made).toString()));
        } catch (ProviderException e) {
            return switch (e.kind()) {
                case NETWORK -> Answer.none(Ending.RESET);
                case MALFORMED_RESPONSE -> Answer.of(200, "application/json", "{\"data\": <html>");
                default ->
                    wire.error(
                            e.kind(),
                            String.valueOf(e.getMessage()),
                            e.retryAfter().orElse(Duration.ZERO));
            };
        }
    }

    private static Answer refused(Served wire, String message) {
        return wire.error(Kind.INVALID_REQUEST, message, Duration.ZERO);
    }

    private Answer answer(Wire wire, ModelRequest asked, Reply reply) {
        Answer answer = reply.fault().isEmpty()
                ? whole(wire.write(asked, reply, answers.incrementAndGet()), asked.streamed())
                : failing(wire, asked, reply, reply.fault().get());
        return answer.waiting(reply.delay(), reply.pause());
    }

    private static Answer whole(Wire.Written written, boolean streamed) {
        return new Answer(
                200,
                Map.of("content-type", written.contentType()),
                written.packets(),
                streamed,
                Ending.COMPLETE,
                Duration.ZERO,
                Duration.ZERO);
    }

    private Answer failing(Wire wire, ModelRequest asked, Reply reply, Fault fault) {
        return switch (fault) {
            case Fault.Refused refused ->
                switch (refused.kind()) {
                    case NETWORK -> failing(wire, asked, reply, Fault.reset());
                    case MALFORMED_RESPONSE -> failing(wire, asked, reply, Fault.garbage());
                    default -> refused(wire, asked, reply, refused);
                };
            case Fault.Status said -> {
                Answer answer = Answer.of(said.status(), "text/html; charset=utf-8", said.body());
                for (Map.Entry<String, String> header : said.headers().entrySet()) {
                    answer = answer.withHeader(header.getKey(), header.getValue());
                }
                yield answer;
            }
            case Fault.Broken broken -> broken(wire, asked, reply, broken.how());
        };
    }

    private Answer refused(Wire wire, ModelRequest asked, Reply reply, Fault.Refused refused) {
        return reply.parts().isEmpty() || !asked.streamed()
                ? wire.error(refused.kind(), refused.message(), refused.retryAfter())
                : begun(
                        wire,
                        asked,
                        reply,
                        wire.errorInStream(asked, refused.kind(), refused.message()),
                        Ending.COMPLETE);
    }

    private Answer broken(Wire wire, ModelRequest asked, Reply reply, Fault.How how) {
        Ending ending = switch (how) {
            case CUT -> Ending.CUT;
            case RESET -> Ending.RESET;
            case SILENCE -> Ending.SILENCE;
            case GARBAGE -> Ending.COMPLETE;
        };
        if (how == Fault.How.GARBAGE) {
            byte[] garbage = "data: {\"choices\": <html>\n\n".getBytes(StandardCharsets.UTF_8);
            return reply.parts().isEmpty() || !asked.streamed()
                    ? Answer.of(200, "application/json", garbage)
                    : begun(wire, asked, reply, garbage, ending);
        }
        return reply.parts().isEmpty() ? Answer.none(ending) : begun(wire, asked, reply, new byte[0], ending);
    }

    /** The pieces of a stream, or the first half of a whole answer, and then what goes wrong. */
    private Answer begun(Wire wire, ModelRequest asked, Reply reply, byte[] last, Ending ending) {
        Wire.Written written = wire.write(asked, reply, answers.incrementAndGet());
        List<byte[]> packets = new ArrayList<>();
        for (byte[] packet : written.packets()) {
            packets.add(asked.streamed() ? packet : Arrays.copyOf(packet, packet.length / 2));
        }
        return whole(new Wire.Written(written.contentType(), Packets.with(packets, last)), asked.streamed())
                .ending(ending);
    }
}
