package dev.tenon.toolbox.guard;

import dev.tenon.schema.Description;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolPolicy;
import dev.tenon.tool.ToolSpec.Trait;
import dev.tenon.toolbox.GuardedTool;
import dev.tenon.toolbox.RefusedException;
import java.util.List;

/**
 * A tool by which a model asks a person. The call does not run here: the run rests with a question of kind {@code RESULT}, whose arguments are the model's words, and goes on with what
 * {@code Answer.give(question, "…")} says. {@link Consent} sees to that; without it, {@link #policy()} does.
 */
public final class AskPerson {
    /** The tool's name. */
    public static final String NAME = "ask_person";

    private AskPerson() {}

    record Asked(
            @Description("one question, with all that is needed to answer it")
            String question,

            @Description("answers to choose from, where there are such")
            List<String> choices) {}

    /** The tool. */
    public static Tool tool() {
        return GuardedTool.of(
                        NAME,
                        "Asks the person you work for, and waits for the answer",
                        Asked.class,
                        (asked, context) -> {
                            throw new RefusedException(
                                    "ask.policy",
                                    "no person can be asked here, since the agent has no policy that defers the"
                                            + " question",
                                    "going on without an answer, and saying what was assumed");
                        })
                .traits(Trait.READ_ONLY);
    }

    /** Lets every other tool run. */
    public static ToolPolicy policy() {
        return (tool, arguments, history) ->
                decision(tool.name(), arguments.string("question").orElse(""));
    }

    static ToolDecision decision(String tool, String question) {
        return tool.equals(NAME) ? new ToolDecision.Defer(question) : ToolDecision.RUN;
    }
}
