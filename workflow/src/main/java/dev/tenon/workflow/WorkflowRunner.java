package dev.tenon.workflow;

import dev.tenon.error.TenonException;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Inbox;
import dev.tenon.run.Migration;
import dev.tenon.run.Program;
import dev.tenon.run.Question;
import dev.tenon.run.Replay;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs many instances of workflows, kept in a journal. Thread-safe.
 *
 * <p>Each instance that goes on has a virtual thread; of all their effects so many are performed at once, first come, first served, so that none is kept waiting by the others. An
 * instance that waits, for time, a signal or a person, takes no place among them. Where as many instances go on as may, {@link #start} blocks.
 *
 * <p>An instance goes on with the definition with which it began, also when the workflow has changed since, unless a {@link Migration} is given.
 */
public final class WorkflowRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowRunner.class);

    /** Effects at once: what a handful of providers and a database take without being asked. */
    public static final int DEFAULT_CONCURRENCY = 256;

    /** Instances at once: some kilobytes each while they wait. */
    public static final int DEFAULT_INSTANCES = 100_000;

    private final Journal journal;
    private final Map<String, Workflow> workflows;
    private final Runner runner;
    private final boolean migrates;
    private final TimeSource time;
    final Semaphore effects;
    private final Semaphore instances;
    private final Map<String, Live> live = new ConcurrentHashMap<>();
    final RunLocks locks = new RunLocks();
    private volatile boolean closing;

    private WorkflowRunner(Builder builder) {
        this.journal = builder.journal;
        this.workflows = Map.copyOf(builder.workflows);
        Migration migration = builder.migration;
        this.migrates = migration != null;
        this.runner = migration == null ? Runner.journalled(journal) : Runner.journalled(journal, migration);
        this.time = builder.time;
        this.effects = new Semaphore(builder.concurrency, true);
        this.instances = new Semaphore(builder.instances, true);
    }

    /** A runner of instances that are kept in this journal. */
    public static Builder on(Journal journal) {
        return new Builder(journal);
    }

    /** A runner under construction. Not thread-safe. */
    public static final class Builder {
        private final Journal journal;
        private final Map<String, Workflow> workflows = new LinkedHashMap<>();
        private int concurrency = DEFAULT_CONCURRENCY;
        private int instances = DEFAULT_INSTANCES;
        private @Nullable Migration migration;
        private TimeSource time = TimeSource.SYSTEM;

        private Builder(Journal journal) {
            this.journal = Objects.requireNonNull(journal, "journal");
        }

        /** Workflows whose instances it runs. */
        public Builder workflows(Workflow... more) {
            Objects.requireNonNull(more, "more");
            for (Workflow workflow : more) {
                String name = workflow.definition().name();
                if (workflows.putIfAbsent(name, workflow) != null) {
                    throw new IllegalArgumentException("there is a workflow \"" + name + "\" already");
                }
            }
            return this;
        }

        /** How many effects of all instances at once. */
        public Builder concurrency(int most) {
            this.concurrency = atLeastOne("concurrency", most);
            return this;
        }

        /** How many instances go on at once; those that rest are not counted. */
        public Builder instances(int most) {
            this.instances = atLeastOne("instances", most);
            return this;
        }

        /** Makes instances that began under another definition go on under the present one. */
        public Builder migration(Migration how) {
            this.migration = Objects.requireNonNull(how, "how");
            return this;
        }

        /** The clock. */
        public Builder time(TimeSource clock) {
            this.time = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** The runner. */
        public WorkflowRunner build() {
            return new WorkflowRunner(this);
        }

        private static int atLeastOne(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " < 1: " + value);
            }
            return value;
        }
    }

    /** How an instance is doing. */
    public enum Status {
        /** It goes on, here. */
        RUNNING,
        /** It waits for a person or a signal, or for somebody to go on with it. */
        RESTING,
        COMPLETED,
        LIMITED,
        CANCELLED,
        FAILED
    }

    /**
     * An instance. Immutable.
     *
     * @param began when
     */
    public record Summary(String run, String workflow, Status status, Instant began) {

        public Summary {
            Objects.requireNonNull(run, "run");
            Objects.requireNonNull(workflow, "workflow");
            Objects.requireNonNull(status, "status");
            Objects.requireNonNull(began, "began");
        }
    }

    /**
     * What is known of an instance. Immutable.
     *
     * @param definition with which it began
     * @param state the values of its state, as far as branches have joined
     * @param open the keys of what has begun, or is to begin, and has not ended
     * @param steps what was begun, in that order
     */
    public record Inspection(
            Summary summary,
            Json definition,
            Json.Obj input,
            Json.Obj state,
            List<String> open,
            List<Question> questions,
            List<StepTime> steps) {
        public Inspection {
            Objects.requireNonNull(summary, "summary");
            Objects.requireNonNull(definition, "definition");
            Objects.requireNonNull(input, "input");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(open, "open");
            Objects.requireNonNull(questions, "questions");
            Objects.requireNonNull(steps, "steps");
            open = List.copyOf(open);
            questions = List.copyOf(questions);
            steps = List.copyOf(steps);
        }

        /**
         * Where the time went, oldest first: the step that ended last, the last of those that had ended when it began, and so on. What a step waited for, another step or a resource that
         * one held, stands before it; to make the run shorter, make one of these shorter. Of a run that has not ended, of what has.
         */
        public List<StepTime> criticalPath() {
            List<Integer> ends = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                if (steps.get(i).counts()) {
                    ends.add(i);
                }
            }
            // The last that ended comes first, and of those that ended together the one that began last.
            ends.sort(Comparator.<Integer, Instant>comparing(
                            i -> steps.get(i).ended().getFirst())
                    .thenComparing(Comparator.naturalOrder())
                    .reversed());
            List<StepTime> path = new ArrayList<>();
            Instant before = Instant.MAX;
            int from = steps.size();
            for (int i : ends) {
                StepTime step = steps.get(i);
                if (i < from && !step.ended().getFirst().isAfter(before)) {
                    path.add(step);
                    before = step.began();
                    from = i;
                }
            }
            Collections.reverse(path);
            return path;
        }
    }

    /**
     * When something was begun and ended. Immutable.
     *
     * @param kind of effect: {@code work}, {@code call_tool}, {@code run_child}, {@code sleep}
     * @param ended at most one
     */
    public record StepTime(String key, String kind, Instant began, List<Instant> ended) {
        public StepTime {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(began, "began");
            Objects.requireNonNull(ended, "ended");
            ended = List.copyOf(ended);
        }

        /** Clocks that run beside the work are not where the time goes. */
        private boolean counts() {
            return !ended.isEmpty()
                    && !key.startsWith("!")
                    && !key.endsWith(WorkflowMachine.TIMEOUT)
                    && !key.endsWith(WorkflowMachine.DUE);
        }
    }

    /** An instance that goes on. */
    private final class Live {
        final String run;
        final Inbox inbox = new Inbox();
        final Cancellation scope = new Cancellation(time);
        final CountDownLatch done = new CountDownLatch(1);
        volatile @Nullable WorkflowResult result;
        volatile @Nullable RuntimeException broken;

        /** Until it takes what it is told, or is over. */
        void awaitBeginning() throws InterruptedException {
            while (!inbox.begun() && !done.await(1, TimeUnit.MILLISECONDS)) {
                // A run that was just handed to its thread.
            }
        }

        Live(String run) {
            this.run = run;
        }

        WorkflowResult await() throws InterruptedException {
            done.await();
            RuntimeException thrown = broken;
            if (thrown != null) {
                throw thrown;
            }
            WorkflowResult came = result;
            if (came == null) {
                throw new IllegalStateException("run \"" + run + "\" ended without a result");
            }
            return came;
        }
    }

    /**
     * Begins an instance, and returns its id. Blocks while as many go on as may.
     *
     * @param request with the id that it shall have; without one it gets one
     * @throws TenonException of code {@code workflow.runner_closed} where the runner is being closed, {@code workflow.exists} where there is an instance of that id
     */
    public String start(String workflow, WorkflowRequest request) throws InterruptedException {
        Objects.requireNonNull(workflow, "workflow");
        Objects.requireNonNull(request, "request");
        Workflow found = workflow(workflow);
        String run = request.id().isEmpty() ? workflow + "-" + UUID.randomUUID() : request.id();
        open();
        locks.lock(run);
        try {
            if (live.containsKey(run) || !journal.read(run).isEmpty()) {
                throw new TenonException("workflow.exists", "there is a run \"" + run + "\" already");
            }
            launch(run, found, request.id(run), List.of());
        } finally {
            locks.unlock(run);
        }
        return run;
    }

    /**
     * Waits until an instance has ended or rests.
     *
     * @throws TenonException of code {@code run.unknown} where there is none
     */
    public WorkflowResult await(String run) throws InterruptedException {
        Objects.requireNonNull(run, "run");
        Live going = live.get(run);
        if (going != null) {
            return going.await();
        }
        return replay(run).result();
    }

    /** Goes on with all instances in the journal that have not ended and do not go on here, and returns their ids. */
    public List<String> recover() throws InterruptedException {
        List<String> begun = new ArrayList<>();
        for (Summary summary : list()) {
            if (summary.status() == Status.RESTING && workflows.containsKey(summary.workflow())) {
                locks.lock(summary.run());
                try {
                    if (!live.containsKey(summary.run())) {
                        goOn(summary.run(), List.of());
                        begun.add(summary.run());
                    }
                } finally {
                    locks.unlock(summary.run());
                }
            }
        }
        return begun;
    }

    /**
     * Tells an instance a signal. When this returns it is on record; told again with the same id it is ignored.
     *
     * @param name of the signal; names that begin with {@code tenon.} are the library's own
     * @param id of this signal, unique in the instance; the sender's, so that it may be sent again
     * @param payload with a JSON form
     * @return false where the instance has ended
     */
    public boolean signal(String run, String name, @Nullable Object payload, String id) throws InterruptedException {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(id, "id");
        Json told = Json.object().put("id", id).put("payload", payload).build();
        Fact.Signalled signal = new Fact.Signalled(name, told);
        locks.lock(run);
        try {
            open();
            Live going = live.get(run);
            if (going != null) {
                going.awaitBeginning();
                if (going.inbox.signal(run, name, told)) {
                    return true;
                }
                going.done.await(); // It was coming to rest, or to its end.
            }
            if (over(records(run))) {
                return false;
            }
            try (RunJournal owned = journal.own(run)) {
                owned.append(
                        List.of(new JournalRecord.Signalled(time.now(), signal.name(), signal.payload(), Map.of())));
            }
            goOn(run, List.of());
            return true;
        } finally {
            locks.unlock(run);
        }
    }

    /**
     * Answers a question of an instance, or of what is below it.
     *
     * @return false where the question is not open
     * @throws TenonException of code {@code run.answer_misfit} where it wants another kind of answer
     */
    public boolean answer(Answer answer) throws InterruptedException {
        Objects.requireNonNull(answer, "answer");
        int slash = answer.question().indexOf('/');
        String run = slash < 0 ? answer.question() : answer.question().substring(0, slash);
        locks.lock(run);
        try {
            open();
            Live going = live.get(run);
            if (going != null) {
                going.awaitBeginning();
                if (going.inbox.answer(answer)) {
                    return true;
                }
                if (going.inbox.takes(run)) {
                    return false;
                }
                going.done.await(); // It was coming to rest, or to its end.
            }
            if (over(records(run))) {
                return false;
            }
            if (!asks(run, answer.question())) {
                return false;
            }
            goOn(run, List.of(answer));
            return true;
        } finally {
            locks.unlock(run);
        }
    }

    /** Whether an instance that rests asks this, or has something below it that may. */
    private boolean asks(String run, String question) {
        Replay<WorkflowResult> replay = replay(run);
        return replay.result().questions().stream().anyMatch(open -> open.id().equals(question))
                || replay.open().stream()
                        .filter(Effect.RunChild.class::isInstance)
                        .anyMatch(child -> question.startsWith(run + "/" + child.key() + "/"));
    }

    /**
     * Ends an instance: what it is doing is stopped, what it did is undone by its undo steps.
     *
     * @return false where it has ended
     */
    public boolean cancel(String run, String reason) throws InterruptedException {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(reason, "reason");
        return signal(run, WorkflowMachine.CANCEL_SIGNAL, reason, "workflow.cancel");
    }

    /** All instances in the journal, in the order in which they began. */
    public List<Summary> list() {
        List<Summary> all = new ArrayList<>();
        for (String run : journal.runs()) {
            if (run.indexOf('/') < 0) {
                List<JournalRecord> records = journal.read(run);
                if (!records.isEmpty() && records.getFirst() instanceof JournalRecord.Begun begun) {
                    all.add(summary(run, begun, records));
                }
            }
        }
        return all;
    }

    private Summary summary(String run, JournalRecord.Begun begun, List<JournalRecord> records) {
        Status status = live.containsKey(run) ? Status.RUNNING : Status.RESTING;
        if (records.getLast() instanceof JournalRecord.Closed closed) {
            status = switch (closed.end().as(RunEnd.class)) {
                case RunEnd.Completed completed -> Status.COMPLETED;
                case RunEnd.Limited limited -> Status.LIMITED;
                case RunEnd.Cancelled cancelled -> Status.CANCELLED;
                case RunEnd.Failed failed -> Status.FAILED;
                case RunEnd.Paused paused -> Status.RESTING;
            };
        }
        return new Summary(run, begun.program(), status, begun.time());
    }

    /**
     * What is known of an instance.
     *
     * @throws TenonException of code {@code run.unknown} where there is none
     */
    public Inspection inspect(String run) {
        Objects.requireNonNull(run, "run");
        List<JournalRecord> records = records(run);
        JournalRecord.Begun begun = begun(run, records);
        Replay<WorkflowResult> replay = replay(run);
        Map<String, StepTime> steps = new LinkedHashMap<>();
        for (JournalRecord record : records) {
            if (record instanceof JournalRecord.Started started) {
                steps.putIfAbsent(
                        started.key(), new StepTime(started.key(), started.kind(), started.time(), List.of()));
            } else if (record instanceof JournalRecord.Ended ended) {
                steps.computeIfPresent(
                        ended.key(),
                        (key, step) -> new StepTime(key, step.kind(), step.began(), List.of(ended.time())));
            }
        }
        WorkflowResult result = replay.result();
        return new Inspection(
                summary(run, begun, records),
                begun.definition(),
                begun.input().as(WorkflowRequest.class).input(),
                result.state(),
                replay.open().stream().map(Effect::key).toList(),
                result.questions(),
                List.copyOf(steps.values()));
    }

    /**
     * Begins a new instance that has done what another had done before it began a step, and goes on from there.
     *
     * @param step the key of what was begun, see {@link Inspection#steps()}
     * @param id of the new instance
     */
    public void retryFrom(String run, String step, String id) throws InterruptedException {
        Objects.requireNonNull(id, "id");
        List<JournalRecord> records = records(run);
        for (int i = 0; i < records.size(); i++) {
            if (records.get(i) instanceof JournalRecord.Started started
                    && started.key().equals(step)) {
                fork(run, i, id);
                return;
            }
        }
        throw new TenonException(
                "workflow.unknown_step",
                "run \"" + run + "\" did not begin a step \"" + step + "\"; see inspect(run).steps()");
    }

    /**
     * Begins a new instance that has the first records of another, and goes on from there.
     *
     * @param records how many, at least 1
     */
    public void fork(String run, int records, String id) throws InterruptedException {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(id, "id");
        open();
        List<JournalRecord> all = records(run);
        JournalRecord.Begun begun = begun(run, all);
        WorkflowRequest request = begun.input().as(WorkflowRequest.class).id(id);
        Workflow workflow = asBegun(workflow(begun.program()), begun);
        locks.lock(id);
        try {
            Replay.fork(journal, run, records, workflow, request);
            launch(id, workflow, request, List.of());
        } finally {
            locks.unlock(id);
        }
    }

    /**
     * Takes nothing new, and brings all instances to rest: what has begun may end, nothing new begins. They are gone on with by {@link #recover()}, here or elsewhere.
     *
     * @param patience how long what has begun is waited for
     * @return the ids of instances that still go on; what they are doing is in doubt if the process ends now
     */
    public List<String> shutdown(Duration patience) throws InterruptedException {
        Objects.requireNonNull(patience, "patience");
        closing = true;
        Collection<Live> going = List.copyOf(live.values());
        going.forEach(one -> one.inbox.rest());
        long until = System.nanoTime()
                + TimeUnit.NANOSECONDS.convert(patience); // the longest is taken for as many as a long holds
        List<String> left = new ArrayList<>();
        for (Live one : going) {
            if (!one.done.await(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                left.add(one.run);
            }
        }
        return left;
    }

    /** As {@link #shutdown}, for half a minute. */
    @Override
    public void close() {
        try {
            List<String> left = shutdown(Duration.ofSeconds(30));
            if (!left.isEmpty()) {
                LOG.warn("closed while {} instances still go on, {} among them", left.size(), left.getFirst());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Going on

    private void open() {
        if (closing) {
            throw new TenonException("workflow.runner_closed", "the runner is closed, or being closed");
        }
    }

    private Workflow workflow(String name) {
        Workflow found = workflows.get(name);
        if (found == null) {
            throw new TenonException(
                    "workflow.unknown",
                    "this runner knows no workflow \"" + name + "\"; known are "
                            + String.join(", ", workflows.keySet()));
        }
        return found;
    }

    private List<JournalRecord> records(String run) {
        return journal.read(run);
    }

    private static boolean over(List<JournalRecord> records) {
        return !records.isEmpty() && records.getLast() instanceof JournalRecord.Closed;
    }

    private static JournalRecord.Begun begun(String run, List<JournalRecord> records) {
        if (records.isEmpty() || !(records.getFirst() instanceof JournalRecord.Begun begun)) {
            throw new TenonException("run.unknown", "there is no run \"" + run + "\" in this journal");
        }
        return begun;
    }

    /** The workflow as it was when an instance began. */
    private Workflow asBegun(Workflow workflow, JournalRecord.Begun begun) {
        if (migrates
                || begun.definition().equals(workflow.definition().json())
                || !(workflow instanceof DefinedWorkflow own)) {
            return workflow;
        }
        return own.as(Definition.of(begun.definition()));
    }

    private Replay<WorkflowResult> replay(String run) {
        JournalRecord.Begun begun = begun(run, records(run));
        return Replay.of(asBegun(workflow(begun.program()), begun), journal, run);
    }

    /** Goes on with an instance that does not go on. Its lock is held. */
    private void goOn(String run, List<Answer> answers) throws InterruptedException {
        JournalRecord.Begun begun = begun(run, records(run));
        launch(run, asBegun(workflow(begun.program()), begun), begun.input().as(WorkflowRequest.class), answers);
    }

    private void launch(String run, Workflow workflow, WorkflowRequest request, List<Answer> answers)
            throws InterruptedException {
        instances.acquire();
        Live going = new Live(run);
        live.put(run, going);
        if (closing) {
            going.inbox.rest();
        }
        Program<WorkflowRequest, WorkflowResult> program =
                ManagedBinding.of(workflow, effects, Optional.of(going.inbox));
        Thread.ofVirtual().name("tenon-workflow-" + run).start(() -> go(going, program, request, answers));
    }

    private void go(
            Live going,
            Program<WorkflowRequest, WorkflowResult> program,
            WorkflowRequest request,
            List<Answer> answers) {
        try {
            going.result = answers.isEmpty()
                    ? runner.run(program, request, going.scope)
                    : runner.resume(program, new Runner.Resumption.Run(going.run), answers, going.scope, Watch.NONE);
        } catch (RuntimeException e) {
            going.broken = e;
            LOG.warn("run {} could not go on", going.run, e);
        } finally {
            live.remove(going.run, going);
            instances.release();
            going.done.countDown();
        }
    }
}
