package dev.tenon.recall;

import dev.tenon.memory.Memory;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.Turn;
import dev.tenon.provider.CalibratedTokens;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Cost;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.TokenCounter;
import dev.tenon.provider.Usage;
import dev.tenon.recall.store.InMemoryStore;
import dev.tenon.run.Outcome;
import dev.tenon.tool.Tool;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers whole conversations in a {@link MemoryStore}, and shows the model as much as fits. Thread-safe.
 *
 * {@snippet lang=java :
 * ConversationMemory memory = ConversationMemory.builder(FileMemoryStore.at(folder)).build();
 * Agent agent = Agent.builder(model).memory(memory).tools(memory.tools()).build();
 * agent.run(RunRequest.of("Where were we?").session("lisbon").user("ann"));
 * }
 *
 * <p><b>Nothing is deleted.</b> A session is an append-only log of turns. What the model sees is a {@link View} of it. While it fits, that is all of it, and each request begins as the one before, so
 * that a provider's prompt cache serves it. When a request would pass a share of the model's window, or a model refused one as too long, the {@linkplain Tier tiers} show less until it is down to a
 * smaller share. What they decided is written to the log and holds for all requests after it, which again only grow: the prefix moves once a compaction, not once a request.
 *
 * <p><b>A turn is appended once</b>, keyed by its run, with the version of the session that was read before it. Where another run of the session was faster, the turn is appended behind that one's.
 *
 * <p><b>What was written badly is healed when it is read.</b> A call without a result gets one that says so; a receipt named {@code healed} tells it, and {@link #explain} says what was wrong.
 */
public final class ConversationMemory implements Memory {
    /** A compaction is due when a request has so much of the window. The rest is room for the reply and for what an estimate is off. */
    public static final double DEFAULT_TRIGGER = 0.8;

    /** A compaction goes down to so much of the window, so that the next one is far. */
    public static final double DEFAULT_TARGET = 0.5;

    /** So many sessions are held in memory as they were read, so that a turn reads only what is new. */
    public static final int DEFAULT_SESSIONS_HELD = 256;

    /** So often an append begins anew where others are faster. Each time somebody else has made progress. */
    private static final int MOST_CONFLICTS = 1_000;

    /** What one summary may read: so much of the window. */
    private static final double SUMMARY_SHARE = 0.5;

    /** Where a model's window is not known, a summary reads so many tokens. */
    private static final long SUMMARY_TOKENS = 16_000;

    private final MemoryStore store;
    private final List<Tier> tiers;
    private final double trigger;
    private final double target;
    private final long window;
    private final TokenCounter counter;
    private final boolean pinsFirst;
    private final Clock clock;
    private final int held;

    private final Map<String, CalibratedTokens> calibrated = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock, in the order of last use.
    private final LinkedHashMap<String, Held> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /** A session as it was read. Its lock is held while it is used. */
    private static final class Held {
        final ReentrantLock lock = new ReentrantLock();

        @Nullable
        Session session;
        // What was sent last.
        @Nullable
        ChatRequest sent;

        List<CachedPrefix> prefix = List.of();
        Usage used = Usage.ZERO;
    }

    private ConversationMemory(Builder builder) {
        this.store = builder.store;
        this.tiers = List.copyOf(builder.tiers);
        this.trigger = builder.trigger;
        this.target = builder.target;
        this.window = builder.window;
        this.counter = builder.counter;
        this.pinsFirst = builder.pinsFirst;
        this.clock = builder.clock;
        this.held = builder.held;
    }

    /** A memory in this process only, with the default tiers. */
    public static ConversationMemory inMemory() {
        return builder(new InMemoryStore()).build();
    }

    /** A memory under construction, of sessions in this store. */
    public static Builder builder(MemoryStore store) {
        return new Builder(store);
    }

    /** The tiers where none are given: what costs the model least first. A summary is a model call, and so is none of them. */
    public static List<Tier> defaultTiers() {
        return List.of(
                Tier.dropRepeatedReads(),
                Tier.clearToolResults(5),
                Tier.dropThinking(),
                Tier.clampParts(2_000),
                Tier.fit());
    }

    /** A memory under construction. Not thread-safe. */
    public static final class Builder {
        private final MemoryStore store;
        private List<Tier> tiers = defaultTiers();
        private double trigger = DEFAULT_TRIGGER;
        private double target = DEFAULT_TARGET;
        private long window;
        private TokenCounter counter = TokenCounter.ESTIMATE;
        private boolean pinsFirst;
        private Clock clock = Clock.systemUTC();
        private int held = DEFAULT_SESSIONS_HELD;

        private Builder(MemoryStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /** How less is shown, in the order in which it is tried. {@link Tier#fit} is always the last, given or not. */
        public Builder tiers(Tier... inOrder) {
            Objects.requireNonNull(inOrder, "inOrder");
            List<Tier> all = new ArrayList<>(List.of(inOrder));
            all.add(Tier.fit());
            this.tiers = all;
            return this;
        }

        /**
         * When a compaction is due, and down to where it goes, both as shares of the model's window; by default {@value #DEFAULT_TRIGGER} and {@value #DEFAULT_TARGET}.
         *
         * @throws IllegalArgumentException unless {@code 0 < down <= due <= 1}
         */
        public Builder share(double due, double down) {
            if (!(down > 0 && down <= due && due <= 1)) {
                throw new IllegalArgumentException(
                        "expected shares of the window, 0 < target <= trigger <= 1, got trigger " + due + " and target "
                                + down);
            }
            this.trigger = due;
            this.target = down;
            return this;
        }

        /** The window, in tokens, of models that do not say theirs, and at most of those that do. Without it, such a model is shown everything until it refuses. */
        public Builder window(long tokens) {
            if (tokens < 1) {
                throw new IllegalArgumentException("window < 1: " + tokens);
            }
            this.window = tokens;
            return this;
        }

        /** How tokens are counted, before what a model reports corrects it; by default {@link TokenCounter#ESTIMATE}. */
        public Builder counter(TokenCounter by) {
            this.counter = Objects.requireNonNull(by, "by");
            return this;
        }

        /** Never hides what the user said first. */
        public Builder pinFirst() {
            this.pinsFirst = true;
            return this;
        }

        /** By which entries are dated. */
        public Builder clock(Clock by) {
            this.clock = Objects.requireNonNull(by, "by");
            return this;
        }

        /** How many sessions are held in memory as they were read; by default {@value #DEFAULT_SESSIONS_HELD}. */
        public Builder sessionsHeld(int most) {
            if (most < 1) {
                throw new IllegalArgumentException("sessions held < 1: " + most);
            }
            this.held = most;
            return this;
        }

        /** The memory. */
        public ConversationMemory build() {
            return new ConversationMemory(this);
        }
    }

    /** Where its sessions are. */
    public MemoryStore store() {
        return store;
    }

    /** Tools by which the model finds what it is not shown: {@code search_history} and {@code show_history}. Of the session of the run that calls them. */
    public List<Tool> tools() {
        return HistoryTools.of(this);
    }

    // Sessions

    private interface Use<T> {
        T of(Held held, Session session);
    }

    /** Uses a session as it is in the store now. */
    private <T> T with(String name, Use<T> use) {
        Objects.requireNonNull(name, "session");
        Held session;
        lock.lock();
        try {
            session = sessions.computeIfAbsent(name, begun -> new Held());
            while (sessions.size() > held) {
                sessions.pollFirstEntry();
            }
        } finally {
            lock.unlock();
        }
        session.lock.lock();
        try {
            return use.of(session, refreshed(name, session));
        } finally {
            session.lock.unlock();
        }
    }

    private Session refreshed(String name, Held held) {
        Session known = held.session;
        var stored = store.read(name, known == null ? 0 : known.version);
        if (known == null
                || !known.id.equals(stored.info().id())
                || stored.info().version() < known.version) {
            // It is new here, or was deleted and begun again.
            if (known != null && known.version > 0) {
                stored = store.read(name, 0);
            }
            known = new Session(counter, pinsFirst, HistoryTools.HINT);
            held.session = known;
        }
        known.read(stored);
        return known;
    }

    private void write(String name, String user, Session session, SessionEntry... entries) {
        store.append(name, user, session.version, List.of(entries));
        session.read(store.read(name, session.version));
    }

    private Instant now() {
        return clock.instant();
    }

    // Memory

    @Override
    public void append(String session, Turn turn) {
        Objects.requireNonNull(turn, "turn");
        if (turn.messages().isEmpty()) {
            return;
        }
        again(session, (held, known) -> {
            if (!known.runs.contains(turn.run())) {
                write(session, turn.user(), known, Session.entry(turn, now()));
            }
            return true;
        });
    }

    /** Does something that writes, anew where somebody else was faster. */
    private <T> T again(String session, Use<T> use) {
        for (int conflicts = 0; ; conflicts++) {
            try {
                return with(session, use);
            } catch (MemoryException e) {
                if (!e.code().equals(MemoryException.CONFLICT) || conflicts >= MOST_CONFLICTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public Recalled recall(Recall wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return again(wanted.session(), (held, session) -> recall(wanted, session));
    }

    private Recalled recall(Recall wanted, Session session) {
        List<Group> input = Group.of(
                new Turn(wanted.run(), Healed.of(wanted.run(), wanted.input()).messages()), counter);
        View view = session.view.and(input, true).with(session.edits.values());
        Room room = room(wanted);
        long before = room.tokens(view);
        List<Recalled.Receipt> receipts = new ArrayList<>();
        if (!session.flaws.isEmpty()) {
            receipts.add(new Recalled.Receipt("healed", 0, view.tokens(), view.tokens(), view.tokens(), Cost.ZERO));
        }
        boolean summed = !wanted.summaries().isEmpty();
        if (!summed && !wanted.tooLong() && (room.window() == 0 || before <= room.due())) {
            return recalled(view, receipts, List.of(), room);
        }
        long most = wanted.tooLong() && !summed ? Math.min(room.down(), before / 2) : room.down();
        return compact(wanted, session, view, room, Math.max(1, room.ofView(most)), receipts);
    }

    private Recalled compact(
            Recall wanted, Session session, View view, Room room, long most, List<Recalled.Receipt> receipts) {
        View now = view;
        List<ChatRequest> asks = List.of();
        Cost cost = Cost.ZERO;
        boolean mayAsk = true;
        List<String> toSum = List.of();
        @Nullable View without = null;
        List<String> how = new ArrayList<>();
        for (Tier tier : tiers) {
            View step = now;
            boolean counts = without == null;
            if (tier instanceof Summarise summarise) {
                if (!wanted.summaries().isEmpty() && session.wanted.containsKey(wanted.run())) {
                    Outcome outcome = wanted.summaries().getFirst();
                    cost = cost.plus(cost(outcome));
                    step = summed(now, session.wanted.get(wanted.run()), outcome);
                    mayAsk = step != now;
                }
                if (mayAsk && without == null && step.tokens() > most) {
                    List<Group> next = summarise.next(step, room.ofSummary());
                    if (!next.isEmpty()) {
                        asks = List.of(Summarise.request(step, next));
                        toSum = next.stream().map(Group::id).toList();
                        // From here on only in case that nobody may be asked.
                        without = step;
                    }
                }
            } else {
                step = tier.apply(now, most);
            }
            if (counts && step != now) {
                how.add(tier.name());
            }
            now = step;
        }
        View kept = without == null ? now : without;
        List<SessionEntry> entries = new ArrayList<>();
        String key = wanted.run() + "/" + session.version;
        if (kept != view) {
            Recalled.Receipt receipt = new Recalled.Receipt(
                    String.join(", ", how),
                    kept.hidden() - view.hidden(),
                    view.tokens(),
                    kept.tokens(),
                    CachedPrefix.kept(view.messages(), kept.messages(), counter),
                    cost);
            receipts.add(receipt);
            entries.add(Session.entry(
                    Session.COMPACTION,
                    key,
                    now(),
                    new Session.Compaction(
                            wanted.run(),
                            changed(view, kept),
                            kept.summary().stream().toList(),
                            receipt)));
        } else if (cost.unknown() > 0 || cost.usd().signum() > 0) {
            receipts.add(new Recalled.Receipt(
                    Summarise.NAME + " (failed)", 0, view.tokens(), view.tokens(), view.tokens(), cost));
        }
        if (!asks.isEmpty()) {
            entries.add(Session.entry(Session.WANTED, key, now(), new Session.Wanted(wanted.run(), toSum)));
        }
        if (!entries.isEmpty() && session.version > 0) {
            write(wanted.session(), "", session, entries.toArray(SessionEntry[]::new));
        }
        return recalled(now, receipts, session.version > 0 ? asks : List.of(), room);
    }

    private static Cost cost(Outcome outcome) {
        return outcome instanceof Outcome.Replied replied ? replied.cost().plus(replied.lostCost()) : Cost.ZERO;
    }

    /** With the summary that a model gave, and what it stands for hidden; the same view where it gave none that can be read. */
    private static View summed(View view, Session.Wanted wanted, Outcome outcome) {
        if (!(outcome instanceof Outcome.Replied replied)) {
            return view;
        }
        return Summarise.read(replied.response().text())
                .map(summary -> view.edit(wanted.groups(), edit -> edit.hide(Summarise.NAME))
                        .with(summary))
                .orElse(view);
    }

    private static List<Edit> changed(View before, View after) {
        List<Edit> changed = new ArrayList<>();
        for (int i = 0; i < after.slots().size(); i++) {
            Edit edit = after.slots().get(i).edit();
            if (!edit.equals(before.slots().get(i).edit())) {
                changed.add(edit);
            }
        }
        return changed;
    }

    private static Recalled recalled(View view, List<Recalled.Receipt> receipts, List<ChatRequest> asks, Room room) {
        View.Rendered shown = view.rendered();
        long again = room.window() == 0 ? 0 : Math.max(room.due(), room.tokens(view) + room.window() / 20);
        return new Recalled(shown.closed(), receipts, shown.open(), asks, again);
    }

    // Room

    /** What there is room for, of one model and request, in tokens as the model counts them. */
    private record Room(double factor, long around, long window, long due, long down) {
        long tokens(View view) {
            return Math.round(factor * view.tokens()) + around;
        }

        /** Tokens as the view counts them. */
        long ofView(long tokens) {
            return Math.round((tokens - around) / factor);
        }

        long ofSummary() {
            return window == 0 ? SUMMARY_TOKENS : Math.max(1, Math.round(window * SUMMARY_SHARE / factor));
        }
    }

    private Room room(Recall wanted) {
        CalibratedTokens tokens = calibrated(wanted.model());
        long known = wanted.model().window();
        long most = window == 0 ? known : known == 0 ? window : Math.min(window, known);
        // The reply needs room too, where it is said how much; never so much that nothing is left for the request.
        long reply = wanted.around().settings().maxOutputTokens().orElse(0L);
        long due = Math.min(Math.round(most * trigger), Math.max(most - reply, most / 4));
        return new Room(
                tokens.factor(),
                tokens.tokens(wanted.around()),
                most,
                due,
                most == 0 ? Long.MAX_VALUE : Math.min(due, Math.round(most * target)));
    }

    private CalibratedTokens calibrated(ModelInfo model) {
        return calibrated.computeIfAbsent(model.name(), name -> CalibratedTokens.of(counter));
    }

    @Override
    public void asked(String session, ModelInfo model, ChatRequest request, Usage usage) {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(model, "model");
        calibrated(model).learn(request, usage);
        Held known;
        lock.lock();
        try {
            known = sessions.get(session);
        } finally {
            lock.unlock();
        }
        if (known == null) {
            return;
        }
        known.lock.lock();
        try {
            ChatRequest before = known.sent;
            known.prefix = before == null ? List.of() : List.of(CachedPrefix.between(before, request, counter));
            known.sent = request;
            known.used = usage;
        } finally {
            known.lock.unlock();
        }
    }

    // What a user may ask

    /** A session as the model would see it now, before anybody says anything new. */
    public View view(String session) {
        return with(session, (held, known) -> known.view);
    }

    /** What the model sees of a session, and why. */
    public Explanation explain(String session) {
        return with(session, (held, known) -> {
            View view = known.view;
            List<Explanation.Line> lines = new ArrayList<>();
            for (int i = 0; i < view.slots().size(); i++) {
                lines.add(line(view, i));
            }
            return new Explanation(
                    session,
                    lines,
                    known.receipts,
                    known.flaws,
                    view.tokens(),
                    view.summary().map(Summary::words).orElse(""),
                    held.prefix,
                    held.used,
                    counter.toString());
        });
    }

    private static Explanation.Line line(View view, int at) {
        View.Slot slot = view.slots().get(at);
        Explanation.Shown shown = !view.isVisible(at)
                ? Explanation.Shown.HIDDEN
                : slot.shown().equals(slot.group().messages()) ? Explanation.Shown.WHOLE : Explanation.Shown.SHORTENED;
        List<String> why = new ArrayList<>(slot.pinned() ? List.of("pinned") : List.of());
        if (shown != Explanation.Shown.WHOLE) {
            why.addAll(slot.edit().why());
        }
        return new Explanation.Line(
                slot.group().id(),
                shown,
                why,
                slot.tokens(),
                HistoryTools.words(slot.group().messages(), 60));
    }

    /**
     * Shows hidden groups again, as they are, from the next request on, until a compaction finds them too much.
     *
     * @param groups their ids, as {@link #explain} and the search say them; those of no group are ignored
     * @return how many were hidden or shortened
     */
    public int show(String session, Collection<String> groups) {
        Objects.requireNonNull(groups, "groups");
        return again(session, (held, known) -> {
            List<String> edited = new ArrayList<>();
            for (View.Slot slot : known.view.slots()) {
                if (groups.contains(slot.group().id()) && !slot.edit().isNone()) {
                    edited.add(slot.group().id());
                }
            }
            if (!edited.isEmpty()) {
                write(
                        session,
                        "",
                        known,
                        Session.entry(Session.SHOWN, Long.toString(known.version), now(), new Session.Shown(edited)));
            }
            return edited.size();
        });
    }

    @Override
    public String toString() {
        return "ConversationMemory[" + store + ", " + tiers + "]";
    }
}
