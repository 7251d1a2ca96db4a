package dev.tenon.run;

import dev.tenon.error.TenonException;
import dev.tenon.event.RunEvent;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import dev.tenon.run.Performer.Doubt;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings a run to where it goes on: from nothing, from the snapshot of a run that rests, or from its records. Nothing is performed for it. Used on the run's thread
 * only.
 */
final class Opening<I, S> {
    private static final RunEnd.Paused NOTHING_ASKED = new RunEnd.Paused(List.of(), Json.NULL);

    private final Binding<I, S, ?> binding;
    private final I input;
    private final Coordinator.Frame frame;
    private final @Nullable Ledger ledger;
    private final Agenda<S> agenda;
    private final AnswerBook<S> answers;
    private final Budget budget;
    private final Desk desk;
    private final List<String> abandoned;
    private final TimeSource time;
    private boolean ownDeadline;

    Opening(
            Binding<I, S, ?> binding,
            I input,
            Coordinator.Frame frame,
            @Nullable Ledger ledger,
            Agenda<S> agenda,
            AnswerBook<S> answers,
            Budget budget,
            Desk desk,
            List<String> abandoned) {
        this.abandoned = abandoned;
        this.binding = binding;
        this.input = input;
        this.frame = frame;
        this.ledger = ledger;
        this.agenda = agenda;
        this.answers = answers;
        this.budget = budget;
        this.desk = desk;
        this.time = frame.scope().time();
    }

    /** How long the run had run before. */
    static Duration ranBefore(Coordinator.Frame frame, @Nullable Ledger ledger) {
        if (ledger != null) {
            return ledger.ranBefore();
        }
        return frame.snapshot().isNull()
                ? Duration.ZERO
                : Snapshot.of(frame.snapshot()).took();
    }

    /** How many events had been told before. */
    static long toldBefore(Coordinator.Frame frame, @Nullable Ledger ledger) {
        if (ledger != null) {
            return Ledger.events(ledger.found());
        }
        return frame.snapshot().isNull() ? 0 : Snapshot.of(frame.snapshot()).events();
    }

    /** Whether the run was stopped by its own limit of time before. */
    boolean ownDeadline() {
        return ownDeadline;
    }

    /**
     * Begins the run, or folds it from its records or its snapshot. Returns how it ended where it had ended before.
     *
     * @param doubt says what to do with an effect that had begun when the process died
     */
    Optional<RunEnd> open(Function<Effect, Doubt> doubt) {
        if (ledger != null && !ledger.found().isEmpty()) {
            return fold(ledger, doubt);
        }
        if (!frame.snapshot().isNull()) {
            thaw(Snapshot.of(frame.snapshot()));
            return Optional.empty();
        }
        answers.none("there is no run \"" + frame.id() + "\" that rests");
        desk.tell(new RunEvent.RunStarted(binding.name(), binding.session(input)));
        if (ledger != null) {
            ledger.begun(binding.name(), binding.definition(), binding.encode(input));
        }
        agenda.feed(Fact.BEGUN);
        return Optional.empty();
    }

    private void thaw(Snapshot snapshot) {
        snapshot.check(binding.name(), binding.definition().digest());
        Machine<S> machine = binding.machine(input);
        @SuppressWarnings("unchecked")
        S state = (S) snapshot.state().as((Class<?>) machine.blank().getClass());
        List<Effect> open =
                snapshot.open().stream().map(json -> json.as(Effect.class)).toList();
        agenda.steps = Steps.resting(machine, state, open);
        budget.restore(snapshot.spent());
        desk.tell(new RunEvent.RunResumed(binding.name()));
        for (Effect effect : open) {
            switch (effect) {
                case Effect.Ask ask ->
                    agenda.questions.put(ask.key(), ask.question().in(frame.id()));
                case Effect.RunChild child -> {
                    RunEnd.Paused paused = snapshot.children().get(child.key());
                    if (paused != null) {
                        agenda.resting.put(child.key(), paused);
                    } else {
                        agenda.ready.add(child);
                    }
                }
                case Effect.Sleep sleep -> agenda.ready.addFirst(sleep);
                default -> agenda.ready.add(effect);
            }
        }
        answers.answer();
        for (String key : List.copyOf(agenda.resting.keySet())) {
            boolean asksNothing =
                    agenda.resting.getOrDefault(key, NOTHING_ASKED).questions().isEmpty();
            if (asksNothing || !answers.below(key).isEmpty()) {
                agenda.steps.open(key).ifPresent(agenda.ready::add);
            }
        }
    }

