package dev.tenon.opentelemetry;

import dev.tenon.run.Answer;
import dev.tenon.run.Binding;
import dev.tenon.run.Program;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.scope.Scope;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

/** A span for each run, on the thread of the caller. */
final class TracedRunner implements Runner {
    private final Tracing tracing;
    private final Runner runner;

    TracedRunner(Tracing tracing, Runner runner) {
        this.tracing = tracing;
        this.runner = runner;
    }

    @Override
    public <I, R> R run(Program<I, R> program, I input, Scope scope, Watch watch) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(watch, "watch");
        return tracing.on()
                ? within(program, scope, (traced, below) -> runner.run(traced, input, below, watch))
                : runner.run(program, input, scope, watch);
    }

    @Override
    public <I, R> R resume(Program<I, R> program, Resumption from, List<Answer> answers, Scope scope, Watch watch) {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(answers, "answers");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(watch, "watch");
        return tracing.on()
                ? within(program, scope, (traced, below) -> runner.resume(traced, from, answers, below, watch))
                : runner.resume(program, from, answers, scope, watch);
    }

    private <I, R> R within(Program<I, R> program, Scope scope, BiFunction<Program<I, R>, Scope, R> run) {
        Binding<I, ?, R> binding = program.binding();
        Context above = tracing.quiet().get(() -> Tree.above(scope).context(), Context.root());
        RunSpan span = RunSpan.begin(tracing, program, binding, above);
        Tree tree = Tree.of(span.recording());
        TracedBinding<I, ?, R> traced = TracedBinding.of(tracing, tree, binding, span);
        Recording.Current current =
                Recording.current(tracing.quiet(), tree.root().context());
        try {
            return run.apply(() -> traced, scope.carrying(Tree.class, tree));
        } catch (Throwable thrown) {
            span.recording().say(it -> Said.failed(it, thrown));
            throw thrown;
        } finally {
            current.close();
            tree.close();
            span.recording().end();
        }
    }
}
