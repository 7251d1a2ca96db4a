package dev.tenon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangesTest {
    @TempDir
    private Path folder;

    private HttpResponse<byte[]> served(String members, byte[] body) throws IOException, InterruptedException {
        Files.write(folder.resolve("body"), body);
        Json.Obj given = Json.parse("{\"body\": \"body\", " + members + "}").asObj();
        try (Exchanges server = Exchanges.start();
                HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(
                                    URI.create(server.serve(new Given("one", given, folder)) + "/chat/completions"))
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    BodyHandlers.ofByteArray());
        }
    }

    @Test
    void servesAnAnswerAsRecorded() throws Exception {
        HttpResponse<byte[]> response = served("""
            "transport": "json", "status": 429, "response_headers": {"Content-Type": "application/json; charset=utf-8", "retry-after": "2",
            "Content-Length": "99", "transfer-encoding": "chunked"}\
            """, "{\"a\":\"é\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).isEqualTo("{\"a\":\"é\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(response.headers().map().get("content-type")).containsExactly("application/json; charset=utf-8");
        assertThat(response.headers().map().get("retry-after")).containsExactly("2");
        assertThat(response.headers().map().get("content-length")).containsExactly("10");
    }

    @Test
    void servesBinaryStreamsUnchanged() throws Exception {
        byte[] body = new byte[5_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
        }
        HttpResponse<byte[]> response = served("\"transport\": \"aws-eventstream\", \"status\": 200", body);

        assertThat(response.body()).isEqualTo(body);
        assertThat(response.headers().map().get("content-type")).containsExactly("application/vnd.amazon.eventstream");
        assertThat(response.headers().map().get("transfer-encoding")).containsExactly("chunked");
    }

    @Test
    void framesLinesAsEvents() throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("{\"a\":1}\r\n\n{\"b\":\"é\"}\n[DONE]".getBytes(StandardCharsets.UTF_8));
        HttpResponse<byte[]> response = served("\"transport\": \"lines\", \"status\": 200", body.toByteArray());

        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo("data: {\"a\":1}\n\ndata: {\"b\":\"é\"}\n\ndata: [DONE]\n\n");
        assertThat(response.headers().map().get("content-type")).containsExactly("text/event-stream");
    }
}
