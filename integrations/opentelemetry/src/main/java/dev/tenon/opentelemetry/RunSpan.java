package dev.tenon.opentelemetry;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.run.Binding;
import dev.tenon.run.Program;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;

/** The span of a run of an agent, or of another program: the conventions know workflows beside agents. Thread-safe. */
record RunSpan(Recording recording, AttributeKey<String> name) {

    static RunSpan begin(Tracing tracing, Program<?, ?> program, Binding<?, ?, ?> binding, Context above) {
        boolean agent = program instanceof Agent;
        AttributeKey<String> named = agent ? Names.AGENT : Names.WORKFLOW;
        return new RunSpan(
                Recording.begin(tracing.quiet(), () -> builder(tracing, agent, named, binding), above), named);
    }

    private static SpanBuilder builder(
            Tracing tracing, boolean agent, AttributeKey<String> named, Binding<?, ?, ?> binding) {
        String operation = agent ? "invoke_agent" : "invoke_workflow";
        String name = name(binding);
        SpanBuilder builder = tracing.builder(operation + " " + name, SpanKind.INTERNAL, operation)
                .setAttribute(named, name);
        if (!agent) {
            return builder;
        }
        builder.setAttribute(Names.PROVIDER, Names.provider(binding.model().provider()));
        return binding.model().model().isEmpty()
                ? builder
                : builder.setAttribute(Names.MODEL, binding.model().model());
    }

    /** An agent that is a lambda has the name of the class it stands in: the rest differs in every process. */
    private static String name(Binding<?, ?, ?> binding) {
        int lambda = binding.name().indexOf("$$");
        return lambda > 0 ? binding.name().substring(0, lambda) : binding.name();
    }

    /** Which run it is. */
    void run(String id) {
        Said.say(recording, Names.RUN, id);
    }

    /** Says of which conversation the run is, where somebody named it. */
    <I> String conversation(Binding<I, ?, ?> binding, I input) {
        String session = binding.session(input);
        String conversation = session.equals(RunRequest.DEFAULT_SESSION) ? "" : session;
        Said.say(recording, Names.CONVERSATION, conversation);
        return conversation;
    }
}
