package dev.tenon.run;

import dev.tenon.json.Json;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.Cost;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.Price;
import dev.tenon.provider.TokenCounter;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Registration;
import dev.tenon.scope.Scope;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a run and its children have used and reserved, against the limits of the run and of all runs above it. Thread-safe: the runs of one tree share one lock.
 *
 * <p>A model call that would pass a limit waits while others hold reservations, since they may settle for less; with nobody to wait for it is refused.
 */
final class Budget {
    private final @Nullable Budget above;
    private final Limits limits;
    private final ReentrantLock lock;
    private final Condition settled;

    // Guarded by lock.
    private Spent spent = Spent.NOTHING;
    private Reservation reserved = Reservation.NOTHING;
    private Reservation held = Reservation.NOTHING;
    private final Map<String, Budget> purses = new HashMap<>(0);
    private boolean apart;

    Budget(@Nullable Budget above, Limits limits) {
        this.above = above;
        this.limits = limits;
        this.lock = above == null ? new ReentrantLock() : above.lock;
        this.settled = above == null ? lock.newCondition() : above.settled;
    }

    /** What one call may use at most. Immutable. */
    record Reservation(long input, long output, BigDecimal usd) {
        static final Reservation NOTHING = new Reservation(0, 0, BigDecimal.ZERO);

        Reservation plus(Reservation other) {
            return new Reservation(input + other.input, output + other.output, usd.add(other.usd));
        }

        Reservation minus(Reservation other) {
            return new Reservation(input - other.input, output - other.output, usd.subtract(other.usd));
        }

        static Reservation of(Json json) {
            return json instanceof Json.Obj object
                    ? new Reservation(
                            object.get("input").map(Json::asLong).orElse(0L),
                            object.get("output").map(Json::asLong).orElse(0L),
                            object.get("usd")
                                    .map(usd -> usd.as(BigDecimal.class))
                                    .orElse(BigDecimal.ZERO))
                    : NOTHING;
        }

        Json json() {
            return equals(NOTHING)
                    ? Json.NULL
                    : Json.object()
                            .put("input", input)
                            .put("output", output)
                            .put("usd", usd)
                            .build();
        }
    }

    /** What came of a reservation: one of the two. */
    record Granted(Reservation reservation, Limits.@Nullable Reached refused) {
        static final Granted NOTHING = new Granted(Reservation.NOTHING, null);
    }

    /** Whether any limit of the tree has to be reserved for. */
    boolean reserves() {
        return limits.reserves() || (above != null && above.reserves());
    }

    /** The innermost of these purses of the run, with all that is around it. */
    Budget within(List<Effect.Purse> around) {
        lock.lock();
        try {
            Budget at = this;
            for (Effect.Purse purse : around) {
                Budget outer = at;
                at = purses.computeIfAbsent(purse.name(), name -> new Budget(outer, purse.limits()));
            }
            return at;
        } finally {
            lock.unlock();
        }
    }

    Spent spent() {
        lock.lock();
        try {
            return spent;
        } finally {
            lock.unlock();
        }
    }

