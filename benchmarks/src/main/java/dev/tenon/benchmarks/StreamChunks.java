package dev.tenon.benchmarks;

import dev.tenon.anthropic.Anthropic;
import dev.tenon.gemini.Gemini;
import dev.tenon.http.HttpClient;
import dev.tenon.http.HttpEndpoint;
import dev.tenon.http.HttpResponse;
import dev.tenon.openai.OpenAi;
import dev.tenon.openai.responses.OpenAiResponses;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Provider;
import dev.tenon.scope.Cancellation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What does a chunk of a stream cost? Beside it, in the same run and over the same HTTP client, a reader that somebody wrote by hand for one format: lines, and of each
 * event's JSON only the text, by a streaming parser. It keeps no ids, calls, usage or errors. No socket is in it: the client is given the bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(1)
public class StreamChunks {
    /** Chunks of a stream. */
    static final int CHUNKS = 1_000;

    /** The wire format. */
    @Param({"openai-chat", "openai-responses", "anthropic", "gemini"})
    public String format = "";

    private final JsonFactory json = new JsonFactory();
    private final ChatRequest request = ChatRequest.of("Tell me a story");

    private Provider model = (asked, call) -> {
        throw new IllegalStateException("not set up");
    };
    private HttpEndpoint endpoint = HttpClient.shared().endpoint("http://127.0.0.1/", Map.of());
    private String textName = "";
    private long characters;

    /** Prepares the stream. */
    @Setup
    public void write() {
        byte[] body = body().getBytes(StandardCharsets.UTF_8);
        OkHttpClient canned = new OkHttpClient.Builder()
                .addInterceptor(chain -> new Response.Builder()
                        .request(chain.request())
                        .protocol(Protocol.HTTP_1_1)
                        .code(200)
                        .message("OK")
                        .body(ResponseBody.create(body, MediaType.get("text/event-stream")))
                        .build())
                .build();
        HttpClient http = HttpClient.of(canned);
        String url = "http://127.0.0.1/v1";
        endpoint = http.endpoint(url, Map.of());
        OpenAi openAi = OpenAi.connect(url).http(http).build();
        model = switch (format) {
            case "openai-chat" -> openAi.model("m");
            case "openai-responses" -> OpenAiResponses.on(openAi).model("m");
            case "anthropic" -> Anthropic.connect(url).http(http).build().model("m");
            default -> Gemini.connect(url).http(http).build().model("m");
        };
        textName = switch (format) {
            case "openai-chat" -> "content";
            case "openai-responses" -> "delta";
            default -> "text";
        };
        if (!ours().equals(hand())) throw new IllegalStateException("the two read different texts");
        if (characters == 0) throw new IllegalStateException("nothing was shown");
    }

    private String body() {
        StringBuilder out = new StringBuilder(begin());
        for (int i = 0; i < CHUNKS; i++) {
            out.append(chunk(i));
        }
        return out.append(end()).toString();
    }

    private String begin() {
        return switch (format) {
            case "openai-responses" ->
                "event: response.output_item.added\n"
                    + "data:"
                    + " {\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}}\n\n";
            case "anthropic" ->
                "event: message_start\n"
                    + "data:"
                    + " {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"
                    + "event: content_block_start\n"
                    + "data:"
                    + " {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
            default -> "";
        };
    }

    /** As the hosts write them, with what stands in every chunk. */
    private String chunk(int i) {
        String word = " word" + i % 100;
        return switch (format) {
            case "openai-chat" ->
                "data:"
                    + " {\"id\":\"chatcmpl-Bm3rTqJ2\",\"object\":\"chat.completion.chunk\",\"created\":1749000000,\"model\":\"m-2025-04-14\","
                    + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_38343a2f8f\",\"choices\":[{\"index\":0,\"delta\":"
                    + "{\"content\":\"" + word
                        + "\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n";
            case "openai-responses" ->
                "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":"
                        + (i + 4)
                        + ",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":\"" + word
                        + "\",\"logprobs\":[],\"obfuscation\":\"x8Yq2\"}\n\n";
            case "anthropic" ->
                "event: content_block_delta\n"
                    + "data:"
                    + " {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
                        + word + "\"}}\n\n";
            default ->
                "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"" + word
                        + "\"}],\"role\": \"model\"},\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\":"
                        + " 9,\"candidatesTokenCount\": "
                        + i + ",\"totalTokenCount\": " + (i + 9)
                        + ",\"promptTokensDetails\": [{\"modality\": \"TEXT\",\"tokenCount\": 9}]},\"modelVersion\":"
                        + " \"m\",\"responseId\": \"r1\"}\n\n";
        };
    }

    private String end() {
        return switch (format) {
            case "openai-chat" ->
                "data:"
                    + " {\"id\":\"chatcmpl-Bm3rTqJ2\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                    + "data: [DONE]\n\n";
            case "openai-responses" ->
                "event: response.completed\n"
                        + "data:"
                        + " {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"status\":\"completed\"}}\n\n";
            case "anthropic" ->
                "event: message_delta\n"
                    + "data:"
                    + " {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\n"
                    + "event: message_stop\n"
                    + "data: {\"type\":\"message_stop\"}\n\n";
            default -> "data: {\"candidates\": [{\"finishReason\": \"STOP\",\"index\": 0}]}\n\n";
        };
    }

    /** The library. */
    @Benchmark
    public String tenon(Cpu cpu) {
        return cpu.count(ours());
    }

    private String ours() {
        Call call = Call.watched(
                new Cancellation(),
                delta -> {
                    if (delta instanceof Delta.Text text) seen(text.text());
                },
                notice -> {});
        return model.chat(request, call).text();
    }

    /** The reader by hand. */
    @Benchmark
    public String byHand(Cpu cpu) {
        return cpu.count(hand());
    }

    private String hand() {
        StringBuilder all = new StringBuilder();
        try (HttpResponse response = endpoint.post(
                        out -> out.write("{\"stream\":true}".getBytes(StandardCharsets.UTF_8)), new Cancellation());
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: {"))
                    text(line.substring(6), piece -> {
                        all.append(piece);
                        seen(piece);
                    });
            }
            response.finish();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return all.toString();
    }

    private void text(String event, Consumer<String> to) {
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), event)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.PROPERTY_NAME || !parser.currentName().equals(textName)) continue;
                if (parser.nextToken() == JsonToken.VALUE_STRING) to.accept(parser.getString());
            }
        }
    }

    private void seen(String piece) {
        characters += piece.length();
    }
}
