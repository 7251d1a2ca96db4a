package dev.tenon.workflow.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.json.Json;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A document is read as what it says, and each of its values is found where it was written. */
class DocumentTest {
    private static Json read(String yaml) {
        Document document = Document.of("a.yaml", yaml);
        assertThat(document.flaws()).isEmpty();
        return document.value();
    }

    @Test
    void everyValueReadsBackAsItWasWritten() {
        Property.forAll(
                2_000, Gen.json(), value -> assertThat(read(Yaml.of(value))).isEqualTo(value));
    }

    @Test
    void everyTextReadsBackAsItWasWritten() {
        Gen<String> lines = Gen.oneOf(
                        Gen.text(),
                        Gen.name(),
                        Gen.of("", " ", "\n", "  x", "x ", "# y", "a: b", "a?", "a?b", "\t", "- z", "{{q}}"))
                .list(6)
                .map(parts -> String.join("\n", parts));
        Property.forAll(2_000, lines, text -> {
            assertThat(read(Yaml.of(Json.of(text)))).isEqualTo(Json.of(text));
            Json nested =
                    Json.object("a", Json.array(Json.object(text, text), text, Json.array(text, Json.array(text))));
            assertThat(read(Yaml.of(nested))).isEqualTo(nested);
        });
    }

    @Test
    void aNameMayBeLong() {
        Json value = Json.object("x".repeat(5_000), Json.object("y".repeat(3_000), 1));
        assertThat(read(Yaml.of(value))).isEqualTo(value);
    }

