package dev.tenon;

import dev.tenon.checks.NullRules;
import java.util.List;

class NullTest extends NullRules {
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
