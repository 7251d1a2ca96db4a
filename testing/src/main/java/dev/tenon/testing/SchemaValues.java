package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.schema.JsonSchema;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes values that fit one schema. What it makes follows the keywords it knows; the validator has the last word.
 */
final class SchemaValues {
    private static final int TRIES = 200;

    private final JsonSchema schema;

    SchemaValues(JsonSchema schema) {
        this.schema = schema;
    }

    Json fitting(Chance chance) {
        for (int i = 0; i < TRIES; i++) {
            Json value = value(schema.json(), chance);
            if (schema.accepts(value)) {
                return value;
            }
        }
        throw new IllegalStateException("found no value that fits " + schema + " in " + TRIES + " tries");
    }

    private Json inside(Json document, Chance chance) {
        return chance.inside(deeper -> value(document, deeper));
    }

    private Json value(Json document, Chance chance) {
        if (!(document instanceof Json.Obj keywords)) {
            return Gen.json().next(chance); // true, or false, which nothing fits.
        }
        Optional<Json> fixed = keywords.get("const");
        if (fixed.isPresent()) {
            return fixed.get();
        }
        if (keywords.get("enum").orElse(Json.NULL) instanceof Json.Arr choices && choices.size() > 0) {
            return chance.pick(choices.items());
        }
        if (keywords.string("$ref").orElse("").startsWith("#")) {
            return value(definition(keywords.string("$ref").orElseThrow()), chance);
        }
        for (String keyword : List.of("anyOf", "oneOf")) {
            if (keywords.get(keyword).orElse(Json.NULL) instanceof Json.Arr choices && choices.size() > 0) {
                return value(merged(keywords.without(keyword), chance.pick(choices.items())), chance);
            }
        }
        if (keywords.get("allOf").orElse(Json.NULL) instanceof Json.Arr all) {
            Json.Obj whole = keywords.without("allOf");
            for (Json one : all) {
                whole = merged(whole, one);
            }
            return value(whole, chance);
        }
        return switch (type(keywords, chance)) {
            case "string" -> text(keywords, chance);
            case "integer" -> number(keywords, chance, true);
            case "number" -> number(keywords, chance, chance.oneIn(2));
            case "boolean" -> Json.of(Gen.bool().next(chance));
            case "null" -> Json.NULL;
            case "array" -> array(keywords, chance);
            case "object" -> object(keywords, chance);
            default -> Gen.json().next(chance);
        };
    }

    private Json definition(String reference) {
        return schema.json()
                .at(reference.substring(1))
                .orElseThrow(() -> new IllegalStateException("no definition at " + reference + " of " + schema));
    }

    private static Json.Obj merged(Json.Obj outer, Json inner) {
        Json.ObjBuilder both = Json.object().putAll(outer);
        if (inner instanceof Json.Obj more) {
            both.putAll(more);
            for (String keyword : List.of("properties", "$defs")) {
                if (outer.get(keyword).orElse(Json.NULL) instanceof Json.Obj one
                        && more.get(keyword).orElse(Json.NULL) instanceof Json.Obj other) {
                    both.put(keyword, Json.object().putAll(one).putAll(other).build());
                }
            }
            if (outer.get("required").orElse(Json.NULL) instanceof Json.Arr one
                    && more.get("required").orElse(Json.NULL) instanceof Json.Arr other) {
                List<Json> names = new ArrayList<>(one.items());
                names.addAll(other.items());
                both.put("required", names.stream().distinct().toList());
            }
        }
        return both.build();
    }

    private static String type(Json.Obj keywords, Chance chance) {
        Json type = keywords.get("type").orElse(Json.NULL);
        if (type instanceof Json.Str one) {
            return one.value();
        }
        if (type instanceof Json.Arr some && some.size() > 0) {
            return chance.pick(some.items()).asString();
        }
        if (keywords.has("properties") || keywords.has("required") || keywords.has("additionalProperties")) {
            return "object";
        }
        return keywords.has("items") || keywords.has("prefixItems") ? "array" : "";
    }

    private static Json text(Json.Obj keywords, Chance chance) {
        Optional<String> formatted = keywords.string("format").flatMap(format -> formatted(format, chance));
        if (formatted.isPresent()) {
            return Json.of(formatted.get());
        }
        String text = Gen.text().next(chance);
        int least = bound(keywords, "minLength", 0);
        int most = bound(keywords, "maxLength", Integer.MAX_VALUE);
        int length = text.codePointCount(0, text.length());
        if (length < least) {
            return Json.of(text + "x".repeat(least - length));
        }
        return Json.of(length > most ? text.substring(0, text.offsetByCodePoints(0, most)) : text);
    }

