package dev.tenon.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputParserTest {
    record Book(String title, int pages, List<String> tags) {}

    enum Mood {
        VERY_GOOD,
        SO_SO
    }

    private static final JsonSchema BOOK = JsonSchema.of(Book.class);
    private static final JsonSchema BOOKS = JsonSchema.of(
            Json.object().put("type", "array").put("items", BOOK.json()).build());
    private static final Json TIDES = Json.of(new Book("Tides", 212, List.of("sea", "almanac")));

    @Test
    void jsonIsReadAsTheTypeAndAskedForWithItsSchema() {
        OutputParser<Book> parser = OutputParser.json(Book.class);

        assertThat(parser.parseWithRecovery("Here: {title: 'Tides', pages: \"212\", tags: [sea, almanac]}")
                        .value())
                .isEqualTo(TIDES.as(Book.class));
        assertThat(parser.format()).startsWith("Answer with JSON and nothing else. It must fit this JSON Schema:\n{");
        assertThatThrownBy(() -> parser.parse("{title: 'Tides'}")).isInstanceOf(OutputException.class);
    }

    @Test
    void yamlIsReadWithListsAndQuotesAndComments() {
        String text = """
            title: "Tides" # a comment
            pages: 212
            tags:
              - sea
              - 'almanac'
            """;

        assertThat(OutputParser.yaml(BOOK).parse(text)).isEqualTo(TIDES);
    }

    @Test
    void yamlNestsInEveryUsualWay() {
        String text = """
            ---
            a:
            - x: 1
              y: [1, 2]
            -
              x: 2
            - - deep
            b: {"c": true}
            d: |
              one
               two

              three
            e: >-
              folded
              text
            no: no
            n:
            f: goes on
              below
            """;

        assertThat(OutputParser.yaml(JsonSchema.ANY).parseWithRecovery(text).value())
                .isEqualTo(Json.parse("""
                    {"a": [{"x": 1, "y": [1, 2]}, {"x": 2}, ["deep"]], "b": {"c": true}, "d": "one\\n two\\n\\nthree\\n",
                     "e": "folded text", "no": "no", "n": null, "f": "goes on below"}\
                    """));
    }

    @Test
    void yamlTextsInSingleQuotesKeepWhatTheyHoldOnOneLineToo() {
        assertThat(OutputParser.yaml(JsonSchema.ANY)
                        .parse("a: ['it''s', 'C:\\dir', \"q\\n\", 'say \"x\"', o'clock]\nb: {'k''s': 'v', n: [1, '']}"))
                .isEqualTo(Json.parse("{\"a\": [\"it's\", \"C:\\\\dir\", \"q\\n\", \"say \\\"x\\\"\", \"o'clock\"],"
                        + " \"b\": {\"k's\": \"v\", \"n\": [1, \"\"]}}"));
    }

    @Test
    void yamlRefusesAnchorsAndTags() {
        assertThatThrownBy(() -> OutputParser.yaml(JsonSchema.ANY).parse("a: &x [1]\nb: *x"))
                .hasMessage("YAML, line 1: anchors, aliases and tags are not read; write the value out");
        assertThatThrownBy(() -> OutputParser.yaml(JsonSchema.ANY).parse("a: !!java/object x"))
                .isInstanceOf(OutputException.class);
    }

    @Test
    void xmlIsReadWithAttributesAndRepeatedChildren() {
        String text = "<book title=\"Tides\"><pages>212</pages><tags>sea</tags><tags>almanac</tags></book>";

        assertThat(OutputParser.xml(BOOK).parse(text)).isEqualTo(TIDES);
    }

    @Test
    void xmlIsMendedWhereATagIsMissing() {
        Parsed<Json> parsed = OutputParser.xml(BOOK)
                .parseWithRecovery("Sure:\n<book><title>Tides</title><pages>212<tags>sea</tags></book>");

        assertThat(parsed.fixes()).extracting(Fix::kind).contains(Fix.Kind.SURROUNDINGS, Fix.Kind.BRACKET);
    }

    @Test
    void anEmptyElementIsAnEmptyListWhereAListIsWanted() {
        JsonSchema schema = JsonSchema.parse("""
            {"type": "object", "properties": {
              "tags": {"type": "array", "items": {"type": "string"}},
              "rows": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}},
              "most": {"type": "array", "items": {"type": "string"}, "minItems": 1},
              "note": {"type": "string"}}}\
            """);
        assertThat(OutputParser.xml(schema).parse("<a><tags/><rows></rows><note/></a>"))
                .hasToString("{\"tags\":[],\"rows\":[],\"note\":\"\"}");
        assertThat(OutputParser.xml(schema).parse("<a tags=''><most/></a>"))
                .hasToString("{\"tags\":[],\"most\":[\"\"]}");
        assertThat(OutputParser.xml(schema).parse("<a><tags>x</tags></a>")).hasToString("{\"tags\":[\"x\"]}");
        assertThat(OutputParser.keyValue(schema).parse("tags:\nnote: x")).hasToString("{\"tags\":[],\"note\":\"x\"}");
    }

    @Test
    void xmlExpandsNothing() {
        assertThatThrownBy(() -> OutputParser.xml(JsonSchema.ANY)
                        .parse("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hosts\">]><a>&x;</a>"))
                .hasMessage("XML, line 1: document types are not read");
        assertThat(OutputParser.xml(JsonSchema.ANY).parse("<a>&x; &lt;b&gt; &amp; <![CDATA[<c>]]></a>"))
                .isEqualTo(Json.of("&x; <b> & <c>"));
    }

    @Test
    void csvIsAnArrayOfItsLines() {
        String text = """
            title;pages;tags
            Tides;212;sea
            "A ""quoted"";
            title";9;x
            """;

        assertThat(OutputParser.csv(BOOKS).parse(text))
                .isEqualTo(Json.array(
                        new Book("Tides", 212, List.of("sea")), new Book("A \"quoted\";\ntitle", 9, List.of("x"))));
    }

    @Test
    void anApologyIsNoTableWithoutRows() {
        assertThatThrownBy(() -> OutputParser.csv(JsonSchema.ANY).parse("Sorry, I cannot help with that."))
                .hasMessage("the text holds no CSV: one line, which is no header of names");
        assertThat(OutputParser.csv(JsonSchema.ANY).parse("title,year")).isEqualTo(Json.array());
    }

    @Test
    void csvWithoutItsHeaderIsNoEmptyTable() {
        assertThatThrownBy(() -> OutputParser.csv(BOOKS).parseWithRecovery("Tides,212,sea"))
                .isInstanceOf(OutputException.class)
                .hasMessage("the first line must name the columns, of which there are title, pages, tags; got"
                        + " \"Tides,212,sea\"");
        assertThat(OutputParser.csv(BOOKS).parse("Title,Pages,Tags")).isEqualTo(Json.array());
    }

    @Test
    void csvWithAFieldTooManyIsRefusedWithItsLine() {
        assertThatThrownBy(() -> OutputParser.csv(JsonSchema.ANY).parse("a,b\n1,2,3"))
                .hasMessage("CSV, line 2: expected 2 fields, got 3; quote fields that hold separators");
    }

    @Test
    void linesOfNamesAndValuesAreAnObject() {
        Parsed<Json> parsed = OutputParser.keyValue(BOOK)
                .parseWithRecovery("Here it is\n- **Title**: Tides\n- Pages: 212\n- Tags: sea");

        assertThat(parsed.value()).isEqualTo(Json.of(new Book("Tides", 212, List.of("sea"))));
    }

    @Test
    void linesOfNamesAndValuesMayBeWrittenInManyWays() {
        JsonSchema schema = JsonSchema.parse("""
            {"type": "object", "properties": {"note": {"type": "string"}, "count": {"type": "integer"},
              "tags": {"type": "array", "items": {"type": "string"}}}}\
            """);
        OutputParser<Json> parser = OutputParser.keyValue(schema);

        assertThat(parser.parse("count:5\ntags:\n- a\n- b\nnote: \"a\" and \"b\""))
                .isEqualTo(
                        Json.parse("{\"count\": 5, \"tags\": [\"a\", \"b\"], \"note\": \"\\\"a\\\" and \\\"b\\\"\"}"));
        assertThat(parser.parse("count：5\nnote: \"see http://a.example/?b=c\""))
                .isEqualTo(Json.parse("{\"count\": 5, \"note\": \"see http://a.example/?b=c\"}"));
        assertThat(parser.parse("note: it begins\nat http://a.example/?b=c\nor at 10:30"))
                .isEqualTo(Json.parse("{\"note\": \"it begins\\nat http://a.example/?b=c\\nor at 10:30\"}"));
        assertThat(parser.parse("note: - 5")).isEqualTo(Json.parse("{\"note\": \"- 5\"}"));
        assertThat(parser.parseWithRecovery("count: 3\ncount: 4").fixes())
                .extracting(Fix::kind)
                .containsExactly(Fix.Kind.DUPLICATE);
    }

    @Test
    void aCodeBlockIsTakenOutOfProse() {
        String text = "Run\n```sh\nls\n```\nor\n```java\nint x = 1;\n```\n";

        assertThat(OutputParser.codeBlock("java").parseWithRecovery(text).value())
                .isEqualTo("int x = 1;");
        assertThat(OutputParser.codeBlock().parseWithRecovery(text).value()).isEqualTo("ls");
        assertThat(OutputParser.codeBlock().parse("```\na\n\nb\n```")).isEqualTo("a\n\nb");
    }

    @Test
    void oneChoiceIsRecognisedWhateverItsStyle() {
        assertThat(OutputParser.oneOf(Mood.class)
                        .parseWithRecovery("**very good**")
                        .value())
                .isEqualTo(Mood.VERY_GOOD);
        assertThat(OutputParser.oneOf(Mood.class).parse("SO_SO")).isEqualTo(Mood.SO_SO);
        assertThatThrownBy(() -> OutputParser.oneOf(List.of("yes", "no")).parseWithRecovery("yes or no"))
                .isInstanceOf(OutputException.class)
                .hasMessage("expected one of yes, no, got \"yes or no\"");
        assertThatThrownBy(() -> OutputParser.oneOf(Mood.class).parseWithRecovery(" "))
                .hasMessageStartingWith("expected one of ")
                .hasMessageEndingWith(", got \"\"");
    }

    @Test
    void truthIsReadFromWords() {
        assertThat(OutputParser.bool().parseWithRecovery("Yes.").value()).isTrue();
        assertThat(OutputParser.bool().parse("false")).isFalse();
        assertThatThrownBy(() -> OutputParser.bool().parseWithRecovery("perhaps"))
                .isInstanceOf(OutputException.class)
                .hasMessage("expected true or false, got \"perhaps\"");
    }

    @Test
    void formatsAreFoundByNameAndCanBeAdded() {
        OutputParsers mine =
                OutputParsers.STOCK.with("shout", schema -> OutputParser.text().map(Json.Str::new));

        assertThat(mine.formats())
                .containsExactly(
                        "json", "yaml", "xml", "csv", "key-value", "code-block", "one-of", "boolean", "text", "shout");
        assertThat(mine.parser("yaml", BOOK).format()).startsWith("Answer with YAML and nothing else.");
        assertThatThrownBy(() -> mine.parser("toml", BOOK))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no format \"toml\"; there are json, yaml");
    }

    @Test
    void oneOfTheChoicesOfASchema() {
        JsonSchema schema = JsonSchema.parse("{\"enum\": [\"low\", \"high\", 3]}");
        OutputParser<? extends Json> parser = OutputParsers.STOCK.parser("one-of", schema);

        assertThat(parser.format()).isEqualTo("Answer with exactly one of: low, high, 3.");
        assertThat(parser.parse("high")).isEqualTo(new Json.Str("high"));
        assertThat(parser.parseWithRecovery("**High**.").value()).isEqualTo(new Json.Str("high"));
        assertThatThrownBy(() -> OutputParsers.STOCK.parser("one-of", JsonSchema.ANY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the schema lists no values to choose from: {}");
    }

    @Test
    void fieldsAreTakenOutOfFreeTextAndToldHow() {
        JsonSchema schema = JsonSchema.parse("""
            {"type": "object", "properties": {"invoiceNumber": {"type": "string"}, "total": {"type": "number"},
              "currency": {"type": "string", "default": "EUR"}, "due": {"type": "string", "format": "date"}}}\
            """);

        FieldExtraction found =
                FieldExtraction.of("The invoice number is F-17, and the Total: $1,299.50 (due: soon).", schema);

        assertThat(found.value())
                .isEqualTo(Json.parse("{\"invoiceNumber\": \"F-17\", \"total\": 1299.50, \"currency\": \"EUR\"}"));
        assertThat(found.fields())
                .isEqualTo(Map.of(
                        "invoiceNumber", FieldExtraction.Source.EXTRACTED,
                        "total", FieldExtraction.Source.COERCED,
                        "currency", FieldExtraction.Source.DEFAULTED,
                        "due", FieldExtraction.Source.MISSING));
    }

    @Test
    void fieldsOfFreeTextAreTakenWholeOrNotAtAll() {
        JsonSchema schema = JsonSchema.parse("""
            {"type": "object", "properties": {"name": {"type": "string"}, "total": {"type": "number"},
              "items": {"type": "array", "items": {"type": "string"}}}}\
            """);

        assertThat(FieldExtraction.of("The name is J. R. Tolkien. Total: 5", schema)
                        .value())
                .isEqualTo(Json.parse("{\"name\": \"J. R. Tolkien\", \"total\": 5}"));
        assertThat(FieldExtraction.of("Items: a, b and c. Name: x", schema).value())
                .isEqualTo(Json.parse("{\"name\": \"x\", \"items\": [\"a\", \"b\", \"c\"]}"));
        assertThat(FieldExtraction.of("items: [\"a\", \"b\"]", schema).value())
                .isEqualTo(Json.parse("{\"items\": [\"a\", \"b\"]}"));
        assertThat(FieldExtraction.of("Items: a, b, total: 5", schema).value()).isEqualTo(Json.parse("{\"total\": 5}"));
        assertThat(FieldExtraction.of("The name of the total is 5", schema).value())
                .isEqualTo(Json.parse("{\"total\": 5}"));
        assertThat(FieldExtraction.of("In İİİİ the name: Ada", schema).value())
                .isEqualTo(Json.parse("{\"name\": \"Ada\"}"));
    }
}
