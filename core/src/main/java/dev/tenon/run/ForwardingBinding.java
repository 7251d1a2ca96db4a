package dev.tenon.run;

import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.provider.ModelInfo;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A binding that is another but for what a subclass changes. Its machine and its result are the subclass's, since their state may be another one.
 *
 * @param <I> what the program is asked
 * @param <S> the state of its machine
 * @param <R> what comes of it
 */
public abstract class ForwardingBinding<I, S, R> implements Binding<I, S, R> {
    private final Binding<I, ?, R> binding;

    /** Forwards to this. */
    protected ForwardingBinding(Binding<I, ?, R> binding) {
        this.binding = Objects.requireNonNull(binding, "binding");
    }

    @Override
    public String name() {
        return binding.name();
    }

    @Override
    public Json definition() {
        return binding.definition();
    }

    @Override
    public Performer performer(I input) {
        return binding.performer(input);
    }

    @Override
    public Json encode(I input) {
        return binding.encode(input);
    }

    @Override
    public I decode(Json input) {
        return binding.decode(input);
    }

    @Override
    public String id(I input) {
        return binding.id(input);
    }

    @Override
    public String session(I input) {
        return binding.session(input);
    }

    @Override
    public Limits limits(I input) {
        return binding.limits(input);
    }

    @Override
    public ModelInfo model() {
        return binding.model();
    }

    @Override
    public Optional<Program<?, ?>> child(String name) {
        return binding.child(name);
    }

    @Override
    public List<Interceptor> interceptors() {
        return binding.interceptors();
    }

    @Override
    public List<Listener> listeners() {
        return binding.listeners();
    }

    @Override
    public Function<Question, Optional<Answer>> answers() {
        return binding.answers();
    }

    @Override
    public Optional<Inbox> inbox(I input) {
        return binding.inbox(input);
    }

    @Override
    public int parallelism() {
        return binding.parallelism();
    }

    @Override
    public Duration grace() {
        return binding.grace();
    }

    @Override
    public @Nullable Duration timeout(I input, Effect effect) {
        return binding.timeout(input, effect);
    }
}
