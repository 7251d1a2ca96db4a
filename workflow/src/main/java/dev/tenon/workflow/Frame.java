package dev.tenon.workflow;

import dev.tenon.error.Failure;
import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step that has begun and has not ended. Changed by the machine alone; part of its state. */
final class Frame {
    /** What a frame is doing. */
    enum Phase {
        RUNNING,
        /** Waits for its turn. */
        READY,
        /** Waits to be told the time. */
        CLOCK,
        /** Waits to be told a lot, for its pause. */
        LOT,
        /** Waits before the next attempt. */
        PAUSING,
        /** What was done in it is undone. */
        UNDOING,
        /** Another step runs instead. */
        FALLBACK
    }

    /** What a frame needs that has parts, or for which something special holds. */
    static final class Body {
        /** Where it is: the step of a sequence, the time of a loop, the next branch, the round. */
        int at;

        /** Children that have not ended. */
        int live;

        @Nullable
        Frame[] children = NONE;

        @Nullable
        Frame special;

        Json[] results = NO_RESULTS;
        Layer @Nullable [] layers;

        @Nullable
        Layer layer;

        byte[] status = NO_STATUS;
        int[] waits = NO_WAITS;
        int[] queue = NO_WAITS;
        int queued;
        int taken;
        Json.Arr items = Json.Arr.EMPTY;

        /** Why what is inside is being stopped. */
        @Nullable
        Failure failing;

        /** What went wrong, for who deals with it. */
        @Nullable
        Failure error;

        /** Of branches that failed while the others go on. */
        List<Failure> failures = List.of();

        @Nullable
        Moment moment;

        boolean timer;

        /** What was done and can be undone, oldest first. */
        List<Done> log = List.of();

        String after = "";
        dev.tenon.run.Spent spent = dev.tenon.run.Spent.NOTHING;

        void done(Done done) {
            if (log.isEmpty()) {
                log = new ArrayList<>(2);
            }
            log.add(done);
        }
    }

    /** Something that was done and can be undone. */
    record Done(int node, String suffix, Json output) {}

    private static final @Nullable Frame[] NONE = new Frame[0];
    private static final Json[] NO_RESULTS = new Json[0];
    private static final byte[] NO_STATUS = new byte[0];
    private static final int[] NO_WAITS = new int[0];

    static final byte STOPPING = 1;
    static final byte PERFORMING = 2;
    static final byte HOLDING = 4;
    static final byte ENDED = 8;

    final Node node;
    final @Nullable Frame parent;
    final int slot;
    final String suffix;
    final Json last;
    int attempt;
    byte flags;
    Phase phase = Phase.RUNNING;

    @Nullable
    String open;

    @Nullable
    Json output;

    @Nullable
    Failure failure;

    @Nullable
    Body body;

    Frame(Node node, @Nullable Frame parent, int slot, String suffix, Json last) {
        this.node = node;
        this.parent = parent;
        this.slot = slot;
        this.suffix = suffix;
        this.last = last;
    }

    /** The key of its effect. */
    String key() {
        return attempt == 0
                ? suffix.isEmpty() ? node.key : node.key.concat(suffix)
                : node.key + suffix + "~" + (attempt + 1);
    }

    /** What its parts add to their keys: an attempt has keys of its own. */
    String inner() {
        return attempt == 0 ? suffix : suffix + "~" + (attempt + 1);
    }

    Body body() {
        Body made = body;
        if (made == null) {
            made = new Body();
            body = made;
        }
        return made;
    }

    boolean is(byte flag) {
        return (flags & flag) != 0;
    }

    void set(byte flag) {
        flags |= flag;
    }

    void clear(byte flag) {
        flags &= (byte) ~flag;
    }
}
