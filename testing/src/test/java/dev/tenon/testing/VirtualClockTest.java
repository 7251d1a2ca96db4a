package dev.tenon.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Stop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
    @Test
    void standsStillUntilItIsMoved() {
        VirtualClock clock = new VirtualClock(Instant.parse("2026-01-01T00:00:00Z"));
        clock.advance(Duration.ofSeconds(90));

        assertThat(clock.now()).isEqualTo("2026-01-01T00:01:30Z");
        assertThat(clock.nanos()).isEqualTo(90_000_000_000L);
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1))).hasMessage("a clock does not go back: PT-1S");
    }

    @Test
    void runsAlarmsInTheOrderOfTheirTimes() {
        VirtualClock clock = new VirtualClock();
        List<String> ran = new ArrayList<>();
        clock.after(Duration.ofSeconds(2), () -> ran.add("b at " + clock.now()));
        clock.after(Duration.ofSeconds(1), () -> {
            ran.add("a at " + clock.now());
            clock.after(Duration.ofMillis(1500), () -> ran.add("d at " + clock.now()));
        });
        clock.after(Duration.ofSeconds(2), () -> ran.add("c at " + clock.now()));
        clock.after(Duration.ofSeconds(4), () -> ran.add("too late"));
        clock.advance(Duration.ofSeconds(3));

        assertThat(ran)
                .containsExactly(
                        "a at 2000-01-01T00:00:01Z",
                        "b at 2000-01-01T00:00:02Z",
                        "c at 2000-01-01T00:00:02Z",
                        "d at 2000-01-01T00:00:02.500Z");
        assertThat(clock.alarms()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void forgetsAnAlarmThatIsTakenBack() {
        VirtualClock clock = new VirtualClock();
        List<String> ran = new ArrayList<>();
        Registration alarm = clock.after(Duration.ofSeconds(1), () -> ran.add("a"));
        alarm.close();
        clock.advance(Duration.ofSeconds(2));

        assertThat(ran).isEmpty();
    }

    @Test
    void stopsAScopeAtItsDeadline() {
        VirtualClock clock = new VirtualClock();
        try (Cancellation scope = Cancellation.below(new Cancellation(clock), "work", Duration.ofMinutes(5))) {
            clock.advance(Duration.ofMinutes(5).minusNanos(1));
            assertThat(scope.stopped()).isFalse();
            clock.advance(Duration.ofNanos(1));

            assertThat(scope.stop().map(Stop::kind)).isEqualTo(Optional.of(Stop.Kind.DEADLINE));
        }
    }
}
