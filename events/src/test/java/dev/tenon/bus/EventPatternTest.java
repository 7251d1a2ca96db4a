package dev.tenon.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventPatternTest {
    /** The table of docs/events.md, and what lies between its rows. */
    @ParameterizedTest(name = "{0} of {1}: {2}")
    @CsvSource(delimiter = ';', textBlock = """
        tool.call.finished      ; tool.call.finished    ; true
        tool.call.finished      ; tool.call.started     ; false
        tool.call.finished      ; tool.call             ; false
        tool.call.finished      ; tool.call.finished.ok ; false
        tool                    ; tool                  ; true
        tool                    ; tool.call             ; false
        tool                    ; tools                 ; false
        tool.call.*             ; tool.call.finished    ; true
        tool.call.*             ; tool.call             ; false
        tool.call.*             ; tool.call.finished.ok ; false
        *                       ; tool                  ; true
        *                       ; tool.call             ; false
        *.call.*                ; model.call.failed     ; true
        *.call.*                ; call.model.failed     ; false
        *.*                     ; run.started           ; true
        *.*                     ; run                   ; false
        tool.**                 ; tool                  ; true
        tool.**                 ; tool.call             ; true
        tool.**                 ; tool.call.finished    ; true
        tool.**                 ; tools                 ; false
        tool.**                 ; tools.call            ; false
        **                      ; run                   ; true
        **                      ; model.call.fell_back  ; true
        **.failed               ; failed                ; true
        **.failed               ; model.call.failed     ; true
        **.failed               ; model.failed.call     ; false
        **.failed               ; model.call.unfailed   ; false
        model.**.failed         ; model.failed          ; true
        model.**.failed         ; model.call.failed     ; true
        model.**.failed         ; model.a.b.c.failed    ; true
        model.**.failed         ; model.failed.failed   ; true
        model.**.failed         ; model.failed.x        ; false
        **.call.**              ; call                  ; true
        **.call.**              ; tool.call.finished    ; true
        **.call.**              ; a.b.call              ; true
        **.call.**              ; a.b.calls             ; false
        **.**                   ; run                   ; true
        **.*                    ; run                   ; true
        **.*                    ; run.started           ; true
        *.**                    ; run                   ; true
        *.**.*                  ; run                   ; false
        *.**.*                  ; run.started           ; true
        **.a.**.b               ; a.b                   ; true
        **.a.**.b               ; x.a.a.y.b.z.b         ; true
        **.a.**.b               ; x.a.b.z               ; false
        re:(tool|model)\\.call\\..+ ; tool.call.started  ; true
        re:(tool|model)\\.call\\..+ ; model.call.failed  ; true
        re:(tool|model)\\.call\\..+ ; a.tool.call.failed ; false
        re:(tool|model)\\.call\\..+ ; tool.call          ; false
        re:tool                 ; tool                  ; true
        re:tool                 ; tool.call             ; false
        re:.*                   ; run.started           ; true
        """)
    void matchesByItsRules(String pattern, String name, boolean matches) {
        assertThat(EventPattern.of(pattern).matches(name)).isEqualTo(matches);
    }

    /** What a regular expression says of the same rules. */
    @Test
    void matchesAsTheEqualRegularExpressionDoes() {
        Gen<List<String>> segments = Gen.of("a", "b", "*", "**").list(5).where(list -> !list.isEmpty());
        Gen<List<String>> names = Gen.of("a", "b", "c").list(6).where(list -> !list.isEmpty());
        record Sample(String pattern, String name) {}
        Gen<Sample> samples =
                chance -> new Sample(String.join(".", segments.next(chance)), String.join(".", names.next(chance)));

        Property.forAll(5_000, samples, sample -> {
            String regex = sample.pattern()
                    .replace(".", "\\.")
                    .replace("**", "(@)")
                    .replace("*", "[a-c]+")
                    // with its dot before or behind, since it may stand for nothing
                    .replace("(@)\\.", "([a-c]+\\.)*")
                    .replace("\\.(@)", "(\\.[a-c]+)*")
                    .replace("(@)", "[a-c]+(\\.[a-c]+)*");
            boolean wanted = Pattern.matches(regex, sample.name())
                    // ** at both sides of a name that is only dots apart
                    || (sample.pattern().endsWith(".**")
                            && EventPattern.of(sample.pattern()
                                            .substring(0, sample.pattern().length() - 3))
                                    .matches(sample.name()));

            assertThat(EventPattern.of(sample.pattern()).matches(sample.name())).isEqualTo(wanted);
        });
    }

    @Test
    void isItsText() {
        Property.forAll(patterns(), pattern -> {
            assertThat(Json.of(pattern)).isEqualTo(Json.of(pattern.text()));
            assertThat(Json.of(pattern).as(EventPattern.class))
                    .isEqualTo(pattern)
                    .hasSameHashCodeAs(pattern);
            assertThat(pattern).hasToString(pattern.text());
        });
    }

    static Gen<EventPattern> patterns() {
        return chance -> {
            if (chance.oneIn(5)) {
                return EventPattern.of(
                        Gen.of("re:", "re:.*", "re:tool\\.(call|x)", "re:\"é").next(chance));
            }
            List<String> segments = new ArrayList<>();
            for (int left = 1 + chance.below(4); left > 0; left--) {
                segments.add(segment(chance));
            }
            return EventPattern.of(String.join(".", segments));
        };
    }

    private static String segment(Chance chance) {
        return chance.pick(List.of("*", "**", "tool", "fell_back", "x-1", "9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "tool.", ".tool", "tool..call", "Tool.call", "tool.f*", "tool.***", "tool call", "tööl"
            })
    void refusesWhatNoEventIsCalled(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> EventPattern.of(pattern));
    }

    @Test
    void saysWhichSegmentIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventPattern.of("tool.call.f*"))
                .withMessage(
                        "not a pattern for events: \"tool.call.f*\": segment 3 is \"f*\"; expected lower-case letters,"
                            + " digits, '_' and '-', or * for one segment, or ** for any number of them; or re: and a"
                            + " regular expression for the whole name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventPattern.of("re:tool.(call"))
                .withMessage("not a regular expression: \"tool.(call\": Unclosed group at index 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventPattern.of("re:" + "(".repeat(100)))
                .withMessage("not a regular expression: \"" + "(".repeat(60) + "…\": Unclosed group at index 100");
        assertThatNullPointerException().isThrownBy(() -> EventPattern.of(null)).withMessage("text");
    }

    @Test
    void boundsARegularExpressionThatBacktracks() {
        EventPattern hostile = EventPattern.of("re:.*.*.*.*.*.*.*b");

        assertThat(hostile.matches("aaab")).isTrue();
        assertThatExceptionOfType(TenonException.class)
                .isThrownBy(() -> hostile.matches("a".repeat(64)))
                .withMessage("the regular expression \".*.*.*.*.*.*.*b\" took too many steps on \"" + "a".repeat(60)
                        + "…\" (64 characters); write it with fewer repetitions that can match the same text")
                .satisfies(e -> assertThat(e.code()).isEqualTo("bus.pattern_too_costly"));
    }

    @Test
    void boundsARegularExpressionThatRecurses() {
        EventPattern hostile = EventPattern.of("re:(a|b)*");

        assertThatExceptionOfType(TenonException.class)
                .isThrownBy(() -> hostile.matches("ab".repeat(500_000)))
                .satisfies(e -> assertThat(e.code()).isEqualTo("bus.pattern_too_costly"));
    }

    @Test
    void looksAtALongNameInNoTimeAtAll() {
        String name = "a.".repeat(20_000) + "b";

        assertThat(EventPattern.of("**.a.**.a.**.c").matches(name)).isFalse();
        assertThat(EventPattern.of("**.a.**.a.**.b").matches(name)).isTrue();
    }
}
