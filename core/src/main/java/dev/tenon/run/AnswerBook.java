package dev.tenon.run;

import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.event.RunEvent;
import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.tool.ToolOutput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings the answers that a run was given to its questions. Used on the run's thread only. */
final class AnswerBook<S> {
    private final Binding<?, S, ?> binding;
    private final Coordinator.Frame frame;
    private final Agenda<S> agenda;
    private final Budget budget;
    private final Desk desk;
    private final @Nullable Ledger ledger;

    /** The ids of the questions of this run that were answered: what is asked about a child begins like what the child asks. */
    private final Set<String> answered = new HashSet<>(0);

    AnswerBook(
            Binding<?, S, ?> binding,
            Coordinator.Frame frame,
            Agenda<S> agenda,
            Budget budget,
            Desk desk,
            @Nullable Ledger ledger) {
        this.binding = binding;
        this.frame = frame;
        this.agenda = agenda;
        this.budget = budget;
        this.desk = desk;
        this.ledger = ledger;
    }

    /** Refuses answers to a run that asks nothing. */
    void none(String why) {
        if (!frame.answers().isEmpty()) {
            throw noQuestion(frame.answers().getFirst(), why);
        }
    }

    /** Takes the answers that are for this run; those for a child that rests it takes itself. None is taken where one does not fit, in whichever run. */
    void answer() {
        if (frame.answers().isEmpty()) {
            return;
        }
        Map<String, Question> open = new LinkedHashMap<>();
        agenda.questions.values().forEach(own -> open.put(own.id(), own));
        if (frame.answers().stream().anyMatch(answer -> !open.containsKey(answer.question()))) {
            childrensQuestions().forEach(below -> open.put(below.id(), below));
        }
        for (Answer answer : frame.answers()) {
            Question question = open.get(answer.question());
            if (question == null || !answered.add(answer.question())) {
                throw noQuestion(
                        answer,
                        open.isEmpty() ? "no question is open" : "open are " + String.join(", ", open.keySet()));
            }
            Answers.checked(question, answer);
        }
        answered.removeIf(id -> !isOwn(open.get(id)));
        for (Answer answer : frame.answers()) {
            Question question = open.get(answer.question());
            if (question != null && isOwn(question)) {
                take(question, answer);
            }
        }
    }

    private boolean isOwn(@Nullable Question question) {
        return question != null && question.run().equals(frame.id());
    }

    /** What children that rest ask. They are not run for it. */
    private List<Question> childrensQuestions() {
        Journal journal = frame.journal();
        List<Question> all = new ArrayList<>();
        for (Effect effect : agenda.steps.open()) {
            if (!(effect instanceof Effect.RunChild child)) {
                continue;
            }
            RunEnd.Paused paused = agenda.resting.get(child.key());
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

    /** Takes the answer to one question. */
    void take(Question question, Answer answer) {
        Answer fitting = Answers.checked(question, answer);
        agenda.questions.remove(question.key());
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
            agenda.steps.open(question.key()).ifPresent(effect -> dispel(effect, fitting));
        } else {
            agenda.ended(question.key(), new Outcome.Answered(fitting));
        }
    }

    /** The answers that are for a child. */
    List<Answer> below(String key) {
        String prefix = frame.id() + "/" + key + "/";
        return frame.answers().stream()
                .filter(answer -> answer.question().startsWith(prefix) && !answered.contains(answer.question()))
                .toList();
    }

    /** The answer to whether a call in doubt happened. */
    void dispel(Effect effect, Answer answer) {
        switch (answer) {
            case Answer.Approve approve -> {
                if (!agenda.ready.contains(effect)) {
                    agenda.ready.add(effect);
                }
            }
            case Answer.Deny deny -> {
                String why = deny.message().isEmpty() ? "it is not known whether this happened" : deny.message();
                known(
                        effect,
                        effect instanceof Effect.Work
                                ? new Outcome.Failed(Failure.of("run.in_doubt", why))
                                : Outcome.Returned.error(why, false));
            }
            case Answer.Give give ->
                known(
                        effect,
                        effect instanceof Effect.Work
                                ? new Outcome.Worked(give.value())
                                : new Outcome.Returned(
                                        ToolOutput.of(give.value()).content(), false, List.of(), false));
        }
    }

    /** What came of a call in doubt is known, without performing it again. It had begun, so it counts. */
    void known(Effect effect, Outcome outcome) {
        agenda.ready.remove(effect);
        budget.recorded(effect, outcome);
        agenda.ended(effect.key(), outcome);
    }
}
