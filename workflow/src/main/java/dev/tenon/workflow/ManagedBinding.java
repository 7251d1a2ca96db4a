package dev.tenon.workflow;

import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.provider.ModelInfo;
import dev.tenon.run.Answer;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Inbox;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Limits;
import dev.tenon.run.Machine;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.run.Program;
import dev.tenon.run.Question;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A program among many that are run together: it can be told something, and its effects, and those of its children, wait for one another. Immutable. */
record ManagedBinding<I, S, R>(Binding<I, S, R> binding, Semaphore places, Optional<Inbox> letters)
        implements Binding<I, S, R> {

    static <I, R> Program<I, R> of(Program<I, R> program, Semaphore places, Optional<Inbox> inbox) {
        return () -> managed(program.binding(), places, inbox);
    }

    private static <I, S, R> Binding<I, ?, R> managed(
            Binding<I, S, R> binding, Semaphore places, Optional<Inbox> inbox) {
        return new ManagedBinding<>(binding, places, inbox);
    }

    @Override
    public List<Interceptor> interceptors() {
        List<Interceptor> all = new ArrayList<>();
        all.add(this::inTurn);
        all.addAll(binding.interceptors());
        return all;
    }

    private Outcome inTurn(Effect effect, EffectCall call, Interceptor.Chain chain) {
        if (effect instanceof Effect.RunChild) {
            return chain.proceed(effect); // Its effects take places of their own.
        }
        take(call);
        try {
            return chain.proceed(effect);
        } finally {
            places.release();
        }
    }

    private void take(EffectCall call) {
        if (!places.hasQueuedThreads() && places.tryAcquire()) {
            return; // Where somebody waits this would go before them, as fair as the places are.
        }
        Thread waiting = Thread.currentThread();
        Registration stop = call.onStop(waiting::interrupt);
        try {
            places.acquire();
        } catch (InterruptedException e) {
            stop.close();
            boolean stopped = call.stopped();
            if (!stopped) {
                Thread.currentThread().interrupt();
            }
            throw new StoppedException(call.stop()
                    .orElseGet(() ->
                            new Stop(Stop.Kind.INTERRUPTED, "the thread that waits for its turn was interrupted")));
        }
        stop.close();
        if (call.stopped()) {
            places.release();
            Thread.interrupted(); // That was the stop's.
            call.check();
        }
    }

    @Override
    public Optional<Inbox> inbox(I input) {
        return letters;
    }

    @Override
    public Optional<Program<?, ?>> child(String name) {
        return binding.child(name).map(program -> of(program, places, Optional.empty()));
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
    public Machine<S> machine(I input) {
        return binding.machine(input);
    }

    @Override
    public Performer performer(I input) {
        return binding.performer(input);
    }

    @Override
    public R result(I input, Finished<S> finished) {
        return binding.result(input, finished);
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
    public List<Listener> listeners() {
        return binding.listeners();
    }

    @Override
    public Function<Question, Optional<Answer>> answers() {
        return binding.answers();
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
