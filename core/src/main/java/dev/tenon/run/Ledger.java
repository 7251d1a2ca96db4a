package dev.tenon.run;

import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import dev.tenon.json.Tags;
import dev.tenon.message.Message;
import dev.tenon.provider.ChatRequest;
import dev.tenon.scope.Stop;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of one run. Used on the run's thread only.
 *
 * <p>What happened waits here until something is about to happen that a crash must not happen twice: then all of it goes to the journal in one append.
 */
final class Ledger {
    /** The signal that tells that a run came to rest, and how long it had run. */
    static final String RESTED = "tenon.rested";

    /** The signal that answers whether a call in doubt happened. */
    static final String DOUBT = "tenon.doubt";

    /** The signal that tells that events were told between other records. */
    static final String TOLD = "tenon.told";

    private static final String EVENTS = "events";
    private static final String RAN = "ran";
    private static final String TOOK = "took";

    private final RunJournal journal;
    private final TimeSource time;
    private final Digests digests = new Digests();
    private List<JournalRecord> waiting = new ArrayList<>();
    private final Duration before;
    private final long began;
    private boolean goesOn;
    private long counted;

    Ledger(RunJournal journal, TimeSource time) {
        this.journal = journal;
        this.time = time;
        this.began = time.nanos();
        this.before = ran(journal.records());
        this.goesOn = !journal.records().isEmpty();
        this.counted = events(journal.records());
    }

    /** How long the run had run before. */
    Duration ranBefore() {
        return before;
    }

    List<JournalRecord> found() {
        return journal.records();
    }

    /** The first record of a run as the journal would write it now, to be held against the one that is there. */
    JournalRecord.Begun begins(String program, Json definition, Json input) {
        JournalRecord.Begun begun = new JournalRecord.Begun(time.now(), program, definition, input, Map.of());
        return journal.written(begun) instanceof JournalRecord.Begun written ? written : begun;
    }

    void begun(String program, Json definition, Json input) {
        waiting.add(new JournalRecord.Begun(time.now(), program, definition, input, Map.of()));
    }

    void started(Effect effect, int attempt, Json reserved) {
        waiting.add(new JournalRecord.Started(
                time.now(), effect.key(), kind(effect), digests.of(effect), attempt, reserved, Map.of()));
    }

    /** Goes on with the chain of digests behind a call that is on record. */
    void chained(Effect effect, String digest) {
        digests.goOn(effect, digest);
    }

    void ended(String key, Outcome outcome, Beside beside) {
        waiting.add(new JournalRecord.Ended(time.now(), key, Json.of(outcome), beside.members()));
    }

    void signalled(String name, Json payload) {
        waiting.add(new JournalRecord.Signalled(time.now(), name, payload, Map.of()));
    }

    void rested(Duration took) {
        waiting.add(new JournalRecord.Signalled(time.now(), RESTED, Json.object(TOOK, took.toString()), Map.of()));
    }

    /** {@code limit} says that it was the run's own limit of time. */
    void stopping(Stop stop, boolean limit) {
        waiting.add(new JournalRecord.Stopping(
                time.now(), Json.of(stop), limit ? Map.of(LIMIT, Json.of(WALL_TIME)) : Map.of()));
    }

    /** Whether it was the run's own limit of time that stopped it. */
    static boolean ownLimit(JournalRecord.Stopping stopping) {
        return Json.of(WALL_TIME).equals(stopping.extra().get(LIMIT));
    }

    private static final String LIMIT = "limit";
    private static final String WALL_TIME = "wall_time";

    void closed(RunEnd end, Duration took) {
        waiting.add(new JournalRecord.Closed(time.now(), Json.of(end), Map.of(TOOK, Json.of(took.toString()))));
    }

    /**
     * Writes what waits, and how many events there have been: none is told before its number is on record, so that after a crash no number is used twice. Returns when
     * it is as durable as the journal promises.
     */
    void flush(long events) {
        if (events > counted) {
            if (waiting.isEmpty()) {
                signalled(TOLD, Json.NULL);
            }
            waiting.add(with(EVENTS, Json.of(events), waiting.removeLast()));
        }
        if (!waiting.isEmpty()) {
            if (goesOn) {
                // Between the record before this one and this one nobody ran.
                Duration ran = before.plusNanos(time.nanos() - began);
                waiting.set(0, with(RAN, Json.of(ran.toString()), waiting.getFirst()));
                goesOn = false;
            }
            List<JournalRecord> due = waiting;
            waiting = new ArrayList<>();
            journal.append(due);
            counted = events;
        }
    }

    void close() {
        journal.close();
    }

