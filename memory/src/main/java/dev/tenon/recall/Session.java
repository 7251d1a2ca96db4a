package dev.tenon.recall;

import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.StoredSession;
import dev.tenon.memory.Turn;
import dev.tenon.provider.TokenCounter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the entries of one session come to. Not thread-safe; grows as entries are read. */
final class Session {
    static final String TURN = "turn";
    static final String COMPACTION = "compaction";
    static final String WANTED = "summary_wanted";
    static final String SHOWN = "shown";

    /** The form of the bodies that this version writes. */
    private static final int FORM = 1;

    /** A turn as it is written: its user is the session's. */
    record Said(String run, List<dev.tenon.message.Message> messages) {}

    /**
     * What one compaction changed.
     *
     * @param summary at most one: the summary that now stands for what is hidden
     */
    record Compaction(String run, List<Edit> edits, List<Summary> summary, Recalled.Receipt receipt) {
        Compaction {
            edits = edits == null ? List.of() : List.copyOf(edits);
            summary = summary == null ? List.of() : List.copyOf(summary);
        }
    }

    /** The groups that a model was asked to sum up. */
    record Wanted(String run, List<String> groups) {
        Wanted {
            groups = groups == null ? List.of() : List.copyOf(groups);
        }
    }

    /** The groups that are to be shown again as they are. */
    record Shown(List<String> groups) {
        Shown {
            groups = groups == null ? List.of() : List.copyOf(groups);
        }
    }

    private final TokenCounter counter;
    private final boolean pinsFirst;

    String id = "";
    long version;
    View view;
    final Set<String> runs = new HashSet<>();
    final Map<String, Edit> edits = new LinkedHashMap<>();
    final Map<String, Wanted> wanted = new LinkedHashMap<>();
    final List<String> flaws = new ArrayList<>();
    final List<Recalled.Receipt> receipts = new ArrayList<>();
    private @Nullable Summary summary;

    Session(TokenCounter counter, boolean pinsFirst, String hint) {
        this.counter = counter;
        this.pinsFirst = pinsFirst;
        View empty = View.of(List.of(), counter).withHint(hint);
        this.view = pinsFirst ? empty.pinningFirst() : empty;
    }

    /** Takes what was stored since. */
    void read(StoredSession stored) {
        id = stored.info().id();
        List<Group> groups = new ArrayList<>();
        boolean edited = false;
        for (SessionEntry entry : stored.entries()) {
            if (entry.form() > FORM) {
                throw MemoryException.newer("entry \"" + entry.kind() + "\" of a session", entry.form(), FORM);
            }
            switch (entry.kind()) {
                case TURN -> said(entry.body().as(Said.class), groups);
                case COMPACTION -> {
                    compacted(entry.body().as(Compaction.class));
                    edited = true;
                }
                case WANTED -> {
                    Wanted asked = entry.body().as(Wanted.class);
                    wanted.put(asked.run(), asked);
                }
                case SHOWN -> {
                    entry.body().as(Shown.class).groups().forEach(group -> edits.put(group, Edit.none(group)));
                    edited = true;
                }
                // Whoever else keeps something in this session knows what it is.
                default -> {}
            }
        }
        version = stored.info().version();
        if (!groups.isEmpty()) {
            view = view.and(groups, false);
            edited |= !edits.isEmpty();
        }
        if (edited) {
            view = view.with(edits.values());
            if (summary != null) {
                view = view.with(summary);
            }
        }
    }

    private void said(Said said, List<Group> groups) {
        if (!runs.add(said.run())) {
            return;
        }
        Healed healed = Healed.of(said.run(), said.messages());
        flaws.addAll(healed.flaws());
        groups.addAll(Group.of(new Turn(said.run(), healed.messages()), counter));
    }

    private void compacted(Compaction compaction) {
        for (Edit edit : compaction.edits()) {
            edits.put(edit.group(), edit);
        }
        if (!compaction.summary().isEmpty()) {
            summary = compaction.summary().getFirst();
        }
        wanted.remove(compaction.run());
        receipts.add(compaction.receipt());
    }

    boolean pinsFirst() {
        return pinsFirst;
    }

    static SessionEntry entry(String kind, String key, Instant now, Object body) {
        return new SessionEntry(kind + "/" + key, kind, FORM, now, Json.of(body));
    }

    static SessionEntry entry(Turn turn, Instant now) {
        return entry(TURN, turn.run(), now, new Said(turn.run(), turn.messages()));
    }
}
