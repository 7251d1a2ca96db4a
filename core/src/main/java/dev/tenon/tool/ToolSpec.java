package dev.tenon.tool;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a model is told of a tool, and what the runner knows of it. Immutable.
 *
 * @param name letters, digits, {@code _} and {@code -}, at most 64: what every provider accepts (OpenAI's function names, the narrowest)
 * @param description for the model
 * @param parameters the schema of the arguments, an object
 * @param output the schema of what a call gives, checked after each call; {@link JsonSchema#ANY} where it is not said
 * @param examples arguments as a model may give them; they fit the parameters
 * @param timeout how long one call may take; {@link #NO_TIMEOUT} for as long as the run lives
 */
public record ToolSpec(
        String name,
        String description,
        JsonSchema parameters,
        JsonSchema output,
        List<Json.Obj> examples,
        Set<Trait> traits,
        Duration timeout,
        Map<String, Json> extra) {
    /** As long as the run lives. */
    public static final Duration NO_TIMEOUT = Duration.ZERO;

    /** Long enough for a slow service, short enough that a hung one is noticed by the person who waits. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    /** What a call does to the world. */
    public enum Trait {
        /** Changes nothing. */
        READ_ONLY,
        /** The same call again changes nothing more, so it may be made again after a crash. */
        IDEMPOTENT,
        /** Destroys or overwrites. */
        DESTRUCTIVE,
        /** Talks to systems that nobody here controls. */
        OPEN_WORLD
    }

    public ToolSpec {
        Objects.requireNonNull(name, "name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a tool's name must be 1 to 64 letters, digits, '_' or '-', got \"" + name + "\"");
        }
        description = description == null ? "" : description;
        Objects.requireNonNull(parameters, "parameters");
        output = output == null ? JsonSchema.ANY : output;
        examples = examples == null ? List.of() : List.copyOf(examples);
        for (int i = 0; i < examples.size(); i++) {
            List<Violation> wrong = parameters.validate(examples.get(i));
            if (!wrong.isEmpty()) {
                throw new IllegalArgumentException("example " + (i + 1) + " of " + name
                        + " does not fit its parameters: " + wrong.getFirst().message());
            }
        }
        traits = traits == null || traits.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(traits));
        timeout = timeout == null ? DEFAULT_TIMEOUT : timeout;
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout < 0: " + timeout);
        }
        extra = extra == null || extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** A spec without output and examples. */
    public ToolSpec(
            String name,
            String description,
            JsonSchema parameters,
            Set<Trait> traits,
            Duration timeout,
            Map<String, Json> extra) {
        this(name, description, parameters, JsonSchema.ANY, List.of(), traits, timeout, extra);
    }

    /** A tool without traits and with the default timeout. */
    public static ToolSpec of(String name, String description, JsonSchema parameters) {
        Objects.requireNonNull(description, "description");
        return new ToolSpec(name, description, parameters, Set.of(), DEFAULT_TIMEOUT, Map.of());
    }

    /** Whether a call has this trait. */
    public boolean is(Trait trait) {
        Objects.requireNonNull(trait, "trait");
        return traits.contains(trait);
    }

    /** What a model reads: the description, and the examples below it. */
    public String told() {
        if (examples.isEmpty()) {
            return description;
        }
        StringBuilder told = new StringBuilder(description);
        told.append(description.isEmpty() ? "" : "\n\n").append("Examples of arguments:");
        for (Json.Obj example : examples) {
            told.append('\n').append(example);
        }
        return told.toString();
    }

    /** What an output says, as JSON: text that does not look like it, or where a text was promised, is a text. */
    public Json value(ToolOutput given) {
        Objects.requireNonNull(given, "given");
        String text = given.text();
        Json value;
        try {
            value = Json.parse(text);
        } catch (JsonException e) {
            return Json.of(text);
        }
        return !output.accepts(value) && output.accepts(Json.of(text)) ? Json.of(text) : value;
    }

    /** Why a call did not give what is promised, in words for whoever made it; empty where it did, or failed. */
    public Optional<String> broken(ToolOutput given) {
        Objects.requireNonNull(given, "given");
        if (given.error() || output.equals(JsonSchema.ANY)) {
            return Optional.empty();
        }
        return output.validate(value(given)).stream()
                .findFirst()
                .map(first -> name
                        + " gave what its own output schema does not allow, which is a fault of the tool and not of"
                        + " the call: " + first.message()
                        + (first.pointer().isEmpty() ? "" : " (at " + first.pointer() + ")"));
    }

    /** A copy with another name. */
    public ToolSpec withName(String newName) {
        Objects.requireNonNull(newName, "newName");
        return new ToolSpec(newName, description, parameters, output, examples, traits, timeout, extra);
    }

    /** A copy whose calls give what fits this schema: a call that gives something else failed. */
    public ToolSpec withOutput(JsonSchema schema) {
        Objects.requireNonNull(schema, "schema");
        return new ToolSpec(name, description, parameters, schema, examples, traits, timeout, extra);
    }

    /**
     * A copy with these arguments as examples, as values that have a JSON form.
     *
     * @throws IllegalArgumentException where one does not fit the parameters
     */
    public ToolSpec withExamples(Object first, Object... more) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(more, "more");
        List<Json.Obj> examples = new ArrayList<>(more.length + 1);
        examples.add(Json.of(first).asObj());
        for (Object one : more) {
            examples.add(Json.of(one).asObj());
        }
        return new ToolSpec(name, description, parameters, output, examples, traits, timeout, extra);
    }

    /** A copy with these traits. */
    public ToolSpec withTraits(Trait first, Trait... more) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(more, "more");
        return new ToolSpec(name, description, parameters, output, examples, EnumSet.of(first, more), timeout, extra);
    }

    /** A copy with this timeout; {@link #NO_TIMEOUT} for none. */
    public ToolSpec withTimeout(Duration newTimeout) {
        Objects.requireNonNull(newTimeout, "newTimeout");
        return new ToolSpec(name, description, parameters, output, examples, traits, newTimeout, extra);
    }
}
