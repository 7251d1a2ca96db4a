package dev.tenon.recall.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.SessionEntry;
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

    @TempDir
    Path folder;

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
        InMemoryStore inner = new InMemoryStore();
        MemoryStore sealed = EncryptedMemoryStore.of(inner, KEY);
        sealed.append("s", "", 0, List.of(entry("a")));
        sealed.append("t", "", 0, List.of(entry("b")));
        String s = inner.sessions().get(0).session();
        String t = inner.sessions().get(1).session();
        SessionEntry one = inner.read(s, 0).entries().getFirst();

        List<SessionEntry> forged = new ArrayList<>();
        String body = one.body().asString();
        char flipped = body.charAt(30) == 'A' ? 'B' : 'A';
        forged.add(new SessionEntry(one.key() + "0", one.kind(), 1, one.at(), one.body()));
        forged.add(new SessionEntry(
                "x", one.kind(), 1, one.at(), Json.of(body.substring(0, 30) + flipped + body.substring(31))));
        forged.add(new SessionEntry("y", one.kind(), 1, one.at(), Json.of("AAAA")));
        forged.add(new SessionEntry(one.key(), one.kind(), 1, one.at(), one.body()));
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
}