    /** Tells the machine what is on record. */
    private Optional<RunEnd> fold(Ledger ledger, Function<Effect, Doubt> doubt) {
        List<JournalRecord> records = Recorded.checked(
                ledger.found(),
                binding,
                ledger.begins(binding.name(), binding.definition(), binding.encode(input)),
                frame.id(),
                frame.migration());
        Recorded recorded = Recorded.of(records);
        budget.apart(frame.counted());
        budget.hold(recorded.lost());
        agenda.feed(Fact.BEGUN);
        for (JournalRecord record : records) {
            switch (record) {
                case JournalRecord.Ended ended -> foldEnded(ended, recorded);
                case JournalRecord.Signalled signal -> {
                    if (!signal.name().startsWith("tenon.")) {
                        agenda.feed(new Fact.Signalled(signal.name(), signal.payload()));
                    }
                }
                case JournalRecord.Stopping stop -> {
                    agenda.stopping = Recorded.stop(stop, frame.id());
                    ownDeadline = Ledger.ownLimit(stop);
                }
                case JournalRecord.Closed closed -> {
                    answers.none("the run has ended");
                    return Optional.of(Recorded.end(closed, frame.id()));
                }
                case JournalRecord.Begun begun -> {}
                case JournalRecord.Started started ->
                    agenda.steps.open(started.key()).ifPresent(effect -> ledger.chained(effect, started.digest()));
            }
        }
        agenda.ready.removeIf(effect -> agenda.steps.open(effect.key()).isEmpty());
        agenda.unasked.removeIf(question -> !agenda.questions.containsKey(question.key()));
        desk.tell(new RunEvent.RunResumed(binding.name()));
        List<Effect> begun = agenda.ready.stream()
                .filter(effect -> recorded.attempts(effect.key()) > 0)
                .toList();
        begun.forEach(effect -> count(effect, recorded));
        budget.apart(false);
        begun.forEach(effect -> doubtful(effect, recorded, doubt));
        answers.answer();
        return Optional.empty();
    }

    /** What children have used that go on counts from the beginning, before the first of them asks for more. */
    private void count(Effect effect, Recorded recorded) {
        agenda.attempts.put(effect.key(), recorded.attempts(effect.key()));
        budget.hold(recorded.reserved(effect.key()));
        Journal journal = frame.journal();
        if (effect instanceof Effect.RunChild child && journal != null) {
            Recorded.Used used = Recorded.used(journal, frame.id() + "/" + child.key());
            Budget purse = budget.within(child.within());
            purse.charge(used.spent());
            purse.hold(used.held());
            agenda.counted.add(child.key());
        }
    }

    private void foldEnded(JournalRecord.Ended ended, Recorded recorded) {
        Effect effect = agenda.steps
                .open(ended.key())
                .orElseThrow(() -> new TenonException(
                        "run.journal_misfit",
                        "run \"" + frame.id() + "\": the journal holds the end of \"" + ended.key()
                                + "\", which this program does not want at that point; the code has changed under an"
                                + " unfinished run"));
        Outcome outcome = Recorded.outcome(ended, frame.id());
        if (recorded.begun(ended.key())) { // What a stop forbade has an end and no beginning.
            budget.recorded(effect, outcome);
        }
        Beside beside = Beside.of(ended.extra());
        budget.charge(beside.spent());
        abandoned.addAll(beside.abandoned());
        agenda.questions.remove(ended.key());
        agenda.feed(new Fact.Ended(ended.key(), outcome));
    }

    /** What had begun and has no end on record. */
    private void doubtful(Effect effect, Recorded recorded, Function<Effect, Doubt> doubt) {
        if (agenda.stopping != null) {
            return; // Whatever is open when the run was stopped ends stopped.
        }
        switch (doubt.apply(effect)) {
            case Doubt.Again again -> {
                if (effect instanceof Effect.Sleep sleep) {
                    agenda.ready.remove(effect);
                    agenda.ready.addFirst(new Effect.Sleep(sleep.key(), recorded.left(sleep, time.now())));
                }
            }
            case Doubt.Settled settled -> answers.known(effect, settled.outcome());
            case Doubt.Ask ask -> {
                Optional<Answer> given = recorded.doubt(effect.key());
                if (given.isPresent()) {
                    answers.dispel(effect, given.get());
                } else {
                    agenda.ready.remove(effect);
                    Json arguments = effect instanceof Effect.CallTool tool
                            ? tool.arguments()
                            : effect instanceof Effect.Work work ? work.input() : Json.NULL;
                    agenda.ask(new Question(
                            frame.id(),
                            effect.key(),
                            Question.Kind.DOUBT,
                            Ledger.subject(effect),
                            arguments,
                            ask.reason(),
                            recorded.attempts(effect.key())));
                }
            }
        }
    }
}
