package dev.tenon.run;

import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.event.RunEvent;
import dev.tenon.journal.Journal;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
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

    private static final ThreadFactory THREADS =
            Thread.ofVirtual().name("tenon-effect").factory();

    /** A machine does not end that still wants something new after so many refusals, and {@link #PATIENCE_FOR_ONE} more for each effect that was open when it was stopped. */
    private static final int PATIENCE = 10_000;

    /** However many branches a run has: each may want so much after it was stopped. */
    private static final int PATIENCE_FOR_ONE = 100;

    /**
     * What a run is part of and what it goes on from.
     *
     * @param counted whether the run above has counted what is on record of this one
     */
    record Frame(
            String id,
            String parent,
            Scope scope,
            Watch watch,
            Desk.Above above,
            @Nullable Budget budget,
            boolean counted,
            @Nullable Journal journal,
            Migration migration,
            Json snapshot,
            List<Answer> answers,
            Optional<Inbox> inbox) {}

    /** How a run ended, and what it leaves to the run above. */
    private record Left<S>(Binding.Finished<S> finished, Beside beside) {}

    /** Something that was begun and has not ended. */
    private static final class Flight {
        final Effect effect;
        final Cancellation scope;
        final long since;
        final CountDownLatch begun = new CountDownLatch(1);
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
    private final Agenda<S> agenda;
    private final AnswerBook<S> answers;
    private final Duration ranBefore;

    private final Map<String, Flight> flights = new LinkedHashMap<>(4);
    private final List<String> abandoned = new ArrayList<>(0);

    /** What effects that have not ended leave beside their outcomes, by key. */
    private final Map<String, Beside> beside = new ConcurrentHashMap<>(2);

    private boolean ownDeadline;
    private boolean interrupted;
    private long refusals;
    private long patience;
    private int sleeping;
    private final @Nullable Inbox inbox;

    private Coordinator(Binding<I, S, R> binding, I input, Frame frame, @Nullable Ledger ledger) {
        this.binding = binding;
        this.input = input;
        this.frame = frame;
        this.ledger = ledger;
        this.time = frame.scope().time();
        this.began = time.nanos();
        Limits limits = binding.limits(input);
        this.inbox = frame.inbox().or(() -> binding.inbox(input)).orElse(null);
        this.budget = new Budget(frame.budget(), limits);
        this.performer = binding.performer(input);
        this.door = new Door(binding.interceptors(), this::performHere);
        this.ranBefore = Opening.ranBefore(frame, ledger);
        if (limits.wallTime().isZero()) {
            this.scope = Cancellation.below(frame.scope(), frame.id());
        } else {
            Duration left = limits.wallTime().minus(ranBefore);
            this.scope = Cancellation.below(frame.scope(), frame.id(), left.isNegative() ? Duration.ZERO : left);
        }
        this.agenda = new Agenda<>(frame.id(), Steps.of(binding.machine(input)), this::stopFlight);
        this.desk = new Desk(
                frame.id(),
                frame.parent(),
                binding.listeners(),
                frame.watch(),
                frame.above(),
                time,
                Opening.toldBefore(frame, ledger));
        this.answers = new AnswerBook<>(binding, frame, agenda, budget, desk, ledger);
        this.teller = new Teller(desk, time, binding::model, frame.id());
        this.calls = new EffectCalls(frame.id(), time, desk, mailbox, teller, this::deliver, this::runNested);
    }

    /** Refuses an id that a run which nobody began cannot have. */
    static void checkId(String id) {
        if (id.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "a run's id must not hold '/', which stands between a run and its children; got \"" + id + "\"");
        }
    }

    /** Runs a program to its end or to rest. */
    static <I, S, R> R run(Binding<I, S, R> binding, I input, Frame frame) {
        return binding.result(input, left(binding, input, frame).finished());
    }

    private static <I, S, R> Left<S> left(Binding<I, S, R> binding, I input, Frame frame) {
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

    private Left<S> run() {
        Registration wake = scope.onStop(() -> mailbox.post(() -> {}));
        if (inbox != null) {
            inbox.open(frame.id(), () -> mailbox.post(this::takeLetters));
        }
        try {
            Opening<I, S> opening =
                    new Opening<>(binding, input, frame, ledger, agenda, answers, budget, desk, abandoned);
            Optional<RunEnd> closed = opening.open(this::doubt);
            ownDeadline = opening.ownDeadline();
            if (closed.isPresent()) {
                return done(closed.get(), ranBefore);
            }
            Optional<RunEnd> end = goOn();
            Duration took = ranBefore.plusNanos(time.nanos() - began);
            RunEnd how = end.isPresent() ? ended(end.get(), took) : rest(took);
            return done(how, took);
        } finally {
            if (inbox != null) {
                inbox.close(frame.id());
            }
            giveUp();
            wake.close();
            scope.close();
            mailbox.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Left<S> done(RunEnd end, Duration took) {
        Spent spent = budget.spent();
        return new Left<>(
                new Binding.Finished<>(frame.id(), agenda.steps.state(), end, spent, List.copyOf(abandoned), took),
                new Beside(spent, budget.held(), List.copyOf(abandoned)));
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
            ledger.closed(end, took);
        }
        flush();
        return end;
    }

    private RunEnd rest(Duration took) {
        RunEnd.Paused paused = new RunEnd.Paused(
                agenda.open(),
                ledger == null
                        ? new Snapshot(
                                        frame.id(),
                                        binding.name(),
                                        binding.definition().digest(),
                                        binding.encode(input),
                                        Json.of(agenda.steps.state()),
                                        agenda.steps.open().stream()
                                                .map(Json::of)
                                                .toList(),
                                        agenda.resting,
                                        budget.spent(),
                                        took,
                                        desk.sequence())
                                .json()
                        : Json.NULL);
        tellFinished(paused, took);
        if (ledger != null) {
            ledger.rested(took);
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

    // The loop

    /** Goes on until the machine ends, or only questions are open: then empty. */
    private Optional<RunEnd> goOn() {
        while (true) {
            if (agenda.steps.end().isPresent()) {
                return agenda.steps.end();
            }
            if (Thread.interrupted()) {
                interrupted = true;
                scope.stop(new Stop(Stop.Kind.INTERRUPTED, "the thread that waits for the result was interrupted"));
            }
            if (agenda.stopping != null || scope.stopped()) {
                stop();
            }
            Fact.Ended next = agenda.arrived.poll();
            Question question = next == null ? agenda.unasked.poll() : null;
            if (next != null) {
                settle(next.key(), next.outcome());
            } else if (question != null) {
                if (agenda.questions.containsKey(question.key())) {
                    raise(question);
                }
            } else if (flights.isEmpty() && agenda.ready.isEmpty()) {
                return Optional.empty();
            } else if (agenda.stopping == null && inbox != null && inbox.resting()) {
                if (flights.size() == sleeping) {
                    wakeNobody();
                    return Optional.empty();
                }
                await();
            } else if (flights.isEmpty()
                    && (agenda.stopping != null || agenda.ready.size() == 1 && alone(agenda.ready.getFirst()))) {
                here(agenda.ready.removeFirst());
            } else {
                if (agenda.stopping == null) {
                    launch();
                }
                if (agenda.arrived.isEmpty() && !flights.isEmpty()) {
                    await();
                }
            }
        }
    }

    /** Who sleeps goes on sleeping in the journal, or begins again. */
    private void wakeNobody() {
        for (Flight flight : List.copyOf(flights.values())) {
            gone(flight);
            flight.alarm.close();
            flight.scope.close();
        }
    }

    private void takeLetters() {
        if (inbox != null) {
            inbox.take(frame.id(), new Inbox.Receiver() {
                @Override
                public boolean signalled(String name, Json payload) {
                    return signal(name, payload);
                }

                @Override
                public boolean answered(Answer answer) {
                    return takeNow(answer);
                }
            });
        }
    }

    private boolean signal(String name, Json payload) {
        if (agenda.steps.end().isPresent() || agenda.stopping != null) {
            return false;
        }
        if (ledger != null) {
            ledger.signalled(name, payload);
        }
        agenda.feed(new Fact.Signalled(name, payload));
        flush();
        return true;
    }

    private boolean takeNow(Answer answer) {
        Question question = agenda.questions.values().stream()
                .filter(open -> open.id().equals(answer.question()))
                .findFirst()
                .orElse(null);
        if (question == null || agenda.stopping != null) {
            return false;
        }
        answers.take(question, answer);
        Fact.Ended told = agenda.arrived.peekLast();
        if (told != null && told.key().equals(question.key())) {
            agenda.arrived.removeLast();
            settle(told.key(), told.outcome());
        }
        flush();
        return true;
    }

    private void await() {
        flush();
        try {
            mailbox.await();
        } catch (InterruptedException e) {
            interrupted = true;
            scope.stop(new Stop(Stop.Kind.INTERRUPTED, "the thread that waits for the result was interrupted"));
        }
        tellDropped();
    }

    private void tellDropped() {
        int lost = mailbox.dropped();
        if (lost > 0) {
            desk.tell(new RunEvent.EventsDropped(lost));
        }
    }

    /** Tells who listens of a new question, and asks whoever answers at once. */
    private void raise(Question question) {
        teller.asked(question);
        flush();
        Answers.inline(binding.answers(), question).ifPresent(given -> answers.take(question, given));
    }

    private void settle(String key, Outcome outcome) {
        Effect effect = agenda.steps.open(key).orElse(null);
        if (effect == null) {
            return; // It ended before, as a cancelled call may.
        }
        Beside left = beside.remove(key);
        if (left != null) {
            abandoned.addAll(left.abandoned());
        }
        if (ledger != null) {
            ledger.ended(key, outcome, left == null ? Beside.NOTHING : left);
        }
        agenda.feed(new Fact.Ended(key, outcome));
    }

    // Performing

    private Doubt doubt(Effect effect) {
        return effect instanceof Effect.RunChild || effect instanceof Effect.CallModel
                ? Doubt.AGAIN
                : performer.doubt(effect, EffectCalls.here(effect, scope, calls));
    }

    /** Whether an effect may be performed on the run's own thread. A tool may hang, so it may not; and what is told must be heard. */
    private boolean alone(Effect effect) {
        return inbox == null && !(effect instanceof Effect.CallTool) && !(effect instanceof Effect.Sleep);
    }

    /** Begins what is ready, as far as there is room. */
    private void launch() {
        List<Flight> begun = new ArrayList<>(agenda.ready.size());
        while (!agenda.ready.isEmpty()) {
            if (agenda.ready.getFirst() instanceof Effect.Sleep) {
                sleeping++;
            } else if (flights.size() - sleeping >= binding.parallelism()) {
                break;
            }
            Effect effect = agenda.ready.removeFirst();
            Optional<Limits.Reached> limit = admit(effect);
            if (limit.isPresent()) {
                agenda.ended(effect.key(), new Outcome.Limited(limit.get()));
                continue;
            }
            Duration timeout = binding.timeout(input, effect);
            String id = frame.id() + "/" + effect.key();
            Flight flight = new Flight(
                    effect,
                    timeout == null ? Cancellation.below(scope, id) : Cancellation.below(scope, id, timeout),
                    time.nanos());
            flights.put(effect.key(), flight);
            begun.add(flight);
            if (!reserves(effect)) {
                start(effect, Json.NULL);
            }
        }
        try {
            flush();
        } catch (RuntimeException e) {
            begun.forEach(this::forget); // Nothing of it has begun.
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
        Thread thread = THREADS.newThread(() -> fly(flight));
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
            Outcome outcome = granted.refused() != null
                    ? refusal(call, granted.refused())
                    : begun(flight, granted.reservation())
                            ? attempt(flight.effect, call, granted.reservation())
                            : new Outcome.Stopped(call.stop().orElseGet(this::over));
            mailbox.post(() -> land(flight, outcome));
        } catch (Interceptor.Resting rests) {
            mailbox.post(() -> rests(flight, rests.paused()));
        } catch (RuntimeException thrown) {
            RuntimeException cause = thrown instanceof Door.Broken broken ? broken.cause : thrown;
            mailbox.post(() -> {
                forget(flight);
                throw cause;
            });
        }
    }

    /** Has what was reserved put on record before the call begins, by the run's thread. Says false where the run was stopped before. */
    private boolean begun(Flight flight, Budget.Reservation reservation) {
        if (!reserves(flight.effect)) {
            return true;
        }
        mailbox.post(() -> {
            if (flights.get(flight.effect.key()) == flight && !flight.scope.stopped()) {
                start(flight.effect, reservation.json());
                flush();
                flight.begun.countDown();
            }
        });
        try {
            flight.begun.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            budget.settle(reservation);
            budget.notMade();
            return false;
        }
    }

    private Stop over() {
        return new Stop(Stop.Kind.ABANDONED, "the run could not go on");
    }

    private boolean reserves(Effect effect) {
        return effect instanceof Effect.CallModel && budget.reserves();
    }

    /** Takes a flight out. Says whether it was still there. */
    private boolean gone(Flight flight) {
        boolean was = flights.remove(flight.effect.key(), flight);
        if (was && flight.effect instanceof Effect.Sleep) {
            sleeping--;
        }
        return was;
    }

    private void forget(Flight flight) {
        gone(flight);
        flight.alarm.close();
        flight.scope.close();
    }

    private void rests(Flight flight, RunEnd.Paused paused) {
        if (gone(flight)) {
            flight.alarm.close();
            flight.scope.close();
            agenda.resting.put(flight.effect.key(), paused);
        }
    }

    private void land(Flight flight, Outcome outcome) {
        if (!gone(flight)) {
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
        agenda.ended(flight.effect.key(), real);
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
        Duration timeout = binding.timeout(input, flight.effect);
        return timeout == null ? "its time" : timeout.toMillis() + " ms";
    }

    /** What flies was told to stop: it has the grace to end by itself. */
    private void told(Flight flight) {
        if (flights.get(flight.effect.key()) == flight && !flight.told) {
            flight.told = true;
            flight.alarm = time.after(grace(flight), () -> mailbox.post(() -> abandon(flight)));
        }
    }

    /** A child abandons by itself what it waits for in vain, and closes its turn; it is given the time. */
    private Duration grace(Flight flight) {
        return flight.effect instanceof Effect.RunChild ? binding.grace().plus(APPEND_AFTER_STOP) : binding.grace();
    }

    private void abandon(Flight flight) {
        String key = flight.effect.key();
        if (!gone(flight)) {
            return;
        }
        flight.alarm.close();
        beside.merge(key, Beside.abandoned(List.of(key)), Beside::plus);
        String what = Ledger.subject(flight.effect);
        desk.tell(new RunEvent.ToolCallAbandoned(key, what, grace(flight)));
        Outcome outcome = late(flight)
                ? Outcome.Returned.error(
                        "timed out after " + timeout(flight)
                                + " and did not stop when it was told to; it may still be running",
                        true)
                : new Outcome.Stopped(flight.scope.stop().orElseThrow());
        flight.scope.close();
        agenda.ended(key, outcome);
    }

    /** Performs an effect on the run's own thread. */
    private void here(Effect effect) {
        Optional<Limits.Reached> limit = admit(effect);
        if (limit.isPresent()) {
            agenda.ended(effect.key(), new Outcome.Limited(limit.get()));
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
            agenda.ended(effect.key(), refusal(call, granted.refused()));
            return;
        }
        long since = desk.listens() ? time.nanos() : 0;
        start(effect, granted.reservation().json());
        if (needsRecord(effect) || desk.listens()) {
            flush();
        }
        Gate gate = gated(effect) ? new Gate(Thread.currentThread()) : null;
        Registration stop = gate == null ? Registration.NONE : life.onStop(gate);
        Outcome outcome;
        try {
            outcome = attempt(effect, call, granted.reservation());
        } catch (Interceptor.Resting rests) {
            agenda.resting.put(effect.key(), rests.paused());
            return;
        } catch (Door.Broken broken) {
            throw broken.cause;
        } finally {
            stop.close();
            if (gate != null) {
                gate.close();
            }
            if (shielded != null) {
                shielded.close();
            }
        }
        mailbox.drain();
        tellDropped();
        teller.takenBack(outcome);
        teller.ended(effect, outcome, since);
        agenda.ended(effect.key(), outcome);
    }

    /** Whether a stop interrupts what is performed on the run's own thread. A child sees the stop by itself; a turn that is being stored is stored. */
    private static boolean gated(Effect effect) {
        return !(effect instanceof Effect.RunChild) && !(effect instanceof Effect.Append);
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
            case Effect.Work work -> true;
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
            // As the machine wants it: of a sleep that goes on, only what is left is performed.
            Effect wanted = agenda.steps.open(effect.key()).orElse(effect);
            ledger.started(wanted, agenda.attempts.merge(effect.key(), 1, Integer::sum), reserved);
        }
        teller.began(effect);
    }

    /** What a model call may use at most; nothing for other effects, and where no limit needs it. Blocks while others hold what may be left. */
    private Budget.Granted reserve(Effect effect, EffectCall call) {
        return effect instanceof Effect.CallModel model && reserves(effect)
                ? budget.reserve(model.request(), binding.model(), call)
                : Budget.Granted.NOTHING;
    }

    private Outcome refusal(EffectCall call, Limits.Reached reached) {
        budget.notMade();
        return call.stop().<Outcome>map(Outcome.Stopped::new).orElse(new Outcome.Limited(reached));
    }

    /** Performs, counts, and gives back what was reserved. On any thread. */
    private Outcome attempt(Effect effect, EffectCall call, Budget.Reservation reservation) {
        try {
            Outcome outcome = lost(effect, door.perform(bounded(effect, reservation), call));
            if (effect instanceof Effect.CallModel model) {
                budget.charge(Budget.used(outcome));
                Budget.Reservation unreported = budget.unreported(model.request(), outcome, binding.model());
                if (!unreported.equals(Budget.Reservation.NOTHING)) {
                    budget.hold(unreported);
                    beside.merge(effect.key(), Beside.held(unreported), Beside::plus);
                }
            }
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
        Integer attempt = ledger == null ? null : agenda.attempts.get(effect.key());
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

    /** A child of an effect, not of the machine: it does not rest, since nobody would wake it. */
    private <J, T, Q> Binding.Finished<T> runNested(
            Effect of, String name, Binding<J, T, Q> program, J asked, EffectCall call) {
        String key = of.key() + "/" + name;
        Frame below = new Frame(
                frame.id() + "/" + key,
                frame.id(),
                call,
                Watch.NONE,
                (Desk.Above) call,
                budget,
                false,
                frame.journal(),
                frame.migration(),
                Json.NULL,
                List.of(),
                Optional.empty());
        Left<T> left = left(program, asked, below);
        beside.merge(of.key(), left.beside().below(key), Beside::plus);
        return left.finished();
    }

    private <J, T, Q> Outcome runChild(Binding<J, T, Q> program, Effect.RunChild child, EffectCall call) {
        RunEnd.Paused paused = agenda.resting.get(child.key());
        Frame below = new Frame(
                frame.id() + "/" + child.key(),
                frame.id(),
                call,
                Watch.NONE,
                (Desk.Above) call,
                budget.within(child.within()),
                agenda.counted.remove(child.key()),
                frame.journal(),
                frame.migration(),
                paused == null ? Json.NULL : paused.snapshot(),
                answers.below(child.key()),
                Optional.ofNullable(inbox));
        J asked = program.decode(child.input());
        Left<T> left;
        try {
            left = left(program, asked, below);
        } catch (RuntimeException e) {
            throw new Door.Broken(e);
        }
        Binding.Finished<T> finished = left.finished();
        if (finished.end() instanceof RunEnd.Paused rests) {
            throw new Interceptor.Resting(rests);
        }
        Beside more = left.beside().below(child.key()).spentElsewhere();
        if (!more.equals(Beside.NOTHING)) {
            beside.merge(child.key(), more, Beside::plus);
        }
        return new Outcome.ChildEnded(finished.end(), finished.spent());
    }

    // Stopping

    private boolean stopFlight(Effect.Cancel cancel) {
        Flight flight = flights.get(cancel.key());
        if (flight != null) {
            flight.scope.stop(new Stop(Stop.Kind.ABANDONED, cancel.reason()));
        }
        return flight != null;
    }

    /** Ends what is open, and refuses what is newly wanted, but for the one that closes the turn. */
    private void stop() {
        if (agenda.stopping == null) {
            agenda.stopping = scope.stop().orElseThrow();
            ownDeadline = isOwnDeadline(agenda.stopping);
            if (ledger != null) {
                ledger.stopping(agenda.stopping, ownDeadline);
                flush();
            }
        }
        if (patience == 0) {
            patience = PATIENCE + (long) PATIENCE_FOR_ONE * agenda.steps.open().size();
        }
        Stop why = agenda.stopping;
        scope.stop(why); // Where it is on record from before a crash, the scope does not know of it.
        for (Effect effect : List.copyOf(agenda.ready)) {
            if (!(effect instanceof Effect.Append)) {
                agenda.ready.remove(effect);
                refuse(effect.key(), why);
            }
        }
        for (String key : List.copyOf(agenda.questions.keySet())) {
            agenda.questions.remove(key);
            if (agenda.steps.open(key).isPresent()) {
                refuse(key, why);
            }
        }
        for (String key : List.copyOf(agenda.resting.keySet())) {
            agenda.resting.remove(key);
            refuse(key, why);
        }
    }

    /** Whether it was the limit of time of this run that stopped it: a stop from above is the very one of the scope above. */
    @SuppressWarnings("ReferenceEquality")
    private boolean isOwnDeadline(Stop why) {
        return why.kind() == Stop.Kind.DEADLINE
                && !binding.limits(input).wallTime().isZero()
                && frame.scope().stop().filter(above -> above == why).isEmpty();
    }

    private void refuse(String key, Stop why) {
        if (++refusals > patience) {
            throw new IllegalStateException("the machine of \"" + binding.name() + "\" was stopped and does not end");
        }
        agenda.ended(key, new Outcome.Stopped(why));
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

    /** Tells what happened while an effect is performed on the run's own thread. */
    private void deliver() {
        try {
            flush();
        } catch (RuntimeException e) {
            // Not the provider's to know, who only told of something: the run finds the journal broken when it goes on.
            LOG.debug("the journal of run {} cannot be written, and its events wait", frame.id(), e);
        }
    }

    private void flush() {
        if (ledger != null) {
            ledger.flush(desk.sequence());
        }
        desk.deliver();
    }
}
