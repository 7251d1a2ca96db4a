package dev.tenon.run;

import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.event.RunEvent;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.provider.Cost;
import dev.tenon.provider.Usage;
import dev.tenon.run.Performer.Doubt;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Stop;
import dev.tenon.scope.TimeSource;
import dev.tenon.tool.ToolOutput;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one machine: performs what it wants and tells it what came of it. The caller's thread is the run's thread; it alone touches the machine, the journal, the listeners.
 *
 * <p>A lone effect is performed on it. Several at once, and every tool, have a virtual thread each, and post what came of them to the run's {@link Mailbox}; so a
 * tool that hangs can be given up.
 *
 * <p>A stop ends all that is open: what runs is interrupted and waited for during the grace, then abandoned; what was not begun is not. Then only
 * {@link Effect.Append} is still performed, so that the turn is closed, and whatever else the machine wants ends stopped at once.
 *
 * <p>With a journal: starts are on record before anything begins, ends before anything that follows from them begins. Resuming is telling the machine the ends that are
 * on record, and going on with what is open then.
 */
final class Coordinator<I, S, R> {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

    /** A machine that still wants something new after so many refusals does not end. */
    private static final int PATIENCE = 10_000;

    /** What a run is part of and what it goes on from. */
    record Frame(
            String id,
            String parent,
            Scope scope,
            Watch watch,
            Desk.Above above,
            @Nullable Budget budget,
            @Nullable Journal journal,
            Migration migration,
            Json snapshot,
            List<Answer> answers) {}

    /** Something that was begun and has not ended. */
    private static final class Flight {
        final Effect effect;
        final Cancellation scope;
        final long since;
        Registration alarm = Registration.NONE;
        boolean told;

        Flight(Effect effect, Cancellation scope, long since) {
            this.effect = effect;
            this.scope = scope;
            this.since = since;
        }
    }

    private final Binding<I, S, R> binding;
    private final I input;
    private final Frame frame;
    private final Cancellation scope;
    private final TimeSource time;
    private final Budget budget;
    private final Performer performer;
    private final Door door;
    private final @Nullable Ledger ledger;
    private final Mailbox mailbox = new Mailbox();
    private final long began;

    private final Desk desk;
    private final Teller teller;
    private final EffectCalls calls;
    private Steps<S> steps;
    private Duration ranBefore = Duration.ZERO;

    private final ArrayDeque<Effect> ready = new ArrayDeque<>(4);
    private final ArrayDeque<Fact.Ended> arrived = new ArrayDeque<>(4);
    private final Map<String, Flight> flights = new LinkedHashMap<>(4);
    private final Map<String, Question> questions = new LinkedHashMap<>(2);
    private final Map<String, RunEnd.Paused> resting = new LinkedHashMap<>(2);
    private final Map<String, Integer> attempts = new HashMap<>(2);
    private final List<String> abandoned = new ArrayList<>(0);
    private final ArrayDeque<Question> unasked = new ArrayDeque<>(2);
    private @Nullable Stop stopping;
    private boolean ownDeadline;
    private boolean interrupted;
    private int refusals;

    private Coordinator(Binding<I, S, R> binding, I input, Frame frame, @Nullable Ledger ledger) {
        this.binding = binding;
        this.input = input;
        this.frame = frame;
        this.ledger = ledger;
        this.time = frame.scope().time();
        this.began = time.nanos();
        Limits limits = binding.limits(input);
        this.budget = new Budget(frame.budget(), limits);
        this.performer = binding.performer(input);
        this.door = new Door(binding.interceptors(), this::performHere);
        if (ledger != null) {
            ranBefore = Ledger.ran(ledger.found());
        } else if (!frame.snapshot().isNull()) {
            ranBefore = Snapshot.of(frame.snapshot()).took();
        }
        if (limits.wallTime().isZero()) {
            this.scope = Cancellation.below(frame.scope(), frame.id());
        } else {
            Duration left = limits.wallTime().minus(ranBefore);
            this.scope = Cancellation.below(frame.scope(), frame.id(), left.isNegative() ? Duration.ZERO : left);
        }
        this.steps = Steps.of(binding.machine(input));
        long told = ledger != null
                ? Ledger.events(ledger.found())
                : frame.snapshot().isNull() ? 0 : Snapshot.of(frame.snapshot()).events();
        this.desk = new Desk(frame.id(), frame.parent(), binding.listeners(), frame.watch(), frame.above(), time, told);
        this.teller = new Teller(desk, time, binding::model, frame.id());
        this.calls = new EffectCalls(frame.id(), time, desk, mailbox, teller);
    }

