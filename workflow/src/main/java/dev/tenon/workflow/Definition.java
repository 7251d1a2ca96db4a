package dev.tenon.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.Collections;
import java.util.LinkedHashMap;
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
        int atMost,
        Step body) {
    /** Enough that a fan-out of model calls is not slowed, few enough that a provider's connections are not exhausted. */
    public static final int DEFAULT_AT_MOST = 64;

    public Definition {
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
        if (atMost < 1) {
            throw new IllegalArgumentException("atMost < 1: " + atMost);
        }
    }

    /** A definition that says nothing but what is done. */
    public static Definition of(String name, Step body) {
        return new Definition(
                name, "", "", JsonSchema.ANY, StepOptions.GIVEN, Map.of(), Map.of(), DEFAULT_AT_MOST, body);
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
        return DefinitionReader.definition(document);
    }
}
