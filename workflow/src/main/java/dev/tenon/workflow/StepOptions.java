package dev.tenon.workflow;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.util.Objects;

/**
 * What every step has, whatever it does. Immutable.
 *
 * @param name by which people, records and other steps know it; empty for one made of its place
 * @param as the key of the state that its output is written to; empty for none
 * @param input the mapping that makes its input, see {@link Step#input(Object)}
 * @param output the mapping that makes its output of what it gave, which is {@code $output}
 * @param schema what its output must fit; {@link JsonSchema#ANY} for anything
 */
public record StepOptions(String name, String as, Json input, Json output, JsonSchema schema, Policy policy) {
    /** The mapping of a step that says nothing of its input: what the step before gave. */
    public static final Json PREVIOUS = Json.of("{{$last}}");

    /** The mapping of a step that says nothing of its output: what it gave. */
    public static final Json GIVEN = Json.of("{{$output}}");

    /** Nothing special. */
    public static final StepOptions NONE = new StepOptions("", "", PREVIOUS, GIVEN, JsonSchema.ANY, Policy.NONE);

    public StepOptions {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(as, "as");
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(policy, "policy");
    }

    StepOptions withName(String to) {
        return new StepOptions(to, as, input, output, schema, policy);
    }

    StepOptions withAs(String to) {
        return new StepOptions(name, to, input, output, schema, policy);
    }

    StepOptions withInput(Json to) {
        return new StepOptions(name, as, to, output, schema, policy);
    }

    StepOptions withOutput(Json to) {
        return new StepOptions(name, as, input, to, schema, policy);
    }

    StepOptions withSchema(JsonSchema to) {
        return new StepOptions(name, as, input, output, to, policy);
    }

    StepOptions withPolicy(Policy to) {
        return new StepOptions(name, as, input, output, schema, to);
    }
}
