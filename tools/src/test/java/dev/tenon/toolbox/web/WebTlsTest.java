package dev.tenon.toolbox.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.toolbox.Calls;
import dev.tenon.toolbox.guard.Secret;
import dev.tenon.toolbox.guard.SecretStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The web tools over TLS: real servers on this machine, with certificates of an authority made here. */
@Timeout(60)
class WebTlsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String ALLOWED =
            ". Allowed: hosts whose certificate is valid, theirs, and signed by an authority that is trusted here";

    private final HeldCertificate authority =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private final List<ServerSocket> servers = new ArrayList<>();

    /** What servers were asked: the name in TLS, the first line, and the headers that matter. */
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (ServerSocket server : servers) {
            server.close();
        }
    }

    private HeldCertificate.Builder certificate(String... names) {
        HeldCertificate.Builder builder = new HeldCertificate.Builder().signedBy(authority);
        for (String name : names) {
            builder.addSubjectAlternativeName(name);
        }
        return builder;
    }

    /** A server that answers all requests so. */
    private int serve(HeldCertificate certificate, String answer) throws IOException {
        SSLServerSocket server = (SSLServerSocket) new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 20, LOOPBACK);
        servers.add(server);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    answer(socket, answer);
                } catch (IOException e) {
                    seen.add("no handshake");
                }
            }
        });
        return server.getLocalPort();
    }

    private void answer(SSLSocket socket, String answer) throws IOException {
        socket.startHandshake();
        String name = ((ExtendedSSLSession) socket.getSession())
                .getRequestedServerNames()
                .toString();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) socket.getInputStream().read());
        }
        String first = head.substring(0, head.indexOf("\r\n"));
        String said = head.toString()
                .lines()
                .filter(line -> line.startsWith("Host:") || line.startsWith("Authorization:"))
                .sorted()
                .toList()
                .toString();
        seen.add(name + " " + first + " " + said);
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
    }

    private static String page(String text) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
    }

    private static String moved(String location) {
        return "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
    }

    private WebTools.Builder web(Integer... ports) {
        return WebTools.builder()
                .resolver(host -> List.of(LOOPBACK))
                .addresses(InetAddress::isLoopbackAddress)
                .ports(ports)
                .tls(new HandshakeCertificates.Builder()
                        .addTrustedCertificate(authority.certificate())
                        .build()
                        .sslContext());
    }

    private static Calls calls(WebTools.Builder tools) {
        return new Calls(tools.build().tools());
    }

    @Test
    void theNameIsInTlsAndTheCertificateIsCheckedForItWhileTheAddressIsPinned() throws Exception {
        int port = serve(certificate("site.example").build(), page("hello"));
        AtomicInteger asked = new AtomicInteger();
        Calls web = calls(web(port).resolver(host -> {
            asked.incrementAndGet();
            // As a look-up gives it: an address that knows nothing of the name, or another's.
            return List.of(InetAddress.getByAddress("other.example", LOOPBACK.getAddress()));
        }));

        assertThat(web.call("web_get", "url", "https://site.example:" + port + "/p"))
                .isEqualTo("HTTP 200 https://site.example:" + port + "/p\n\nhello");
        assertThat(seen)
                .containsExactly(
                        "[type=host_name (0), value=site.example] GET /p HTTP/1.1 [Host: site.example:" + port + "]");
        assertThat(asked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.example", "*.site.example", "127.0.0.1", "site.example.evil", "xn--ste-1na.example"})
    void aCertificateOfAnotherHostIsRefused(String name) throws Exception {
        int port = serve(certificate(name).build(), page("hello"));

        assertThat(calls(web(port)).refused("web_get", "url", "https://site.example:" + port + "/"))
                .isEqualTo("site.example shows a certificate that is another host's" + ALLOWED);
        assertThat(seen).noneMatch(request -> request.contains("GET"));
    }

    @Test
    void aNameInTheSubjectAloneIsNone() throws Exception {
        int port = serve(certificate("other.example").commonName("site.example").build(), page("hello"));

        assertThat(calls(web(port)).refused("web_get", "url", "https://site.example:" + port + "/"))
                .isEqualTo("site.example shows a certificate that is another host's" + ALLOWED);
    }

    @Test
    void aCertificateOutOfItsTimeIsRefused() throws Exception {
        long now = System.currentTimeMillis();
        long day = TimeUnit.DAYS.toMillis(1);
        int expired = serve(
                certificate("site.example")
                        .validityInterval(now - 2 * day, now - day)
                        .build(),
                page("hello"));
        int early = serve(
                certificate("site.example")
                        .validityInterval(now + day, now + 2 * day)
                        .build(),
                page("hello"));

        assertThat(calls(web(expired)).refused("web_get", "url", "https://site.example:" + expired + "/"))
                .isEqualTo("site.example shows a certificate that has expired" + ALLOWED);
        assertThat(calls(web(early)).refused("web_get", "url", "https://site.example:" + early + "/"))
                .isEqualTo("site.example shows a certificate that is not valid yet" + ALLOWED);
    }

    @Test
    void aCertificateThatNobodyTrustedSignedIsRefused() throws Exception {
        int own = serve(
                new HeldCertificate.Builder()
                        .addSubjectAlternativeName("site.example")
                        .build(),
                page("hello"));
        int port = serve(certificate("site.example").build(), page("hello"));
        HeldCertificate leaf = certificate("leaf.example").build();
        int chained = serve(
                new HeldCertificate.Builder()
                        .signedBy(leaf)
                        .addSubjectAlternativeName("site.example")
                        .build(),
                page("hello"));

        for (int each : new int[] {own, chained}) {
            assertThat(calls(web(each)).refused("web_get", "url", "https://site.example:" + each + "/"))
                    .isEqualTo("site.example shows a certificate that no authority trusted here has signed" + ALLOWED);
        }
        Calls platform = calls(WebTools.builder()
                .resolver(host -> List.of(LOOPBACK))
                .addresses(InetAddress::isLoopbackAddress)
                .ports(port));
        assertThat(platform.refused("web_get", "url", "https://site.example:" + port + "/"))
                .isEqualTo("site.example shows a certificate that no authority trusted here has signed" + ALLOWED);
    }

    @Test
    void whatDoesNotSpeakTlsIsRefused() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, LOOPBACK)) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getOutputStream().write(page("hello").getBytes(StandardCharsets.UTF_8));
                    socket.getInputStream().read(new byte[1000]);
                } catch (IOException e) {
                    // The test is over.
                }
            });

            assertThat(calls(web(plain.getLocalPort()))
                            .refused("web_get", "url", "https://site.example:" + plain.getLocalPort() + "/"))
                    .startsWith("site.example does not speak TLS as it is spoken here: ")
                    .endsWith(ALLOWED);
        }
    }

    @Test
    void aCredentialNeverCrossesToAnotherHost() throws Exception {
        int other = serve(certificate("other.example", "sub.api.example").build(), page("arrived"));
        int port = serve(certificate("api.example").build(), moved("https://other.example:" + other + "/x"));
        int below = serve(certificate("api.example").build(), moved("https://sub.api.example:" + other + "/x"));
        int down = serve(certificate("api.example").build(), moved("http://api.example:" + other + "/x"));
        Calls web = calls(web(other, port, below, down).credential("api.example", "Authorization", "Bearer ", "KEY"))
                .provide(SecretStore.class, name -> Optional.of(new Secret(name, "s3cret-value")));

        assertThat(web.call("web_get", "url", "https://API.example.:" + port + "/"))
                .endsWith("arrived");
        assertThat(web.call("web_get", "url", "https://api.example:" + below + "/"))
                .endsWith("arrived");
        assertThat(web.refused("web_get", "url", "https://api.example:" + down + "/"))
                .startsWith("a redirect leads from https to ");
        assertThat(seen)
                .containsExactly(
                        "[type=host_name (0), value=api.example] GET / HTTP/1.1 [Authorization: Bearer s3cret-value,"
                                + " Host: api.example:" + port + "]",
                        "[type=host_name (0), value=other.example] GET /x HTTP/1.1 [Host: other.example:" + other + "]",
                        "[type=host_name (0), value=api.example] GET / HTTP/1.1 [Authorization: Bearer s3cret-value,"
                                + " Host: api.example:" + below + "]",
                        "[type=host_name (0), value=sub.api.example] GET /x HTTP/1.1 [Host: sub.api.example:" + other
                                + "]",
                        "[type=host_name (0), value=api.example] GET / HTTP/1.1 [Authorization: Bearer s3cret-value,"
                                + " Host: api.example:" + down + "]");
        assertThat(web.events.toString()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"value\n", "value\r\nX-Injected: 1", "väl", "a\0b"})
    void aCredentialThatWouldBreakTheHeadersIsNotSent(String value) throws Exception {
        int port = serve(certificate("api.example").build(), page("hello"));
        Calls web = calls(web(port).credential("api.example", "Authorization", "Bearer ", "KEY"))
                .provide(SecretStore.class, name -> Optional.of(new Secret(name, value)));

        assertThat(web.refused("web_get", "url", "https://api.example:" + port + "/"))
                .isEqualTo("the secret \"KEY\" has a line break or another character that no header may have. Allowed:"
                        + " other hosts, and telling the person you work for");
        assertThat(seen).isEmpty();
    }

    @Test
    void aCredentialIsForOneHostAndOneHeader() {
        for (String header : new String[] {"", "X: y", "A\r\nB", "ü"}) {
            assertThatThrownBy(() -> WebTools.builder().credential("api.example", header, "", "KEY"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a credential needs a header's name of letters, digits and '-', and a prefix of plain"
                            + " characters, got \"" + header + "\"");
        }
        assertThatThrownBy(() -> WebTools.builder().credential("*.example", "X", "", "KEY"))
                .hasMessage("a credential goes to one host, got \"*.example\"");
    }

    @Test
    void anAddressIsCheckedForItselfWhereItIsAsked() throws Exception {
        int port = serve(certificate("127.0.0.1").build(), page("hello"));
        int named = serve(certificate("localhost").build(), page("hello"));

        assertThat(calls(web(port)).call("web_get", "url", "https://127.0.0.1:" + port + "/"))
                .endsWith("hello");
        assertThat(calls(web(named)).refused("web_get", "url", "https://127.0.0.1:" + named + "/"))
                .isEqualTo("127.0.0.1 shows a certificate that is another host's" + ALLOWED);
    }
}
