package dev.tenon.benchmarks.calls;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a good engineer writes for this one host and these four uses, with OkHttp and Jackson: records for the wire, readers and writers made once, one client. It knows
 * no other host, mends nothing, has no limits, no cancellation and no history.
 */
final class ByHand implements Candidate {
    /** A request. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Asked(
            String model,
            List<Message> messages,
            @Nullable List<JsonNode> tools,
            @JsonProperty("response_format") @Nullable JsonNode format,
            @Nullable Boolean stream) {}

    /** A message, either way. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Message(
            @Nullable String role,
            @Nullable String content,
            @JsonProperty("tool_calls") @Nullable List<ToolCall> calls,
            @JsonProperty("tool_call_id") @Nullable String call) {
        static Message user(String text) {
            return new Message("user", text, null, null);
        }
    }

    /** A call. */
    record ToolCall(String id, String type, Arguments function) {}

    /** What is called. */
    record Arguments(String name, String arguments) {}

    /** A reply, or a piece of one. */
    record Reply(String id, List<Choice> choices, @Nullable Usage usage) {}

    /** One of them. */
    record Choice(
            @Nullable Message message,
            @Nullable Message delta,
            @JsonProperty("finish_reason") @Nullable String finish) {}

    /** Tokens. */
    record Usage(
            @JsonProperty("prompt_tokens") long input,
            @JsonProperty("completion_tokens") long output) {}

    /** A tool's arguments. */
    record Place(String city) {}

