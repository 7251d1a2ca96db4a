package dev.tenon.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.tenon.checks.ModuleRules;
import dev.tenon.checks.Rules;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every module is on the class path of this one, so what holds between modules is held here. */
class ArchitectureTest extends ModuleRules {
    private final JavaClasses everything = everything();

    @Test
    void modulesBesideCoreDoNotKnowOneAnother() {
        Rules.modulesBesideCoreDoNotKnowOneAnother().check(everything);
    }

    @Test
    void everyModuleWasLookedAt() {
        Set<String> modules = everything.stream().map(Rules::module).collect(Collectors.toSet());

        assertThat(modules).contains("core", "providers", "testing", "events", "memory", "workflow", "tools");
    }

    @Test
    void noPackageLiesInTwoModules() {
        assertThat(everything.stream()
                        .collect(Collectors.groupingBy(
                                JavaClass::getPackageName, Collectors.mapping(Rules::module, Collectors.toSet()))))
                .allSatisfy((name, modules) -> assertThat(modules).hasSize(1));
    }
}
