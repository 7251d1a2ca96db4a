package dev.tenon.bus;

import static dev.tenon.bus.Filter.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tenon.bus.Filter.Op;
import dev.tenon.error.TenonException;
import dev.tenon.event.Event;
import dev.tenon.event.Severity;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Chance;
import dev.tenon.testing.Gen;
import dev.tenon.testing.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
    private static final Event EVENT = new Event(
            "tool.call.failed",
            7,
            "order-17/2/0",
            "order-17",
            Instant.parse("2026-11-21T12:00:00Z"),
            Severity.WARN,
            Map.of("tenant", "acme", "empty", ""),
            Json.parse("""
                {"tool": "search", "took": "PT1.5S", "tries": 3, "cost": 0.10, "ok": false, "none": null,
                 "failure": {"code": "provider.rate_limited", "a/b": {"~": 1}},
                 "violations": ["$.a: wanted", 2, {"x": 1}]}\
                """),
            Map.of());

    /** field, op, value and whether the event passes. */
    @ParameterizedTest(name = "{0} {1} {2}: {3}")
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        name                | eq          | "tool.call.failed"           | true
        name                | eq          | "tool.call"                  | false
        name                | ne          | "tool.call"                  | true
        name                | in          | ["a", "tool.call.failed"]    | true
        name                | in          | []                           | false
        name                | contains    | "call"                       | true
        name                | starts_with | "tool."                      | true
        name                | starts_with | "call"                       | false
        name                | ends_with   | ".failed"                    | true
        name                | matches     | "tool\\\\..*"                | true
        name                | matches     | "tool"                       | false
        name                | lt          | "u"                          | true
        name                | gt          | "tool.call.failed"           | false
        name                | ge          | "tool.call.failed"           | true
        name                | le          | "tool.call.failed"           | true
        name                | exists      | true                         | true
        name                | exists      | false                        | false
        category            | eq          | "tool"                       | true
        category            | in          | ["model", "run"]             | false
        run                 | starts_with | "order-17/"                  | true
        parent              | eq          | "order-17"                   | true
        sequence            | eq          | 7.0                          | true
        sequence            | gt          | 6.5                          | true
        sequence            | le          | 6                            | false
        sequence            | in          | [1, 7]                       | true
        sequence            | exists      | true                         | true
        severity            | eq          | "warn"                       | true
        severity            | eq          | "WARN"                       | true
        severity            | ge          | "warn"                       | true
        severity            | gt          | "warn"                       | false
        severity            | lt          | "error"                      | true
        severity            | ne          | "error"                      | true
        severity            | in          | ["debug", "error"]           | false
        severity            | exists      | false                        | false
        time                | ge          | "2026-11-21T12:00:00Z"       | true
        time                | lt          | "2026-11-21T12:00:00.001Z"   | true
        time                | eq          | "2026-11-21T12:00:00.000Z"   | true
        time                | in          | ["2026-11-21T12:00:01Z"]     | false
        tags.tenant         | eq          | "acme"                       | true
        tags.tenant         | matches     | "[a-z]{4}"                   | true
        tags.tenant         | exists      | true                         | true
        tags.empty          | exists      | true                         | true
        tags.empty          | eq          | ""                           | true
        tags.other          | exists      | true                         | false
        tags.other          | exists      | false                        | true
        tags.other          | eq          | "acme"                       | false
        tags.other          | ne          | "acme"                       | true
        tags.other          | lt          | "acme"                       | false
        tags.other          | contains    | ""                           | false
        payload/tool        | eq          | "search"                     | true
        payload/tool        | eq          | 3                            | false
        payload/tool        | ne          | 3                            | true
        payload/tool        | lt          | 3                            | false
        payload/tool        | ge          | 3                            | false
        payload/tries       | eq          | 3.0                          | true
        payload/tries       | ge          | 3                            | true
        payload/tries       | lt          | 1e400                        | true
        payload/tries       | in          | ["3", 3]                     | true
        payload/cost        | eq          | 0.1                          | true
        payload/cost        | gt          | 0.0999999999999999999999     | true
        payload/ok          | eq          | false                        | true
        payload/none        | exists      | true                         | true
        payload/none        | eq          | null                         | true
        payload/missing     | eq          | null                         | false
        payload/took        | gt          | "PT1S"                       | true
        payload/took        | gt          | "PT10S"                      | false
        payload/took        | lt          | "PT1M"                       | true
        payload/took        | eq          | "PT1.5S"                     | true
        payload/tool        | gt          | "PT1S"                       | false
        payload/failure/code | starts_with | "provider."                 | true
        payload/failure/a~1b/~0 | eq       | 1                            | true
        payload/violations/1 | eq         | 2                            | true
        payload/violations/01 | exists    | true                         | false
        payload/violations/3 | exists     | true                         | false
        payload/violations/- | exists     | true                         | false
        payload/violations/0 | contains   | "wanted"                     | true
        payload/violations  | contains    | 2.0                          | true
        payload/violations  | contains    | {"x": 1.0}                   | true
        payload/violations  | contains    | "$.a"                        | false
        payload/failure     | contains    | "code"                       | true
        payload/failure     | contains    | "cod"                        | false
        payload/tries       | contains    | 3                            | false
        payload/tries       | starts_with | "3"                          | false
        payload/tool/deeper | exists      | true                         | false
        payload/            | exists      | true                         | false
        payload             | contains    | "tool"                       | true
        payload             | eq          | {}                           | false
        """)
    void looksAtAField(String field, String op, String value, boolean passes) {
        Filter filter = Filter.of(Json.object()
                .put("field", field)
                .put("op", op)
                .put("value", Json.parse(value))
                .build());

        assertThat(filter.compiled().test(EVENT)).isEqualTo(passes);
        assertThat(filter.negated().compiled().test(EVENT)).isEqualTo(!passes);
    }

    @Test
    void joinsWithAndOrNot() {
        Filter yes = where("name", Op.EXISTS, true);
        Filter no = where("name", Op.EXISTS, false);

        assertThat(passes(yes.and(yes))).isTrue();
        assertThat(passes(yes.and(no))).isFalse();
        assertThat(passes(no.or(yes))).isTrue();
        assertThat(passes(no.or(no))).isFalse();
        assertThat(passes(no.negated())).isTrue();
        assertThat(passes(Filter.ALL)).isTrue();
        assertThat(passes(Filter.ALL.negated())).isFalse();
        assertThat(passes(new Filter.Or(List.of()))).isFalse();
        assertThat(passes(Filter.parse("{\"or\": [{\"and\": []}, {\"not\": {\"or\": []}}]}")))
                .isTrue();
    }

    private static boolean passes(Filter filter) {
        return filter.compiled().test(EVENT);
    }

    @Test
    void saysInJavaWhatItSaysInJson() {
        Filter java = Filter.atLeast(Severity.WARN)
                .and(where("tags.tenant", Op.IN, List.of("test", "demo")).negated())
                .and(where("payload/took", Op.GT, Duration.ofSeconds(1)))
                .and(where("time", Op.GE, Instant.EPOCH));

        assertThat(java.json()).isEqualTo(Json.parse("""
            {"and": [{"field": "severity", "op": "ge", "value": "WARN"},
                     {"not": {"field": "tags.tenant", "op": "in", "value": ["test", "demo"]}},
                     {"field": "payload/took", "op": "gt", "value": "PT1S"},
                     {"field": "time", "op": "ge", "value": "1970-01-01T00:00:00Z"}]}\
            """));
        assertThat(Filter.of(java.json())).isEqualTo(java);
        assertThat(passes(java)).isTrue();
        assertThat(Filter.run("order-17").json())
                .isEqualTo(Json.parse("{\"field\":\"run\",\"op\":\"eq\",\"value\":\"order-17\"}"));
        assertThat(Filter.tag("tenant", "acme").or(Filter.tag("tenant", "b")))
                .isEqualTo(new Filter.Or(List.of(Filter.tag("tenant", "acme"), Filter.tag("tenant", "b"))));
    }

    @Test
    void existsNeedsNoValue() {
        assertThat(Filter.parse("{\"field\": \"run\", \"op\": \"exists\"}"))
                .isEqualTo(where("run", Op.EXISTS, true))
                .isEqualTo(where("run", Op.EXISTS, null));
    }

    /** The place and what is wrong there. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        3                                       | $: expected a filter, an object with and, or, not or field; got number
        {}                                      | $: expected a filter: one member and, or or not, or the members field, op and value; got no member
        {"and": [], "or": []}                   | $: expected a filter: one member and, or or not, or the members field, op and value; got and, or
        {"all": []}                             | $.all: no such member; expected and, or, not, or the members field, op and value
        {"and": {}}                             | $.and: expected an array of filters, got object
        {"and": [{"and": []}, null]}            | $.and[1]: expected a filter, an object with and, or, not or field; got null
        {"or": [{"not": {"not": []}}]}          | $.or[0].not.not: expected a filter, an object with and, or, not or field; got array
        {"not": {"field": "name", "op": "is", "value": "x"}} | $.not.op: expected one of eq, ne, lt, le, gt, ge, in, contains, starts_with, ends_with, matches, exists, got "is"
        {"field": "name", "value": "x"}         | $.op: expected the name of an operator
        {"field": 3, "op": "eq", "value": "x"}  | $.field: expected a text
        {"field": "name", "op": "eq"}           | $: expected a value to hold name against
        {"field": "name", "op": "eq", "value": "x", "values": []} | $.values: no such member; expected field, op and value
        {"field": "severty", "op": "eq", "value": "x"} | $: no such field: "severty"; expected name, category, run, parent, sequence, severity, time, tags. and the name of a tag, or payload and a JSON Pointer, such as payload/failure/code
        {"field": "tags.", "op": "eq", "value": "x"} | $: no such field: "tags."; expected name, category, run, parent, sequence, severity, time, tags. and the name of a tag, or payload and a JSON Pointer, such as payload/failure/code
        {"field": "payload/~2", "op": "eq", "value": 1} | $: not a JSON Pointer: "/~2"; '~' must be followed by 0 or 1
        {"field": "payload/a/b~", "op": "eq", "value": 1} | $: not a JSON Pointer: "/a/b~"; '~' must be followed by 0 or 1
        {"field": "name", "op": "eq", "value": 3} | $: with eq, name is held against a text; got number 3
        {"field": "name", "op": "in", "value": "x"} | $: with in, name is held against an array; got string "x"
        {"field": "run", "op": "in", "value": ["x", 1]} | $: with in, run is held against a text; got number 1
        {"field": "severity", "op": "ge", "value": "high"} | $: with ge, severity is held against debug, info, warn or error; got string "high"
        {"field": "severity", "op": "matches", "value": "w.*"} | $: severity cannot be held against a value with matches; expected eq, ne, lt, le, gt, ge, in or exists
        {"field": "time", "op": "lt", "value": "yesterday"} | $: with lt, time is held against a time, such as 2026-11-21T12:00:00Z; got string "yesterday"
        {"field": "sequence", "op": "contains", "value": 1} | $: with contains, sequence is held against a number, and eq, ne, lt, le, gt, ge or in; got number 1
        {"field": "payload/a", "op": "lt", "value": true} | $: with lt, payload/a is held against a number or a text; got boolean true
        {"field": "payload/a", "op": "matches", "value": "("} | $: not a regular expression: "(": Unclosed group at index 1
        {"field": "payload/a", "op": "exists", "value": 1} | $: exists takes true or false, got number 1
        """)
    void saysWhereItIsWrong(String json, String message) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Filter.parse(json))
                .withMessage("filter at " + message)
                .satisfies(e -> assertThat(e.code()).isEqualTo("filter.invalid"));
    }

    @Test
    void isReadAsPartOfOtherData() {
        record Rule(String name, Filter filter) {}

        assertThat(Json.parse("{\"name\": \"a\", \"filter\": {\"and\": []}}").as(Rule.class))
                .isEqualTo(new Rule("a", Filter.ALL));
        assertThat(Json.of(new Rule("a", Filter.ALL)))
                .isEqualTo(Json.parse("{\"name\":\"a\",\"filter\":{\"and\":[]}}"));
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() ->
                        Json.parse("{\"filter\": {\"and\": [{\"nand\": 1}]}}").as(Rule.class))
                .withMessage(
                        "expected " + Rule.class.getName() + " at $.filter: filter at $.and[0].nand: no such member;"
                                + " expected and, or, not, or the members field, op and value");
    }

    @Test
    void isBoundedInDepth() {
        String deep = "{\"not\":".repeat(101) + "{\"and\":[]}" + "}".repeat(101);
        Filter[] nested = {Filter.ALL};

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> Filter.parse(deep))
                .withMessageEndingWith("a filter nests more than 100 levels deep");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    for (int i = 0; i < 200; i++) {
                        nested[0] = nested[0].negated();
                    }
                })
                .withMessage("a filter nests more than 100 levels deep");
        assertThat(Filter.of(nested[0].json())).isEqualTo(nested[0]);
        assertThat(passes(Filter.of(nested[0].json()))).isEqualTo(passes(nested[0]));
    }

    @Test
    void manyFiltersInARowDoNotNest() {
        Filter all = where("name", Op.EXISTS, true);
        for (int i = 0; i < 1_000; i++) {
            all = all.and(where("sequence", Op.GT, i - 1_000));
        }

        assertThat(passes(all)).isTrue();
    }

    @Test
    void boundsARegularExpressionThatBacktracks() {
        Filter hostile = where("payload", Op.MATCHES, ".*.*.*.*.*.*.*b");
        Event event = Event.of("x", Instant.EPOCH, Json.of("a".repeat(64)));

        assertThatExceptionOfType(TenonException.class)
                .isThrownBy(() -> hostile.compiled().test(event))
                .satisfies(e -> assertThat(e.code()).isEqualTo("bus.pattern_too_costly"));
    }

    // Properties

    static Gen<Filter> filters() {
        return chance -> switch (chance.deep() ? 3 : chance.below(6)) {
            case 0 -> new Filter.And(filters().list(3).next(chance));
            case 1 -> new Filter.Or(filters().list(3).next(chance));
            case 2 -> new Filter.Not(chance.inside(filters()));
            default -> field(chance);
        };
    }

    private static Filter field(Chance chance) {
        String field = chance.pick(List.of(
                "name", "category", "run", "parent", "sequence", "severity", "time", "tags.a", "payload", "payload/a"));
        Gen<Json> values = Gen.oneOf(
                Gen.json(),
                Gen.text().map(Json::of),
                Gen.text().map(Json::of).list(2).map(Json.Arr::of),
                Gen.of(Json.of("warn"), Json.of("2026-11-21T12:00:00Z"), Json.of(true), Json.of(7)));
        while (true) {
            try {
                return where(field, chance.pick(List.of(Op.values())), values.next(chance));
            } catch (IllegalArgumentException e) {
                // They do not go together: others may.
            }
        }
    }

    @Test
    void readsBackAsItWas() {
        Property.forAll(2_000, filters(), filter -> {
            Json json = Json.of(filter);
            assertThat(json).isEqualTo(filter.json());
            assertThat(Filter.of(json)).isEqualTo(filter).hasSameHashCodeAs(filter);
            assertThat(Json.parse(json.toString()).as(Filter.class)).isEqualTo(filter);
        });
    }

    @Test
    void decidesOfAnyEvent() {
        record Case(Filter filter, Event event) {}
        Gen<Event> events = Arbitrary.of(Event.class);
        Property.forAll(2_000, chance -> new Case(filters().next(chance), events.next(chance)), sample -> {
            boolean passes = sample.filter().compiled().test(sample.event());
            assertThat(sample.filter().negated().compiled().test(sample.event()))
                    .isEqualTo(!passes);
            assertThat(Filter.of(sample.filter().json()).compiled().test(sample.event()))
                    .isEqualTo(passes);
        });
    }

    @Test
    void anyJsonIsAFilterOrRefusedWithItsPlace() {
        Property.forAll(2_000, Gen.json(), json -> {
            try {
                assertThat(Filter.of(json).json()).isEqualTo(json);
            } catch (JsonException e) {
                assertThat(e.getMessage()).startsWith("filter at $");
            }
        });
    }
}
