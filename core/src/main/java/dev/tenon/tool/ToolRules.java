package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Message;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Violation;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A policy that is data, with a JSON form: the first rule whose condition holds decides, else what is said otherwise. Immutable.
 *
 * {@snippet lang=java :
 * ToolPolicy policy = ToolRules.parse("""
 *         {"rules": [
 *            {"when": {"type": "argument", "at": "/euros", "op": "GT", "value": 100}, "then": {"type": "ask", "reason": "more than 100 euros"}},
 *            {"when": {"type": "named", "tool": "delete_*"}, "then": {"type": "deny", "message": "nothing is deleted here"}}],
 *          "otherwise": {"type": "run"}}""");
 * }
 *
 * @param otherwise of a call that no rule is for
 */
public record ToolRules(List<Rule> rules, ToolDecision otherwise) implements ToolPolicy {
    /**
     * One rule. Immutable.
     *
     * @param then a {@link ToolDecision.Rewrite} gives the arguments that are laid over those of the call: they replace what has the same name, and leave what has another
     */
    public record Rule(ToolCondition when, ToolDecision then) {
        public Rule {
            Objects.requireNonNull(when, "when");
            Objects.requireNonNull(then, "then");
        }
    }

    public ToolRules {
        Objects.requireNonNull(rules, "rules");
        rules = List.copyOf(rules);
        Objects.requireNonNull(otherwise, "otherwise");
    }

    /** Made once, and only where rules are read. */
    private static final class Form {
        static final JsonSchema SCHEMA = JsonSchema.of(ToolRules.class);

        private Form() {}
    }

    /**
     * Reads rules from JSON. Nothing is passed over: a member that is not known may be a rule that somebody relies on.
     *
     * @throws JsonException where it is no JSON, or a member is missing, misspelt or of another type; it names the place
     */
    public static ToolRules parse(String json) {
        Objects.requireNonNull(json, "json");
        return of(Json.parse(json));
    }

    /** As {@link #parse(String)}, from JSON that was read before. */
    public static ToolRules of(Json json) {
        Objects.requireNonNull(json, "json");
        List<Violation> wrong = Form.SCHEMA.validate(json);
        if (!wrong.isEmpty()) {
            throw new JsonException(
                    "tool.bad_rules",
                    "tool rules: " + wrong.getFirst().message(),
                    Map.of("at", wrong.getFirst().pointer()),
                    null);
        }
        return json.as(ToolRules.class);
    }

    /** The JSON form, which {@link #of(Json)} reads. */
    public Json json() {
        return Json.of(this);
    }

    @Override
    public ToolDecision decide(ToolSpec tool, Json.Obj arguments, List<Message> history) {
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(history, "history");
        for (Rule rule : rules) {
            if (rule.when().holds(tool, arguments, history)) {
                return rule.then() instanceof ToolDecision.Rewrite rewrite
                        ? new ToolDecision.Rewrite(over(arguments, rewrite.arguments()))
                        : rule.then();
            }
        }
        return otherwise instanceof ToolDecision.Rewrite rewrite
                ? new ToolDecision.Rewrite(over(arguments, rewrite.arguments()))
                : otherwise;
    }

    private static Json.Obj over(Json.Obj arguments, Json.Obj other) {
        return Json.object().putAll(arguments).putAll(other).build();
    }
}
