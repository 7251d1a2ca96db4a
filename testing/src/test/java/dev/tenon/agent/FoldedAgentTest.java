package dev.tenon.agent;

import dev.tenon.run.Answer;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.testing.FoldedProgram;
import java.util.List;

/** The proof that agents are pure: the same tests, the state folded afresh before every step, and every fact, effect, outcome and state through JSON. */
class FoldedAgentTest extends AgentTest {
    @Override
    RunResult run(Agent agent, RunRequest request, Watch watch) {
        return Runner.plain().run(FoldedProgram.of(agent), request, watch);
    }

    @Override
    RunResult resume(Agent agent, RunResult paused, Answer... answers) {
        return Runner.plain()
                .resume(
                        FoldedProgram.of(agent),
                        new Runner.Resumption.Kept(((RunEnd.Paused) paused.end()).snapshot()),
                        List.of(answers),
                        new Cancellation(),
                        Watch.NONE);
    }
}
