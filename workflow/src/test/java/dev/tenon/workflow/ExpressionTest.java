package dev.tenon.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What expressions give, and that none of them works without end. */
@Timeout(60)
class ExpressionTest {
    private static final String LOOKS = "a regular expression looks at more than 20000000 characters; make it simpler:"
            + " repetitions in repetitions try every way there is";

    private record State(Json.Obj values) implements Environment {
        @Override
        public @Nullable Json value(String key) {
            return values.members().get(key);
        }

        @Override
        public Set<String> keys() {
            return values.members().keySet();
        }

        @Override
        public @Nullable Json variable(String name) {
            return name.equals("last") ? Json.of("it") : null;
        }

        @Override
        public Moment moment() {
            return new Moment(0, 7);
        }
    }

    private static final Environment STATE = new State(
            Json.parse("""
                {"a": 12, "b": 3, "text": "one, two,three", "path": "a/b/c", "number": {"and": 4, "x": 2},
                 "as": "%s!", "big": "%s"}\
                """.formatted("a".repeat(40), "x".repeat(100_000))).asObj());

    private static @Nullable Json evaluate(String text) {
        return Expression.of(text).evaluate(STATE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "$match('abcabc', /b(c)/).groups | [\"c\",\"c\"]",
                "$match('abcabc', /b(c)/, 1)[0].index | 1",
                "$contains(text, /TWO/i) | true",
                "$contains(text, 'two') | true",
                "$contains(text, /four/) | false",
                "$split(text, /,\\s*/) | [\"one\",\"two\",\"three\"]",
                "$split(text, /,/, 1) | [\"one\"]",
                "$replace('a-b-c', /-(\\w)/, '<$1>') | \"a<b><c>\"",
                "$replace('a-b-c', /-/, '+', 1) | \"a+b-c\"",
                "$replace('a.b.c', '.', '+', 1) | \"a+b.c\"",
                "$replace('a.b.c', '.', '+') | \"a+b+c\"",
                "$replace('abc', /b/, function($m) { $uppercase($m.match) }) | \"aBc\"",
                "/a(b)/('xab').start | 1",
                "/a(b)/('xab').groups | [\"b\"]",
                "$filter(['ab', 'cd'], /c/) | \"cd\"",
                "'xab' ~> /a(b)/ ~> function($m) { $m.end } | 3",
                "a / b / 2 | 2",
                "(a) / b / 2 | 2",
                "[a][0] / b / 2 | 2",
                "number.`and` / number.x / 2 | 1",
                "a /* a / comment / */ / b | 4",
                "$join($split(path, '/'), '-') | \"a-b-c\"",
                "path = 'a/b/c' and $contains(path, /a.b/) | true",
                "$count(number.* ~> $map(function($n) { $n / 2 / 1 })) | 2",
                "$pad('ab', 5, '#-') | \"ab#-#\"",
                "$pad('ab', -5) | \"   ab\"",
                "$pad('abc', 2) | \"abc\"",
                "$join(['a', 'b']) | \"ab\"",
                "$now() | \"1970-01-01T00:00:00.000Z\"",
                "$millis() | 0",
                "$random() = $random() | false",
                "$last & '!' | \"it!\"",
            })
    void gives(String text, String value) {
        assertThat(evaluate(text)).isEqualTo(Json.parse(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "$contains(as, /^(a+)+\\1b$/) | LOOKS",
                "$match(big, /x*x*y/) | LOOKS",
                "/x*x*y/(big) | LOOKS",
                "big ~> /x*x*y/ | LOOKS",
                "$filter([big], /x*x*y/) | LOOKS",
                "$replace(big, /x*x*y/, '') | LOOKS",
                "$split(big, /x*x*y/) | LOOKS",
                "$contains(text, /[/) | No terminating / in regular expression at character 20",
                "$contains(text, /(?<a)/) | /(?<a)/ is no regular expression: named capturing group is missing trailing"
                        + " '>'",
                "$join($map([1..200], function($n) { big })) | makes a value larger than 10000000",
                "$replace(big, 'x', big) | makes a value larger than 10000000",
                "$replace(big, /x/, '$0$0$0$0$0' & big) | makes a value larger than 10000000",
                "$pad('', 100000000) | makes a value larger than 10000000",
                "$count([1..5000].($sum([1..50000]))) | takes more than 1000000 steps",
                "($f := function($n) { $f($n + 1) }; $f(0)) | takes more than 1000000 steps",
                "($f := function($n) { 1 + $f($n + 1) }; $f(0)) | goes deeper than 300 levels",
                "$eval('1') | $eval is not there: what it would do could not be checked",
                "$replace('a', '', 'b') | JSonataException Second argument of replace function cannot be an empty"
                        + " string",
            })
    void saysWhatIsTooMuch(String text, String why) {
        assertThatThrownBy(() -> evaluate(text))
                .isInstanceOf(TenonException.class)
                .hasMessage("expression \"" + text + "\": " + why.replace("LOOKS", LOOKS));
    }

    @Test
    void aTextThatHasTheNameOfAStandInIsNotMisread() {
        assertThatThrownBy(() -> evaluate("$contains(text, $__r0)")).isInstanceOf(TenonException.class);
        assertThat(evaluate("($__r0 := 'two'; $contains(text, $__r0) and $contains(text, /one/))"))
                .isEqualTo(Json.of(true));
    }
}
