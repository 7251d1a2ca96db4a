package dev.tenon.testing;

import dev.tenon.message.Content;
import dev.tenon.provider.ToolChoice;
import dev.tenon.tool.ToolSpec;
import java.util.List;
import java.util.function.Function;

/** Rules for scripted models that need no script: {@code ModelServer.start(Rules.callingEveryTool())}. */
public final class Rules {
    /** Values are made from this seed, so that the same tools are called the same way. */
    private static final long SEED = 1;

    private Rules() {}

    /**
     * A model that calls every tool it is offered once, in parallel, with arguments that fit; then answers with the results, one a line, or with JSON that
     * fits the schema that is wanted.
     */
    public static Function<ModelRequest, Reply> callingEveryTool() {
        return asked -> {
            List<ToolSpec> wanted = wanted(asked);
            if (asked.toolResults().isEmpty() && !wanted.isEmpty()) {
                return wanted.stream()
                        .map(tool -> Reply.toolCall(
                                tool.name(), Schemas.fitting(tool.parameters()).next(new Chance(SEED))))
                        .reduce(Reply::and)
                        .orElseThrow();
            }
            return asked.wantsJson()
                    ? Reply.json(Schemas.fitting(asked.chat().format().schema()).next(new Chance(SEED)))
                    : answer(asked);
        };
    }

    private static List<ToolSpec> wanted(ModelRequest asked) {
        ToolChoice choice = asked.chat().toolChoice();
        return asked.chat().tools().stream()
                .filter(tool -> switch (choice.mode()) {
                    case AUTO, REQUIRED -> true;
                    case NONE -> false;
                    case NAMED -> tool.name().equals(choice.name());
                })
                .toList();
    }

    private static Reply answer(ModelRequest asked) {
        List<Content.ToolResult> results = asked.toolResults();
        if (results.isEmpty()) {
            return Reply.words("You said: " + asked.lastUserText());
        }
        return Reply.words(results.stream()
                .map(result -> result.name() + ": " + result.text())
                .reduce((one, more) -> one + "\n" + more)
                .orElseThrow());
    }
}
