package dev.tenon.run;

import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import dev.tenon.provider.Cost;
import dev.tenon.provider.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
                        Json.Obj payload = signal.payload().asObj();
                        recorded.doubts.put(
                                payload.string("key").orElse(""),
                                payload.get("answer").orElse(Json.NULL).as(Answer.class));
                    }
                }
                case JournalRecord.Begun begun -> {}
                case JournalRecord.Stopping stopping -> {}
                case JournalRecord.Closed closed -> {}
            }
        }
        return recorded;
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
                Outcome outcome = end.outcome().as(Outcome.class);
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
        Steps<S> steps =
                Steps.of(binding.machine(binding.decode(begun(records, run).input())));
        steps.feed(Fact.BEGUN);
        for (JournalRecord record : records) {
            if (record instanceof JournalRecord.Ended end) {
                steps.feed(new Fact.Ended(end.key(), end.outcome().as(Outcome.class)));
            } else if (record instanceof JournalRecord.Signalled signal
                    && !signal.name().startsWith("tenon.")) {
                steps.feed(new Fact.Signalled(signal.name(), signal.payload()));
            }
        }
        return steps;
    }
}
