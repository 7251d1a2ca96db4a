package dev.tenon.config;

import dev.tenon.json.Json;
import dev.tenon.provider.Config;
import dev.tenon.provider.ConfigException;
import dev.tenon.provider.ConfigException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Reads a {@link Config} from YAML, TOML and JSON files, told by their endings. Of several files, later ones override earlier ones: objects are joined member by
 * member, anything else is replaced.
 *
 * {@snippet file="dev/tenon/config/ConfigFilesTest.java" region="layers"}
 *
 * <p>Every value knows the file, line and column it was written at, so that whatever is wrong with it is told with them. No value is in an error: any may be a
 * secret. {@code ${NAME}} is left as it is; {@link Config#resolved} puts the variables in.
 *
 * <p>YAML is that of the 1.2 core schema: {@code no} and {@code on} are texts, {@code 0o17} and {@code 0x1f} are numbers, a name stands once in a mapping, and there is
 * one document. Aliases are expanded within bounds; tags other than the core schema's, and numbers that are infinite or none, are refused. Dates and times of
 * TOML become texts.
 */
public final class ConfigFiles {
    /** Bytes of one file at most. A configuration that is larger is something else. */
    public static final int MAX_BYTES = 1 << 20;

    /** Levels of objects and lists. */
    public static final int MAX_DEPTH = 50;

    /** Values of one file at most, those that aliases repeat included. */
    public static final int MAX_VALUES = 100_000;

    private ConfigFiles() {}

    /**
     * Reads the files, the first one first.
     *
     * @throws ConfigException where one is not what its ending says, with file, line and column
     * @throws IOException where one cannot be read
     */
    public static Config read(Path first, Path... overriding) throws IOException {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(overriding, "overriding");
        List<Path> files = new ArrayList<>(List.of(first));
        files.addAll(List.of(overriding));
        Map<String, String> places = new LinkedHashMap<>();
        Json.Obj values = Json.Obj.EMPTY;
        for (Path file : files) {
            Read read = one(file);
            values = joined(values, read.values(), "", places, read);
        }
        return Config.of(values, place -> nearest(places, place));
    }

    private static Read one(Path file) throws IOException {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (ending) {
            case "yaml", "yml" -> YamlFile.read(name, text(file, name));
            case "toml" -> TomlFile.read(name, text(file, name));
            case "json" -> YamlFile.readJson(name, text(file, name));
            default ->
                throw new ConfigException(
                        "a program",
                        List.of(new Problem(name, "", "expected a file that ends in .yaml, .yml, .toml or .json")));
        };
    }

    private static String text(Path file, String name) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw wrong(name, "expected at most " + MAX_BYTES + " bytes, got more");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw wrong(name, "expected text in UTF-8");
        }
    }

    static ConfigException wrong(String source, String message) {
        return new ConfigException("a program", List.of(new Problem(source, "", message)));
    }

    /** The values of both, and where each was written, in {@code places}. */
    private static Json.Obj joined(
            Json.Obj below, Json.Obj above, String place, Map<String, String> places, Read read) {
        places.put(place, read.source(place));
        Json.Obj joined = below;
        for (Map.Entry<String, Json> member : above.members().entrySet()) {
            String at = place + "/" + member.getKey().replace("~", "~0").replace("/", "~1");
            Json before = below.get(member.getKey()).orElse(Json.NULL);
            Json after = member.getValue();
            if (before instanceof Json.Obj object && after instanceof Json.Obj more) {
                after = joined(object, more, at, places, read);
            } else {
                places.keySet().removeIf(known -> known.equals(at) || known.startsWith(at + "/"));
                note(after, at, places, read);
            }
            joined = joined.with(member.getKey(), after);
        }
        return joined;
    }

    private static void note(Json value, String place, Map<String, String> places, Read read) {
        places.put(place, read.source(place));
        if (value instanceof Json.Obj object) {
            object.forEach((name, member) ->
                    note(member, place + "/" + name.replace("~", "~0").replace("/", "~1"), places, read));
        } else if (value instanceof Json.Arr list) {
            for (int i = 0; i < list.size(); i++) {
                note(list.get(i), place + "/" + i, places, read);
            }
        }
    }

    /** The place itself, or what holds it. */
    private static String nearest(Map<String, String> places, String place) {
        String at = place;
        while (!places.containsKey(at) && !at.isEmpty()) {
            at = at.substring(0, at.lastIndexOf('/'));
        }
        return places.getOrDefault(at, "");
    }

    /** What a file holds, and where each value stands in it. */
    record Read(Json.Obj values, String name, Map<String, String> marks) {
        String source(String place) {
            String mark = nearest(marks, place);
            return mark.isEmpty() ? name : name + ":" + mark;
        }
    }
}
