package dev.tenon.provider;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How a model should answer. Immutable. What is not set is left to the provider. A setting that a model cannot be sent is an error before the request, or an
 * omission that is documented and told by a {@link Notice.Omitted}; never silently dropped.
 *
 * @param extra every setting by name; names that no accessor here has are sent to the provider as they are
 */
public record ModelSettings(Map<String, Json> extra) {
    /** Nothing set. */
    public static final ModelSettings NONE = new ModelSettings(Map.of());

    /** The name of {@link #temperature()}. */
    public static final String TEMPERATURE = "temperature";
    /** The name of {@link #topP()}. */
    public static final String TOP_P = "top_p";
    /** The name of {@link #maxOutputTokens()}. */
    public static final String MAX_OUTPUT_TOKENS = "max_output_tokens";
    /** The name of {@link #stop()}. */
    public static final String STOP = "stop";
    /** The name of {@link #seed()}. */
    public static final String SEED = "seed";
    /** The name of {@link #effort()}. */
    public static final String EFFORT = "effort";
    /** The name of {@link #parallelToolCalls()}. */
    public static final String PARALLEL_TOOL_CALLS = "parallel_tool_calls";

    /** The names that have an accessor: everything else in {@link #extra()} goes to the provider as it is. */
    public static final java.util.Set<String> KNOWN =
            java.util.Set.of(TEMPERATURE, TOP_P, MAX_OUTPUT_TOKENS, STOP, SEED, EFFORT, PARALLEL_TOOL_CALLS);

    public ModelSettings {
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** Randomness, 0 to 2; most providers: 0 to 1. */
    public OptionalDouble temperature() {
        return number(TEMPERATURE);
    }

    /** Nucleus sampling, 0 to 1. */
    public OptionalDouble topP() {
        return number(TOP_P);
    }

    /** Tokens of the reply at most, reasoning included. */
    public OptionalLong maxOutputTokens() {
        return whole(MAX_OUTPUT_TOKENS);
    }

    /** Texts at which the reply ends. */
    public List<String> stop() {
        if (!(extra.get(STOP) instanceof Json.Arr texts)) {
            return List.of();
        }
        List<String> stops = new ArrayList<>(texts.size());
        for (Json text : texts) {
            stops.add(text.asString());
        }
        return stops;
    }

    /** For repeatable sampling where the provider has it. */
    public OptionalLong seed() {
        return whole(SEED);
    }

    /** How hard to think, in the provider's words: {@code minimal}, {@code low}, {@code medium}, {@code high} … */
    public Optional<String> effort() {
        return extra.get(EFFORT) instanceof Json.Str text ? Optional.of(text.value()) : Optional.empty();
    }

    /** Whether one reply may hold several tool calls. */
    public Optional<Boolean> parallelToolCalls() {
        return extra.get(PARALLEL_TOOL_CALLS) instanceof Json.Bool bool ? Optional.of(bool.value()) : Optional.empty();
    }

    /** A copy with {@link #temperature()}. */
    public ModelSettings withTemperature(double value) {
        return with(TEMPERATURE, Json.of(value));
    }

    /** A copy with {@link #topP()}. */
    public ModelSettings withTopP(double value) {
        return with(TOP_P, Json.of(value));
    }

    /** A copy with {@link #maxOutputTokens()}. */
    public ModelSettings withMaxOutputTokens(long tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("max_output_tokens < 1: " + tokens);
        }
        return with(MAX_OUTPUT_TOKENS, Json.of(tokens));
    }

    /** A copy with {@link #stop()}. */
    public ModelSettings withStop(String... texts) {
        Objects.requireNonNull(texts, "texts");
        return with(STOP, Json.array((Object[]) texts));
    }

    /** A copy with {@link #seed()}. */
    public ModelSettings withSeed(long value) {
        return with(SEED, Json.of(value));
    }

    /** A copy with {@link #effort()}. */
    public ModelSettings withEffort(String value) {
        Objects.requireNonNull(value, "value");
        return with(EFFORT, Json.of(value));
    }

    /** A copy with {@link #parallelToolCalls()}. */
    public ModelSettings withParallelToolCalls(boolean value) {
        return with(PARALLEL_TOOL_CALLS, Json.of(value));
    }

    /** A copy with a setting of the provider's own. */
    public ModelSettings with(String name, Json value) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        Map<String, Json> copy = new LinkedHashMap<>(extra);
        copy.put(name, value);
        return new ModelSettings(copy);
    }

    /** These settings, and where the other has one too, the other's. */
    public ModelSettings and(ModelSettings other) {
        Objects.requireNonNull(other, "other");
        if (other.extra.isEmpty()) {
            return this;
        }
        Map<String, Json> copy = new LinkedHashMap<>(extra);
        copy.putAll(other.extra);
        return new ModelSettings(copy);
    }

    private OptionalDouble number(String name) {
        return extra.get(name) instanceof Json.Num number
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    private OptionalLong whole(String name) {
        return extra.get(name) instanceof Json.Num number ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
    }
}
