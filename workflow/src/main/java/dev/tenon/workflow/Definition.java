package dev.tenon.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.workflow.document.Document;
import dev.tenon.workflow.document.Yaml;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A workflow as data. Immutable. Its JSON form is what a person would write, without what is as it would be anyway; it reads back as the same.
 *
 * @param name of the workflow
 * @param version for people; empty for none
 * @param description what it is for: what a model is told where the workflow is a tool
 * @param input what the input must fit, an object; its members are the first state
 * @param output the mapping that makes the output of what the body gave, which is {@code $output}
 * @param keys what is known of keys of the state
 * @param resources by name: what steps may need
 * @param agents agents as data, by name; steps know them like those of the {@link Registry}
 * @param workflows other workflows that its steps may run, like those of the {@link Registry}; they know its agents, and one another
 * @param atMost how many effects of one run at once
 */
public record Definition(
        String name,
        String version,
        String description,
        JsonSchema input,
        Json output,
        Map<String, StateKey> keys,
        Map<String, Resource> resources,
        Map<String, AgentDefinition> agents,
        List<Definition> workflows,
        int atMost,
        Step body) {
    /** Enough that a fan-out of model calls is not slowed, few enough that a provider's connections are not exhausted. */
    public static final int DEFAULT_AT_MOST = 64;

    public Definition {
        Objects.requireNonNull(agents, "agents");
        Objects.requireNonNull(workflows, "workflows");
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(resources, "resources");
        Objects.requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a workflow needs a name");
        }
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(body, "body");
        keys = keys.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        resources = resources.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(resources));
        agents = agents.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(agents));
        workflows = List.copyOf(workflows);
        if (atMost < 1) {
            throw new IllegalArgumentException("atMost < 1: " + atMost);
        }
        if (nested(workflows) > MOST_NESTED) {
            throw new IllegalArgumentException("workflows in workflow \"" + name + "\" are nested more than "
                    + MOST_NESTED + " deep; put them beside one another");
        }
        int levels = Steps.levels(body);
        if (levels > Document.MAX_DEPTH) {
            throw new IllegalArgumentException("the steps of workflow \"" + name + "\" are nested " + levels
                    + " levels deep, expected at most " + Document.MAX_DEPTH + "; make sub-workflows of inner parts");
        }
    }

    /** How deep workflows may be nested in a workflow, and how deep one may run another: as many as a document can hold, in which each takes two levels. */
    static final int MOST_NESTED = Document.MAX_DEPTH / 2;

    private static int nested(List<Definition> workflows) {
        int deepest = 0;
        for (Definition other : workflows) {
            deepest = Math.max(deepest, 1 + nested(other.workflows));
        }
        return deepest;
    }

    /** A definition that says nothing but what is done. */
    public static Definition of(String name, Step body) {
        return new Definition(
                name,
                "",
                "",
                JsonSchema.ANY,
                StepOptions.GIVEN,
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                DEFAULT_AT_MOST,
                body);
    }

    /** As a person would write it. */
    @JsonValue
    public Json json() {
        return DefinitionWriter.definition(this);
    }

    /**
     * The definition of a document.
     *
     * @throws WorkflowException of code {@code workflow.invalid} with all that is wrong
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Definition of(Json document) {
        Objects.requireNonNull(document, "document");
        return DefinitionReader.definition(document);
    }

    /**
     * The definition of a file of YAML, or, where its name ends in {@code .json}, of JSON.
     *
     * @throws WorkflowException with all that is wrong with its structure, each with file, line and column
     * @throws UncheckedIOException where it cannot be read
     */
    public static Definition read(Path file) {
        Objects.requireNonNull(file, "file");
        return DefinitionReader.definition(DefinitionReader.document(file));
    }

    /**
     * The definition of a text of YAML, or, where the name ends in {@code .json}, of JSON.
     *
     * @param name of the text, for places
     * @throws WorkflowException with all that is wrong with its structure, each with name, line and column
     */
    public static Definition parse(String name, String text) {
        return DefinitionReader.definition(Document.of(name, text));
    }

    /** As a person would write it, in YAML. {@link #parse} reads it back as the same. */
    public String yaml() {
        return Yaml.of(json());
    }

    /** As Java that makes it: an expression in the words of {@link WorkflowBuilder} and {@link Step}, in ASCII. */
    public String java() {
        return JavaWriter.definition(this);
    }

    /** What a document of a definition must fit, as JSON Schema, for editors and whoever writes documents. */
    public static JsonSchema schema() {
        return JsonSchema.of(Forms.schema());
    }
}
