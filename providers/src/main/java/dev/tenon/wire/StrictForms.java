package dev.tenon.wire;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.SchemaException;
import dev.tenon.schema.StrictProfile;
import dev.tenon.schema.StrictSchema;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Schemas in the form that a strict mode takes, where whatever the model may write under it fits the schema itself. Where it would not
 * (maps become lists there, an optional member that may not be null becomes null), the schema is sent as it is and not as strict: what the model
 * writes is never rewritten, because history must hold it to the letter.
 *
 * <p>Remembers what it made: a program sends the same few schemas again and again. Thread-safe.
 */
public final class StrictForms {
    /** More than these are a sign of schemas that are made anew for each call, and not worth to be kept. */
    private static final int MAX_KEPT = 256;

    /** A schema by identity: comparing two would cost as much as making the form. */
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

    private final StrictProfile profile;
    private final Map<Kept, Optional<Json>> forms = new ConcurrentHashMap<>();

    /** The forms under this profile. */
    public StrictForms(StrictProfile profile) {
        this.profile = profile;
    }

    /** The strict form; empty where there is none. */
    public Optional<Json> of(JsonSchema schema) {
        Kept key = new Kept(schema);
        Optional<Json> known = forms.get(key);
        if (known == null) {
            known = made(schema);
            if (forms.size() >= MAX_KEPT) forms.clear();
            forms.put(key, known);
        }
        return known;
    }

    private Optional<Json> made(JsonSchema schema) {
        try {
            StrictSchema form = profile.apply(schema);
            boolean fits = form.keepsAnswers() || fits(schema);
            return fits ? Optional.of(form.schema().json()) : Optional.empty();
        } catch (SchemaException e) {
            return Optional.empty();
        }
    }

    /** Whether all that changes is that optional members may be null, which the schema allows too. */
    private static boolean fits(JsonSchema schema) {
        return schema.json() instanceof Json.Obj root
                && Json.of("object").equals(root.get("type").orElse(null))
                && fits(root);
    }

    /** Whether answers need no way back, here and in all schemas within. */
    private static boolean fits(Json schema) {
        return switch (schema) {
            case Json.Obj object ->
                !isMap(object)
                        && optionalMembersMayBeNull(object)
                        && object.members().values().stream().allMatch(StrictForms::fits);
            case Json.Arr list -> list.items().stream().allMatch(StrictForms::fits);
            case Json.Str s -> true;
            case Json.Num n -> true;
            case Json.Bool b -> true;
            case Json.Null n -> true;
        };
    }

    private static boolean isMap(Json.Obj schema) {
        if (schema.get("additionalProperties").orElse(Json.NULL) instanceof Json.Obj) return true;
        return Json.of("object").equals(schema.get("type").orElse(null)) && !schema.has("properties");
    }

    private static boolean optionalMembersMayBeNull(Json.Obj schema) {
        if (!(schema.get("properties").orElse(Json.NULL) instanceof Json.Obj properties)) return true;
        Json required = schema.get("required").orElse(Json.Arr.EMPTY);
        if (!(required instanceof Json.Arr names)) return false;
        return properties.members().entrySet().stream()
                .allMatch(member -> names.items().contains(Json.of(member.getKey())) || mayBeNull(member.getValue()));
    }

    private static boolean mayBeNull(Json schema) {
        if (!(schema instanceof Json.Obj object)) return false;
        Json type = object.get("type").orElse(Json.NULL);
        Json nothing = Json.of("null");
        boolean byType = type.equals(nothing)
                || (type instanceof Json.Arr types && types.items().contains(nothing));
        boolean byChoice = object.get("anyOf").orElse(Json.NULL) instanceof Json.Arr any
                && any.items().stream().anyMatch(StrictForms::mayBeNull);
        return byType || byChoice;
    }
}
