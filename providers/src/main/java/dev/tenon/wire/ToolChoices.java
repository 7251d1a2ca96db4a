package dev.tenon.wire;

import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ToolChoice;

/** Choices of tools that no host can follow. */
public final class ToolChoices {
    private ToolChoices() {}

    /**
     * Refuses a choice of what the request does not have.
     *
     * @param more whether there are tools of the host's own besides
     * @throws IllegalArgumentException where a call is required and there is no tool, or none of the name
     */
    public static void check(ChatRequest request, boolean more) {
        ToolChoice choice = request.toolChoice();
        switch (choice.mode()) {
            case AUTO, NONE -> {}
            case REQUIRED -> {
                if (request.tools().isEmpty() && !more)
                    throw new IllegalArgumentException("a tool call is required, but the request has no tools");
            }
            case NAMED -> {
                if (request.tools().stream().noneMatch(tool -> tool.name().equals(choice.name()))) {
                    throw new IllegalArgumentException("the tool \"" + choice.name()
                            + "\" must be called, but the request has no tool of that name");
                }
            }
        }
    }
}
