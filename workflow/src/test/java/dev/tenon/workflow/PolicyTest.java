package dev.tenon.workflow;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalRecord;
import dev.tenon.json.Json;
import dev.tenon.provider.Usage;
import dev.tenon.run.Limits;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.testing.ScriptedProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for steps besides what they do: turns, resources, times, attempts, budgets, and what becomes of the others when one fails. */
@Timeout(60)
class PolicyTest {
    private static final Registry REGISTRY = Registry.EMPTY.function("f", (input, context) -> input);

    private static Step f(String name) {
        return Step.function("f").named(name);
    }

    private static ToldMachine<?> begin(Step step) {
        return ToldMachine.of(Workflow.named("w")
                .registry(REGISTRY)
                .resource("cpu", new Resource.Pool(2))
                .resource("calls", new Resource.Rate(2, Duration.ofSeconds(1)))
                .of(step));
    }

    @Test
    void whatARateGivesComesBackAfterItsTime() {
        ToldMachine<?> run = begin(Step.parallel(
                f("a").needs("calls", 1),
                f("b").needs("calls", 1),
                f("c").needs("calls", 1),
                f("d").needs("calls", 1)));
        assertThat(run.working()).containsExactly("body/a", "body/b");
        run.ends("body/a").ends("body/b");
        assertThat(run.working()).isEmpty();
        List<String> clocks = run.open();
        assertThat(clocks).hasSize(2).allMatch(key -> run.sleeps(key).equals(Duration.ofSeconds(1)));
        run.ends(clocks.get(0));
        assertThat(run.working()).containsExactly("body/c");
        run.ends(clocks.get(1));
        assertThat(run.working()).containsExactly("body/c", "body/d");
    }

    @Test
    void whoHasMorePriorityGoesFirstThenWhoHasTheSoonerDeadlineThenWhoWasFirst() {
        ToldMachine<?> run = begin(Step.parallel(
                f("first").needs("cpu", 2),
                f("low").needs("cpu", 2),
                f("late").needs("cpu", 2).priority(1).deadline(Duration.ofHours(2)),
                f("high").needs("cpu", 2).priority(2),
                f("soon").needs("cpu", 2).priority(1).deadline(Duration.ofHours(1)),
                f("low2").needs("cpu", 2)));
        List<String> order = new ArrayList<>();
        while (!run.working().isEmpty()) {
            String one = run.working().getFirst();
            assertThat(run.working()).hasSize(1);
            order.add(one.substring(5));
            run.ends(one);
        }
        assertThat(order).containsExactly("high", "soon", "late", "first", "low", "low2");
    }

    @Test
    void whoNeedsMuchIsNotPassedByForever() {
        List<Step> branches = new ArrayList<>();
        branches.add(f("one").needs("cpu", 1));
        branches.add(f("two").needs("cpu", 1));
        branches.add(f("much").needs("cpu", 2));
        for (int i = 0; i < 20; i++) {
            branches.add(f("small" + i).needs("cpu", 1));
        }
        ToldMachine<?> run = begin(Step.parallel(branches));
        assertThat(run.working()).containsExactly("body/one", "body/two");
        run.ends("body/one");
        assertThat(run.working()).as("nobody who needs any of it is let past").containsExactly("body/two");
        run.ends("body/two");
        assertThat(run.working()).containsExactly("body/much");
    }

    @Test
    void whoHasLittlePriorityDoesNotStarve() {
        List<Step> branches = new ArrayList<>();
        branches.add(f("busy").needs("cpu", 2));
        branches.add(f("low").needs("cpu", 2));
        for (int i = 0; i < 3_000; i++) {
            branches.add(f("high" + i).needs("cpu", 2).priority(1));
        }
        ToldMachine<?> run = begin(Step.parallel(branches));
        int before = 0;
        while (!run.working().getFirst().equals("body/low")) {
            run.ends(run.working().getFirst());
            before++;
        }
        assertThat(before).isBetween(2, 1_100);
    }

    @Test
    void aDeadlineCountsFromTheBeginningOfTheRunAndStopsWhatIsInside() {
        ToldMachine<?> run = begin(Step.sequence(
                f("before"),
                Step.parallel(f("a"), f("b"))
                        .named("both")
                        .deadline(Duration.ofMinutes(1))
                        .retry(3)));
        assertThat(run.sleeps("body/both!deadline")).isEqualTo(Duration.ofMinutes(1));
        run.ends("body/before").ends("body/both!deadline");
        assertThat(run.stopped).containsExactly("body/both/a", "body/both/b");
        run.stops("body/both/a");
        assertThat(run.end()).as("what was begun has not ended").isEmpty();
        run.stops("body/both/b");
        assertThat(run.failure()).isEqualTo("step \"body/both\" had not ended PT1M after the run began");
        assertThat(run.wanted).as("a deadline is not tried again").hasSize(4);
    }

    @Test
    void aStepThatBeginsAfterItsDeadlineFailsAtOnce() {
        ToldMachine<?> run = begin(Step.sequence(f("before"), f("after").deadline(Duration.ofMinutes(1))));
        run.ends("body/after!deadline").ends("body/before");
        assertThat(run.failure()).isEqualTo("step \"body/after\" had not ended PT1M after the run began");
    }

