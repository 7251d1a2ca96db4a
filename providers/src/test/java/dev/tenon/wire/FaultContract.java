package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.http.HttpClient;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Notice;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.provider.Retry;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Ending;
import dev.tenon.testing.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What becomes of a call when the host or the way to it is not well, over real sockets: the same for every wire format, which says here how it writes an
 * answer.
 */
@Timeout(180)
public abstract class FaultContract {
    /** For the classes that extend this one. */
    protected FaultContract() {}

    /** A provider of this format, at a base URL that ends in {@code /v1}. */
    protected abstract Provider provider(String url, HttpClient http);

    /** The host's name in messages. */
    protected abstract String host();

    /** What an answer cannot be without, as messages say. */
    protected abstract String answer();

    /** A whole reply, of id {@code c1}, whose text is {@code Hello}. */
    protected abstract String whole();

    /** The events that begin a stream, of id {@code c1}, each ended by a blank line; empty where the first text does. */
    protected abstract String begin();

    /** The events of a piece of text. */
    protected abstract String text(String piece);

    /** The events that end an answer well. */
    protected abstract String finish();

    /** An error's body, of {@link Kind#OVERLOADED} by its own words; its message is {@code Too much}. */
    protected abstract String overloaded();

    /** What that error is in the midst of a reply that began well: a host whose errors have no codes tells no kind there. */
    protected Kind inReply() {
        return Kind.OVERLOADED;
    }

    /** The id of a reply; empty where the wire has none. */
    protected String id() {
        return "c1";
    }

    /** What a stream may hold after a text, and is that error; each ended by a blank line or by the end. */
    protected List<String> errorsInStream() {
        return List.of(
                "data: " + overloaded() + "\n\n",
                "event: error\ndata: " + overloaded() + "\n\n",
                overloaded() + "\n\n");
    }

    /** How a host of this format sends a stream: the content type, and the bytes of events that are written as server-sent ones. */
    protected record Framing(String contentType, Function<String, byte[]> bytes) {
        /** As server-sent events. */
        public static final Framing EVENTS = new Framing("text/event-stream", RawHost::bytes);

        /** One JSON a line. */
        public static final Framing LINES = new Framing("application/x-ndjson", events -> {
            StringBuilder lines = new StringBuilder();
            data(events).forEach(json -> lines.append(json).append('\n'));
            return RawHost.bytes(lines.toString());
        });

        /** In Amazon's binary messages, each made of the JSON of an event. */
        public static Framing binary(Function<String, byte[]> message) {
            return new Framing("application/vnd.amazon.eventstream", events -> {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                data(events).forEach(json -> all.writeBytes(message.apply(json)));
                return all.toByteArray();
            });
        }

        private static List<String> data(String events) {
            return events.lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> line.substring("data: ".length()))
                    .toList();
        }

        private boolean isEvents() {
            return equals(EVENTS);
        }

