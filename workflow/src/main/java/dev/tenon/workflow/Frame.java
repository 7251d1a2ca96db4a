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
        FALLBACK;

        private static final Phase[] ALL = values();
    }

    /** What a frame needs that has parts, or for which something special holds. */
    static final class Body {
        /** Where it is: the time of a loop, the next branch, the round. */
        int at;

        /** Branches, and what is special, that have not ended. */
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

        /** Why it failed; null where it did not. */
        @Nullable
        Failure failure;

        /** How often it was tried before. */
        int attempt;

        /** Of what undoes another: what that one's parts added to their keys. */
        String suffix = "";

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

    // A workflow makes one of these a step, so what most steps do not need is in the body.
    final Node node;
    final @Nullable Frame parent;

    /** Which part of its parent it is: the step of a sequence, the time of a loop, the branch; below 0 for what is special. */
    final int slot;

    final Json last;
    byte flags;
    private byte phase;

    /** Its part that has not ended, where there is one at a time; the branches of those that have more are in the body. */
    @Nullable
    Frame child;

    @Nullable
    String open;

    @Nullable
    Json output;

    @Nullable
    Body body;

    Frame(Node node, @Nullable Frame parent, int slot, Json last) {
        this.node = node;
        this.parent = parent;
        this.slot = slot;
        this.last = last;
    }

    /** The key of its effect: in a loop the time is part of it, and so is the attempt. */
    String key() {
        Frame above = parent;
        int attempt = attempt();
        if (attempt > 0) {
            return node.key + suffix() + "~" + (attempt + 1);
        }
        if (above == null || slot == Node.UNDO) {
            return node.key.concat(suffix());
        }
        String outer = above.inner();
        return repeated(above)
                ? node.key + outer + "[" + slot + "]"
                : outer.isEmpty() ? node.key : node.key.concat(outer);
    }

    /** What of its key is not the step's. */
    String suffix() {
        Frame above = parent;
        if (above == null) {
            return "";
        }
        if (slot == Node.UNDO) {
            return body().suffix;
        }
        String outer = above.inner();
        return repeated(above) ? outer + "[" + slot + "]" : outer;
    }

    private boolean repeated(Frame above) {
        return slot >= 0 && above.node.executor.repeats();
    }

    /** What its parts add to their keys: an attempt has keys of its own. */
    private String inner() {
        int attempt = attempt();
        return attempt == 0 ? suffix() : suffix() + "~" + (attempt + 1);
    }

    int attempt() {
        Body has = body;
        return has == null ? 0 : has.attempt;
    }

    @Nullable
    Failure failure() {
        Body has = body;
        return has == null ? null : has.failure;
    }

    void failure(@Nullable Failure why) {
        if (why != null || body != null) {
            body().failure = why;
        }
    }

    Phase phase() {
        return Phase.ALL[phase];
    }

    @SuppressWarnings(
            "EnumOrdinal") // A byte and not a reference; it does not leave the process: what is kept has names.
    void phase(Phase now) {
        phase = (byte) now.ordinal();
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
