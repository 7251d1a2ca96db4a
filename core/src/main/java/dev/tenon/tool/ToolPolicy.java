package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.message.Message;
import java.util.List;
import java.util.Objects;

/**
 * Decides of each call whether it runs. Asked once a call, before any call of the turn runs; the decision is on record. Implementations must be
 * thread-safe. What a policy throws denies the call and tells the model that the policy failed.
 */
@FunctionalInterface
public interface ToolPolicy {
    /** Every call runs. */
    ToolPolicy ALLOW = (tool, arguments, history) -> ToolDecision.RUN;

    /** Calls that destroy or reach outside ask a person; all others run. What an agent does that is told nothing else. */
    ToolPolicy CAREFUL = (tool, arguments, history) -> {
        boolean destroys = tool.is(ToolSpec.Trait.DESTRUCTIVE);
        return destroys || tool.is(ToolSpec.Trait.OPEN_WORLD)
                ? new ToolDecision.Ask(tool.name() + (destroys ? " can destroy or overwrite" : " reaches outside"))
                : ToolDecision.RUN;
    };

    /** Calls with this trait ask a person; all others run. */
    static ToolPolicy askBefore(ToolSpec.Trait trait) {
        Objects.requireNonNull(trait, "trait");
        return (tool, arguments, history) ->
                tool.is(trait) ? new ToolDecision.Ask(tool.name() + " is " + trait) : ToolDecision.RUN;
    }

    /**
     * Decides.
     *
     * @param arguments read, coerced and valid
     * @param history the messages of this turn so far, the one with the call included
     */
    ToolDecision decide(ToolSpec tool, Json.Obj arguments, List<Message> history);

    /** This policy, and where it lets a call run, the other. */
    default ToolPolicy and(ToolPolicy other) {
        Objects.requireNonNull(other, "other");
        return (tool, arguments, history) -> switch (decide(tool, arguments, history)) {
            case ToolDecision.Run run -> other.decide(tool, arguments, history);
            case ToolDecision.Rewrite rewrite ->
                switch (other.decide(tool, rewrite.arguments(), history)) {
                    case ToolDecision.Run run -> rewrite;
                    case ToolDecision otherwise -> otherwise;
                };
            case ToolDecision decided -> decided;
        };
    }
}
