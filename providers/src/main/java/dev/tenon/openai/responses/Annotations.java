package dev.tenon.openai.responses;

import dev.tenon.json.Json;
import dev.tenon.message.Citation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The annotations of a text: {@code url_citation}, {@code file_citation}, {@code container_file_citation}, {@code file_path}, and what comes after them. */
final class Annotations {
    private Annotations() {}

    static List<Citation> read(Json.Obj part) {
        if (!(part.get("annotations").orElse(Json.NULL) instanceof Json.Arr all) || all.size() == 0) return List.of();
        List<Citation> citations = new ArrayList<>(all.size());
        for (Json one : all) {
            if (one instanceof Json.Obj annotation) citations.add(read(annotation, one));
        }
        return citations;
    }

    private static Citation read(Json.Obj annotation, Json data) {
        return new Citation(
                text(annotation, "url", "file_id"),
                text(annotation, "title", "filename"),
                "",
                place(annotation, "start_index"),
                place(annotation, "end_index"),
                data,
                Map.of());
    }

    private static String text(Json.Obj annotation, String name, String otherwise) {
        Optional<String> text = annotation.string(name);
        return text.or(() -> annotation.string(otherwise)).orElse("");
    }

    private static int place(Json.Obj annotation, String name) {
        if (!(annotation.get(name).orElse(Json.NULL) instanceof Json.Num number) || !number.whole()) return -1;
        return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, number.doubleValue()));
    }
}
