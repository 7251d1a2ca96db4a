package dev.tenon.toolbox.foreign;

import dev.tenon.json.Json;
import dev.tenon.toolbox.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text with arguments in braces, such as "{city}"; two opening braces are one brace. */
final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{\\{|\\{([A-Za-z_][A-Za-z0-9_-]{0,63})\\}");

    /** Characters of what is made of a template; an argument may stand in it many times. */
    static final int MOST = 4 << 20;

    /** How an argument is written into the text. */
    interface Writing {
        String written(String value, StringBuilder before);
    }

    private Template() {}

    /** The arguments that a template names. */
    static Set<String> names(String template) {
        Set<String> names = new LinkedHashSet<>();
        Matcher place = PLACE.matcher(template);
        while (place.find()) {
            if (place.group(1) != null) {
                names.add(place.group(1));
            }
        }
        return names;
    }

    /** Whether the whole is one argument. */
    static boolean isPlace(String template) {
        Matcher place = PLACE.matcher(template);
        return place.matches() && place.group(1) != null;
    }

    /** The text, each argument written as {@code how} says; one that was not given is empty. */
    static String filled(String template, Json.Obj arguments, Writing how) {
        StringBuilder out = new StringBuilder();
        Matcher place = PLACE.matcher(template);
        int at = 0;
        while (place.find()) {
            out.append(template, at, place.start());
            at = place.end();
            if (place.group(1) == null) {
                out.append('{');
            } else {
                String value = arguments.get(place.group(1)).map(Template::text).orElse("");
                out.append(how.written(value, out));
            }
            if (out.length() > MOST) {
                throw new RefusedException(
                        "manifest.size",
                        "the arguments make a text of more than " + MOST + " characters",
                        "shorter arguments");
            }
        }
        return out.append(template, at, template.length()).toString();
    }

    /** How many arguments it holds, repeated ones counted. */
    static int places(Json template) {
        return switch (template) {
            case Json.Str text -> (int) PLACE.matcher(text.value()).results().count();
            case Json.Obj object ->
                object.members().values().stream().mapToInt(Template::places).sum();
            case Json.Arr array ->
                array.items().stream().mapToInt(Template::places).sum();
            case Json.Num number -> 0;
            case Json.Bool bool -> 0;
            case Json.Null nothing -> 0;
        };
    }

    static String text(Json value) {
        return switch (value) {
            case Json.Str text -> text.value();
            case Json.Null nothing -> "";
            case Json other -> other.toString();
        };
    }

    /** JSON with arguments in its texts: a text that is one argument becomes that value, and a member whose argument was not given is left out. */
    static Json json(Json template, Json.Obj arguments) {
        return switch (template) {
            case Json.Str text ->
                isPlace(text.value())
                        ? arguments.get(names(text.value()).iterator().next()).orElse(Json.NULL)
                        : Json.of(filled(text.value(), arguments, (value, before) -> value));
            case Json.Obj object -> {
                Json.ObjBuilder filled = Json.object();
                object.members().forEach((name, member) -> {
                    boolean absent = member instanceof Json.Str text
                            && isPlace(text.value())
                            && !arguments.has(names(text.value()).iterator().next());
                    if (!absent) {
                        filled.put(name, json(member, arguments));
                    }
                });
                yield filled.build();
            }
            case Json.Arr array -> {
                List<Json> items = new ArrayList<>(array.size());
                array.items().forEach(item -> items.add(json(item, arguments)));
                yield Json.of(items);
            }
            case Json.Num number -> number;
            case Json.Bool bool -> bool;
            case Json.Null nothing -> nothing;
        };
    }

    /** The arguments that JSON names. */
    static Set<String> names(Json template) {
        Set<String> names = new LinkedHashSet<>();
        switch (template) {
            case Json.Str text -> names.addAll(names(text.value()));
            case Json.Obj object -> object.members().values().forEach(member -> names.addAll(names(member)));
            case Json.Arr array -> array.items().forEach(item -> names.addAll(names(item)));
            case Json.Num number -> {}
            case Json.Bool bool -> {}
            case Json.Null nothing -> {}
        }
        return names;
    }

    /** As one part of a path or one value of a query: all but the unreserved characters of RFC 3986, section 2.3, are encoded. */
    static String encoded(String value) {
        StringBuilder out = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~".indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(String.format("%02X", (int) c));
            }
        }
        return out.toString();
    }
}
