package dev.tenon.agent;

import dev.tenon.json.Json;
import dev.tenon.message.AssistantMessage;
import dev.tenon.message.Content;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.provider.Usage;
import dev.tenon.run.Answer;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Limits;
import dev.tenon.run.Machine;
import dev.tenon.run.Next;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.run.Program;
import dev.tenon.run.Question;
import dev.tenon.run.RunEnd;
import dev.tenon.scope.StoppedException;
import dev.tenon.tool.ToolDecision;
import dev.tenon.tool.ToolException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A tool that is called by a tool: a child run of the call, of two effects. The call is read like one of the model's, so that it is checked and the policy decides; then it runs. As a child it has the
 * limits and the journal of the run, and after a crash it is found by its id.
 */
record NestedCall(AgentSetup setup, RunRequest request, RunTools tools)
        implements Binding<NestedCall.Input, NestedCall.Called, Outcome.Returned> {
    private static final String READ = "1/read";
    private static final String CALL = "1/0";
    private static final String ASK = "1/0/ask";

    /** A tool that calls itself ends somewhere. */
    private static final int DEPTH = 8;

    /** What is called; the state is the run's. */
    record Input(String tool, Json.Obj arguments, Json state) {
        /** Names the call among those of the same tool call: the same for the same call. */
        String key() {
            return tool + "-"
                    + arguments.digest().replaceAll("[^A-Za-z0-9]", "").substring(0, 12);
        }
    }

    /** What came of it, once something has. */
    record Called(Optional<Outcome.PlannedCall> planned, Optional<Outcome.Returned> returned) {
        static final Called NOTHING = new Called(Optional.empty(), Optional.empty());
    }

    /** A limit of the run stands against the call, and ends the run. Passes the tool that called. */
    static final class LimitReached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final transient Limits.Reached reached;

        LimitReached(Limits.Reached reached) {
            super(reached.message(), null, false, false);
            this.reached = reached;
        }
    }

    /** Calls a tool as part of a call, and says what came of it. */
    static Outcome.Returned called(EffectCall call, String name, NestedCall program, Input input) {
        if (deep(call.id())) {
            return error("not run: tools call one another " + DEPTH + " deep");
        }
        Binding.Finished<Called> finished = call.child(name, program, input);
        return switch (finished.end()) {
            case RunEnd.Completed completed -> completed.output().as(Outcome.Returned.class);
            case RunEnd.Failed failed ->
                throw new ToolException(failed.failure().message());
            case RunEnd.Limited limited -> throw new LimitReached(limited.reached());
            case RunEnd.Cancelled cancelled -> throw new StoppedException(cancelled.stop());
            case RunEnd.Paused paused ->
                error(input.tool()
                        + " asks a person first, and cannot be asked for from within another tool: call it by itself");
        };
    }

    /** Each nested call adds a name to the id that ends with the number of its call. */
    private static boolean deep(String id) {
        int found = 0;
        for (int at = id.indexOf(NESTED); at >= 0; at = id.indexOf(NESTED, at + 1)) {
            found++;
        }
        return found >= DEPTH;
    }

    private static final String NESTED = "/" + CALL;

    private static Outcome.Returned error(String text) {
        return new Outcome.Returned(List.of(Content.text(text)), true, List.of(), false);
    }

    @Override
    public String name() {
        return "call";
    }

    @Override
    public Json definition() {
        return setup.definition();
    }

    @Override
    public Json encode(Input input) {
        return Json.of(input);
    }

    @Override
    public Input decode(Json input) {
        return input.as(Input.class);
    }

    @Override
    public Limits limits(Input input) {
        return Limits.NONE;
    }

    @Override
    public List<Interceptor> interceptors() {
        return setup.interceptors();
    }

    @Override
    public Function<Question, Optional<Answer>> answers() {
        return setup.answers();
    }

    @Override
    public Duration grace() {
        return setup.grace();
    }

    @Override
    public Optional<Program<?, ?>> child(String name) {
        return setup.tools().find(name).flatMap(AgentTool::program);
    }

    @Override
    public @Nullable Duration timeout(Input input, Effect effect) {
        return effect instanceof Effect.CallTool called
                ? tools.all()
                        .find(called.tool())
                        .map(tool -> tool.spec().timeout())
                        .filter(timeout -> !timeout.isZero())
                        .orElse(null)
                : null;
    }

    @Override
    public Performer performer(Input input) {
        return new AgentPerformer(setup, request, () -> tools);
    }

    @Override
    public Outcome.Returned result(Input input, Finished<Called> finished) {
        return finished.state().returned().orElseGet(() -> error("it has no result"));
    }

    @Override
    public Machine<Called> machine(Input input) {
        return new Machine<>() {
            @Override
            public Called blank() {
                return Called.NOTHING;
            }

            @Override
            public Next<Called> next(Called state, Fact fact) {
                return switch (fact) {
                    case Fact.Begun begun -> Next.want(state, read(input));
                    case Fact.Signalled signalled -> Next.wait(state);
                    case Fact.Ended ended -> ended(state, input, ended.outcome());
                };
            }
        };
    }

    private static Effect read(Input input) {
        AssistantMessage asked = AssistantMessage.of(List.of(Content.ToolCall.of("", input.tool(), input.arguments())));
        return new Effect.Interpret(
                READ,
                ChatResponse.of(asked, new FinishReason(FinishReason.Kind.TOOL_CALLS, ""), Usage.ZERO),
                ResponseFormat.TEXT,
                Outcome.AnswerForm.TEXT,
                List.of(),
                List.of());
    }

    private Next<Called> ended(Called state, Input input, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Interpreted read -> planned(read.calls().getFirst(), input);
            case Outcome.Returned returned -> end(returned);
            case Outcome.ChildEnded child -> end(ofChild(child.end()));
            case Outcome.Answered answered -> answered(state.planned().orElseThrow(), input, answered.answer());
            case Outcome.Failed failed -> Next.end(state, new RunEnd.Failed(failed.failure()));
            case Outcome.Limited limited -> Next.end(state, new RunEnd.Limited(limited.reached()));
            case Outcome.Stopped stopped -> Next.end(state, new RunEnd.Cancelled(stopped.stop()));
            case Outcome other -> throw new IllegalStateException("nothing wanted " + other);
        };
    }

    private Next<Called> planned(Outcome.PlannedCall call, Input input) {
        Called state = new Called(Optional.of(call), Optional.empty());
        return switch (call.decision()) {
            case ToolDecision.Run run -> Next.want(state, run(call.tool(), call.arguments(), input, false));
            case ToolDecision.Rewrite rewrite -> Next.want(state, run(call.tool(), rewrite.arguments(), input, false));
            case ToolDecision.Deny deny -> end(error(deny.message()));
            case ToolDecision.Defer defer ->
                end(error(call.tool() + " runs elsewhere (" + defer.reason()
                        + "), and cannot be asked for from within another tool: call it by itself"));
            case ToolDecision.Ask ask ->
                Next.want(
                        state,
                        new Effect.Ask(
                                ASK,
                                new Question(
                                        "", ASK, Question.Kind.APPROVAL, call.tool(), call.arguments(), ask.reason())));
        };
    }

    private Effect run(String tool, Json.Obj arguments, Input input, boolean approved) {
        return tools.programs().contains(tool)
                ? new Effect.RunChild(CALL, tool, arguments)
                : new Effect.CallTool(CALL, tool, "", arguments, input.state(), approved);
    }

    private Next<Called> answered(Outcome.PlannedCall call, Input input, Answer answer) {
        Called state = new Called(Optional.of(call), Optional.empty());
        return switch (answer) {
            case Answer.Approve approve -> {
                Json.Obj arguments = approve.arguments().orElse(call.arguments());
                Optional<String> wrong = tools.programs().contains(call.tool())
                        ? setup.misfit(call.tool(), arguments)
                        : Optional.empty();
                yield wrong.isPresent()
                        ? end(error(wrong.get()))
                        : Next.want(state, run(call.tool(), arguments, input, true));
            }
            case Answer.Deny deny ->
                end(error(deny.message().isEmpty() ? "the user did not allow this call" : deny.message()));
            case Answer.Give give -> end(error("the user gave a value where a yes or a no was asked for"));
        };
    }

    private static Next<Called> end(Outcome.Returned returned) {
        return Next.end(new Called(Optional.empty(), Optional.of(returned)), new RunEnd.Completed(Json.of(returned)));
    }

    private static Outcome.Returned ofChild(RunEnd end) {
        return end instanceof RunEnd.Completed completed
                ? new Outcome.Returned(
                        dev.tenon.tool.ToolOutput.of(completed.output()).content(), false, List.of(), false)
                : error("it did not complete: " + end.word());
    }
}
