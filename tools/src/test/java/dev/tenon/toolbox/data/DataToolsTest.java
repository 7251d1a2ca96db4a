package dev.tenon.toolbox.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.json.Json;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.Calls;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the tools for data, numbers, times and feeds do, and their attack table: XML, YAML, CSV, patches, expressions. */
@Timeout(60)
class DataToolsTest {
    private final Calls data = new Calls(DataTools.all());

    private String convert(String from, String to, String text) throws Exception {
        return data.call("data_convert", "text", text, "from", from, "to", to);
    }

    private String refused(String from, String text) throws Exception {
        return data.refused("data_convert", "text", text, "from", from, "to", "JSON");
    }

    @Test
    void formatsAreReadAndWritten() throws Exception {
        assertThat(convert(
                        "yaml",
                        "json",
                        "a: no\nb: [1, 2.50, ~, true, '3', 012]\nc: {d: |\n    x\n    y\n  }\n"
                                .replace("{d: |\n    x\n    y\n  }", "\n  d: |\n    x\n    y")))
                .isEqualTo("{\"a\":\"no\",\"b\":[1,2.50,null,true,\"3\",12],\"c\":{\"d\":\"x\\ny\\n\"}}");
        assertThat(convert("csv", "json", "a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n,2"))
                .isEqualTo("[{\"a\":\"1\",\"b\":\"x, \\\"y\\\"\\nz\"},{\"a\":\"\",\"b\":\"2\"}]");
        assertThat(convert("json", "csv", "[{\"a\":1,\"b\":\"x,y\"},{\"b\":null,\"c\":[1]}]"))
                .isEqualTo("a,b,c\r\n1,\"x,y\",\r\n,,[1]\r\n");
        assertThat(convert(
                        "xml",
                        "json",
                        "<?xml version='1.0'?><a id='1'><b>x &amp; y</b><b>&#65;</b><c/>tail<![CDATA[<]]></a>"))
                .isEqualTo("{\"a\":{\"@id\":\"1\",\"b\":[\"x & y\",\"A\"],\"c\":\"\",\"#text\":\"tail<\"}}");
        assertThat(convert("json", "xml", "{\"a\":{\"@id\":\"1\",\"b\":[\"x & y\",2],\"#text\":\"<t>\"}}"))
                .isEqualTo("<a id=\"1\"><b>x &amp; y</b><b>2</b>&lt;t&gt;</a>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":[1,{\"b\":[],\"c\":{}},[2,[3]]],\"no\":\"yes\",\"x y\":\"#"
                        + " not\",\"n\":\"12\",\"e\":\"\",\"l\":\"a\\n"
                        + "b: c\"}",
                "[[[1],2],[{\"a\":{\"b\":null}}]]",
                "\"text\"",
                "{}",
                "[]",
                "{\"true\":true,\"k:\":\" - x\",\"\":1e400}",
                "{\"a\\u0085b\":\"a\\u0085b\",\"\\u2028\":\"\\u2029\",\"\\u007f\":\"\\u0080\\u009f\",\"\\ufeff\":\"\\uffff\"}"
            })
    void whatIsWrittenAsYamlReadsBackTheSame(String json) throws Exception {
        assertThat(Json.parse(convert("yaml", "json", convert("json", "yaml", json))))
                .isEqualTo(Json.parse(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
                "<!DOCTYPE a SYSTEM 'http://127.0.0.1/x.dtd'><a/>",
                "<!DOCTYPE a><a/>",
                "<!DOCTYPE a [<!ENTITY a 'x'><!ENTITY b '&a;&a;'><!ENTITY c '&b;&b;'>]><a>&c;</a>",
                "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><a/>",
                "<a>&undefined;</a>",
                "<a",
                "",
                "text",
                "<a></b>",
                "<a/><b/>",
                "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd'/></b>"
            })
    void hostileXmlIsRefused(String xml) throws Exception {
        assertThat(refused("xml", xml)).doesNotContain("root:");
        data.refused("feed_read", "xml", xml);
    }

    @Test
    void anIncludeIsOnlyAnElement() throws Exception {
        assertThat(convert(
                        "xml",
                        "json",
                        "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='file:///etc/passwd'/></a>"))
                .isEqualTo("{\"a\":{\"include\":{\"@href\":\"file:///etc/passwd\"}}}");
        data.refused("data_convert", "text", "<a>".repeat(5000) + "</a>".repeat(5000), "from", "XML", "to", "JSON");
        data.refused("data_convert", "text", "{\"a b\":1}", "from", "JSON", "to", "XML");
        data.refused("data_convert", "text", "{\"a\":{\"@x=''><b\":1}}", "from", "JSON", "to", "XML");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL"
                        + " ['http://127.0.0.1/']]]]",
                "!!java.io.File [x]",
                "a: !own 1",
                "!!python/object/apply:os.system ['id']",
                "&a [*a]",
                "a: &a {b: *a}",
                "a: 1\na: 2",
                "? [1]\n: 2",
                "a: [",
                "a: b: c",
                "--- 1\n--- 2",
                "\t- x",
                "%YAML 9"
            })
    void hostileYamlIsRefused(String yaml) throws Exception {
        refused("yaml", yaml);
    }

    @Test
    void bombsAreRefused() throws Exception {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 10; i++) {
            laughs.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(9) + "*a" + (i - 1) + "]\n");
        }
        refused("yaml", laughs.toString());
        StringBuilder few = new StringBuilder("a0: &a0 [" + "x,".repeat(100) + "x]\n");
        for (int i = 1; i < 5; i++) {
            few.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(9) + "*a" + (i - 1) + "]\n");
        }
        assertThat(refused("yaml", few.toString()))
                .isEqualTo("the YAML has more than 200000 values, aliases counted, or nests deeper than 100. Allowed:"
                        + " smaller YAML");
        refused("yaml", "[".repeat(5000) + "]".repeat(5000));
        refused("yaml", "- ".repeat(3000) + "x");
        refused("json", "[".repeat(100_000));
        refused("json", "x".repeat(9 << 20));
        assertThat(refused("csv", "a,b\n1"))
                .isEqualTo("row 2 of the CSV has 1 values, the first has 2. Allowed: rows of one length, values with"
                        + " commas or line breaks in double quotes");
        refused("csv", "a,a\n1,2");
        refused("csv", "a\n\"x");
        data.refused("data_convert", "text", "1", "from", "TOML", "to", "JSON");
        data.refused("data_convert", "text", "1", "from", "JSON", "to", "CSV");
    }

    @Test
    void plainScalarsOfYamlAreReadByItsCoreSchema() throws Exception {
        assertThat(convert(
                        "yaml",
                        "json",
                        "[no, 0o17, 0xff, 1e3, 1:30, 1_000, .inf, .NaN, Null, TRUE, !!str 12, !!str true, +1,"
                                + " .5, 2001-01-01]"))
                .isEqualTo("[\"no\",15,255,1E+3,\"1:30\",\"1_000\",\".inf\",\".NaN\",null,true,\"12\",\"true\",1,0.5,"
                        + "\"2001-01-01\"]");
        assertThat(refused("yaml", "a: " + "9".repeat(100_000)))
                .isEqualTo("a number of the YAML has 100000 digits. Allowed: numbers of at most 1000 digits, or longer"
                        + " ones in quotes, as text");
        refused("yaml", "a: 1e99999999999");
    }

    @Test
    void aTextThatAliasesRepeatIsCounted() throws Exception {
        String yaml = "a: &a " + "x".repeat(200_000) + "\nb: [" + "*a,".repeat(60_000) + "1]";

        assertThat(refused("yaml", yaml))
                .isEqualTo("the YAML has more than 8388608 characters, aliases counted. Allowed: smaller YAML");
    }

    @Test
    void manySmallElementsAreTooMany() throws Exception {
        String refusal = "the XML has more than 200000 elements and attributes. Allowed: smaller XML";

        assertThat(refused("xml", "<a>" + "<b/>".repeat(1_000_000) + "</a>")).isEqualTo(refusal);
        StringBuilder attributes = new StringBuilder("<a>");
        for (int i = 0; i < 3_000; i++) {
            attributes.append("<b");
            for (int j = 0; j < 100; j++) {
                attributes.append(" a").append(j).append("=''");
            }
            attributes.append("/>");
        }
        assertThat(refused("xml", attributes + "</a>")).isEqualTo(refusal);
    }

    @Test
    void tablesAreBoundedInBothDirections() throws Exception {
        String refusal = "the CSV has more than 500000 values. Allowed: a smaller table";

        assertThat(refused("csv", "a\n" + "\n".repeat(2_000_000))).isEqualTo(refusal);
        assertThat(refused("csv", ",".repeat(2_000_000))).isEqualTo(refusal);
        assertThat(refused("csv", "n".repeat(100_000) + "\n" + "1\n".repeat(1_000)))
                .isEqualTo("the CSV's names have 100000 characters, and would stand in each of its 1001 rows. Allowed:"
                        + " shorter names, or fewer rows");
        StringBuilder wide = new StringBuilder("[");
        for (int i = 0; i < 2_000; i++) {
            wide.append("{\"k").append(i).append("\":1},");
        }
        assertThat(data.refused("data_convert", "text", wide + "{}]", "from", "JSON", "to", "CSV"))
                .isEqualTo(refusal);
    }

    @Test
    void aLongNameIsNotWrittenAtEachItem() throws Exception {
        String json = "{\"a\":{\"" + "n".repeat(2_000) + "\":[" + "1,".repeat(10_000) + "1]}}";

        assertThat(data.refused("data_convert", "text", json, "from", "JSON", "to", "XML"))
                .isEqualTo("the XML would have more than 16777216 characters. Allowed: smaller data");
        String deep = "{\"a\":".repeat(200) + "\"" + "x".repeat(4_000_000) + "\"" + "}".repeat(200);
        assertThat(convert("json", "xml", deep)).hasSize(4_000_000 + 200 * 7);
    }

    @Test
    void yamlOfWhatNestsDeepIsNotIndentedWithoutEnd() throws Exception {
        String many = "[" + "1,".repeat(20_000) + "1]";

        assertThat(data.refused(
                        "data_convert", "text", "[".repeat(480) + many + "]".repeat(480), "from", "JSON", "to", "YAML"))
                .isEqualTo("the YAML would have more than 16777216 characters. Allowed: flatter data");
    }

    @Test
    void aLongWordOfYamlTakesNoTime() throws Exception {
        for (String begins : new String[] {"", "\"", "#", "&", "|\n"}) {
            assertThat(refused("yaml", begins + "a".repeat(4_000_000)))
                    .matches(
                            "a line of the YAML has 400000. characters\\. Allowed: lines of at most 262144 characters");
        }
        assertThat(convert("yaml", "json", "- " + "a".repeat(200_000))).hasSize(200_004);
    }

    @Test
    void nothingOfAnXmlElementIsLostOrMadeUp() throws Exception {
        assertThat(convert("xml", "json", "<a xmlns:p='p' xmlns:q='q' x='0' p:x='1' q:x='2'/>"))
                .isEqualTo("{\"a\":{\"@x\":\"0\",\"@p:x\":\"1\",\"@q:x\":\"2\"}}");
        assertThat(convert("json", "xml", "{\"a\":{\"@x\":null,\"#text\":null,\"b\":null}}"))
                .isEqualTo("<a x=\"\"><b></b></a>");
        assertThat(convert("xml", "json", convert("json", "xml", "{\"a\":\"x\\ud800y\ud83d\ude00\"}")))
                .isEqualTo("{\"a\":\"x\ufffdy\ud83d\ude00\"}");
    }

    @Test
    void aDocumentThatIsCopiedIntoItselfDoesNotDoubleForEver() throws Exception {
        Json copy = Json.object("op", "copy").with("from", "").with("path", "/-");
        String patch =
                Json.array(java.util.Collections.nCopies(64, copy).toArray()).toString();

        assertThat(data.refused("data_patch", "document", "[1,2,3,4,5,6,7,8]", "patch", patch))
                .matches("operation 1[0-9]: what it copies comes to more than 1000000 values\\. Allowed: operations of"
                        + " RFC 6902 on places that are there");
        String text = Json.array(java.util.Collections.nCopies(
                                100,
                                Json.object("op", "copy").with("from", "/t").with("path", "/a/-"))
                        .toArray())
                .toString();
        assertThat(data.refused(
                        "data_patch", "document", "{\"a\":[],\"t\":\"" + "x".repeat(1_000_000) + "\"}", "patch", text))
                .startsWith("operation 9: what it copies comes to more than 1000000 values");
    }

    @Test
    void aPatchThatNestsTooDeepIsRefused() throws Exception {
        String deep = "[{\"op\":\"add\",\"path\":\"" + "/0".repeat(400) + "\",\"value\":" + "[".repeat(200)
                + "]".repeat(200) + "}]";

        assertThat(data.refused("data_patch", "document", "[".repeat(401) + "0" + "]".repeat(401), "patch", deep))
                .startsWith("operation 1: JSON nested deeper than 500 levels");
    }

    @Test
    void manyOperationsOnALargeDocumentAreTooMany() throws Exception {
        String document = "[" + "1,".repeat(200_000) + "1]";
        String patch = Json.array(java.util.Collections.nCopies(
                                300,
                                Json.object("op", "replace").with("path", "/7").with("value", 2))
                        .toArray())
                .toString();

        assertThat(data.refused("data_patch", "document", document, "patch", patch))
                .matches("operation [0-9]+: the patch has too many operations for objects and arrays as large as"
                        + " these\\. Allowed: operations of RFC 6902 on places that are there");
    }

    @ParameterizedTest
    @CsvSource({
        "x + 1,1e999999999",
        "x + 1,1e-999999999",
        "x * x,1e10001",
        "floor(x),1e-2147483640",
        "'sum(x, 1)',9e99999",
        "x ^ 2,1e2000000000"
    })
    void aValueOfHugeMagnitudeIsRefusedAndNotWorkedWith(String expression, String value) throws Exception {
        assertThat(data.refused(
                        "math_evaluate",
                        "expression",
                        expression,
                        "values",
                        Map.of("x", Json.of(new java.math.BigDecimal(value)))))
                .startsWith(
                        "the expression cannot be worked out: a number in it has more than 10000 digits. Allowed: ");
        assertThat(data.refused("math_statistics", "numbers", List.of(1, new java.math.BigDecimal(value))))
                .startsWith(
                        "the expression cannot be worked out: a number in it has more than 10000 digits. Allowed: ");
    }

    @Test
    void longDivisionsEnd() throws Exception {
        String expression = "(7^9999)/(3^9999)*0+".repeat(100) + "1";

        assertThat(data.call("math_evaluate", "expression", expression)).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "100!",
                "factorial(9)",
                "gamma(3)",
                "2**9",
                "9^(9^9)",
                "e^99999",
                "0^-1",
                "1e-99999",
                "round(1, 99999)",
                "\u0661+1",
                "sqrt()",
                "abs(1,2)",
                "min()",
                "1,000",
                "0x10",
                "eval(1)",
                "new Thread()"
            })
    void otherExpressionsAreRefused(String expression) throws Exception {
        assertThat(data.refused("math_evaluate", "expression", expression))
                .startsWith("the expression cannot be worked out: ")
                .endsWith(". Allowed: numbers, + - * / % ^ and brackets; " + Calculator.FUNCTIONS);
    }

    @Test
    void aRefusalRepeatsLittleOfWhatItWasGiven() throws Exception {
        String huge = "\u202E\n" + "z".repeat(1_000_000);
        String shown = "\uFFFD\uFFFD" + "z".repeat(198) + "…";

        assertThat(data.refused("data_convert", "text", "1", "from", huge, "to", "JSON"))
                .isEqualTo("there is no format \"" + shown + "\" here. Allowed: JSON, YAML, CSV or XML");
        assertThat(data.refused("time_now", "zone", huge))
                .isEqualTo("there is no time zone \"" + shown
                        + "\". Allowed: names such as Europe/Zurich, or offsets such as +01:00");
        for (String text : List.of(
                data.refused("time_convert", "time", huge),
                data.refused("time_convert", "time", "2026-01-01T00:00:00Z", "plus", huge),
                data.refused("time_between", "from", huge, "to", huge),
                data.refused("data_get", "text", "{}", "pointer", "/" + huge),
                data.refused("math_evaluate", "expression", "z".repeat(9_000)),
                data.refused("data_convert", "text", huge, "from", "YAML", "to", "XML"),
                data.refused(
                        "data_convert", "text", "{\"" + "z ".repeat(9_000) + "\":1}", "from", "JSON", "to", "XML"))) {
            assertThat(text).hasSizeLessThan(700).doesNotContain("\u202E");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "/etc/localtime",
                "UTC+99",
                "+19:00",
                "Europe/zurich\0",
                "",
                " UTC",
                "GMT+0:0:0:0"
            })
    void aZoneThatIsNoneIsRefused(String zone) throws Exception {
        assertThat(data.refused("time_now", "zone", zone))
                .endsWith("\". Allowed: names such as Europe/Zurich, or offsets such as +01:00");
    }

    @Test
    void aFormulaIsTextLikeAnyOther() throws Exception {
        // Exact, so not defused: what a spreadsheet takes for a formula is for its program to know.
        String json = "[{\"a\":\"=cmd|' /C calc'!A0\",\"b\":\"@SUM(1)\"}]";

        assertThat(convert("json", "csv", json)).isEqualTo("a,b\r\n=cmd|' /C calc'!A0,@SUM(1)\r\n");
        assertThat(convert("csv", "json", convert("json", "csv", json))).isEqualTo(json);
    }

    @Test
    void placesAreFound() throws Exception {
        assertThat(data.call("data_get", "text", "a:\n  - b/c: 1", "format", "YAML", "pointer", "/a/0/b~1c"))
                .isEqualTo("1");
        assertThat(data.refused("data_get", "text", "{}", "pointer", "/a"))
                .isEqualTo("there is nothing at \"/a\". Allowed: places that are there; \"\" is the whole");
        data.refused("data_get", "text", "{}", "pointer", "a");
        data.refused("data_get", "text", "{}", "pointer", "/~2");
    }

    @Test
    void expressionsOverDataAreWorkedOut() throws Exception {
        String order = "{\"items\":[{\"name\":\"a\",\"price\":3},{\"name\":\"b\",\"price\":4.5}],\"who\":\"ada\"}";
        assertThat(data.call(
                        "data_query",
                        "text",
                        order,
                        "expression",
                        "{'total': $sum(items.price), 'dear': items[price > 4].name, 'who': $uppercase(who)}"))
                .isEqualTo("{\"total\":7.5,\"dear\":\"b\",\"who\":\"ADA\"}");
        assertThat(data.call("data_query", "text", "a,b\n1,2", "format", "csv", "expression", "$.b & 'x\"'"))
                .isEqualTo("\"2x\\\"\"");
        assertThat(data.call("data_query", "text", "{}", "expression", "nothing"))
                .isEqualTo("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "($f := function($x){1 + $f($x)}; $f(1))",
                "$pad('x', 2000000000)",
                "($d := function($s,$n){$n = 0 ? $s : $d($s & $s, $n - 1)}; $d('x', 40))",
                "items[",
                "$error('no')",
                "",
                "[1..999999].($string($) & 'xxxxxxxxxx')"
            })
    void hostileExpressionsAreRefused(String expression) throws Exception {
        data.refused("data_query", "text", "{}", "expression", expression);
    }

    @Test
    void anExpressionWithoutEndIsEnded() {
        assertThatThrownBy(() -> JsonataQuery.evaluate("($f := function($x){$f($x)}; $f(1))", Json.NULL, 2, data))
                .hasMessage("the expression has no value: it takes longer than 2 s. Allowed: JSONata (jsonata.org) over"
                        + " the data, of at most 10000 characters, that is done within 10 s");
    }

    /** RFC 6902, appendix A, and what it forbids. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"foo":"bar"}                        | [{"op":"add","path":"/baz","value":"qux"}]                              | {"baz":"qux","foo":"bar"}
        {"foo":["bar","baz"]}                | [{"op":"add","path":"/foo/1","value":"qux"}]                            | {"foo":["bar","qux","baz"]}
        {"foo":["a"]}                        | [{"op":"add","path":"/foo/-","value":["b"]}]                            | {"foo":["a",["b"]]}
        {"baz":"qux","foo":"bar"}            | [{"op":"remove","path":"/baz"}]                                         | {"foo":"bar"}
        {"foo":["a","b","c"]}                | [{"op":"remove","path":"/foo/1"}]                                       | {"foo":["a","c"]}
        {"baz":"qux"}                        | [{"op":"replace","path":"/baz","value":null}]                           | {"baz":null}
        {"a":{"b":1},"c":{}}                 | [{"op":"move","from":"/a/b","path":"/c/d"}]                             | {"a":{},"c":{"d":1}}
        {"foo":["a","b","c","d"]}            | [{"op":"move","from":"/foo/1","path":"/foo/3"}]                         | {"foo":["a","c","d","b"]}
        {"/":9,"~1":10}                      | [{"op":"test","path":"/~01","value":10}]                                | {"/":9,"~1":10}
        {"a":1}                              | [{"op":"test","path":"/a","value":1.0},{"op":"copy","from":"","path":"/b"}] | {"a":1,"b":{"a":1}}
        {"a":1}                              | [{"op":"replace","path":"","value":[1]}]                                | [1]
        {"a":1}                              | [{"op":"test","path":"/a","value":2}]                                   | refused
        {"a":1}                              | [{"op":"remove","path":"/b"}]                                           | refused
        {"a":1}                              | [{"op":"replace","path":"/b","value":1}]                                | refused
        {"a":1}                              | [{"op":"add","path":"/b/c","value":1}]                                  | refused
        {"a":[1]}                            | [{"op":"add","path":"/a/2","value":1}]                                  | refused
        {"a":[1]}                            | [{"op":"add","path":"/a/01","value":1}]                                 | refused
        {"a":[1]}                            | [{"op":"remove","path":"/a/-"}]                                         | refused
        {"a":{"b":1}}                        | [{"op":"move","from":"/a","path":"/a/b"}]                               | refused
        {"a":1}                              | [{"op":"add","path":"/b"}]                                              | refused
        {"a":1}                              | [{"op":"run","path":"/b"}]                                              | refused
        {"a":1}                              | [7]                                                                     | refused
        {"a":1}                              | {}                                                                      | refused
        """)
    void patchesFollowTheirStandard(String document, String patch, String expected) throws Exception {
        if (expected.equals("refused")) {
            data.refused("data_patch", "document", document, "patch", patch);
        } else {
            assertThat(Json.parse(data.call("data_patch", "document", document, "patch", patch)))
                    .isEqualTo(Json.parse(expected));
        }
    }

    /** RFC 7386, appendix A. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"a":"b"}         | {"a":null}          | {}
        {"a":"b","b":"c"} | {"a":null}          | {"b":"c"}
        {"a":["b"]}       | {"a":"c"}           | {"a":"c"}
        {"a":{"b":"c"}}   | {"a":{"b":"d","c":null}} | {"a":{"b":"d"}}
        {"a":[{"b":"c"}]} | {"a":[1]}           | {"a":[1]}
        ["a","b"]         | ["c","d"]           | ["c","d"]
        {"a":"foo"}       | null                | null
        {"e":null}        | {"a":1}             | {"e":null,"a":1}
        [1,2]             | {"a":"b","c":null}  | {"a":"b"}
        {}                | {"a":{"bb":{"ccc":null}}} | {"a":{"bb":{}}}
        """)
    void mergesFollowTheirStandard(String document, String patch, String expected) throws Exception {
        assertThat(Json.parse(data.call("data_merge", "document", document, "patch", patch)))
                .isEqualTo(Json.parse(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "0.1 + 0.2,0.3",
        "1/3*3,0.9999999999999999999999999999999999",
        "2^10,1024",
        "2^-2,0.25",
        "-2^2,-4",
        "(1+2)*3-4/8,8.5",
        "7 % 4,3",
        "123456789012345678901234567890 * 2,246913578024691357802469135780",
        "sqrt(2)^2 - 2 < 0,refused",
        "round(2.345; 2),refused",
        "'round(2.345, 2)',2.34",
        "'max(1, 5, 3) + min(2,1)',6",
        "1e3,1000",
        "2 pi,refused",
        "2*pi,6.283185307179586476925286766559006",
        "1/0,refused",
        "1%0,refused",
        "9^9^9,refused",
        "9^999999999,refused",
        "10^-99999,refused",
        "1e99999,refused",
        "sqrt(-1),refused",
        "ln(0),refused",
        "x + 1,refused",
        "'java.lang.Runtime',refused",
        "System.exit(0),refused",
        "'1;2',refused",
        "'',refused",
        "1 +,refused",
        "((1),refused",
        "1..2,refused",
        "0^0,1",
        "(-8)^0.5,refused",
        "1.5e+2,150",
        "floor(-1.5),-2"
    })
    void expressionsAreWorkedOutExactlyOrRefused(String expression, String expected) throws Exception {
        if (expected.equals("refused")) {
            data.refused("math_evaluate", "expression", expression);
        } else {
            assertThat(data.call("math_evaluate", "expression", expression)).isEqualTo(expected);
        }
    }

    @Test
    void expressionsAreBounded() throws Exception {
        for (String deep : new String[] {
            "(".repeat(4900) + "1" + ")".repeat(4900),
            "-".repeat(9000) + "1",
            "abs(".repeat(1000),
            "1^".repeat(2000) + "1"
        }) {
            assertThat(data.refused("math_evaluate", "expression", deep))
                    .startsWith("the expression cannot be worked out: it nests deeper than 200. Allowed: ");
        }
        data.refused("math_evaluate", "expression", "1" + "+1".repeat(6000));
        data.refused("math_evaluate", "expression", "9".repeat(100) + "*9^9000".repeat(20));
        assertThat(data.refused("math_evaluate", "expression", "10^-99999"))
                .startsWith("the expression cannot be worked out: a power of it has more than 10000 digits. Allowed: ");
        assertThat(data.call("math_evaluate", "expression", "price * 1.077", "values", Map.of("price", 19.90)))
                .isEqualTo("21.4323");
        assertThat(data.refused("math_evaluate", "expression", "1 $ 2"))
                .startsWith("the expression cannot be worked out: there is a \"$\" at character 3");
    }

    @Test
    void statisticsAreExact() throws Exception {
        assertThat(Json.parse(data.call("math_statistics", "numbers", List.of(0.1, 0.2, 0.3, 10))))
                .isEqualTo(
                        Json.parse(
                                "{\"count\":4,\"sum\":10.6,\"mean\":2.65,\"median\":0.25,\"min\":0.1,\"max\":10,\"firstQuartile\":0.175,\"thirdQuartile\":2.725,"
                                    + "\"variance\":24.01666666666666666666666666666667,\"standardDeviation\":4.900680224893955133713649022366174}"));
        data.refused("math_statistics", "numbers", List.of());
    }

    @Test
    void timesAreToldInZones() throws Exception {
        assertThat(Json.parse(data.call(
                                "time_convert", "time", "2026-03-28T12:00:00", "zone", "Europe/Zurich", "plus", "P1D"))
                        .at("/time"))
                .hasValue(Json.of("2026-03-29T12:00:00+02:00")); // a calendar day, an hour shorter
        assertThat(Json.parse(data.call("time_convert", "time", "2026-11-25T10:00:00+01:00", "to", "Asia/Tokyo"))
                        .at("/time"))
                .hasValue(Json.of("2026-11-25T18:00:00+09:00"));
        assertThat(data.call("time_between", "from", "2026-01-01T00:00:00Z", "to", "2026-01-02T01:00:00+01:00"))
                .isEqualTo("{\"seconds\":86400,\"duration\":\"PT24H\"}");
        assertThat(data.call("time_now", "zone", "UTC")).contains("\"zone\":\"UTC\"");
        data.refused("time_now", "zone", "Mars/Olympus");
        data.refused("time_convert", "time", "yesterday");
        data.refused("time_convert", "time", "2026-01-01T00:00:00Z", "plus", "tomorrow");
        data.refused("time_convert", "time", "2026-01-01T00:00:00Z", "plus", "P999999999Y");
        data.refused("time_between", "from", "2026-01-01", "to", "x");
        String first = "-999999999-01-01T00:00:00+18:00";
        assertThat(data.refused("time_convert", "time", first, "to", "UTC"))
                .isEqualTo("that time lies beyond the calendar. Allowed: times of the years -999999999 to 999999999");
        assertThat(data.call("time_between", "from", first, "to", "+999999999-12-31T23:59:59-18:00"))
                .startsWith("{\"seconds\":63113903");
    }

    private Json feed(String xml, Object... more) throws Exception {
        Object[] arguments = new Object[more.length + 2];
        arguments[0] = "xml";
        arguments[1] = xml;
        System.arraycopy(more, 0, arguments, 2, more.length);
        return Json.parse(data.call("feed_read", arguments));
    }

    @Test
    void feedsAreRead() throws Exception {
        assertThat(feed("""
            <rss version='2.0'><channel><title>News</title><link>https://x.example/</link>
            <item><title>One</title><link>https://x.example/1</link>
            <pubDate>Tue, 3 Jun 2008 11:05:30 +0200</pubDate>
            <description>Some &lt;b&gt;text&lt;/b&gt;</description><author>Ann</author></item>
            <item><title>Two</title></item></channel></rss>\
            """, "most", 1)).isEqualTo(Json.parse("""
                {"title":"News","link":"https://x.example/","entries":[{"title":"One","link":"https://x.example/1",
                "date":"2008-06-03T11:05:30+02:00","summary":"Some text","author":"Ann"}],"more":1}\
                """));
        assertThat(feed("""
            <feed xmlns='http://www.w3.org/2005/Atom'><title>A</title><link rel='self' href='https://x.example/feed'/>
            <link href='https://x.example/blog/'/>
            <entry><title>E</title><link rel='self' href='s'/><link href='h'/><author><name>Bo</name></author>
            <updated>2026-01-01T00:00:00Z</updated><summary>words</summary></entry></feed>\
            """)).isEqualTo(Json.parse("""
                {"title":"A","link":"https://x.example/blog/","entries":[{"title":"E","link":"https://x.example/blog/h",
                "date":"2026-01-01T00:00:00Z","summary":"words","author":"Bo"}]}\
                """));
        assertThat(feed("""
            <?xml version='1.0' encoding='UTF-8'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'
            xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>
            <channel rdf:about='x'><title>Old</title><link>http://x.example/</link></channel>
            <item rdf:about='y'><title>R</title><link>http://x.example/r</link><dc:date>2003-12-13T18:30:02+01:00</dc:date>
            <dc:creator>Cy</dc:creator></item></rdf:RDF>\
            """)).isEqualTo(Json.parse("""
                {"title":"Old","link":"http://x.example/","entries":[{"title":"R","link":"http://x.example/r",
                "date":"2003-12-13T18:30:02+01:00","summary":"","author":"Cy"}]}\
                """));
        assertThat(data.refused("feed_read", "xml", "<html/>"))
                .isEqualTo("the XML is no feed: its root is <html>. Allowed: RSS or Atom");
        data.refused("feed_read", "xml", "<rss><x/></rss>");
        data.refused("feed_read", "xml", "<rss>" + " ".repeat(9 << 20) + "</rss>");
    }

    private Json entry(String inside) throws Exception {
        return feed("<rss><channel><item>" + inside + "</item></channel></rss>", "url", "https://x.example/a/feed.xml")
                .at("/entries/0")
                .orElseThrow();
    }

    private Json atom(String inside) throws Exception {
        return feed(
                        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='/b/'><entry>" + inside + "</entry></feed>",
                        "url",
                        "https://x.example/a/feed.xml")
                .at("/entries/0")
                .orElseThrow();
    }

    @Test
    void htmlInAFeedIsReadAsText() throws Exception {
        assertThat(entry("<title>AT&amp;amp;T &lt;b&gt;wins&lt;/b&gt; &amp;#8211; 1 &lt; 2</title>")
                        .at("/title"))
                .contains(Json.of("AT&T wins – 1 < 2"));
        assertThat(entry("<description><![CDATA[<p>One</p><script>evil()</script><p>two</p>]]></description>")
                        .at("/summary"))
                .contains(Json.of("One\n\ntwo"));
        assertThat(atom("<title>a &lt;b&gt; c</title>").at("/title")).contains(Json.of("a <b> c"));
        assertThat(atom("<title type='html'>a &lt;b&gt;c&lt;/b&gt;</title>").at("/title"))
                .contains(Json.of("a c"));
        assertThat(atom("<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>one <b>two</b> three</div>"
                                + "</content>")
                        .at("/summary"))
                .contains(Json.of("one two three"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "1, https://x.example/a/1",
                "/1?a=b&amp;c, https://x.example/1?a=b&c",
                "//y.example/1, https://y.example/1",
                "../1 2, https://x.example/1%202",
                "javascript:alert(1), ''",
                "data:text/html;x, ''",
                "file:///etc/passwd, ''",
                "https://user:word@x.example/, ''",
                "http://[, ''"
            })
    void linksInAFeedAreAbsoluteAndOfTheWeb(String link, String told) throws Exception {
        String wanted = told.equals("''") ? "" : told;
        assertThat(entry("<link>" + link + "</link>").at("/link")).contains(Json.of(wanted));
    }

    @Test
    void aFeedSaysWhereItsLinksBegin() throws Exception {
        assertThat(atom("<link href='1'/>").at("/link")).contains(Json.of("https://x.example/b/1"));
        assertThat(atom("<link xml:base='c/' href='1'/>").at("/link")).isPresent();
        assertThat(entry("<guid>https://x.example/g</guid>").at("/link")).contains(Json.of("https://x.example/g"));
        assertThat(entry("<guid isPermaLink='false'>g-1</guid>").at("/link")).contains(Json.of(""));
        assertThat(entry("<title>t</title><link xmlns='http://www.w3.org/2005/Atom' href='https://x.example/l'/>")
                        .at("/link"))
                .contains(Json.of("https://x.example/l"));
        assertThat(entry("<title xmlns='http://search.yahoo.com/mrss/'>of a picture</title><title>of the item</title>")
                        .at("/title"))
                .contains(Json.of("of the item"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Tue, 03 Jun 2008 11:05:30 GMT | 2008-06-03T11:05:30Z",
                "3 Jun 2008 11:05 EST | 2008-06-03T11:05:00-05:00",
                "Wed, 3 June 08 9:05:30 -0700 | 2008-06-03T09:05:30-07:00",
                "03 Jun 98 11:05:30 +01:00 | 1998-06-03T11:05:30+01:00",
                "2026-01-01 10:00:00Z | 2026-01-01T10:00:00Z",
                "2026-01-01 | 2026-01-01",
                "Tue, 33 Jun 2008 11:05:30 GMT | Tue, 33 Jun 2008 11:05:30 GMT",
                "Tue, 03 Foo 2008 11:05:30 GMT | Tue, 03 Foo 2008 11:05:30 GMT",
                "Tue, 03 Jun 2008 11:05:30 XYZ | Tue, 03 Jun 2008 11:05:30 XYZ",
                "Tue, 03 Jun 2008 11:05:30 +9999 | Tue, 03 Jun 2008 11:05:30 +9999",
                "yesterday | yesterday"
            })
    void datesOfFeedsAreToldAlike(String written, String told) throws Exception {
        assertThat(entry("<pubDate>" + written + "</pubDate>").at("/date")).contains(Json.of(told));
    }

    @Test
    void aFeedIsBounded() throws Exception {
        Json entry = entry("<title>" + "\uD83D\uDE00".repeat(5000) + "</title><description>" + "x".repeat(1_000_000)
                + "</description><link>https://x.example/" + "y".repeat(100_000) + "</link><pubDate>"
                + "1 ".repeat(100_000) + "</pubDate><author>" + "z".repeat(100_000) + "</author>");

        assertThat(entry.toString()).hasSizeLessThan(4000);
        assertThat(entry.at("/title").orElseThrow().asString()).doesNotMatch("(?s).*[\\uD800-\\uDBFF]…");
        Json feed = feed(
                "<rss><channel>" + "<item><title>t</title></item>".repeat(10_000) + "</channel></rss>", "most", 9999);
        assertThat(feed.at("/entries").orElseThrow().asArr().size()).isEqualTo(200);
        assertThat(feed.at("/more")).contains(Json.of(9800));
    }

    @Test
    void ofThisMachineLittleIsToldUnlessMoreIsAskedFor() throws Exception {
        Calls basic = new Calls(SystemTools.basic().tools());
        assertThat(basic.call("system_info"))
                .contains("\"processors\":")
                .doesNotContain(System.getProperty("user.name") + "\"", System.getProperty("user.dir"));
        assertThatThrownBy(() -> basic.tool("system_variable")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> basic.tool("system_processes")).isInstanceOf(AssertionError.class);
        Calls more =
                new Calls(SystemTools.basic().environment("PATH").processes().tools());
        assertThat(more.call("system_variable", "name", "PATH")).isEqualTo(System.getenv("PATH"));
        assertThat(more.refused("system_variable", "name", "HOME"))
                .isEqualTo("that variable may not be seen. Allowed: PATH");
        assertThat(more.call("system_processes")).contains("\"pid\":").doesNotContain("-cp");
    }

    @Test
    void noneOfThemChangesAnything() {
        assertThat(DataTools.all())
                .allMatch(
                        tool -> tool.spec().is(Trait.READ_ONLY) && !tool.spec().is(Trait.OPEN_WORLD));
    }
}
