package dev.tenon.toolbox.data;

import com.dashjoin.jsonata.Jsonata;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.scope.Registration;
import dev.tenon.tool.ToolContext;
import dev.tenon.toolbox.RefusedException;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JSONata expression over data. JSONata is a whole language: it recurses, doubles strings and lists, and has regular expressions that backtrack, and no bound inside this process would hold all of
 * that. So each expression is worked out in a small Java process of its own, with little memory, which is ended when it takes too long. It takes some tenths of a second.
 */
final class JsonataQuery {
    private static final int MOST_EXPRESSION = 10_000;
    private static final int MOST_RESULT = 1 << 20;
    static final long SECONDS = 10;

    private JsonataQuery() {}

    static Json evaluate(String expression, Json data, long seconds, ToolContext context)
            throws IOException, InterruptedException {
        if (expression.isBlank() || expression.length() > MOST_EXPRESSION) {
            throw refused("it has " + expression.length() + " characters");
        }
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Xss2m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                place(QueryProcess.class) + System.getProperty("path.separator") + place(Jsonata.class),
                QueryProcess.class.getName(),
                String.valueOf(seconds + 2)));
        builder.environment().clear();
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new RefusedException(
                    "data.query", "JSONata cannot run here: there is no java to start", "data_get with a JSON Pointer");
        }
        return answered(process, expression, data, seconds, context);
    }

    @SuppressWarnings("try") // closed at the end of the call, and that is all
    private static Json answered(Process process, String expression, Json data, long seconds, ToolContext context)
            throws IOException, InterruptedException {
        byte[][] said = {new byte[0]};
        // Not virtual threads: to wait for a pipe holds on to their carrier.
        Thread reading = Thread.ofPlatform().daemon().start(() -> {
            try {
                said[0] = process.getInputStream().readNBytes(MOST_RESULT + 1);
            } catch (IOException e) {
                // It was ended.
            }
        });
        Thread writing = Thread.ofPlatform().daemon().start(() -> give(process, expression, data));
        boolean ended;
        try (Registration stop = context.onStop(process::destroyForcibly)) {
            reading.join(TimeUnit.SECONDS.toMillis(seconds));
            ended = !reading.isAlive() && (said[0].length > MOST_RESULT || process.waitFor(1, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
            writing.join();
        }
        context.check();
        if (!ended) {
            throw refused("it takes longer than " + seconds + " s");
        }
        if (said[0].length > MOST_RESULT) {
            throw refused("its result is longer than " + MOST_RESULT + " bytes");
        }
        String text = new String(said[0], StandardCharsets.UTF_8);
        if (process.exitValue() == QueryProcess.REFUSED) {
            throw refused(text.length() > 500 ? text.substring(0, 500) + "…" : text);
        }
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw refused("its result is no JSON");
        }
    }

    private static void give(Process process, String expression, Json data) {
        try (DataOutputStream out = new DataOutputStream(process.getOutputStream())) {
            for (String text : new String[] {expression, data.toString()}) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                out.writeInt(bytes.length);
                out.write(bytes);
            }
        } catch (IOException e) {
            // It was ended.
        }
    }

    private static String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new RefusedException(
                    "data.query",
                    "JSONata cannot run here: its library is not in a file",
                    "data_get with a JSON Pointer");
        }
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException | RuntimeException e) {
            throw new RefusedException(
                    "data.query",
                    "JSONata cannot run here: its library is not in a file",
                    "data_get with a JSON Pointer");
        }
    }

    private static RefusedException refused(String why) {
        return new RefusedException(
                "data.query",
                "the expression has no value: " + why,
                "JSONata (jsonata.org) over the data, of at most " + MOST_EXPRESSION
                        + " characters, that is done within " + SECONDS + " s");
    }
}
