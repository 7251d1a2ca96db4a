package dev.tenon.workflow;

import dev.tenon.provider.ModelSettings;
import dev.tenon.run.Limits;
import dev.tenon.schema.JsonSchema;
import java.util.List;
import java.util.Objects;

/**
 * An agent as data. Immutable. What it takes to reach the provider, a key above all, is no part of it: see {@link Registry#providers}.
 *
 * @param provider who serves the model, by the name of its factory: {@code openai}
 * @param model in the provider's words
 * @param instructions what it is told before everything else; empty for nothing
 * @param tools by the names that the {@link Registry} knows
 * @param output what its answer must fit, where the step that asks it says no schema of its own
 * @param settings how the model should answer
 * @param limits what one run of it may use
 */
public record AgentDefinition(
        String provider,
        String model,
        String instructions,
        List<String> tools,
        JsonSchema output,
        ModelSettings settings,
        Limits limits) {
    public AgentDefinition {
        needsName("provider", provider);
        needsName("model", model);
        Objects.requireNonNull(instructions, "instructions");
        tools = List.copyOf(Objects.requireNonNull(tools, "tools"));
        tools.forEach(tool -> needsName("tools", tool));
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(limits, "limits");
    }

    /** An agent that is told nothing and has no tools. */
    public static AgentDefinition of(String provider, String model) {
        return new AgentDefinition(provider, model, "", List.of(), JsonSchema.ANY, ModelSettings.NONE, Limits.DEFAULT);
    }

    /** A copy with instructions. */
    public AgentDefinition instructions(String text) {
        Objects.requireNonNull(text, "text");
        return new AgentDefinition(provider, model, text, tools, output, settings, limits);
    }

    /** A copy with tools. */
    public AgentDefinition tools(String... names) {
        return new AgentDefinition(
                provider,
                model,
                instructions,
                List.of(Objects.requireNonNull(names, "names")),
                output,
                settings,
                limits);
    }

    /** A copy whose answer must fit a schema. */
    public AgentDefinition output(JsonSchema schema) {
        Objects.requireNonNull(schema, "schema");
        return new AgentDefinition(provider, model, instructions, tools, schema, settings, limits);
    }

    /** A copy whose answer must be a value of a type. */
    public AgentDefinition returns(Class<?> type) {
        return output(JsonSchema.of(type));
    }

    /** A copy with settings of the model. */
    public AgentDefinition settings(ModelSettings how) {
        Objects.requireNonNull(how, "how");
        return new AgentDefinition(provider, model, instructions, tools, output, how, limits);
    }

    /** A copy with limits. */
    public AgentDefinition limits(Limits most) {
        Objects.requireNonNull(most, "most");
        return new AgentDefinition(provider, model, instructions, tools, output, settings, most);
    }

    private static void needsName(String what, String name) {
        if (Objects.requireNonNull(name, what).isBlank()) {
            throw new IllegalArgumentException(what + ": expected a name, got \"" + name + "\"");
        }
    }
}