        private boolean isBinary() {
            return contentType.contains("amazon");
        }
    }

    /** How this host sends a stream. What proxies make of it is tried too, where that is server-sent events. */
    protected Framing framing() {
        return Framing.EVENTS;
    }

    /** The head of a stream, in chunks. */
    private byte[] head() {
        return RawHost.bytes("HTTP/1.1 200 OK\r\ncontent-type: " + framing().contentType()
                + "\r\ntransfer-encoding: chunked\r\n\r\n");
    }

    private byte[] framed(String events) {
        return framing().bytes().apply(events);
    }

    /** A chunk of HTTP that has these events. */
    private byte[] httpChunk(String events) {
        byte[] bytes = framed(events);
        return joined(RawHost.bytes(Integer.toHexString(bytes.length) + "\r\n"), bytes, RawHost.bytes("\r\n"));
    }

    /** The beginning of an event that does not go on. */
    private byte[] half() {
        return Arrays.copyOf(framed(text("x")), 9);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) all.writeBytes(part);
        return all.toByteArray();
    }

    private Answer stream(byte[]... pieces) {
        return Answer.chunked(200, framing().contentType(), List.of(pieces));
    }

    /** What only server-sent events have. */
    private void needsEvents() {
        assumeTrue(framing().isEvents(), "the format has no server-sent events");
    }

    /** Whether a request asks for a stream. */
    protected boolean streamed(LoopbackServer.Request request) {
        return request.text().contains("\"stream\":true");
    }

    /** The start of a stream, up to this text. */
    protected final String chunk(String text) {
        return begin() + text(text);
    }

    /** As {@link #provider(String, HttpClient)}, with the client of all. */
    protected final Provider provider(String url) {
        return provider(url, HttpClient.shared());
    }

    /** A call that somebody watches. */
    protected static Call watched() {
        return watched(new Cancellation(), new ArrayList<>());
    }

    /** A call of this scope whose deltas go into this list. */
    protected static Call watched(Cancellation scope, List<Delta> deltas) {
        return Call.watched(scope, deltas::add, notice -> {});
    }

    /** Asks anything. */
    protected static ChatResponse ask(Provider provider, Call call) {
        return provider.chat(ChatRequest.of("Hello?"), call);
    }

    /** Asks, and gives what went wrong. */
    protected static ProviderException failure(Provider provider, Call call) {
        ProviderException e = catchThrowableOfType(ProviderException.class, () -> ask(provider, call));
        assertThat(e).as("the exception").isNotNull();
        return e;
    }

    /** Watched and not, against a server that answers so. */
    protected final List<ProviderException> failures(Answer answer) {
        try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
            Provider provider = provider(server.url("/v1").toString());
            return List.of(failure(provider, Call.unwatched()), failure(provider, watched()));
        }
    }

    /** What goes wrong with a watched call to a server that answers so. */
    protected final ProviderException failure(Answer answer) {
        try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
            return failure(provider(server.url("/v1").toString()), watched());
        }
    }

    /** What comes of a call to a server that answers so. */
    protected final ChatResponse answered(Answer answer, Call call) {
        try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
            return ask(provider(server.url("/v1").toString()), call);
        }
    }

    /** A JSON answer. */
    protected static Answer json(int status, String body) {
        return Answer.of(status, "application/json", body);
    }

    /** A stream of these events, in these chunks. */
    protected final Answer events(String... pieces) {
        return Answer.chunked(
                200,
                framing().contentType(),
                Stream.of(pieces).map(this::framed).toList());
    }

    // The way to the host

    @Test
    void refusedConnection() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        ProviderException e = failure(provider("http://127.0.0.1:" + free + "/v1"), Call.unwatched());
        assertThat(e.kind()).isEqualTo(Kind.NETWORK);
        assertThat(e.status()).isZero();
        assertThat(e.getMessage()).startsWith("no connection to 127.0.0.1, or it broke: ");
    }

    @Test
    void unknownHost() {
        ProviderException e = failure(provider("http://no-such-host.invalid/v1"), Call.unwatched());
        assertThat(e.kind()).isEqualTo(Kind.NETWORK);
    }

    @Test
    void resetBeforeTheHeaders() throws IOException {
        try (RawHost host = new RawHost((out, socket) -> RawHost.reset(socket))) {
            assertThat(failure(provider(host.url()), Call.unwatched()).kind()).isEqualTo(Kind.NETWORK);
            assertThat(host.requests()).isEqualTo(1);
        }
    }

    @Test
    void closedBeforeTheHeaders() throws IOException {
        try (RawHost host = new RawHost((out, socket) -> socket.close())) {
            assertThat(failure(provider(host.url()), Call.unwatched()).kind()).isEqualTo(Kind.NETWORK);
            assertThat(host.requests()).isEqualTo(1);
        }
    }

    @Test
    void resetWithinTheHeaders() throws IOException {
        try (RawHost host = new RawHost((out, socket) -> {
            out.write(RawHost.bytes("HTTP/1.1 200 OK\r\ncontent-ty"));
            out.flush();
            RawHost.reset(socket);
        })) {
            assertThat(failure(provider(host.url()), Call.unwatched()).kind()).isEqualTo(Kind.NETWORK);
            assertThat(host.requests()).isEqualTo(1);
        }
    }

    @Test
    void noHttpAtAll() throws IOException {
        try (RawHost host = new RawHost((out, socket) -> {
            out.write(RawHost.bytes("SSH-2.0-OpenSSH_9.6\r\n\r\n"));
            socket.close();
        })) {
            assertThat(failure(provider(host.url()), Call.unwatched()).kind()).isEqualTo(Kind.NETWORK);
        }
    }

    @Test
    void resetAfterTheHeaders() throws IOException {
        try (RawHost host = new RawHost((out, socket) -> {
            out.write(head());
            out.flush();
            RawHost.reset(socket);
        })) {
            ProviderException e = failure(provider(host.url()), watched());
            assertThat(e.kind()).isEqualTo(Kind.NETWORK);
            assertThat(e.status()).isEqualTo(200);
            assertThat(e.partial()).isEmpty();
        }
    }

    @Test
    void cutInTheMiddleOfAChunk() throws IOException {
        try (RawHost host = new RawHost((out, socket) -> {
            out.write(joined(head(), httpChunk(chunk("One ")), RawHost.bytes("ffff\r\n"), half()));
            socket.close();
        })) {
            List<Delta> deltas = new ArrayList<>();
            ProviderException e = failure(provider(host.url()), watched(new Cancellation(), deltas));
            assertThat(e.kind()).isEqualTo(Kind.NETWORK);
            assertThat(e.partial().orElseThrow().text()).isEqualTo("One ");
            assertThat(deltas).containsExactly(new Delta.Text("One "));
            assertThat(host.requests()).isEqualTo(1);
        }
    }

    @Test
    void chunkSizesThatAreNone() throws IOException {
        try (RawHost host = new RawHost((out, socket) -> {
            out.write(joined(head(), RawHost.bytes("xyz\r\n"), framed(chunk("One ")), RawHost.bytes("\r\n")));
            out.flush();
        })) {
            assertThat(failure(provider(host.url()), watched()).kind()).isEqualTo(Kind.NETWORK);
        }
    }

    @Test
    void aLengthThatIsTooLong() throws IOException {
        try (RawHost host = new RawHost((out, socket) -> {
            out.write(RawHost.bytes(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n" + whole()));
            socket.close();
        })) {
            assertThat(failure(provider(host.url()), Call.unwatched()).kind()).isEqualTo(Kind.NETWORK);
        }
    }

    @Test
    void aLengthThatIsTooShort() throws IOException {
        try (RawHost host = new RawHost((out, socket) -> {
            out.write(RawHost.bytes(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60\r\n\r\n" + whole()));
            out.flush();
        })) {
            ProviderException e = failure(provider(host.url()), Call.unwatched());
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e).hasMessage(host() + ": the reply is no JSON, or was cut at byte 60");
        }
    }

    @Test
    void aRedirectIsNotFollowed() {
        AtomicInteger asked = new AtomicInteger();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            asked.incrementAndGet();
            return json(307, "").withHeader("location", "/elsewhere");
        })) {
            for (Call call : List.of(Call.unwatched(), watched())) {
                ProviderException e = failure(provider(server.url("/v1").toString()), call);
                assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
                assertThat(e.status()).isEqualTo(307);
                assertThat(e)
                        .hasMessage(host() + " answered 307: the address has moved, and a request that costs money"
                                + " follows no redirect; change the base URL");
            }
        }
        assertThat(asked).hasValue(2);
    }

    @Test
    void nothingIsSentTwiceBehindTheCallersBack() {
        for (int status : new int[] {408, 421, 500, 502, 503, 504, 401, 301}) {
            AtomicInteger asked = new AtomicInteger();
            try (LoopbackServer server = LoopbackServer.start(request -> {
                asked.incrementAndGet();
                return json(status, "{}").withHeader("retry-after", "0").withHeader("location", "/elsewhere");
            })) {
                ProviderException e = failure(provider(server.url("/v1").toString()), Call.unwatched());
                assertThat(e.status()).isEqualTo(status);
                if (status == 503) assertThat(e.retryAfter()).contains(Duration.ZERO);
            }
            assertThat(asked).as("requests answered with %d", status).hasValue(1);
        }
    }

    @Test
    void aCertificateThatNobodyVouchesFor() throws IOException {
        HandshakeCertificates own = new HandshakeCertificates.Builder()
                .heldCertificate(new HeldCertificate.Builder()
                        .addSubjectAlternativeName("127.0.0.1")
                        .build())
                .build();
        AtomicInteger asked = new AtomicInteger();
        try (ServerSocket host = own.sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try (Socket socket = host.accept()) {
                        if (socket.getInputStream().read() >= 0) asked.incrementAndGet();
                    } catch (IOException e) {
                        // Of the handshake, as it should be; or the host is closed.
                        if (host.isClosed()) return;
                    }
                }
            });
            String url = "https://127.0.0.1:" + host.getLocalPort() + "/v1";
            for (Call call : List.of(Call.unwatched(), watched())) {
                ProviderException e = failure(provider(url), call);
                assertThat(e.kind()).isEqualTo(Kind.NETWORK);
                assertThat(e.getMessage()).startsWith("no connection to 127.0.0.1, or it broke: ");
            }
        }
        assertThat(asked).as("nothing was sent").hasValue(0);
    }

    // Again, or not

    /** Calls of a host that answers so, each made at most three times. */
    private int attempts(Answer answer) {
        AtomicInteger asked = new AtomicInteger();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            asked.incrementAndGet();
            return answer;
        })) {
            Retry soon = new Retry(3, Duration.ofNanos(1), Duration.ofMillis(1));
            failure(provider(server.url("/v1").toString()).retrying(soon), Call.unwatched());
        }
        return asked.get();
    }

    @Test
    void isMadeAgainWhereThatCanHelp() {
        for (int status : new int[] {408, 429, 500, 502, 503, 504, 529}) {
            assertThat(attempts(json(status, "{}")))
                    .as("requests answered with %d", status)
                    .isEqualTo(3);
        }
        assertThat(attempts(json(200, overloaded()))).isEqualTo(3);
        assertThat(attempts(Answer.none(Ending.RESET))).isEqualTo(3);
        assertThat(attempts(json(200, whole().substring(0, 20))))
                .as("once more")
                .isEqualTo(2);
        for (int status : new int[] {307, 400, 401, 402, 403, 404, 413, 422}) {
            assertThat(attempts(json(status, "{}")))
                    .as("requests answered with %d", status)
                    .isEqualTo(1);
        }
    }

    @Test
    void theHostSaysHowLongToWait() {
        for (var header : Map.of("retry-after-ms", "3", "retry-after", "0.003").entrySet()) {
            List<Notice> notices = new ArrayList<>();
            AtomicInteger asked = new AtomicInteger();
            try (LoopbackServer server = LoopbackServer.start(request -> asked.incrementAndGet() == 1
                    ? json(429, "{}").withHeader(header.getKey(), header.getValue())
                    : events(chunk("Hello"), finish()))) {
                Provider patient = provider(server.url("/v1").toString()).retrying(Retry.DEFAULT);
                Call call = Call.watched(new Cancellation(), delta -> {}, notices::add);
                assertThat(ask(patient, call).text()).isEqualTo("Hello");
            }
            assertThat(notices)
                    .extracting(it -> it instanceof Notice.Retrying retrying ? retrying.pause() : null)
                    .contains(Duration.ofMillis(3));
        }
    }

    @Test
    void aWaitIsNeverLongerThanTheDeadline() {
        AtomicInteger asked = new AtomicInteger();
        try (Cancellation deadline = Cancellation.after(Duration.ofSeconds(30));
                LoopbackServer server = LoopbackServer.start(request -> {
                    asked.incrementAndGet();
                    return json(429, "{}").withHeader("retry-after", "31");
                })) {
            Retry patient = new Retry(3, Duration.ofMillis(1), Duration.ofHours(1));
            ProviderException e = failure(
                    provider(server.url("/v1").toString()).retrying(patient), watched(deadline, new ArrayList<>()));
            assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED);
            assertThat(e.retryAfter()).contains(Duration.ofSeconds(31));
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void aStreamThatBrokeIsDiscardedAndMadeAgain() {
        AtomicInteger asked = new AtomicInteger();
        List<Delta> deltas = new ArrayList<>();
        try (LoopbackServer server = LoopbackServer.start(request -> asked.incrementAndGet() == 1
                ? events(chunk("Hal")).ending(Ending.RESET)
                : events(chunk("Hello"), finish()))) {
            Retry soon = new Retry(3, Duration.ofNanos(1), Duration.ofMillis(1));
            Provider patient = provider(server.url("/v1").toString()).retrying(soon);
            assertThat(ask(patient, watched(new Cancellation(), deltas)).text()).isEqualTo("Hello");
        }
        assertThat(asked).hasValue(2);
        assertThat(deltas)
                .endsWith(
                        new Delta.Discarded("the call failed and is made again: provider.network"),
                        new Delta.Text("Hello"));
    }

    @Test
    void noConnectionIsLeftInUse() {
        ConnectionPool pool = new ConnectionPool(8, 1, TimeUnit.MINUTES);
        HttpClient http =
                HttpClient.of(new OkHttpClient.Builder().connectionPool(pool).build());
        List<Answer> answers = List.of(
                json(429, "{}"),
                json(500, ""),
                json(200, whole().substring(0, 20)),
                json(200, whole()).withHeader("content-encoding", "gzip"),
                json(200, "{}"),
                Answer.of(200, "text/html", "<html>"),
                events(chunk("Hello")),
                events(chunk("Hello")).ending(Ending.RESET),
                events(errorsInStream().get(0)),
                Answer.none(Ending.RESET),
                Answer.none(Ending.CUT));
        for (Answer answer : answers) {
            try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
                Provider provider = provider(server.url("/v1").toString(), http);
                failure(provider, Call.unwatched());
                failure(provider, watched());
                assertThat(pool.connectionCount() - pool.idleConnectionCount())
                        .as(answer.toString())
                        .isZero();
            }
        }
    }

    // What the host says

    @Test
    void garbageInsteadOfGzip() {
        for (ProviderException e : failures(json(200, whole()).withHeader("content-encoding", "gzip"))) {
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
        }
    }

    @Test
    void gzipThatIsCut() throws IOException {
        byte[] packed = gzip(whole());
        byte[] cut = java.util.Arrays.copyOf(packed, packed.length - 20);
        for (ProviderException e :
                failures(Answer.of(200, "application/json", cut).withHeader("content-encoding", "gzip"))) {
            assertThat(e.kind()).isEqualTo(Kind.NETWORK);
        }
    }

    @Test
    void gzipIsReadWholeAndStreamed() throws IOException {
        Answer whole = Answer.of(200, "application/json", gzip(whole())).withHeader("content-encoding", "gzip");
        assertThat(answered(whole, Call.unwatched()).text()).isEqualTo("Hello");
        Answer stream = Answer.chunked(200, "text/event-stream", List.of(gzip(chunk("Hel") + text("lo") + finish())))
                .withHeader("content-encoding", "gzip");
        assertThat(answered(stream, watched()).text()).isEqualTo("Hello");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(RawHost.bytes(text));
        }
        return bytes.toByteArray();
    }

    @Test
    void aPageInsteadOfAnError() {
        for (ProviderException e : failures(Answer.of(502, "text/html", "<html><body>Bad gateway</body></html>"))) {
            assertThat(e.kind()).isEqualTo(Kind.SERVER);
            assertThat(e).hasMessage(host() + " answered 502");
            assertThat(e.reported()).isEqualTo(Json.Obj.EMPTY);
        }
    }

    @Test
    void aPageInsteadOfAReply() {
        for (ProviderException e : failures(Answer.of(200, "text/html", "<html><body>Sign in</body></html>"))) {
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e)
                    .hasMessage(
                            host() + ": expected JSON or an event stream, got text/html; is the base URL" + " right?");
        }
    }

    @Test
    void nothing() {
        for (ProviderException e : failures(json(200, ""))) {
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e).hasMessage(host() + ": the reply is empty");
        }
        for (ProviderException e : failures(json(200, " \n\n "))) {
            assertThat(e).hasMessage(host() + ": the reply is empty");
        }
    }

    @Test
    void jsonThatIsCutAtEveryByte() {
        for (int length = 1; length < whole().length(); length++) {
            Answer answer = json(200, whole().substring(0, length));
            try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
                ProviderException e = failure(provider(server.url("/v1").toString()), Call.unwatched());
                assertThat(e.kind()).as("cut at %d", length).isEqualTo(Kind.MALFORMED_RESPONSE);
            }
        }
    }

    @Test
    void jsonThatIsNoReply() {
        assertThat(failures(json(200, "{\"object\":\"list\",\"data\":[]}")))
                .extracting(Throwable::getMessage)
                .containsOnly(host() + ": the reply has no " + answer());
        assertThat(failures(json(200, "[]")))
                .extracting(ProviderException::kind)
                .containsOnly(Kind.MALFORMED_RESPONSE);
        assertThat(failures(json(200, "null")))
                .extracting(ProviderException::kind)
                .containsOnly(Kind.MALFORMED_RESPONSE);
    }

    @Test
    void anErrorInsideA200() {
        for (ProviderException e : failures(json(200, overloaded()))) {
            assertThat(e.kind()).isEqualTo(inReply());
            assertThat(e.reported().string("message")).contains("Too much");
            assertThat(e).hasMessage(host() + " reported an error: Too much");
        }
    }

    @Test
    void anErrorWithAWrongContentType() {
        for (ProviderException e : failures(Answer.of(503, "text/plain", overloaded()))) {
            assertThat(e.kind()).isEqualTo(Kind.OVERLOADED);
            assertThat(e.reported().string("message")).contains("Too much");
        }
    }

    @Test
    void aStreamWhereJsonWasAskedForAndTheOtherWayRound() {
        needsEvents();
        for (Call call : List.of(Call.unwatched(), watched())) {
            for (String type : List.of("application/json", "text/event-stream", "text/plain")) {
                assertThat(answered(Answer.of(200, type, whole()), call).text()).isEqualTo("Hello");
                assertThat(answered(Answer.of(200, type, ": hi\n\n" + chunk("Hel") + text("lo") + finish()), call)
                                .text())
                        .isEqualTo("Hello");
            }
        }
    }

    @Test
    void oneChunkALineWithoutFraming() {
        needsEvents();
        String lines = (chunk("Hel") + text("lo") + finish())
                .replaceAll("event: .*\n", "")
                .replace("data: ", "")
                .replace("\n\n", "\n");
        List<Delta> deltas = new ArrayList<>();
        assertThat(answered(Answer.of(200, "application/x-ndjson", lines), watched(new Cancellation(), deltas))
                        .text())
                .isEqualTo("Hello");
        assertThat(deltas).containsExactly(new Delta.Text("Hel"), new Delta.Text("lo"));
    }

    @Test
    void blankLinesAndAByteOrderMarkFirst() {
        needsEvents();
        assertThat(answered(json(200, "\uFEFF\n\n  " + whole()), Call.unwatched())
                        .text())
                .isEqualTo("Hello");
        assertThat(answered(events("\uFEFF" + chunk("Hello") + finish()), watched())
                        .text())
                .isEqualTo("Hello");
    }

    // Streams

    @Test
    void aStreamThatStopsDead() {
        byte[] one = framed(chunk("One "));
        for (Answer answer : List.of(
                stream(one),
                stream(one, half()),
                stream(joined(one, half())),
                stream(joined(one, Arrays.copyOf(half(), 6))))) {
            try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
                ProviderException e = failure(provider(server.url("/v1").toString()), watched());
                assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
                assertThat(e.partial().orElseThrow().text()).isEqualTo("One ");
                assertThat(e.partial().orElseThrow().id()).isEqualTo(id());
                assertThat(e.reported()).isEqualTo(Json.Obj.EMPTY);
            }
        }
    }

    @Test
    void aStreamWithoutAnAnswer() {
        needsEvents();
        for (String body : List.of(": hi\n\n", "data:\n\n")) {
            Answer answer = events(body);
            try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
                ProviderException e = failure(provider(server.url("/v1").toString()), watched());
                assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
                assertThat(e).hasMessage(host() + ": the stream ended without an answer");
            }
        }
    }

    @Test
    void aLastEventWithoutABlankLineIsRead() {
        assumeTrue(!framing().isBinary(), "messages of the format say how long they are");
        String ending = new String(framed(finish()), StandardCharsets.UTF_8).stripTrailing();
        assertThat(answered(stream(framed(chunk("Hello")), RawHost.bytes(ending)), watched())
                        .text())
                .isEqualTo("Hello");
    }

    @Test
    void eventsThatAreNoJsonAreSkippedButDoNotEndAnAnswer() {
        needsEvents();
        assertThat(answered(events("data: [PING]\n\n", chunk("Hello"), "data: null\n\n", finish()), watched())
                        .text())
                .isEqualTo("Hello");
        Answer answer = events(chunk("One "), "data: upstream error\n\n");
        try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
            ProviderException e = failure(provider(server.url("/v1").toString()), watched());
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e).hasMessage(host() + ": the stream ended before the answer did");
        }
    }

    @Test
    void aStreamThatBreaksAfterItsAnswerIsWhole() {
        Answer answer = events(chunk("Hello"), finish()).ending(Ending.RESET);
        assertThat(answered(answer, watched()).text()).isEqualTo("Hello");
    }

    @Test
    void anErrorInTheMiddleOfAStream() {
        for (String error : errorsInStream()) {
            Answer answer = events(chunk("One "), error);
            try (LoopbackServer server = LoopbackServer.start(request -> answer)) {
                ProviderException e = failure(provider(server.url("/v1").toString()), watched());
                assertThat(e.kind()).as(error).isEqualTo(inReply());
                assertThat(e.partial().orElseThrow().text()).isEqualTo("One ");
                assertThat(e.reported().string("message")).contains("Too much");
            }
        }
    }

    @Test
    void bytesCutInTheMiddleOfACharacter() {
        byte[] body = framed(chunk("caf\u00e9 \uD83D\uDE80 \u4E16") + finish());
        List<byte[]> bytes = IntStream.range(0, body.length)
                .mapToObj(i -> new byte[] {body[i]})
                .toList();
        Answer answer = Answer.chunked(200, framing().contentType(), bytes);
        assertThat(answered(answer, watched()).text()).isEqualTo("caf\u00e9 \uD83D\uDE80 \u4E16");
    }

    @Test
    void bytesThatAreNoUtf8() {
        // In lines they are no JSON, as in a whole reply.
        if (framing().isEvents()) {
            byte[] broken = framed(chunk("a#b"));
            broken[new String(broken, StandardCharsets.ISO_8859_1).indexOf('#')] = (byte) 0xFF;
            assertThat(answered(stream(broken, framed(finish())), watched()).text())
                    .isEqualTo("a\uFFFDb");
        }

        byte[] whole = whole().replace("Hello", "a#b").getBytes(StandardCharsets.ISO_8859_1);
        whole[whole().indexOf("Hello") + 1] = (byte) 0xFF;
        for (ProviderException e : failures(Answer.of(200, "application/json", whole))) {
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
        }
    }

    @Test
    void aStreamThatGrowsWithoutBound() {
        Iterable<byte[]> endless =
                () -> Stream.concat(Stream.of(framed(begin())), Stream.generate(() -> framed(text("x".repeat(1000)))))
                        .iterator();
        try (LoopbackServer server =
                LoopbackServer.start(request -> Answer.chunked(200, framing().contentType(), endless))) {
            HttpClient bounded = HttpClient.builder().maxResponseBytes(1 << 20).build();
            Provider provider = provider(server.url("/v1").toString(), bounded);
            ProviderException e = failure(provider, watched());
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e)
                    .hasMessage("the reply is longer than 1048576 bytes; if that is right, allow more by"
                            + " HttpClient.builder().maxResponseBytes(\u2026)");
            assertThat(e.partial().orElseThrow().text()).hasSizeGreaterThan(100_000);
        }
    }

    @Test
    void anEventThatNeverEnds() {
        needsEvents();
        Iterable<byte[]> endless = () -> Stream.concat(
                        Stream.of(RawHost.bytes("data: {\"id\":\"")),
                        Stream.generate(() -> RawHost.bytes("x".repeat(1 << 16))))
                .iterator();
        try (LoopbackServer server =
                LoopbackServer.start(request -> Answer.chunked(200, "text/event-stream", endless))) {
            ProviderException e = failure(provider(server.url("/v1").toString()), watched());
            assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            assertThat(e).hasMessage("an event of the stream is longer than 16777216 bytes; the stream was given up");
        }
    }

    @Test
    void aReplyOfFiftyMegabytes() {
        String text = "0123456789abcdef".repeat(50 << 16);
        assertThat(answered(json(200, whole().replace("Hello", text)), Call.unwatched())
                        .text())
                .isEqualTo(text);
    }

    @Test
    void jsonNestedTooDeep() {
        String deep = "[".repeat(100_000);
        for (String body : List.of("{\"" + answer() + "\":" + deep, "{\"error\":" + deep, "{\"x\":" + deep)) {
            for (ProviderException e : failures(json(200, body))) {
                assertThat(e.kind()).isEqualTo(Kind.MALFORMED_RESPONSE);
            }
        }
        for (ProviderException e : failures(json(400, "{\"error\":" + deep))) {
            assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST);
        }
    }

    @Test
    void anErrorWhoseBodyBreaks() {
        for (ProviderException e :
                failures(json(429, "{\"error\":{\"message\":\"Slow").ending(Ending.RESET))) {
            assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED);
            assertThat(e.status()).isEqualTo(429);
        }
    }

    // Stops

    /** A scope whose deadline is over when the clock is moved by a minute. */
    private static Cancellation within(VirtualClock clock) {
        return Cancellation.below(new Cancellation(clock), "", Duration.ofSeconds(30));
    }

    @Test
    void aTrickleEndsAtTheDeadline() throws Exception {
        VirtualClock clock = new VirtualClock();
        AtomicReference<RawHost> self = new AtomicReference<>();
        try (RawHost host = new RawHost((out, socket) -> {
                    out.write(joined(head(), httpChunk(chunk("One "))));
                    out.flush();
                    clock.advance(Duration.ofMinutes(1));
                    self.get().silence(socket);
                });
                Cancellation deadline = within(clock)) {
            self.set(host);
            StoppedException e = catchThrowableOfType(
                    StoppedException.class, () -> ask(provider(host.url()), watched(deadline, new ArrayList<>())));
            assertThat(e.stop().kind()).isEqualTo(Stop.Kind.DEADLINE);
            host.awaitGone();
        }
    }

    @Test
    void aFirstByteThatDoesNotComeEndsAtTheDeadline() throws Exception {
        VirtualClock clock = new VirtualClock();
        AtomicReference<RawHost> self = new AtomicReference<>();
        try (RawHost host = new RawHost((out, socket) -> {
                    clock.advance(Duration.ofMinutes(1));
                    self.get().silence(socket);
                });
                Cancellation deadline = within(clock)) {
            self.set(host);
            StoppedException e = catchThrowableOfType(
                    StoppedException.class, () -> ask(provider(host.url()).retrying(Retry.DEFAULT), Call.of(deadline)));
            assertThat(e.stop().kind()).isEqualTo(Stop.Kind.DEADLINE);
            host.awaitGone();
            assertThat(host.requests()).isEqualTo(1);
        }
    }

    @Test
    void aSilentHostTimesOut() throws IOException {
        AtomicReference<RawHost> self = new AtomicReference<>();
        try (RawHost host = new RawHost((out, socket) -> self.get().silence(socket))) {
            self.set(host);
            HttpClient hasty =
                    HttpClient.builder().readTimeout(Duration.ofMillis(50)).build();
            ProviderException e = failure(provider(host.url(), hasty), Call.unwatched());
            assertThat(e.kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(e.getMessage()).startsWith("127.0.0.1 did not answer in time: ");
        }
    }

    @Test
    void anInterruptEndsTheCallOnEveryKindOfThread() throws Exception {
        for (Thread.Builder builder : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            for (boolean streaming : new boolean[] {false, true}) {
                AtomicReference<RawHost> self = new AtomicReference<>();
                AtomicReference<Thread> caller = new AtomicReference<>();
                try (RawHost host = new RawHost((out, socket) -> {
                    if (streaming) {
                        out.write(joined(head(), httpChunk(chunk("One "))));
                        out.flush();
                    }
                    caller.get().interrupt();
                    self.get().silence(socket);
                })) {
                    self.set(host);
                    AtomicReference<Throwable> thrown = new AtomicReference<>();
                    AtomicReference<Boolean> kept = new AtomicReference<>();
                    caller.set(builder.unstarted(() -> {
                        try {
                            ask(provider(host.url()), watched());
                        } catch (StoppedException e) {
                            thrown.set(e);
                        }
                        kept.set(Thread.currentThread().isInterrupted());
                    }));
                    caller.get().start();
                    caller.get().join();
                    assertThat(thrown.get())
                            .isInstanceOfSatisfying(
                                    StoppedException.class,
                                    e -> assertThat(e.stop().kind()).isEqualTo(Stop.Kind.INTERRUPTED));
                    assertThat(kept.get()).as("the interrupt is kept").isTrue();
                    host.awaitGone();
                }
            }
        }
    }

    @Test
    void aConnectionIsUsedAgainAfterAGoodReplyAndClosedAfterABadOne() {
        AtomicInteger asked = new AtomicInteger();
        try (LoopbackServer server = LoopbackServer.start(request -> {
            asked.incrementAndGet();
            return streamed(request) ? events(chunk("Hello"), finish()) : json(200, whole());
        })) {
            Provider provider = provider(server.url("/v1").toString());
            for (int i = 0; i < 20; i++) {
                ask(provider, i % 2 == 0 ? Call.unwatched() : watched());
            }
            assertThat(asked).hasValue(20);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aWatcherThatThrowsEndsTheCall() throws Exception {
        AtomicReference<RawHost> self = new AtomicReference<>();
        try (RawHost host = new RawHost((out, socket) -> {
            out.write(joined(head(), httpChunk(chunk("One "))));
            out.flush();
            self.get().silence(socket);
        })) {
            self.set(host);
            Call call = Call.watched(
                    new Cancellation(),
                    delta -> {
                        throw new IllegalStateException("the terminal is gone");
                    },
                    notice -> {});
            assertThat(catchThrowableOfType(IllegalStateException.class, () -> ask(provider(host.url()), call)))
                    .hasMessage("the terminal is gone");
            host.awaitGone();
        }
    }

    @Test
    void aStopOnAnotherThreadClosesTheConnectionAtOnce() throws Exception {
        AtomicReference<RawHost> self = new AtomicReference<>();
        Cancellation stop = new Cancellation();
        try (RawHost host = new RawHost((out, socket) -> {
            stop.cancel("the user left");
            self.get().silence(socket);
        })) {
            self.set(host);
            StoppedException e =
                    catchThrowableOfType(StoppedException.class, () -> ask(provider(host.url()), Call.of(stop)));
            assertThat(e).hasMessage("stopped: the user left");
            host.awaitGone();
        }
    }
}
