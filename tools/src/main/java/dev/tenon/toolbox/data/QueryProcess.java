package dev.tenon.toolbox.data;

import com.dashjoin.jsonata.Functions;
import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.json.Json;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Works out one JSONata expression, in a process of its own: see {@link JsonataQuery}. Takes the expression and the data from its standard input, each after its length, and needs nothing but the
 * JSONata library, which is seen here alone.
 */
final class QueryProcess {
    /** The exit status after an expression that has no value, with the reason on standard output. */
    static final int REFUSED = 3;

    private QueryProcess() {}

    public static void main(String[] arguments) throws IOException {
        endIn(Long.parseLong(arguments[0]));
        DataInputStream in = new DataInputStream(System.in);
        String expression = text(in);
        String data = text(in);
        String said;
        int status = 0;
        try {
            Object value = Jsonata.jsonata(expression).evaluate(Json.parseJson(data));
            said = value == null ? "null" : Functions.string(value, false);
            if (value instanceof String) {
                said = Functions.string(java.util.List.of(value), false);
                said = said.substring(1, said.length() - 1);
            }
        } catch (JException e) {
            said = String.valueOf(e.getMessage());
            status = REFUSED;
        } catch (StackOverflowError e) {
            said = "it nests or recurses too deep";
            status = REFUSED;
        } catch (OutOfMemoryError e) {
            said = "it needs too much memory";
            status = REFUSED;
        } catch (RuntimeException e) {
            said = "it failed with " + e.getClass().getSimpleName();
            status = REFUSED;
        }
        System.out.write(said.getBytes(StandardCharsets.UTF_8));
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    /** Whoever started this may have died: nobody else would end it then. */
    private static void endIn(long seconds) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(Duration.ofSeconds(seconds));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(1);
        });
    }

    private static String text(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