    /** While set, what is charged and held here is not counted above, where it was counted before. */
    void apart(boolean counted) {
        lock.lock();
        try {
            apart = counted;
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable Budget next(Budget at) {
        return at.apart ? null : at.above;
    }

    /** What nobody knows the use of. */
    Reservation held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** Counts what was used, here and above. */
    void charge(Spent more) {
        lock.lock();
        try {
            for (Budget at = this; at != null; at = next(at)) {
                at.spent = at.spent.plus(more);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Counts what an effect used that had begun, and of which this came. */
    void recorded(Effect effect, Outcome outcome) {
        if (outcome instanceof Outcome.Limited) {
            return;
        }
        switch (effect) {
            case Effect.CallModel model -> {
                charge(CALL);
                charge(used(outcome));
            }
            case Effect.CallTool tool -> charge(new Spent(0, 1, Usage.ZERO, Cost.ZERO));
            case Effect.RunChild child -> within(child.within()).charge(used(outcome));
            default -> {}
        }
    }

    private static final Spent CALL = new Spent(1, 0, Usage.ZERO, Cost.ZERO);

    /** What an outcome says was used: by a reply, or by a child run. */
    static Spent used(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Replied replied ->
                new Spent(
                        0,
                        0,
                        replied.response().usage().plus(replied.lost()),
                        replied.cost().plus(replied.lostCost()));
            case Outcome.ChildEnded child -> child.spent();
            default -> Spent.NOTHING;
        };
    }

    /** What a call may have used of whose usage its host said nothing: estimated from above, like its input before it. */
    Reservation unreported(ChatRequest request, Outcome outcome, ModelInfo model) {
        if (!(outcome instanceof Outcome.Replied replied)
                || replied.response().usage().unreported() == 0
                || !reserves()) {
            return Reservation.NOTHING;
        }
        long input = TokenCounter.CEILING.tokens(request);
        long output = TokenCounter.CEILING.tokens(replied.response().message());
        return new Reservation(input, output, usd(model, input, output));
    }

    /** Counts one tool call, or says which limit it would pass. */
    Optional<Limits.Reached> toolCall() {
        lock.lock();
        try {
            for (Budget at = this; at != null; at = at.above) {
                if (at.limits.toolCalls() > 0 && at.spent.toolCalls() >= at.limits.toolCalls()) {
                    return reached(Limits.Kind.TOOL_CALLS, at.spent.toolCalls(), at.limits.toolCalls());
                }
            }
            charge(new Spent(0, 1, Usage.ZERO, Cost.ZERO));
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Counts one model call, or says which limit it would pass. */
    Optional<Limits.Reached> step() {
        lock.lock();
        try {
            for (Budget at = this; at != null; at = at.above) {
                if (at.limits.steps() > 0 && at.spent.steps() >= at.limits.steps()) {
                    return reached(Limits.Kind.STEPS, at.spent.steps(), at.limits.steps());
                }
            }
            charge(CALL);
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Takes back a model call that was counted and then not made. */
    void notMade() {
        charge(new Spent(-1, 0, Usage.ZERO, Cost.ZERO));
    }

    private static Optional<Limits.Reached> reached(Limits.Kind limit, Object used, Object allowed) {
        return Optional.of(new Limits.Reached(limit, used.toString(), allowed.toString()));
    }

    /** Reserves what a call may use. Blocks while others hold what may be left over; an interrupt or a stop ends that, and is kept. */
    Granted reserve(ChatRequest request, ModelInfo model, Scope scope) {
        long input = TokenCounter.CEILING.tokens(request);
        long wanted =
                request.settings().maxOutputTokens().orElse(model.maxOutput() > 0 ? model.maxOutput() : Long.MAX_VALUE);
        Registration wake = scope.onStop(this::wake);
        lock.lock();
        try {
            while (true) {
                long output = Math.min(wanted, room(model, input, true));
                boolean more = output < Math.min(wanted, room(model, input, false));
                Reservation want =
                        new Reservation(input, output == Long.MAX_VALUE ? 0 : output, usd(model, input, output));
                Limits.@Nullable Reached refused = refusal(want);
                boolean wait = (refused != null || more) && others() && !scope.stopped();
                if (refused == null && !wait) {
                    for (Budget at = this; at != null; at = at.above) {
                        at.reserved = at.reserved.plus(want);
                    }
                    return new Granted(want, null);
                }
                if (!wait || Thread.currentThread().isInterrupted()) {
                    return new Granted(Reservation.NOTHING, refused == null ? refusal(ALL) : refused);
                }
                try {
                    settled.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        } finally {
            lock.unlock();
            wake.close();
        }
    }

    private static final Reservation ALL =
            new Reservation(Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, BigDecimal.valueOf(Long.MAX_VALUE));

    private void wake() {
        lock.lock();
        try {
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Counts what was used before, here only: above it was counted when it was used. */
    void restore(Spent before) {
        lock.lock();
        try {
            spent = spent.plus(before);
        } finally {
            lock.unlock();
        }
    }

    /** Holds a reservation for good: of a call in doubt, or of which nothing was reported, nobody knows what it used. */
    void hold(Reservation doubtful) {
        if (!doubtful.equals(Reservation.NOTHING)) {
            lock.lock();
            try {
                for (Budget at = this; at != null; at = next(at)) {
                    at.held = at.held.plus(doubtful);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Gives a reservation back. */
    void settle(Reservation granted) {
        if (granted.equals(Reservation.NOTHING)) {
            return;
        }
        lock.lock();
        try {
            for (Budget at = this; at != null; at = at.above) {
                at.reserved = at.reserved.minus(granted);
            }
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether anybody in the tree holds something that may be given back. */
    private boolean others() {
        Budget top = this;
        while (top.above != null) {
            top = top.above;
        }
        return top.reserved.input() > 0 || top.reserved.output() > 0;
    }

    /**
     * How many tokens a reply may have, at least 1 so that a call with nothing left is seen to pass the limit.
     *
     * @param reservations whether what is reserved is out of reach
     */
    private long room(ModelInfo model, long input, boolean reservations) {
        long room = Long.MAX_VALUE;
        for (Budget at = this; at != null; at = at.above) {
            if (at.limits.outputTokens() > 0) {
                long left = at.limits.outputTokens()
                        - at.spent.usage().output()
                        - at.held.output()
                        - (reservations ? at.reserved.output() : 0);
                room = Math.min(room, Math.max(1, left));
            }
            if (at.limits.usd().signum() > 0 && !model.price().isEmpty()) {
                Price price = model.price().get(0);
                BigDecimal left = at.limits
                        .usd()
                        .subtract(at.spent.cost().usd())
                        .subtract(at.held.usd())
                        .subtract(reservations ? at.reserved.usd() : BigDecimal.ZERO)
                        .subtract(price.of(Usage.of(input, 0)));
                if (price.output().signum() > 0) {
                    BigDecimal tokens = left.movePointRight(6).divide(price.output(), 0, RoundingMode.FLOOR);
                    room = Math.min(room, tokens.max(BigDecimal.ONE).min(MOST).longValue());
                }
            }
        }
        return room;
    }

    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private Limits.@Nullable Reached refusal(Reservation want) {
        for (Budget at = this; at != null; at = at.above) {
            Usage used = at.spent.usage();
            if (at.limits.inputTokens() > 0
                    && used.input() + at.held.input() + at.reserved.input() + want.input() > at.limits.inputTokens()) {
                return new Limits.Reached(
                        Limits.Kind.INPUT_TOKENS,
                        Long.toString(used.input() + at.held.input()),
                        Long.toString(at.limits.inputTokens()));
            }
            if (at.limits.outputTokens() > 0
                    && used.output() + at.held.output() + at.reserved.output() + want.output()
                            > at.limits.outputTokens()) {
                return new Limits.Reached(
                        Limits.Kind.OUTPUT_TOKENS,
                        Long.toString(used.output() + at.held.output()),
                        Long.toString(at.limits.outputTokens()));
            }
            if (at.limits.usd().signum() > 0
                    && at.spent
                                    .cost()
                                    .usd()
                                    .add(at.held.usd())
                                    .add(at.reserved.usd())
                                    .add(want.usd())
                                    .compareTo(at.limits.usd())
                            > 0) {
                return new Limits.Reached(
                        Limits.Kind.USD,
                        at.spent.cost().usd().add(at.held.usd()).toPlainString(),
                        at.limits.usd().toPlainString());
            }
        }
        return null;
    }

    private BigDecimal usd(ModelInfo model, long input, long output) {
        if (model.price().isEmpty() || !moneyCounts()) {
            return BigDecimal.ZERO;
        }
        return model.price().get(0).of(Usage.of(input, output == Long.MAX_VALUE ? 0 : output));
    }

    private boolean moneyCounts() {
        return limits.usd().signum() > 0 || (above != null && above.moneyCounts());
    }
}
