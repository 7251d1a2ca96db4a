package dev.tenon.workflow;

import dev.tenon.run.Limits;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What holds for a step besides what it does. Immutable.
 *
 * @param timeout of each attempt; zero for none
 * @param retry how often it is tried
 * @param onError what becomes of a failure after the last attempt
 * @param compensate at most one: the step that undoes it. When what the step was part of fails later, the undo steps of all that had been done run in the opposite order
 * @param budget tokens and money that it and all below it may use
 * @param deadline how long after the run began it must have ended; zero for none. Of two ready steps of one priority the one with the sooner deadline goes first
 * @param priority of ready steps that wait for resources the one with the greatest goes first; what is below a step has its priority unless it says otherwise
 * @param needs how much of which {@link Resource}
 */
public record Policy(
        Duration timeout,
        StepRetry retry,
        OnError onError,
        List<Step> compensate,
        Limits budget,
        Duration deadline,
        int priority,
        Map<String, Integer> needs) {
    /** No time limit, no retry, no undo, no needs; a failure is a failure. */
    public static final Policy NONE =
            new Policy(Duration.ZERO, StepRetry.NONE, OnError.FAIL, List.of(), Limits.NONE, Duration.ZERO, 0, Map.of());

    public Policy {
        Objects.requireNonNull(compensate, "compensate");
        Objects.requireNonNull(needs, "needs");
        Objects.requireNonNull(timeout, "timeout");
        Objects.requireNonNull(retry, "retry");
        Objects.requireNonNull(onError, "onError");
        Objects.requireNonNull(budget, "budget");
        Objects.requireNonNull(deadline, "deadline");
        compensate = List.copyOf(compensate);
        if (compensate.size() > 1) {
            throw new IllegalArgumentException("a step has at most one that undoes it, got " + compensate.size());
        }
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout < 0: " + timeout);
        }
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("deadline < 0: " + deadline);
        }
        if (!budget.equals(
                new Limits(0, 0, budget.inputTokens(), budget.outputTokens(), budget.usd(), Duration.ZERO))) {
            throw new IllegalArgumentException(
                    "a step's budget is of tokens and money; say how long with timeout or deadline, got " + budget);
        }
        needs = needs.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(needs));
        needs.forEach((name, amount) -> {
            if (amount < 1) {
                throw new IllegalArgumentException("a step needs at least 1 of \"" + name + "\", got " + amount);
            }
        });
    }

    Policy withTimeout(Duration each) {
        return new Policy(each, retry, onError, compensate, budget, deadline, priority, needs);
    }

    Policy withRetry(StepRetry how) {
        return new Policy(timeout, how, onError, compensate, budget, deadline, priority, needs);
    }

    Policy withOnError(OnError what) {
        return new Policy(timeout, retry, what, compensate, budget, deadline, priority, needs);
    }

    Policy withCompensate(Step undo) {
        return new Policy(timeout, retry, onError, List.of(undo), budget, deadline, priority, needs);
    }

    Policy withBudget(Limits most) {
        return new Policy(timeout, retry, onError, compensate, most, deadline, priority, needs);
    }

    Policy withDeadline(Duration after) {
        return new Policy(timeout, retry, onError, compensate, budget, after, priority, needs);
    }

    Policy withPriority(int rank) {
        return new Policy(timeout, retry, onError, compensate, budget, deadline, rank, needs);
    }

    Policy withNeed(String resource, int amount) {
        Map<String, Integer> more = new LinkedHashMap<>(needs);
        more.put(resource, amount);
        return new Policy(timeout, retry, onError, compensate, budget, deadline, priority, more);
    }
}
