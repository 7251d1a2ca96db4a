package dev.tenon.agent;

import dev.tenon.json.Json;
import dev.tenon.output.RecoveryParser;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ResponseFormat;
import dev.tenon.run.Outcome.AnswerForm;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.ToolSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How a typed answer is asked for: by the provider's own schema mode where it has one, else by a tool whose arguments are the answer, else in words.
 *
 * <p>Schema modes and tools want an object. Whatever else is wanted is sent as the member {@value AnswerForm#MEMBER} of one, and taken out of it again.
 */
final class Answers {
    /** More than these are a sign of schemas that are made anew for each run, and not worth to be kept. */
    private static final int MOST_KEPT = 256;

    private static final Map<Kept, Form> FORMS = new ConcurrentHashMap<>();

    private Answers() {}

    /** A schema by identity: comparing two costs as much as making the form. */
    private record Kept(JsonSchema schema) {
        @Override
        @SuppressWarnings("ReferenceEquality") // On purpose.
        public boolean equals(Object other) {
            return other instanceof Kept kept && kept.schema == schema;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(schema);
        }
    }

    /** What is made of a schema once. */
    private record Form(boolean wrapped, JsonSchema sent, RecoveryParser plain, RecoveryParser parser) {}

    private static Form form(JsonSchema schema) {
        Kept key = new Kept(schema);
        Form known = FORMS.get(key);
        if (known == null) {
            known = made(schema);
            if (FORMS.size() >= MOST_KEPT) {
                FORMS.clear();
            }
            FORMS.put(key, known);
        }
        return known;
    }

    private static Form made(JsonSchema schema) {
        RecoveryParser plain = RecoveryParser.of(schema);
        if (!AnswerForm.wraps(schema)) {
            return new Form(false, schema, plain, plain);
        }
        Json.ObjBuilder wrapper = Json.object()
                .put("type", "object")
                .put("properties", Json.object(AnswerForm.MEMBER, inner(schema.json())))
                .put("required", Json.array(AnswerForm.MEMBER))
                .put("additionalProperties", false);
        if (schema.json() instanceof Json.Obj root) {
            root.get("$defs").ifPresent(defs -> wrapper.put("$defs", defs));
        }
        JsonSchema sent = JsonSchema.of(wrapper.build());
        return new Form(true, sent, plain, RecoveryParser.of(sent));
    }

    /** The schema below the wrapper: its definitions stand at the root, and whoever means the root means this place. */
    private static Json inner(Json schema) {
        return schema instanceof Json.Obj root ? moved(root.without("$defs").without("$schema")) : schema;
    }

    private static Json moved(Json json) {
        return switch (json) {
            case Json.Obj object -> {
                Json.ObjBuilder copy = Json.object();
                object.forEach((name, value) -> copy.put(
                        name,
                        name.equals("$ref") && value.equals(Json.of("#"))
                                ? Json.of("#/properties/" + AnswerForm.MEMBER)
                                : moved(value)));
                yield copy.build();
            }
            case Json.Arr array ->
                Json.Arr.of(array.items().stream().map(Answers::moved).toList());
            default -> json;
        };
    }

    /** How an answer of this format is asked of this model. */
    static AnswerForm form(ResponseFormat format, ModelInfo model) {
        if (format.isText()) {
            return AnswerForm.TEXT;
        }
        if (model.can(ModelInfo.Ability.JSON_SCHEMA)) {
            return AnswerForm.NATIVE;
        }
        return model.can(ModelInfo.Ability.TOOLS) ? AnswerForm.TOOL : AnswerForm.PROMPT;
    }

    /** The format as a schema mode takes it. */
    static ResponseFormat sent(ResponseFormat format) {
        return ResponseFormat.json(format.name(), form(format.schema()).sent());
    }

    /** The tool whose arguments are the answer. */
    static ToolSpec tool(ResponseFormat format) {
        return ToolSpec.of(
                AnswerForm.TOOL_NAME,
                "Gives the final answer. Call it once, alone, when you know the answer.",
                form(format.schema()).sent());
    }

    /** Reads an answer of this format. */
    static RecoveryParser parser(ResponseFormat format, AnswerForm form) {
        Form made = form(format.schema());
        return form == AnswerForm.PROMPT || form == AnswerForm.TEXT ? made.plain() : made.parser();
    }

    /** The value itself. */
    static Json unwrapped(Json value, ResponseFormat format, AnswerForm form) {
        return form != AnswerForm.PROMPT
                        && form(format.schema()).wrapped()
                        && value instanceof Json.Obj object
                        && object.has(AnswerForm.MEMBER)
                ? object.get(AnswerForm.MEMBER).orElseThrow()
                : value;
    }
}
