package dev.tenon.memory;

import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Usage;
import java.util.Objects;

/**
 * What an agent remembers of its conversations. Implementations must be thread-safe: turns of many sessions, and of one, run at once.
 *
 * <p>A turn is taken whole or not at all, so that no tool call is ever without its result. Sessions never see each other.
 */
public interface Memory {
    /** Remembers nothing. */
    Memory NONE = new Memory() {
        @Override
        public Recalled recall(Recall wanted) {
            return Recalled.NOTHING;
        }

        @Override
        public void append(String session, Turn turn) {}
    };

    /**
     * What of the past goes into the next requests. Blocks.
     *
     * <p>Asked when a run begins, and where the memory wants it again: with what came of the model calls that it {@linkplain Recalled#wanted() wanted}, and when the requests of
     * the run have reached {@link Recalled#again()} tokens. It is also asked once more when a model refuses a request as too long.
     */
    Recalled recall(Recall wanted);

    /**
     * Takes a finished turn. The turn of a run that was taken before changes nothing: after a crash it is handed over again. Blocks.
     */
    void append(String session, Turn turn);

    /** Is told what was sent to a model in a session, and what it used. Not called when a run is replayed. */
    default void asked(String session, ModelInfo model, ChatRequest request, Usage usage) {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(usage, "usage");
    }
}
