package dev.tenon.workflow;

import dev.tenon.json.Json;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs scripts of a language. Implementations must be thread-safe. */
@FunctionalInterface
public interface ScriptHandler {
    /** Runs a script and gives what came of it. Blocks; an interrupt ends it. What it throws fails the step. */
    @Nullable
    Json run(String code, Json input, StepContext context) throws Exception;

    /**
     * Scripts that a program of the machine runs: it is started with these arguments and the script as the last, is given the input as JSON on its standard input, and writes JSON, or text, on
     * its standard output: {@code ScriptHandler.process("python3", "-c")}. It is killed, with all that it started, when the step is stopped.
     */
    static ScriptHandler process(String... command) {
        Objects.requireNonNull(command, "command");
        return new ProcessScripts(java.util.List.of(command));
    }
}
