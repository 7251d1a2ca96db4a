package dev.tenon.tool;

import java.util.List;

/**
 * Tools that a library brings, found by {@link java.util.ServiceLoader}: named in {@code META-INF/services/dev.tenon.tool.ToolSource} or provided by a module. Has a public constructor without
 * arguments.
 */
@FunctionalInterface
public interface ToolSource {
    /** The tools, made anew: whoever asks owns them. */
    List<RegisteredTool> tools();
}
