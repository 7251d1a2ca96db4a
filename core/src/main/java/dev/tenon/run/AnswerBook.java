package dev.tenon.run;

import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.event.RunEvent;
import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.tool.ToolOutput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings the answers that a run was given to its questions. Used on the run's thread only. */
final class AnswerBook<S> {
    private final Binding<?, S, ?> binding;
    private final Coordinator.Frame frame;
    private final Agenda<S> agenda;
    private final Budget budget;
    private final Desk desk;
    private final @Nullable Ledger ledger;

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

    /** Takes the answers that are for this run, and checks that the others are for an open child. */
    void answer() {
        String prefix = frame.id() + "/";
        for (Answer answer : frame.answers()) {
            String key =
                    answer.question().startsWith(prefix) ? answer.question().substring(prefix.length()) : "";
            Question question = agenda.questions.get(key);
            if (question != null) {
                take(question, answer);
            } else {
                List<Question> below = childrensQuestions();
                if (below.stream().noneMatch(open -> open.id().equals(answer.question()))) {
                    List<String> open = new ArrayList<>();
                    agenda.questions.values().forEach(own -> open.add(own.id()));
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
                .filter(answer -> answer.question().startsWith(prefix))
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
