package dev.tenon.workflow;

import dev.tenon.event.Listener;
import dev.tenon.run.Answer;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Question;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a workflow has that is no data. Immutable. */
record WorkflowOptions(
        List<Interceptor> interceptors, List<Listener> listeners, Function<Question, Optional<Answer>> answers) {
    static final WorkflowOptions NONE = new WorkflowOptions(List.of(), List.of(), question -> Optional.empty());

    WorkflowOptions {
        interceptors = List.copyOf(interceptors);
        listeners = List.copyOf(listeners);
    }
}