    @Test
    void readersOfTheOlderYamlSeeTheSameTexts() {
        for (String text :
                List.of("no", "On", "YES", "off", "y", "~", "1:30", "2027-01-31", "1_000", "0b1", ".inf", "<<", "=")) {
            assertThat(Yaml.of(Json.of(text))).isEqualTo("'" + text + "'\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no | \"no\"",
                "on | \"on\"",
                "Yes | \"Yes\"",
                "y | \"y\"",
                "true | true",
                "FALSE | false",
                "~ | null",
                "Null | null",
                "nULL | \"nULL\"",
                "0o17 | 15",
                "017 | 17",
                "0x1F | 31",
                "0b1 | \"0b1\"",
                "1_000 | \"1_000\"",
                "1:30 | \"1:30\"",
                "2027-01-31 | \"2027-01-31\"",
                "0.1000000000000000000000000000000000001 | 0.1000000000000000000000000000000000001",
                "123456789012345678901234567890 | 123456789012345678901234567890",
                "-.5e3 | -5E+2",
                "+12 | 12",
                "'7' | \"7\"",
                "!!str 7 | \"7\"",
                "!!int 0o7 | 7",
            })
    void scalarsAreThoseOfYaml12(String written, String json) {
        assertThat(read("a: " + written)).isEqualTo(Json.object("a", Json.parse(json)));
        assertThat(read("a: " + written).toString())
                .isEqualTo(Json.object("a", Json.parse(json)).toString());
    }

    @Test
    void aBlockReadsAsItsLines() {
        assertThat(read("a: |\n  one\n   two\n\nb: >-\n  one\n  two\n\n  three\n"))
                .isEqualTo(Json.object()
                        .put("a", "one\n two\n")
                        .put("b", "one two\nthree")
                        .build());
    }

    @Test
    void whatAnAnchorNamesMayBeRepeated() {
        assertThat(read("a: &r {attempts: 3}\nb: *r\n"))
                .isEqualTo(Json.parse("{\"a\":{\"attempts\":3},\"b\":{\"attempts\":3}}"));
    }

    @Test
    void aMarkOfTheByteOrderIsLeftOut() {
        Document document = Document.of("a.yaml", "\ufeffa: 1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(document.value()).isEqualTo(Json.object("a", 1));
        assertThat(document.source(document.offset("/a"))).isEqualTo("a.yaml:1:4");
    }

    @Test
    void placesAreLinesAndColumnsFromOne() {
        String yaml = """
            # a comment
            name: x
            steps:
              - agent: writer
                "input 🚀": 'say {{topic}}'   # another
              - {tool: t, "a/b~c": [1, 2]}
            """;
        Document document = Document.of("dir/a.yaml", yaml);
        assertThat(document.source(document.offset(""))).isEqualTo("dir/a.yaml:2:1");
        assertThat(document.source(document.offset("/name"))).isEqualTo("dir/a.yaml:2:7");
        assertThat(document.source(document.offset("/steps/0/agent"))).isEqualTo("dir/a.yaml:4:12");
        assertThat(document.source(document.offset("/steps/0/input 🚀"))).isEqualTo("dir/a.yaml:5:16");
        assertThat(document.source(document.offset("/steps/0/input 🚀", 4))).isEqualTo("dir/a.yaml:5:21");
        assertThat(document.source(document.nameOffset("/steps/0/input 🚀"))).isEqualTo("dir/a.yaml:5:5");
        assertThat(document.source(document.offset("/steps/1/a~1b~0c/1"))).isEqualTo("dir/a.yaml:6:28");
        assertThat(document.source(document.offset("/steps/7/nothing"))).isEqualTo("dir/a.yaml:4:3");
    }

    @Test
    void placesInJsonAreFoundToo() {
        String json = "{\r\n  \"a\": {\"b\\n\": [true, null, -1.5e3, \"x\\u0041\\\"y\", {}, []]},\r\n  \"c\": 7}";
        Document document = Document.of("a.JSON", json);
        assertThat(document.flaws()).isEmpty();
        assertThat(document.value()).isEqualTo(Json.parse(json));
        assertThat(document.source(document.offset("/a/b\n/2"))).isEqualTo("a.JSON:2:29");
        assertThat(document.source(document.offset("/a/b\n/3", 3))).isEqualTo("a.JSON:2:47");
        assertThat(document.source(document.nameOffset("/a/b\n"))).isEqualTo("a.JSON:2:9");
        assertThat(document.source(document.offset("/c"))).isEqualTo("a.JSON:3:8");
    }

    /** Characters of any text, however it is written, are found where they stand. */
    @Test
    void charactersOfTextsAreFoundWhereTheyStand() {
        Gen<String> texts = chance -> {
            StringBuilder text = new StringBuilder("w");
            for (int left = chance.below(30); left > 0; left--) {
                text.append(chance.pick(
                        List.of("a", "b", "c", "'", "\"", "\\", "é", "🚀", " x", "\n", "\n\n", "\tz", "{", "7")));
            }
            return text.append("e").toString();
        };
        Property.forAll(1_000, texts, text -> {
            List<String> written = new ArrayList<>();
            written.add(Yaml.of(Json.object("k", Json.array(text, Json.object("long", text)))));
            written.add(Json.object("k", Json.array(text, Json.object("long", text)))
                    .toString());
            for (String source : written) {
                Document document = Document.of("f", source);
                String[] lines = source.split("\n", -1);
                for (int i = 0; i < text.length(); i++) {
                    char c = text.charAt(i);
                    if (!Character.isLetter(c)) {
                        continue;
                    }
                    String[] place =
                            document.source(document.offset("/k/1/long", i)).split(":");
                    String line = lines[Integer.parseInt(place[1]) - 1];
                    int at = line.offsetByCodePoints(0, Integer.parseInt(place[2]) - 1);
                    assertThat(line.charAt(at)).as(source + " at " + i).isIn(c, '\\');
                }
            }
        });
    }

    @Test
    void foldedTextsAreFollowed() {
        String yaml = "a: >\n"
                + "  one two\n"
                + "  three\n\n"
                + "  four\n"
                + "    more\n"
                + "  five\n"
                + "b: plain text\n"
                + "  goes on\n"
                + "c: \"dou\\\n"
                + "    ble x\"\n";
        Document document = Document.of("f", yaml);
        assertThat(document.value().at("/a").orElseThrow()).isEqualTo(Json.of("one two three\nfour\n  more\nfive\n"));
        assertThat(document.source(document.offset("/a", 4))).isEqualTo("f:2:7");
        assertThat(document.source(document.offset("/a", 8))).isEqualTo("f:3:3");
        assertThat(document.source(document.offset("/a", 14))).isEqualTo("f:5:3");
        assertThat(document.source(document.offset("/a", 21))).isEqualTo("f:6:5");
        assertThat(document.source(document.offset("/a", 26))).isEqualTo("f:7:3");
        assertThat(document.source(document.offset("/b", 11))).isEqualTo("f:9:3");
        assertThat(document.source(document.offset("/c", 3))).isEqualTo("f:11:5");
        assertThat(document.source(document.offset("/c", 7))).isEqualTo("f:11:9");
    }
}
