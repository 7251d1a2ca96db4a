package dev.tenon.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Journal} does: keeps what was appended in its order, all of an append or nothing, one owner of a run at a time and tokens that only grow.
 *
 * <p>A journal that outlasts its object says so by {@link #reopened}, and is then tried across openings as well. Give a new, empty journal for each test.
 */
@SuppressWarnings("exports") // JUnit is named in no signature; whoever extends this has it.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class JournalContract {
    private static final Instant TIME = Instant.parse("2026-11-25T12:00:00Z");

    /** For the classes that extend this one. */
    protected JournalContract() {}

    /** The journal of this test: empty when it is first asked for, the same one until it is reopened. */
    protected abstract Journal journal();

    /** Whether what was appended is there when the journal is opened again. */
    protected boolean durable() {
        return false;
    }

    /** Closes the journal of this test and opens it again; only asked of a {@link #durable} one. */
    protected Journal reopened() {
        throw new UnsupportedOperationException("a journal that is durable says how it is reopened");
    }

    private static JournalRecord begun(String program) {
        return new JournalRecord.Begun(TIME, program, Json.object("version", 1), Json.of("Hello"), Map.of());
    }

    private static JournalRecord started(int step) {
        return new JournalRecord.Started(TIME, Integer.toString(step), "tool", "d" + step, 1, Json.NULL, Map.of());
    }

    private static JournalRecord ended(int step) {
        return new JournalRecord.Ended(TIME, Integer.toString(step), Json.object("ok", step), Map.of());
    }

    private static JournalRecord closed() {
        return new JournalRecord.Closed(TIME, Json.of("done"), Map.of());
    }

    private void append(String run, JournalRecord... records) {
        try (RunJournal owner = journal().own(run)) {
            owner.append(List.of(records));
        }
    }

    private static String code(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        JournalException thrown = catchThrowableOfType(JournalException.class, call);
        return thrown == null ? "none" : thrown.code();
    }

    // Reading and writing

    @Test
    void keepsRecordsInTheOrderOfTheirAppends() {
        try (RunJournal owner = journal().own("order-17")) {
            owner.append(List.of(begun("shop"), started(0)));
            owner.append(List.of(ended(0)));
            owner.append(List.of(started(1), started(2), ended(2)));
            owner.append(List.of(closed()));
        }

        assertThat(journal().read("order-17"))
                .containsExactly(begun("shop"), started(0), ended(0), started(1), started(2), ended(2), closed());
    }

    @Test
    void showsAnAppendAsSoonAsItReturns() {
        try (RunJournal owner = journal().own("order-17")) {
            owner.append(List.of(begun("shop")));
            assertThat(journal().read("order-17")).containsExactly(begun("shop"));
            assertThat(journal().runs()).containsExactly("order-17");

            owner.append(List.of(started(0)));
            assertThat(journal().read("order-17")).containsExactly(begun("shop"), started(0));
        }
    }

    @Test
    void givesTheOwnerWhatWasThereWhenItTookTheRun() {
        append("order-17", begun("shop"));

        try (RunJournal owner = journal().own("order-17")) {
            owner.append(List.of(started(0)));

            assertThat(owner.run()).isEqualTo("order-17");
            assertThat(owner.records()).containsExactly(begun("shop"));
        }
        try (RunJournal next = journal().own("order-17")) {
            assertThat(next.records()).containsExactly(begun("shop"), started(0));
        }
    }

    @Test
    void knowsNothingOfAnUnknownRun() {
        assertThat(journal().read("nobody")).isEmpty();
        assertThat(journal().read("")).isEmpty();
        assertThat(journal().runs()).isEmpty();
    }

    @Test
    void doesNotCountARunThatWasOnlyOwned() {
        try (RunJournal owner = journal().own("order-17")) {
            owner.append(List.of());

            assertThat(owner.records()).isEmpty();
            assertThat(journal().runs()).isEmpty();
        }
        assertThat(journal().read("order-17")).isEmpty();
        assertThat(journal().runs()).isEmpty();
    }

    @Test
    void listsRunsInTheOrderInWhichTheyBegan() {
        append("b", begun("1"));
        append("a", begun("2"));
        append("b/0", begun("3"));
        append("a", started(0));
        append("c", begun("4"));
        append("b", closed());

        assertThat(journal().runs()).containsExactly("b", "a", "b/0", "c");
    }

    @Test
    void takesRunsOfAnyName() {
        List<String> names = List.of(
                " ", "a b", "../../etc", "con", "é世🚀", "line\nbreak", "nul\u0000", "/", "a//b", "x".repeat(2_000));
        for (String name : names) {
            append(name, begun(name));
        }

        assertThat(journal().runs()).isEqualTo(names);
        for (String name : names) {
            assertThat(journal().read(name)).containsExactly(begun(name));
        }
    }

    @Test
    void refusesARunWithoutAName() {
        assertThatThrownBy(() -> journal().own(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a run needs an id, got \"\"");
    }

    @Test
    @SuppressWarnings("NullAway") // handed in on purpose
    void refusesNull() {
        assertThatThrownBy(() -> journal().own(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> journal().read(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> journal().delete(null)).isInstanceOf(NullPointerException.class);
        List<@Nullable JournalRecord> withNull = new ArrayList<>();
        withNull.add(begun("shop"));
        withNull.add(null);
        try (RunJournal owner = journal().own("order-17")) {
            assertThatThrownBy(() -> owner.append(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> owner.append(withNull)).isInstanceOf(NullPointerException.class);
            assertThat(journal().read("order-17")).as("all or nothing").isEmpty();
        }
    }

    @Test
    void isNotChangedThroughAListThatWasHandedInOrOut() {
        List<JournalRecord> mine = new ArrayList<>(List.of(begun("shop")));
        try (RunJournal owner = journal().own("order-17")) {
            owner.append(mine);
            mine.add(closed());
        }

        List<JournalRecord> read = journal().read("order-17");
        assertThatThrownBy(() -> read.add(closed())).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> journal().runs().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(journal().read("order-17")).containsExactly(begun("shop"));
    }

    @Test
    void givesBackRecordsOfEveryKindAsTheyWere() {
        Gen<JournalRecord> records = Arbitrary.of(JournalRecord.class);
        Map<String, List<JournalRecord>> written = new LinkedHashMap<>();
        for (int seed = 0; seed < 40; seed++) {
            Chance chance = new Chance(seed);
            List<JournalRecord> some = new ArrayList<>();
            for (int i = chance.below(12); i >= 0; i--) {
                some.add(records.next(chance));
            }
            written.put("run-" + seed, some);
            append("run-" + seed, some.toArray(JournalRecord[]::new));
        }

        written.forEach((run, some) -> assertThat(journal().read(run)).isEqualTo(some));
        if (durable()) {
            Journal again = reopened();
            written.forEach((run, some) -> assertThat(again.read(run)).isEqualTo(some));
        }
    }

    @Test
    void keepsALargeAppend() {
        List<JournalRecord> many = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            many.add(started(i));
        }
        many.add(new JournalRecord.Ended(TIME, "0", Json.of("0123456789abcdef".repeat(1 << 17)), Map.of()));
        append("order-17", many.toArray(JournalRecord[]::new));
        append("order-17", closed());
        many.add(closed());

        assertThat(journal().read("order-17")).isEqualTo(many);
    }

    // Owners

    @Test
    void hasOneOwnerOfARunAtATime() {
        try (RunJournal owner = journal().own("order-17")) {
            assertThatThrownBy(() -> journal().own("order-17"))
                    .isInstanceOf(JournalException.class)
                    .hasMessage("run \"order-17\" is being run by somebody else; wait until it rests, or give the new"
                            + " run another id");
            assertThat(code(() -> journal().own("order-17"))).isEqualTo("journal.owned");
            journal().own("order-18").close();
            journal().own("order-17/0").close();
            owner.append(List.of(begun("shop")));
        }
        journal().own("order-17").close();

        assertThat(journal().read("order-17")).containsExactly(begun("shop"));
    }

    @Test
    void refusesAnOwnerThatGaveTheRunBack() {
        RunJournal first = journal().own("order-17");
        first.append(List.of(begun("shop")));
        first.close();
        assertThat(code(() -> first.append(List.of(closed())))).isEqualTo("journal.fenced");
        assertThat(code(() -> first.append(List.of()))).isEqualTo("journal.fenced");

        try (RunJournal second = journal().own("order-17")) {
            assertThat(code(() -> first.append(List.of(closed())))).isEqualTo("journal.fenced");
            first.close();
            second.append(List.of(started(0)));
            assertThat(code(() -> journal().own("order-17"))).isEqualTo("journal.owned");
        }

        assertThat(journal().read("order-17")).containsExactly(begun("shop"), started(0));
    }

    @Test
    void givesEachOwnerAGreaterToken() {
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            try (RunJournal owner = journal().own("order-17")) {
                tokens.add(owner.token());
            }
        }
        append("order-17", begun("shop"));
        journal().delete("order-17");
        try (RunJournal owner = journal().own("order-17")) {
            tokens.add(owner.token());
        }

        assertThat(tokens).isSorted().doesNotHaveDuplicates().allMatch(token -> token > 0);
    }

    // Deletion

    @Test
    void forgetsARunAndItsChildren() {
        append("order-17", begun("shop"));
        append("order-17/2/0", begun("child"));
        append("order-17/2/0/1/0", begun("grandchild"));
        append("order-170", begun("neighbour"));
        append("order-17-b", begun("neighbour"));

        assertThat(journal().delete("order-17")).isTrue();

        assertThat(journal().runs()).containsExactly("order-170", "order-17-b");
        assertThat(journal().read("order-17")).isEmpty();
        assertThat(journal().read("order-17/2/0")).isEmpty();
        assertThat(journal().delete("order-17")).isFalse();
        assertThat(journal().delete("nobody")).isFalse();
    }

    @Test
    void deletesAChildAlone() {
        append("order-17", begun("shop"));
        append("order-17/0", begun("child"));

        assertThat(journal().delete("order-17/0")).isTrue();

        assertThat(journal().runs()).containsExactly("order-17");
    }

    @Test
    void doesNotDeleteWhatSomebodyOwns() {
        append("order-17", begun("shop"));
        append("order-17/0", begun("child"));
        try (RunJournal owner = journal().own("order-17/0")) {
            assertThat(code(() -> journal().delete("order-17"))).isEqualTo("journal.owned");
            owner.append(List.of(closed()));
        }

        assertThat(journal().read("order-17")).containsExactly(begun("shop"));
        assertThat(journal().read("order-17/0")).containsExactly(begun("child"), closed());
        assertThat(journal().delete("order-17")).isTrue();
    }

    @Test
    void beginsADeletedRunAnew() {
        append("a", begun("old"), closed());
        append("b", begun("other"));
        journal().delete("a");
        append("a", begun("new"));

        assertThat(journal().read("a")).containsExactly(begun("new"));
        assertThat(journal().runs()).containsExactly("b", "a");
    }

    // Across openings

    @Test
    void isTheSameWhenItIsOpenedAgain() {
        if (!durable()) {
            return;
        }
        append("b", begun("1"), started(0));
        append("a", begun("2"));
        append("gone", begun("3"));
        append("gone/0", begun("4"));
        journal().delete("gone");
        append("b", ended(0));
        long token;
        try (RunJournal owner = journal().own("a")) {
            token = owner.token();
        }

        Journal again = reopened();

        assertThat(again.runs()).containsExactly("b", "a");
        assertThat(again.read("b")).containsExactly(begun("1"), started(0), ended(0));
        assertThat(again.read("a")).containsExactly(begun("2"));
        assertThat(again.read("gone/0")).isEmpty();
        try (RunJournal owner = again.own("a")) {
            assertThat(owner.token()).isGreaterThan(token);
            owner.append(List.of(closed()));
        }
        assertThat(reopened().read("a")).containsExactly(begun("2"), closed());
    }

    // Many at once

    @Test
    void letsOneOfManyHaveARun() throws Exception {
        int rounds = 50;
        int many = 8;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < rounds; round++) {
                CyclicBarrier together = new CyclicBarrier(many);
                CountDownLatch decided = new CountDownLatch(many);
                List<Future<String>> outcomes = new ArrayList<>();
                for (int i = 0; i < many; i++) {
                    outcomes.add(threads.submit(() -> {
                        together.await();
                        try (RunJournal owner = journal().own("order-17")) {
                            decided.countDown();
                            decided.await();
                            return owner.run();
                        } catch (JournalException e) {
                            decided.countDown();
                            return e.code();
                        }
                    }));
                }
                List<String> said = new ArrayList<>();
                for (Future<String> outcome : outcomes) {
                    said.add(outcome.get(60, TimeUnit.SECONDS));
                }
                assertThat(Collections.frequency(said, "order-17")).isEqualTo(1);
                assertThat(Collections.frequency(said, "journal.owned")).isEqualTo(many - 1);
            }
        }
    }

    @Test
    void keepsTheAppendsOfManyRunsApart() throws Exception {
        int many = 16;
        int appends = 40;
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                String run = "run-" + i;
                writers.add(threads.submit(() -> {
                    try (RunJournal owner = journal().own(run)) {
                        for (int step = 0; step < appends; step++) {
                            owner.append(List.of(started(step), ended(step)));
                        }
                    }
                }));
            }
            Future<?> reader = threads.submit(() -> {
                while (!done.get()) {
                    for (String run : journal().runs()) {
                        assertWholeAppends(journal().read(run));
                    }
                }
            });
            for (Future<?> writer : writers) {
                writer.get(100, TimeUnit.SECONDS);
            }
            done.set(true);
            reader.get(60, TimeUnit.SECONDS);
        }
        Journal after = durable() ? reopened() : journal();
        assertThat(after.runs()).hasSize(many);
        for (String run : after.runs()) {
            assertThat(after.read(run)).hasSize(2 * appends);
            assertWholeAppends(after.read(run));
        }
    }

    private static void assertWholeAppends(List<JournalRecord> records) {
        assertThat(records.size() % 2).isZero();
        for (int step = 0; step < records.size() / 2; step++) {
            assertThat(records.get(2 * step)).isEqualTo(started(step));
            assertThat(records.get(2 * step + 1)).isEqualTo(ended(step));
        }
    }

    /** Actors that take turns as a seed says, beside a map that does what a journal should. */
    @Test
    void doesAsAMapOfListsDoesInEveryOrderOfTurns() {
        for (int seed = 1; seed <= 40; seed++) {
            Turns turns = new Turns(new Chance(seed), "s" + seed + "-", this::journal);
            for (int turn = 0; turn < 60; turn++) {
                turns.next();
                if (durable() && turns.chance.oneIn(40)) {
                    turns.forgetOwners();
                    reopened();
                }
            }
            turns.check();
            turns.forgetOwners();
        }
    }

    /** As before, but the actors run at once: each looks after runs of its own, and all take, lose and delete. */
    @Test
    void doesAsAMapOfListsDoesWhereManyActAtOnce() throws Exception {
        List<Turns> actors = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int seed = 1; seed <= 12; seed++) {
                Turns turns = new Turns(new Chance(seed), "t" + seed + "-", this::journal);
                actors.add(turns);
                running.add(threads.submit(() -> {
                    for (int turn = 0; turn < 120; turn++) {
                        turns.next();
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get(100, TimeUnit.SECONDS);
            }
        }
        actors.forEach(Turns::check);
        actors.forEach(Turns::forgetOwners);
        if (durable()) {
            reopened();
            actors.forEach(Turns::check);
        }
    }

    private static final class Turns {
        final Chance chance;
        private final String prefix;
        private final Supplier<Journal> journal;
        private final Map<String, List<JournalRecord>> expected = new LinkedHashMap<>();
        private final Map<String, RunJournal> owners = new TreeMap<>();
        private final List<RunJournal> former = new ArrayList<>();
        private int step;

        Turns(Chance chance, String prefix, Supplier<Journal> journal) {
            this.chance = chance;
            this.prefix = prefix;
            this.journal = journal;
        }

        void next() {
            String run = prefix + chance.pick(List.of("a", "a/0", "a/0/1", "b", "b/0", "c"));
            switch (chance.below(8)) {
                case 0, 1 -> own(run);
                case 2, 3, 4 -> append(run);
                case 5 -> give(run);
                case 6 -> late();
                default -> delete(run);
            }
            if (chance.oneIn(4)) {
                assertThat(journal.get().read(run)).isEqualTo(expected.getOrDefault(run, List.of()));
            }
        }

        private void own(String run) {
            if (owners.containsKey(run)) {
                assertThat(code(() -> journal.get().own(run))).isEqualTo("journal.owned");
                return;
            }
            RunJournal owner = journal.get().own(run);
            owners.put(run, owner);
            assertThat(owner.records()).isEqualTo(expected.getOrDefault(run, List.of()));
        }

        private void append(String run) {
            RunJournal owner = owners.get(run);
            if (owner == null) {
                return;
            }
            List<JournalRecord> more = new ArrayList<>();
            for (int left = chance.below(4); left > 0; left--) {
                more.add(started(step++));
            }
            owner.append(more);
            if (!more.isEmpty()) {
                expected.computeIfAbsent(run, begun -> new ArrayList<>()).addAll(more);
            }
        }

        private void give(String run) {
            RunJournal owner = owners.remove(run);
            if (owner != null) {
                owner.close();
                former.add(owner);
            }
        }

        private void late() {
            if (!former.isEmpty()) {
                assertThat(code(() -> chance.pick(former).append(List.of(closed()))))
                        .isEqualTo("journal.fenced");
            }
        }

        private void delete(String run) {
            boolean owned =
                    owners.keySet().stream().anyMatch(other -> other.equals(run) || other.startsWith(run + "/"));
            if (owned) {
                assertThat(code(() -> journal.get().delete(run))).isEqualTo("journal.owned");
                return;
            }
            assertThat(journal.get().delete(run)).isEqualTo(expected.containsKey(run));
            expected.keySet().removeIf(other -> other.equals(run) || other.startsWith(run + "/"));
        }

        void forgetOwners() {
            owners.values().forEach(RunJournal::close);
            owners.clear();
            former.clear();
        }

        void check() {
            expected.forEach(
                    (run, records) -> assertThat(journal.get().read(run)).isEqualTo(records));
            assertThat(journal.get().runs().stream().filter(run -> run.startsWith(prefix)))
                    .containsExactlyElementsOf(expected.keySet());
        }
    }
}
