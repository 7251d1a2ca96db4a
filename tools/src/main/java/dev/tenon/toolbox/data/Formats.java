package dev.tenon.toolbox.data;

import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.toolbox.RefusedException;
import java.util.Locale;

/** The forms of data that texts come in. */
enum Formats {
    JSON,
    YAML,
    CSV,
    XML;

    /** Characters of a text. */
    static final int MOST = 8 << 20;

    static Formats of(String name) {
        for (Formats each : values()) {
            if (each.name().equals(name.toUpperCase(Locale.ROOT))) {
                return each;
            }
        }
        throw refused("there is no format \"" + RefusedException.shown(name) + "\" here", "JSON, YAML, CSV or XML");
    }

    Json read(String text) {
        if (text.length() > MOST) {
            throw refused("the text has " + text.length() + " characters", "at most " + MOST);
        }
        return switch (this) {
            case JSON -> json(text);
            case YAML -> YamlText.read(text);
            case CSV -> CsvText.read(text);
            case XML -> XmlText.read(text);
        };
    }

    String write(Json value) {
        return switch (this) {
            case JSON -> value.toString();
            case YAML -> YamlText.write(value);
            case CSV -> CsvText.write(value);
            case XML -> XmlText.write(value);
        };
    }

    private static Json json(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw refused("the text is no JSON: " + e.getMessage(), "JSON as in RFC 8259");
        }
    }

    static RefusedException refused(String why, String allowed) {
        return new RefusedException("data.text", why, allowed);
    }
}
