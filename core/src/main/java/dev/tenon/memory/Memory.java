package dev.tenon.memory;

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

    /** What of the past goes into the next request. Blocks. */
    Recalled recall(Recall wanted);

    /**
     * Takes a finished turn. The turn of a run that was taken before changes nothing: after a crash it is handed over again. Blocks.
     */
    void append(String session, Turn turn);
}
