package dev.tenon.run;

import dev.tenon.scope.Stop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one run has before it: what its machine wants and has not begun, what came of things and has not been told, the questions that are open, the children that
 * rest. Used on the run's thread only.
 */
final class Agenda<S> {
    private final String run;
    private final Predicate<Effect.Cancel> flying;

    /** What may begin. */
    final ArrayDeque<Effect> ready = new ArrayDeque<>(4);

    /** What the machine is to be told. */
    final ArrayDeque<Fact.Ended> arrived = new ArrayDeque<>(4);

    /** What is asked, by key. */
    final Map<String, Question> questions = new LinkedHashMap<>(2);

    /** Of the open questions, those of which nobody was told. */
    final ArrayDeque<Question> unasked = new ArrayDeque<>(2);

    /** Children at rest, by key. */
    final Map<String, RunEnd.Paused> resting = new LinkedHashMap<>(2);

    /** How often each call was begun, where that is on record. Read on any thread. */
    final Map<String, Integer> attempts = new ConcurrentHashMap<>(2);

    /** Of the open children, those whose use is counted in this run already. Read on any thread. */
    final Set<String> counted = ConcurrentHashMap.newKeySet(2);

    Steps<S> steps;

    /** Why the run ends what is open; null as long as it goes on. */
    @Nullable
    Stop stopping;

    /**
     * @param flying stops an effect that has begun, and says whether it had
     */
    Agenda(String run, Steps<S> steps, Predicate<Effect.Cancel> flying) {
        this.run = run;
        this.steps = steps;
        this.flying = flying;
    }

    /** Tells the machine a fact, and takes what it newly wants. */
    void feed(Fact fact) {
        List<Effect> wanted = steps.feed(fact);
        for (int i = 0; i < wanted.size(); i++) {
            Effect effect = wanted.get(i);
            switch (effect) {
                case Effect.Cancel cancel -> cancel(cancel);
                case Effect.Ask ask -> ask(ask.question().in(run));
                case Effect.Sleep sleep -> ready.addFirst(sleep); // Its time begins now, whatever else has to wait.
                default -> ready.add(effect);
            }
        }
    }

    /** Takes a question that nobody was told of. */
    void ask(Question question) {
        questions.put(question.key(), question);
        unasked.add(question);
    }

    void ended(String key, Outcome outcome) {
        arrived.add(new Fact.Ended(key, outcome));
    }

    private void cancel(Effect.Cancel cancel) {
        String key = cancel.key();
        if (steps.open(key).isEmpty() || flying.test(cancel)) {
            return;
        }
        boolean waited = ready.removeIf(effect -> effect.key().equals(key));
        boolean asked = questions.remove(key) != null;
        boolean rested = resting.remove(key) != null;
        if (waited || asked || rested) {
            // While the run is folded this waits: an end that is on record comes first, and then this one is ignored.
            ended(key, new Outcome.Stopped(new Stop(Stop.Kind.ABANDONED, cancel.reason())));
        }
    }

    /** What is open and waits for somebody: the questions of the run and of its children. */
    List<Question> open() {
        List<Question> open = new ArrayList<>(questions.values());
        resting.values().forEach(child -> open.addAll(child.questions()));
        return open;
    }
}
