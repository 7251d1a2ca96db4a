package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.testing.Chance;
import dev.tenon.testing.LoopbackServer;
import dev.tenon.testing.LoopbackServer.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Recorded answers on a real HTTP server: status, headers and body as recorded, a stream in several chunks. Thread-safe. */
final class Exchanges implements AutoCloseable {
    /** Headers about how the recorded body was carried, which is not how this one is. */
    private static final Set<String> CARRIAGE =
            Set.of("content-length", "transfer-encoding", "content-encoding", "connection", "keep-alive");

    /** Chunks of a stream at most. */
    private static final int CHUNKS = 8;

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final AtomicInteger served = new AtomicInteger();
    private final LoopbackServer server;

    private Exchanges() {
        this.server = LoopbackServer.start(request -> answers.getOrDefault(
                request.path().split("/", 3)[1], Answer.of(404, "text/plain", "no exchange is served at " + request)));
    }

    static Exchanges start() {
        return new Exchanges();
    }

    /** Serves an exchange in place of all before it. Returns its base URL. */
    String serve(Given exchange) throws IOException {
        String place = "exchange-" + served.incrementAndGet();
        answers.clear();
        answers.put(place, answer(exchange));
        return server.url("/" + place + "/v1").toString();
    }

    private static Answer answer(Given exchange) throws IOException {
        String transport = exchange.text("transport").orElse("json");
        byte[] body = exchange.file("body");
        byte[] framed = transport.equals("lines") ? events(body) : body;
        int status = Math.toIntExact(
                exchange.members().get("status").map(Json::asLong).orElse(200L));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", contentType(transport));
        exchange.members()
                .get("response_headers")
                .filter(Json.Obj.class::isInstance)
                .ifPresent(recorded -> recorded.asObj().forEach((name, value) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    if (!CARRIAGE.contains(lower)) {
                        headers.put(lower, value instanceof Json.Str text ? text.value() : value.toString());
                    }
                }));
        boolean whole = transport.equals("json") || transport.equals("text");
        Answer answer = whole
                ? Answer.of(status, headers.get("content-type"), framed)
                : Answer.chunked(status, headers.get("content-type"), chunks(framed));
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.withHeader(header.getKey(), header.getValue());
        }
        return answer;
    }

    /** What a host says of a body in this transport, where the source has no headers. */
    private static String contentType(String transport) {
        return switch (transport) {
            case "sse", "lines" -> "text/event-stream";
            case "ndjson" -> "application/x-ndjson";
            case "aws-eventstream" -> "application/vnd.amazon.eventstream";
            case "text" -> "text/plain";
            default -> "application/json";
        };
    }

    /** The data of one event a line, as server-sent events. */
    private static byte[] events(byte[] lines) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(lines.length + lines.length / 8);
        int from = 0;
        for (int at = 0; at <= lines.length; at++) {
            if (at < lines.length && lines[at] != '\n') {
                continue;
            }
            int to = at > from && lines[at - 1] == '\r' ? at - 1 : at;
            if (to > from) {
                out.writeBytes(new byte[] {'d', 'a', 't', 'a', ':', ' '});
                out.write(lines, from, to - from);
                out.writeBytes(new byte[] {'\n', '\n'});
            }
            from = at + 1;
        }
        return out.toByteArray();
    }

    /** Cuts anywhere, inside of characters too; the same body is always cut the same way. */
    private static List<byte[]> chunks(byte[] body) {
        Chance chance = new Chance(body.length);
        Set<Integer> cuts = new TreeSet<>();
        for (int i = 1; i < CHUNKS && body.length > 1; i++) {
            cuts.add(1 + chance.below(body.length - 1));
        }
        cuts.add(body.length);
        List<byte[]> chunks = new ArrayList<>();
        int from = 0;
        for (int cut : cuts) {
            chunks.add(Arrays.copyOfRange(body, from, cut));
            from = cut;
        }
        return chunks;
    }

    @Override
    public void close() {
        server.close();
    }
}
