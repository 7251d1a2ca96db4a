package dev.tenon.recall;

import dev.tenon.memory.Memory;
import dev.tenon.recall.store.FileMemoryStore;
import dev.tenon.testing.contract.MemoryContract;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class ConversationMemoryContractTest extends MemoryContract {
    @TempDir
    Path folder;

    private @Nullable FileMemoryStore store;
    private @Nullable Memory memory;

    @Override
    protected Memory memory() {
        Memory open = memory;
        if (open == null) {
            FileMemoryStore files = FileMemoryStore.at(folder);
            store = files;
            open = ConversationMemory.builder(files).build();
            memory = open;
        }
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
    protected Memory reopened() {
        close();
        memory = null;
        return memory();
    }
}
