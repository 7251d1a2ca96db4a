package dev.tenon.recall.passage;

import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A stretch of a document, and where it stands. Immutable.
 *
 * @param document the document's name, for example its path
 * @param section the headings that it stands under, the highest first; empty where there are none
 * @param from where it begins in the document, in characters
 * @param to one past its last character
 * @param text what stands there, {@code to - from} characters as they are in the document
 */
public record Passage(String document, List<String> section, int from, int to, String text) {
    public Passage {
        Objects.requireNonNull(section, "section");
        Objects.requireNonNull(document, "document");
        section = List.copyOf(section);
        Objects.requireNonNull(text, "text");
        if (from < 0 || to - from != text.length()) {
            throw new IllegalArgumentException("a passage has the " + text.length()
                    + " characters that stand in its document, got the stretch from " + from + " to " + to);
        }
    }

    /** Document and place: another in every passage of one splitting, and the same when the document is split again as it was. */
    public String id() {
        return document + "#" + from;
    }

    /** Document and section, as a reader looks them up: {@code docs/memory.md > Memory > Stores}. */
    public String source() {
        return section.isEmpty() ? document : document + " > " + String.join(" > ", section);
    }

    /** The text under its headings: what is embedded, since the text alone may not say what it is about. */
    public String titled() {
        return section.isEmpty() ? text : String.join(" > ", section) + "\n\n" + text;
    }

    /** What a store keeps beside the text, see {@link #of(String, Json.Obj)}. */
    Json.Obj metadata() {
        return Json.object()
                .put("document", document)
                .put("section", section)
                .put("from", from)
                .build();
    }

    /** A passage as a store has kept it. */
    static Passage of(String text, Json.Obj metadata) {
        List<String> section = new ArrayList<>();
        metadata.get("section").orElse(Json.Arr.EMPTY).asArr().forEach(name -> section.add(name.asString()));
        int from = (int) metadata.get("from").map(Json::asLong).orElse(0L).longValue();
        return new Passage(metadata.string("document").orElse(""), section, from, from + text.length(), text);
    }
}
