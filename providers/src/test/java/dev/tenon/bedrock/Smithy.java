package dev.tenon.bedrock;

import dev.tenon.checks.Fixtures;
import dev.tenon.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What is wrong with a JSON value by a Smithy model in its JSON form (Smithy 2.0, "JSON AST"): members, types, required members, enums, lengths, ranges, patterns. */
final class Smithy {
    private final Json.Obj shapes;
    private final String namespace;

    Smithy(String document, String namespace) {
        try {
            this.shapes = Json.parse(Files.readAllBytes(Fixtures.spec(document)))
                    .at("/shapes")
                    .orElseThrow()
                    .asObj();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.namespace = namespace;
    }

    /** @param without members that the path or the query has */
    List<String> wrong(String shape, Json value, String... without) {
        List<String> wrong = new ArrayList<>();
        check("$", namespace + "#" + shape, Json.Obj.EMPTY, value, List.of(without), wrong);
        return wrong;
    }

    private void check(String at, String target, Json.Obj own, Json value, List<String> without, List<String> wrong) {
        String type = target.startsWith("smithy.api#")
                ? target.substring("smithy.api#".length()).toLowerCase(java.util.Locale.ROOT)
                : shape(target).string("type").orElseThrow();
        Json.Obj traits = target.startsWith("smithy.api#")
                ? own
                : Json.object().putAll(traits(shape(target))).putAll(own).build();
        switch (type) {
            case "structure", "union" -> structure(at, target, value, without, type.equals("union"), wrong);
            case "list" -> {
                if (!(value instanceof Json.Arr items)) {
                    wrong.add(at + ": no list");
                    return;
                }
                length(at, traits, items.size(), wrong);
                Json.Obj member = shape(target).get("member").orElseThrow().asObj();
                for (int i = 0; i < items.size(); i++) {
                    check(at + "[" + i + "]", target(member), traits(member), items.get(i), List.of(), wrong);
                }
            }
            case "map" -> {
                if (!(value instanceof Json.Obj members)) {
                    wrong.add(at + ": no map");
                    return;
                }
                Json.Obj member = shape(target).get("value").orElseThrow().asObj();
                members.forEach(
                        (name, item) -> check(at + "." + name, target(member), traits(member), item, List.of(), wrong));
            }
            case "string", "blob" -> text(at, traits, value, wrong);
            case "enum" -> {
                boolean known = shape(target).get("members").orElseThrow().asObj().members().values().stream()
                        .anyMatch(one -> value.equals(
                                one.at("/traits/smithy.api#enumValue").orElse(Json.NULL)));
                if (!known) wrong.add(at + ": not of " + target + ": " + value);
            }
            case "integer", "long", "float", "double" -> number(at, traits, value, type, wrong);
            case "boolean" -> {
                if (!(value instanceof Json.Bool)) wrong.add(at + ": no boolean");
            }
            case "document" -> {}
            default -> wrong.add(at + ": a shape of the unknown type " + type);
        }
    }

    private void structure(
            String at, String target, Json value, List<String> without, boolean union, List<String> wrong) {
        if (!(value instanceof Json.Obj given)) {
            wrong.add(at + ": no object");
            return;
        }
        Json.Obj members = shape(target).get("members").orElse(Json.Obj.EMPTY).asObj();
        given.forEach((name, item) -> {
            Json member = members.get(name).orElse(Json.NULL);
            if (member instanceof Json.Obj known) {
                check(at + "." + name, target(known), traits(known), item, List.of(), wrong);
            } else {
                wrong.add(at + "." + name + ": not a member of " + target);
            }
        });
        if (union && given.members().size() != 1) wrong.add(at + ": a union has one member");
        for (Map.Entry<String, Json> member : members.members().entrySet()) {
            boolean required = traits(member.getValue().asObj()).has("smithy.api#required");
            if (required && !without.contains(member.getKey()) && !given.has(member.getKey())) {
                wrong.add(at + "." + member.getKey() + ": missing");
            }
        }
    }

    private static void text(String at, Json.Obj traits, Json value, List<String> wrong) {
        if (!(value instanceof Json.Str text)) {
            wrong.add(at + ": no text");
            return;
        }
        length(at, traits, text.value().length(), wrong);
        traits.string("smithy.api#pattern")
                .filter(pattern -> !Pattern.compile(pattern, Pattern.DOTALL)
                        .matcher(text.value())
                        .find())
                .ifPresent(pattern -> wrong.add(at + ": does not match " + pattern + ": " + text.value()));
    }

    private static void length(String at, Json.Obj traits, int length, List<String> wrong) {
        limits(at, traits.get("smithy.api#length").orElse(Json.Obj.EMPTY), length, wrong);
    }

    private static void number(String at, Json.Obj traits, Json value, String type, List<String> wrong) {
        if (!(value instanceof Json.Num number)) {
            wrong.add(at + ": no number");
            return;
        }
        if ((type.equals("integer") || type.equals("long")) && !number.whole()) wrong.add(at + ": no whole number");
        limits(at, traits.get("smithy.api#range").orElse(Json.Obj.EMPTY), number.doubleValue(), wrong);
    }

    private static void limits(String at, Json limits, double value, List<String> wrong) {
        if (limits.at("/min").orElse(Json.NULL) instanceof Json.Num min && value < min.doubleValue()) {
            wrong.add(at + ": below " + min + ": " + value);
        }
        if (limits.at("/max").orElse(Json.NULL) instanceof Json.Num max && value > max.doubleValue()) {
            wrong.add(at + ": above " + max + ": " + value);
        }
    }

    private Json.Obj shape(String target) {
        return shapes.get(target)
                .orElseThrow(() -> new IllegalArgumentException("no shape " + target))
                .asObj();
    }

    private static String target(Json.Obj member) {
        return member.string("target").orElseThrow();
    }

    private static Json.Obj traits(Json.Obj shape) {
        return shape.get("traits").orElse(Json.Obj.EMPTY).asObj();
    }
}
