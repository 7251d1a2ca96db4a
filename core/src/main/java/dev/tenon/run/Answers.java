package dev.tenon.run;

import dev.tenon.error.TenonException;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/** Whether an answer is one to a question. */
final class Answers {
    private Answers() {}

    static Answer checked(Question question, Answer answer) {
        boolean fits = switch (question.kind()) {
            case APPROVAL -> !(answer instanceof Answer.Give);
            case RESULT -> !(answer instanceof Answer.Approve);
            case INPUT, SIGNAL -> answer instanceof Answer.Give;
            case DOUBT -> true;
        };
        if (!fits) {
            String wanted = switch (question.kind()) {
                case APPROVAL -> "Answer.approve or Answer.deny";
                case RESULT -> "Answer.give, or Answer.deny where nothing will come";
                case INPUT, SIGNAL -> "Answer.give";
                case DOUBT -> "any answer";
            };
            throw new TenonException(
                    "run.answer_misfit",
                    "question \"" + question.id() + "\" wants " + wanted + ", got "
                            + answer.getClass().getSimpleName());
        }
        return answer;
    }

    /** What a callback answers at once. One that throws has not answered: the question stays open. */
    static Optional<Answer> inline(Function<Question, Optional<Answer>> callback, Question question) {
        try {
            return callback.apply(question).map(answer -> {
                if (!answer.question().equals(question.id())) {
                    throw new TenonException(
                            "run.answer_misfit",
                            "asked \"" + question.id() + "\", the answer is to \"" + answer.question() + "\"");
                }
                return checked(question, answer);
            });
        } catch (Throwable thrown) {
            LoggerFactory.getLogger(Answers.class)
                    .warn("who answers questions at once failed at {}; it stays open", question.id(), thrown);
            return Optional.empty();
        }
    }

    static String word(Answer answer) {
        return switch (answer) {
            case Answer.Approve approve -> "approved";
            case Answer.Deny deny -> "denied";
            case Answer.Give give -> "given";
        };
    }
}
