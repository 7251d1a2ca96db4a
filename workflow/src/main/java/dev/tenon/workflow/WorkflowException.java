package dev.tenon.workflow;

import dev.tenon.error.TenonException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A definition cannot be used: {@code workflow.invalid}, with all that is wrong. */
public final class WorkflowException extends TenonException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    public WorkflowException(String name, List<Problem> problems) {
        super(
                "workflow.invalid",
                said(Objects.requireNonNull(name, "name"), Objects.requireNonNull(problems, "problems")));
        this.problems = List.copyOf(problems);
    }

    /** All that is wrong, in the order of the document. */
    public List<Problem> problems() {
        return problems == null ? List.of() : problems;
    }

    private static String said(String name, List<Problem> problems) {
        return "workflow \"" + name + "\" has " + (problems.size() == 1 ? "a problem" : problems.size() + " problems")
                + ":\n"
                + problems.stream().map(problem -> "  " + problem).collect(Collectors.joining("\n"));
    }
}
