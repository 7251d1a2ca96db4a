package dev.tenon.provider;

import dev.tenon.json.Json;
import dev.tenon.provider.ConfigException.Problem;
import dev.tenon.schema.Change;
import dev.tenon.schema.Coerced;
import dev.tenon.schema.Coercion;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A configuration, and where each value of it was written. Immutable. Neither {@link #toString()} nor an error shows a value: any may be a secret.
 */
public final class Config {
    /** {@code ${NAME}} or {@code ${NAME:-what else}}; two dollars before the brace stand for one, and begin no reference. */
    private static final Pattern REFERENCE = Pattern.compile("\\$(\\$\\{|\\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\\})");

    /** What a text may become on the way to another type without a doubt of what was meant. */
    private static final Set<Change.Kind> PLAIN = Set.of(
            Change.Kind.NUMBER, Change.Kind.BOOLEAN, Change.Kind.CHOICE, Change.Kind.UNPACKED, Change.Kind.DEFAULTED);

    private final Json.Obj values;
    private final Function<String, String> sources;
    private final String pointer;
    private final boolean texts;

    private Config(Json.Obj values, Function<String, String> sources, String pointer, boolean texts) {
        this.values = values;
        this.sources = sources;
        this.pointer = pointer;
        this.texts = texts;
    }

    /** Of a JSON object. @throws ConfigException where it is none */
    public static Config of(Json values) {
        Objects.requireNonNull(values, "values");
        if (!(values instanceof Json.Obj object)) {
            throw new ConfigException(
                    "something", List.of(new Problem("", "", "$: expected object, got " + values.kind())));
        }
        return of(object, pointer -> "");
    }

    /**
     * Of a JSON object that was read from somewhere.
     *
     * @param sources for the JSON Pointer of a value where it was written; empty for a text nobody knows
     */
    public static Config of(Json.Obj values, Function<String, String> sources) {
        return new Config(
                Objects.requireNonNull(values, "values"), Objects.requireNonNull(sources, "sources"), "", false);
    }

    /** Of all properties; a dot in a name stands for a member of an object: {@code headers.X-Team}. */
    public static Config of(Properties properties) {
        Objects.requireNonNull(properties, "properties");
        return of(properties, "");
    }

    /**
     * Of the properties whose names begin with this and a dot.
     *
     * @throws ConfigException where a property is a value and holds others too
     */
    public static Config of(Properties properties, String prefix) {
        Objects.requireNonNull(properties, "properties");
        Objects.requireNonNull(prefix, "prefix");
        String start = prefix.isEmpty() ? "" : prefix + ".";
        Map<String, Object> tree = new TreeMap<>();
        for (String name : new TreeSet<>(properties.stringPropertyNames())) {
            if (name.startsWith(start)) {
                put(tree, name.substring(start.length()), name, properties.getProperty(name));
            }
        }
        return new Config(
                Json.of(tree).asObj(),
                pointer -> pointer.isEmpty()
                        ? "properties " + start + "*"
                        : "property " + start + String.join(".", steps(pointer)),
                "",
                true);
    }

    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> tree, String path, String name, String value) {
        Map<String, Object> at = tree;
        String[] steps = path.split("\\.", -1);
        for (int i = 0; i < steps.length; i++) {
            Object there = at.get(steps[i]);
            boolean last = i == steps.length - 1;
            if (steps[i].isEmpty() || there != null && (last || !(there instanceof Map))) {
                throw new ConfigException(
                        "something",
                        List.of(new Problem(
                                "property " + name,
                                "",
                                steps[i].isEmpty()
                                        ? "expected names between the dots"
                                        : "expected a value or further names, got both")));
            }
            if (last) {
                at.put(steps[i], value);
            } else {
                at = (Map<String, Object>) at.computeIfAbsent(steps[i], step -> new TreeMap<String, Object>());
            }
        }
    }

    /**
     * Of environment variables: the member {@code api_key} is {@code PREFIX_API_KEY}. Only those are read that the schema knows; objects and lists are written as
     * JSON; an empty variable is one that is not set.
     */
    static Config ofEnv(Map<String, String> env, String prefix, JsonSchema schema) {
        Map<String, Json> values = new LinkedHashMap<>();
        Json known = schema.json() instanceof Json.Obj object
                ? object.get("properties").orElse(Json.Obj.EMPTY)
                : Json.Obj.EMPTY;
        for (String member : known.asObj().members().keySet()) {
            String value = env.getOrDefault(variable(prefix, member), "").strip();
            if (!value.isEmpty()) {
                values.put(member, Json.of(value));
            }
        }
        return new Config(
                Json.Obj.of(values),
                pointer -> pointer.isEmpty()
                        ? "environment variables " + variable(prefix, "") + "*"
                        : "environment variable "
                                + variable(prefix, steps(pointer).get(0)),
                "",
                true);
    }

    private static String variable(String prefix, String member) {
        return (prefix + "_" + member).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** The values. They may be secrets: they are for whoever is configured, not for a log. */
    public Json.Obj values() {
        return values;
    }

    /** Where the value at a JSON Pointer was written, or what holds it; empty where nobody knows. */
    public String source(String place) {
        Objects.requireNonNull(place, "place");
        return sources.apply(pointer + place);
    }

    /** The configuration within a member, with its sources; empty where there is no such object. */
    public Optional<Config> at(String member) {
        Objects.requireNonNull(member, "member");
        return values.get(member)
                .filter(Json.Obj.class::isInstance)
                .map(found -> new Config(found.asObj(), sources, pointer + "/" + escaped(member), texts));
    }

    /**
     * A copy where {@code ${NAME}} in texts is what the variable holds, and {@code ${NAME:-other}} the other where it is not set or empty. Two dollars before the brace
     * stand for one, and begin no reference. What a variable holds is not looked at again.
     *
     * @throws ConfigException where a variable is not set, with the place of each such reference
     */
    public Config resolved(Map<String, String> env) {
        Objects.requireNonNull(env, "env");
        List<Problem> missing = new ArrayList<>();
        Json resolved = resolve(values, "", env, missing);
        if (!missing.isEmpty()) {
            throw new ConfigException("this", missing);
        }
        return new Config(resolved.asObj(), sources, pointer, texts);
    }

    private Json resolve(Json value, String place, Map<String, String> env, List<Problem> missing) {
        return switch (value) {
            case Json.Str text -> Json.of(resolve(text.value(), place, env, missing));
            case Json.Arr list -> {
                List<Json> items = new ArrayList<>(list.size());
                for (int i = 0; i < list.size(); i++) {
                    items.add(resolve(list.get(i), place + "/" + i, env, missing));
                }
                yield Json.Arr.of(items);
            }
            case Json.Obj object -> {
                Map<String, Json> members = new LinkedHashMap<>();
                object.forEach((name, member) ->
                        members.put(name, resolve(member, place + "/" + escaped(name), env, missing)));
                yield Json.Obj.of(members);
            }
            case Json.Num number -> number;
            case Json.Bool bool -> bool;
            case Json.Null none -> none;
        };
    }

    private String resolve(String text, String place, Map<String, String> env, List<Problem> missing) {
        if (text.indexOf('$') < 0) return text;
        Matcher reference = REFERENCE.matcher(text);
        StringBuilder out = new StringBuilder();
        while (reference.find()) {
            String name = reference.group(2);
            String with;
            if (name == null) {
                with = "${";
            } else {
                String set = env.getOrDefault(name, "");
                with = set.isEmpty() ? reference.group(4) : set;
                if (with == null) {
                    missing.add(new Problem(
                            source(place), place, path(place) + ": the environment variable " + name + " is not set"));
                    with = "";
                }
            }
            reference.appendReplacement(out, Matcher.quoteReplacement(with));
        }
        return reference.appendTail(out).toString();
    }

    /**
     * The values, as they fit a schema: texts of properties and variables become the numbers and choices that are wanted.
     *
     * @param what what is configured, for the message
     * @throws ConfigException where they do not fit, with the place of everything that is wrong
     */
    public Json fitting(JsonSchema schema, String what) {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(what, "what");
        if (!texts) {
            List<Violation> violations = schema.validate(values);
            if (!violations.isEmpty()) throw wrong(what, violations);
            return values;
        }
        Coerced fitted = Coercion.to(schema).apply(values);
        if (fitted.value().isEmpty()) throw wrong(what, fitted.violations());
        if (!fitted.changes().stream().map(Change::kind).allMatch(PLAIN::contains)) {
            // More was changed than the type of a text: what was dropped or renamed was not meant to be.
            List<Violation> strict = schema.validate(values).stream()
                    .filter(it -> !it.keyword().equals("type"))
                    .toList();
            throw wrong(what, strict.isEmpty() ? schema.validate(values) : strict);
        }
        return fitted.value().get();
    }

    private ConfigException wrong(String what, List<Violation> violations) {
        List<Problem> problems = new ArrayList<>();
        for (Violation violation : violations) {
            problems.add(new Problem(source(violation.pointer()), violation.pointer(), words(violation)));
        }
        return new ConfigException(what, problems);
    }

    /** The message without the value that it ends with. */
    private String words(Violation violation) {
        String message = violation.message();
        int got = message.indexOf(", got ");
        if (got < 0) return message;
        String kind = values.at(violation.pointer()).map(Json::kind).orElse("something else");
        return message.substring(0, got) + ", got " + kind;
    }

    private static String path(String place) {
        StringBuilder path = new StringBuilder("$");
        for (String step : steps(place)) {
            path.append(step.matches("\\d+") ? "[" + step + "]" : "." + step);
        }
        return path.toString();
    }

    private static List<String> steps(String place) {
        List<String> steps = new ArrayList<>();
        if (!place.isEmpty()) {
            for (String step : place.substring(1).split("/", -1)) {
                steps.add(step.replace("~1", "/").replace("~0", "~"));
            }
        }
        return steps;
    }

    private static String escaped(String member) {
        return member.replace("~", "~0").replace("/", "~1");
    }

    /** The names of the members; no value. */
    @Override
    public String toString() {
        return "Config" + values.members().keySet();
    }
}
