package dev.tenon.agent;

import dev.tenon.error.Failure;
import dev.tenon.error.Recovery;
import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.Origin;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.ChatRequest;
import dev.tenon.run.Answer;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Machine;
import dev.tenon.run.Next;
import dev.tenon.run.Outcome;
import dev.tenon.run.Question;
import dev.tenon.run.RunEnd;
import dev.tenon.scope.State;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolOutput;
import dev.tenon.tool.ToolSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an agent does next. Context first; then rounds of: a model call, reading its reply, the calls it asked for. A round without calls has the answer, or what is wrong
 * with it and another try. Then the turn is stored.
 *
 * <p>Every tool call gets exactly one result, whatever happens, so that the turn is always one that a provider accepts.
 */
final class AgentMachine implements Machine<AgentState> {
    private static final String CONTEXT = "context";
    private static final String APPEND = "append";
    private static final String READ = "/read";
    private static final String ASK = "/ask";
    private static final String TOO_LONG = "provider.context_too_long";

    /** So often a memory may ask a model before one answer: what it has not settled by then it does without. */
    private static final int MOST_SUMMARIES = 4;

    private final AgentSetup setup;
    private final RunRequest request;

    AgentMachine(AgentSetup setup, RunRequest request) {
        this.setup = setup;
        this.request = request;
    }

    @Override
    public AgentState blank() {
        return new AgentState();
    }

    @Override
    public Next<AgentState> next(AgentState state, Fact fact) {
        return switch (fact) {
            case Fact.Begun begun ->
                Next.want(
                        state,
                        new Effect.LoadContext(
                                CONTEXT,
                                request.session(),
                                List.of(request.message()),
                                request.format(),
                                List.of(),
                                List.of(),
                                false));
            case Fact.Signalled signalled -> Next.wait(state);
            case Fact.Ended ended -> ended(state, ended.key(), ended.outcome());
        };
    }

