package dev.tenon.tool;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunResult;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.ToolMessage;
import dev.tenon.run.Answer;
import dev.tenon.schema.JsonSchema;
import dev.tenon.testing.Arbitrary;
import dev.tenon.testing.Property;
import dev.tenon.testing.ScriptedProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolRulesTest {
    private static final ToolSpec PAY = ToolSpec.of("pay_out", "Pays", JsonSchema.parse("{\"type\":\"object\"}"))
            .withTraits(ToolSpec.Trait.DESTRUCTIVE);

    private static ToolDecision decided(String when, String arguments, Message... history) {
        return ToolRules.parse("{\"rules\":[{\"when\":" + when + ",\"then\":{\"type\":\"deny\",\"message\":\"no\"}}],"
                        + "\"otherwise\":{\"type\":\"run\"}}")
                .decide(PAY, Json.parse(arguments).asObj(), List.of(history));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"type":"named","tool":"pay_out"}                                 | {}                      | true
        {"type":"named","tool":"pay_*"}                                   | {}                      | true
        {"type":"named","tool":"*a*o*t"}                                  | {}                      | true
        {"type":"named","tool":"pay"}                                     | {}                      | false
        {"type":"named","tool":"*x*"}                                     | {}                      | false
        {"type":"has_trait","trait":"DESTRUCTIVE"}                        | {}                      | true
        {"type":"has_trait","trait":"READ_ONLY"}                          | {}                      | false
        {"type":"argument","at":"euros","op":"GT","value":100}            | {"euros":100.5}         | true
        {"type":"argument","at":"euros","op":"GT","value":100}            | {"euros":1e2}           | false
        {"type":"argument","at":"euros","op":"GE","value":100}            | {"euros":1e2}           | true
        {"type":"argument","at":"euros","op":"EQ","value":100}            | {"euros":100.0}         | true
        {"type":"argument","at":"euros","op":"LT","value":100}            | {"euros":-1}            | true
        {"type":"argument","at":"euros","op":"LE","value":100}            | {"euros":"99"}          | false
        {"type":"argument","at":"euros","op":"LT","value":100}            | {}                      | false
        {"type":"argument","at":"euros","op":"NE","value":100}            | {}                      | true
        {"type":"argument","at":"/to/country","op":"IN","value":["PT"]}   | {"to":{"country":"PT"}} | true
        {"type":"argument","at":"/to/country","op":"IN","value":["PT"]}   | {"to":{"country":"NO"}} | false
        {"type":"argument","at":"note","op":"CONTAINS","value":"bad"}     | {"note":"a bad one"}    | true
        {"type":"argument","at":"tags","op":"CONTAINS","value":"bad"}     | {"tags":["bad"]}        | true
        {"type":"argument","at":"tags","op":"CONTAINS","value":"bad"}     | {"tags":{"bad":1}}      | true
        {"type":"argument","at":"path","op":"STARTS_WITH","value":"/etc"} | {"path":"/etc/passwd"}  | true
        {"type":"argument","at":"path","op":"ENDS_WITH","value":".sh"}    | {"path":"x.sh"}         | true
        {"type":"argument","at":"path","op":"EXISTS","value":true}        | {"path":null}           | false
        {"type":"argument","at":"path","op":"EXISTS","value":false}       | {}                      | true
        {"type":"all","of":[]}                                            | {}                      | true
        {"type":"any","of":[]}                                            | {}                      | false
        {"type":"none","of":[{"type":"named","tool":"other"}]}            | {}                      | true
        """)
    void aConditionHoldsOrNot(String when, String arguments, boolean holds) {
        assertThat(decided(when, arguments)).isEqualTo(holds ? new ToolDecision.Deny("no") : ToolDecision.RUN);
    }

    @Test
    void aConditionSeesWhatWasCalledInThisTurn() {
        Message results = ToolMessage.of(
                List.of(Content.ToolResult.of("c1", "pay_out", "paid"), Content.ToolResult.of("c2", "look", "seen")));
        String twice = "{\"type\":\"called\",\"tool\":\"pay_*\",\"atLeast\":2}";

        assertThat(decided(twice, "{}", Message.user("Go"), results)).isEqualTo(ToolDecision.RUN);
        assertThat(decided(twice, "{}", Message.user("Go"), results, results)).isEqualTo(new ToolDecision.Deny("no"));
    }

    @Test
    void theFirstRuleThatHoldsDecidesAndARewriteIsLaidOver() {
        ToolRules rules = ToolRules.parse("""
            {"rules": [
               {"when": {"type": "argument", "at": "euros", "op": "GT", "value": 1000}, "then": {"type": "defer", "reason": "by hand"}},
               {"when": {"type": "argument", "at": "euros", "op": "GT", "value": 100}, "then": {"type": "ask", "reason": "much"}},
               {"when": {"type": "named", "tool": "*"}, "then": {"type": "rewrite", "arguments": {"currency": "EUR"}}}],
             "otherwise": {"type": "deny", "message": "never here"}}\
            """);

        assertThat(rules.decide(PAY, Json.object("euros", 2000), List.of()))
                .isEqualTo(new ToolDecision.Defer("by hand"));
        assertThat(rules.decide(PAY, Json.object("euros", 200), List.of())).isEqualTo(new ToolDecision.Ask("much"));
        assertThat(rules.decide(
                        PAY, Json.parse("{\"euros\":20,\"currency\":\"USD\"}").asObj(), List.of()))
                .isEqualTo(new ToolDecision.Rewrite(
                        Json.parse("{\"euros\":20,\"currency\":\"EUR\"}").asObj()));
    }

    @Test
    void whatIsMisspeltIsRefusedAndNotPassedOver() {
        assertThatThrownBy(() -> ToolRules.parse(
                        "{\"rules\":[{\"when\":{\"type\":\"named\",\"tol\":\"x\"},\"then\":{\"type\":\"run\"}}],"
                                + "\"otherwise\":{\"type\":\"run\"}}"))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("tool rules: $.rules[0].when");
        assertThatThrownBy(() -> ToolRules.parse("{\"rules\":[],\"otherwise\":{\"type\":\"allow\"}}"))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("tool rules: $.otherwise");
        assertThatThrownBy(() -> ToolRules.parse("{\"rules\":[],\"rule\":[],\"otherwise\":{\"type\":\"run\"}}"))
                .hasMessageStartingWith("tool rules: $");
        assertThatThrownBy(() -> ToolRules.parse("{\"rules\":[]}")).hasMessageStartingWith("tool rules: $");
        assertThatThrownBy(() -> ToolRules.parse("rules")).isInstanceOf(JsonException.class);
    }

    @Test
    void everyRuleReadsBackAsItWas() {
        Property.forAll(Arbitrary.of(ToolRules.class), rules -> {
            assertThat(ToolRules.of(rules.json())).isEqualTo(rules);
            assertThat(ToolRules.parse(rules.json().toString())).isEqualTo(rules);
        });
    }

    record Payment(int euros) {}

    @Test
    void anAgentGoesByRules() {
        List<Integer> paid = new ArrayList<>();
        Agent agent = Agent.builder(ScriptedProvider.of(
                        toolCall("pay", "{\"euros\":20}").and(toolCall("pay", "{\"euros\":200}")), reply("done")))
                .tools(Tool.of("pay", "Pays", Payment.class, payment -> {
                    paid.add(payment.euros());
                    return "paid";
                }))
                .policy(ToolRules.parse("""
                    {"rules": [
                       {"when": {"type": "argument", "at": "euros", "op": "GT", "value": 100}, "then": {"type": "ask", "reason": "more than 100 euros"}}],
                     "otherwise": {"type": "run"}}\
                    """))
                .build();

        RunResult paused = agent.run("Pay");

        assertThat(paid).containsExactly(20);
        assertThat(paused.questions())
                .singleElement()
                .satisfies(question -> assertThat(question.reason()).isEqualTo("more than 100 euros"));
        assertThat(agent.resume(paused, Answer.approve(paused.questions().get(0), Json.object("euros", 99)))
                        .text())
                .isEqualTo("done");
        assertThat(paid).containsExactly(20, 99);
    }
}
