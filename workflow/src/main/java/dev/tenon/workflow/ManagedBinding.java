package dev.tenon.workflow;

import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.ForwardingBinding;
import dev.tenon.run.Inbox;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Machine;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.run.Program;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** A program among many that are run together: it can be told something, and its effects, and those of its children, wait for one another. Immutable. */
final class ManagedBinding<I, S, R> extends ForwardingBinding<I, S, R> {
    private final Binding<I, S, R> binding;
    private final Semaphore places;
    private final Optional<Inbox> letters;

    private ManagedBinding(Binding<I, S, R> binding, Semaphore places, Optional<Inbox> letters) {
        super(binding);
        this.binding = binding;
        this.places = places;
        this.letters = letters;
    }

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
    public Machine<S> machine(I input) {
        return binding.machine(input);
    }

    @Override
    public R result(I input, Finished<S> finished) {
        return binding.result(input, finished);
    }
}
