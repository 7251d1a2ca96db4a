package dev.tenon.workflow;

import dev.tenon.agent.RunRequest;
import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Limits;
import dev.tenon.run.Machine;
import dev.tenon.run.Next;
import dev.tenon.run.Outcome;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Spent;
import dev.tenon.schema.Violation;
import dev.tenon.scope.Stop;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow does next. The state is a tree of {@link Frame}s, one for each step that has begun and not ended. A fact ends an effect of one of them; that may end the frame, which is
 * told to the frame above, and so on. What has ended waits in a queue, so that nothing recurses but into the parts of a step.
 *
 * <p>What holds for any step is here: turns and resources, time limits, attempts, what becomes of failures, undoing, stopping. What holds for a pattern is its {@link Executor}'s.
 *
 * <p>The fields besides the plan are of one call of {@link #next} only.
 */
final class WorkflowMachine implements Machine<WorkflowState> {
    static final String NOW = "!now";
    static final String LOT = "!lot";
    static final String PAUSE = "!pause";
    static final String TIMEOUT = "!timeout";
    static final String DUE = "!deadline";

    static final String CANCELLED = "workflow.cancelled";
    static final String LIMIT = "workflow.limit";
    static final String STEP_LIMIT = "workflow.step_limit";
    static final String BUDGET = "workflow.budget";
    static final String DEADLINE = "workflow.deadline";
    static final String DENIED = "workflow.denied";

    /** The signal that ends a run, with its undoing. */
    static final String CANCEL_SIGNAL = "workflow.cancel";

    /** A limit of the run, or its end, is nothing that a step could deal with. */
    private static final Set<String> ENDS_THE_RUN = Set.of(CANCELLED, LIMIT);

    /** Nothing that failed for one of these is tried again, though it may be dealt with. */
    private static final Set<String> NOT_AGAIN = Set.of(STEP_LIMIT, BUDGET, DEADLINE, DENIED);

    private final Plan plan;
    private final WorkflowRequest request;
    private final Sight sight;
    private final ArrayDeque<Frame> ended = new ArrayDeque<>();
    private final List<Effect> wanted = new ArrayList<>();
    private WorkflowState state = new WorkflowState();

    WorkflowMachine(Plan plan, WorkflowRequest request) {
        this.plan = plan;
        this.request = request;
        this.sight = new Sight(plan, request.input());
    }

    @Override
    public WorkflowState blank() {
        return new WorkflowState();
    }

    @Override
    public Next<WorkflowState> next(WorkflowState given, Fact fact) {
        state = given;
        state.attach(plan);
        switch (fact) {
            case Fact.Begun begun -> begin();
            case Fact.Ended end -> effectEnded(end.key(), end.outcome());
            case Fact.Signalled signalled -> signalled(signalled.name(), signalled.payload());
        }
        drain();
        RunEnd end = state.end != null && state.nothingOpen() ? state.end : null;
        Next<WorkflowState> next = wanted.size() == 1 && end == null
                ? Next.want(given, wanted.getFirst())
                : new Next<>(given, wanted, end);
        wanted.clear();
        return next;
    }

    // Beginning

    private void begin() {
        List<Violation> wrong = plan.definition.input().validate(request.input());
        Frame root = new Frame(plan.root, null, 0, request.input());
        state.root = root;
        root.body().layer = new Layer();
        if (!wrong.isEmpty()) {
            end(new RunEnd.Failed(Failure.of(
                    "workflow.bad_input",
                    "the input of workflow \"" + plan.definition.name() + "\" does not fit: "
                            + wrong.getFirst().message())));
            return;
        }
        for (Node node : plan.deadlined) {
            String key = node.key + DUE;
            state.deadlines.put(key, node.id);
            wanted.add(new Effect.Sleep(key, node.policy.deadline()));
        }
        start(root);
    }

    /** A part of a step begins that has one part at a time. */
    void only(Node node, Frame parent, int slot, Json last) {
        if (parent.is(Frame.STOPPING)) {
            settled(parent);
            return;
        }
        Frame frame = new Frame(node, parent, slot, last);
        parent.child = frame;
        begin(frame);
    }

    /**
     * A part of a step begins that has several at a time.
     *
     * @param slots how many parts there may be at once
     */
    void branch(Node node, Frame parent, int slot, Json last, int slots) {
        if (parent.is(Frame.STOPPING)) {
            settled(parent);
            return;
        }
        Frame frame = new Frame(node, parent, slot, last);
        Frame.Body body = parent.body();
        if (body.children.length < slots) {
            body.children = new Frame[slots];
        }
        body.children[slot] = frame;
        body.live++;
        begin(frame);
    }

    /** What undoes a step, or stands in for it, begins. */
    private void special(Node node, Frame parent, int slot, String suffix, Json last) {
        Frame frame = new Frame(node, parent, slot, last);
        if (!suffix.isEmpty()) {
            frame.body().suffix = suffix;
        }
        Frame.Body body = parent.body();
        body.special = frame;
        body.live++;
        begin(frame);
    }

    private void begin(Frame frame) {
        if (frame.node.layered) {
            frame.body().layer = new Layer();
        }
        start(frame);
    }

    /** A step begins, or begins anew. */
    private void start(Frame frame) {
        Node node = frame.node;
        frame.phase(Frame.Phase.RUNNING);
        if (!node.plain) {
            if (state.late.contains(node.id)) {
                failed(frame, late(node));
                return;
            }
            if (!node.policy.timeout().isZero()) {
                frame.body().timer = true;
                side(frame, TIMEOUT, node.policy.timeout());
            }
            if (node.momentous) {
                frame.phase(Frame.Phase.CLOCK);
                askMoment(frame, NOW);
                return;
            }
        }
        ready(frame);
    }

    private void ready(Frame frame) {
        Node node = frame.node;
        frame.phase(Frame.Phase.RUNNING);
        if (node.effect || node.needs >= 0) {
            turn(frame);
        } else {
            go(frame);
        }
    }

    /** The next effect of a step that had one already. */
    void again(Frame frame) {
        turn(frame);
    }

    private void turn(Frame frame) {
        if (queue().isEmpty() && frame.node.needs < 0 && state.performing < plan.definition.atMost()) {
            take(frame);
            return;
        }
        frame.phase(Frame.Phase.READY);
        queue().add(frame, state.order++);
    }

    private ReadyQueue queue() {
        ReadyQueue queue = state.ready;
        if (queue == null) {
            throw new IllegalStateException("the state is not attached");
        }
        return queue;
    }

    /** Lets those go on whose turn it is. Says whether there was one. */
    private boolean grant() {
        if (queue().isEmpty()) {
            return false;
        }
        Frame frame = queue().next(state.used, state.performing < plan.definition.atMost());
        if (frame == null) {
            return false;
        }
        frame.phase(Frame.Phase.RUNNING);
        take(frame);
        return true;
    }

    /** A step has its turn. */
    private void take(Frame frame) {
        Node node = frame.node;
        if (node.effect) {
            state.performing++;
            frame.set(Frame.PERFORMING);
        }
        if (node.needs >= 0 && !frame.is(Frame.HOLDING)) {
            frame.set(Frame.HOLDING);
            int[] needs = plan.needs.get(node.needs);
            for (int i = 0; i < needs.length; i++) {
                if (needs[i] > 0) {
                    state.used[i] += needs[i];
                    state.peak[i] = Math.max(state.peak[i], state.used[i]);
                    state.granted[i]++;
                    comesBack(i, needs[i]);
                }
            }
        }
        go(frame);
    }

    /** What was taken of a rate comes back by itself. */
    private void comesBack(int resource, int amount) {
        Duration period = plan.periods[resource];
        if (!period.isZero()) {
            String key = "!" + plan.resources[resource] + "/" + state.order++;
            state.rates.put(key, new WorkflowState.Taken(resource, amount));
            wanted.add(new Effect.Sleep(key, period));
        }
    }

    private void giveBack(Frame frame) {
        if (frame.is(Frame.PERFORMING)) {
            frame.clear(Frame.PERFORMING);
            state.performing--;
        }
        if (frame.is(Frame.HOLDING)) {
            frame.clear(Frame.HOLDING);
            int[] needs = plan.needs.get(frame.node.needs);
            for (int i = 0; i < needs.length; i++) {
                if (plan.periods[i].isZero()) {
                    state.used[i] -= needs[i];
                }
            }
        }
    }

    private void go(Frame frame) {
        try {
            frame.node.executor.begin(this, frame);
        } catch (TenonException e) {
            failed(frame, Failure.of(e));
        }
    }

    // What executors use

    /** A step wants an effect. */
    void want(Frame frame, String key, Effect effect) {
        if (frame.is(Frame.STOPPING)) {
            settled(frame);
            return;
        }
        frame.open = key;
        state.open(key, frame);
        wanted.add(effect);
    }

    /** The input of a step. */
    Json input(Frame frame) {
        Mapping input = frame.node.input;
        return input == null ? frame.last : input.evaluate(environment(frame));
    }

    /** What a part gave that ended well. */
    Json output(Frame child) {
        Json output = child.output;
        if (output == null) {
            throw new IllegalStateException(child.node + " has no output");
        }
        return output;
    }

    Environment environment(Frame frame) {
        return sight.of(frame, "", Json.NULL);
    }

    Environment environment(Frame frame, String variable, Json value) {
        return sight.of(frame, variable, value);
    }

    boolean holds(Frame frame, Expression condition, Json last) {
        return condition.holds(sight.of(frame, "last", last));
    }

    Moment moment(Frame frame) {
        return Sight.moment(frame);
    }

    static Json.Arr array(Json[] values) {
        Json[] whole = values.clone();
        for (int i = 0; i < whole.length; i++) {
            if (whole[i] == null) {
                whole[i] = Json.NULL; // It failed.
            }
        }
        return Json.Arr.of(Arrays.asList(whole));
    }

    /** A signal that came before it was waited for. */
    @Nullable
    Json signal(String name) {
        for (int i = 0; i < state.signals.size(); i++) {
            if (state.signals.get(i).name().equals(name)) {
                return state.signals.remove(i).payload();
            }
        }
        return null;
    }

    /** A step ends as its only part did. */
    void takeOver(Frame frame, Frame child) {
        Failure failure = child.failure();
        if (failure != null) {
            failed(frame, failure);
        } else {
            complete(frame, output(child));
        }
    }

    /** A branch ended. Says whether others may begin. */
    boolean branchEnded(Frame frame, Frame child, boolean failFast) {
        Frame.Body body = frame.body();
        Failure failure = child.failure();
        if (failure == null) {
            body.results[child.slot] = output(child);
            if (child.body != null && child.body.layer != null && body.layers != null) {
                body.layers[child.slot] = child.body.layer;
            }
            return true;
        }
        if (failFast) {
            failing(frame, failure);
            return false;
        }
        if (body.failures.isEmpty()) {
            body.failures = new ArrayList<>();
        }
        body.failures.add(failure);
        return true;
    }

    /** All branches ended. */
    void branchesEnded(Frame frame, Json output) {
        List<Failure> failures = frame.body().failures;
        if (failures.isEmpty()) {
            complete(frame, output);
            return;
        }
        Failure first = failures.getFirst();
        failed(
                frame,
                failures.size() == 1
                        ? first
                        : new Failure(
                                first.code(),
                                failures.size() + " branches failed: "
                                        + String.join(
                                                "; ",
                                                failures.stream()
                                                        .map(Failure::message)
                                                        .toList()),
                                first.recovery(),
                                first.context(),
                                failures.subList(0, Math.min(failures.size(), Failure.MAX_CAUSES)),
                                java.util.Map.of()));
    }

    /** What a branch wrote is written to the state that the branches share. */
    void join(Frame frame, Node branch, int slot, boolean joinedOnly) {
        Frame.Body body = frame.body();
        Layer layer = body.layers == null ? null : body.layers[slot];
        if (layer != null) {
            layer.forEach((key, value) -> {
                Reducer reducer = plan.reducers.get(key);
                if (reducer != null || !joinedOnly) {
                    put(frame, key, value, reducer);
                }
            });
        } else if (branch.as != null && !branch.layered && body.results[slot] != null) {
            Reducer reducer = plan.reducers.get(branch.as);
            if (reducer != null || !joinedOnly) {
                Json result = body.results[slot];
                put(frame, branch.as, reducer == null ? result : Reducing.lifted(reducer, result), reducer);
            }
        }
    }

    /** Writes to the state of the branch that a step is in. */
    void write(Frame frame, String key, Json value) {
        Reducer reducer = plan.reducers.isEmpty() ? null : plan.reducers.get(key);
        put(frame, key, reducer == null ? value : Reducing.lifted(reducer, value), reducer);
    }

    private static void put(Frame frame, String key, Json value, @Nullable Reducer reducer) {
        Frame at = frame;
        while (at != null) {
            if (at.body != null && at.body.layer != null) {
                Layer layer = at.body.layer;
                layer.put(key, reducer == null ? value : Reducing.joined(reducer, layer.get(key), value));
                return;
            }
            at = at.parent;
        }
        throw new IllegalStateException("no step has a state");
    }

    // Agents and workflows below

    void askAgent(Frame frame, String key, String agent, String message, ResponseFormat format, String session) {
        Limits own = plan.limits.getOrDefault(agent, Limits.DEFAULT);
        Limits left = budget(frame, own);
        if (left == null) {
            return;
        }
        RunRequest asked = Executor.request(message, format, session.isEmpty() ? request.session() : session);
        if (!left.equals(own)) {
            asked = asked.limits(left);
        }
        want(frame, key, new Effect.RunChild(key, WorkflowBinding.AGENT + agent, Json.of(asked), purses(frame)));
    }

    void runWorkflow(Frame frame, String key, String workflow, Json.Obj input) {
        Limits left = budget(frame, Limits.NONE);
        if (left == null) {
            return;
        }
        WorkflowRequest asked =
                new WorkflowRequest("", request.session(), input, left.equals(Limits.NONE) ? List.of() : List.of(left));
        want(frame, key, new Effect.RunChild(key, WorkflowBinding.WORKFLOW + workflow, Json.of(asked), purses(frame)));
    }

    /** What of these limits the budgets around a step leave; null where nothing is left, and then it failed. */
    private @Nullable Limits budget(Frame frame, Limits own) {
        Limits left = own;
        for (Frame at = frame; at != null; at = at.parent) {
            Limits budget = at.node.policy.budget();
            if (!at.node.plain && !budget.equals(Limits.NONE)) {
                Spent spent = at.body().spent;
                long input = rest(budget.inputTokens(), spent.usage().input());
                long output = rest(budget.outputTokens(), spent.usage().output());
                BigDecimal usd = budget.usd().subtract(spent.cost().usd());
                if (budget.inputTokens() > 0 && input <= 0
                        || budget.outputTokens() > 0 && output <= 0
                        || budget.usd().signum() > 0 && usd.signum() <= 0) {
                    failed(frame, overspent(at));
                    return null;
                }
                left = new Limits(
                        left.steps(),
                        left.toolCalls(),
                        least(left.inputTokens(), input),
                        least(left.outputTokens(), output),
                        budget.usd().signum() > 0
                                ? left.usd().signum() > 0 ? left.usd().min(usd) : usd
                                : left.usd(),
                        left.wallTime());
            }
        }
        return left;
    }

    /** The budgets around a step, so that those who run at once do not overspend together. */
    private static List<Effect.Purse> purses(Frame frame) {
        List<Effect.Purse> purses = new ArrayList<>(0);
        for (Frame at = frame; at != null; at = at.parent) {
            if (!at.node.plain && !at.node.policy.budget().equals(Limits.NONE)) {
                purses.addFirst(new Effect.Purse(at.key(), at.node.policy.budget()));
            }
        }
        return purses;
    }

    private static long rest(long budget, long spent) {
        return budget == 0 ? 0 : budget - spent;
    }

    private static long least(long one, long other) {
        return one == 0 ? other : other == 0 ? one : Math.min(one, other);
    }

    private static Failure overspent(Frame frame) {
        return Failure.of(BUDGET, "the budget of step \"" + frame.node + "\" is used up");
    }

    /** What a child run gave; null where it gave nothing, and then the step failed. */
    @Nullable
    Json childsOutput(Frame frame, Outcome.ChildEnded child) {
        return switch (child.end()) {
            case RunEnd.Completed completed -> completed.output();
            case RunEnd other -> {
                if (other instanceof RunEnd.Limited limited) {
                    state.limited = limited.reached();
                }
                failed(frame, Executor.failure("step \"" + frame.node + "\"", other));
                yield null;
            }
        };
    }

    private void spend(Frame frame, Spent spent) {
        for (Frame at = frame; at != null; at = at.parent) {
            if (!at.node.plain && !at.node.policy.budget().equals(Limits.NONE)) {
                at.body().spent = at.body().spent.plus(spent);
            }
        }
    }

    // Facts

    private void effectEnded(String key, Outcome outcome) {
        Frame frame = state.take(key);
        if (frame != null) {
            mainEnded(frame, outcome);
            return;
        }
        Frame beside = state.side.remove(key);
        if (beside != null) {
            sideEnded(beside, key, outcome);
        } else if (!state.draining.remove(key)) {
            clockEnded(key, outcome);
        }
    }

    private void mainEnded(Frame frame, Outcome outcome) {
        frame.open = null;
        if (frame.is(Frame.PERFORMING)) {
            frame.clear(Frame.PERFORMING);
            state.performing--;
        }
        if (outcome instanceof Outcome.ChildEnded child) {
            spend(frame, child.spent());
        }
        boolean stopping = frame.is(Frame.STOPPING);
        Failure failing = frame.body == null ? null : frame.body.failing;
        switch (outcome) {
            case Outcome.Stopped stopped -> {
                if (stopping || failing != null) {
                    settled(frame);
                } else {
                    stopAll(stopped.stop());
                    settled(frame);
                }
            }
            case Outcome.Limited limited -> {
                state.limited = limited.reached();
                failed(frame, Failure.of(LIMIT, limited.reached().message()));
            }
            case Outcome.Failed failed -> {
                if (stopping || failing != null) {
                    settled(frame);
                } else {
                    failed(frame, failed.failure());
                }
            }
            default -> {
                if (frame.body != null) {
                    frame.body.failing = null; // It ended well before it was stopped.
                }
                try {
                    frame.node.executor.effectEnded(this, frame, outcome);
                } catch (TenonException e) {
                    failed(frame, Failure.of(e));
                }
            }
        }
    }

    private void sideEnded(Frame frame, String key, Outcome outcome) {
        if (key.endsWith(TIMEOUT)) {
            frame.body().timer = false;
        }
        switch (outcome) {
            case Outcome.Stopped stopped -> {
                stopAll(stopped.stop());
                if (quiet(frame)) {
                    settled(frame);
                }
            }
            case Outcome.Failed failed -> {
                frame.phase(Frame.Phase.RUNNING);
                failed(frame, failed.failure());
            }
            case Outcome.Worked worked -> {
                frame.body().moment = Moment.of(worked.value());
                if (frame.phase() == Frame.Phase.LOT) {
                    pause(frame);
                } else {
                    ready(frame);
                }
            }
            case Outcome.Woke woke -> {
                if (key.endsWith(PAUSE)) {
                    start(frame);
                } else {
                    failing(
                            frame,
                            Failure.of(
                                    "workflow.timeout",
                                    "step \"" + frame.node + "\" took longer than " + frame.node.policy.timeout()));
                }
            }
            default -> throw new IllegalStateException("no outcome of " + key + ": " + outcome);
        }
    }

    /** A rate's unit came back, or a deadline passed. */
    private void clockEnded(String key, Outcome outcome) {
        WorkflowState.Taken rate = state.rates.remove(key);
        Integer deadline = state.deadlines.remove(key);
        if (outcome instanceof Outcome.Stopped stopped && state.end == null) {
            stopAll(stopped.stop());
            return;
        }
        if (rate != null) {
            state.used[rate.resource()] -= rate.amount();
        } else if (deadline != null && state.end == null) {
            state.late.add(deadline);
            expire(state.root, plan.nodes[deadline]);
        }
    }

    private void expire(@Nullable Frame frame, Node node) {
        if (frame == null || frame.is(Frame.STOPPING) || frame.is(Frame.ENDED)) {
            return;
        }
        if (frame.node == node) {
            failing(frame, late(node));
            return;
        }
        for (Frame part : parts(frame)) {
            expire(part, node);
        }
    }

    /** What of a step has begun and not ended. */
    private static List<Frame> parts(Frame frame) {
        List<Frame> parts = new ArrayList<>();
        Frame.Body body = frame.body;
        if (body != null && body.special != null) {
            parts.add(body.special);
        }
        if (frame.child != null) {
            parts.add(frame.child);
        }
        if (body != null) {
            for (@Nullable Frame child : body.children) {
                if (child != null) {
                    parts.add(child);
                }
            }
        }
        return parts;
    }

    private static Failure late(Node node) {
        return Failure.of(
                DEADLINE, "step \"" + node + "\" had not ended " + node.policy.deadline() + " after the run began");
    }

    private void signalled(String name, Json payload) {
        Json told = payload;
        if (payload instanceof Json.Obj envelope
                && envelope.size() == 2
                && envelope.has("id")
                && envelope.has("payload")) {
            if (!state.seen.add(envelope.string("id").orElse(""))) {
                return; // It was told before.
            }
            told = envelope.get("payload").orElse(Json.NULL);
        }
        if (state.end != null) {
            return;
        }
        if (name.equals(CANCEL_SIGNAL)) {
            cancelled(told instanceof Json.Str reason ? reason.value() : "cancelled");
            return;
        }
        Frame waiting = waiting(name);
        if (waiting == null) {
            state.signals.add(new WorkflowState.Told(name, told));
            return;
        }
        abandon(waiting, "the signal came");
        complete(waiting, told);
    }

    private @Nullable Frame waiting(String name) {
        if (state.lone != null && waits(state.lone, name)) {
            return state.lone;
        }
        for (Frame frame : state.open.values()) {
            if (waits(frame, name)) {
                return frame;
            }
        }
        return null;
    }

    private static boolean waits(Frame frame, String name) {
        return frame.node.executor instanceof Executor.Await await
                && await.signal().equals(name)
                && !frame.is(Frame.STOPPING);
    }

    // Ending

    /** A step did its work. */
    void complete(Frame frame, Json output) {
        Node node = frame.node;
        if (node.plain) {
            frame.output = output;
            try {
                if (node.as != null && (!node.branch || node.layered)) {
                    write(frame, node.as, output);
                }
            } catch (TenonException e) {
                failed(frame, Failure.of(e));
                return;
            }
            over(frame);
            return;
        }
        Json given;
        try {
            given = node.output == null ? output : node.output.evaluate(sight.of(frame, "output", output));
            if (node.schema != null) {
                List<Violation> wrong = node.schema.validate(given);
                if (!wrong.isEmpty()) {
                    failed(
                            frame,
                            Failure.of(
                                    "workflow.output_misfit",
                                    "the output of step \"" + node + "\" does not fit: "
                                            + wrong.getFirst().message()));
                    return;
                }
            }
            if (node.as != null) {
                write(frame, node.as, given);
            }
        } catch (TenonException e) {
            failed(frame, Failure.of(e));
            return;
        }
        well(frame, given);
        if (node.undo != null) {
            Frame saga = saga(frame.parent);
            if (saga != null) {
                saga.body().done(new Frame.Done(node.undo.id, frame.suffix(), given));
            }
        }
    }

    /** A step ended well, or its failure was dealt with, with this output, which is written. */
    private void well(Frame frame, Json output) {
        frame.output = output;
        frame.failure(null);
        stopTimer(frame);
        giveBack(frame);
        handUp(frame);
        over(frame);
    }

    private static @Nullable Frame saga(@Nullable Frame from) {
        Frame at = from;
        while (at != null && !at.node.saga) {
            at = at.parent;
        }
        return at;
    }

    /** What was done in it may still have to be undone with what it is part of. */
    private static void handUp(Frame frame) {
        if (frame.body != null && !frame.body.log.isEmpty()) {
            Frame saga = saga(frame.parent);
            if (saga != null) {
                frame.body.log.forEach(saga.body()::done);
                frame.body.log = List.of();
            }
        }
    }

    /** A step failed, this time. Nothing of it is open. */
    void failed(Frame frame, Failure failure) {
        frame.failure(failure);
        frame.phase(Frame.Phase.RUNNING);
        stopTimer(frame);
        giveBack(frame);
        Node node = frame.node;
        boolean top = frame.parent == null;
        boolean log = frame.body != null && !frame.body.log.isEmpty();
        if (state.stopped != null || frame.is(Frame.STOPPING) && !(top && state.undoing)) {
            lost(frame);
            return;
        }
        if (node.plain && !(top && log)) {
            lost(frame);
            return;
        }
        frame.clear(Frame.STOPPING);
        Frame.Body body = frame.body();
        body.failing = null;
        body.error = failure;
        boolean over = ENDS_THE_RUN.contains(failure.code());
        if (frame.attempt() + 1 < node.policy.retry().attempts() && !over && !NOT_AGAIN.contains(failure.code())) {
            body.after = "retry";
        } else if (!(node.policy.onError() instanceof OnError.Fail) && !over) {
            body.after = "handle";
        } else if (top && log) {
            body.after = "fail";
        } else {
            lost(frame);
            return;
        }
        undo(frame, body);
    }

    private void over(Frame frame) {
        frame.set(Frame.ENDED);
        ended.add(frame);
    }

    /** A step failed for good. */
    private void lost(Frame frame) {
        handUp(frame);
        over(frame);
    }

    /** Undoes what was done in a step, newest first, and then goes on with its failure. */
    private void undo(Frame frame, Frame.Body body) {
        if (body.log.isEmpty()) {
            undone(frame, body);
            return;
        }
        frame.phase(Frame.Phase.UNDOING);
        Frame.Done newest = body.log.removeLast();
        special(plan.nodes[newest.node()], frame, Node.UNDO, newest.suffix(), newest.output());
    }

    private void undone(Frame frame, Frame.Body body) {
        Failure failure = frame.failure();
        if (failure == null) {
            throw new IllegalStateException(frame.node + " did not fail");
        }
        switch (body.after) {
            case "retry" -> {
                StepRetry retry = frame.node.policy.retry();
                if (retry.jitter() > 0 && !retry.delay().isZero()) {
                    frame.phase(Frame.Phase.LOT);
                    askMoment(frame, LOT);
                } else {
                    pause(frame);
                }
            }
            case "handle" -> handle(frame);
            default -> lost(frame);
        }
    }

    private void pause(Frame frame) {
        Frame.Body body = frame.body();
        Moment moment = body.moment;
        Duration pause =
                frame.node.policy.retry().pause(frame.attempt() + 2, moment == null ? 0 : Moment.lot(moment.seed(), 0));
        frame.body().attempt++;
        frame.failure(null);
        body.at = 0;
        body.items = Json.Arr.EMPTY;
        body.children = new Frame[0];
        if (body.layer != null && frame.parent != null) {
            body.layer = new Layer(); // What a failed attempt wrote in its branch is not there for the next.
        }
        if (pause.isZero()) {
            start(frame);
        } else {
            frame.phase(Frame.Phase.PAUSING);
            side(frame, PAUSE, pause);
        }
    }

    private void handle(Frame frame) {
        switch (frame.node.policy.onError()) {
            case OnError.Fail fail -> lost(frame);
            case OnError.Continue goOn -> well(frame, Json.NULL);
            case OnError.Value value -> {
                try {
                    Mapping instead = frame.node.instead;
                    Json given = instead == null ? Json.NULL : instead.evaluate(environment(frame));
                    if (frame.node.as != null) {
                        write(frame, frame.node.as, given);
                    }
                    well(frame, given);
                } catch (TenonException e) {
                    frame.failure(Failure.of(e));
                    lost(frame);
                }
            }
            case OnError.Run run -> {
                Node fallback = frame.node.fallback;
                if (fallback == null) {
                    lost(frame);
                    return;
                }
                frame.phase(Frame.Phase.FALLBACK);
                special(fallback, frame, Node.FALLBACK, "", frame.last);
            }
        }
    }

    /** A step that undid or stood in for another ended. */
    private void specialEnded(Frame frame, Frame child) {
        Frame.Body body = frame.body();
        body.special = null;
        if (state.stopped != null) {
            lost(frame);
            return;
        }
        if (child.slot == Node.UNDO) {
            Failure failure = frame.failure();
            if (child.failure() != null && failure != null) {
                // What could not be undone is told; the rest is undone all the same.
                frame.failure(withCause(failure, child));
            }
            undo(frame, body);
            return;
        }
        if (frame.is(Frame.STOPPING) || body.failing != null) {
            settled(frame);
        } else if (child.failure() != null) {
            frame.failure(child.failure());
            lost(frame);
        } else {
            Json output = output(child);
            try {
                if (frame.node.as != null) {
                    write(frame, frame.node.as, output);
                }
                well(frame, output);
            } catch (TenonException e) {
                frame.failure(Failure.of(e));
                lost(frame);
            }
        }
    }

    private static Failure withCause(Failure failure, Frame undo) {
        List<Failure> causes = new ArrayList<>(failure.causes());
        Failure why = undo.failure();
        if (causes.size() < Failure.MAX_CAUSES && why != null) {
            causes.add(Failure.of("workflow.not_undone", "\"" + undo.node + "\" failed: " + why.message()));
        }
        return new Failure(
                failure.code(), failure.message(), failure.recovery(), failure.context(), causes, failure.extra());
    }

    private void drain() {
        while (true) {
            Frame frame = ended.poll();
            if (frame == null) {
                if (state.end != null || !grant()) {
                    return;
                }
                continue;
            }
            Frame parent = frame.parent;
            if (parent == null) {
                rootEnded(frame);
            } else {
                partEnded(parent, frame);
            }
        }
    }

    private void partEnded(Frame parent, Frame child) {
        Frame.Body body = parent.body;
        if (child == parent.child) {
            parent.child = null;
        } else {
            body = parent.body();
            body.live--;
            if (child.slot < 0) {
                specialEnded(parent, child);
                return;
            }
            body.children[child.slot] = null;
        }
        if (parent.is(Frame.STOPPING) || body != null && body.failing != null || state.stopped != null) {
            if (quiet(parent)) {
                settled(parent);
            }
            return;
        }
        try {
            parent.node.executor.childEnded(this, parent, child);
        } catch (TenonException e) {
            failing(parent, Failure.of(e));
        }
    }

    private void rootEnded(Frame root) {
        Failure failure = root.failure();
        Stop stopped = state.stopped;
        Limits.Reached limited = state.limited;
        if (failure == null) {
            try {
                Json given = output(root);
                end(new RunEnd.Completed(
                        plan.outputGiven ? given : plan.output.evaluate(sight.of(root, "output", given))));
            } catch (TenonException e) {
                end(new RunEnd.Failed(Failure.of(e)));
            }
        } else if (stopped != null) {
            end(new RunEnd.Cancelled(stopped));
        } else if (state.undoing) {
            end(new RunEnd.Cancelled(new Stop(Stop.Kind.CANCELLED, failure.message())));
        } else if (limited != null
                && (failure.code().equals(LIMIT) || failure.code().equals(STEP_LIMIT))) {
            end(new RunEnd.Limited(limited));
        } else {
            end(new RunEnd.Failed(failure));
        }
    }

    private void end(RunEnd how) {
        state.end = how;
        drainAll(state.side.keySet());
        drainAll(state.rates.keySet());
        drainAll(state.deadlines.keySet());
    }

    private void drainAll(Set<String> keys) {
        for (String key : keys) {
            state.draining.add(key);
            wanted.add(new Effect.Cancel(key, "the workflow has ended"));
        }
        keys.clear();
    }

    // Stopping

    /** Whether nothing that a step began is still open, but for its timer. */
    private static boolean quiet(Frame frame) {
        return frame.open == null && frame.child == null && (frame.body == null || frame.body.live == 0);
    }

    /** All that was being stopped has ended. */
    private void settled(Frame frame) {
        if (frame.is(Frame.ENDED)) {
            return;
        }
        Failure failing = frame.body == null ? null : frame.body.failing;
        failed(frame, failing != null ? failing : Failure.of(CANCELLED, "step \"" + frame.node + "\" was stopped"));
    }

    /** A step fails as soon as what is in it has ended. */
    void failing(Frame frame, Failure failure) {
        if (frame.is(Frame.STOPPING) || frame.is(Frame.ENDED) || frame.body().failing != null) {
            return;
        }
        frame.body().failing = failure;
        cancelInside(frame, failure.message());
        if (quiet(frame)) {
            settled(frame);
        }
    }

    private void cancel(Frame frame, String reason) {
        if (frame.is(Frame.STOPPING) || frame.is(Frame.ENDED) || frame.phase() == Frame.Phase.UNDOING) {
            return; // What is being undone is undone to its end.
        }
        frame.set(Frame.STOPPING);
        stopTimer(frame);
        cancelInside(frame, reason);
        if (quiet(frame)) {
            settled(frame);
        }
    }

    private void cancelInside(Frame frame, String reason) {
        switch (frame.phase()) {
            case READY -> queue().remove(frame);
            case CLOCK -> drop(frame, NOW);
            case LOT -> drop(frame, LOT);
            case PAUSING -> drop(frame, PAUSE);
            case RUNNING, UNDOING, FALLBACK -> {}
        }
        if (frame.phase() != Frame.Phase.FALLBACK) {
            frame.phase(Frame.Phase.RUNNING);
        }
        if (frame.open != null) {
            wanted.add(new Effect.Cancel(frame.open, reason));
        }
        for (Frame part : parts(frame)) {
            cancel(part, reason);
        }
    }

    /** Its effect is not waited for any more. */
    private void abandon(Frame frame, String reason) {
        String key = frame.open;
        if (key != null) {
            state.take(key);
            frame.open = null;
            state.draining.add(key);
            wanted.add(new Effect.Cancel(key, reason));
        }
    }

    private void drop(Frame frame, String what) {
        drop(frame.key() + what);
    }

    private void drop(String key) {
        if (state.side.remove(key) != null) {
            state.draining.add(key);
            wanted.add(new Effect.Cancel(key, "it is not waited for"));
        }
    }

    private void stopTimer(Frame frame) {
        if (frame.body != null && frame.body.timer) {
            frame.body.timer = false;
            drop(frame, TIMEOUT);
        }
    }

    /** The run is told to end: all that is open ends, and nothing is undone. */
    private void stopAll(Stop stop) {
        if (state.stopped != null || state.end != null) {
            return;
        }
        state.stopped = stop;
        Frame root = state.root;
        if (root != null) {
            cancelAll(root, stop.reason());
        }
        for (String key : List.copyOf(state.deadlines.keySet())) {
            state.deadlines.remove(key);
            state.draining.add(key);
            wanted.add(new Effect.Cancel(key, stop.reason()));
        }
    }

    private void cancelAll(Frame frame, String reason) {
        if (frame.is(Frame.ENDED)) {
            return;
        }
        frame.clear(Frame.STOPPING);
        if (frame.phase() == Frame.Phase.UNDOING) {
            frame.phase(Frame.Phase.FALLBACK);
        }
        for (Frame part : parts(frame)) {
            cancelAll(part, reason);
        }
        frame.set(Frame.STOPPING);
        stopTimer(frame);
        switch (frame.phase()) {
            case READY -> queue().remove(frame);
            case CLOCK -> drop(frame, NOW);
            case LOT -> drop(frame, LOT);
            case PAUSING -> drop(frame, PAUSE);
            case RUNNING, UNDOING, FALLBACK -> {}
        }
        boolean begun = frame.phase() == Frame.Phase.RUNNING || frame.phase() == Frame.Phase.FALLBACK;
        frame.phase(Frame.Phase.RUNNING);
        if (frame.open != null) {
            wanted.add(new Effect.Cancel(frame.open, reason));
        } else if (!begun && quiet(frame)) {
            settled(frame);
        }
    }

    /** Ends the run from within: what was done is undone. */
    private void cancelled(String reason) {
        Frame root = state.root;
        if (root != null && !state.undoing) {
            state.undoing = true;
            failing(root, Failure.of(CANCELLED, reason));
        }
    }

    private void side(Frame frame, String what, Duration duration) {
        String key = frame.key() + what;
        state.side.put(key, frame);
        wanted.add(new Effect.Sleep(key, duration));
    }

    private void askMoment(Frame frame, String what) {
        frame.body();
        String key = frame.key() + what;
        state.side.put(key, frame);
        wanted.add(new Effect.Work(key, WorkflowPerformer.MOMENT, "now", Json.NULL));
    }
}
