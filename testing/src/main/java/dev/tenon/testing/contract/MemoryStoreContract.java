package dev.tenon.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.SessionInfo;
import dev.tenon.memory.StoredSession;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link MemoryStore} does. Give a new, empty store for each test. One that outlasts its object says so by {@link #reopened}, and is then tried across openings as well.
 */
@SuppressWarnings("exports") // JUnit is named in no signature; whoever extends this has it.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class MemoryStoreContract {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00.123Z");

    /** For the classes that extend this one. */
    protected MemoryStoreContract() {}

    /** The store of this test: empty when it is first asked for, the same one until it is reopened. */
    protected abstract MemoryStore store();

    /** Whether what was appended is there when the store is opened again. */
    protected boolean durable() {
        return false;
    }

    /** Closes the store of this test and opens it again; only asked of a {@link #durable} one. */
    protected MemoryStore reopened() {
        throw new UnsupportedOperationException("a store that is durable says how it is reopened");
    }

    /** Names that anybody may give. */
    protected static final List<String> NAMES = List.of(
            "",
            " ",
            "a",
            "A",
            "a ",
            "a/b",
            "a//b",
            "..",
            "../../etc",
            "con",
            "%61",
            "'; drop table x; --",
            "é世🚀",
            "e\u0301",
            "line\nbreak",
            "nul\u0000",
            "half \ud83d",
            "x".repeat(2_000),
            "x".repeat(2_001));

    /** An entry that says which it is. */
    protected static SessionEntry entry(String key) {
        return entry(key, NOON);
    }

    private static SessionEntry entry(String key, Instant at) {
        return new SessionEntry(key, "turn", 1, at, Json.object("of", key));
    }

    private static List<SessionEntry> entries(String... keys) {
        List<SessionEntry> entries = new ArrayList<>();
        for (String key : keys) {
            entries.add(entry(key));
        }
        return entries;
    }

    private static List<String> keys(StoredSession stored) {
        return stored.entries().stream().map(SessionEntry::key).toList();
    }

    private List<String> keys(String session) {
        return keys(store().read(session, 0));
    }

    private static String code(Runnable failing) {
        return catchThrowableOfType(MemoryException.class, failing::run).code();
    }

    @Test
    void knowsNothingOfAnUnknownSession() {
        assertThat(store().read("nobody", 0)).isEqualTo(new StoredSession(SessionInfo.none("nobody"), List.of()));
        assertThat(store().info("nobody").version()).isZero();
        assertThat(store().sessions()).isEmpty();
        assertThat(store().export("nobody")).isEmpty();
        assertThat(store().delete("nobody")).isFalse();
        assertThat(store().deleteUser("nobody")).isZero();
    }

    @Test
    void givesBackWhatWasAppendedInItsOrder() {
        assertThat(store().append("s", "ann", 0, entries("a", "b"))).isEqualTo(2);
        assertThat(store().append("s", "ann", 2, entries("c"))).isEqualTo(3);

        StoredSession read = store().read("s", 0);
        assertThat(read.entries()).isEqualTo(entries("a", "b", "c"));
        assertThat(read.info().session()).isEqualTo("s");
        assertThat(read.info().user()).isEqualTo("ann");
        assertThat(read.info().version()).isEqualTo(3);
        assertThat(read.info().created()).isEqualTo(NOON);
        assertThat(keys(store().read("s", 1))).containsExactly("b", "c");
        assertThat(keys(store().read("s", 3))).isEmpty();
        assertThat(store().read("s", 3).info()).isEqualTo(read.info());
        assertThat(keys(store().read("s", Long.MAX_VALUE))).isEmpty();
    }

    @Test
    void refusesAnAppendThatExpectsAnotherVersion() {
        store().append("s", "", 0, entries("a"));

        assertThatThrownBy(() -> store().append("s", "", 0, entries("b")))
                .isInstanceOf(MemoryException.class)
                .hasMessage("session \"s\" was expected at version 0 and is at 1; read what is new, and append again");
        assertThat(code(() -> store().append("s", "", 2, entries("b")))).isEqualTo(MemoryException.CONFLICT);
        assertThat(code(() -> store().append("new", "", 7, entries("b")))).isEqualTo(MemoryException.CONFLICT);
        assertThat(keys("s")).containsExactly("a");
        assertThat(store().sessions()).hasSize(1);
    }

    @Test
    void takesWhatHasAKeyOnce() {
        store().append("s", "", 0, entries("a", "b"));

        assertThat(store().append("s", "", 0, entries("a", "b")))
                .as("the answer was lost")
                .isEqualTo(2);
        assertThat(store().append("s", "", 2, entries("b", "c"))).isEqualTo(3);
        assertThat(code(() -> store().append("s", "", 2, entries("c", "d")))).isEqualTo(MemoryException.CONFLICT);
        assertThat(store().append("s", "", 3, List.of())).isEqualTo(3);

        assertThat(keys("s")).containsExactly("a", "b", "c");
        store().append("other", "", 0, entries("a"));
        assertThat(keys("other")).containsExactly("a");
    }

    @Test
    void refusesTwoEntriesOfOneKey() {
        assertThatThrownBy(() -> store().append("s", "", 0, entries("a", "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two entries of one append have the key \"a\"");
        assertThat(store().sessions()).isEmpty();
    }

    @Test
    void sessionsOfAnyNameNeverSeeEachOther() {
        for (String name : NAMES) {
            store().append(name, "user " + name, 0, entries("of " + name));
        }

        for (String name : NAMES) {
            assertThat(keys(name)).containsExactly("of " + name);
            assertThat(store().info(name).user()).isEqualTo("user " + name);
            assertThat(store().info(name).session()).isEqualTo(name);
        }
        assertThat(store().sessions()).extracting(SessionInfo::session).containsExactlyInAnyOrderElementsOf(NAMES);
        if (durable()) {
            MemoryStore again = reopened();
            for (String name : NAMES) {
                assertThat(keys(again.read(name, 0))).containsExactly("of " + name);
            }
            assertThat(again.sessions()).extracting(SessionInfo::session).containsExactlyInAnyOrderElementsOf(NAMES);
        }
    }

    @Test
    void aSessionHasOneUser() {
        store().append("s", "", 0, entries("a"));
        store().append("s", "ann", 1, entries("b"));
        store().append("s", "", 2, entries("c"));

        assertThatThrownBy(() -> store().append("s", "bob", 3, entries("d")))
                .isInstanceOf(MemoryException.class)
                .hasMessage("session \"s\" belongs to another user; give each user sessions of their own");
        assertThat(store().info("s").user()).isEqualTo("ann");
        assertThat(keys("s")).containsExactly("a", "b", "c");
    }

    @Test
    void listsWhatWasUpdatedLastFirst() {
        store().append("old", "ann", 0, List.of(entry("a", NOON)));
        store().append("new", "bob", 0, List.of(entry("a", NOON.plusSeconds(2))));
        store().append("middle", "", 0, List.of(entry("a", NOON.plusSeconds(1))));

        assertThat(store().sessions()).extracting(SessionInfo::session).containsExactly("new", "middle", "old");
        store().append("old", "", 1, List.of(entry("b", NOON.plusSeconds(3))));

        List<SessionInfo> listed = store().sessions();
        assertThat(listed).extracting(SessionInfo::session).containsExactly("old", "new", "middle");
        assertThat(listed.getFirst()).isEqualTo(store().info("old"));
        assertThat(listed.getFirst().created()).isEqualTo(NOON);
        assertThat(listed.getFirst().updated()).isEqualTo(NOON.plusSeconds(3));
    }

    @Test
    void deletesOneSessionAndNoOther() {
        store().append("s", "ann", 0, entries("a"));
        store().append("t", "ann", 0, entries("b"));
        String id = store().info("s").id();

        assertThat(store().delete("s")).isTrue();
        assertThat(store().delete("s")).isFalse();

        assertThat(store().read("s", 0).info().version()).isZero();
        assertThat(keys("t")).containsExactly("b");
        store().append("s", "bob", 0, entries("a"));
        assertThat(keys("s")).containsExactly("a");
        assertThat(store().info("s").id()).isNotEmpty().isNotEqualTo(id);
    }

    @Test
    void forgetsAUser() {
        store().append("1", "ann", 0, entries("a"));
        store().append("2", "bob", 0, entries("a"));
        store().append("3", "ann", 0, entries("a"));
        store().append("4", "", 0, entries("a"));

        assertThat(store().deleteUser("ann")).isEqualTo(2);
        assertThat(store().deleteUser("ann")).isZero();

        assertThat(store().sessions()).extracting(SessionInfo::session).containsExactlyInAnyOrder("2", "4");
        assertThatThrownBy(() -> store().deleteUser("")).isInstanceOf(IllegalArgumentException.class);
        if (durable()) {
            assertThat(reopened().sessions()).extracting(SessionInfo::session).containsExactlyInAnyOrder("2", "4");
        }
    }

    @Test
    void keepsNothingLongerThanItShould() {
        store().append("old", "", 0, List.of(entry("a", NOON)));
        store().append("kept", "", 0, List.of(entry("a", NOON), entry("b", NOON.plusSeconds(10))));

        assertThat(store().deleteBefore(NOON)).isZero();
        assertThat(store().deleteBefore(NOON.plusSeconds(10))).isEqualTo(1);

        assertThat(store().sessions()).extracting(SessionInfo::session).containsExactly("kept");
    }

    @Test
    void forksASessionThatThenGoesItsOwnWay() {
        store().append("s", "ann", 0, entries("a", "b", "c"));

        SessionInfo copy = store().fork("s", "copy", 2);
        store().append("copy", "", 2, entries("d"));
        store().append("s", "", 3, entries("e"));

        assertThat(copy.user()).isEqualTo("ann");
        assertThat(copy.version()).isEqualTo(2);
        assertThat(keys("copy")).containsExactly("a", "b", "d");
        assertThat(keys("s")).containsExactly("a", "b", "c", "e");
        assertThat(code(() -> store().fork("s", "copy", 1))).isEqualTo(MemoryException.CONFLICT);
        assertThat(store().fork("s", "whole", Long.MAX_VALUE).version()).isEqualTo(4);
        assertThatThrownBy(() -> store().fork("nobody", "x", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesBackWhatItExported() {
        store().append("s", "ann", 0, entries("a", "b"));

        Json exported = Json.parse(store().export("s").orElseThrow().toString());
        store().restore("moved", exported);

        assertThat(store().read("moved", 0).entries()).isEqualTo(entries("a", "b"));
        assertThat(store().info("moved").user()).isEqualTo("ann");
        assertThat(code(() -> store().restore("s", exported))).isEqualTo(MemoryException.CONFLICT);
    }

    @Test
    void keepsAnyBody() {
        Map<String, List<SessionEntry>> said = new LinkedHashMap<>();
        Chance chance = new Chance(7);
        for (int i = 0; i < 60; i++) {
            String session = "session-" + i % 7;
            List<SessionEntry> before = said.computeIfAbsent(session, begun -> new ArrayList<>());
            SessionEntry entry = new SessionEntry(
                    "k" + i + Gen.text().next(chance),
                    Gen.text().next(chance),
                    1 + chance.below(3),
                    NOON,
                    Gen.json().next(chance));
            store().append(session, "", before.size(), List.of(entry));
            before.add(entry);
        }
        SessionEntry large = new SessionEntry("large", "turn", 1, NOON, Json.of("é世🚀 ".repeat(50_000)));
        store().append("large", "", 0, List.of(large));
        said.put("large", List.of(large));

        said.forEach((session, entries) ->
                assertThat(store().read(session, 0).entries()).isEqualTo(entries));
        if (durable()) {
            MemoryStore again = reopened();
            said.forEach((session, entries) ->
                    assertThat(again.read(session, 0).entries()).isEqualTo(entries));
        }
    }

    @Test
    void isTheSameWhenItIsOpenedAgain() {
        if (!durable()) {
            return;
        }
        store().append("s", "ann", 0, entries("a"));
        store().append("t", "", 0, entries("b"));
        store().delete("t");
        SessionInfo before = store().info("s");

        MemoryStore again = reopened();

        assertThat(again.sessions()).containsExactly(before);
        assertThat(again.append("s", "ann", 0, entries("a"))).isEqualTo(1);
        assertThat(again.append("s", "ann", 1, entries("c"))).isEqualTo(2);
        assertThat(keys(reopened().read("s", 0))).containsExactly("a", "c");
    }

    @Test
    @SuppressWarnings("NullAway") // handed in on purpose
    void refusesNull() {
        assertThatThrownBy(() -> store().read(null, 0)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store().append(null, "", 0, entries("a"))).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store().append("s", null, 0, entries("a"))).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store().append("s", "", 0, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> store().delete(null)).isInstanceOf(NullPointerException.class);
        assertThat(store().sessions()).isEmpty();
    }

    @Test
    void ofThoseWhoExpectTheSameVersionOneAppends() throws Exception {
        int rounds = 20;
        int many = 8;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < rounds; round++) {
                long version = round;
                CyclicBarrier together = new CyclicBarrier(many);
                List<Future<Boolean>> outcomes = new ArrayList<>();
                for (int i = 0; i < many; i++) {
                    String key = round + "-" + i;
                    outcomes.add(pool.submit(() -> {
                        together.await();
                        try {
                            return store().append("s", "", version, entries(key)) == version + 1;
                        } catch (MemoryException e) {
                            assertThat(e.code()).isEqualTo(MemoryException.CONFLICT);
                            return false;
                        }
                    }));
                }
                int won = 0;
                for (Future<Boolean> outcome : outcomes) {
                    won += outcome.get(60, TimeUnit.SECONDS) ? 1 : 0;
                }
                assertThat(won).isEqualTo(1);
            }
        }
        assertThat(keys("s")).hasSize(rounds).doesNotHaveDuplicates();
    }

    @Test
    void manySessionsAtOnceStayApart() throws Exception {
        int sessions = 32;
        int appends = 8;
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> talks = new ArrayList<>();
            for (int i = 0; i < sessions; i++) {
                String session = "session-" + i;
                talks.add(pool.submit(() -> {
                    for (int at = 0; at < appends; at++) {
                        store().append(session, "", 2L * at, entries(session + " " + at, session + " " + at + "b"));
                        assertThat(keys(session)).hasSize(2 * at + 2);
                    }
                }));
            }
            for (Future<?> talk : talks) {
                talk.get(100, TimeUnit.SECONDS);
            }
        }
        for (int i = 0; i < sessions; i++) {
            String session = "session-" + i;
            assertThat(keys(session)).hasSize(2 * appends).allMatch(key -> key.startsWith(session + " "));
        }
    }
}
