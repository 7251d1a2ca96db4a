package dev.tenon.run;

import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.provider.Cost;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What the records of a run say of each key. Immutable. */
final class Recorded {
    private final Map<String, JournalRecord.Started> started = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private final Map<String, Answer> doubts = new HashMap<>();
    private Budget.Reservation lost = Budget.Reservation.NOTHING;

    private Recorded() {}

    static Recorded of(List<JournalRecord> records) {
        Recorded recorded = new Recorded();
        for (JournalRecord record : records) {
            switch (record) {
                case JournalRecord.Started start -> {
                    recorded.lost = recorded.lost.plus(recorded.reserved(start.key()));
                    boolean slept = start.kind().equals("sleep") && recorded.started.containsKey(start.key());
                    if (!slept) { // Of a sleep, the first start counts.
                        recorded.started.put(start.key(), start);
                    }
                    recorded.doubts.remove(start.key()); // What was said was said of the attempt before.
                }
                case JournalRecord.Ended end -> {
                    recorded.ended.add(end.key());
                    recorded.lost = recorded.lost.plus(Beside.of(end.extra()).held());
                }
                case JournalRecord.Signalled signal -> {
                    if (signal.name().equals(Ledger.DOUBT)) {
                        recorded.answered(signal.payload());
                    }
                }
                case JournalRecord.Begun begun -> {}
                case JournalRecord.Stopping stopping -> {}
                case JournalRecord.Closed closed -> {}
            }
        }
        return recorded;
    }

    /** What was redacted was not answered: it is asked again. */
    private void answered(Json payload) {
        if (payload instanceof Json.Obj said && said.get("answer").orElse(Json.NULL) instanceof Json.Obj answer) {
            doubts.put(said.string("key").orElse(""), answer.as(Answer.class));
        }
    }

    /** How often a call was begun; 0 where it was not, or has ended. */
    int attempts(String key) {
        JournalRecord.Started start = started.get(key);
        return start == null || ended.contains(key) ? 0 : start.attempt();
    }

    /** Whether a call was begun, and perhaps has ended. */
    boolean begun(String key) {
        return started.containsKey(key);
    }

    /** What the newest attempt reserved. */
    Budget.Reservation reserved(String key) {
        JournalRecord.Started start = started.get(key);
        return Budget.Reservation.of(start == null ? Json.NULL : start.reserved());
    }

    /** What attempts reserved of which nothing is known because others came after them, and what ended calls may have used that nobody reported. */
    Budget.Reservation lost() {
        return lost;
    }

    /**
     * What a run and those below it have used, and may have used, by their records.
     *
     * @param held what is not known
     */
    record Used(Spent spent, Budget.Reservation held) {
        private Used plus(Spent more, Budget.Reservation doubtful) {
            return new Used(spent.plus(more), held.plus(doubtful));
        }
    }

    /** What a run that has not ended, and those below it, have used. Nothing of a run that has no records. */
    static Used used(Journal journal, String run) {
        List<JournalRecord> records = journal.read(run);
        Recorded recorded = of(records);
        Used used = new Used(Spent.NOTHING, recorded.lost);
        for (JournalRecord record : records) {
            if (record instanceof JournalRecord.Ended end) {
                Outcome outcome = outcome(end, run);
                used = used.plus(Beside.of(end.extra()).spent(), Budget.Reservation.NOTHING)
                        .plus(Budget.used(outcome), Budget.Reservation.NOTHING)
                        .plus(recorded.counted(end.key(), outcome), Budget.Reservation.NOTHING);
            }
        }
        for (JournalRecord.Started start : recorded.started.values()) {
            if (!recorded.ended.contains(start.key())) {
                Used below = start.kind().equals("run_child")
                        ? used(journal, run + "/" + start.key())
                        : new Used(Spent.NOTHING, recorded.reserved(start.key()));
                used = used.plus(below.spent, below.held);
            }
        }
        return used;
    }

    private Spent counted(String key, Outcome outcome) {
        JournalRecord.Started start = started.get(key);
        if (start == null || outcome instanceof Outcome.Limited) {
            return Spent.NOTHING;
        }
        return new Spent(
                start.kind().equals("call_model") ? 1 : 0,
                start.kind().equals("call_tool") ? 1 : 0,
                Usage.ZERO,
                Cost.ZERO);
    }

