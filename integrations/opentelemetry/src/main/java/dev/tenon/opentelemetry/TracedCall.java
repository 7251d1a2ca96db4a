package dev.tenon.opentelemetry;

import dev.tenon.provider.Delta;
import dev.tenon.provider.Notice;
import dev.tenon.run.Binding;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Scoped;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.time.Duration;

/** The call of an effect: what it tells is an event of the run's span, and the programs it runs are traced too. */
record TracedCall(Tracing tracing, Tree tree, EffectCall call) implements EffectCall, Scoped {
    private static final AttributeKey<String> BY = AttributeKey.stringKey("tenon.by");
    private static final AttributeKey<String> TO = AttributeKey.stringKey("tenon.to");
    private static final AttributeKey<Double> AFTER = AttributeKey.doubleKey("tenon.after");
    private static final AttributeKey<Boolean> OPEN = AttributeKey.booleanKey("tenon.open");
    private static final AttributeKey<String> WHAT = AttributeKey.stringKey("tenon.what");

    @Override
    public Scope scope() {
        return call;
    }

    @Override
    public String run() {
        return call.run();
    }

    @Override
    public <I, S, R> Binding.Finished<S> child(String name, Binding<I, S, R> program, I input) {
        return call.child(name, TracedBinding.below(tracing, tree, program), input);
    }

    @Override
    public boolean watched() {
        return call.watched();
    }

    @Override
    public void delta(Delta delta) {
        call.delta(delta);
    }

    @Override
    public void notice(Notice notice) {
        tracing.quiet().run(() -> told(notice));
        call.notice(notice);
    }

    private void told(Notice notice) {
        switch (notice) {
            case Notice.Retrying it ->
                tell(
                        "model.call.retrying",
                        Attributes.of(
                                BY, it.by(), AFTER, seconds(it.pause()), Names.ERROR_TYPE, Said.type(it.failure())));
            case Notice.FellBack it ->
                tell(
                        "model.call.fell_back",
                        Attributes.of(BY, it.from(), TO, it.to(), Names.ERROR_TYPE, Said.type(it.failure())));
            case Notice.Hedged it ->
                tell("model.call.hedged", Attributes.of(BY, it.from(), TO, it.to(), AFTER, seconds(it.after())));
            case Notice.Answered it -> tell("model.call.answered_by", Attributes.of(BY, it.by()));
            case Notice.Waiting it -> tell("model.call.waiting", Attributes.of(AFTER, seconds(it.atLeast())));
            case Notice.CacheHit it -> {
                tree.at(call.id()).cached();
                tell("model.call.cached", Attributes.empty());
            }
            case Notice.CircuitChanged it ->
                tell("model.circuit.changed", Attributes.of(BY, it.model(), OPEN, it.open()));
            case Notice.Disagreed it -> tell("model.disagreed", Attributes.of(BY, it.model()));
            case Notice.Omitted it -> tell("model.request.omitted", Attributes.of(WHAT, it.what()));
            case Notice.AttemptCost it -> {} // On the span of the attempt.
            case Notice.Custom it -> {} // May hold anything.
        }
    }

    private void tell(String name, Attributes more) {
        Recording run = tree.at(call.id()).run();
        if (run != null) {
            run.event(name, more.toBuilder().put(Names.CALL, call.id()).build());
        }
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
