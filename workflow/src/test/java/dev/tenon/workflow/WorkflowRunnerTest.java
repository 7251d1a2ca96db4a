package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.run.Answer;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.testing.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many instances are run together, told things, stopped and gone on with, and nothing is lost. */
@Timeout(30)
class WorkflowRunnerTest {
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final Registry registry = Registry.EMPTY.function("note", (input, context) -> {
        calls.add(input.asString());
        return input;
    });

    private Workflow paying(String end) {
        return Workflow.named("paying")
                .registry(registry)
                .sequence(
                        Step.function("note")
                                .input("ship {{order}}")
                                .compensate(Step.function("note").input("unship {{$output}}")),
                        Step.awaitSignal("paid").as("sum"),
                        Step.transform("order & ' " + end + " ' & $string(sum)"));
    }

    @Test
    void aSignalReachesItsInstanceOnce() throws Exception {
        Journal journal = Journal.inMemory();
        try (WorkflowRunner runner =
                WorkflowRunner.on(journal).workflows(paying("paid")).build()) {
            runner.start("paying", WorkflowRequest.empty().id("o1").with("order", "one"));
            runner.start("paying", WorkflowRequest.empty().id("o2").with("order", "two"));
            assertThat(runner.await("o1").paused()).isTrue();
            assertThat(runner.await("o2").paused()).isTrue();
            assertThat(runner.signal("o1", "paid", 7, "s1")).isTrue();
            assertThat(runner.await("o1").output()).isEqualTo(Json.of("one paid 7"));
            assertThat(runner.signal("o1", "paid", 8, "s2")).isFalse();
            assertThat(runner.inspect("o2").questions().getFirst().subject()).isEqualTo("paid");
            assertThat(runner.list())
                    .extracting(summary -> summary.run() + " " + summary.status())
                    .containsExactlyInAnyOrder("o1 COMPLETED", "o2 RESTING");
            assertThat(calls).containsExactlyInAnyOrder("ship one", "ship two");
        }
    }