    /** What is left of a sleep that began before: it goes by the clock, whether anybody was there or not. */
    Duration left(Effect.Sleep sleep, Instant now) {
        JournalRecord.Started start = started.get(sleep.key());
        Duration left = start == null ? sleep.duration() : sleep.duration().minus(Duration.between(start.time(), now));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** What a person said of the newest attempt of a call in doubt. */
    Optional<Answer> doubt(String key) {
        return Optional.ofNullable(doubts.get(key));
    }

    private Question doubt(String run, Effect effect, Json arguments) {
        return new Question(
                run, effect.key(), Question.Kind.DOUBT, Ledger.subject(effect), arguments, "", attempts(effect.key()));
    }

    /**
     * The records of a run that this program may go on with.
     *
     * @param now the first record as it would be written now, which the journal may have redacted as it did then
     * @throws TenonException where another program began it, with another input, or under a definition that no migration accepts
     */
    static List<JournalRecord> checked(
            List<JournalRecord> records,
            Binding<?, ?, ?> binding,
            JournalRecord.Begun now,
            String run,
            Migration migration) {
        JournalRecord.Begun begun = begun(records, run);
        if (!begun.program().equals(binding.name())) {
            throw new TenonException(
                    "run.other_program",
                    "run \"" + run + "\" was begun by \"" + begun.program() + "\", not by \"" + binding.name()
                            + "\"; give the new run another id");
        }
        if (!begun.input().equals(now.input())) {
            throw new TenonException(
                    "run.other_input",
                    "run \"" + run + "\" was begun with another input; changed: "
                            + String.join(", ", Migration.changes(begun.input(), now.input()))
                            + ". The same id means the same run: give the new one another");
        }
        boolean over = records.getLast() instanceof JournalRecord.Closed;
        return over || begun.definition().equals(now.definition())
                ? records
                : migration.migrate(run, records, begun.definition(), now.definition());
    }

    static JournalRecord.Begun begun(List<JournalRecord> records, String run) {
        if (records.isEmpty() || !(records.getFirst() instanceof JournalRecord.Begun begun)) {
            throw new TenonException(
                    "run.unknown",
                    "there is no run \"" + run + "\" in this journal; begin it with run(program, input)");
        }
        return begun;
    }

    /** The input of a run; as with what follows, a clear error where it is not what was written once. */
    static <I> I input(Binding<I, ?, ?> binding, JournalRecord.Begun begun, String run) {
        return written(run, "its input", begun.input(), binding::decode);
    }

    static Outcome outcome(JournalRecord.Ended end, String run) {
        return written(run, "the outcome of \"" + end.key() + "\"", end.outcome(), json -> json.as(Outcome.class));
    }

    static Stop stop(JournalRecord.Stopping stopping, String run) {
        return written(run, "how it was stopped", stopping.stop(), json -> json.as(Stop.class));
    }

    static RunEnd end(JournalRecord.Closed closed, String run) {
        return written(run, "how it ended", closed.end(), json -> json.as(RunEnd.class));
    }

    private static <T> T written(String run, String what, Json value, Function<Json, T> read) {
        try {
            return read.apply(value);
        } catch (JsonException e) {
            throw new TenonException(
                    "run.unreadable",
                    "run \"" + run + "\" cannot be replayed or gone on with: "
                            + (redacted(value)
                                    ? what + " was redacted where it is needed; leave that to the journal: "
                                    : what + " cannot be read: ")
                            + e.getMessage(),
                    e);
        }
    }

    /** Whether something of these records was taken out before they were written. O(size of the records). */
    static boolean redacted(List<JournalRecord> records) {
        return records.stream().anyMatch(record -> switch (record) {
            case JournalRecord.Begun begun -> redacted(begun.input());
            case JournalRecord.Ended ended -> redacted(ended.outcome());
            case JournalRecord.Signalled signalled -> redacted(signalled.payload());
            case JournalRecord.Started started -> false;
            case JournalRecord.Stopping stopping -> false;
            case JournalRecord.Closed closed -> false;
        });
    }

    private static boolean redacted(Json value) {
        return switch (value) {
            case Json.Str text -> text.value().contains(JournalRecord.REDACTED);
            case Json.Obj object -> object.members().values().stream().anyMatch(Recorded::redacted);
            case Json.Arr array -> array.items().stream().anyMatch(Recorded::redacted);
            case Json.Num number -> false;
            case Json.Bool bool -> false;
            case Json.Null nothing -> false;
        };
    }

    /** What a run that rests asks, its children included, without running it. */
    static <I, S> List<Question> questions(Binding<I, S, ?> binding, Journal journal, String run) {
        List<JournalRecord> records = journal.read(run);
        List<Question> open = new ArrayList<>();
        if (records.isEmpty() || records.getLast() instanceof JournalRecord.Closed) {
            return open;
        }
        Recorded recorded = of(records);
        for (Effect effect : folded(binding, records, run).open()) {
            switch (effect) {
                case Effect.Ask ask -> open.add(ask.question().in(run));
                case Effect.RunChild child ->
                    binding.child(child.program())
                            .ifPresent(program ->
                                    open.addAll(questions(program.binding(), journal, run + "/" + child.key())));
                case Effect.Work work -> {
                    if (recorded.attempts(work.key()) > 0) {
                        open.add(recorded.doubt(run, work, work.input()));
                    }
                }
                case Effect.CallTool tool -> {
                    if (recorded.attempts(tool.key()) > 0) {
                        open.add(recorded.doubt(run, tool, tool.arguments()));
                    }
                }
                default -> {}
            }
        }
        return open;
    }

    /** The run as its records tell it; nothing is performed. */
    static <I, S> Steps<S> folded(Binding<I, S, ?> binding, List<JournalRecord> records, String run) {
        Steps<S> steps = Steps.of(binding.machine(input(binding, begun(records, run), run)));
        steps.feed(Fact.BEGUN);
        for (JournalRecord record : records) {
            if (record instanceof JournalRecord.Ended end) {
                steps.feed(new Fact.Ended(end.key(), outcome(end, run)));
            } else if (record instanceof JournalRecord.Signalled signal
                    && !signal.name().startsWith("tenon.")) {
                steps.feed(new Fact.Signalled(signal.name(), signal.payload()));
            }
        }
        return steps;
    }
}
