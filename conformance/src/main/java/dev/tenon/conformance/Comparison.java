package dev.tenon.conformance;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What differs. Not thread-safe. */
final class Comparison {
    private static final int CLIP = 600;

    private final List<String> differences = new ArrayList<>();

    /** Strict: a member is equal, or missing on both sides. */
    void member(String name, Optional<Json> wanted, Optional<Json> came) {
        if (!wanted.equals(came)) {
            differences.add(name + ": wanted " + shown(wanted) + ", came " + shown(came));
        }
    }

    private static String shown(Optional<Json> value) {
        String text = value.map(Json::toString).orElse("nothing");
        return text.length() <= CLIP ? text : text.substring(0, CLIP) + "… (" + text.length() + " characters)";
    }

    List<String> differences() {
        return List.copyOf(differences);
    }
}
