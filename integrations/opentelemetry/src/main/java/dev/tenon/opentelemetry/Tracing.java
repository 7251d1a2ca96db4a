package dev.tenon.opentelemetry;

import dev.tenon.agent.Agent;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Provider;
import dev.tenon.run.Runner;
import dev.tenon.scope.Scope;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Makes spans of what runs, by the GenAI conventions of OpenTelemetry (1.41.0). Immutable and thread-safe.
 *
 * {@snippet lang=java :
 * Tracing tracing = Tracing.of(openTelemetry);
 * Provider model = tracing.model(OpenAi.fromEnv().model("gpt-…")).retrying(Retry.DEFAULT);
 * Runner runner = tracing.runner(Runner.plain());
 * runner.run(agent, RunRequest.of("Do I need an umbrella in Lisbon?"));
 * }
 *
 * <p>A run is a span {@code invoke_agent} or {@code invoke_workflow} below the caller's, and so are the runs it starts; below it are its tool calls, {@code execute_tool}, and its model calls,
 * {@code chat}: one for each attempt where the model itself is {@linkplain #model wrapped}, else one for each call. What a tool does is below the tool's, which is the current one on its thread.
 *
 * <p>No span holds a text of the conversation, unless that is asked for, nor the message of an exception. Every span ends at the latest with its run. What the tracer throws is logged once and changes nothing.
 */
public final class Tracing {
    /** The name of the instrumentation scope. */
    public static final String SCOPE = "dev.tenon";

    /** 10,000 characters of a text, some 2,500 tokens: a span is no archive. */
    public static final int LONGEST = 10_000;

    private final Tracer tracer;
    private final Quiet quiet;
    private final Optional<Texts> texts;

    private Tracing(Tracer tracer, Quiet quiet, Optional<Texts> texts) {
        this.tracer = tracer;
        this.quiet = quiet;
        this.texts = texts;
    }

    /** Spans without texts. Where no SDK is installed nothing is done, and nothing is paid. */
    public static Tracing of(OpenTelemetry openTelemetry) {
        Objects.requireNonNull(openTelemetry, "openTelemetry");
        Quiet quiet = new Quiet();
        Tracer tracer = quiet.get(
                () -> openTelemetry
                        .tracerBuilder(SCOPE)
                        .setSchemaUrl(Names.SCHEMA_URL)
                        .build(),
                OpenTelemetry.noop().getTracer(SCOPE));
        return new Tracing(tracer, quiet, Optional.empty());
    }

    /** A copy whose spans hold instructions, messages, and the arguments and results of tools: of each text the first {@value #LONGEST} characters. */
    public Tracing withContent() {
        return withContent(text -> text);
    }

    /**
     * As {@link #withContent()}, with each text as it may be shown.
     *
     * @param shown what is recorded of a text: it takes out what nobody may see. Where it throws, none of the texts of that span is recorded
     */
    public Tracing withContent(UnaryOperator<String> shown) {
        return new Tracing(tracer, quiet, Optional.of(new Texts(Objects.requireNonNull(shown, "shown"), LONGEST)));
    }

    /**
     * This model, each call of it a span {@code chat}. Wrap it first, and {@code retrying}, {@code orElse}, {@code hedged} and the others around it: then each attempt has a span of its own, which says
     * who was asked, why it failed and what it cost.
     */
    public Provider model(Provider provider) {
        return new TracedProvider(this, Objects.requireNonNull(provider, "provider"));
    }

    /** This model of embeddings, each call of it a span {@code embeddings}. */
    public EmbeddingProvider embeddings(EmbeddingProvider provider) {
        return new TracedEmbeddings(this, Objects.requireNonNull(provider, "provider"));
    }

    /** This runner, each run of it a span, with what it does below it: agents and workflows, and those that they run. */
    public Runner runner(Runner runner) {
        return new TracedRunner(this, Objects.requireNonNull(runner, "runner"));
    }

    /**
     * This agent, each {@code run} of it a span, as by {@code runner(Runner.plain())}. A {@link Runner} that is given this agent runs it as if it were not wrapped: there, wrap the runner.
     */
    public Agent agent(Agent agent) {
        return new TracedAgent(Objects.requireNonNull(agent, "agent"), runner(Runner.plain()));
    }

    /**
     * This scope, carrying the span that is current now: what is done below it on other threads, as by {@code hedged}, belongs to that span. For calls that are part of no run; a run needs none.
     */
    public Scope scope(Scope scope) {
        Objects.requireNonNull(scope, "scope");
        return scope.carrying(Tree.class, Tree.of(quiet.get(Context::current, Context.root())));
    }

    /** Whether anybody wants spans. */
    boolean on() {
        return quiet.get(tracer::isEnabled, false);
    }

    Quiet quiet() {
        return quiet;
    }

    /** What is shown of texts; empty for none. */
    Optional<Texts> texts() {
        return texts;
    }

    SpanBuilder builder(String name, SpanKind kind, String operation) {
        return tracer.spanBuilder(name).setSpanKind(kind).setAttribute(Names.OPERATION, operation);
    }

    /** A span of a call of a model. */
    SpanBuilder call(String operation, ModelInfo info) {
        String name = info.model().isEmpty() ? operation : operation + " " + info.model();
        SpanBuilder builder =
                builder(name, SpanKind.CLIENT, operation).setAttribute(Names.PROVIDER, Names.provider(info.provider()));
        return info.model().isEmpty() ? builder : builder.setAttribute(Names.MODEL, info.model());
    }

    /** A span of work that is none of the conventions'. */
    SpanBuilder plain(String name) {
        return tracer.spanBuilder(name).setSpanKind(SpanKind.INTERNAL);
    }
}
