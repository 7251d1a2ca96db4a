package dev.tenon;

import dev.tenon.checks.NullRules;
import dev.tenon.journal.Journal;
import dev.tenon.testing.ForwardingJournal;
import dev.tenon.testing.StoppingJournal;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

class NullTest extends NullRules {
    @Override
    protected Map<Class<?>, Supplier<?>> samples() {
        return Map.of(ForwardingJournal.class, () -> new StoppingJournal(Journal.inMemory(), Integer.MAX_VALUE, true));
    }

    @Override
    protected List<String> notTried() {
        // What a server was asked is made by the server; a contract is extended by tests.
        return List.of(
                "dev.tenon.testing.LoopbackServer$Request.header(String name)",
                "dev.tenon.testing.ModelRequest.offers(String tool)",
                "dev.tenon.testing.ModelRequest.toolResult(String tool)",
                "dev.tenon.testing.contract.ProviderContract.closing(AutoCloseable resource)",
                "dev.tenon.testing.contract.ProviderContract.told(Kind kind)",
                "dev.tenon.testing.contract.ServedProviderContract.provider(Function model)");
    }
}
