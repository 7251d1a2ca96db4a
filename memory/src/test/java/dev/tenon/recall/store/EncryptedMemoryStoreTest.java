package dev.tenon.recall.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.SessionInfo;
import dev.tenon.testing.contract.MemoryStoreContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedMemoryStoreTest extends MemoryStoreContract {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** The session LISBON of ANN, as versions wrote it that gave entries no number. */
    private static final List<SessionEntry> OLDER = List.of(
            older(
                    "cdb36fd830390e61525b6ddb912b9e93b0f538f1d119b04bcdfe2c5d2a2fe42b",
                    "4XseKvhpQc1YgNKBBu62eGPfaC4qa2EyFBonve+gBLH1ENBl7dlLujC+fexz18EQp2dlCLmN74KFzL2eF8bHxllvp0Dle+326zbj"
                        + "lg4ZfTrnwcVPOghtWNG4KkqEobF2rqWZ9rM2s0eNELunfedY0DvRtOikaMvwg7L2gTHFHLf0XcgyhpQQcYqcEi0dQjSn4pQtt8Kk"),
            older(
                    "338f9a323d19a680973620c98f26972c87790805898cd49a973489d9e79cb0d3",
                    "QwaGa1VwnYicawpciaUwIh9eRyw97+ecV+JawTcBtfxTASysKe/IWxTcJjAZX9aluSgYGKeM04NesD2Or45uSH9fPJ1JeUH1jALS"
                        + "+Op08G0WejMc7s/0UZTxlxZu6Y2zDr62GaYxVYQq/nH15DUry4LNVCQ2m3SU7lq10W3iEpoSDj9Br7xfBYgkgcieWMI4dBjvYSI/"));

    private static final String LISBON = "bb1ca5944b8dd02d4fd4aba8cb418f1c431b4fdea541f53eefa3052ed897f9e0";
    private static final String ANN = "840ebf9355e945fa92b363bf5c381d08e0fb255bc5226c65240337c8a56dae77";

    @TempDir
    Path folder;

    private final InMemoryStore inner = new InMemoryStore();
    private final MemoryStore sealed = EncryptedMemoryStore.of(inner, KEY);

    private @Nullable MemoryStore store;

    private MemoryStore open(byte[] key) {
        return EncryptedMemoryStore.of(FileMemoryStore.at(folder), key);
    }

    @Override
    protected MemoryStore store() {
        MemoryStore open = store == null ? open(KEY) : store;
        store = open;
        return open;
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
    }

    @Override
    protected boolean durable() {
        return true;
    }

    @Override
    protected MemoryStore reopened() {
        store().close();
        store = null;
        return store();
    }

    @Test
    void nothingThatWasSaidStandsInAFile() throws IOException {
        SessionEntry entry = new SessionEntry(
                "turn/run-77", "turn", 1, Instant.EPOCH, Json.object("said", "the treasure is under the oak"));
        store().append("pirates", "long-john", 0, List.of(entry));

        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String all = file + new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(all).doesNotContain("treasure", "oak", "pirates", "long-john", "run-77", "\"turn\"");
            }
        }
        assertThat(store().read("pirates", 0).entries()).containsExactly(entry);
        assertThat(store()).asString().doesNotContain("0123456789abcdef");
    }

    @Test
    void opensUnderNoOtherKey() {
        store().append("s", "ann", 0, List.of(entry("a")));
        byte[] other = KEY.clone();
        other[31] ^= 1;
        try (MemoryStore wrong = open(other)) {
            assertThat(wrong.read("s", 0).entries()).as("its names are others").isEmpty();
            assertThatThrownBy(wrong::sessions)
                    .isInstanceOf(MemoryException.class)
                    .hasMessage(
                            "a session does not open under this key: it was sealed under another one, or was altered");
        }
        assertThatThrownBy(() -> EncryptedMemoryStore.of(new InMemoryStore(), new byte[16]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("AES-256 needs a key of 32 bytes, got 16");
    }

    @Test
    void whatWasAlteredOrMovedDoesNotOpen() {
        sealed.append("s", "", 0, List.of(entry("a")));
        sealed.append("t", "", 0, List.of(entry("b")));
        String s = inner.sessions().get(0).session();
        String t = inner.sessions().get(1).session();
        SessionEntry one = inner.read(s, 0).entries().getFirst();

        List<SessionEntry> forged = new ArrayList<>();
        String body = one.body().asString();
        char flipped = body.charAt(30) == 'A' ? 'B' : 'A';
        forged.add(new SessionEntry(one.key() + "0", one.kind(), one.form(), one.at(), one.body()));
        forged.add(new SessionEntry(
                "x", one.kind(), one.form(), one.at(), Json.of(body.substring(0, 30) + flipped + body.substring(31))));
        forged.add(new SessionEntry("y", one.kind(), one.form(), one.at(), Json.of("AAAA")));
        forged.add(new SessionEntry(one.key(), one.kind(), one.form(), one.at(), one.body()));
        forged.add(new SessionEntry(one.key(), one.kind(), 1, one.at(), one.body())); // as if it were of an older form
        forged.add(new SessionEntry("z", "turn", 1, one.at(), Json.Obj.EMPTY));
        for (SessionEntry entry : forged) {
            inner.delete(t);
            inner.append(t, "", 0, List.of(entry));
            assertThatThrownBy(() -> {
                        sealed.read("s", 0);
                        sealed.read("t", 0);
                    })
                    .as("%s", entry)
                    .isInstanceOf(MemoryException.class);
        }
    }

    /** What somebody without the key makes of a session whose entries were appended as a, b, c, d. */
    private void rearranged(int... entries) {
        sealed.append("s", "ann", 0, List.of(entry("a")));
        sealed.append("s", "ann", 1, List.of(entry("b"), entry("c")));
        sealed.append("s", "ann", 3, List.of(entry("d")));
        SessionInfo was = inner.sessions().getFirst();
        List<SessionEntry> all = inner.read(was.session(), 0).entries();
        inner.delete(was.session());
        List<SessionEntry> now = new ArrayList<>();
        for (int at : entries) {
            now.add(all.get(at));
        }
        inner.append(was.session(), was.user(), 0, now);
    }

    private void isRefused(String why) {
        assertThatThrownBy(() -> sealed.read("s", 0))
                .isInstanceOfSatisfying(
                        MemoryException.class, e -> assertThat(e.code()).isEqualTo("memory.damaged"))
                .hasMessage(
                        "a session is damaged: " + why + "; entries were taken away, doubled or put in another order");
    }

    @Test
    void anEntryThatWasTakenAwayInTheMiddleIsSeen() {
        rearranged(0, 2, 3);
        isRefused("entry 2 was not written there but as entry 3");
    }

    @Test
    void theFirstEntryThatWasTakenAwayIsSeen() {
        rearranged(1, 2, 3);
        isRefused("entry 1 was not written there but as entry 2");
        assertThatThrownBy(sealed::sessions).hasMessageContaining("entry 1 was not written there");
    }

    @Test
    void entriesThatWerePutInAnotherOrderAreSeen() {
        rearranged(0, 2, 1, 3);
        isRefused("entry 2 was not written there but as entry 3");
    }

    @Test
    void whatIsReadFromTheMiddleOnIsInItsPlace() {
        rearranged(0, 1, 3);
        assertThatThrownBy(() -> sealed.read("s", 2)).hasMessageContaining("entry 3 was not written there");
    }

    @Test
    void whatWasThereAlreadyTakesNoPlace() {
        sealed.append("s", "", 0, List.of(entry("a")));
        assertThat(sealed.append("s", "", 1, List.of(entry("a"), entry("b")))).isEqualTo(2);
        assertThat(sealed.append("s", "", 7, List.of(entry("b"), entry("a")))).isEqualTo(2);
        assertThat(sealed.append("s", "", 2, List.of(entry("c")))).isEqualTo(3);

        assertThat(sealed.read("s", 0).entries()).containsExactly(entry("a"), entry("b"), entry("c"));
    }

    private static SessionEntry older(String key, String body) {
        return new SessionEntry(key, "sealed", 1, Instant.EPOCH, Json.of(body));
    }

    @Test
    void aSessionOfAnOlderFormIsReadAndGoesOn() {
        inner.append(LISBON, ANN, 0, OLDER);
        sealed.append("lisbon", "ann", 2, List.of(entry("c")));

        assertThat(sealed.read("lisbon", 0).entries())
                .extracting(SessionEntry::key)
                .containsExactly("turn/a", "turn/b", "c");
        assertThat(sealed.read("lisbon", 0).info().user()).isEqualTo("ann");
        assertThat(sealed.sessions()).extracting(SessionInfo::session).containsExactly("lisbon");
    }

    @Test
    void anEntryOfAnOlderFormDoesNotFollowOnNewerOnes() {
        inner.append(LISBON, ANN, 0, OLDER.subList(0, 1));
        sealed.append("lisbon", "ann", 1, List.of(entry("c")));
        inner.append(LISBON, ANN, 2, OLDER.subList(1, 2));

        assertThatThrownBy(() -> sealed.read("lisbon", 0))
                .hasMessage("a session is damaged: entry 3 was not written there; entries were taken away, doubled or"
                        + " put in another order");
    }
}
