package dev.tenon.run;

import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import dev.tenon.provider.Cost;
import dev.tenon.provider.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A run again, from its records, without performing anything. Where the code does not want what the records say was done, that is an error that names the step. Immutable.
 *
 * {@snippet lang=java :
 * Replay<RunResult> replay = Replay.of(agent, journal, "order-17");
 * replay.result();                       // as it ended, or as far as it came
 * replay.upTo(12).open();                // what it was about to do after twelve records
 * Replay.fork(journal, "order-17", 12, agent, RunRequest.of("…").id("order-17-b")); // go on from there with another input
 * }
 *
 * @param <R> what comes of a run
 */
public final class Replay<R> {
    private final Folded<?, ?, R> folded;

    private Replay(Folded<?, ?, R> folded) {
        this.folded = folded;
    }

    /**
     * The run of an id, from its records in a journal.
     *
     * @throws TenonException of code {@code run.unknown} where there is no such run, {@code run.replay_differs} where the program would not have done what is on record, {@code
     *     run.unreadable} where its journal's redaction took out what it needs. Behind something that was redacted it is not known whether a call is the same in all
     *     it says; its place and its kind are looked at
     */
    public static <I, R> Replay<R> of(Program<I, R> program, Journal journal, String run) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(journal, "journal");
        Objects.requireNonNull(run, "run");
        return new Replay<>(Folded.of(program.binding(), run, journal.read(run)).asked(journal));
    }

    /** As {@link #of(Program, Journal, String)}, from records that were kept elsewhere. */
    public static <I, R> Replay<R> of(Program<I, R> program, String run, List<JournalRecord> records) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(records, "records");
        return new Replay<>(Folded.of(program.binding(), run, List.copyOf(records)));
    }

    /**
     * The run as it was after so many of its records.
     *
     * @param records from 1 for the first alone, to all
     */
    public Replay<R> upTo(int records) {
        return new Replay<>(folded.upTo(records));
    }

    /** How many records there are. */
    public int records() {
        return folded.records().size();
    }

    /** What was wanted and had not ended, in the order in which it was wanted. */
    public List<Effect> open() {
        return folded.steps().open();
    }

    /** How the run ended; empty where it had not. */
    public Optional<RunEnd> end() {
        return folded.end();
    }

    /** The state of the machine as JSON. */
    public Json state() {
        return Json.of(folded.steps().state());
    }

    /** What came of the run, as far as it had come: where it had not ended, as one that was paused, with what it asks. */
    public R result() {
        return folded.result();
    }

    /**
     * Begins another run that has the first records of this one, so that it goes on from there: {@code runner.run(program, input)} with the same input does the rest. Its id is that of the input. A
     * stop of this run is not one of the other: what it broke off is called anew there.
     *
     * @param program may be another one, with another model or other tools, as long as it would have done the same up to there
     * @throws TenonException where it would not, or the journal has a run of that id
     */
    public static <I, R> void fork(Journal journal, String run, int records, Program<I, R> program, I input) {
        Objects.requireNonNull(journal, "journal");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(input, "input");
        Binding<I, ?, R> binding = program.binding();
        String id = binding.id(input);
        if (id.isEmpty() || id.equals(run)) {
            throw new IllegalArgumentException("a fork needs an id of its own, got \"" + id + "\"");
        }
        Coordinator.checkId(id);
        List<JournalRecord> all = journal.read(run);
        JournalRecord.Begun begun = Recorded.begun(all, run);
        int most = checked(records, run, all.size());
        List<JournalRecord> kept = new ArrayList<>();
        kept.add(new JournalRecord.Begun(
                begun.time(),
                binding.name(),
                binding.definition(),
                binding.encode(input),
                Map.of("forked", Json.of(run))));
        List<JournalRecord> before = beforeItsEnd(all.subList(1, most));
        for (JournalRecord record : before) {
            // What had begun and not ended belongs to the other run: here it has not begun.
            if (!(record instanceof JournalRecord.Started start) || ended(before, start.key())) {
                kept.add(record);
            }
        }
        Recorded.folded(binding, kept, id);
        try (RunJournal owned = journal.own(id)) {
            if (!owned.records().isEmpty()) {
                throw new TenonException(
                        "run.exists", "there is a run \"" + id + "\" already; give the fork another id");
            }
            owned.append(kept);
        }
    }

    private static int checked(int records, String run, int size) {
        if (records < 1 || records > size) {
            throw new IllegalArgumentException("run \"" + run + "\" has records 1 to " + size + ", got " + records);
        }
        return records;
    }

    /** Without what a stop made of the run, and its end. */
    private static List<JournalRecord> beforeItsEnd(List<JournalRecord> records) {
        return records.stream()
                .takeWhile(
                        record -> !(record instanceof JournalRecord.Closed || record instanceof JournalRecord.Stopping))
                .toList();
    }

    private static boolean ended(List<JournalRecord> records, String key) {
        return records.stream()
                .anyMatch(record ->
                        record instanceof JournalRecord.Ended end && end.key().equals(key));
    }

    /** The run told again to its machine, each step checked against what is on record. */
    private record Folded<I, S, R>(
            Binding<I, S, R> binding,
            String run,
            List<JournalRecord> records,
            Steps<S> steps,
            Spent spent,
            List<String> abandoned,
            List<Question> questions) {

        static <I, S, R> Folded<I, S, R> of(Binding<I, S, R> binding, String run, List<JournalRecord> records) {
            JournalRecord.Begun begun = Recorded.begun(records, run);
            Steps<S> steps = Steps.of(binding.machine(Recorded.input(binding, begun, run)));
            Ledger.Digests digests = new Ledger.Digests();
            Spent spent = Spent.NOTHING;
            List<String> abandoned = new ArrayList<>(0);
            steps.feed(Fact.BEGUN);
            Recorded recorded = Recorded.of(records);
            for (int i = 1; i < records.size(); i++) {
                switch (records.get(i)) {
                    case JournalRecord.Started start -> {
                        Effect effect = wanted(steps, start.key(), run, i, "begun");
                        String digest = digests.of(effect);
                        if (!start.kind().equals(Ledger.kind(effect))
                                || !start.digest().equals(digest) && !Recorded.redacted(records.subList(0, i))) {
                            throw differs(
                                    run,
                                    i,
                                    "\"" + start.key() + "\" is now another " + Ledger.kind(effect) + " than the "
                                            + start.kind() + " that was begun");
                        }
                    }
                    case JournalRecord.Ended end -> {
                        Effect effect = wanted(steps, end.key(), run, i, "ended");
                        Outcome outcome = Recorded.outcome(end, run);
                        Beside beside = Beside.of(end.extra());
                        if (recorded.begun(end.key())) {
                            spent = spent.plus(used(effect, outcome));
                        }
                        spent = spent.plus(beside.spent());
                        abandoned.addAll(beside.abandoned());
                        steps.feed(new Fact.Ended(end.key(), outcome));
                    }
                    case JournalRecord.Signalled signal -> {
                        if (!signal.name().startsWith("tenon.")) {
                            steps.feed(new Fact.Signalled(signal.name(), signal.payload()));
                        }
                    }
                    case JournalRecord.Begun again -> throw differs(run, i, "it begins twice");
                    case JournalRecord.Stopping stopping -> {}
                    case JournalRecord.Closed closed -> {
                        if (steps.end().isEmpty()) {
                            throw differs(run, i, "it is closed, and the machine would go on");
                        }
                    }
                }
            }
            List<Question> questions = steps.open().stream()
                    .filter(Effect.Ask.class::isInstance)
                    .map(effect -> ((Effect.Ask) effect).question().in(run))
                    .toList();
            return new Folded<>(binding, run, records, steps, spent, abandoned, questions);
        }

        /** With what its children ask and have used, too. */
        Folded<I, S, R> asked(Journal journal) {
            Spent all = spent;
            for (Effect effect : steps.open()) {
                if (effect instanceof Effect.RunChild child) {
                    all = all.plus(
                            Recorded.used(journal, run + "/" + child.key()).spent());
                }
            }
            return new Folded<>(
                    binding, run, records, steps, all, abandoned, Recorded.questions(binding, journal, run));
        }

        private static Effect wanted(Steps<?> steps, String key, String run, int at, String what) {
            return steps.open(key)
                    .orElseThrow(() -> differs(
                            run,
                            at,
                            "\"" + key + "\" is on record as " + what + ", and the code does not want it; it wants "
                                    + steps.open().stream().map(Effect::key).toList()));
        }

        private static TenonException differs(String run, int at, String how) {
            return new TenonException(
                    "run.replay_differs",
                    "run \"" + run + "\" cannot be replayed: at record " + (at + 1)
                            + " the code and the journal differ: " + how);
        }

        private static Spent used(Effect effect, Outcome outcome) {
            return switch (outcome) {
                case Outcome.Replied replied ->
                    new Spent(
                            1,
                            0,
                            replied.response().usage().plus(replied.lost()),
                            replied.cost().plus(replied.lostCost()));
                case Outcome.ChildEnded child -> child.spent();
                case Outcome.Limited limited -> Spent.NOTHING;
                default ->
                    new Spent(
                            effect instanceof Effect.CallModel ? 1 : 0,
                            effect instanceof Effect.CallTool ? 1 : 0,
                            Usage.ZERO,
                            Cost.ZERO);
            };
        }

        Folded<I, S, R> upTo(int most) {
            return of(binding, run, records.subList(0, checked(most, run, records.size())));
        }

        Optional<RunEnd> end() {
            return records.getLast() instanceof JournalRecord.Closed closed
                    ? Optional.of(Recorded.end(closed, run))
                    : Optional.empty();
        }

        R result() {
            RunEnd end = end().orElseGet(() -> new RunEnd.Paused(questions, Json.NULL));
            Duration took = Ledger.ran(records);
            I input = Recorded.input(binding, Recorded.begun(records, run), run);
            return binding.result(input, new Binding.Finished<>(run, steps.state(), end, spent, abandoned, took));
        }
    }
}
