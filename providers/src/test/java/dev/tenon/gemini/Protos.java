package dev.tenon.gemini;

import dev.tenon.json.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The messages of .proto files, and whether JSON is one of them by the proto3 JSON mapping (protobuf.dev, "ProtoJSON Format"). Knows what Google's files
 * use of the language.
 */
final class Protos {
    private static final Pattern TOKEN =
            Pattern.compile("//[^\\n]*|/\\*.*?\\*/|\"(?:[^\"\\\\]|\\\\.)*\"|[\\w.]+|[^\\s\\w]", Pattern.DOTALL);

    private record Field(
            String type,
            String name,
            boolean repeated,
            @Nullable String keyType,
            boolean required,
            String oneof) {}

    private final Map<String, Map<String, Field>> messages = new LinkedHashMap<>();
    private final Map<String, Set<String>> enums = new LinkedHashMap<>();

    private List<String> tokens = List.of();
    private int at;

    /** Reads all .proto files of a folder, which are of one package. */
    static Protos of(Path folder) throws IOException {
        Protos protos = new Protos();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.proto")) {
            for (Path file : files) protos.read(Files.readString(file));
        }
        return protos;
    }

    private void read(String source) {
        List<String> all = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(source);
        while (matcher.find()) {
            String token = matcher.group();
            if (!token.startsWith("//") && !token.startsWith("/*")) all.add(token);
        }
        tokens = all;
        at = 0;
        while (at < tokens.size()) {
            switch (tokens.get(at++)) {
                case "message" -> message("");
                case "enum" -> constants("");
                case "service" -> skipBlock();
                default -> skipTo(";");
            }
        }
    }

    private String next() {
        return tokens.get(at++);
    }

    private boolean take(String token) {
        if (!tokens.get(at).equals(token)) return false;
        at++;
        return true;
    }

    private void skipTo(String token) {
        while (!next().equals(token)) {
            if (tokens.get(at - 1).equals("{")) {
                at--;
                skipBlock();
            }
        }
    }

    private void skipBlock() {
        while (!next().equals("{")) {}
        int depth = 1;
        while (depth > 0) {
            String token = next();
            depth += token.equals("{") ? 1 : token.equals("}") ? -1 : 0;
        }
    }

    private void message(String scope) {
        String name = scope + next();
        Map<String, Field> fields = new LinkedHashMap<>();
        messages.put(name, fields);
        take("{");
        while (!take("}")) member(name, fields, "");
    }

    private void member(String message, Map<String, Field> fields, String oneof) {
        switch (tokens.get(at)) {
            case "message" -> {
                at++;
                message(message + ".");
            }
            case "enum" -> {
                at++;
                constants(message + ".");
            }
            case "oneof" -> {
                at++;
                String group = next();
                take("{");
                while (!take("}")) member(message, fields, group);
            }
            case "option", "reserved" -> skipTo(";");
            default -> field(fields, oneof);
        }
    }

    private void field(Map<String, Field> fields, String oneof) {
        take("optional");
        boolean repeated = take("repeated");
        String type = next();
        String key = null;
        if (type.equals("map")) {
            take("<");
            key = next();
            take(",");
            type = next();
            take(">");
        }
        String name = next();
        List<String> options = new ArrayList<>();
        while (!take(";")) options.add(next());
        int named = options.indexOf("json_name");
        String json = named < 0
                ? camel(name)
                : options.get(named + 2).substring(1, options.get(named + 2).length() - 1);
        fields.put(json, new Field(type, json, repeated, key, options.contains("REQUIRED"), oneof));
    }

    private void constants(String scope) {
        String name = scope + next();
        Set<String> values = new LinkedHashSet<>();
        enums.put(name, values);
        take("{");
        while (!take("}")) {
            String value = next();
            if (!value.equals("option") && !value.equals("reserved")) values.add(value);
            skipTo(";");
        }
    }

    private static String camel(String name) {
        return Pattern.compile("_([a-z0-9])")
                .matcher(name)
                .replaceAll(letter -> letter.group(1).toUpperCase(java.util.Locale.ROOT));
    }

    /** What is wrong with the JSON as a message of this name; empty where nothing is. Members that stand elsewhere in a request need not be there. */
    List<String> problems(String message, Json json, Set<String> elsewhere) {
        List<String> problems = new ArrayList<>();
        check(message, json, "$", problems);
        problems.removeIf(problem -> elsewhere.contains(problem));
        return problems;
    }

    private void check(String message, Json json, String path, List<String> problems) {
        Map<String, Field> fields = messages.get(message);
        if (fields == null) throw new IllegalArgumentException("no message " + message);
        if (!(json instanceof Json.Obj object)) {
            problems.add(path + ": expected " + message + ", got " + json.kind());
            return;
        }
        Map<String, String> set = new LinkedHashMap<>();
        object.forEach((name, value) -> {
            Field field = fields.get(name);
            if (field == null) {
                problems.add(path + "." + name + ": " + message + " has no such field");
                return;
            }
            if (!field.oneof.isEmpty() && set.put(field.oneof, name) != null) {
                problems.add(path + "." + name + ": a second of the oneof " + field.oneof);
            }
            value(message, field, value, path + "." + name, problems);
        });
        fields.values().stream()
                .filter(field -> field.required && !object.has(field.name))
                .forEach(field -> problems.add(path + "." + field.name + ": required"));
    }

    private void value(String scope, Field field, Json value, String path, List<String> problems) {
        if (field.keyType != null && value instanceof Json.Obj map) {
            map.forEach((key, item) -> single(scope, field.type, item, path + "." + key, problems));
        } else if (field.repeated && value instanceof Json.Arr list) {
            for (int i = 0; i < list.size(); i++)
                single(scope, field.type, list.get(i), path + "[" + i + "]", problems);
        } else if (field.repeated || field.keyType != null) {
            problems.add(path + ": expected several " + field.type + ", got " + value.kind());
        } else {
            single(scope, field.type, value, path, problems);
        }
    }

    private void single(String scope, String type, Json value, String path, List<String> problems) {
        boolean fits = switch (type) {
            case "string" -> value instanceof Json.Str;
            case "bytes" -> value instanceof Json.Str text && isBase64(text.value());
            case "bool" -> value instanceof Json.Bool;
            case "int32", "int64", "uint32" -> value instanceof Json.Num number && number.whole() && fits(type, number);
            case "float", "double" -> value instanceof Json.Num;
            case "google.protobuf.Struct" -> value instanceof Json.Obj;
            case "google.protobuf.Value" -> true;
            case "google.protobuf.Duration" ->
                value instanceof Json.Str text && text.value().matches("-?\\d+(\\.\\d+)?s");
            case "google.protobuf.Timestamp" -> value instanceof Json.Str;
            case "google.type.Interval", "google.type.LatLng" -> value instanceof Json.Obj;
            default -> {
                String name = resolved(scope, type);
                if (enums.containsKey(name)) {
                    yield value instanceof Json.Str text && enums.get(name).contains(text.value());
                }
                check(name, value, path, problems);
                yield true;
            }
        };
        if (!fits) problems.add(path + ": expected " + type + ", got " + value);
    }

    /** The members of a message, by their names in JSON. */
    Set<String> members(String message) {
        return Objects.requireNonNull(messages.get(message), message).keySet();
    }

    /** The values of an enum. */
    Set<String> values(String name) {
        return Objects.requireNonNull(enums.get(name), name);
    }

    /** A value of this member of a message, with every member of its own, of a oneof the first. */
    Json example(String message, String member) {
        Field field = Objects.requireNonNull(messages.get(message), message).get(member);
        return example(message, Objects.requireNonNull(field, member), 0);
    }

    private Json example(String scope, Field field, int depth) {
        Json one = example(scope, field.type, depth);
        if (field.keyType != null) return Json.object("key", one);
        return field.repeated ? Json.array(one) : one;
    }

    private Json example(String scope, String type, int depth) {
        return switch (type) {
            case "string" -> Json.of("x");
            case "bytes" -> Json.of("eHl6");
            case "bool" -> Json.of(true);
            case "int32", "int64", "uint32", "float", "double" -> Json.of(1);
            case "google.protobuf.Struct", "google.protobuf.Value" -> Json.object("a", 1);
            case "google.protobuf.Duration" -> Json.of("1s");
            case "google.protobuf.Timestamp" -> Json.of("2026-01-01T00:00:00Z");
            case "google.type.Interval", "google.type.LatLng" -> Json.Obj.EMPTY;
            default -> {
                String name = resolved(scope, type);
                Set<String> values = enums.get(name);
                if (values != null) yield Json.of(List.copyOf(values).getLast());
                Json.Obj object = Json.Obj.EMPTY;
                Set<String> chosen = new LinkedHashSet<>();
                for (Field field :
                        Objects.requireNonNull(messages.get(name), name).values()) {
                    // A message that holds itself ends somewhere.
                    if (depth > 6 || (!field.oneof.isEmpty() && !chosen.add(field.oneof))) continue;
                    object = object.with(field.name, example(name, field, depth + 1));
                }
                yield object;
            }
        };
    }

    private static boolean fits(String type, Json.Num number) {
        return type.equals("int64") || Math.abs(number.doubleValue()) <= Integer.MAX_VALUE;
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Innermost first. */
    private String resolved(String scope, String type) {
        for (String outer = scope; !outer.isEmpty(); outer = outer.substring(0, Math.max(0, outer.lastIndexOf('.')))) {
            String name = outer + "." + type;
            if (messages.containsKey(name) || enums.containsKey(name)) return name;
        }
        if (messages.containsKey(type) || enums.containsKey(type)) return type;
        throw new IllegalArgumentException("no type " + type + " in " + scope);
    }
}
