package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException;
import dev.tenon.scope.Cancellation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every recorded exchange of a wire format, over real HTTP. The provider sees status, headers and body, nothing else. */
public abstract class RecordedExchanges {
    private final String api;

    /** Of the exchanges of this wire format. */
    protected RecordedExchanges(String api) {
        this.api = api;
    }

    /** A provider of this format, at a base URL that ends in {@code /v1}. */
    protected abstract Provider provider(String url);

    /** Whether the cases of this format have thinking as a list of texts, not as one. */
    protected boolean hasThinkingInParts() {
        return false;
    }

    /** Whether what goes back with a piece of thinking proves it. */
    protected boolean isProof(Json.Obj back) {
        return back.has("signature");
    }

    /** A reply to be served. */
    private static final class Recorded {
        final int status;
        final Map<String, String> headers;
        final byte[] body;
        final boolean chunked;

        Recorded(int status, Map<String, String> headers, byte[] body, boolean chunked) {
            this.status = status;
            this.headers = headers;
            this.body = body;
            this.chunked = chunked;
        }
    }

    private volatile Recorded next = new Recorded(200, Map.of(), new byte[0], false);

    @Test
    void readsEveryExchangeAsExpected() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
            Provider provider = provider(url);
            Reading reading = new Reading(hasThinkingInParts(), this::isProof);
            List<String> failed = new ArrayList<>();
            int read = 0;
            for (String file : List.of("providers/INDEX.jsonl", "providers/AUTHORED.jsonl")) {
                for (String line : Fixtures.cases(
                        file,
                        it -> it.contains("\"api\": \"" + api + "\"") || it.contains("\"api\":\"" + api + "\""))) {
                    failed.addAll(check(Json.parse(line).asObj(), provider, reading));
                    read++;
                }
            }
            assertThat(failed).as("of %d exchanges", read).isEmpty();
            assertThat(read).isPositive();
        } finally {
            server.stop(0);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            Recorded now = next;
            now.headers.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            exchange.sendResponseHeaders(now.status, now.chunked ? 0 : now.body.length == 0 ? -1 : now.body.length);
            exchange.getResponseBody().write(now.body);
        }
    }

    private List<String> check(Json.Obj exchange, Provider provider, Reading reading) {
        boolean stream = exchange.get("stream").orElseThrow().equals(Json.of(true));
        next = recorded(exchange, stream);
        Json.Obj expected = exchange.get("expected").orElseThrow().asObj();
        StringBuilder shown = new StringBuilder();
        Call call = stream
                ? Call.watched(
                        new Cancellation(),
                        delta -> {
                            if (delta instanceof Delta.Text text) shown.append(text.text());
                        },
                        notice -> {})
                : Call.unwatched();
        Json.Obj got;
        String text = "";
        try {
            ChatResponse response = provider.chat(ChatRequest.of("hi"), call);
            text = response.text();
            got = reading.of(response);
        } catch (ProviderException e) {
            text = e.partial().map(ChatResponse::text).orElse("");
            Json.Obj error = expected.get("error").map(Json::asObj).orElse(Json.Obj.EMPTY);
            got = reading.of(e, error.has("status"), error.has("retryable"));
        }
        List<String> wrong = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(expected.members().keySet());
        names.addAll(got.members().keySet());
        names.remove("notes");
        for (String name : names) {
            Json want = expected.get(name).orElse(null);
            Json came = got.get(name).orElse(null);
            if (want == null || !want.equals(came)) {
                wrong.add(exchange.string("id").orElse("") + ": " + name + ": wanted " + want + ", got " + came);
            }
        }
        if (stream && !text.contentEquals(shown))
            wrong.add(exchange.string("id").orElse("") + ": deltas are not the text");
        return wrong;
    }

    private static Recorded recorded(Json.Obj exchange, boolean stream) {
        byte[] body = Fixtures.bytes("providers/" + exchange.string("body").orElseThrow());
        if (exchange.string("transport").orElse("").equals("lines")) body = framed(body);
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.get("response_headers")
                .ifPresent(all -> all.asObj().forEach((name, value) -> headers.put(name, value.asString())));
        return new Recorded((int) exchange.get("status").orElseThrow().asLong(), headers, body, stream);
    }

    private static byte[] framed(byte[] lines) {
        StringBuilder events = new StringBuilder();
        new String(lines, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> events.append("data: ").append(line).append("\n\n"));
        return events.toString().getBytes(StandardCharsets.UTF_8);
    }
}