    private static JournalRecord with(String name, Json value, JournalRecord record) {
        Map<String, Json> extra = new LinkedHashMap<>(record.extra());
        extra.put(name, value);
        return switch (record) {
            case JournalRecord.Begun begun ->
                new JournalRecord.Begun(begun.time(), begun.program(), begun.definition(), begun.input(), extra);
            case JournalRecord.Started start ->
                new JournalRecord.Started(
                        start.time(),
                        start.key(),
                        start.kind(),
                        start.digest(),
                        start.attempt(),
                        start.reserved(),
                        extra);
            case JournalRecord.Ended end -> new JournalRecord.Ended(end.time(), end.key(), end.outcome(), extra);
            case JournalRecord.Signalled signal ->
                new JournalRecord.Signalled(signal.time(), signal.name(), signal.payload(), extra);
            case JournalRecord.Stopping stop -> new JournalRecord.Stopping(stop.time(), stop.stop(), extra);
            case JournalRecord.Closed closed -> new JournalRecord.Closed(closed.time(), closed.end(), extra);
        };
    }

    /** How many events had been told when the newest of these records was written. */
    static long events(List<JournalRecord> records) {
        for (int i = records.size() - 1; i >= 0; i--) {
            if (records.get(i).extra().get(EVENTS) instanceof Json.Num count) {
                return count.longValue();
            }
        }
        return 0;
    }

    /** How long the run had run, without rest and without the time that nobody ran it, when the newest of these records was written. */
    static Duration ran(List<JournalRecord> records) {
        Duration before = Duration.ZERO;
        int from = 0;
        for (int i = 0; i < records.size(); i++) {
            JournalRecord record = records.get(i);
            Optional<Duration> ran = duration(record.extra().get(RAN));
            if (ran.isPresent()) {
                before = ran.get();
                from = i;
            }
            if (record instanceof JournalRecord.Signalled signal
                    && signal.name().equals(RESTED)) {
                Json took = signal.payload() instanceof Json.Obj payload
                        ? payload.members().get(TOOK)
                        : null;
                before = duration(took).orElse(before);
                from = i + 1;
            } else if (record instanceof JournalRecord.Closed closed) {
                Optional<Duration> took = duration(closed.extra().get(TOOK));
                if (took.isPresent()) {
                    return took.get();
                }
            }
        }
        return from >= records.size()
                ? before
                : before.plus(Duration.between(
                        records.get(from).time(), records.getLast().time()));
    }

    /** Empty also where it was redacted. */
    private static Optional<Duration> duration(@Nullable Json text) {
        try {
            return text instanceof Json.Str written ? Optional.of(Duration.parse(written.value())) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** What an effect is about, for people. */
    static String subject(Effect effect) {
        return switch (effect) {
            case Effect.CallTool tool -> tool.tool();
            case Effect.Work work -> work.name();
            default -> kind(effect);
        };
    }

    static String kind(Effect effect) {
        return switch (effect) {
            case Effect.LoadContext load -> "load_context";
            case Effect.CallModel model -> "call_model";
            case Effect.Interpret interpret -> "interpret";
            case Effect.CallTool tool -> "call_tool";
            case Effect.Work work -> "work";
            case Effect.RunChild child -> "run_child";
            case Effect.Ask ask -> "ask";
            case Effect.Sleep sleep -> "sleep";
            case Effect.Append append -> "append";
            case Effect.Cancel cancel -> "cancel";
        };
    }

    /**
     * The digests of a run's calls, in the order of the run. That of a model call is chained: of the one before and of what is new in this request, so that a long
     * conversation is not read again at every step.
     */
    static final class Digests {
        private List<Message> before = List.of();
        private Json frame = Json.NULL;
        private String chain = "";

        String of(Effect effect) {
            if (!(effect instanceof Effect.CallModel model)) {
                return Json.of(effect).asObj().without(Tags.MEMBER).digest();
            }
            ChatRequest request = model.request();
            List<Message> messages = request.messages();
            int from = extended(messages) ? before.size() : 0;
            Json now = frame(request);
            Json.ObjBuilder fresh = Json.object()
                    .put("key", model.key())
                    .put("purpose", model.purpose())
                    .put("before", from == 0 ? "" : chain)
                    .put(
                            "messages",
                            messages.subList(from, messages.size()).stream()
                                    .map(Json::of)
                                    .toList());
            if (from == 0 || !now.equals(frame)) {
                fresh.put("frame", now);
            }
            frame = now;
            before = messages;
            chain = fresh.build().digest();
            return chain;
        }

        /** Takes the digest of a call as it was, to go on behind it. */
        void goOn(Effect effect, String digest) {
            if (effect instanceof Effect.CallModel model) {
                frame = frame(model.request());
                before = model.request().messages();
                chain = digest;
            }
        }

        private static Json frame(ChatRequest request) {
            return Json.of(new ChatRequest(
                    List.of(),
                    request.tools(),
                    request.toolChoice(),
                    request.format(),
                    request.settings(),
                    request.extra()));
        }

        private boolean extended(List<Message> messages) {
            if (messages.size() < before.size()) {
                return false;
            }
            for (int i = 0; i < before.size(); i++) {
                if (!messages.get(i).equals(before.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }
}