    private Next<AgentState> ended(AgentState state, String key, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Loaded loaded -> loaded(state, loaded);
            case Outcome.Replied replied -> replied(state, key, replied);
            case Outcome.Interpreted interpreted -> interpreted(state, interpreted);
            case Outcome.Returned returned -> returned(state, call(key), returned);
            case Outcome.ChildEnded child -> child(state, call(key), child.end());
            case Outcome.Answered answered -> answered(state, key, answered.answer());
            case Outcome.Appended appended -> Next.end(state, ending(state));
            case Outcome.Worked worked -> throw new IllegalStateException("no work was wanted: " + key);
            case Outcome.Woke woke -> throw new IllegalStateException("nothing slept: " + key);
            case Outcome.Failed failed -> broken(state, key, failed, new RunEnd.Failed(failed.failure()));
            case Outcome.Limited limited -> broken(state, key, limited, new RunEnd.Limited(limited.reached()));
            case Outcome.Stopped stopped -> broken(state, key, stopped, new RunEnd.Cancelled(stopped.stop()));
        };
    }

    // Context and model

    private Next<AgentState> loaded(AgentState state, Outcome.Loaded loaded) {
        if (state.turn.isEmpty()) {
            state.turn.add(request.message());
        }
        state.instructions = loaded.instructions();
        if (!loaded.wanted().isEmpty() && state.asked < MOST_SUMMARIES) {
            return summarise(state, loaded.wanted());
        }
        state.asked = 0;
        state.history = loaded.history();
        state.tools = told(loaded.tools(), state.tools);
        state.programs = loaded.programs();
        state.form = loaded.form();
        state.shown = loaded.input();
        state.covered = loaded.input().isEmpty() ? 0 : state.turn.size();
        state.again = loaded.again();
        state.full = false;
        if (state.tooLong == AgentState.TRYING) {
            state.tooLong = AgentState.TRIED;
        }
        return ask(state, state.purpose);
    }

    /** The memory asks a model before it can say what goes in. */
    private static Next<AgentState> summarise(AgentState state, List<ChatRequest> wanted) {
        state.asked++;
        state.summaries = new Outcome[wanted.size()];
        state.open = wanted.size();
        List<Effect> calls = new ArrayList<>(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            calls.add(new Effect.CallModel(contextKey(state) + "/" + i, Effect.Purpose.SUMMARY, wanted.get(i)));
        }
        return Next.want(state, calls);
    }

    /** What came of a model call that the memory wanted; a failed one is for the memory to do without. */
    private Next<AgentState> summarised(AgentState state, String key, Outcome outcome) {
        state.summaries[call(key)] = outcome;
        if (outcome instanceof Outcome.Stopped stopped && state.end == null) {
            state.end = new RunEnd.Cancelled(stopped.stop());
        }
        if (--state.open > 0) {
            return Next.wait(state);
        }
        List<Outcome> came = new ArrayList<>(state.summaries.length);
        for (Outcome summary : state.summaries) {
            if (summary == null) {
                throw new IllegalStateException("a summary has no outcome");
            }
            came.add(summary);
        }
        state.summaries = AgentState.NO_SUMMARIES;
        return state.end == null ? load(state, came, state.tooLong == AgentState.TRYING) : finish(state, state.end);
    }

    private Next<AgentState> load(AgentState state, List<Outcome> summaries, boolean tooLong) {
        state.loads++;
        return Next.want(
                state,
                new Effect.LoadContext(
                        contextKey(state),
                        request.session(),
                        state.turn,
                        request.format(),
                        List.of(state.instructions),
                        summaries,
                        tooLong));
    }

    private static String contextKey(AgentState state) {
        return state.loads == 0 ? CONTEXT : CONTEXT + "-" + state.loads;
    }

    private Next<AgentState> ask(AgentState state, Effect.Purpose purpose) {
        state.purpose = purpose;
        if (state.full) {
            return load(state, List.of(), false);
        }
        state.step++;
        return Next.want(state, new Effect.CallModel(Integer.toString(state.step), purpose, request(state)));
    }

    private ChatRequest request(AgentState state) {
        return setup.request(request, state.instructions, state.history, state.sent(), state.tools, state.form);
    }

    private Next<AgentState> replied(AgentState state, String key, Outcome.Replied replied) {
        if (key.startsWith(CONTEXT)) {
            return summarised(state, key, replied);
        }
        state.finish = replied.response().finish();
        state.full = state.again > 0 && replied.response().usage().total() >= state.again;
        return Next.want(
                state,
                new Effect.Interpret(
                        key + READ, replied.response(), request.format(), state.form, state.turn, state.kept));
    }

    private Next<AgentState> interpreted(AgentState state, Outcome.Interpreted read) {
        state.turn.add(read.message());
        state.fixes.addAll(read.fixes());
        if (!read.calls().isEmpty()) {
            return round(state, read.calls());
        }
        if (read.violations().isEmpty()) {
            Json output = read.value().isEmpty()
                    ? Json.of(read.message().text())
                    : read.value().getFirst();
            return finish(state, new RunEnd.Completed(output));
        }
        String said = String.join("\n", read.violations());
        if (state.repairs >= setup.repairs()) {
            return finish(
                    state,
                    new RunEnd.Failed(new Failure(
                            "output.invalid",
                            "the model's answer does not fit what was asked for, after " + state.repairs + " repairs: "
                                    + said,
                            Recovery.RETRY_ONCE,
                            Map.of(),
                            List.of(),
                            Map.of())));
        }
        state.repairs++;
        state.turn.add(Message.user("This answer does not fit:\n" + said + "\nGive the whole answer again, mended."));
        return ask(state, Effect.Purpose.REPAIR);
    }

    // Tool calls

    private Next<AgentState> round(AgentState state, List<Outcome.PlannedCall> calls) {
        state.calls = calls;
        state.results = new Content.ToolResult[calls.size()];
        state.changes = AgentState.noChanges(calls.size());
        state.offered = AgentState.none(calls.size());
        state.open = calls.size();
        List<Effect> wanted = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            Outcome.PlannedCall call = calls.get(i);
            String key = state.step + "/" + i;
            switch (call.decision()) {
                case ToolDecision.Run run
                when reads(call) -> {
                    ToolOutput part = LongResults.read(call.arguments(), state.kept, setup.results());
                    put(state, i, part.content(), part.error(), List.of());
                }
                case ToolDecision.Run run -> wanted.add(run(state, key, call, arguments(state, call), false));
                case ToolDecision.Rewrite rewrite -> wanted.add(run(state, key, call, rewrite.arguments(), false));
                case ToolDecision.Ask ask ->
                    wanted.add(question(state, key, Question.Kind.APPROVAL, call, ask.reason()));
                case ToolDecision.Defer defer ->
                    wanted.add(question(state, key, Question.Kind.RESULT, call, defer.reason()));
                case ToolDecision.Deny deny -> put(state, i, List.of(Content.text(deny.message())), true, List.of());
            }
        }
        return state.open == 0 ? closeRound(state, wanted) : Next.want(state, wanted);
    }

    private static Effect run(
            AgentState state, String key, Outcome.PlannedCall call, Json.Obj arguments, boolean approved) {
        return state.programs.contains(call.tool())
                ? new Effect.RunChild(key, call.tool(), arguments)
                : new Effect.CallTool(key, call.tool(), call.callId(), arguments, state.values, approved);
    }

    /** Whether the call reads a long result: the machine has it, and so answers by itself. */
    private boolean reads(Outcome.PlannedCall call) {
        return setup.results() > 0 && call.tool().equals(LongResults.READ);
    }

    /** The arguments as the tool gets them: results stand where the model has their references. */
    private static Json.Obj arguments(AgentState state, Outcome.PlannedCall call) {
        return LongResults.resolved(call.arguments(), call.handed(), state.kept);
    }

    private static Effect question(
            AgentState state, String key, Question.Kind kind, Outcome.PlannedCall call, String reason) {
        return new Effect.Ask(
                key + ASK, new Question("", key + ASK, kind, call.tool(), arguments(state, call), reason));
    }

    private Next<AgentState> answered(AgentState state, String key, Answer answer) {
        int call = call(key.substring(0, key.length() - ASK.length()));
        Outcome.PlannedCall planned = state.calls.get(call);
        return switch (answer) {
            case Answer.Approve approve -> {
                Json.Obj arguments = approve.arguments().orElseGet(() -> arguments(state, planned));
                Optional<String> wrong = state.programs.contains(planned.tool())
                        ? setup.misfit(planned.tool(), arguments)
                        : Optional.empty();
                yield wrong.isPresent()
                        ? result(state, call, List.of(Content.text(wrong.get())), true, List.of(), null)
                        : Next.want(state, run(state, state.step + "/" + call, planned, arguments, true));
            }
            case Answer.Deny deny ->
                result(
                        state,
                        call,
                        List.of(Content.text(
                                deny.message().isEmpty() ? "the user did not allow this call" : deny.message())),
                        true,
                        List.of(),
                        null);
            case Answer.Give give ->
                result(state, call, ToolOutput.of(give.value()).content(), false, List.of(), null);
        };
    }

    private Next<AgentState> returned(AgentState state, int call, Outcome.Returned returned) {
        state.offered[call] = returned.offered();
        return result(state, call, returned.content(), returned.error(), returned.changes(), null);
    }

    private Next<AgentState> child(AgentState state, int call, RunEnd end) {
        return switch (end) {
            case RunEnd.Completed completed ->
                result(state, call, ToolOutput.of(completed.output()).content(), false, List.of(), null);
            case RunEnd.Limited limited ->
                childFailed(state, call, limited.reached().message());
            case RunEnd.Cancelled cancelled ->
                childFailed(state, call, "it was stopped: " + cancelled.stop().reason());
            case RunEnd.Failed failed ->
                childFailed(state, call, failed.failure().message());
            case RunEnd.Paused paused -> throw new IllegalStateException("a child that rests has not ended");
        };
    }

    private Next<AgentState> childFailed(AgentState state, int call, String why) {
        String tool = state.calls.get(call).tool();
        return result(state, call, List.of(Content.text(tool + " failed: " + why)), true, List.of(), null);
    }

    /** The result of a call; where it ends the run, whatever is open beside it is not wanted any more. */
    private Next<AgentState> result(
            AgentState state,
            int call,
            List<Content.OfResult> content,
            boolean error,
            List<State.Change> changes,
            @Nullable RunEnd end) {
        put(state, call, content, error, changes);
        List<Effect> wanted = List.of();
        if (end != null && state.end == null) {
            state.end = end;
            if (end instanceof RunEnd.Failed) {
                wanted = cancelled(state);
            }
        }
        return state.open == 0 ? closeRound(state, wanted) : Next.want(state, wanted);
    }

    private static List<Effect> cancelled(AgentState state) {
        List<Effect> cancels = new ArrayList<>();
        for (int i = 0; i < state.results.length; i++) {
            if (state.results[i] == null) {
                String key = state.step + "/" + i;
                // Whether the question or the call is open is the runner's to know: what is not open is not cancelled.
                cancels.add(new Effect.Cancel(key, "another call ended the run"));
                cancels.add(new Effect.Cancel(key + ASK, "another call ended the run"));
            }
        }
        return cancels;
    }

    private void put(
            AgentState state, int call, List<Content.OfResult> whole, boolean error, List<State.Change> changes) {
        Outcome.PlannedCall planned = state.calls.get(call);
        if (state.results[call] != null) {
            throw new IllegalStateException("call " + call + " has a result already");
        }
        List<Content.OfResult> content = whole;
        if (LongResults.isLong(whole, setup.results())) {
            String reference = LongResults.reference(state.step + "/" + call);
            state.kept.add(new Content.ToolResult(reference, planned.tool(), whole, error, Origin.NONE, Map.of()));
            content = LongResults.shown(whole, reference, setup.results());
        }
        if (!planned.hint().isEmpty()) {
            content = new ArrayList<>(content);
            content.add(Content.text(planned.hint()));
        }
        state.results[call] =
                new Content.ToolResult(planned.callId(), planned.tool(), content, error, Origin.NONE, Map.of());
        state.changes[call] = changes;
        state.open--;
    }

    private Next<AgentState> closeRound(AgentState state, List<Effect> wanted) {
        List<Content.ToolResult> results = new ArrayList<>(state.results.length);
        State values = State.of(state.values);
        boolean changed = false;
        for (int i = 0; i < state.results.length; i++) {
            Content.ToolResult result = state.results[i];
            if (result == null) {
                throw new IllegalStateException("call " + i + " has no result");
            }
            results.add(result);
            for (State.Change change : state.changes[i]) {
                values = values.with(change, setup.keys());
                changed = true;
            }
        }
        if (changed) {
            state.values = values.json();
        }
        tellOfMore(state);
        state.turn.add(ToolMessage.of(results));
        state.calls = List.of();
        state.results = new Content.ToolResult[0];
        state.changes = AgentState.noChanges(0);
        state.offered = AgentState.none(0);
        Next<AgentState> next = state.end == null ? ask(state, Effect.Purpose.ANSWER) : finish(state, state.end);
        if (wanted.isEmpty()) {
            return next;
        }
        List<Effect> all = new ArrayList<>(wanted);
        all.addAll(next.effects());
        return new Next<>(next.state(), all, next.end());
    }

    /** These tools, and behind them the others that the model was told of before. */
    private static List<ToolSpec> told(List<ToolSpec> tools, List<ToolSpec> more) {
        Set<String> told = new HashSet<>();
        tools.forEach(spec -> told.add(spec.name()));
        List<ToolSpec> all = new ArrayList<>(tools);
        for (ToolSpec spec : more) {
            if (told.add(spec.name())) {
                all.add(spec);
            }
        }
        return all.size() == tools.size() ? tools : List.copyOf(all);
    }

    /** Tools that were offered in this round come after those that the model was told of, in the order of the calls. */
    private static void tellOfMore(AgentState state) {
        List<ToolSpec> more = new ArrayList<>(0);
        for (List<ToolSpec> offered : state.offered) {
            more.addAll(offered);
        }
        if (!state.kept.isEmpty()) {
            more.add(LongResults.SPEC);
        }
        if (!more.isEmpty()) {
            state.tools = told(state.tools, more);
        }
    }

    /** The number of a call in its round. */
    private static int call(String key) {
        return Integer.parseInt(key, key.indexOf('/') + 1, key.length(), 10);
    }

    // The end

    /** Something could not be done. */
    private Next<AgentState> broken(AgentState state, String key, Outcome outcome, RunEnd end) {
        if (key.equals(APPEND)) {
            // The answer is there, but what was promised of the memory is not: that is no completed run.
            return Next.end(state, state.end instanceof RunEnd.Completed || state.end == null ? end : state.end);
        }
        if (key.startsWith(CONTEXT) && state.open > 0) {
            return summarised(state, key, outcome);
        }
        if (end instanceof RunEnd.Failed failed
                && failed.failure().code().equals(TOO_LONG)
                && setup.remembers()
                && state.open == 0
                && state.tooLong == AgentState.FITS) {
            state.tooLong = AgentState.TRYING;
            return load(state, List.of(), true);
        }
        if (state.open > 0) {
            String place = key.endsWith(ASK) ? key.substring(0, key.length() - ASK.length()) : key;
            int call = call(place);
            String why = switch (end) {
                case RunEnd.Limited limited -> "not run: " + limited.reached().message();
                case RunEnd.Cancelled cancelled -> "not finished: the run was stopped";
                case RunEnd.Failed failed -> failed.failure().message();
                case RunEnd.Completed completed -> "";
                case RunEnd.Paused paused -> "";
            };
            return result(state, call, List.of(Content.text(why)), true, List.of(), end);
        }
        return finish(state, end);
    }

    private Next<AgentState> finish(AgentState state, RunEnd end) {
        state.end = end;
        boolean said = state.turn.stream().anyMatch(AssistantMessage.class::isInstance);
        return said && setup.remembers()
                ? Next.want(state, new Effect.Append(APPEND, request.session(), state.turn))
                : Next.end(state, end);
    }

    private static RunEnd ending(AgentState state) {
        if (state.end == null) {
            throw new IllegalStateException("nothing ended the run");
        }
        return state.end;
    }
}
