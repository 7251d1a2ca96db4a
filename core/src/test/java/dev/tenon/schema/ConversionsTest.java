package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.schema.Conversions.Converted;
import java.nio.CharBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversionsTest {
    private static final Conversions TIMES = Conversions.NONE
            .with(String.class, Long.class, Long::parseLong)
            .with(Long.class, Instant.class, Instant::ofEpochSecond)
            .with(Instant.class, Duration.class, at -> Duration.between(Instant.EPOCH, at));

    @Test
    void aTextBecomesATime() {
        // @start region="way"
        Conversions conversions = Conversions.NONE
                .with(String.class, Long.class, Long::parseLong)
                .with(Long.class, Instant.class, Instant::ofEpochSecond);
        Converted<Instant> at = conversions.convert("1700000000", Instant.class);
        assertThat(at.value()).isEqualTo(Instant.parse("2023-11-14T22:13:20Z"));
        assertThat(at.way()).isEqualTo("String → Long → Instant");
        // @end
    }

    @Test
    void severalStepsAreTakenAndNamed() {
        Converted<Duration> converted = TIMES.convert("60", Duration.class);
        assertThat(converted.value()).isEqualTo(Duration.ofMinutes(1));
        assertThat(converted.path()).containsExactly(String.class, Long.class, Instant.class, Duration.class);
        assertThat(converted).hasToString("PT1M (String → Long → Instant → Duration)");
    }

    @Test
    void theShortestWayIsTaken() {
        Conversions direct = TIMES.with(String.class, Duration.class, Duration::parse);
        assertThat(direct.convert("PT5S", Duration.class).way()).isEqualTo("String → Duration");
    }

    @Test
    void ofTwoShortWaysTheFirstGivenIsTaken() {
        Conversions two = Conversions.NONE
                .with(String.class, Integer.class, Integer::valueOf)
                .with(String.class, Long.class, Long::valueOf)
                .with(Long.class, Instant.class, Instant::ofEpochSecond)
                .with(Integer.class, Instant.class, at -> Instant.ofEpochMilli(at));
        assertThat(two.convert("1", Instant.class).way()).isEqualTo("String → Integer → Instant");
    }

    @Test
    void nothingIsDoneWhereTheValueFitsAlready() {
        assertThat(Conversions.NONE.convert("a", CharSequence.class).path()).containsExactly(String.class);
        assertThat(Conversions.NONE.convert(3, int.class).value()).isEqualTo(3);
    }

    @Test
    void stepsServeSubtypesAndSupertypes() {
        Conversions texts = Conversions.NONE.with(CharSequence.class, Integer.class, CharSequence::length);
        assertThat(texts.convert(CharBuffer.wrap("abc"), Number.class).value()).isEqualTo(3);
        assertThat(texts.convert("abc", int.class).way()).isEqualTo("String → Integer");
    }

    @Test
    void aWayMayBeAskedForWithoutAValue() {
        assertThat(TIMES.path(String.class, Instant.class)).containsExactly(String.class, Long.class, Instant.class);
        assertThat(TIMES.path(Instant.class, String.class)).isEmpty();
        assertThat(TIMES.path(int.class, Integer.class)).isEqualTo(List.of(Integer.class));
    }

    @Test
    void noWaySaysWhatThereIs() {
        assertThatThrownBy(() -> TIMES.convert(Duration.ZERO, String.class))
                .isInstanceOf(SchemaException.class)
                .hasMessage("no way leads from Duration to String; known: String → Long, Long → Instant, Instant →"
                        + " Duration");
        assertThatThrownBy(() -> Conversions.NONE.convert(1, String.class))
                .hasMessage("no way leads from Integer to String; no conversion is known");
    }

    @Test
    void aStepThatFailsIsNamedWithTheWay() {
        assertThatThrownBy(() -> TIMES.convert("soon", Instant.class))
                .isInstanceOf(SchemaException.class)
                .hasMessage("String → Long → Instant failed at String → Long: For input string: \"soon\"")
                .hasCauseInstanceOf(NumberFormatException.class);
        Conversions nulls = Conversions.NONE.with(String.class, Long.class, text -> (Long) null);
        assertThatThrownBy(() -> nulls.convert("a", Long.class))
                .hasMessage("String → Long failed at String → Long: it gave null");
    }

    @Test
    void circlesEnd() {
        Conversions circle = TIMES.with(Duration.class, String.class, Duration::toString);
        assertThat(circle.path(String.class, Thread.class)).isEmpty();
        assertThat(circle.convert(Duration.ZERO, String.class).way()).isEqualTo("Duration → String");
    }
}
