package dev.tenon.tool;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import java.util.List;
import java.util.Map;

/** Tools that cannot be registered, with all that is wrong. */
public final class ToolRegistryException extends TenonException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ToolRegistryException(String what, List<String> problems) {
        super(
                "tool.not_registered",
                what + ":\n" + String.join("\n", problems),
                Recovery.NONE,
                Map.of("problems", String.join("\n", problems)),
                null);
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, each with the name of its tool. */
    public List<String> problems() {
        return problems;
    }
}
