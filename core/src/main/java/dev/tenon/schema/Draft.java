package dev.tenon.schema;

import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A schema under construction. What is used in several places is a {@link Definition}. Not thread-safe. */
final class Draft {
    /** Values are JSON, drafts, and lists and maps of drafts. */
    private final Map<String, Object> keywords = new LinkedHashMap<>();

    private final @Nullable Definition definition;
    private boolean nullable;

    Draft() {
        this.definition = null;
    }

    /** A use of a definition; what is put here stands beside the reference. */
    Draft(Definition definition) {
        this.definition = definition;
        definition.uses++;
    }

    /** A type's schema, written where it is used once, else referred to. */
    static final class Definition {
        final String name;
        final Draft draft = new Draft();
        int uses;

        /** It is used within itself. */
        boolean recursive;

        Definition(String name) {
            this.name = name;
        }
    }

    static Draft type(String name) {
        return new Draft().put("type", name);
    }

    Draft put(String keyword, Object value) {
        keywords.put(
                keyword,
                value instanceof Draft || value instanceof List || value instanceof Map ? value : Json.of(value));
        return this;
    }

    /** Adds to the description; what is more particular comes first. */
    Draft describe(String words) {
        if (!words.isEmpty()) {
            String before = description();
            if (!before.equals(words)) {
                put("description", before.isEmpty() ? words : before + "\n" + words);
            }
        }
        return this;
    }

    private String description() {
        return keywords.get("description") instanceof Json.Str text ? text.value() : "";
    }

    /** The number that a keyword has; empty where it has none. */
    Optional<BigDecimal> number(String keyword) {
        return keywords.get(keyword) instanceof Json.Num number ? Optional.of(number.value()) : Optional.empty();
    }

    /** Adds a pattern that texts match: a schema has one, so further ones stand in {@code allOf}. */
    Draft matching(String pattern) {
        if (!has("pattern")) {
            return put("pattern", pattern);
        }
        List<Object> all = new ArrayList<>(keywords.get("allOf") instanceof List<?> before ? before : List.of());
        all.add(new Draft().put("pattern", pattern));
        return put("allOf", all);
    }

    Draft orNull() {
        nullable = true;
        return this;
    }

    boolean has(String keyword) {
        return keywords.containsKey(keyword);
    }

    /** The type that this is known to be; empty where it is none or several, or stands elsewhere. */
    String type() {
        return keywords.get("type") instanceof Json.Str text ? text.value() : "";
    }

    boolean isReference() {
        return definition != null;
    }

    /** The document, its definitions beside it. */
    Json.Obj document() {
        boolean plain = definition != null && definition.recursive && !nullable && keywords.isEmpty();
        return new Writer(plain ? definition : null).document(this);
    }

    /** Writes drafts as JSON. */
    private static final class Writer {
        /** What is asked for contains itself, and is referred to as the document: {@code #}. */
        private final @Nullable Definition root;

        private final Set<Definition> referred = new LinkedHashSet<>();

        Writer(@Nullable Definition root) {
            this.root = root;
        }

        Json.Obj document(Draft draft) {
            Json.Obj body = root == null ? write(draft) : write(root.draft);
            Map<String, Json> definitions = new LinkedHashMap<>();
            Set<Definition> written = new LinkedHashSet<>();
            while (written.size() < referred.size()) {
                for (Definition each : List.copyOf(referred)) {
                    if (written.add(each)) {
                        definitions.put(each.name, write(each.draft));
                    }
                }
            }
            return definitions.isEmpty() ? body : body.with("$defs", Json.Obj.of(definitions));
        }

        private Json.Obj write(Draft draft) {
            Json.Obj own = keywords(draft);
            Definition target = draft.definition;
            if (target != null) {
                if (target == root || target.recursive || target.uses > 1) {
                    String place = "#";
                    if (target != root) {
                        referred.add(target);
                        place = "#/$defs/" + target.name;
                    }
                    Map<String, Json> reference = new LinkedHashMap<>();
                    reference.put("$ref", new Json.Str(place));
                    if (draft.nullable) {
                        Json.Obj either = Json.object()
                                .put("anyOf", Json.array(Json.Obj.of(reference), Json.object("type", "null")))
                                .build();
                        return merge(either, own);
                    }
                    reference.putAll(own.members());
                    return Json.Obj.of(reference);
                }
                own = merge(write(target.draft), own);
            }
            return draft.nullable ? orNull(own) : own;
        }

        private static Json.Obj merge(Json.Obj inner, Json.Obj outer) {
            Map<String, Json> merged = new LinkedHashMap<>();
            String said = outer.string("description").orElse("");
            String meant = inner.string("description").orElse("");
            merged.putAll(inner.members());
            merged.putAll(outer.members());
            if (!said.isEmpty() && !meant.isEmpty() && !said.equals(meant)) {
                merged.put("description", new Json.Str(said + "\n" + meant));
            }
            return Json.Obj.of(merged);
        }

        private static Json.Obj orNull(Json.Obj schema) {
            Json type = schema.members().get("type");
            if (type instanceof Json.Str && !schema.has("const")) {
                Json.Obj either = schema.with("type", Json.array(type, "null"));
                if (schema.members().get("enum") instanceof Json.Arr constants) {
                    List<Json> all = new ArrayList<>(constants.items());
                    all.add(Json.NULL);
                    return either.with("enum", Json.Arr.of(all));
                }
                return either;
            }
            if (schema.members().get("anyOf") instanceof Json.Arr branches) {
                List<Json> all = new ArrayList<>(branches.items());
                all.add(Json.object("type", "null"));
                return schema.with("anyOf", Json.Arr.of(all));
            }
            if (type instanceof Json.Arr || isOpen(schema)) {
                return schema;
            }
            Json.ObjBuilder either = Json.object();
            schema.get("description").ifPresent(words -> either.put("description", words));
            return either.put("anyOf", Json.array(schema.without("description"), Json.object("type", "null")))
                    .build();
        }

        /** Whether the schema is only words, so that null fits already. */
        private static boolean isOpen(Json.Obj schema) {
            return schema.without("description")
                    .without("default")
                    .without("readOnly")
                    .isEmpty();
        }

        private Json.Obj keywords(Draft draft) {
            Map<String, Json> members = new LinkedHashMap<>();
            draft.keywords.forEach((keyword, value) -> members.put(keyword, json(value)));
            return Json.Obj.of(members);
        }

        private Json json(Object value) {
            return switch (value) {
                case Json json -> json;
                case Draft draft -> write(draft);
                case List<?> list -> {
                    List<Json> items = new ArrayList<>();
                    list.forEach(item -> items.add(json(item)));
                    yield Json.Arr.of(items);
                }
                case Map<?, ?> map -> {
                    Map<String, Json> members = new LinkedHashMap<>();
                    map.forEach((name, member) -> members.put((String) name, json(member)));
                    yield Json.Obj.of(members);
                }
                default -> Json.of(value);
            };
        }
    }
}
