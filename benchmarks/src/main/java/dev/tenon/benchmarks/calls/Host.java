package dev.tenon.benchmarks.calls;

import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** The model, in a process of its own: what it costs to serve it is not in the figures. */
final class Host implements AutoCloseable {
    /** Pieces of a stream. */
    static final int CHUNKS = 2_000;

    private static final Reply STREAM = Reply.reply(
            IntStream.range(0, CHUNKS).mapToObj(i -> "word" + i % 10 + " ").toArray(String[]::new));
    private static final Reply ANSWER = Reply.reply("Yes: it is 14 degrees and it rains in Lisbon, all day long.");
    private static final Reply ADVICE = Reply.reply("{\"city\":\"Lisbon\",\"celsius\":14.5,\"umbrella\":true}");
    private static final Reply CALL = Reply.toolCall("weather", "{\"city\":\"Lisbon\"}");
    private static final Reply FOUR = IntStream.range(0, 4)
            .mapToObj(i -> Reply.toolCall("slow", "{\"what\":\"part " + i + "\"}"))
            .reduce(Reply::and)
            .orElseThrow();

    private final Process process;
    private final String url;

    private Host(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** {@code [DELAY]}, in milliseconds before every answer. Prints the base URL, and ends when its standard input does. */
    public static void main(String... args) throws IOException {
        Duration delay = Duration.ofMillis(args.length > 0 ? Long.parseLong(args[0]) : 0);
        try (ModelServer server = start(delay)) {
            System.out.println(server.url("/v1"));
            while (System.in.read() >= 0) {
                // Whoever started this process closes the stream, or ends.
            }
        }
    }

    /** The model in this process. */
    static ModelServer start(Duration delay) {
        return ModelServer.start(asked -> answer(asked).after(delay)).keeping(0);
    }

    private static Reply answer(ModelRequest asked) {
        if (asked.wantsJson()) {
            return ADVICE;
        }
        if (asked.streamed()) {
            return STREAM;
        }
        if (asked.chat().tools().isEmpty() || !asked.toolResults().isEmpty()) {
            return ANSWER;
        }
        return asked.chat().tools().getFirst().name().equals("slow") ? FOUR : CALL;
    }

    /** Starts the model in another process. */
    static Host inAnotherProcess(Duration delay) throws IOException {
        Process process = java(List.of("-Xmx2g"), Host.class, Long.toString(delay.toMillis()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String url = said.readLine();
        if (url == null) {
            throw new IOException("the model's process ended at once");
        }
        return new Host(process, url);
    }

    /** A program of this class path in a JVM of its own. */
    static ProcessBuilder java(List<String> options, Class<?> program, String... args) {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    /** The base URL. */
    String url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
