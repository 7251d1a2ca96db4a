package dev.tenon.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlScalarTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|null",
                "~|null",
                "Null|null",
                "true|true",
                "FALSE|false",
                "12|12",
                "-12|-12",
                "+12|12",
                "007|7",
                "0o17|15",
                "0x1f|31",
                ".5|0.5",
                "5.|5",
                "1e3|1000",
                "-1.5E-2|-0.015"
            })
    void nullBooleansAndNumbersAreThose(String text, String json) {
        assertThat(YamlScalar.of(text).value()).isEqualTo(Json.parse(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no",
                "on",
                "yes",
                "TrUe",
                "nULL",
                "0o8",
                "-0o7",
                "0xg",
                "1_000",
                "1:30",
                "1e",
                ".",
                "-",
                "2001-12-14",
                "１２"
            })
    void everythingElseIsAText(String text) {
        YamlScalar scalar = YamlScalar.of(text);

        assertThat(scalar.isNumber()).isFalse();
        assertThat(scalar.isNotFinite()).isFalse();
        assertThat(scalar.value()).isEqualTo(Json.of(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {".inf", "-.INF", "+.Inf", ".nan", ".NaN"})
    void whatIsNotFiniteSaysSo(String text) {
        assertThat(YamlScalar.of(text).isNotFinite()).isTrue();
    }

    @Test
    void anExponentOutOfAllMeasureIsRefused() {
        assertThatThrownBy(() -> YamlScalar.of("1e99999999999").value())
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("expected a number of a size that can be used, got \"1e99999999999\"");
    }
}
