package dev.tenon.openai;

import dev.tenon.json.Json;
import dev.tenon.message.Citation;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a host says its answer comes from, in the shapes that hosts have for it. */
final class Citations {
    private Citations() {}

    /** {@code url_citation} of OpenAI, nested or flat, and OpenRouter's {@code file}. */
    static Citation annotation(Json annotation) {
        Json.Obj data = annotation.asObj();
        Json.Obj said = data.string("type")
                .flatMap(data::get)
                .filter(Json.Obj.class::isInstance)
                .map(Json::asObj)
                .orElse(data);
        String source = first(said, "url", "file_id", "name");
        return new Citation(
                source,
                first(said, "title", "name"),
                said.string("content").orElse(""),
                index(said, "start_index"),
                index(said, "end_index"),
                data,
                Map.of());
    }

    /** Mistral's {@code reference}: numbers of documents that the request had. */
    static Citation reference(Map<String, Json> rest) {
        Json.Obj data =
                Json.object().put("type", "reference").putAll(Json.Obj.of(rest)).build();
        Json ids = rest.getOrDefault("reference_ids", Json.NULL);
        return Citation.of(ids.isNull() ? "" : ids.toString(), "", data);
    }

    /** The annotations of one part of the contents. */
    static void ofPart(Map<String, Json> rest, List<Citation> into) {
        if (rest.get("annotations") instanceof Json.Arr annotations) {
            for (Json annotation : annotations) {
                if (annotation instanceof Json.Obj) into.add(annotation(annotation));
            }
        }
    }

    /** One of the citations that Perplexity gives for the whole reply: a URL, of which the search results know more. */
    static Citation listed(Json citation, List<Json> results) {
        String url = citation instanceof Json.Str text
                ? text.value()
                : citation instanceof Json.Obj object ? first(object, "url", "source") : "";
        Optional<Json.Obj> result = results.stream()
                .filter(Json.Obj.class::isInstance)
                .map(Json::asObj)
                .filter(it -> it.string("url").orElse("").equals(url))
                .findFirst();
        String title = result.map(it -> first(it, "title")).orElse("");
        String quote = result.map(it -> first(it, "snippet")).orElse("");
        return new Citation(url, title, quote, -1, -1, citation, Map.of());
    }

    private static String first(Json.Obj object, String... names) {
        for (String name : names) {
            Optional<String> text = object.string(name);
            if (text.isPresent() && !text.get().isEmpty()) return text.get();
        }
        return "";
    }

    private static int index(Json.Obj object, String name) {
        return object.get(name).orElse(Json.NULL) instanceof Json.Num number && number.whole()
                ? (int) Math.max(-1, Math.min(Integer.MAX_VALUE, number.doubleValue()))
                : -1;
    }
}
