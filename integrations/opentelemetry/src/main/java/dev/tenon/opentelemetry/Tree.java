package dev.tenon.opentelemetry;

import dev.tenon.scope.Scope;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one run and of all below it, found by the ids of their calls: whatever thread a call is made on, its id begins with that of the call it is part of. The scope of the run carries it. Thread-safe.
 */
final class Tree {
    private static final ContextKey<Tree> KEY = ContextKey.named("tenon.tree");

    private final Place root;
    private final Map<String, Place> places = new ConcurrentHashMap<>();
    private final Set<Recording> open = ConcurrentHashMap.newKeySet();

    private Tree(Context context, @Nullable Recording run) {
        this.root = new Place(context.with(KEY, this), run);
    }

    /** Of a run. */
    static Tree of(Recording run) {
        return new Tree(run.context(), run);
    }

    /** Of calls that are part of no run. */
    static Tree of(Context context) {
        return new Tree(context, null);
    }

    /** What is done here belongs to: the current span, unless that is of another thread's work; then that of the call that this scope is. */
    static Place above(Scope scope) {
        Context here = Context.current();
        Tree tree = scope.carried(Tree.class).orElse(null);
        if (tree == null) {
            return new Place(here, null);
        }
        Place place = tree.at(scope.id());
        return tree.equals(here.get(KEY)) ? place.in(here) : place;
    }

    Place root() {
        return root;
    }

    /** The place of a call; that of what it is part of, where it has none itself. */
    Place at(String id) {
        for (int end = id.length(); end > 0; end = id.lastIndexOf('/', end - 1)) {
            Place found = places.get(id.substring(0, end));
            if (found != null) {
                return found;
            }
        }
        return root;
    }

    /** From now on calls of this id, and those that are part of them, are at this place. */
    void put(String id, Place place) {
        places.put(id, place);
    }

    void remove(String id, Place place) {
        places.remove(id, place);
    }

    /** This span ends at the latest when the run does. */
    Recording keep(Recording recording) {
        open.add(recording);
        return recording;
    }

    void ended(Recording recording) {
        open.remove(recording);
        recording.end();
    }

    /** The run is over: what goes on nevertheless was given up. */
    void close() {
        for (Recording left : open) {
            left.set(Names.STOPPED, "abandoned");
            left.error("abandoned");
            ended(left);
        }
    }

    /** Where spans belong: to what is below them, and to which conversation. */
    static final class Place {
        private final Context context;
        private final @Nullable Recording run;
        private final AtomicInteger attempts;
        private volatile String conversation = "";
        private volatile String purpose = "";
        private volatile boolean cached;

        Place(Context context, @Nullable Recording run) {
            this(context, run, new AtomicInteger());
        }

        private Place(Context context, @Nullable Recording run, AtomicInteger attempts) {
            this.context = context;
            this.run = run;
            this.attempts = attempts;
        }

        /** A place below this one, of the same run. */
        Place below(Context context) {
            Place place = new Place(context, run);
            place.conversation = conversation;
            return place;
        }

        /** This place, with its calls below another span. */
        Place in(Context below) {
            Place place = new Place(below, run, attempts);
            place.conversation = conversation;
            place.purpose = purpose;
            return place;
        }

        Context context() {
            return context;
        }

        /** The span of the run that this is part of; null where it is part of none. */
        @Nullable
        Recording run() {
            return run;
        }

        String conversation() {
            return conversation;
        }

        void conversation(String id) {
            conversation = id;
        }

        /** What a model is asked for; empty where that is not known. */
        String purpose() {
            return purpose;
        }

        void purpose(String what) {
            purpose = what;
        }

        /** The number of the next attempt here, from 1. */
        int attempt() {
            return attempts.incrementAndGet();
        }

        /** The call was answered without asking a model. */
        void cached() {
            cached = true;
        }

        /** Whether there is nothing to tell of a call but what came of it. */
        boolean untold() {
            return attempts.get() == 0 && !cached;
        }
    }
}
