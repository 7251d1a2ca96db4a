package dev.tenon.toolbox.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tenon.tool.ToolOutput;
import dev.tenon.toolbox.Calls;
import dev.tenon.toolbox.data.HtmlText;
import dev.tenon.toolbox.guard.Secret;
import dev.tenon.toolbox.guard.SecretStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the web tools do, and their attack table: addresses, names that change, redirects, headers, sizes, slow and broken servers. */
@Timeout(60)
class WebToolsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private HttpServer server;
    private int port;
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        port = server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void page(String path, int status, Map<String, String> headers, byte[] body) {
        server.createContext(path, exchange -> {
            seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + host(exchange) + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
    }

    private static String host(HttpExchange exchange) {
        return exchange.getRequestHeaders().getFirst("Host");
    }

    private void page(String path, String type, String body) {
        page(path, 200, Map.of("Content-Type", type), body.getBytes(StandardCharsets.UTF_8));
    }

    /** Every name leads to this test's server, which the policy allows. */
    private WebTools.Builder loopback() {
        return WebTools.builder()
                .resolver(host -> List.of(LOOPBACK))
                .addresses(InetAddress::isLoopbackAddress)
                .ports(port, 80, 443);
    }

    private static Calls calls(WebTools.Builder tools) {
        return new Calls(tools.build().tools());
    }

    private String url(String path) {
        return "http://site.example:" + port + path;
    }

    @Test
    void aPageIsReadAsMarkdownTextOrRaw() throws Exception {
        String html = "<html><head><title>Trains &amp;"
                + " more</title><style>p{}</style></head><body><script>evil()</script><h2>Times</h2><p>From"
                + " <b>Bern</b> to <a href='/x?a=1'>Basel</a></p><ul><li>one<li>two</ul><pre>a "
                + " b</pre></body></html>";
        page("/p", "text/html; charset=utf-8", html);
        Calls web = calls(loopback());

        assertThat(web.call("web_get", "url", url("/p")))
                .isEqualTo("HTTP 200 " + url("/p") + "\n\n# Trains & more\n\n## Times\n\nFrom **Bern** to [Basel]("
                        + url("/x?a=1") + ")\n\n- one\n- two\n\n```\na  b\n```");
        assertThat(web.call("web_get", "url", url("/p"), "form", "TEXT"))
                .endsWith("Trains & more\n\nTimes\n\nFrom Bern to Basel\n\n- one\n- two\n\na  b");
        assertThat(web.call("web_get", "url", url("/p"), "form", "RAW")).endsWith(html);
        assertThat(seen.get(0)).startsWith("GET /p site.example:" + port + " null");
    }

    @Test
    void failuresBytesAndCharsetsAreTold() throws Exception {
        page("/missing", 404, Map.of("Content-Type", "text/plain"), "no such page".getBytes(StandardCharsets.UTF_8));
        page("/image", 200, Map.of("Content-Type", "image/png"), new byte[] {1, 2, 3});
        page(
                "/latin",
                200,
                Map.of("Content-Type", "text/plain; charset=iso-8859-1"),
                "Grüße".getBytes(StandardCharsets.ISO_8859_1));
        page("/none", 204, Map.of(), new byte[0]);
        Calls web = calls(loopback());

        ToolOutput missing = web.output("web_get", "url", url("/missing"));
        assertThat(missing.error()).isTrue();
        assertThat(missing.text()).isEqualTo("HTTP 404 " + url("/missing") + "\n\nno such page");
        assertThat(web.call("web_get", "url", url("/image"))).endsWith("[3 bytes of image/png, which is no text]");
        assertThat(web.call("web_get", "url", url("/latin"))).endsWith("Grüße");
        assertThat(web.call("web_get", "url", url("/none"))).startsWith("HTTP 204");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://x/",
                "gopher://x/",
                "javascript:alert(1)",
                "data:text/html,x",
                "jar:http://x!/",
                "//x/",
                "x",
                "",
                "http://",
                "http:/x",
                "http:x",
                "https://user@site.example/",
                "https://user:pw@site.example/",
                "http://a@b@c/",
                "http://site.example\\@evil/",
                "http://site.example /",
                "http://si\tte/",
                "http://site.example/\r\nHost: x",
                "http://127.1/",
                "http://0x7f000001/",
                "http://0x7f.0.0.1/",
                "http://2130706433/",
                "http://017700000001/",
                "http://0177.0.0.1/",
                "http://127.0.0.01/",
                "http://1.2.3/",
                "http://256.1.1.1/",
                "http://127.0.0.1.2/",
                "http://0/",
                "http://[fe80::1%25eth0]/",
                "http://[::1/",
                "http://a_b/",
                "http://.../",
                "http://%31%32%37.0.0.1/",
                "http://site.example:99999/",
                "http://site.example:-1/",
                "http://site\u200B.example:0x50/"
            })
    void aCrookedAddressIsRefused(String url) throws Exception {
        Calls web = calls(WebTools.builder().resolver(host -> {
            throw new AssertionError("nothing may be looked up for " + host);
        }));

        web.refused("web_get", "url", url);
    }

    static Stream<Arguments> wrongAddresses() {
        return Stream.of(
                Arguments.of("ftp://site.example/", "\"ftp://site.example/\" does not begin with https:// or http://"),
                Arguments.of("site.example", "\"site.example\" does not begin with https:// or http://"),
                Arguments.of("http:///x", "\"http:///x\" has no host"),
                Arguments.of("http://u:p@site.example/", "the address names a user"),
                Arguments.of(
                        "http://site.example/a b",
                        "\"http://site.example/a b\" has a space, a control character or a '\\'"),
                Arguments.of(
                        "http://site.example\\@evil/",
                        "\"http://site.example\\@evil/\" has a space, a control character or a '\\'"),
                Arguments.of(
                        "http://site.\u00ADexample/",
                        "\"http://site.\uFFFDexample/\" has a space, a control character or a '\\'"),
                Arguments.of("http://127.1/", "\"http://127.1/\" writes an IP address in an unusual way"),
                Arguments.of("http://0x7f000001/", "\"http://0x7f000001/\" writes an IP address in an unusual way"),
                Arguments.of("http://a_b/", "\"http://a_b/\" has no plain host"),
                Arguments.of("http://[fe80::1%25eth0]/", "\"http://[fe80::1%25eth0]/\" names a network interface"),
                Arguments.of("http://x/%zz", "\"http://x/%zz\" is no address"),
                Arguments.of("http://x/" + "y".repeat(8000), "the address has 8009 characters"));
    }

    @ParameterizedTest
    @MethodSource("wrongAddresses")
    void whatIsWrongWithAnAddressIsSaid(String url, String why) throws Exception {
        assertThat(calls(WebTools.builder()).refused("web_get", "url", url))
                .isEqualTo(why + ". Allowed: addresses such as https://example.com/page, without user, password and"
                        + " fragment tricks");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2130706433",
                "0",
                "017700000001",
                "0177.0.0.1",
                "0x7f.1",
                "0x7f000001",
                "127.0.1",
                "127.00.0.1",
                "127.0.0.1.",
                "127\u30020\u30020\u30021",
                "\u2460\u2461\u2466.\u24EA.\u24EA.\u2460",
                "\uFF11\uFF12\uFF17.0.0.1",
                "%31%32%37.0.0.1",
                "127.0.0.1%2f",
                "localhost",
                "LOCALHOST.",
                "[::ffff:7f00:1]",
                "[0:0:0:0:0:ffff:127.0.0.1]",
                "[::ffff:0:127.0.0.1]",
                "[64:ff9b::127.0.0.1]",
                "[::]",
                "[0000::1]",
                "[::1]:80",
                "1.1.1.1@127.0.0.1",
                "127.0.0.1#@1.1.1.1",
                "127.0.0.1?@1.1.1.1",
                "127.0.0.1:80:80",
                "1.1.1.1:80@127.0.0.1:80",
                "127.0.0.1:",
                "[::1",
                "::1",
                "[127.0.0.1]",
                "[v1.x]"
            })
    void noSpellingOfThisMachineIsReached(String authority) throws Exception {
        Calls web = calls(WebTools.builder());
        for (String scheme : new String[] {"http", "https", "HTTP"}) {
            web.refused("web_get", "url", scheme + "://" + authority + "/");
            web.refused("web_feed", "url", scheme + "://" + authority);
        }
    }

    @Test
    void aHeaderOfTheModelTakesThePlaceOfOurs() throws Exception {
        List<String> accepts = new CopyOnWriteArrayList<>();
        server.createContext("/accept", exchange -> {
            accepts.addAll(exchange.getRequestHeaders().get("Accept"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });

        calls(loopback()).call("web_get", "url", url("/accept"), "headers", Map.of("accept", "text/plain"));

        assertThat(accepts).containsExactly("text/plain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200",
                        "169.254.169.254", "169.254.170.2",
                "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1",
                        "198.19.255.255", "198.51.100.7",
                "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::1",
                        "::", "::ffff:127.0.0.1",
                "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1",
                        "2001:0:53aa:64c::1", "2001:db8::1", "2002:7f00:1::",
                "2002:a00:1::1", "3fff::1", "fc00::1", "fd00:ec2::254", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
                        "5f00::1",
                "2a00:1450::5efe:127.0.0.1", "2a00:1450::200:5efe:10.0.0.1"
            })
    void anAddressThatIsNotPublicIsRefusedHoweverItIsReached(String address) throws Exception {
        InetAddress found = InetAddress.getByName(address);
        assertThat(AddressPolicy.PUBLIC.allows(found)).isFalse();
        Calls byName = calls(WebTools.builder().resolver(host -> List.of(found)));
        assertThat(byName.refused("web_get", "url", "http://site.example/"))
                .isEqualTo(
                        "site.example is an address that is not public. Allowed: hosts of the public internet; none of"
                                + " this machine, this network or a cloud's own services");
        Calls second =
                calls(WebTools.builder().resolver(host -> List.of(InetAddress.getByName("93.184.215.14"), found)));
        second.refused("web_get", "url", "https://site.example/");
        String literal = address.indexOf(':') < 0 ? address : "[" + address + "]";
        calls(WebTools.builder()).refused("web_get", "url", "http://" + literal + "/latest/meta-data");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "93.184.215.14",
                "172.15.0.1",
                "172.32.0.1",
                "100.63.0.1",
                "100.128.0.1",
                "192.0.1.1",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450:4001:80b::200e",
                "2001:4860:4860::8888"
            })
    void aPublicAddressIsPublic(String address) throws Exception {
        assertThat(AddressPolicy.PUBLIC.allows(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void namesOfThisMachineAreRefused() throws Exception {
        calls(WebTools.builder()).refused("web_get", "url", "http://localhost/");
        calls(WebTools.builder()).refused("web_get", "url", "http://LOCALHOST./");
        calls(WebTools.builder()).refused("web_get", "url", "http://①②⑦.⓪.⓪.①/");
    }

    @Test
    void aNameThatChangesBetweenTheLookAndTheConnectionGainsNothing() throws Exception {
        page("/p", "text/plain", "the inside");
        AtomicInteger asked = new AtomicInteger();
        List<InetAddress> checked = new ArrayList<>();
        InetAddress fine = InetAddress.getByAddress("site.example", new byte[] {127, 0, 0, 1});
        Calls web = calls(WebTools.builder()
                .ports(port)
                .resolver(host -> List.of(asked.getAndIncrement() == 0 ? fine : InetAddress.getByName("127.0.0.2")))
                .addresses(address -> {
                    checked.add(address);
                    return address.equals(fine);
                }));

        assertThat(web.call("web_get", "url", url("/p"))).endsWith("the inside");
        assertThat(asked).hasValue(1); // looked up once: what was checked is what is connected to
        assertThat(checked).containsExactly(fine);
        assertThat(web.refused("web_get", "url", url("/p"))).contains("not public");
    }

    @Test
    void everyRedirectIsCheckedLikeAnAddressOfItsOwn() throws Exception {
        page("/ok", "text/plain", "arrived");
        page("/to-ok", 302, Map.of("Location", "/ok"), new byte[0]);
        page("/inside", 302, Map.of("Location", "http://inside.example:" + port + "/ok"), new byte[0]);
        page("/meta", 301, Map.of("Location", "http://169.254.169.254/latest/meta-data"), new byte[0]);
        page("/file", 307, Map.of("Location", "file:///etc/passwd"), new byte[0]);
        page("/user", 307, Map.of("Location", "http://a:b@site.example:" + port + "/ok"), new byte[0]);
        page("/odd", 308, Map.of("Location", "http://0x7f.1/"), new byte[0]);
        page("/port", 308, Map.of("Location", "http://site.example:22/"), new byte[0]);
        page("/loop", 302, Map.of("Location", "/loop"), new byte[0]);
        InetAddress inside = InetAddress.getByName("10.0.0.1");
        Calls web = calls(loopback()
                .resolver(
                        host -> List.of(host.equals("inside.example") || host.startsWith("169.") ? inside : LOOPBACK)));

        assertThat(web.call("web_get", "url", url("/to-ok"))).isEqualTo("HTTP 200 " + url("/ok") + "\n\narrived");
        assertThat(web.refused("web_get", "url", url("/inside")))
                .startsWith("inside.example is an address that is not public");
        assertThat(web.refused("web_get", "url", url("/meta"))).contains("not public");
        assertThat(web.refused("web_get", "url", url("/file"))).contains("does not begin with https");
        web.refused("web_get", "url", url("/user"));
        web.refused("web_get", "url", url("/odd"));
        assertThat(web.refused("web_get", "url", url("/port")))
                .startsWith("the port 22 may not be asked. Allowed: the ports ");
        assertThat(web.refused("web_get", "url", url("/loop"))).startsWith("site.example redirects more than 5 times");
        for (int i = 0; i < 9; i++) {
            page("/hop" + i, 302, Map.of("Location", i < 8 ? "/hop" + (i + 1) : "/ok"), new byte[0]);
        }
        assertThat(web.refused("web_get", "url", url("/hop0")))
                .isEqualTo("site.example redirects more than 5 times. Allowed: the address that the last redirect leads"
                        + " to, if it is known");
        assertThat(web.call("web_get", "url", url("/hop4"))).endsWith("arrived");
        assertThatThrownBy(() -> Target.of("https://a.example/").redirected("http://a.example/"))
                .hasMessageContaining("from https to");
    }

    @Test
    void listsOfHostsHold() throws Exception {
        page("/p", "text/plain", "ok");
        Calls web = calls(loopback().allow("site.example", "*.docs.example").block("bad.docs.example"));

        web.call("web_get", "url", url("/p"));
        web.call("web_get", "url", "http://a.docs.example:" + port + "/p");
        web.call("web_get", "url", "http://SITE.example.:" + port + "/p");
        for (String host : new String[] {
            "docs.example",
            "evil-site.example",
            "site.example.evil",
            "x.site.example",
            "bad.docs.example",
            "very.bad.docs.example"
        }) {
            assertThat(web.refused("web_get", "url", "http://" + host + ":" + port + "/p"))
                    .isEqualTo("the host " + host
                            + " may not be asked. Allowed: the hosts site.example, *.docs.example, but not"
                            + " bad.docs.example");
        }
    }

    @Test
    void listsOfHostsAreComparedInOneSpelling() throws Exception {
        page("/p", "text/plain", "ok");
        Calls web = calls(loopback().allow("Bücher.example", "*.Example.ORG.").block("blöd.example.org"));

        assertThat(Target.of("http://bücher.example/").host()).isEqualTo("xn--bcher-kva.example");
        web.call("web_get", "url", "http://XN--bcher-kva.example:" + port + "/p");
        web.call("web_get", "url", "http://a.example.org:" + port + "/p");
        assertThat(web.refused("web_get", "url", "http://x.blöd.example.org/p"))
                .isEqualTo("the host x.xn--bld-tna.example.org may not be asked. Allowed: the hosts"
                        + " xn--bcher-kva.example, *.example.org, but not xn--bld-tna.example.org");
        // Cyrillic, and letters that only look the same, are another name.
        assertThat(web.refused("web_get", "url", "http://bu\u0308cher.ехample/p"))
                .startsWith("the host xn--bcher-kva.xn--ample-");
        for (String host : new String[] {"", "*.", "http://x", "a/b", "a b", "a:80", "*", "a.*", "user@a"}) {
            assertThatThrownBy(() -> loopback().block(host))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a host must be a name such as example.com or *.example.com, got \"" + host + "\"");
            assertThatThrownBy(() -> loopback().allow(host)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void addressesOnAListAreComparedInOneSpellingToo() throws Exception {
        Calls web = calls(loopback().block("2606:4700::abcd", "198.51.100.7"));

        for (String host : new String[] {
            "[2606:4700::abcd]",
            "[2606:4700::ABCD]",
            "[2606:4700:0:0:0:0:0:abcd]",
            "[2606:4700:0000::0:abcd]",
            "[2606:4700::0.0.171.205]",
            "198.51.100.7",
            "[::ffff:198.51.100.7]",
            "[::FFFF:c633:6407]"
        }) {
            assertThat(web.refused("web_get", "url", "http://" + host + ":" + port + "/p"))
                    .as(host)
                    .endsWith(" may not be asked. Allowed: public hosts, but not 2606:4700:0:0:0:0:0:abcd,"
                            + " 198.51.100.7");
        }
        assertThatThrownBy(() -> loopback().block("1:2:3:4"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a host must be a name such as example.com or *.example.com, got \"1:2:3:4\"");
    }

    @Test
    void aNameThatIsNotResolvedInTimeIsLeft() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Calls web = calls(WebTools.builder()
                .limits(WebLimits.DEFAULT.withTime(Duration.ofMillis(300)))
                .resolver(host -> {
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return List.of();
                }));
        try {
            assertThat(web.refused("web_get", "url", "http://site.example/"))
                    .isEqualTo("site.example did not answer wholly within 300 ms. Allowed: another address, or to try"
                            + " again later");
        } finally {
            over.countDown();
        }
    }

    @Test
    void headersOfTheModelAreFew() throws Exception {
        Calls web = calls(loopback());
        for (String name : new String[] {
            "Host",
            "Authorization",
            "Cookie",
            "Transfer-Encoding",
            "Content-Length",
            "Connection",
            "X-Forwarded-For",
            "Accept\r\nX",
            ""
        }) {
            web.refused("web_get", "url", url("/"), "headers", Map.of(name, "x"));
        }
        for (String value : new String[] {"a\r\nHost: x", "a\nb", "ü", "x".repeat(2000), "a\0"}) {
            web.refused("web_get", "url", url("/"), "headers", Map.of("Accept", value));
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void sendingIsThereOnlyWhenAskedForAndOnlyWithItsMethods() throws Exception {
        page("/form", "text/plain", "taken");
        page("/moved", 307, Map.of("Location", "http://other.example:" + port + "/form"), new byte[0]);
        Calls web = calls(loopback().sending("POST"));

        assertThat(web.call("web_send", "method", "post", "url", url("/form"), "body", "a=1"))
                .endsWith("taken");
        assertThat(seen.get(0)).startsWith("POST /form").endsWith(" a=1");
        assertThat(web.refused("web_send", "method", "DELETE", "url", url("/form")))
                .isEqualTo("the method DELETE may not be used. Allowed: POST");
        assertThat(web.refused("web_send", "method", "POST", "url", url("/moved"), "body", "secret words"))
                .isEqualTo("a redirect would send this POST to other.example, port " + port
                        + ". Allowed: sending it to that address itself");
        page("/gone", 307, Map.of("Location", "http://other.example:" + port + "/form"), new byte[0]);
        page("/see", 303, Map.of("Location", "http://other.example:" + port + "/form"), new byte[0]);
        Calls deleting = calls(loopback().sending("DELETE"));
        assertThat(deleting.refused("web_send", "method", "DELETE", "url", url("/gone")))
                .isEqualTo("a redirect would send this DELETE to other.example, port " + port
                        + ". Allowed: sending it to that address itself");
        assertThat(deleting.call("web_send", "method", "DELETE", "url", url("/see")))
                .endsWith("taken");
        assertThat(seen.get(seen.size() - 1)).startsWith("GET /form");
        assertThatThrownBy(() -> calls(loopback()).tool("web_send")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> loopback().sending("GET /x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCredentialGoesToItsHostOverHttpsOnly() throws Exception {
        page("/p", "text/plain", "ok");
        SecretStore store = name -> Optional.of(new Secret(name, "s3cret-value"));
        Calls web = calls(loopback().credential("site.example", "Authorization", "Bearer ", "KEY"))
                .provide(SecretStore.class, store);

        web.call("web_get", "url", url("/p"));

        assertThat(seen.get(0)).doesNotContain("s3cret");
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    @Test
    void sizesAreBoundedAfterUnpacking() throws Exception {
        page("/bomb", 200, Map.of("Content-Type", "text/plain", "Content-Encoding", "gzip"), gzip(new byte[50 << 20]));
        page("/long", "text/plain", "x".repeat(5000));
        page(
                "/gzip",
                200,
                Map.of("Content-Type", "text/plain", "Content-Encoding", "gzip"),
                gzip("packed".getBytes(StandardCharsets.UTF_8)));
        page("/odd", 200, Map.of("Content-Type", "text/plain", "Content-Encoding", "br"), new byte[] {1});
        Calls web = calls(loopback().limits(WebLimits.DEFAULT.withSize(10_000, 1000)));

        assertThat(web.call("web_get", "url", url("/bomb")))
                .hasSizeLessThan(1200)
                .endsWith("[cut]");
        assertThat(web.call("web_get", "url", url("/long")))
                .hasSizeLessThan(1200)
                .endsWith("x\n[cut]");
        Calls talkative = calls(loopback().limits(WebLimits.DEFAULT.withSize(10_000, 1 << 30)));
        assertThat(talkative.call("web_get", "url", url("/bomb")))
                .hasSizeLessThan(10_200)
                .endsWith("[cut]");
        assertThat(web.call("web_get", "url", url("/gzip"))).endsWith("packed");
        assertThat(web.refused("web_get", "url", url("/odd"))).contains("answers in the encoding \"br\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH\r\n", "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\n", "HTTP/1.1 999 X\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nX: y", "\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: ht tp://x y/\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot gzip at all"
            })
    void aBrokenAnswerIsRefused(String answer) throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, LOOPBACK)) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = listening.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    // The test is over.
                }
            });
            Calls web = calls(loopback().ports(listening.getLocalPort()));

            web.refused("web_get", "url", "http://site.example:" + listening.getLocalPort() + "/");
        }
    }

    @Test
    void aServerThatDribblesIsLeft() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, LOOPBACK)) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = listening.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    for (int i = 0; i < 800; i++) {
                        socket.getOutputStream().write('x');
                        Thread.sleep(5);
                    }
                } catch (IOException | InterruptedException e) {
                    // It was left.
                }
            });
            Calls web = calls(loopback()
                    .ports(listening.getLocalPort())
                    .limits(WebLimits.DEFAULT.withTime(Duration.ofMillis(300))));

            assertThat(web.refused("web_get", "url", "http://site.example:" + listening.getLocalPort() + "/"))
                    .isEqualTo("site.example did not answer wholly within 300 ms. Allowed: another address, or to try"
                            + " again later");
        }
    }

    @Test
    void longHeadersAreRefused() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, LOOPBACK)) {
            Thread.ofVirtual().start(() -> {
                try (Socket socket = listening.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    byte[] line = "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".getBytes(StandardCharsets.ISO_8859_1);
                    for (int i = 0; i < 5_000; i++) {
                        socket.getOutputStream().write(line);
                    }
                    socket.getOutputStream().write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    // It was left.
                }
            });
            Calls web = calls(loopback().ports(listening.getLocalPort()));

            assertThat(web.refused("web_get", "url", "http://site.example:" + listening.getLocalPort() + "/"))
                    .contains("headers are longer than 65536 bytes");
        }
    }

    @Test
    void aStoppedCallLetsGo() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, LOOPBACK)) {
            Calls web = calls(loopback().ports(listening.getLocalPort()));
            Thread.ofVirtual().start(() -> {
                try (Socket socket = listening.accept()) {
                    web.scope.cancel("the user left");
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The test is over.
                }
            });

            assertThatThrownBy(
                            () -> web.output("web_get", "url", "http://site.example:" + listening.getLocalPort() + "/"))
                    .hasMessage("stopped: the user left");
        }
    }

    @Test
    void hostilePagesAreReadInLinearTime() {
        String[] pages = {
            "<".repeat(500_000),
            "<a ".repeat(200_000),
            "<a href='".repeat(100_000),
            "<!--".repeat(200_000),
            "<script>".repeat(100_000),
            "<div>".repeat(200_000),
            "<li>".repeat(200_000),
            "<ul>".repeat(100_000) + "<li>x",
            "&".repeat(500_000),
            "<a href=\"x".repeat(100_000) + ">",
            "</".repeat(300_000) + "<style>",
            "<head>".repeat(50_000),
            "<head></".repeat(500_000) + ">",
            "<a b ".repeat(800_000) + ">",
            "<pre>" + " ".repeat(2_000_000) + "x",
            "<pre>" + " \n".repeat(1_000_000) + "x",
            "<p>" + "\t".repeat(1_000_000) + "<br>".repeat(200_000),
            "<p \u0000>&#x110000;&#0;&#xD800;"
        };
        for (String page : pages) {
            assertThat(HtmlText.markdown(page, "https://x.example/").length()).isLessThan(4_000_000);
        }
        assertThat(HtmlText.markdown("<a data-href='https://good.example/' href='/x'>a</a>", "https://x.example/"))
                .isEqualTo("[a](https://x.example/x)");
        assertThat(HtmlText.markdown("<a href='javascript:x()'>a</a> <a href=data:x>b</a>", "https://x.example/"))
                .isEqualTo("a b");
    }

    private static final String ATOM = "<?xml version='1.0' encoding='ISO-8859-1'?><feed"
            + " xmlns='http://www.w3.org/2005/Atom'><title>B\u00fccher</title><entry><title>E</title><link"
            + " href='1'/><updated>2026-01-01T00:00:00Z</updated></entry></feed>";

    @Test
    void aFeedIsGotAndRead() throws Exception {
        page("/news/feed.xml", 200, Map.of(), ATOM.getBytes(StandardCharsets.ISO_8859_1));
        page("/moved", 302, Map.of("Location", "/news/feed.xml"), new byte[0]);
        page("/gone", 410, Map.of("Content-Type", "text/plain"), "gone".getBytes(StandardCharsets.UTF_8));
        page("/page", "text/html", "<p>no feed</p>");
        Calls web = calls(loopback());

        for (String path : new String[] {"/news/feed.xml", "/moved"}) {
            assertThat(web.call("web_feed", "url", url(path)))
                    .isEqualTo("{\"title\":\"B\u00fccher\",\"link\":\"\",\"entries\":[{\"title\":\"E\",\"link\":\""
                            + url("/news/1") + "\",\"date\":\"2026-01-01T00:00:00Z\",\"summary\":\"\"}]}");
        }
        assertThat(web.output("web_feed", "url", url("/gone")).text()).startsWith("HTTP 410");
        assertThat(web.refused("web_feed", "url", url("/page"))).startsWith("the XML is no feed");
    }

    @Test
    void aFeedGoesTheSameWayAsAPage() throws Exception {
        page(
                "/entity",
                "text/xml",
                "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel>&x;</channel></rss>");
        page("/long", "text/xml", "<rss><channel>" + "<item><title>t</title></item>".repeat(1000) + "</channel></rss>");
        Calls web = calls(loopback().block("bad.example"));

        assertThat(web.refused("web_feed", "url", "http://bad.example/feed")).contains("may not be asked");
        assertThat(web.refused("web_feed", "url", "file:///etc/passwd")).contains("https://");
        assertThat(calls(WebTools.builder().resolver(host -> List.of(LOOPBACK)).ports(port))
                        .refused("web_feed", "url", url("/long")))
                .contains("not public");
        assertThat(web.refused("web_feed", "url", url("/entity"))).contains("<!DOCTYPE");
        Calls small = calls(loopback().limits(WebLimits.DEFAULT.withSize(1 << 20, 2000)));
        assertThat(small.call("web_feed", "url", url("/long"), "most", 200))
                .hasSizeLessThan(2000)
                .contains("\"more\":");
        assertThat(calls(loopback().limits(WebLimits.DEFAULT.withSize(1000, 2000)))
                        .refused("web_feed", "url", url("/long")))
                .isEqualTo("the feed has more than 1000 bytes. Allowed: smaller feeds, or the beginning of this one by"
                        + " web_get");
    }
}
