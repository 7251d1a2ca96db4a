package dev.tenon.workflow;

import dev.tenon.agent.RunRequest;
import dev.tenon.agent.RunResult;
import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import dev.tenon.provider.FinishReason;
import dev.tenon.run.Answer;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Inbox;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Limits;
import dev.tenon.run.Machine;
import dev.tenon.run.Performer;
import dev.tenon.run.Program;
import dev.tenon.run.Question;
import dev.tenon.run.RunEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A program as one that is asked, and answers, in another way. Immutable. */
record AdaptedBinding<I, J, S, Q, R>(
        Binding<J, S, Q> binding,
        Function<I, J> asked,
        BiFunction<I, Q, R> answered,
        Function<I, Json> written,
        Function<Json, I> read)
        implements Binding<I, S, R> {

    /** What a model gives to a tool, as a workflow's input. */
    static Binding<WorkflowRequest, ?, WorkflowResult> ofArguments(
            Binding<WorkflowRequest, ?, WorkflowResult> binding) {
        return arguments(binding);
    }

    private static <S> Binding<WorkflowRequest, ?, WorkflowResult> arguments(
            Binding<WorkflowRequest, S, WorkflowResult> binding) {
        return new AdaptedBinding<WorkflowRequest, WorkflowRequest, S, WorkflowResult, WorkflowResult>(
                binding,
                request -> request,
                (request, result) -> result,
                WorkflowRequest::input,
                json -> WorkflowRequest.of(json));
    }

    /** What an agent is asked, as a workflow's input. */
    static Binding<RunRequest, ?, RunResult> ofRequests(Binding<WorkflowRequest, ?, WorkflowResult> binding) {
        return requests(binding);
    }

    private static <S> Binding<RunRequest, ?, RunResult> requests(Binding<WorkflowRequest, S, WorkflowResult> binding) {
        return new AdaptedBinding<RunRequest, WorkflowRequest, S, WorkflowResult, RunResult>(
                binding, AdaptedBinding::request, AdaptedBinding::result, Json::of, AdaptedBinding::read);
    }

    private static RunRequest read(Json json) {
        return json instanceof Json.Obj task && !task.has("message")
                ? RunRequest.of(task.string("request").orElse(task.toString()))
                : json.as(RunRequest.class);
    }

    private static WorkflowRequest request(RunRequest request) {
        String text = text(request.message());
        Json.Obj input;
        try {
            input = Json.parse(text) instanceof Json.Obj object
                    ? object
                    : Json.object("request", text).asObj();
        } catch (JsonException e) {
            input = Json.object("request", text).asObj();
        }
        return new WorkflowRequest(request.id(), request.session(), input, request.limits());
    }

    private static String text(UserMessage message) {
        StringBuilder text = new StringBuilder();
        for (Content.OfUser part : message.content()) {
            if (part instanceof Content.Text said) {
                text.append(said.text());
            }
        }
        return text.toString();
    }

    private static RunResult result(RunRequest request, WorkflowResult result) {
        List<Message> messages = new ArrayList<>();
        messages.add(request.message());
        if (result.end() instanceof RunEnd.Completed completed) {
            messages.add(Message.assistant(Executor.text(completed.output())));
        }
        return new RunResult(
                result.run(),
                result.end(),
                messages,
                FinishReason.NONE,
                result.spent(),
                List.of(),
                result.state(),
                result.abandoned(),
                result.took(),
                Map.of());
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
        return binding.machine(asked.apply(input));
    }

    @Override
    public Performer performer(I input) {
        return binding.performer(asked.apply(input));
    }

    @Override
    public R result(I input, Finished<S> finished) {
        return answered.apply(input, binding.result(asked.apply(input), finished));
    }

    @Override
    public Json encode(I input) {
        return written.apply(input);
    }

    @Override
    public I decode(Json input) {
        return read.apply(input);
    }

    @Override
    public String id(I input) {
        return binding.id(asked.apply(input));
    }

    @Override
    public String session(I input) {
        return binding.session(asked.apply(input));
    }

    @Override
    public Limits limits(I input) {
        return binding.limits(asked.apply(input));
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
        return binding.inbox(asked.apply(input));
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
        return binding.timeout(asked.apply(input), effect);
    }
}
