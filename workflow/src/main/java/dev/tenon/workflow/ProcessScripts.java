package dev.tenon.workflow;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.scope.Registration;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Scripts that are run by a process each. */
record ProcessScripts(List<String> command) implements ScriptHandler {
    /** Bytes of output that are read: more than a step's output should be, little enough to be kept. */
    static final int MOST_OUTPUT = 16 << 20;

    /** Bytes of what went wrong that are told. */
    private static final int MOST_ERROR = 2_000;

    ProcessScripts {
        command = List.copyOf(command);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("a script needs a command that runs it");
        }
    }

    @Override
    public Json run(String code, Json input, StepContext context) throws IOException, InterruptedException {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(context, "context");
        List<String> line = new ArrayList<>(command);
        line.add(code);
        Process process = new ProcessBuilder(line).start();
        Registration stop = context.onStop(() -> kill(process));
        try {
            AtomicReference<String> error = new AtomicReference<>("");
            AtomicReference<byte[]> said = new AtomicReference<>(new byte[0]);
            Thread errors = onPipe("errors", () -> error.set(readQuietly(process.getErrorStream())));
            Thread reader = onPipe("output", () -> said.set(readMost(process)));
            Thread writer = onPipe("input", () -> give(process, input));
            reader.join();
            byte[] output = said.get();
            if (output.length > MOST_OUTPUT) {
                throw new TenonException("workflow.script", "a script wrote more than " + MOST_OUTPUT + " bytes");
            }
            int exit = process.waitFor();
            writer.join();
            errors.join();
            context.check();
            if (exit != 0) {
                throw new TenonException(
                        "workflow.script",
                        "a script of " + command.getFirst() + " ended with status " + exit
                                + (error.get().isBlank()
                                        ? ""
                                        : ": " + error.get().strip()));
            }
            return value(new String(output, StandardCharsets.UTF_8).strip());
        } finally {
            stop.close();
            kill(process);
        }
    }

    /** Not a virtual thread: to wait for a pipe holds on to their carrier, and a few silent scripts would hold up everything else. */
    private static Thread onPipe(String what, Runnable work) {
        return Thread.ofPlatform().daemon().name("tenon-script-" + what).start(work);
    }

    private static byte[] readMost(Process process) {
        try {
            return process.getInputStream().readNBytes(MOST_OUTPUT + 1);
        } catch (IOException e) {
            return new byte[0]; // It was ended.
        }
    }

    private static Json value(String text) {
        if (text.isEmpty()) {
            return Json.NULL;
        }
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            return Json.of(text);
        }
    }

    private static void give(Process process, Json input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A script need not read its input.
        }
    }

    private static String readQuietly(InputStream from) {
        try {
            byte[] read = from.readNBytes(MOST_ERROR);
            from.transferTo(OutputStream.nullOutputStream());
            return new String(read, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
