package dev.tenon.conformance;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;

/** A file of cases, a JSON object a line. Blank lines are skipped. */
final class CaseFile {
    private final Path file;

    CaseFile(Path file) {
        this.file = file;
    }

    private interface LineReader<T> {
        T read(String line) throws IOException;
    }

    private <T> List<T> lines(LineReader<T> reader) throws IOException {
        List<T> all = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    all.add(read(reader, line, number));
                }
            }
        }
        return all;
    }

    private static <T> T read(LineReader<T> reader, String line, int number) throws IOException {
        try {
            return reader.read(line);
        } catch (JacksonException | JsonException e) {
            throw new JsonException("conformance.case", "line " + number + ": " + e.getMessage(), Map.of(), e);
        }
    }

    /** The cases with these members; whatever else a line has is skipped while it is parsed. */
    List<Given> given(Set<String> visible) throws IOException {
        Path folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), Path.of(""));
        return lines(line -> {
            Map<String, Json> members = new LinkedHashMap<>();
            String id = "";
            try (JsonParser parser = JacksonJson.wire().createParser(ObjectReadContext.empty(), line)) {
                parser.nextToken();
                for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                    parser.nextToken();
                    if (name.equals("id")) {
                        id = parser.getString();
                    } else if (visible.contains(name)) {
                        members.put(name, JacksonJson.read(parser));
                    } else {
                        parser.skipChildren();
                    }
                }
            }
            return new Given(id, Json.Obj.of(members), folder);
        });
    }

    /** The cases as they stand in the file. */
    List<Json.Obj> wanted() throws IOException {
        return lines(line -> Json.parse(line).asObj());
    }
}