    /** The slow one's. */
    record Part(String what) {}

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] DONE = "data: [DONE]".getBytes(StandardCharsets.UTF_8);
    private static final MediaType JSON = MediaType.get("application/json");
    private static final String MODEL = "gpt-5-mini";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectWriter ASKED = MAPPER.writerFor(Asked.class);
    private static final ObjectReader REPLY = MAPPER.readerFor(Reply.class);
    private static final ObjectReader ADVICE = MAPPER.readerFor(Advice.class);
    private static final ObjectReader PLACE = MAPPER.readerFor(Place.class);
    private static final ObjectReader PART = MAPPER.readerFor(Part.class);
    private static final List<JsonNode> WEATHER_TOOL = List.of(tool("weather", WEATHER, "city"));
    private static final List<JsonNode> SLOW_TOOL = List.of(tool("slow", "Takes its time", "what"));
    private static final JsonNode ADVICE_FORMAT = MAPPER.readTree("""
        {"type": "json_schema", "json_schema": {"name": "Advice", "strict": true, "schema": {"type": "object",
         "properties": {"city": {"type": "string"}, "celsius": {"type": "number"}, "umbrella": {"type": "boolean"}},
         "required": ["city", "celsius", "umbrella"], "additionalProperties": false}}}\
        """);

    private static JsonNode tool(String name, String description, String argument) {
        return MAPPER.readTree("""
            {"type": "function", "function": {"name": "%s", "description": "%s", "parameters": {"type": "object",
             "properties": {"%s": {"type": "string"}}, "required": ["%s"], "additionalProperties": false}}}\
            """.formatted(name, description, argument, argument));
    }

    private final OkHttpClient http = new OkHttpClient.Builder()
            .connectionPool(new ConnectionPool(256, 4, TimeUnit.SECONDS))
            .retryOnConnectionFailure(false)
            .readTimeout(10, TimeUnit.MINUTES)
            .fastFallback(false) // As in the library: a thread for each connection is no help to ten thousand callers.
            .build();
    private final Request.Builder request;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    ByHand(String url) {
        request = new Request.Builder().url(url + "/chat/completions").header("Authorization", "Bearer key-of-nobody");
    }

    private Response send(Asked asked) throws IOException {
        Request sent = request.build()
                .newBuilder()
                .post(RequestBody.create(ASKED.writeValueAsBytes(asked), JSON))
                .build();
        Response response = http.newCall(sent).execute();
        if (!response.isSuccessful()) {
            try (response) {
                throw new IOException(
                        "status " + response.code() + ": " + response.body().string());
            }
        }
        return response;
    }

    private Choice ask(Asked asked) {
        try (Response response = send(asked)) {
            Reply reply = REPLY.readValue(response.body().byteStream());
            return reply.choices().getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String said(Choice choice) {
        if (choice.message() == null || choice.message().content() == null) {
            throw new IllegalStateException("no answer, but " + choice.finish());
        }
        return choice.message().content();
    }

    @Override
    public String chat() {
        return said(ask(new Asked(MODEL, List.of(Message.user(QUESTION)), null, null, null)));
    }

    @Override
    public int stream() {
        int[] characters = {0};
        String whole = stream(QUESTION, piece -> characters[0] += piece.length());
        if (whole.length() != characters[0]) {
            throw new IllegalStateException("something was lost");
        }
        return characters[0];
    }

    private String stream(String question, Consumer<String> pieces) {
        Asked asked = new Asked(MODEL, List.of(Message.user(question)), null, null, true);
        StringBuilder text = new StringBuilder();
        try (Response response = send(asked)) {
            BufferedSource source = response.body().source();
            byte[] line = new byte[1024];
            for (long end = source.indexOf((byte) '\n'); end >= 0; end = source.indexOf((byte) '\n')) {
                int length = Math.toIntExact(end);
                if (line.length < length) {
                    line = new byte[length];
                }
                readFully(source, line, length);
                source.skip(1);
                if (!begins(line, length, DATA)) {
                    continue;
                }
                if (begins(line, length, DONE)) {
                    return text.toString();
                }
                Reply reply = REPLY.readValue(line, DATA.length, length - DATA.length);
                for (Choice choice : reply.choices()) {
                    if (choice.delta() != null && choice.delta().content() != null) {
                        text.append(choice.delta().content());
                        pieces.accept(choice.delta().content());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("the stream broke off");
    }

    private static void readFully(BufferedSource source, byte[] line, int length) throws IOException {
        for (int read = 0; read < length; ) {
            read += source.read(line, read, length - read);
        }
    }

    private static boolean begins(byte[] line, int length, byte[] with) {
        return length >= with.length && Arrays.equals(line, 0, with.length, with, 0, with.length);
    }

    @Override
    public String toolRound() {
        return round(WEATHER_TOOL, Map.of("weather", arguments -> {
            Place place = PLACE.readValue(arguments);
            return Candidate.weather(place.city());
        }));
    }

    @Override
    public String fourTools() {
        return round(SLOW_TOOL, Map.of("slow", arguments -> {
            Part part = PART.readValue(arguments);
            return Candidate.slowly(part.what());
        }));
    }

    private String round(List<JsonNode> specs, Map<String, Function<String, String>> tools) {
        List<Message> messages = new ArrayList<>();
        messages.add(Message.user(QUESTION));
        while (true) {
            Choice choice = ask(new Asked(MODEL, messages, specs, null, null));
            Message message = choice.message();
            if (message == null || message.calls() == null || message.calls().isEmpty()) {
                return said(choice);
            }
            messages.add(message);
            List<Future<String>> results = new ArrayList<>(message.calls().size());
            for (ToolCall call : message.calls()) {
                Function<String, String> tool = tools.get(call.function().name());
                if (tool == null) {
                    throw new IllegalStateException("no tool " + call.function().name());
                }
                results.add(threads.submit(() -> tool.apply(call.function().arguments())));
            }
            for (int i = 0; i < results.size(); i++) {
                messages.add(new Message(
                        "tool",
                        result(results.get(i)),
                        null,
                        message.calls().get(i).id()));
            }
        }
    }

    private static String result(Future<String> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            return "failed: " + e.getCause();
        }
    }

    @Override
    public Advice typed() {
        String text = said(ask(new Asked(MODEL, List.of(Message.user(QUESTION)), null, ADVICE_FORMAT, null)));
        return ADVICE.readValue(text);
    }
}
