package dev.tenon.run;

/**
 * Something that a {@link Runner} can run: an agent, a workflow.
 *
 * @param <I> what it is asked
 * @param <R> what comes of it
 */
public interface Program<I, R> {
    /** What it is made of. Constant. */
    Binding<I, ?, R> binding();
}
