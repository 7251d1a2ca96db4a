package dev.tenon.opentelemetry;

import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.ForwardingBinding;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Machine;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer;
import dev.tenon.run.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a program is made of, with spans for what it does and for the programs below it. */
final class TracedBinding<I, S, R> extends ForwardingBinding<I, S, R> {
    private final Tracing tracing;
    private final Tree tree;
    private final Binding<I, S, R> binding;
    private final @Nullable RunSpan span;

    private TracedBinding(Tracing tracing, Tree tree, Binding<I, S, R> binding, @Nullable RunSpan span) {
        super(binding);
        this.tracing = tracing;
        this.tree = tree;
        this.binding = binding;
        this.span = span;
    }

    /** Of the run whose tree it is. */
    static <I, S, R> TracedBinding<I, S, R> of(Tracing tracing, Tree tree, Binding<I, S, R> binding, RunSpan span) {
        return new TracedBinding<>(tracing, tree, binding, span);
    }

    /** Of a run below it, whose span whoever starts it makes. */
    static <I, S, R> TracedBinding<I, S, R> below(Tracing tracing, Tree tree, Binding<I, S, R> binding) {
        return new TracedBinding<>(tracing, tree, binding, null);
    }

    @Override
    public List<Interceptor> interceptors() {
        List<Interceptor> all = new ArrayList<>();
        all.add(new TracedEffects(tracing, tree, binding, span));
        all.addAll(binding.interceptors());
        return all;
    }

    @Override
    public Performer performer(I input) {
        Performer performer = binding.performer(input);
        return new Performer() {
            @Override
            public Outcome perform(Effect effect, EffectCall call) {
                return performer.perform(effect, new TracedCall(tracing, tree, call));
            }

            @Override
            public Doubt doubt(Effect effect, EffectCall call) {
                return performer.doubt(effect, new TracedCall(tracing, tree, call));
            }
        };
    }

    @Override
    public Optional<Program<?, ?>> child(String name) {
        return binding.child(name).map(program -> child(program));
    }

    private <J, Q> Program<J, Q> child(Program<J, Q> program) {
        return () -> below(tracing, tree, program.binding());
    }

    @Override
    public Machine<S> machine(I input) {
        if (span != null) {
            tracing.quiet().run(() -> tree.root().conversation(span.conversation(binding, input)));
        }
        return binding.machine(input);
    }

    @Override
    public R result(I input, Finished<S> finished) {
        if (span != null) {
            span.run(finished.run());
            span.recording().say(it -> Said.end(it, finished.end(), finished.spent()));
        }
        return binding.result(input, finished);
    }
}
