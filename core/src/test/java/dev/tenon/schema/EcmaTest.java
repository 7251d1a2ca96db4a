package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EcmaTest {
    private static boolean finds(String pattern, String text) {
        return Regex.of(pattern).find(text, new Run(false, Run.SHALLOW));
    }

    @Test
    void theEndIsTheEnd() {
        assertThat(finds("^a$", "a")).isTrue();
        assertThat(finds("^a$", "a\n")).isFalse();
    }

    @Test
    void bracketsInClassesAreCharacters() {
        assertThat(finds("^[[a&&b]+$", "[a&b")).isTrue();
        assertThat(finds("^[[a&&b]+$", "c")).isFalse();
        assertThat(finds("^[^\\]]$", "]")).isFalse();
        assertThat(finds("^[a\\-z]+$", "a-z")).isTrue();
        assertThat(finds("^[-a]+$", "a-")).isTrue();
    }

    @Test
    void emptyClassesMatchNothingAndEverything() {
        assertThat(finds("[]", "a")).isFalse();
        assertThat(finds("^[^]$", "\n")).isTrue();
    }

    @Test
    void setsMayStandInClasses() {
        assertThat(finds("^[\\s\\d]+$", "1 \u00a0\ufeff")).isTrue();
        assertThat(finds("^[^\\S]$", "x")).isFalse();
        assertThat(finds("^[\\p{L}_]+$", "é_")).isTrue();
        assertThat(finds("^\\P{L}$", "é")).isFalse();
    }

    @Test
    void codePointsAreWritable() {
        assertThat(finds("^\\u{1F680}$", "🚀")).isTrue();
        assertThat(finds("^\\ud83d\\ude80$", "🚀")).isTrue();
        assertThat(finds("^\\x41\\u0042\\cJ\\0$", "AB\n\0")).isTrue();
        assertThat(finds("^[🚀-🚂]$", "🚁")).isTrue();
        assertThat(finds("^.$", "🚀")).isTrue();
    }

    @Test
    void dotsStopAtLineEnds() {
        assertThat(finds("^.$", "\u0085")).isTrue();
        assertThat(finds("^.$", "\u2028")).isFalse();
    }

    @Test
    void groupsMayHaveNames() {
        assertThat(finds("^(?<first_1>a|b)\\k<first_1>$", "bb")).isTrue();
        assertThat(finds("^(?<first_1>a|b)\\k<first_1>$", "ab")).isFalse();
        assertThat(finds("^(a)(?:b)\\1$", "aba")).isTrue();
        assertThat(finds("^(?=a)(?!b).(?<=a)(?<!b)$", "a")).isTrue();
    }

    @Test
    void bracesThatCountNothingAreBraces() {
        assertThat(finds("^{a}$", "{a}")).isTrue();
        assertThat(finds("^a{2,3}?$", "aaa")).isTrue();
        assertThat(finds("^a{,3}$", "a{,3}")).isTrue();
        assertThat(finds("^]$", "]")).isTrue();
    }

    @Test
    void scriptsAndCategoriesHaveTheirNames() {
        assertThat(finds("^\\p{Script=Greek}+$", "αβγ")).isTrue();
        assertThat(finds("^\\p{sc=Han}$", "世")).isTrue();
        assertThat(finds("^\\p{General_Category=Uppercase_Letter}$", "A")).isTrue();
        assertThat(finds("^\\p{Lu}\\p{ASCII}\\p{Any}$", "AAé")).isTrue();
        assertThat(finds("^\\p{White_Space}\\p{Alphabetic}$", " a")).isTrue();
    }

    private static void assertRefused(String pattern, String why) {
        assertThatThrownBy(() -> Ecma.toJava(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatIsNoPatternSaysWhy() {
        assertRefused("a**", "nothing to repeat before *");
        assertRefused("a++", "nothing to repeat before +");
        assertRefused("*", "nothing to repeat before *");
        assertRefused("{2}", "nothing to repeat before {");
        assertRefused("a{3,2}", "numbers out of order in {}");
        assertRefused("(", "unclosed (");
        assertRefused(")", "unmatched )");
        assertRefused("[z-a]", "range out of order");
        assertRefused("[\\d-z]", "a set of characters cannot start a range");
        assertRefused("[a-\\d]", "a set of characters cannot end a range");
        assertRefused("\\", "\\ at the end");
        assertRefused("\\a", "unknown escape \\a");
        assertRefused("\\Z", "unknown escape \\Z");
        assertRefused("\\01", "octal escape");
        assertRefused("\\u12", "bad escape");
        assertRefused("\\u{110000}", "\\u{} beyond Unicode");
        assertRefused("\\c1", "\\c without a letter");
        assertRefused("\\p{Nonsense}", "unknown property \\p{Nonsense}");
        assertRefused("\\p{Script=Nonsense}", "unknown property \\p{Script=Nonsense}");
        assertRefused("(?i)a", "unknown group");
        assertRefused("(?<n>a)(?<n>b)", "two groups <n>");
        assertRefused("(?<1>a)", "bad group name");
        assertRefused("\\1", "there is no group 1");
        assertRefused("\\k<n>", "\\k<n> before its group");
    }
}
