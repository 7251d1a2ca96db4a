package dev.tenon.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void numbersKeepEveryDigit() {
        String text = "123456789012345678901234567890.12345678901234567890";

        assertThat(Json.parse(text)).isEqualTo(Json.of(new BigDecimal(text)));
        assertThat(Json.parse(text).toString()).isEqualTo(text);
        assertThat(Json.parse("0.1").as(BigDecimal.class)).isEqualTo(new BigDecimal("0.1"));
    }

    @Test
    void numbersOfOneValueAreEqualHoweverTheyAreWritten() {
        assertThat(Json.parse("1.0")).isEqualTo(Json.of(1)).hasSameHashCodeAs(Json.of(1));
        assertThat(Json.parse("1e2")).isEqualTo(Json.of(100));
        assertThat(Json.parse("{\"a\":1,\"b\":2}")).isEqualTo(Json.parse("{\"b\":2.0,\"a\":1}"));
    }

    @Test
    void whatIsNoWholeNumberIsNoLong() {
        assertThat(Json.parse("9223372036854775807").asLong()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> Json.parse("9223372036854775808").asLong()).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> Json.parse("1.5").asLong()).isInstanceOf(JsonException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{", "[1,]", "{\"a\":1,\"a\":2}", "1 2", "NaN", "'a'", "[1] x", "\"\u0001\"", "01"})
    void readsNothingButJson(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void deepNestingIsAnErrorAndNoOverflow() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);

        assertThatThrownBy(() -> Json.parse(deep)).isInstanceOf(JsonException.class);
    }

    @Test
    void everyCollectionOfTheJdkIsAnArray() {
        List<String> sub = List.of("x", "y").subList(0, 1);

        assertThat(Json.of(sub)).hasToString("[\"x\"]");
        assertThat(Json.of(List.of("x", "y").reversed())).hasToString("[\"y\",\"x\"]");
        assertThat(Json.of(Arrays.asList(1, null))).hasToString("[1,null]");
        assertThat(Json.of(new TreeMap<>(Map.of("a", 1, "b", 2)).headMap("b"))).hasToString("{\"a\":1}");
        assertThat(Json.of(new Holder(sub))).hasToString("{\"names\":[\"x\"]}");
    }

    record Holder(List<String> names) {}

    @Test
    void whatHoldsItselfIsAnErrorThatSaysSo() {
        List<Object> circle = new ArrayList<>();
        circle.add(circle);

        assertThatThrownBy(() -> Json.of(circle)).isInstanceOf(JsonException.class);
    }

    @Test
    void pointersReachEveryMember() {
        Json json = Json.parse("{\"a/b\":[{\"~\":7}],\"\":1}");

        assertThat(json.at("/a~1b/0/~0")).contains(Json.of(7));
        assertThat(json.at("/")).contains(Json.of(1));
        assertThat(json.at("")).contains(json);
        assertThat(json.at("/a~1b/1")).isEmpty();
        assertThat(json.at("/a~1b/-")).isEmpty();
        assertThat(json.at("/none/further")).isEmpty();
    }

    @Test
    void theDigestDoesNotDependOnOrderOrSpelling() {
        assertThat(Json.parse("{\"b\": 1.0, \"a\": \"\\u0041\"}").digest())
                .isEqualTo(Json.parse("{\"a\":\"A\",\"b\":1}").digest())
                .matches("[0-9a-f]{64}");
        assertThat(Json.parse("{\"a\":1}").digest())
                .isNotEqualTo(Json.parse("{\"a\":\"1\"}").digest());
    }

    record Big(BigInteger whole, BigDecimal exact, Object any) {}

    @Test
    void wholeNumbersOfAnySizeComeBack() {
        BigInteger whole = new BigInteger("-99999999999999999999999");
        Big big = new Big(whole, new BigDecimal(whole), whole);

        assertThat(Json.of(big).as(Big.class)).isEqualTo(big);
        assertThat(Json.parse("12345678901234567890").as(BigInteger.class))
                .isEqualTo(new BigInteger("12345678901234567890"));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                1.1,
                1e20,
                -1.2345678901234568E16,
                0x1p57,
                0x1.8p60,
                Double.MAX_VALUE,
                Double.MIN_VALUE,
                9_007_199_254_740_992.0,
                1.2345678901234568E20
            })
    void everyDoubleComesBack(double number) {
        assertThat(Json.of(number).as(Double.class)).isEqualTo(number);
        float small = (float) (number / 3 % 1e30);
        assertThat(Json.of(small).as(Float.class)).isEqualTo(small);
    }

    @Test
    void aNumberThatATypeCannotHoldIsRefused() {
        assertThatThrownBy(() -> Json.parse("[1e400]").as(double[].class))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("expected a number that a double can hold, got 1E+400; a BigDecimal holds any");
        assertThatThrownBy(() -> Json.parse("9007199254740993").as(Double.class))
                .hasMessageContaining("expected a number that a double can hold, got 9007199254740993");
        assertThatThrownBy(() -> Json.parse("-123456789012345678901234").as(Double.class))
                .hasMessageContaining("expected a number that a double can hold");
        assertThatThrownBy(() -> Json.parse("1e39").as(Float.class))
                .hasMessageContaining("expected a number that a float can hold, got 1E+39");
        assertThatThrownBy(() -> Json.parse("16777217").as(Float.class))
                .hasMessageContaining("expected a number that a float can hold, got 16777217");
        assertThat(Json.parse("0.12345678901234567890").as(Double.class)).isEqualTo(0.12345678901234568);
        assertThat(Json.parse("16777216").as(Float.class)).isEqualTo(16_777_216f);
    }

    sealed interface Shape {}

    record Circle(double radius) implements Shape {}

    record UnitSquare() implements Shape {}

    @Test
    void membersOfASealedInterfaceCarryTheirTag() {
        assertThat(Json.of(new Circle(2))).hasToString("{\"type\":\"circle\",\"radius\":2.0}");
        assertThat(Json.parse("{\"type\":\"circle\",\"radius\":2}").as(Shape.class))
                .isEqualTo(new Circle(2));
        assertThatThrownBy(() -> Json.parse("{\"type\":\"cube\"}").as(Shape.class))
                .isInstanceOf(JsonException.class);
    }

    record Box<T>(T content) {}

    record Held(Object any, Circle declared, List<?> wild, Map<String, Shape> named) {}

    sealed interface Result<T> {
        record Done<T>(T value) implements Result<T> {}

        record Missing<T>(Optional<Shape> instead) implements Result<T> {}
    }

    @Test
    void membersOfASealedInterfaceCarryTheirTagWithinWhateverHoldsThem() {
        Circle circle = new Circle(2);
        String written = "{\"type\":\"circle\",\"radius\":2.0}";

        for (Object list : new Object[] {
            List.of(circle), Set.of(circle), new Object[] {circle}, new Shape[] {circle}, List.of(Optional.of(circle))
        }) {
            assertThat(Json.of(list)).as(list.toString()).hasToString("[" + written + "]");
        }
        assertThat(Json.of(Map.of("a", circle))).hasToString("{\"a\":" + written + "}");
        assertThat(Json.of(Map.of("a", List.of(circle)))).hasToString("{\"a\":[" + written + "]}");
        assertThat(Json.of(Optional.of(circle))).hasToString(written);
        assertThat(Json.of(new Box<>(circle))).hasToString("{\"content\":" + written + "}");
        assertThat(Json.of(List.of(new Box<Object>(List.of(circle))))).hasToString("[{\"content\":[" + written + "]}]");
        assertThat(Json.of(new Held(circle, circle, List.of(circle, new UnitSquare()), Map.of("b", circle))))
                .hasToString("{\"any\":" + written + ",\"declared\":" + written + ",\"wild\":[" + written
                        + ",{\"type\":\"unit_square\"}],\"named\":{\"b\":" + written + "}}");
    }

    @Test
    void whatHoldsMembersOfASealedInterfaceComesBackAsItWas() {
        TypeRef<List<Shape>> list = new TypeRef<>() {};
        TypeRef<Map<String, Optional<Shape>>> map = new TypeRef<>() {};
        TypeRef<Box<List<Shape>>> box = new TypeRef<>() {};
        TypeRef<List<Result<Shape>>> results = new TypeRef<>() {};

        List<Shape> shapes = List.of(new Circle(2), new UnitSquare());
        Map<String, Optional<Shape>> named = Map.of("a", Optional.of(new Circle(1)));
        Box<List<Shape>> held = new Box<>(shapes);
        List<Result<Shape>> mixed =
                List.of(new Result.Done<>(new Circle(3)), new Result.Missing<>(Optional.of(new UnitSquare())));

        assertThat(Json.of(shapes).as(list)).isEqualTo(shapes);
        assertThat(Json.of(named).as(map)).isEqualTo(named);
        assertThat(Json.of(held).as(box)).isEqualTo(held);
        assertThat(Json.of(mixed).as(results)).isEqualTo(mixed);
    }

    @Test
    void aChangedObjectIsAnotherOne() {
        Json.Obj before = Json.object("a", 1);
        Json.Obj after = before.with("b", 2).without("a");

        assertThat(before).hasToString("{\"a\":1}");
        assertThat(after).hasToString("{\"b\":2}");
    }

    @Test
    void whatWasWantedAndGivenIsSaid() {
        assertThatThrownBy(() -> Json.of("seven").asLong()).hasMessage("expected number, got string \"seven\"");
        assertThatThrownBy(() -> Json.of(7).asObj()).hasMessage("expected object, got number 7");
    }
}
