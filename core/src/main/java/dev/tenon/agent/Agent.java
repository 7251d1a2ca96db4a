package dev.tenon.agent;

import dev.tenon.json.TypeRef;
import dev.tenon.provider.Provider;
import dev.tenon.run.Answer;
import dev.tenon.run.Binding;
import dev.tenon.run.Program;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Runner;
import dev.tenon.run.Watch;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Scope;
import dev.tenon.tool.Tool;
import java.util.List;
import java.util.Objects;

/**
 * Answers requests, as a rule by a model and tools. Thread-safe: one agent serves any number of runs at once, and nothing crosses from one to another.
 *
 * {@snippet lang=java :
 * Agent agent = Agent.builder(OpenAi.fromEnv().model("gpt-…"))
 *         .instructions("Answer in one sentence.")
 *         .tools(Tool.of("weather", "The weather now", Place.class, place -> lookUp(place)))
 *         .build();
 * String text = agent.run("Do I need an umbrella in Lisbon?").text();
 * Weather value = agent.run("The weather in Lisbon", Weather.class).output();
 * }
 *
 * <p>A run blocks the caller until it has ended or rests; how it ended is in the result, and nothing is thrown for it. {@link #builder} makes an agent that any
 * {@link Runner} runs effect by effect. One written by hand is one opaque effect: its result is on record when it has ended, and what it does by itself is not.
 */
@FunctionalInterface
public interface Agent extends Program<RunRequest, RunResult>, AutoCloseable {
    /**
     * Answers a request. Blocks.
     *
     * @param scope stops the run, as an interrupt of the calling thread does
     */
    RunResult run(RunRequest request, Scope scope, Watch watch);

    /** An agent of this model. */
    static AgentBuilder builder(Provider model) {
        return new AgentBuilder(model);
    }

    /** Answers a text. */
    default RunResult run(String text) {
        return run(RunRequest.of(text));
    }

    /** Answers a request. */
    default RunResult run(RunRequest request) {
        Objects.requireNonNull(request, "request");
        return run(request, new Cancellation(), Watch.NONE);
    }

    /** Answers a request, unless it is stopped before: {@code var stop = new Cancellation()}. */
    default RunResult run(RunRequest request, Scope stop) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(stop, "stop");
        return run(request, stop, Watch.NONE);
    }

    /** Answers a request while somebody watches: {@code Watch.deltas(System.out::print)}. */
    default RunResult run(RunRequest request, Watch watch) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(watch, "watch");
        return run(request, new Cancellation(), watch);
    }

    /** Answers a text with a value of a type. */
    default <T> TypedResult<T> run(String text, Class<T> type) {
        Objects.requireNonNull(type, "type");
        return run(RunRequest.of(text), type);
    }

    /** Answers a text with a value of a generic type. */
    default <T> TypedResult<T> run(String text, TypeRef<T> type) {
        Objects.requireNonNull(type, "type");
        return TypedResult.of(run(RunRequest.of(text).output(type)), type.type());
    }

    /** Answers a request with a value of a type. */
    default <T> TypedResult<T> run(RunRequest request, Class<T> type) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(type, "type");
        return TypedResult.of(run(request.output(type)), type);
    }

    /** Answers a request with a value of a type while somebody watches: {@code Watch.partials(City.class, …)}. */
    default <T> TypedResult<T> run(RunRequest request, Class<T> type, Watch watch) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(watch, "watch");
        return TypedResult.of(run(request.output(type), watch), type);
    }

    /**
     * Goes on with a run that came to rest without a journal.
     *
     * @throws dev.tenon.error.TenonException where an answer is not one to an open question of it
     */
    default RunResult resume(RunResult paused, Answer... answers) {
        Objects.requireNonNull(paused, "paused");
        Objects.requireNonNull(answers, "answers");
        if (!(paused.end() instanceof RunEnd.Paused rests) || rests.snapshot().isNull()) {
            throw new IllegalArgumentException("run \"" + paused.run() + "\" is "
                    + paused.end().word()
                    + "; only a run that is paused and in no journal is resumed by its result, one in a"
                    + " journal by Runner.resume and its id");
        }
        return Runner.plain()
                .resume(
                        this,
                        new Runner.Resumption.Kept(rests.snapshot()),
                        List.of(answers),
                        new Cancellation(),
                        Watch.NONE);
    }

    /** This agent as a tool of another, which gives it a request in words. Its runs are children of the run that calls it. */
    default Tool asTool(String name, String description) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        return new AgentTool(AgentTool.spec(name, description), this);
    }

    @Override
    default Binding<RunRequest, ?, RunResult> binding() {
        return new OpaqueBinding(this);
    }

    /** Closes what it owns: its tools that are {@link AutoCloseable}. Closing twice is the same as once. */
    @Override
    default void close() {}
}
