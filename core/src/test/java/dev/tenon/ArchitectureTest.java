package dev.tenon;

import dev.tenon.checks.ModuleRules;
import dev.tenon.checks.Rules;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {
    private static final List<String> CHAIN = List.of(
            "error",
            "search",
            "json",
            "message",
            "schema",
            "output",
            "prompt",
            "scope",
            "tool",
            "provider",
            "event",
            "journal",
            "run",
            "memory",
            "vector",
            "agent");

    @Test
    void packagesNeedOnlyThoseBeforeThem() {
        Rules.packagesFollow(CHAIN).check(module);
    }

    @Test
    void coreNeedsNothingButJacksonAndSlf4j() {
        // javax.crypto is part of the platform's base module.
        Rules.needOnly(
                        "tools.jackson..",
                        "com.fasterxml.jackson.annotation..",
                        "org.slf4j..",
                        "org.jspecify..",
                        "javax.crypto..")
                .check(module);
    }
}
