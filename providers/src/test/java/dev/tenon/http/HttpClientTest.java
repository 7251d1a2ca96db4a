package dev.tenon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.provider.ProviderException;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import dev.tenon.scope.TimeSource;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpClientTest {
    /** Held, so that its level is: the server tells at length of a client that goes away, which is what is tested. */
    private static final Logger CHATTY = Logger.getLogger(OkHttpClient.class.getName());

    private static final HttpBody NOTHING = out -> out.write('{');

    private static String text(HttpResponse response) throws IOException {
        return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aBodyThatCannotBeWrittenCostsNoConnection() {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(200, "text/plain", "hi"))) {
            HttpEndpoint endpoint = HttpClient.shared().endpoint(server.url("/").toString(), Map.of());
            HttpBody broken = out -> {
                throw new IllegalArgumentException("message 3 cannot be sent");
            };
            assertThatThrownBy(() -> endpoint.post(broken, new Cancellation())).hasMessage("message 3 cannot be sent");
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void aFinishedReplyLeavesItsConnectionAndAnUnfinishedOneDoesNot() throws IOException {
        String body = "x".repeat(1 << 20);
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(200, "text/plain", body))) {
            HttpEndpoint endpoint = HttpClient.shared().endpoint(server.url("/").toString(), Map.of());
            for (int i = 0; i < 5; i++) {
                try (HttpResponse response = endpoint.post(NOTHING, new Cancellation())) {
                    assertThat(text(response)).hasSize(1 << 20);
                    response.finish();
                }
            }
            assertThat(server.connections()).isEqualTo(1);
            try (HttpResponse response = endpoint.post(NOTHING, new Cancellation())) {
                assertThat(response.body().read()).isEqualTo('x');
            }
            try (HttpResponse response = endpoint.post(NOTHING, new Cancellation())) {
                assertThat(response.status()).isEqualTo(200);
                response.finish();
            }
        }
    }

    @Test
    void requestsGoThroughAProxy() throws IOException {
        List<String> asked = new ArrayList<>();
        try (LoopbackServer proxy = LoopbackServer.start(request -> {
            asked.add(request.method() + " " + request.path());
            return Answer.of(200, "text/plain", "by proxy");
        })) {
            HttpClient client = HttpClient.builder()
                    .proxy(new Proxy(
                            Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port())))
                    .build();
            HttpEndpoint endpoint = client.endpoint("http://models.invalid/v1", Map.of());
            try (HttpResponse response = endpoint.post(NOTHING, new Cancellation())) {
                assertThat(text(response)).isEqualTo("by proxy");
            }
        }
        assertThat(asked).containsExactly("POST http://models.invalid/v1");
    }

    @Test
    void aCertificateThatNobodyVouchesForIsANetworkError() throws IOException {
        HeldCertificate own = new HeldCertificate.Builder()
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        HandshakeCertificates certificates =
                new HandshakeCertificates.Builder().heldCertificate(own).build();
        try (MockWebServer server = new MockWebServer()) {
            server.useHttps(certificates.sslSocketFactory());
            server.start(InetAddress.getLoopbackAddress(), 0);
            HttpEndpoint endpoint = HttpClient.shared().endpoint(server.url("/").toString(), Map.of());
            ProviderException e =
                    catchThrowableOfType(ProviderException.class, () -> endpoint.post(NOTHING, new Cancellation()));
            assertThat(e.kind()).isEqualTo(Kind.NETWORK);
        }
    }

    @Test
    void streamsAndStopsOverHttp2() throws Exception {
        CHATTY.setLevel(Level.OFF);
        HeldCertificate own = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        HandshakeCertificates server =
                new HandshakeCertificates.Builder().heldCertificate(own).build();
        HandshakeCertificates client = new HandshakeCertificates.Builder()
                .addTrustedCertificate(own.certificate())
                .build();
        OkHttpClient trusting = new OkHttpClient.Builder()
                .sslSocketFactory(client.sslSocketFactory(), client.trustManager())
                .build();
        try (MockWebServer host = new MockWebServer()) {
            host.useHttps(server.sslSocketFactory());
            host.start(InetAddress.getLoopbackAddress(), 0);
            host.enqueue(new MockResponse.Builder().body("data: a\n\n").build());
            host.enqueue(new MockResponse.Builder()
                    .body("data: b\n\n".repeat(1000))
                    .throttleBody(9, 1, TimeUnit.HOURS)
                    .build());
            HttpEndpoint endpoint =
                    HttpClient.of(trusting).endpoint(host.url("/").toString(), Map.of());
            try (HttpResponse response = endpoint.post(NOTHING, new Cancellation())) {
                EventStream events = EventStream.of(response.body());
                assertThat(events.next()).isTrue();
                assertThat(events.data()).isEqualTo("a");
                response.finish();
            }
            assertThat(host.takeRequest().getExchangeIndex()).isZero();
            Cancellation stop = new Cancellation();
            CountDownLatch reading = new CountDownLatch(1);
            Thread stopper = Thread.ofVirtual().start(() -> {
                try {
                    reading.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                stop.cancel("enough");
            });
            StoppedException e = catchThrowableOfType(StoppedException.class, () -> {
                try (HttpResponse response = endpoint.post(NOTHING, stop)) {
                    EventStream events = EventStream.of(response.body());
                    while (events.next()) reading.countDown();
                }
            });
            assertThat(e.stop()).isEqualTo(new Stop(Stop.Kind.CANCELLED, "enough"));
            stopper.join();
        }
    }

    @Test
    void aCallWhoseDeadlineHasPassedIsNotMade() {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(200, "text/plain", "hi"));
                Cancellation deadline = Cancellation.after(Duration.ZERO)) {
            HttpEndpoint endpoint = HttpClient.shared().endpoint(server.url("/").toString(), Map.of());
            StoppedException e = catchThrowableOfType(StoppedException.class, () -> endpoint.post(NOTHING, deadline));
            assertThat(e.stop().kind()).isEqualTo(Stop.Kind.DEADLINE);
            assertThat(server.inProgress()).isZero();
        }
    }

    /** A scope that has a deadline and does not stop by itself, as a program may write one. */
    private record Until(Instant at, Cancellation never) implements Scope {
        @Override
        public String id() {
            return "";
        }

        @Override
        public Optional<Instant> deadline() {
            return Optional.of(at);
        }

        @Override
        public Optional<Stop> stop() {
            return Optional.empty();
        }

        @Override
        public Registration onStop(Runnable action) {
            return never.onStop(action);
        }

        @Override
        public TimeSource time() {
            return TimeSource.SYSTEM;
        }
    }

    @Test
    void aDeadlineIsKeptThatNobodyElseKeeps() throws IOException {
        Answer silent =
                Answer.chunked(200, "text/plain", List.of(new byte[] {'a'})).ending(LoopbackServer.Ending.SILENCE);
        try (LoopbackServer server = LoopbackServer.start(request -> silent)) {
            HttpEndpoint endpoint = HttpClient.shared().endpoint(server.url("/").toString(), Map.of());
            Until scope = new Until(Instant.now().plusMillis(200), new Cancellation());
            StoppedException e = catchThrowableOfType(StoppedException.class, () -> {
                try (HttpResponse response = endpoint.post(NOTHING, scope)) {
                    response.body().readAllBytes();
                }
            });
            assertThat(e.stop())
                    .isEqualTo(new Stop(Stop.Kind.DEADLINE, "deadline reached while waiting for 127.0.0.1"));
        }
    }

    @Test
    void noThreadKeepsAProgramFromEnding() throws IOException {
        try (LoopbackServer server = LoopbackServer.start(request -> Answer.of(200, "text/plain", "hi"))) {
            HttpEndpoint endpoint = HttpClient.shared().endpoint(server.url("/").toString(), Map.of());
            try (HttpResponse response = endpoint.post(NOTHING, new Cancellation())) {
                assertThat(text(response)).isEqualTo("hi");
                response.finish();
            }
        }
        HttpClient.shared().closeIdle();
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("OkHttp")
                        || thread.getName().startsWith("Okio"))
                .allMatch(Thread::isDaemon);
    }

    @Test
    void headersThatHttpDoesNotAllowAreRefusedWithoutTheirValue() {
        for (String value : List.of("a\nb", "caf\u00e9", "\u0000")) {
            assertThatThrownBy(() -> HttpClient.shared().endpoint("http://127.0.0.1", Map.of("X-Key", value)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "header \"X-Key\" has a name or a value that HTTP does not allow: look for line breaks and"
                                    + " letters beyond ASCII");
        }
        assertThatThrownBy(() -> HttpClient.builder().maxResponseBytes(0)).hasMessage("maxResponseBytes < 1: 0");
    }
}
