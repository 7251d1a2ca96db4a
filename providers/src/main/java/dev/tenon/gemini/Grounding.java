package dev.tenon.gemini;

import dev.tenon.json.Json;
import dev.tenon.message.Citation;
import dev.tenon.message.Content;
import dev.tenon.wire.Charges;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a candidate's answer rests on: what was searched and read, and which words come from where. In streams it comes in several chunks. Not
 * thread-safe.
 */
final class Grounding {
    /** What the kind of a part is that says what was searched and found. */
    static final String GROUNDING = "grounding";

    /** What the kind of a part is that says which pages were read. */
    static final String URL_CONTEXT = "urlContext";

    private static final String CHUNKS = "groundingChunks";
    private static final String SUPPORTS = "groundingSupports";

    /** A part of the answer, in bytes, that sources speak for. */
    private record Support(Json data, int start, int end) {}

    private final Map<String, Json> grounding = new LinkedHashMap<>(0);
    private final Map<String, Json> urls = new LinkedHashMap<>(0);
    private final List<Json.Obj> chunks = new ArrayList<>(0);
    private final List<List<Support>> supports = new ArrayList<>(0);
    private final List<Json.Obj> recited = new ArrayList<>(0);

    boolean isEmpty() {
        return chunks.isEmpty() && recited.isEmpty();
    }

    /** Takes {@code groundingMetadata}. */
    void grounding(Json metadata) {
        if (!(metadata instanceof Json.Obj object)) return;
        int first = chunks.size();
        for (Json chunk : list(object, CHUNKS)) {
            chunks.add(chunk instanceof Json.Obj source ? source : Json.Obj.EMPTY);
            supports.add(new ArrayList<>(1));
        }
        for (Json support : list(object, SUPPORTS)) {
            if (support instanceof Json.Obj it) support(it, first);
        }
        join(grounding, object);
    }

    private void support(Json.Obj support, int first) {
        Json segment = support.get("segment").orElse(Json.NULL);
        int start = segment instanceof Json.Obj object && !object.isEmpty() ? index(object, "startIndex", 0) : -1;
        int end = segment instanceof Json.Obj object ? index(object, "endIndex", -1) : -1;
        for (Json number : list(support, "groundingChunkIndices")) {
            long at = number instanceof Json.Num num && num.whole() ? first + (long) num.doubleValue() : -1;
            if (at >= first && at < supports.size()) supports.get((int) at).add(new Support(support, start, end));
        }
    }

    /** Takes {@code urlContextMetadata}. */
    void urls(Json metadata) {
        if (metadata instanceof Json.Obj object) join(urls, object);
    }

    /** Takes {@code citationMetadata}: words that the model recites. The Gemini API and Vertex AI have different names for the list. */
    void recited(Json metadata) {
        if (!(metadata instanceof Json.Obj object)) return;
        for (String name : new String[] {"citationSources", "citations"}) {
            for (Json source : list(object, name)) {
                if (source instanceof Json.Obj it) recited.add(it);
            }
        }
    }

    /** Lists grow; of anything else the last counts. */
    private static void join(Map<String, Json> into, Json.Obj more) {
        more.forEach((name, value) -> {
            if (value instanceof Json.Arr added && into.get(name) instanceof Json.Arr before) {
                List<Json> both = new ArrayList<>(before.items());
                both.addAll(added.items());
                into.put(name, Json.Arr.of(both));
            } else {
                into.put(name, value);
            }
        });
    }

    /**
     * A citation a source, in order.
     *
     * @param text the whole answer: the wire counts its bytes, citations count characters
     */
    List<Citation> citations(String text) {
        List<Citation> all = new ArrayList<>(chunks.size() + recited.size());
        ByteOffsets offsets = new ByteOffsets(text);
        for (int i = 0; i < chunks.size(); i++) {
            all.add(grounded(chunks.get(i), supports.get(i), offsets));
        }
        for (Json.Obj source : recited) {
            int end = index(source, "endIndex", -1);
            int start = index(source, "startIndex", end < 0 ? -1 : 0);
            all.add(new Citation(
                    source.string("uri").orElse(""),
                    source.string("title").orElse(""),
                    "",
                    offsets.character(start),
                    offsets.character(end),
                    source,
                    Map.of()));
        }
        return all;
    }

    /** The place is that of the first words the source speaks for; all of them are in the data. */
    private static Citation grounded(Json.Obj chunk, List<Support> speaksFor, ByteOffsets offsets) {
        Json.Obj source = chunk.members().values().stream()
                .filter(Json.Obj.class::isInstance)
                .map(Json::asObj)
                .findFirst()
                .orElse(Json.Obj.EMPTY);
        Json.ObjBuilder data = Json.object().put("groundingChunk", chunk);
        if (!speaksFor.isEmpty())
            data.put(SUPPORTS, Json.Arr.of(speaksFor.stream().map(Support::data).toList()));
        return new Citation(
                first(source, "uri", "fileSearchStore"),
                source.string("title").orElse(""),
                source.string("text").orElse(""),
                speaksFor.isEmpty() ? -1 : offsets.character(speaksFor.get(0).start()),
                speaksFor.isEmpty() ? -1 : offsets.character(speaksFor.get(0).end()),
                data.build(),
                Map.of());
    }

    /** Searches are paid by the query or by the prompt, which depends on the model (ai.google.dev, "Gemini API pricing", 2026); other sources by the prompt. */
    void charge(Charges charges) {
        if (grounding.isEmpty()) return;
        if (grounding.get("webSearchQueries") instanceof Json.Arr queries && queries.size() > 0) {
            charges.add("web_search_queries", queries.size());
        } else {
            charges.unpriced(GROUNDING);
        }
    }

    /** Adds the parts that say what the host's own tools did. */
    void opaque(List<Content.OfAssistant> content) {
        if (!urls.isEmpty()) content.add(Content.Opaque.of(Gemini.WIRE, URL_CONTEXT, Json.Obj.of(urls)));
        if (!grounding.isEmpty()) content.add(Content.Opaque.of(Gemini.WIRE, GROUNDING, Json.Obj.of(grounding)));
    }

    private static List<Json> list(Json.Obj object, String name) {
        return object.get(name).orElse(Json.NULL) instanceof Json.Arr list ? list.items() : List.of();
    }

    private static String first(Json.Obj object, String... names) {
        for (String name : names) {
            String text = object.string(name).orElse("");
            if (!text.isEmpty()) return text;
        }
        return "";
    }

    private static int index(Json.Obj object, String name, int otherwise) {
        return object.get(name).orElse(Json.NULL) instanceof Json.Num number && number.whole()
                ? (int) Math.max(-1, Math.min(Integer.MAX_VALUE, number.doubleValue()))
                : otherwise;
    }
}
