package dev.tenon.wire;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** The members of a request that a provider writes itself: no setting may. Immutable. */
public final class OwnMembers {
    private final Set<String> names;

    private OwnMembers(Set<String> names) {
        this.names = names;
    }

    /** These. */
    public static OwnMembers of(String... names) {
        return new OwnMembers(Set.of(names));
    }

    /** Refuses the name of a setting that is one of them. */
    public void check(String name) {
        if (names.contains(name)) throw refused(name);
    }

    /** Writes settings as members of the open object, as they are. */
    public void write(Map<String, Json> settings, JsonGenerator out) {
        settings.forEach((name, value) -> {
            check(name);
            out.writeName(name);
            JacksonJson.write(value, out);
        });
    }

    /** For a setting that the provider gives. */
    public static IllegalArgumentException refused(String name) {
        return new IllegalArgumentException("the setting \"" + name + "\" is the provider's to give");
    }
}
