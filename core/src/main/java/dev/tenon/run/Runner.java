package dev.tenon.run;

import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Scope;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs. Immutable and thread-safe. A call blocks until the run has ended or rests.
 *
 * <p>{@link #plain()} keeps nothing. {@link #journalled(Journal)} writes a journal from which a run goes on after a crash, and in which the same id means the same run: run again, it
 * gives the result that is on record, or resumes.
 */
public interface Runner {
    /**
     * Runs a program, or goes on with a run of it.
     *
     * @param scope stops the run
     * @throws TenonException of code {@code run.other_program}, {@code run.other_input}, {@code run.definition_changed} where the id belongs to another run
     * @throws dev.tenon.journal.JournalException where the journal cannot be written, or somebody else has the run
     */
    <I, R> R run(Program<I, R> program, I input, Scope scope, Watch watch);

    /**
     * Goes on with a run that rests.
     *
     * @param answers to all or some of its questions; none of them is taken where one does not fit
     * @throws TenonException of code {@code run.question_closed} where a question is not open any more, {@code run.answer_misfit} where it wants another kind of
     *     answer, {@code run.unknown} where there is no such run
     */
    <I, R> R resume(Program<I, R> program, Resumption from, List<Answer> answers, Scope scope, Watch watch);

    /** From what a run goes on. */
    sealed interface Resumption {
        /** From its records in the runner's journal. */
        record Run(String id) implements Resumption {

            public Run {
                Objects.requireNonNull(id, "id");
            }
        }

        /** From a {@link RunEnd.Paused#snapshot()}. */
        record Kept(Json snapshot) implements Resumption {

            public Kept {
                Objects.requireNonNull(snapshot, "snapshot");
            }
        }
    }

    /** As {@link #run(Program, Object, Scope, Watch)}, for as long as it takes, with nobody watching. */
    default <I, R> R run(Program<I, R> program, I input) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(input, "input");
        return run(program, input, new Cancellation(), Watch.NONE);
    }

    /** As {@link #run(Program, Object, Scope, Watch)}, with nobody watching. */
    default <I, R> R run(Program<I, R> program, I input, Scope scope) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(scope, "scope");
        return run(program, input, scope, Watch.NONE);
    }

    /** As {@link #run(Program, Object, Scope, Watch)}, for as long as it takes. */
    default <I, R> R run(Program<I, R> program, I input, Watch watch) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(watch, "watch");
        return run(program, input, new Cancellation(), watch);
    }

    /** Goes on with the run of this id with these answers. */
    default <I, R> R resume(Program<I, R> program, String run, Answer... answers) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(answers, "answers");
        return resume(program, new Resumption.Run(run), List.of(answers), new Cancellation(), Watch.NONE);
    }

    /** Runs in memory. */
    static Runner plain() {
        return new PlainRunner();
    }

    /** Runs with a journal. */
    static Runner journalled(Journal journal) {
        return new JournalledRunner(Objects.requireNonNull(journal, "journal"), Migration.REFUSE);
    }

    /** Runs with a journal; unfinished runs whose program has changed are migrated. */
    static Runner journalled(Journal journal, Migration migration) {
        return new JournalledRunner(
                Objects.requireNonNull(journal, "journal"), Objects.requireNonNull(migration, "migration"));
    }
}

/** Keeps nothing. */
record PlainRunner() implements Runner {
    @Override
    public <I, R> R run(Program<I, R> program, I input, Scope scope, Watch watch) {
        Objects.requireNonNull(program, "program");
        return Runs.run(program, input, scope, watch, null, Migration.REFUSE);
    }

    @Override
    public <I, R> R resume(Program<I, R> program, Resumption from, List<Answer> answers, Scope scope, Watch watch) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(answers, "answers");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(watch, "watch");
        return switch (from) {
            case Resumption.Kept kept -> Runs.thaw(program, kept.snapshot(), answers, scope, watch);
            case Resumption.Run run ->
                throw new TenonException(
                        "run.unknown",
                        "a runner without a journal does not know run \"" + run.id()
                                + "\"; give the snapshot that RunEnd.Paused held, or use Runner.journalled");
        };
    }
}

/** Keeps a journal. */
record JournalledRunner(Journal journal, Migration migration) implements Runner {
    @Override
    public <I, R> R run(Program<I, R> program, I input, Scope scope, Watch watch) {
        Objects.requireNonNull(program, "program");
        return Runs.run(program, input, scope, watch, journal, migration);
    }

    @Override
    public <I, R> R resume(Program<I, R> program, Resumption from, List<Answer> answers, Scope scope, Watch watch) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(answers, "answers");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(watch, "watch");
        return switch (from) {
            case Resumption.Kept kept -> Runs.thaw(program, kept.snapshot(), answers, scope, watch);
            case Resumption.Run run -> Runs.resume(program, run.id(), answers, scope, watch, journal, migration);
        };
    }
}

/** How runs are begun. */
final class Runs {
    /** Different in every process, so that ids made here do not repeat. */
    private static final String PROCESS =
            Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);

    private static final AtomicLong COUNT = new AtomicLong();

    private Runs() {}

    static <I, R> R run(
            Program<I, R> program, I input, Scope scope, Watch watch, @Nullable Journal journal, Migration migration) {
        Binding<I, ?, R> binding = program.binding();
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(watch, "watch");
        String wanted = binding.id(input);
        String id = wanted.isEmpty() ? PROCESS + "-" + COUNT.incrementAndGet() : wanted;
        Coordinator.checkId(id);
        return Coordinator.run(binding, input, frame(id, scope, watch, journal, migration, Json.NULL, List.of()));
    }

    static <I, R> R resume(
            Program<I, R> program,
            String id,
            List<Answer> answers,
            Scope scope,
            Watch watch,
            Journal journal,
            Migration migration) {
        Binding<I, ?, R> binding = program.binding();
        I input = binding.decode(Recorded.begun(journal.read(id), id).input());
        return Coordinator.run(binding, input, frame(id, scope, watch, journal, migration, Json.NULL, answers));
    }

    static <I, R> R thaw(Program<I, R> program, Json kept, List<Answer> answers, Scope scope, Watch watch) {
        Binding<I, ?, R> binding = program.binding();
        Snapshot snapshot = Snapshot.of(kept);
        return Coordinator.run(
                binding,
                binding.decode(snapshot.input()),
                frame(snapshot.run(), scope, watch, null, Migration.REFUSE, kept, answers));
    }

    private static Coordinator.Frame frame(
            String id,
            Scope scope,
            Watch watch,
            @Nullable Journal journal,
            Migration migration,
            Json snapshot,
            List<Answer> answers) {
        return new Coordinator.Frame(
                id,
                "",
                scope,
                watch,
                Desk.Above.NONE,
                null,
                false,
                journal,
                migration,
                snapshot,
                List.copyOf(answers),
                Optional.empty());
    }
}
