package dev.tenon.tool;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a tool to end the run on purpose. Whatever else a tool throws becomes a result that tells the model.
 */
public final class ToolException extends TenonException {
    private static final long serialVersionUID = 1L;

    public ToolException(String message) {
        this(Objects.requireNonNull(message, "message"), null);
    }

    public ToolException(String message, @Nullable Throwable cause) {
        super("tool.ended_run", Objects.requireNonNull(message, "message"), Recovery.NONE, Map.of(), cause);
    }
}
