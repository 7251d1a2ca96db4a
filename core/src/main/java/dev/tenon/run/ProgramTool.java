package dev.tenon.run;

import dev.tenon.tool.Tool;

/**
 * A tool that is a program. An agent runs it as a child of its own run, so that what it does is on record and limits hold for both together; the arguments are the
 * child's input as {@link Binding#decode} reads it. Whoever else calls it has a run of its own.
 */
public interface ProgramTool extends Tool {
    /** What is run. Constant. */
    Program<?, ?> program();
}
