package dev.tenon.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PromptTemplateTest {
    @Test
    void valuesArePutInAndJsonIsLeftAlone() {
        PromptTemplate template =
                PromptTemplate.of("Answer about {{city}} as {\"a\": {\"b\": 1}}, not {city} or {{\"x\": 1}}.");

        assertThat(template.with("city", "Lisbon").render())
                .isEqualTo("Answer about Lisbon as {\"a\": {\"b\": 1}}, not {city} or {{\"x\": 1}}.");
    }

    @Test
    void aValueIsNeverReadAsATemplate() {
        assertThat(PromptTemplate.of("{{a}}").with("a", "{{b}} \\{{c}}").render())
                .isEqualTo("{{b}} \\{{c}}");
    }

    @Test
    void otherValuesAreShownAsJson() {
        assertThat(PromptTemplate.of("{{list}} {{n}} {{json}}")
                        .render(Map.of("list", List.of("a", 1), "n", 2.50, "json", Json.object("k", true))))
                .isEqualTo("[\"a\",1] 2.5 {\"k\":true}");
    }

    @Test
    void twoBracesCanBeWritten() {
        assertThat(PromptTemplate.of("\\{{name}} {{name}}").with("name", "x").render())
                .isEqualTo("{{name}} x");
    }

    @Test
    void aMissingValueIsNamedWithItsPlace() {
        assertThatThrownBy(() -> PromptTemplate.named("greet", "Hello,\n  dear {{name}}!")
                        .render())
                .isInstanceOf(PromptException.class)
                .hasMessage("greet, line 2, column 8: no value for \"name\"");
    }

    @Test
    void aValueWithoutAPlaceIsASlip() {
        assertThatThrownBy(() -> PromptTemplate.of("{{name}}").render(Map.of("name", "x", "nmae", "y")))
                .hasMessage("prompt: there is no place for \"nmae\"; the variables are name");
    }

    @Test
    void declaredTypesAreHeld() {
        PromptTemplate template =
                PromptTemplate.of("At most {{limit}}.").declaring("limit", JsonSchema.parse("{\"type\": \"integer\"}"));

        assertThat(template.with("limit", "5").render()).isEqualTo("At most 5.");
        assertThatThrownBy(() -> template.with("limit", "many").render())
                .isInstanceOf(PromptException.class)
                .hasMessageStartingWith("prompt, line 1, column 9: \"limit\": $: expected integer");
        assertThatThrownBy(() -> PromptTemplate.of("{{a}}{{b}}")
                        .declaring("a", JsonSchema.ANY)
                        .render(Map.of("a", 1, "b", 2)))
                .hasMessage("prompt, line 1, column 6: \"b\" is not declared; declared are a");
    }

    @Test
    void partsSeeTheValuesAndOneAnother() {
        PromptTemplate template = PromptTemplate.of("{{> head}}\n{{question}}")
                .partial("head", PromptTemplate.of("You are {{role}}.{{> rules}}"))
                .partial("rules", PromptTemplate.of(" Be brief, {{role}}."));

        assertThat(template.missing()).containsExactly("role", "question");
        assertThat(template.render(Map.of("role", "a cook", "question", "Why?")))
                .isEqualTo("You are a cook. Be brief, a cook.\nWhy?");
        assertThatThrownBy(() -> PromptTemplate.of("{{> a}}")
                        .partial("a", PromptTemplate.of("{{> a}}"))
                        .render())
                .hasMessage("prompt, line 1, column 1: templates stand within one another in a circle");
        assertThatThrownBy(() -> PromptTemplate.of("x {{> a}}").render())
                .hasMessage("prompt, line 1, column 3: no template for \"> a\"");
    }

    @Test
    void examplesStandWhereTheyAreWanted() {
        PromptTemplate template = PromptTemplate.of("Classify.\n{{#examples}}\nInput: {{text}}\nOutput:")
                .example("great {{x}}", Json.object("mood", "good"))
                .example("meh", "bad");

        assertThat(template.with("text", "fine").render())
                .isEqualTo("Classify.\n"
                        + "Input: great {{x}}\n"
                        + "Output: {\"mood\":\"good\"}\n\n"
                        + "Input: meh\n"
                        + "Output: bad\n"
                        + "Input: fine\n"
                        + "Output:");
        assertThat(template.exampleFormat("{{input}} => {{output}}")
                        .with("text", "y")
                        .render())
                .startsWith("Classify.\ngreat {{x}} => {\"mood\":\"good\"}\n\nmeh => bad\n");
    }

    @Test
    void aPlaceThatIsNotClosedIsNamedWhereItBegins() {
        assertThatThrownBy(() -> PromptTemplate.named("greet", "Hello,\n  dear {{name"))
                .isInstanceOf(PromptException.class)
                .hasMessage(
                        "greet, line 2, column 8: {{name is not closed; write {{name}}, or \\{{ where two braces are"
                                + " meant");
        for (String text : List.of(
                "{{x}",
                "{{x} and {{y}}",
                "{{x and {{y}}",
                "{{ x",
                "{{x, please",
                "{{> x",
                "{{#examples}",
                "{{x\n}\n")) {
            assertThatThrownBy(() -> PromptTemplate.of(text))
                    .as(text)
                    .isInstanceOf(PromptException.class)
                    .hasMessageStartingWith("prompt, line 1, column 1: {{")
                    .hasMessageContaining(" is not closed; ");
        }
    }

    @Test
    void bracesThatHoldNoNameAreLeftAlone() {
        for (String text : List.of(
                "{{",
                "}}",
                "{{}}",
                "{{x: 1}}",
                "{{x: 1",
                "{{\"x",
                "{{x y}}",
                "{{1x}}",
                "{\"a\": {\"b\": 1}}",
                "{{{",
                "{ {x")) {
            assertThat(PromptTemplate.of(text).render()).isEqualTo(text);
        }
        assertThat(PromptTemplate.of("\\{{x").render()).isEqualTo("{{x");
        assertThat(PromptTemplate.of("{\"a\": {\"b\": {{y}}}}").with("y", 1).render())
                .isEqualTo("{\"a\": {\"b\": 1}}");
    }

    @Test
    void frontMatterThatIsWrongIsNamedWithTheTemplate() {
        assertThatThrownBy(() -> PromptTemplate.withFrontMatter("p", "---\nvariables:\n  a: strng\n---\n{{a}}"))
                .isInstanceOf(PromptException.class)
                .hasMessage("p: variables: \"a\" has no type: schema at \"/type\": expected one of array, boolean,"
                        + " integer, null, number, object, string, got string \"strng\"");
        assertThatThrownBy(() -> PromptTemplate.withFrontMatter("p", "---\nexamples: x\n---\n{{#examples}}"))
                .hasMessage("p: examples: expected a list of input and output, got string");
        assertThatThrownBy(() -> PromptTemplate.withFrontMatter("p", "---\nexamples:\n  - hi\n---\n{{#examples}}"))
                .hasMessage("p: examples: expected input and output, got string");
        assertThatThrownBy(() -> PromptTemplate.of("hi").render(Map.of("x", 1)))
                .hasMessage("prompt: there is no place for \"x\"; there are no variables");
    }

    @Test
    void linesAreCountedWhateverTheirEndsAndWithinBraces() {
        for (String end : List.of("\n", "\r\n", "\r")) {
            PromptTemplate template = PromptTemplate.withFrontMatter(
                            "p", "---\nname: p\n---\n{{\na\n}}\n  {{b}}".replace("\n", end))
                    .with("a", 1);
            assertThatThrownBy(template::render).hasMessage("p, line 7, column 3: no value for \"b\"");
            assertThat(template.with("b", 2).render()).isEqualTo("1" + end + "  2");
        }
    }

    @Test
    void templatesInACircleAreNamedAndAskedForTheirVariables() {
        PromptTemplate circle = PromptTemplate.named("a", "{{x}}{{> a}}{{> b}}".repeat(10));
        PromptTemplate all = circle.partial("a", circle).partial("b", PromptTemplate.named("b", "{{y}}{{> a}}{{> b}}"));
        assertThat(all.missing()).containsExactly("x", "y");
        assertThatThrownBy(() -> all.render(Map.of("x", 1, "y", 2)))
                .isInstanceOf(PromptException.class)
                .hasMessage("a, line 1, column 6: templates stand within one another in a circle");
    }

    @Test
    void templatesThatMultiplyAreStopped() {
        PromptTemplate all = PromptTemplate.named("top", "{{> p0}}");
        for (int i = 0; i < 15; i++) {
            all = all.partial("p" + i, PromptTemplate.named("p" + i, ("{{> p" + (i + 1) + "}}").repeat(10)));
        }
        PromptTemplate many = all.partial("p15", PromptTemplate.of("x"));
        assertThat(many.missing()).isEmpty();
        assertThatThrownBy(many::render)
                .isInstanceOf(PromptException.class)
                .hasMessageContaining("more than 10000 templates stand in this one");
    }

    /** A hang guard: each of them took hours where every brace looked for its end anew. */
    @Test
    @Timeout(30)
    void aTextOfBracesTakesTimeForItsLength() {
        for (String braces : List.of("{", "{{ ", "{{>", "{{a: ", "{{\n", "}}", "\\{{", "{{\"", "}{{")) {
            String text = braces.repeat(2_000_000 / braces.length());
            assertThat(PromptTemplate.of(text + " {{x}}").missing()).containsExactly("x");
        }
    }

    @Test
    void thereIsNoLogic() {
        assertThatThrownBy(() -> PromptTemplate.of("a\n{{#if}}"))
                .hasMessage(
                        "prompt, line 2, column 1: {{#if}}: the only list is {{#examples}}; templates have no logic");
    }

    @Test
    void aFileHasFrontMatter(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mood.prompt");
        Files.writeString(file, """
            ---
            name: mood
            variables:
              text: string
              limit: {"type": "integer", "default": 3}
            examples:
              - input: great
                output: good
            ---
            At most {{limit}} words.
            {{#examples}}
            {{text}}{{oops}}
            """);

        PromptTemplate template = PromptTemplate.file(file);

        assertThat(template.name()).isEqualTo("mood");
        assertThatThrownBy(() -> template.with("text", "x").render())
                .hasMessage("mood, line 12, column 9: \"oops\" is not declared; declared are text, limit");
        assertThat(template.declaring("oops", JsonSchema.ANY).render(Map.of("text", "fine", "oops", "!")))
                .isEqualTo("At most 3 words.\nInput: great\nOutput: good\nfine!\n");
    }

    @Test
    void frontMatterIsReadBehindAByteOrderMarkAndWithAnyLineBreaks() {
        for (String text : new String[] {
            "\ufeff---\nname: greeting\n---\nHi {{who}}", "\ufeff---\r\nname: greeting\r\n---\r\nHi {{who}}"
        }) {
            PromptTemplate template = PromptTemplate.withFrontMatter("file", text);

            assertThat(template.name()).isEqualTo("greeting");
            assertThat(template.render(Map.of("who", "Ann"))).isEqualTo("Hi Ann");
        }
    }

    @Test
    void aNameMayLookLikeANumberAndNothingElse() {
        assertThat(PromptTemplate.withFrontMatter("file", "---\nname: 5\n---\nHi")
                        .name())
                .isEqualTo("5");
        assertThat(PromptTemplate.withFrontMatter("file", "---\nname: true\n---\nHi")
                        .name())
                .isEqualTo("true");
        assertThatThrownBy(() -> PromptTemplate.withFrontMatter("file", "---\nname: [a]\n---\nHi"))
                .isInstanceOf(PromptException.class)
                .hasMessage("file: name: expected a text, got array");
        assertThatThrownBy(() -> PromptTemplate.withFrontMatter("file", "---\nexample:\n  a: 1\n---\nHi"))
                .hasMessage("file: example: expected a text, got object");
    }

    @Test
    void frontMatterWithoutEndIsRefused() {
        assertThatThrownBy(() -> PromptTemplate.withFrontMatter("p", "---\nname: x\n"))
                .hasMessage("p, line 1, column 1: the front matter has no second ---");
    }
}
