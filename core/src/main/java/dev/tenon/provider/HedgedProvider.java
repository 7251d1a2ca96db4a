package dev.tenon.provider;

import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Registration;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends a second request where the first is late, and gives the reply of the one that finishes first.
 *
 * <p>Both run on threads of their own, because deltas are given on the thread of the call whichever of the two has them. The one that has a delta first is
 * shown; what the other says is kept, and is shown only where that one is first to finish, or the shown one fails: after {@link Delta.Discarded}.
 */
final class HedgedProvider implements Provider {
    private final Provider first;
    private final Provider second;
    private final Latencies latencies;

    HedgedProvider(Provider first, Provider second, Hedge policy) {
        this.first = Objects.requireNonNull(first, "first");
        this.second = Objects.requireNonNull(second, "second");
        this.latencies = new Latencies(Objects.requireNonNull(policy, "policy"));
    }

    @Override
    public ModelInfo info() {
        return first.info();
    }

    @Override
    public ChatResponse chat(ChatRequest request, Call call) {
        call.check();
        return new Race(request, call).run();
    }

    /** One call. What is not final is guarded by the lock. */
    private final class Race {
        private final ChatRequest request;
        private final Call call;
        private final Shown shown;
        private final long began;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final List<Runner> runners = new ArrayList<>(2);
        private boolean late;
        private volatile boolean over;
        private @Nullable Runner winner;
        private @Nullable Runner visible;

        Race(ChatRequest request, Call call) {
            this.request = request;
            this.call = call;
            this.shown = new Shown(call);
            this.began = call.time().nanos();
        }

        ChatResponse run() {
            Duration delay = latencies.begin();
            start(first);
            Registration alarm = call.time().after(delay, this::late);
            Registration stop = call.onStop(this::signal);
            try {
                Runner won = await(delay);
                if (won == null) {
                    call.check();
                    throw failure();
                }
                return finish(won);
            } catch (InterruptedException e) {
                throw Pause.interrupted();
            } finally {
                alarm.close();
                stop.close();
                end();
            }
        }

        private void start(Provider provider) {
            Runner runner = new Runner(this, provider);
            lock.lock();
            try {
                runners.add(runner);
            } finally {
                lock.unlock();
            }
            runner.attempt.start();
        }

        private void late() {
            lock.lock();
            try {
                late = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private void signal() {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        /** Shows what there is to show until somebody has won; null where nobody will. */
        private @Nullable Runner await(Duration delay) throws InterruptedException {
            while (true) {
                List<Delta> ready = List.of();
                boolean discard = false;
                boolean hedge = false;
                lock.lockInterruptibly();
                try {
                    while (true) {
                        if (winner != null || call.stopped()) {
                            return winner;
                        }
                        Runner failed = visible != null && visible.failed() ? visible : null;
                        Runner left = runners.stream()
                                .filter(it -> !it.failed())
                                .findFirst()
                                .orElse(null);
                        if (left == null) {
                            return null;
                        }
                        if (failed != null) {
                            discard = true;
                            visible = left.kept.isEmpty() ? null : left;
                        }
                        ready = visible == null ? List.of() : visible.take();
                        hedge = late && runners.size() == 1;
                        if (discard || hedge || !ready.isEmpty()) {
                            break;
                        }
                        changed.await();
                    }
                    late &= !hedge;
                } finally {
                    lock.unlock();
                }
                if (discard) {
                    shown.discard("the request that was shown failed, the other goes on");
                }
                ready.forEach(shown::delta);
                if (hedge && latencies.allowed()) {
                    call.notice(
                            new Notice.Hedged(first.info().name(), second.info().name(), delay));
                    start(second);
                }
            }
        }

        private ChatResponse finish(Runner won) {
            ChatResponse reply = Objects.requireNonNull(won.attempt.reply());
            latencies.add(call.time().nanos() - began);
            for (Runner other : runners) {
                if (other != won) {
                    other.attempt.cancel("the other request was faster");
                }
            }
            List<Delta> rest;
            boolean discard;
            lock.lock();
            try {
                discard = visible != null && visible != won;
                rest = won.take();
            } finally {
                lock.unlock();
            }
            if (discard) {
                shown.discard("the other request was faster");
            }
            rest.forEach(shown::delta);
            Notice answered = won.answered;
            if (answered != null) {
                call.notice(answered);
            } else if (!won.attempt.provider().equals(first)) {
                shown.answered(second, reply);
            }
            return reply;
        }

        private RuntimeException failure() {
            RuntimeException thrown = runners.get(0).attempt.thrown();
            for (Runner other : runners.subList(1, runners.size())) {
                Throwable failed = other.attempt.failure();
                if (failed != null && !failed.equals(thrown)) thrown.addSuppressed(failed);
            }
            return thrown;
        }

        /** Nothing outlives the call, and what the loser cost is told. */
        private void end() {
            lock.lock();
            try {
                over = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            for (Runner runner : runners) {
                runner.attempt.cancel("the call is over");
            }
            for (Runner runner : runners) {
                runner.attempt.close();
                if (runner != winner && runners.size() > 1) {
                    runner.attempt.cost(runner.answered).ifPresent(call::notice);
                }
            }
        }
    }

    /** One of the two requests. */
    private static final class Runner {
        /** So many deltas may wait to be shown before the host has to; what is not shown is kept whole. */
        private static final int AHEAD = 256;

        private final Race race;
        private final Attempt attempt;
        private final Deque<Delta> kept = new ArrayDeque<>();
        private volatile Notice.@Nullable Answered answered;

        Runner(Race race, Provider provider) {
            this.race = race;
            Cancellation scope = Cancellation.below(race.call, race.call.id());
            Call own = new ScopedCall(scope, race.call.watched(), this::delta, this::notice);
            this.attempt = new Attempt(provider, race.request, scope, own, this::ended);
        }

        boolean failed() {
            return attempt.failure() != null;
        }

        private void delta(Delta delta) {
            race.lock.lock();
            try {
                if (delta instanceof Delta.Discarded && race.visible != this) {
                    kept.clear();
                    return;
                }
                if (race.visible == null) {
                    race.visible = this;
                }
                while (race.visible == this && kept.size() >= AHEAD && !race.over) {
                    race.changed.awaitUninterruptibly();
                }
                if (!race.over) {
                    kept.add(delta);
                    race.changed.signalAll();
                }
            } finally {
                race.lock.unlock();
            }
        }

        /** What waits to be shown, with the lock held. */
        private List<Delta> take() {
            List<Delta> ready = List.copyOf(kept);
            kept.clear();
            race.changed.signalAll();
            return ready;
        }

        private void notice(Notice notice) {
            if (notice instanceof Notice.Answered known) {
                answered = known;
            } else if (!race.over) {
                race.call.notice(notice);
            }
        }

        private void ended() {
            race.lock.lock();
            try {
                if (race.winner == null && attempt.reply() != null) {
                    race.winner = this;
                }
                race.changed.signalAll();
            } finally {
                race.lock.unlock();
            }
        }
    }
}