    @Test
    void aSignalMayComeBeforeItIsWaitedFor() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Registry slow = registry.function("slow", (input, context) -> {
            begun.countDown();
            go.await();
            return input;
        });
        Workflow workflow = Workflow.named("w")
                .registry(slow)
                .sequence(
                        Step.parallel(Step.function("slow"), Step.sleep(Duration.ofMillis(1))),
                        Step.awaitSignal("x").as("a"),
                        Step.awaitSignal("x").as("b"),
                        Step.transform("[a, b]"));
        try (WorkflowRunner runner =
                WorkflowRunner.on(Journal.inMemory()).workflows(workflow).build()) {
            runner.start("w", WorkflowRequest.empty().id("r"));
            begun.await();
            assertThat(runner.signal("r", "x", 1, "s1")).isTrue();
            assertThat(runner.signal("r", "x", 1, "s1")).isTrue();
            assertThat(runner.signal("r", "x", 2, "s2")).isTrue();
            go.countDown();
            assertThat(runner.await("r").output()).isEqualTo(Json.array(1, 2));
        }
    }

    @Test
    void cancellingUndoesWhatWasDone() throws Exception {
        try (WorkflowRunner runner =
                WorkflowRunner.on(Journal.inMemory()).workflows(paying("paid")).build()) {
            runner.start("paying", WorkflowRequest.empty().id("o1").with("order", "one"));
            runner.await("o1");
            assertThat(runner.cancel("o1", "out of stock")).isTrue();
            assertThat(runner.await("o1").end()).isInstanceOf(RunEnd.Cancelled.class);
            assertThat(calls).containsExactly("ship one", "unship ship one");
            assertThat(runner.cancel("o1", "again")).isFalse();
        }
    }

    @Test
    void anInstanceKeepsItsDefinition() throws Exception {
        Journal journal = Journal.inMemory();
        try (WorkflowRunner old =
                WorkflowRunner.on(journal).workflows(paying("old")).build()) {
            old.start("paying", WorkflowRequest.empty().id("o1").with("order", "one"));
            old.await("o1");
        }
        try (WorkflowRunner fresh =
                WorkflowRunner.on(journal).workflows(paying("new")).build()) {
            assertThat(fresh.recover()).containsExactly("o1");
            fresh.signal("o1", "paid", 7, "s1");
            assertThat(fresh.await("o1").output()).isEqualTo(Json.of("one old 7"));
            fresh.start("paying", WorkflowRequest.empty().id("o2").with("order", "two"));
            fresh.signal("o2", "paid", 7, "s1");
            assertThat(fresh.await("o2").output()).isEqualTo(Json.of("two new 7"));
        }
    }

    @Test
    void aShutdownLosesNothing() throws Exception {
        Journal journal = Journal.inMemory();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger ends = new AtomicInteger();
        Registry slow = registry.function("slow", (input, context) -> {
            begun.countDown();
            go.await();
            ends.incrementAndGet();
            return Json.of("slept");
        });
        Workflow workflow = Workflow.named("w")
                .registry(slow)
                .sequence(
                        Step.parallel(Step.function("slow").as("s"), Step.sleep(Duration.ofMillis(1))),
                        Step.function("note").input("{{s}}"));
        WorkflowRunner first = WorkflowRunner.on(journal).workflows(workflow).build();
        first.start("w", WorkflowRequest.empty().id("r"));
        begun.await();
        assertThat(first.shutdown(Duration.ZERO)).containsExactly("r");
        go.countDown();
        first.close();
        assertThat(calls).isEmpty();
        assertThatThrownBy(() -> first.start("w", WorkflowRequest.empty()))
                .hasMessage("the runner is closed, or being closed");
        try (WorkflowRunner second =
                WorkflowRunner.on(journal).workflows(workflow).build()) {
            assertThat(second.recover()).containsExactly("r");
            assertThat(second.await("r").output()).isEqualTo(Json.of("slept"));
        }
        assertThat(ends.get()).isEqualTo(1);
        assertThat(calls).containsExactly("slept");
    }

    @Test
    void manyInstancesShareThePlacesForEffects() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Registry counting = Registry.EMPTY.function("use", (input, context) -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            now.decrementAndGet();
            return input;
        });
        Workflow workflow = Workflow.named("w")
                .registry(counting)
                .sequence(
                        Step.parallel(Step.function("use"), Step.function("use")),
                        Step.function("use").input(1));
        try (WorkflowRunner runner = WorkflowRunner.on(Journal.inMemory())
                .workflows(workflow)
                .concurrency(4)
                .instances(20)
                .build()) {
            for (int i = 0; i < 100; i++) {
                runner.start("w", WorkflowRequest.empty().id("r" + i));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(runner.await("r" + i).output()).isEqualTo(Json.of(1));
            }
        }
        assertThat(most.get()).isBetween(1, 4);
    }

    @Test
    void aRunIsGoneOnWithFromAStep() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        Registry flaky = registry.function("flaky", (input, context) -> {
            if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("down");
            }
            return Json.of("up");
        });
        Workflow workflow = Workflow.named("w")
                .registry(flaky)
                .sequence(
                        Step.function("note").input("once"),
                        Step.function("flaky").named("call"));
        try (WorkflowRunner runner =
                WorkflowRunner.on(Journal.inMemory()).workflows(workflow).build()) {
            runner.start("w", WorkflowRequest.empty().id("r"));
            assertThat(runner.await("r").end()).isInstanceOf(RunEnd.Failed.class);
            runner.retryFrom("r", "body/call", "r2");
            assertThat(runner.await("r2").output()).isEqualTo(Json.of("up"));
            assertThat(calls).containsExactly("once");
            assertThat(runner.inspect("r2").steps())
                    .extracting(WorkflowRunner.StepTime::key)
                    .containsExactly("body/0", "body/call");
        }
    }

    @Test
    void aPersonsAnswerReachesARunThatGoesOn() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Registry slow = registry.function("slow", (input, context) -> {
            go.await();
            return input;
        });
        Workflow workflow = Workflow.named("w")
                .registry(slow)
                .sequence(
                        Step.parallel(
                                Step.function("slow"),
                                Step.sequence(
                                        Step.ask("Name?").named("ask").as("name"),
                                        Step.function("note").input("{{name}}"))),
                        Step.transform("name"));
        try (WorkflowRunner runner =
                WorkflowRunner.on(Journal.inMemory()).workflows(workflow).build()) {
            runner.start("w", WorkflowRequest.empty().id("r"));
            boolean taken = false;
            for (int i = 0; i < 10_000 && !taken; i++) {
                taken = runner.answer(new Answer.Give("r/body/0/1/ask", Json.of("Ann")));
                Thread.onSpinWait();
            }
            assertThat(taken).isTrue();
            assertThat(runner.answer(new Answer.Give("r/body/0/1/ask", Json.of("Bob"))))
                    .isFalse();
            go.countDown();
            assertThat(runner.await("r").output()).isEqualTo(Json.of("Ann"));
        }
    }

    @Test
    void nothingIsKeptOfInstancesThatHaveEnded() throws Exception {
        Workflow workflow = Workflow.named("w").registry(registry).sequence(Step.transform("1"));
        try (WorkflowRunner runner =
                WorkflowRunner.on(Journal.inMemory()).workflows(workflow).build()) {
            for (int i = 0; i < 50; i++) {
                runner.start("w", WorkflowRequest.empty().id("r" + i));
                runner.await("r" + i);
                assertThat(runner.signal("r" + i, "late", null, "s")).isFalse();
                assertThat(runner.answer(new Answer.Give("r" + i + "/ask", Json.of(1))))
                        .isFalse();
            }
            assertThat(runner.locks.size()).isZero();
        }
    }

    @Test
    void aForkGoesOnFromWhereItLeftAndTheOtherIsNotTouched() throws Exception {
        Journal journal = Journal.inMemory();
        try (WorkflowRunner runner =
                WorkflowRunner.on(journal).workflows(paying("paid")).build()) {
            runner.start("paying", WorkflowRequest.empty().id("o1").with("order", "one"));
            runner.await("o1");
            int records = journal.read("o1").size();
            runner.fork("o1", records, "o1-b");
            assertThat(runner.await("o1-b").paused()).isTrue();
            assertThat(journal.read("o1")).hasSize(records);
            assertThat(runner.signal("o1-b", "paid", 8, "s1")).isTrue();
            assertThat(runner.await("o1-b").output()).isEqualTo(Json.of("one paid 8"));
            assertThat(runner.signal("o1", "paid", 7, "s1")).isTrue();
            assertThat(runner.await("o1").output()).isEqualTo(Json.of("one paid 7"));
            assertThat(calls).as("what was done before is not done again").containsExactly("ship one");

            assertThatThrownBy(() -> runner.fork("o1", 3, "o1-b"))
                    .hasMessage("there is a run \"o1-b\" already; give the fork another id");
            assertThatThrownBy(() -> runner.fork("o9", 3, "o1-c")).hasMessage("there is no run \"o9\" in this journal");
            assertThatThrownBy(() -> runner.retryFrom("o1", "body/7", "o1-c"))
                    .hasMessage("run \"o1\" did not begin a step \"body/7\"; see inspect(run).steps()");
        }
    }

    @Test
    void aChangedDefinitionIsRefusedWithWhatChangedOrMigrated() throws Exception {
        Journal journal = Journal.inMemory();
        try (WorkflowRunner old =
                WorkflowRunner.on(journal).workflows(paying("old")).build()) {
            old.start("paying", WorkflowRequest.empty().id("o1").with("order", "one"));
            old.await("o1");
        }
        assertThatThrownBy(() -> Runner.journalled(journal)
                        .run(paying("new"), WorkflowRequest.empty().id("o1").with("order", "one")))
                .hasMessage("run \"o1\" was begun with another definition and cannot go on with this one; changed:"
                        + " /steps/2/transform. Run it to its end with the old program, or give the runner a"
                        + " migration");
        List<String> migrated = new ArrayList<>();
        try (WorkflowRunner fresh = WorkflowRunner.on(journal)
                .workflows(paying("new"))
                .migration((run, records, before, now) -> {
                    migrated.add(run);
                    return records;
                })
                .build()) {
            assertThat(fresh.signal("o1", "paid", 7, "s1")).isTrue();
            assertThat(fresh.await("o1").output()).isEqualTo(Json.of("one new 7"));
        }
        assertThat(migrated).contains("o1");
        assertThat(calls).containsExactly("ship one");
    }

    @Test
    void anInstanceWithMuchToDoDoesNotKeepTheOthersWaiting() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Registry slow = registry.function("slow", (input, context) -> {
            calls.add(input.asString());
            go.await();
            return input;
        });
        Step work = Step.loop(Step.function("slow").input("much")).atMost(100);
        Workflow much = Workflow.named("much").registry(slow).of(Step.parallel(work, work, work, work));
        Workflow little =
                Workflow.named("little").registry(slow).of(Step.function("slow").input("little"));
        try (WorkflowRunner runner = WorkflowRunner.on(Journal.inMemory())
                .workflows(much, little)
                .concurrency(1)
                .build()) {
            runner.start("much", WorkflowRequest.empty().id("m"));
            await(() -> runner.effects.getQueueLength() == 3);
            runner.start("little", WorkflowRequest.empty().id("l"));
            await(() -> runner.effects.getQueueLength() == 4);
            go.countDown();
            assertThat(runner.await("l").output()).isEqualTo(Json.of("little"));
            assertThat(runner.await("m").completed()).isTrue();
        }
        assertThat(calls).hasSize(401);
        assertThat(calls.indexOf("little")).as("first come, first served").isEqualTo(4);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void startBlocksWhileAsManyGoOnAsMay() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Registry slow = registry.function("slow", (input, context) -> {
            go.await();
            return Json.of(1);
        });
        Workflow workflow = Workflow.named("w").registry(slow).of(Step.function("slow"));
        try (WorkflowRunner runner = WorkflowRunner.on(Journal.inMemory())
                .workflows(workflow)
                .instances(2)
                .build()) {
            runner.start("w", WorkflowRequest.empty().id("r1"));
            runner.start("w", WorkflowRequest.empty().id("r2"));
            Thread third = Thread.ofPlatform().start(() -> {
                try {
                    runner.start("w", WorkflowRequest.empty().id("r3"));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            await(() -> third.getState() == Thread.State.WAITING);
            assertThat(runner.list()).extracting(WorkflowRunner.Summary::run).doesNotContain("r3");
            go.countDown();
            third.join();
            for (String run : List.of("r1", "r2", "r3")) {
                assertThat(runner.await(run).output()).isEqualTo(Json.of(1));
            }
        }
    }

    @Test
    void aShutdownOfManyThatWorkSleepAndWaitLosesNothing() throws Exception {
        int many = 60;
        Journal journal = Journal.inMemory();
        VirtualClock clock = new VirtualClock();
        Workflow workflow = Workflow.named("w")
                .registry(registry)
                .sequence(
                        Step.function("note").input("{{name}} begins"),
                        Step.parallel(
                                Step.sleep(Duration.ofHours(1)),
                                Step.loop(Step.function("note").input("{{name}} works {{$iteration}}"))
                                        .atMost(20)),
                        Step.awaitSignal("end"),
                        Step.function("note").input("{{name}} ends"));
        for (int round = 0; round < 4; round++) {
            WorkflowRunner runner = WorkflowRunner.on(journal)
                    .workflows(workflow)
                    .concurrency(4)
                    .time(clock)
                    .build();
            runner.recover();
            for (int i = round * many / 4; i < (round + 1) * many / 4; i++) {
                runner.start("w", WorkflowRequest.empty().id("r" + i).with("name", "r" + i));
            }
            clock.advance(Duration.ofMinutes(40));
            for (int i = 0; i < (round + 1) * many / 4; i += 2) {
                runner.signal("r" + i, "end", 1, "s");
            }
            assertThat(runner.shutdown(Duration.ofSeconds(30))).isEmpty();
        }
        try (WorkflowRunner last =
                WorkflowRunner.on(journal).workflows(workflow).time(clock).build()) {
            last.recover();
            for (int i = 1; i < many; i += 2) {
                assertThat(last.signal("r" + i, "end", 1, "s")).isTrue();
            }
            Thread mover = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        clock.awaitAlarms(1);
                        clock.advance(Duration.ofHours(1));
                    }
                } catch (InterruptedException e) {
                    // All have ended.
                }
            });
            for (int i = 0; i < many; i++) {
                assertThat(last.await("r" + i).completed()).isTrue();
            }
            mover.interrupt();
            mover.join();
        }
        assertThat(calls).doesNotHaveDuplicates().hasSize(many * 22);
    }

    @Test
    void namesOfSignalsThatAreTheLibrarysOwnAreRefused() throws Exception {
        try (WorkflowRunner runner =
                WorkflowRunner.on(Journal.inMemory()).workflows(paying("paid")).build()) {
            runner.start("paying", WorkflowRequest.empty().id("o1").with("order", "one"));
            runner.await("o1");
            assertThatThrownBy(() -> runner.signal("o1", "tenon.rested", 1, "s"))
                    .hasMessage("a signal's name must not begin with \"tenon.\", which is the library's own; got"
                            + " \"tenon.rested\"");
            assertThat(runner.inspect("o1").questions()).hasSize(1);
        }
    }

    private static WorkflowRunner.StepTime step(String key, int from, int to) {
        Instant zero = Instant.EPOCH;
        return new WorkflowRunner.StepTime(
                key, "work", zero.plusSeconds(from), to < 0 ? List.of() : List.of(zero.plusSeconds(to)));
    }

    @Test
    void theCriticalPathIsWhereTheTimeWent() {
        WorkflowRunner.Inspection inspection = new WorkflowRunner.Inspection(
                new WorkflowRunner.Summary("r", "w", WorkflowRunner.Status.COMPLETED, Instant.EPOCH),
                Json.NULL,
                Json.Obj.EMPTY,
                Json.Obj.EMPTY,
                List.of(),
                List.of(),
                List.of(
                        step("end!deadline", 0, 60),
                        step("!calls/1", 0, 59),
                        step("short", 0, 2),
                        step("long", 0, 10),
                        step("instant", 10, 10),
                        step("after short", 2, 5),
                        step("after both", 10, 12),
                        step("beside", 10, 11),
                        step("open", 12, -1),
                        step("end", 12, 20)));
        assertThat(inspection.criticalPath())
                .extracting(WorkflowRunner.StepTime::key)
                .containsExactly("long", "instant", "after both", "end");
    }
}
