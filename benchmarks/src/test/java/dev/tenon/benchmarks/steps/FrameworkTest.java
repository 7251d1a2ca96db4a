package dev.tenon.benchmarks.steps;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** All frameworks do the same work. */
class FrameworkTest {
    @ParameterizedTest
    @FieldSource("dev.tenon.benchmarks.steps.Framework#NAMES")
    void everyPatternRunsAThousandSteps(String name) {
        AtomicInteger ran = new AtomicInteger();
        Framework framework = Framework.of(name, ran::incrementAndGet);

        framework.sequence();
        assertThat(ran.getAndSet(0)).isEqualTo(1_000);
        framework.loop();
        assertThat(ran.getAndSet(0)).isEqualTo(1_000);
        framework.conditional();
        assertThat(ran.getAndSet(0)).isEqualTo(1_000);
        framework.parallel();
        assertThat(ran.get()).isEqualTo(1_000);
    }
}