    private static Optional<String> formatted(String format, Chance chance) {
        String two = String.format("%02d", 1 + chance.below(28));
        return Optional.ofNullable(
                switch (format) {
                    case "date" -> "2026-02-" + two;
                    case "time" -> "10:11:" + two + "Z";
                    case "date-time" -> "2026-02-" + two + "T10:11:12Z";
                    case "duration" -> "PT" + two + "S";
                    case "email" -> "person" + two + "@example.org";
                    case "hostname" -> "host" + two + ".example.org";
                    case "ipv4" -> "192.0.2.1" + two;
                    case "ipv6" -> "2001:db8::" + two;
                    case "uri", "uri-reference", "iri", "iri-reference" -> "https://example.org/" + two;
                    case "uuid" -> "123e4567-e89b-12d3-a456-4266141740" + two;
                    case "json-pointer" -> "/" + two;
                    case "regex" -> "a{" + two + "}";
                    default -> null;
                });
    }

    private static Json number(Json.Obj keywords, Chance chance, boolean whole) {
        BigDecimal least = decimal(keywords, "minimum", "exclusiveMinimum", 1);
        BigDecimal greatest = decimal(keywords, "maximum", "exclusiveMaximum", -1);
        BigDecimal low = least != null ? least : greatest != null ? greatest.subtract(BigDecimal.valueOf(1_000)) : null;
        if (low == null && keywords.string("format").orElse("").equals("int32")) {
            return Json.of(Gen.whole(Integer.MIN_VALUE, Integer.MAX_VALUE).next(chance));
        }
        if (low == null) {
            return whole
                    ? Json.of(Gen.whole(Long.MIN_VALUE, Long.MAX_VALUE).next(chance))
                    : Json.of(Gen.decimal().next(chance));
        }
        BigDecimal high = greatest != null ? greatest : low.add(BigDecimal.valueOf(1_000));
        BigDecimal at = low.add(high.subtract(low)
                .multiply(BigDecimal.valueOf(chance.below(1_001)).movePointLeft(3)));
        if (keywords.get("multipleOf").orElse(Json.NULL) instanceof Json.Num step
                && step.value().signum() > 0) {
            BigDecimal times = at.divide(step.value(), 0, RoundingMode.FLOOR);
            BigDecimal down = times.multiply(step.value());
            return Json.of(down.compareTo(low) < 0 ? down.add(step.value()) : down);
        }
        if (!whole) {
            return Json.of(at);
        }
        BigDecimal down = at.setScale(0, RoundingMode.FLOOR);
        return Json.of(down.compareTo(low) < 0 ? down.add(BigDecimal.ONE) : down);
    }

    /** A bound; an exclusive one moved by one step inwards. */
    private static @Nullable BigDecimal decimal(Json.Obj keywords, String inclusive, String exclusive, int step) {
        if (keywords.get(inclusive).orElse(Json.NULL) instanceof Json.Num bound) {
            return bound.value();
        }
        return keywords.get(exclusive).orElse(Json.NULL) instanceof Json.Num bound
                ? bound.value().add(BigDecimal.valueOf(step).movePointLeft(3))
                : null;
    }

    private Json array(Json.Obj keywords, Chance chance) {
        List<Json> items = new ArrayList<>();
        for (Json item : keywords.get("prefixItems").map(Json::asArr).orElse(Json.Arr.EMPTY)) {
            items.add(inside(item, chance));
        }
        int least = Math.max(bound(keywords, "minItems", 0), items.size());
        int most = Math.min(bound(keywords, "maxItems", least + 3), least + 3);
        int wanted = chance.deep() ? least : least + chance.below(Math.max(0, most - least) + 1);
        Json item = keywords.get("items").orElse(Json.of(true));
        while (items.size() < wanted) {
            items.add(inside(item, chance));
        }
        return Json.Arr.of(items);
    }

    private Json object(Json.Obj keywords, Chance chance) {
        List<String> required = new ArrayList<>();
        keywords.get("required").map(Json::asArr).orElse(Json.Arr.EMPTY).forEach(name -> required.add(name.asString()));
        Map<String, Json> members = new LinkedHashMap<>();
        keywords.get("properties").map(Json::asObj).orElse(Json.Obj.EMPTY).forEach((name, property) -> {
            if (required.contains(name) || !chance.deep() && chance.oneIn(2)) {
                members.put(name, inside(property, chance));
            }
        });
        Json others = keywords.get("additionalProperties").orElse(Json.of(true));
        for (String name : required) {
            if (!members.containsKey(name)) {
                members.put(name, inside(others, chance));
            }
        }
        if (!others.equals(Json.of(false)) && !chance.deep() && chance.oneIn(4)) {
            members.putIfAbsent("x_" + Gen.name().next(chance), inside(others, chance));
        }
        return Json.Obj.of(members);
    }

    private static int bound(Json.Obj keywords, String keyword, int otherwise) {
        return keywords.get(keyword).orElse(Json.NULL) instanceof Json.Num bound
                ? (int) Math.min(Integer.MAX_VALUE, bound.longValue())
                : otherwise;
    }
}
