package dev.tenon.examples.approval;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.journal.Journal;
import dev.tenon.journal.file.FileJournal;
import dev.tenon.run.Answer;
import dev.tenon.run.Question;
import dev.tenon.run.Replay;
import dev.tenon.run.Runner;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolSpec.Trait;
import java.nio.file.Path;
import java.util.List;

/**
 * A refund that a person must approve. {@code ask FOLDER} runs until the question is open, and ends; {@code approve FOLDER} or {@code deny FOLDER}, in another process, a second or a week
 * later, goes on from there.
 */
public final class Approval {
    record Refund(String order, int euros) {}

    private Approval() {}

    static Agent agent() {
        // A script in the place of a model, so that this runs without a key.
        ScriptedProvider model = ScriptedProvider.of()
                .always(asked -> asked.toolResults().isEmpty()
                        ? toolCall("refund", "{\"order\":\"17\",\"euros\":40}")
                        : reply("The tool said: "
                                + asked.toolResults().getFirst().text()));
        Tool refund = Tool.of("refund", "Pays money back", Refund.class, wanted -> {
                    System.out.println("PAID " + wanted.euros() + " euros for order " + wanted.order());
                    return "paid";
                })
                .with(spec -> spec.withTraits(Trait.DESTRUCTIVE));
        return Agent.builder(model)
                .name("clerk")
                .tools(refund)
                .policy(ToolPolicy.askBefore(Trait.DESTRUCTIVE))
                .build();
    }

    public static void main(String... args) {
        try (FileJournal journal = FileJournal.at(Path.of(args[1]))) {
            System.out.println(run(args[0], journal));
        }
    }

    static String run(String what, Journal journal) {
        Runner runner = Runner.journalled(journal);
        Agent agent = agent();
        if (what.equals("ask")) {
            RunResult result =
                    runner.run(agent, RunRequest.of("Refund order 17").id("refund-17"));
            return result.paused() ? "WAITING for " + asked(result.questions()) : result.text();
        }
        RunResult rests = Replay.of(agent, journal, "refund-17").result();
        if (!rests.paused()) {
            return "Nothing waits for an answer. " + rests.text();
        }
        Question open = rests.questions().getFirst();
        Answer answer = what.equals("approve") ? Answer.approve(open) : Answer.deny(open, "not without the receipt");
        return runner.resume(agent, "refund-17", answer).text();
    }

    private static String asked(List<Question> questions) {
        Question first = questions.getFirst();
        return first.subject() + " " + first.arguments() + ": " + first.reason();
    }
}
