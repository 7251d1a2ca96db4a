package dev.tenon.opentelemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A span that harms nobody, and ends once. Thread-safe. */
final class Recording {
    private final Quiet quiet;
    private final Span span;
    private final Context context;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Recording(Quiet quiet, Span span, Context context) {
        this.quiet = quiet;
        this.span = span;
        this.context = context;
    }

    /** A span of this builder, below this parent; where the tracer fails, none, and what is below it belongs to the parent. */
    static Recording begin(Quiet quiet, Supplier<SpanBuilder> builder, Context parent) {
        Span span = quiet.get(() -> builder.get().setParent(parent).startSpan(), Span.getInvalid());
        boolean none = quiet.get(() -> !span.getSpanContext().isValid(), true);
        return new Recording(quiet, span, none ? parent : quiet.get(() -> parent.with(span), parent));
    }

    /** Where what happens below it belongs. */
    Context context() {
        return context;
    }

    /** Says more of it, where anybody wants to know. */
    void say(Consumer<Span> more) {
        quiet.run(() -> {
            if (!ended.get() && span.isRecording()) {
                more.accept(span);
            }
        });
    }

    <T> void set(AttributeKey<T> key, T value) {
        say(it -> it.setAttribute(key, value));
    }

    /** It ended in an error of this type. */
    void error(String type) {
        say(it -> it.setAttribute(Names.ERROR_TYPE, type).setStatus(StatusCode.ERROR));
    }

    void event(String name, Attributes more) {
        say(it -> it.addEvent(name, more));
    }

    void end() {
        if (ended.compareAndSet(false, true)) {
            quiet.run(span::end);
        }
    }

    void end(Instant at) {
        if (ended.compareAndSet(false, true)) {
            quiet.run(() -> span.end(at));
        }
    }

    /** Makes it the current one of this thread, until that is closed. */
    Current current() {
        return current(quiet, context);
    }

    /** Makes this the context of this thread, until that is closed. */
    static Current current(Quiet quiet, Context context) {
        return new Current(quiet, quiet.get(context::makeCurrent, Scope.noop()));
    }

    /** While a span is the current one. */
    record Current(Quiet quiet, Scope scope) {
        void close() {
            quiet.run(scope::close);
        }
    }
}
