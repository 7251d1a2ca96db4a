package dev.tenon.recall;

import dev.tenon.memory.Memory;
import dev.tenon.testing.contract.MemoryContract;

class RingBufferMemoryContractTest extends MemoryContract {
    private final Memory memory = RingBufferMemory.messages(10_000);

    @Override
    protected Memory memory() {
        return memory;
    }
}