    /** Runs a program to its end or to rest. */
    static <I, S, R> R run(Binding<I, S, R> binding, I input, Frame frame) {
        return binding.result(input, finished(binding, input, frame));
    }

    private static <I, S, R> Binding.Finished<S> finished(Binding<I, S, R> binding, I input, Frame frame) {
        if (frame.journal() == null) {
            return new Coordinator<>(binding, input, frame, null).run();
        }
        Ledger ledger =
                new Ledger(frame.journal().own(frame.id()), frame.scope().time());
        try {
            return new Coordinator<>(binding, input, frame, ledger).run();
        } finally {
            ledger.close();
        }
    }

    private Binding.Finished<S> run() {
        Registration wake = scope.onStop(() -> mailbox.post(() -> {}));
        try {
            Optional<RunEnd> closed = begin();
            if (closed.isPresent()) {
                return done(closed.get(), ranBefore);
            }
            Optional<RunEnd> end = goOn();
            Duration took = ranBefore.plusNanos(time.nanos() - began);
            RunEnd how = end.isPresent() ? ended(end.get(), took) : rest(took);
            return done(how, took);
        } finally {
            giveUp();
            wake.close();
            scope.close();
            mailbox.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Binding.Finished<S> done(RunEnd end, Duration took) {
        return new Binding.Finished<>(frame.id(), steps.state(), end, budget.spent(), abandoned, took);
    }

    private RunEnd ended(RunEnd machines, Duration took) {
        RunEnd end = machines instanceof RunEnd.Cancelled && ownDeadline
                ? new RunEnd.Limited(new Limits.Reached(
                        Limits.Kind.WALL_TIME,
                        took.toString(),
                        binding.limits(input).wallTime().toString()))
                : machines;
        if (end instanceof RunEnd.Limited limited && desk.listens()) {
            Limits.Reached reached = limited.reached();
            desk.tell(new RunEvent.LimitReached(
                    reached.limit().name().toLowerCase(Locale.ROOT), reached.used(), reached.allowed()));
        }
        tellFinished(end, took);
        if (ledger != null) {
            ledger.closed(end, took, desk.sequence());
        }
        flush();
        return end;
    }

    private RunEnd rest(Duration took) {
        List<Question> open = new ArrayList<>(questions.values());
        resting.values().forEach(child -> open.addAll(child.questions()));
        RunEnd.Paused paused = new RunEnd.Paused(
                open,
                ledger == null
                        ? new Snapshot(
                                        frame.id(),
                                        binding.name(),
                                        binding.definition().digest(),
                                        binding.encode(input),
                                        Json.of(steps.state()),
                                        steps.open().stream().map(Json::of).toList(),
                                        resting,
                                        budget.spent(),
                                        took,
                                        desk.sequence())
                                .json()
                        : Json.NULL);
        tellFinished(paused, took);
        if (ledger != null) {
            ledger.rested(took, desk.sequence());
        }
        flush();
        return paused;
    }

    private void tellFinished(RunEnd end, Duration took) {
        if (desk.listens()) {
            Spent spent = budget.spent();
            List<Failure> failure = end instanceof RunEnd.Failed failed ? List.of(failed.failure()) : List.of();
            desk.tell(new RunEvent.RunFinished(
                    end.word(), spent.usage(), spent.cost(), spent.steps(), spent.toolCalls(), took, failure));
        }
    }

    // Beginning and going on

    /** Begins the run, or folds it from its records or its snapshot. Returns how it ended where it had ended before. */
    private Optional<RunEnd> begin() {
        List<JournalRecord> records = ledger == null ? List.of() : ledger.found();
        if (!records.isEmpty()) {
            return fold(records);
        }
        if (!frame.snapshot().isNull()) {
            thaw(Snapshot.of(frame.snapshot()));
            return Optional.empty();
        }
        if (!frame.answers().isEmpty()) {
            throw noQuestion(frame.answers().getFirst(), "there is no run \"" + frame.id() + "\" that rests");
        }
        desk.tell(new RunEvent.RunStarted(binding.name(), binding.session(input)));
        if (ledger != null) {
            ledger.begun(binding.name(), binding.definition(), binding.encode(input));
        }
        accept(steps.feed(Fact.BEGUN));
        return Optional.empty();
    }

    private void thaw(Snapshot snapshot) {
        snapshot.check(binding.name(), binding.definition().digest());
        Machine<S> machine = binding.machine(input);
        @SuppressWarnings("unchecked")
        S state = (S) snapshot.state().as((Class<?>) machine.blank().getClass());
        List<Effect> open =
                snapshot.open().stream().map(json -> json.as(Effect.class)).toList();
        steps = Steps.resting(machine, state, open);
        budget.restore(snapshot.spent());
        desk.tell(new RunEvent.RunResumed(binding.name()));
        for (Effect effect : open) {
            switch (effect) {
                case Effect.Ask ask -> questions.put(ask.key(), ask.question().in(frame.id()));
                case Effect.RunChild child -> {
                    RunEnd.Paused paused = snapshot.children().get(child.key());
                    if (paused != null) {
                        resting.put(child.key(), paused);
                    } else {
                        ready.add(child);
                    }
                }
                default -> ready.add(effect);
            }
        }
        answer();
        for (String key : List.copyOf(resting.keySet())) {
            if (!below(key).isEmpty()) {
                steps.open(key).ifPresent(ready::add);
            }
        }
    }

    /** Tells the machine what is on record. */
    private Optional<RunEnd> fold(List<JournalRecord> found) {
        List<JournalRecord> records = Recorded.checked(found, binding, input, frame.id(), frame.migration());
        Recorded recorded = Recorded.of(records);
        accept(steps.feed(Fact.BEGUN));
        for (JournalRecord record : records) {
            switch (record) {
                case JournalRecord.Ended ended -> {
                    foldEnded(ended);
                }
                case JournalRecord.Signalled signal -> {
                    if (!signal.name().startsWith("tenon.")) {
                        accept(steps.feed(new Fact.Signalled(signal.name(), signal.payload())));
                    }
                }
                case JournalRecord.Stopping stop -> stopping = stop.stop().as(Stop.class);
                case JournalRecord.Closed closed -> {
                    if (!frame.answers().isEmpty()) {
                        throw noQuestion(frame.answers().getFirst(), "the run has ended");
                    }
                    return Optional.of(closed.end().as(RunEnd.class));
                }
                case JournalRecord.Begun begun -> {}
                case JournalRecord.Started started -> {}
            }
        }
        ready.removeIf(effect -> steps.open(effect.key()).isEmpty());
        unasked.removeIf(question -> !questions.containsKey(question.key()));
        desk.tell(new RunEvent.RunResumed(binding.name()));
        doubts(recorded);
        answer();
        return Optional.empty();
    }

    private void foldEnded(JournalRecord.Ended ended) {
        Effect effect = steps.open(ended.key())
                .orElseThrow(() -> new TenonException(
                        "run.journal_misfit",
                        "run \"" + frame.id() + "\": the journal holds the end of \"" + ended.key()
                                + "\", which this program does not want at that point; the code has changed under an"
                                + " unfinished run"));
        Outcome outcome = ended.outcome().as(Outcome.class);
        charge(effect, outcome);
        questions.remove(ended.key());
        accept(steps.feed(new Fact.Ended(ended.key(), outcome)));
    }

    /** What had begun and has no end on record. */
    private void doubts(Recorded recorded) {
        for (Effect effect : List.copyOf(ready)) {
            int begun = recorded.attempts(effect.key());
            if (begun == 0) {
                continue;
            }
            attempts.put(effect.key(), begun);
            budget.hold(recorded.reserved(effect.key()));
            if (stopping != null) {
                continue; // Whatever is open when the run was stopped ends stopped.
            }
            Doubt doubt = effect instanceof Effect.RunChild || effect instanceof Effect.CallModel
                    ? Doubt.AGAIN
                    : performer.doubt(effect, EffectCalls.here(effect, scope, calls));
            switch (doubt) {
                case Doubt.Again again -> {
                    if (effect instanceof Effect.Sleep sleep) {
                        ready.remove(effect);
                        ready.add(new Effect.Sleep(sleep.key(), recorded.left(sleep, time.now())));
                    }
                }
                case Doubt.Settled settled -> {
                    known(effect, settled.outcome());
                }
                case Doubt.Ask ask -> {
                    Optional<Answer> given = recorded.doubt(effect.key());
                    if (given.isPresent()) {
                        dispel(effect, given.get());
                    } else {
                        ready.remove(effect);
                        Json arguments = effect instanceof Effect.CallTool tool ? tool.arguments() : Json.NULL;
                        String subject = effect instanceof Effect.CallTool tool ? tool.tool() : Ledger.kind(effect);
                        ask(new Question(
                                frame.id(), effect.key(), Question.Kind.DOUBT, subject, arguments, ask.reason()));
                    }
                }
            }
        }
    }

    /** The answer to whether a call in doubt happened. */
    private void dispel(Effect effect, Answer answer) {
        switch (answer) {
            case Answer.Approve approve -> {
                if (!ready.contains(effect)) {
                    ready.add(effect);
                }
            }
            case Answer.Deny deny ->
                known(
                        effect,
                        Outcome.Returned.error(
                                deny.message().isEmpty() ? "it is not known whether this happened" : deny.message(),
                                false));
            case Answer.Give give ->
                known(effect, new Outcome.Returned(ToolOutput.of(give.value()).content(), false, List.of(), false));
        }
    }

    /** What came of a call in doubt is known, without performing it again. It had begun, so it counts. */
    private void known(Effect effect, Outcome outcome) {
        ready.remove(effect);
        charge(effect, outcome);
        arrived.add(new Fact.Ended(effect.key(), outcome));
    }

    /** Takes the answers that are for this run, and checks that the others are for an open child. */
    private void answer() {
        String prefix = frame.id() + "/";
        for (Answer answer : frame.answers()) {
            String key =
                    answer.question().startsWith(prefix) ? answer.question().substring(prefix.length()) : "";
            Question question = questions.get(key);
            if (question != null) {
                take(question, answer);
            } else {
                List<Question> below = childrensQuestions();
                if (below.stream().noneMatch(open -> open.id().equals(answer.question()))) {
                    List<String> open = new ArrayList<>();
                    questions.values().forEach(own -> open.add(own.id()));
                    below.forEach(one -> open.add(one.id()));
                    throw noQuestion(
                            answer, open.isEmpty() ? "no question is open" : "open are " + String.join(", ", open));
                }
            }
        }
    }

    /** What children that rest ask. They are not run for it. */
    private List<Question> childrensQuestions() {
        Journal journal = frame.journal();
        List<Question> all = new ArrayList<>();
        for (Effect effect : steps.open()) {
            if (!(effect instanceof Effect.RunChild child)) {
                continue;
            }
            RunEnd.Paused paused = resting.get(child.key());
            if (paused != null) {
                all.addAll(paused.questions());
            } else if (journal != null) {
                String run = frame.id() + "/" + child.key();
                binding.child(child.program())
                        .ifPresent(program -> all.addAll(Recorded.questions(program.binding(), journal, run)));
            }
        }
        return all;
    }

    private static TenonException noQuestion(Answer answer, String open) {
        return new TenonException(
                "run.question_closed",
                "question \"" + answer.question() + "\" is not open: it was answered before, or never asked; " + open);
    }

    private void take(Question question, Answer answer) {
        Answer fitting = Answers.checked(question, answer);
        questions.remove(question.key());
        desk.tell(new RunEvent.QuestionAnswered(question.key(), Answers.word(fitting)));
        if (question.kind() == Question.Kind.DOUBT) {
            if (ledger != null) {
                ledger.signalled(
                        Ledger.DOUBT,
                        Json.object()
                                .put("key", question.key())
                                .put("answer", Json.of(fitting))
                                .build());
            }
            steps.open(question.key()).ifPresent(effect -> dispel(effect, fitting));
        } else {
            arrived.add(new Fact.Ended(question.key(), new Outcome.Answered(fitting)));
        }
    }

    private List<Answer> below(String key) {
        String prefix = frame.id() + "/" + key + "/";
        return frame.answers().stream()
                .filter(answer -> answer.question().startsWith(prefix))
                .toList();
    }

    // The loop

    /** Goes on until the machine ends, or only questions are open: then empty. */
    private Optional<RunEnd> goOn() {
        while (true) {
            if (steps.end().isPresent()) {
                return steps.end();
            }
            if (Thread.interrupted()) {
                interrupted = true;
                scope.stop(new Stop(Stop.Kind.INTERRUPTED, "the thread that waits for the result was interrupted"));
            }
            if (stopping != null || scope.stopped()) {
                stop();
            }
            Fact.Ended next = arrived.poll();
            Question question = next == null ? unasked.poll() : null;
            if (next != null) {
                settle(next.key(), next.outcome());
            } else if (question != null) {
                if (questions.containsKey(question.key())) {
                    raise(question);
                }
            } else if (flights.isEmpty() && ready.isEmpty()) {
                return Optional.empty();
            } else if (flights.isEmpty() && (stopping != null || ready.size() == 1 && alone(ready.getFirst()))) {
                here(ready.removeFirst());
            } else {
                if (stopping == null) {
                    launch();
                }
                if (arrived.isEmpty() && !flights.isEmpty()) {
                    await();
                }
            }
        }
    }

    private void await() {
        flush();
        try {
            mailbox.await();
        } catch (InterruptedException e) {
            interrupted = true;
            scope.stop(new Stop(Stop.Kind.INTERRUPTED, "the thread that waits for the result was interrupted"));
        }
        int lost = mailbox.dropped();
        if (lost > 0) {
            desk.tell(new RunEvent.EventsDropped(lost));
        }
    }

    /** Takes what the machine newly wants. */
    private void accept(List<Effect> wanted) {
        for (Effect effect : wanted) {
            switch (effect) {
                case Effect.Cancel cancel -> cancel(cancel);
                case Effect.Ask ask -> ask(ask.question().in(frame.id()));
                default -> ready.add(effect);
            }
        }
    }

    private void ask(Question question) {
        questions.put(question.key(), question);
        unasked.add(question);
    }

    /** Tells who listens of a new question, and asks whoever answers at once. */
    private void raise(Question question) {
        teller.asked(question);
        flush();
        Answers.inline(binding.answers(), question).ifPresent(given -> take(question, given));
    }

    private void settle(String key, Outcome outcome) {
        Effect effect = steps.open(key).orElse(null);
        if (effect == null) {
            return; // It ended before, as a cancelled call may.
        }
        if (ledger != null) {
            ledger.ended(key, outcome, desk.sequence());
        }
        accept(steps.feed(new Fact.Ended(key, outcome)));
    }

    /** Counts what an effect used that is on record. */
    private void charge(Effect effect, Outcome outcome) {
        if (outcome instanceof Outcome.Limited) {
            return;
        }
        switch (effect) {
            case Effect.CallModel model -> {
                budget.charge(new Spent(1, 0, Usage.ZERO, Cost.ZERO));
                chargeReply(outcome);
            }
            case Effect.CallTool tool -> budget.charge(new Spent(0, 1, Usage.ZERO, Cost.ZERO));
            case Effect.RunChild child -> {
                if (outcome instanceof Outcome.ChildEnded ended) {
                    budget.charge(ended.spent());
                }
            }
            default -> {}
        }
    }

    private void chargeReply(Outcome outcome) {
        if (outcome instanceof Outcome.Replied replied) {
            budget.charge(new Spent(
                    0,
                    0,
                    replied.response().usage().plus(replied.lost()),
                    replied.cost().plus(replied.lostCost())));
        }
    }

    // Performing

    /** Whether an effect may be performed on the run's own thread. A tool may hang, so it may not. */
    private static boolean alone(Effect effect) {
        return !(effect instanceof Effect.CallTool) && !(effect instanceof Effect.Sleep);
    }

    /** Begins what is ready, as far as there is room. */
    private void launch() {
        List<Flight> begun = new ArrayList<>(ready.size());
        while (!ready.isEmpty() && flights.size() < binding.parallelism()) {
            Effect effect = ready.removeFirst();
            Optional<Limits.Reached> limit = admit(effect);
            if (limit.isPresent()) {
                arrived.add(new Fact.Ended(effect.key(), new Outcome.Limited(limit.get())));
                continue;
            }
            Duration timeout = binding.timeout(effect);
            String id = frame.id() + "/" + effect.key();
            Flight flight = new Flight(
                    effect,
                    timeout == null ? Cancellation.below(scope, id) : Cancellation.below(scope, id, timeout),
                    time.nanos());
            flights.put(effect.key(), flight);
            begun.add(flight);
            start(effect, Json.NULL);
        }
        try {
            flush();
        } catch (RuntimeException e) {
            begun.forEach(flight -> flights.remove(flight.effect.key())); // Nothing of it has begun.
            throw e;
        }
        begun.forEach(this::takeOff);
    }

    private void takeOff(Flight flight) {
        if (flight.effect instanceof Effect.Sleep sleep) {
            flight.alarm = time.after(sleep.duration(), () -> mailbox.post(() -> land(flight, new Outcome.Woke())));
            flight.scope.onStop(() -> mailbox.post(
                    () -> land(flight, new Outcome.Stopped(flight.scope.stop().orElseThrow()))));
            return;
        }
        Thread thread = Thread.ofVirtual().name("tenon-effect").unstarted(() -> fly(flight));
        flight.scope.onStop(() -> {
            thread.interrupt();
            mailbox.post(() -> told(flight));
        });
        thread.start();
    }

    /** On a thread of its own. */
    private void fly(Flight flight) {
        try {
            EffectCall call = EffectCalls.flying(flight.effect, flight.scope, calls);
            Budget.Granted granted = reserve(flight.effect, call);
            Outcome outcome = granted.refused() == null
                    ? attempt(flight.effect, call, granted.reservation())
                    : refusal(call, granted.refused());
            mailbox.post(() -> land(flight, outcome));
        } catch (Door.Resting rests) {
            mailbox.post(() -> rests(flight, rests.paused));
        } catch (RuntimeException thrown) {
            RuntimeException cause = thrown instanceof Door.Broken broken ? broken.cause : thrown;
            mailbox.post(() -> {
                flights.remove(flight.effect.key(), flight);
                throw cause;
            });
        }
    }

    private void rests(Flight flight, RunEnd.Paused paused) {
        if (flights.remove(flight.effect.key(), flight)) {
            flight.scope.close();
            resting.put(flight.effect.key(), paused);
        }
    }

    private void land(Flight flight, Outcome outcome) {
        if (!flights.remove(flight.effect.key(), flight)) {
            return; // It was abandoned before.
        }
        flight.alarm.close();
        Outcome real = outcome;
        if (outcome instanceof Outcome.Stopped && late(flight)) {
            real = new Outcome.Returned(
                    List.of(Content.text("timed out after " + timeout(flight))), true, List.of(), false);
        }
        flight.scope.close();
        teller.ended(flight.effect, real, flight.since);
        arrived.add(new Fact.Ended(flight.effect.key(), real));
    }

    /** Whether a tool had its own time, and it is up. */
    private boolean late(Flight flight) {
        Stop why = flight.scope.stop().orElse(null);
        return flight.effect instanceof Effect.CallTool
                && why != null
                && why.kind() == Stop.Kind.DEADLINE
                && !scope.stopped();
    }

    private String timeout(Flight flight) {
        Duration timeout = binding.timeout(flight.effect);
        return timeout == null ? "its time" : timeout.toMillis() + " ms";
    }

    /** What flies was told to stop: it has the grace to end by itself. */
    private void told(Flight flight) {
        if (flights.get(flight.effect.key()) == flight && !flight.told) {
            flight.told = true;
            flight.alarm = time.after(binding.grace(), () -> mailbox.post(() -> abandon(flight)));
        }
    }

    private void abandon(Flight flight) {
        String key = flight.effect.key();
        if (!flights.remove(key, flight)) {
            return;
        }
        flight.alarm.close();
        abandoned.add(key);
        String what = flight.effect instanceof Effect.CallTool tool ? tool.tool() : Ledger.kind(flight.effect);
        desk.tell(new RunEvent.ToolCallAbandoned(key, what, binding.grace()));
        Outcome outcome = late(flight)
                ? Outcome.Returned.error(
                        "timed out after " + timeout(flight)
                                + " and did not stop when it was told to; it may still be running",
                        true)
                : new Outcome.Stopped(flight.scope.stop().orElseThrow());
        flight.scope.close();
        arrived.add(new Fact.Ended(key, outcome));
    }

    /** Performs an effect on the run's own thread. */
    private void here(Effect effect) {
        Optional<Limits.Reached> limit = admit(effect);
        if (limit.isPresent()) {
            arrived.add(new Fact.Ended(effect.key(), new Outcome.Limited(limit.get())));
            return;
        }
        Scope life = scope;
        Cancellation shielded = null;
        if (effect instanceof Effect.Append && scope.stopped()) {
            // The turn is closed even where the run was stopped, but not at any price.
            shielded = Cancellation.below(new Cancellation(time), frame.id() + "/" + effect.key(), APPEND_AFTER_STOP);
            life = shielded;
        }
        EffectCall call = EffectCalls.here(effect, life, calls);
        Budget.Granted granted = reserve(effect, call);
        if (granted.refused() != null) {
            arrived.add(new Fact.Ended(effect.key(), refusal(call, granted.refused())));
            return;
        }
        long since = time.nanos();
        start(effect, granted.reservation().json());
        if (needsRecord(effect) || desk.listens()) {
            flush();
        }
        Gate gate = new Gate(Thread.currentThread());
        Registration stop = effect instanceof Effect.CallModel ? life.onStop(gate) : Registration.NONE;
        Outcome outcome;
        try {
            outcome = attempt(effect, call, granted.reservation());
        } catch (Door.Resting rests) {
            resting.put(effect.key(), rests.paused);
            return;
        } catch (Door.Broken broken) {
            throw broken.cause;
        } finally {
            stop.close();
            gate.close();
            if (shielded != null) {
                shielded.close();
            }
        }
        mailbox.drain();
        teller.takenBack(outcome);
        teller.ended(effect, outcome, since);
        arrived.add(new Fact.Ended(effect.key(), outcome));
    }

    /** Long enough for a store, short enough for whoever said stop. */
    private static final Duration APPEND_AFTER_STOP = Duration.ofSeconds(10);

    /** Whether a limit allows it. */
    private Optional<Limits.Reached> admit(Effect effect) {
        return switch (effect) {
            case Effect.CallModel model -> budget.step();
            case Effect.CallTool tool -> budget.toolCall();
            default -> Optional.empty();
        };
    }

    private static boolean needsRecord(Effect effect) {
        return switch (effect) {
            case Effect.CallModel model -> true;
            case Effect.CallTool tool -> true;
            case Effect.RunChild child -> true;
            case Effect.Sleep sleep -> true;
            case Effect.LoadContext load -> false;
            case Effect.Interpret interpret -> false;
            case Effect.Append append -> false;
            case Effect.Ask ask -> false;
            case Effect.Cancel cancel -> false;
        };
    }

    private void start(Effect effect, Json reserved) {
        if (ledger != null && needsRecord(effect)) {
            ledger.started(effect, attempts.merge(effect.key(), 1, Integer::sum), reserved);
        }
        teller.began(effect);
    }

    /** What a model call may use at most; nothing for other effects, and where no limit needs it. Blocks while others hold what may be left. */
    private Budget.Granted reserve(Effect effect, EffectCall call) {
        return effect instanceof Effect.CallModel model && budget.reserves()
                ? budget.reserve(model.request(), binding.model(), call)
                : Budget.Granted.NOTHING;
    }

    private static Outcome refusal(EffectCall call, Limits.Reached reached) {
        return call.stop().<Outcome>map(Outcome.Stopped::new).orElse(new Outcome.Limited(reached));
    }

    /** Performs, counts, and gives back what was reserved. On any thread. */
    private Outcome attempt(Effect effect, EffectCall call, Budget.Reservation reservation) {
        try {
            Outcome outcome = lost(effect, door.perform(bounded(effect, reservation), call));
            chargeReply(outcome);
            return outcome;
        } finally {
            budget.settle(reservation);
        }
    }

    /** A model is told to write no more than what was reserved for its reply. */
    private static Effect bounded(Effect effect, Budget.Reservation reservation) {
        long most = reservation.output();
        return most > 0
                        && effect instanceof Effect.CallModel model
                        && model.request().settings().maxOutputTokens().orElse(Long.MAX_VALUE) > most
                ? new Effect.CallModel(
                        model.key(),
                        model.purpose(),
                        model.request().withSettings(model.request().settings().withMaxOutputTokens(most)))
                : effect;
    }

    /** An earlier attempt of which nothing is known was charged for, and nobody knows how much. */
    private Outcome lost(Effect effect, Outcome outcome) {
        Integer attempt = ledger == null ? null : attempts.get(effect.key());
        if (attempt == null || attempt < 2 || !(outcome instanceof Outcome.Replied replied)) {
            return outcome;
        }
        Usage usage = replied.lost();
        Cost cost = replied.lostCost();
        for (int i = 1; i < attempt; i++) {
            usage = usage.plus(Usage.UNREPORTED);
            cost = cost.plus(Cost.UNKNOWN);
        }
        return new Outcome.Replied(replied.response(), replied.cost(), usage, cost);
    }

    private Outcome performHere(Effect effect, EffectCall call) {
        if (!(effect instanceof Effect.RunChild child)) {
            return performer.perform(effect, call);
        }
        Program<?, ?> program = binding.child(child.program())
                .orElseThrow(() -> new TenonException(
                        "run.unknown_program",
                        "\"" + child.program() + "\" is no program that \"" + binding.name() + "\" knows"));
        return runChild(program.binding(), child, call);
    }

    private <J, T, Q> Outcome runChild(Binding<J, T, Q> program, Effect.RunChild child, EffectCall call) {
        RunEnd.Paused paused = resting.get(child.key());
        Frame below = new Frame(
                frame.id() + "/" + child.key(),
                frame.id(),
                call,
                Watch.NONE,
                (Desk.Above) call,
                budget,
                frame.journal(),
                frame.migration(),
                paused == null ? Json.NULL : paused.snapshot(),
                below(child.key()));
        Binding.Finished<T> finished;
        try {
            finished = finished(program, program.decode(child.input()), below);
        } catch (RuntimeException e) {
            throw new Door.Broken(e);
        }
        if (finished.end() instanceof RunEnd.Paused rests) {
            throw new Door.Resting(rests);
        }
        return new Outcome.ChildEnded(finished.end(), finished.spent());
    }

    // Stopping

    private void cancel(Effect.Cancel cancel) {
        String key = cancel.key();
        if (steps.open(key).isEmpty()) {
            return;
        }
        Stop stop = new Stop(Stop.Kind.ABANDONED, cancel.reason());
        Flight flight = flights.get(key);
        if (flight != null) {
            flight.scope.stop(stop);
            return;
        }
        boolean waited = ready.removeIf(effect -> effect.key().equals(key));
        boolean asked = questions.remove(key) != null;
        boolean rested = resting.remove(key) != null;
        if (waited || asked || rested) {
            // While the run is folded this waits: an end that is on record comes first, and then this one is ignored.
            arrived.add(new Fact.Ended(key, new Outcome.Stopped(stop)));
        }
    }

    /** Ends what is open, and refuses what is newly wanted, but for the one that closes the turn. */
    private void stop() {
        if (stopping == null) {
            stopping = scope.stop().orElseThrow();
            if (ledger != null) {
                ledger.stopping(stopping);
                flush();
            }
        }
        Stop why = stopping;
        ownDeadline = why.kind() == Stop.Kind.DEADLINE
                && frame.scope().stop().isEmpty()
                && !binding.limits(input).wallTime().isZero();
        scope.stop(why); // Where it is on record from before a crash, the scope does not know of it.
        for (Effect effect : List.copyOf(ready)) {
            if (!(effect instanceof Effect.Append)) {
                ready.remove(effect);
                refuse(effect.key(), why);
            }
        }
        for (String key : List.copyOf(questions.keySet())) {
            questions.remove(key);
            if (steps.open(key).isPresent()) {
                refuse(key, why);
            }
        }
        for (String key : List.copyOf(resting.keySet())) {
            resting.remove(key);
            refuse(key, why);
        }
    }

    private void refuse(String key, Stop why) {
        if (++refusals > PATIENCE) {
            throw new IllegalStateException("the machine of \"" + binding.name() + "\" was stopped and does not end");
        }
        arrived.add(new Fact.Ended(key, new Outcome.Stopped(why)));
    }

    /** Something went wrong with the run itself: nothing that it began outlives it. */
    private void giveUp() {
        if (flights.isEmpty()) {
            return;
        }
        scope.stop(new Stop(Stop.Kind.ABANDONED, "the run could not go on"));
        long until = time.nanos() + binding.grace().toNanos() * 2;
        while (!flights.isEmpty() && time.nanos() < until) {
            try {
                mailbox.await();
            } catch (InterruptedException e) {
                interrupted = true;
                return;
            } catch (RuntimeException e) {
                LOG.debug("run {} was broken off, and what it had begun failed too", frame.id(), e);
            }
        }
    }

    private void flush() {
        if (ledger != null) {
            ledger.flush();
        }
        desk.deliver();
    }
}
