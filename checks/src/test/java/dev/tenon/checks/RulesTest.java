package dev.tenon.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.tenon.sample.fine.Fine;
import dev.tenon.sample.high.High;
import dev.tenon.sample.low.Low;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule is held against classes that break it: a rule that nothing can break checks nothing. */
class RulesTest {
    private static final JavaClasses BROKEN = new ClassFileImporter().importClasses(Low.class, High.class);
    private static final JavaClasses FINE = new ClassFileImporter().importPackages("dev.tenon.sample.fine");

    @Test
    void packagesHaveNoCycles() {
        finds(Rules.packagesHaveNoCycles(), "Cycle detected: Slice sample.high");
    }

    @Test
    void packagesAreNullMarked() {
        finds(Rules.packagesAreNullMarked(), "dev.tenon.sample.low has no package-info with @NullMarked");
    }

    @Test
    void signaturesShowNoJackson() {
        finds(
                Rules.signaturesShowNoJackson(),
                "dev.tenon.sample.low.Low.later(dev.tenon.sample.high.High) shows tools.jackson.sample.Tree");
    }

    @Test
    void signaturesBlock() {
        finds(
                Rules.signaturesBlock(),
                "dev.tenon.sample.low.Low.later(dev.tenon.sample.high.High) shows"
                        + " java.util.concurrent.CompletableFuture");
    }

    @Test
    void nothingIsBoundToAThread() {
        finds(
                Rules.nothingIsBoundToAThread(),
                "Field <dev.tenon.sample.low.Low.BOUND> has type <java.lang.ThreadLocal>");
    }

    @Test
    void okHttpIsSeenOnlyByHttp() {
        finds(Rules.okHttpIsSeenOnlyByHttp(), "calls constructor <okhttp3.sample.Wire.<init>()>");
    }

    @Test
    void packagesFollowTheirChain() {
        ArchRule rule = Rules.packagesFollow(List.of("sample.fine", "sample.low", "sample.high"));

        finds(rule, "has parameter of type <dev.tenon.sample.high.High>");
        assertThatThrownBy(() -> Rules.packagesFollow(List.of("sample.low")).check(BROKEN))
                .hasMessageContaining("dev.tenon.sample.high.High is in no package of the chain");
    }

    @Test
    void needOnlyTheNamedLibraries() {
        finds(Rules.needOnly("tools.jackson..", "org.jspecify.."), "calls constructor <okhttp3.sample.Wire.<init>()>");
    }

    @Test
    void aModuleIsTheFolderAboveTarget() {
        assertThat(Rules.module(FINE.get(Fine.class))).isEqualTo("checks");
    }

    private static void finds(ArchRule rule, String violation) {
        assertThatThrownBy(() -> rule.check(BROKEN)).hasMessageContaining(violation);
        assertThatCode(() -> rule.check(FINE)).doesNotThrowAnyException();
    }
}
