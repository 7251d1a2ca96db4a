package dev.tenon.run;

import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
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

    private Recorded() {}

    static Recorded of(List<JournalRecord> records) {
        Recorded recorded = new Recorded();
        for (JournalRecord record : records) {
            switch (record) {
                case JournalRecord.Started start -> {
                    boolean slept = start.kind().equals("sleep") && recorded.started.containsKey(start.key());
                    if (!slept) { // Of a sleep, the first start counts.
                        recorded.started.put(start.key(), start);
                    }
                    recorded.doubts.remove(start.key()); // What was said was said of the attempt before.
                }
                case JournalRecord.Ended end -> recorded.ended.add(end.key());
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

    /** What the newest attempt reserved. */
    Budget.Reservation reserved(String key) {
        JournalRecord.Started start = started.get(key);
        return Budget.Reservation.of(start == null ? Json.NULL : start.reserved());
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

    /**
     * The records of a run that this program may go on with.
     *
     * @throws TenonException where another program began it, with another input, or under a definition that no migration accepts
     */
    static <I> List<JournalRecord> checked(
            List<JournalRecord> records, Binding<I, ?, ?> binding, I input, String run, Migration migration) {
        JournalRecord.Begun begun = begun(records, run);
        if (!begun.program().equals(binding.name())) {
            throw new TenonException(
                    "run.other_program",
                    "run \"" + run + "\" was begun by \"" + begun.program() + "\", not by \"" + binding.name()
                            + "\"; give the new run another id");
        }
        if (!begun.input().equals(binding.encode(input))) {
            throw new TenonException(
                    "run.other_input",
                    "run \"" + run + "\" was begun with another input; changed: "
                            + String.join(", ", Migration.changes(begun.input(), binding.encode(input)))
                            + ". The same id means the same run: give the new one another");
        }
        boolean over = records.getLast() instanceof JournalRecord.Closed;
        return over || begun.definition().equals(binding.definition())
                ? records
                : migration.migrate(run, records, begun.definition(), binding.definition());
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
                        open.add(new Question(run, work.key(), Question.Kind.DOUBT, work.name(), work.input(), ""));
                    }
                }
                case Effect.CallTool tool -> {
                    if (recorded.attempts(tool.key()) > 0) {
                        open.add(new Question(run, tool.key(), Question.Kind.DOUBT, tool.tool(), tool.arguments(), ""));
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