    @Test
    void eachAttemptHasItsTimeAndItsPause() {
        ToldMachine<?> run = begin(f("a").timeout(Duration.ofSeconds(9))
                .retry(StepRetry.attempts(4).exponential(Duration.ofSeconds(1), Duration.ofSeconds(3))));
        assertThat(run.sleeps("a!timeout")).isEqualTo(Duration.ofSeconds(9));
        run.ends("a!timeout");
        assertThat(run.stopped).containsExactly("a");
        run.stops("a");
        assertThat(run.sleeps("a~2!pause")).isEqualTo(Duration.ofSeconds(1));
        run.ends("a~2!pause").fails("a~2").stops("a~2!timeout");
        assertThat(run.sleeps("a~3!pause")).isEqualTo(Duration.ofSeconds(2));
        run.ends("a~3!pause").fails("a~3").stops("a~3!timeout");
        assertThat(run.sleeps("a~4!pause")).as("never longer than the longest").isEqualTo(Duration.ofSeconds(3));
        run.ends("a~4!pause").fails("a~4").stops("a~4!timeout");
        assertThat(run.failure()).isEqualTo("a~4 failed");
    }

    @Test
    void pausesAreAllTheSameOrGrowByTheSame() {
        ToldMachine<?> fixed = begin(f("a").retry(StepRetry.attempts(3).fixed(Duration.ofSeconds(5))));
        fixed.fails("a");
        assertThat(fixed.sleeps("a~2!pause")).isEqualTo(Duration.ofSeconds(5));
        fixed.ends("a~2!pause").fails("a~2");
        assertThat(fixed.sleeps("a~3!pause")).isEqualTo(Duration.ofSeconds(5));

        ToldMachine<?> linear = begin(f("a").retry(StepRetry.attempts(3).linear(Duration.ofSeconds(5))));
        linear.fails("a");
        assertThat(linear.sleeps("a~2!pause")).isEqualTo(Duration.ofSeconds(5));
        linear.ends("a~2!pause").fails("a~2");
        assertThat(linear.sleeps("a~3!pause")).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aBranchThatFailsStopsTheOthersAndTheRunEndsWhenTheyHave() {
        ToldMachine<?> run =
                begin(Step.parallel(f("a"), Step.sequence(f("b"), f("never")).named("s"), f("c"))
                        .atMost(3));
        run.fails("body/c");
        assertThat(run.stopped).containsExactly("body/a", "body/s/b");
        assertThat(run.end()).isEmpty();
        run.ends("body/a"); // It was too late to stop it.
        assertThat(run.end()).isEmpty();
        run.stops("body/s/b");
        assertThat(run.failure()).isEqualTo("body/c failed");
        assertThat(run.wanted).doesNotContain("body/s/never");
    }

    @Test
    void undoingIsOnRecord() {
        Journal journal = Journal.inMemory();
        Registry failing = REGISTRY.function("fail", (input, context) -> {
            throw new IllegalStateException("broken");
        });
        Workflow workflow = Workflow.named("w")
                .registry(failing)
                .sequence(
                        f("a").input("a").compensate(f("undo").input("undo {{$output}}")),
                        f("b").input("b").compensate(f("undo").input("undo {{$output}}")),
                        Step.function("fail"));
        WorkflowResult result =
                Runner.journalled(journal).run(workflow, WorkflowRequest.empty().id("r"));
        assertThat(result.end()).isInstanceOf(RunEnd.Failed.class);
        List<String> ends = journal.read("r").stream()
                .filter(JournalRecord.Ended.class::isInstance)
                .map(record -> ((JournalRecord.Ended) record))
                .map(ended -> ended.outcome().at("/value").map(Json::toString).orElse("failed"))
                .toList();
        assertThat(ends).containsExactly("\"a\"", "\"b\"", "failed", "\"undo b\"", "\"undo a\"");
    }

    @Test
    void agentsAtOnceDoNotOverspendABudgetTogether() {
        List<Long> asked = new ArrayList<>();
        Agent writer = Agent.builder(ScriptedProvider.of().always(request -> {
                    long most = request.chat().settings().maxOutputTokens().orElse(-1L);
                    synchronized (asked) {
                        asked.add(most);
                    }
                    return reply("text").withUsage(Usage.of(1, Math.min(most, 60)));
                }))
                .name("writer")
                .build();
        Step write = Step.agent("writer").input("Write");
        Workflow workflow = Workflow.named("w")
                .registry(Registry.EMPTY.agent("writer", writer))
                .of(Step.parallel(write, write, write).collect().budget(Limits.NONE.withOutputTokens(100)));
        WorkflowResult result = workflow.run(WorkflowRequest.empty());
        assertThat(asked).containsExactly(100L, 40L);
        assertThat(result.spent().usage().output()).isEqualTo(100);
        assertThat(result.end()).isNotInstanceOf(RunEnd.Completed.class);
    }
}
