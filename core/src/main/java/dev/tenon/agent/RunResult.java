package dev.tenon.agent;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.json.TypeRef;
import dev.tenon.message.Message;
import dev.tenon.output.Fix;
import dev.tenon.provider.Cost;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Usage;
import dev.tenon.run.Question;
import dev.tenon.run.RunEnd;
import dev.tenon.run.Spent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What came of a run. Immutable. {@link #text()} and {@link #output(Class)} throw unless it completed; everything else can be read however it ended.
 *
 * @param run the run's id
 * @param messages of this turn: what the user said, every reply of the model, the results of every tool call
 * @param finish why the last reply of the model ended; {@link FinishReason.Kind#LENGTH} where the answer is cut off
 * @param spent what was used, by children too
 * @param fixes what was mended in arguments and answers to read them
 * @param state the typed state of the run
 * @param abandoned the keys of tool calls that ignored being told to stop and may still be running
 * @param took while it ran; rest does not count
 */
public record RunResult(
        String run,
        RunEnd end,
        List<Message> messages,
        FinishReason finish,
        Spent spent,
        List<Fix> fixes,
        Json state,
        List<String> abandoned,
        Duration took,
        Map<String, Json> extra) {
    public RunResult {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(end, "end");
        messages = messages == null ? List.of() : List.copyOf(messages);
        finish = finish == null ? FinishReason.NONE : finish;
        spent = spent == null ? Spent.NOTHING : spent;
        fixes = fixes == null ? List.of() : List.copyOf(fixes);
        state = state == null ? Json.Obj.EMPTY : state;
        abandoned = abandoned == null ? List.of() : List.copyOf(abandoned);
        took = took == null ? Duration.ZERO : took;
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** A result of a text: what an agent written by hand gives back. */
    public static RunResult completed(String run, String text) {
        return new RunResult(
                run,
                new RunEnd.Completed(Json.of(text)),
                List.of(Message.assistant(text)),
                FinishReason.NONE,
                Spent.NOTHING,
                List.of(),
                Json.Obj.EMPTY,
                List.of(),
                Duration.ZERO,
                Map.of());
    }

    /** Whether the run did what it was asked. */
    public boolean completed() {
        return end instanceof RunEnd.Completed;
    }

    /** Whether it rests until its {@link #questions()} are answered. */
    public boolean paused() {
        return end instanceof RunEnd.Paused;
    }

    /** What it asks; empty unless it rests. */
    public List<Question> questions() {
        return end instanceof RunEnd.Paused paused ? paused.questions() : List.of();
    }

    /**
     * The answer's text; of a typed answer its JSON.
     *
     * @throws RunException unless the run completed; it holds this result
     */
    public String text() {
        Json output = json();
        return output instanceof Json.Str text ? text.value() : output.toString();
    }

    /**
     * The answer as JSON: the typed value, or the text.
     *
     * @throws RunException unless the run completed
     */
    public Json json() {
        if (end instanceof RunEnd.Completed completed) {
            return completed.output();
        }
        throw new RunException(this);
    }

    /**
     * The answer as a value of a type, which should be the one that was asked for.
     *
     * @throws RunException unless the run completed
     * @throws JsonException where the answer is none
     */
    public <T> T output(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return json().as(type);
    }

    /** As {@link #output(Class)}, for a generic type. */
    public <T> T output(TypeRef<T> type) {
        Objects.requireNonNull(type, "type");
        return json().as(type);
    }

    Object output(Type type) {
        return json().as(type);
    }

    /** Tokens of all model calls. */
    public Usage usage() {
        return spent.usage();
    }

    /** US$ of all model calls, as far as prices are known. */
    public Cost cost() {
        return spent.cost();
    }
}
