package dev.tenon.provider;

import java.util.Objects;

/**
 * Whether the model may, must or must not call tools. Immutable.
 *
 * @param name the tool that must be called, for {@link Mode#NAMED}; else empty
 */
public record ToolChoice(Mode mode, String name) {
    /** The model decides. */
    public static final ToolChoice AUTO = new ToolChoice(Mode.AUTO, "");

    /** The model must not call a tool. */
    public static final ToolChoice NONE = new ToolChoice(Mode.NONE, "");

    /** The model must call at least one tool. */
    public static final ToolChoice REQUIRED = new ToolChoice(Mode.REQUIRED, "");

    /** Whether the model may, must or must not. */
    public enum Mode {
        AUTO,
        NONE,
        REQUIRED,
        NAMED
    }

    public ToolChoice {
        mode = mode == null ? Mode.AUTO : mode;
        name = name == null ? "" : name;
        if ((mode == Mode.NAMED) == name.isEmpty()) {
            throw new IllegalArgumentException("mode " + mode + " with tool name \"" + name + "\"");
        }
    }

    /** The model must call this tool. */
    public static ToolChoice named(String tool) {
        Objects.requireNonNull(tool, "tool");
        return new ToolChoice(Mode.NAMED, tool);
    }
}
