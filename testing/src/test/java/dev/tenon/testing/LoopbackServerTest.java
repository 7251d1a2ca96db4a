package dev.tenon.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.testing.LoopbackServer.Answer;
import dev.tenon.testing.LoopbackServer.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopbackServerTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void closeClient() {
        client.shutdownNow();
    }

    private HttpResponse<String> post(LoopbackServer server, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(server.url("/x?y=z"))
                        .header("X-Name", "value")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** What comes over a bare socket until the server closes it. */
    private static String raw(LoopbackServer server, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(UTF_8));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void handsTheRequestToTheHandler() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(
                        201,
                        "text/plain; charset=utf-8",
                        request + " " + request.header("x-name").orElse("?") + " " + request.text())
                .withHeader("X-Answer", "yes"))) {
            HttpResponse<String> response = post(server, "grüße");

            assertThat(response.statusCode()).isEqualTo(201);
            assertThat(response.headers().firstValue("x-answer")).contains("yes");
            assertThat(response.body()).isEqualTo("POST /x?y=z value grüße");
        }
    }

    @Test
    void servesOneRequestAfterTheOtherOnAConnection() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(200, "text/plain", request.text()))) {
            for (int i = 0; i < 5; i++) {
                assertThat(post(server, "body " + i).body()).isEqualTo("body " + i);
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void servesTheNextRequestOfAConnectionAfterAWait() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(request ->
                Answer.of(200, "text/plain", request.text()).waiting(Duration.ofMillis(20), Duration.ZERO))) {
            for (int i = 0; i < 5; i++) {
                assertThat(post(server, "body " + i).body()).isEqualTo("body " + i);
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void readsAChunkedBodyAndAPipelinedRequest() throws IOException {
        try (LoopbackServer server =
                LoopbackServer.start(request -> Answer.of(200, "text/plain", request.path() + request.text()))) {
            String answers = raw(
                    server,
                    "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nT: 1\r\n\r\n"
                            + "POST /b HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\nef");

            assertThat(answers)
                    .isEqualTo("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 6\r\n\r\n/aabcd"
                            + "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 4\r\n\r\n/bef");
        }
    }

    @Test
    void refusesWhatIsNoRequest() throws IOException {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(200, "text/plain", "never"))) {
            assertThat(raw(server, "hello\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("\r\n\r\nexpected an HTTP/1.1 request line");
            assertThat(raw(server, "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .endsWith("\r\n\r\nexpected a length");
            assertThat(raw(server, "POST / HTTP/1.1\r\nX: " + "y".repeat(70_000)))
                    .startsWith("HTTP/1.1 431 Status\r\n");
        }
    }

    @Test
    void sendsEachPieceWhenItIsThere() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.chunked(
                        200, "text/plain", List.of("one".getBytes(UTF_8), "two".getBytes(UTF_8)))
                .waiting(Duration.ZERO, Duration.ofHours(1)))) {
            HttpResponse<InputStream> response =
                    client.send(HttpRequest.newBuilder(server.url("/")).build(), BodyHandlers.ofInputStream());

            try (InputStream body = response.body()) {
                assertThat(body.readNBytes(3)).isEqualTo("one".getBytes(UTF_8));
            }
            // The client has left, though the next piece is an hour away.
            server.awaitIdle(Duration.ofSeconds(30));
            assertThat(server.abandoned()).isEqualTo(1);
        }
    }

    @Test
    void sendsAStreamThatNeverEnds() throws Exception {
        Iterable<byte[]> endless =
                () -> Stream.generate(() -> "more ".getBytes(UTF_8)).iterator();
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.chunked(200, "text/plain", endless))) {
            HttpResponse<InputStream> response =
                    client.send(HttpRequest.newBuilder(server.url("/")).build(), BodyHandlers.ofInputStream());

            try (InputStream body = response.body()) {
                assertThat(body.readNBytes(5_000_000)).hasSize(5_000_000);
            }
            server.awaitIdle(Duration.ofSeconds(30));
        }
    }

    @Test
    void cutsAnAnswerShort() {
        Answer cut = Answer.of(200, "text/plain", "half").ending(Ending.CUT);
        try (LoopbackServer server = LoopbackServer.start(request -> cut)) {
            assertThatThrownBy(() -> post(server, "")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void cutsAStreamBeforeItsLastChunk() throws IOException {
        Answer cut = Answer.chunked(200, "text/plain", List.of("half".getBytes(UTF_8)))
                .ending(Ending.CUT);
        try (LoopbackServer server = LoopbackServer.start(request -> cut)) {
            assertThat(raw(server, "GET / HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        }
    }

    @Test
    void closesWithoutAWord() throws IOException {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.none(Ending.CUT))) {
            assertThat(raw(server, "GET / HTTP/1.1\r\n\r\n")).isEmpty();
        }
    }

    @Test
    void resetsAConnection() {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.none(Ending.RESET))) {
            assertThatThrownBy(() -> raw(server, "GET / HTTP/1.1\r\n\r\n"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void tellsWhatTheHandlerThrew() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(request -> {
            throw new IllegalStateException("no such case");
        })) {
            HttpResponse<String> response = post(server, "");

            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.body())
                    .isEqualTo("the handler of the test failed: java.lang.IllegalStateException: no such case");
        }
    }

    @Test
    void endsConnectionsThatWaitWhenItIsClosed() throws Exception {
        LoopbackServer server = LoopbackServer.start(
                request -> Answer.of(200, "text/plain", "late").waiting(Duration.ofHours(1), Duration.ZERO));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Socket idle = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            List<Future<String>> waiting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                waiting.add(threads.submit(() -> raw(server, "GET / HTTP/1.1\r\n\r\n")));
            }
            Awaitility.await().until(() -> server.inProgress() == 50);
            server.close();

            assertThat(server.connections()).isZero();
            assertThat(server.inProgress()).isZero();
            for (Future<String> ended : waiting) {
                assertThat(ended.get()).isEmpty();
            }
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void holdsAThousandConnectionsThatWait() throws Exception {
        int callers = 1_000;
        Answer late = Answer.of(200, "text/plain", "late").waiting(Duration.ofMillis(200), Duration.ZERO);
        try (LoopbackServer server = LoopbackServer.start(request -> late);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> waiting = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                waiting.add(threads.submit(() -> raw(server, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n")));
            }
            for (Future<String> answer : waiting) {
                assertThat(answer.get()).endsWith("\r\n\r\nlate");
            }
        }
    }

    @Test
    void saysThatAPortIsTaken() {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.none(Ending.CUT))) {
            assertThatThrownBy(() -> LoopbackServer.start(server.port(), request -> Answer.none(Ending.CUT)))
                    .hasMessageStartingWith("no server on 127.0.0.1:" + server.port() + ": Address already in use");
        }
    }

    @Test
    void makesPiecesWhileTheyAreSent() throws Exception {
        List<String> made = new ArrayList<>();
        Iterable<byte[]> pieces = () -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < 3;
            }

            @Override
            public byte[] next() {
                made.add("piece " + next);
                return ("piece " + next++ + ";").getBytes(UTF_8);
            }
        };
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.chunked(200, "text/plain", pieces))) {
            assertThat(post(server, "").body()).isEqualTo("piece 0;piece 1;piece 2;");
            assertThat(made).containsExactly("piece 0", "piece 1", "piece 2");
        }
    }
}
