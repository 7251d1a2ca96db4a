package dev.tenon.openai;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code reasoning_details}: thinking with what proves it (OpenRouter, Snowflake), in streams in pieces that belong together by {@code index} and
 * {@code type}. They must go back as they came (openrouter.ai/docs, "Preserving reasoning", 2026). Not thread-safe.
 */
final class Details {
    /** Members whose pieces are joined; of any other the last counts. */
    private static final List<String> GROWING = List.of("text", "summary", "data");

    private final List<Map<String, Json>> details = new ArrayList<>(0);

    boolean isEmpty() {
        return details.isEmpty();
    }

    void add(List<Json> more, boolean whole) {
        for (Json detail : more) {
            Map<String, Json> members = detail.asObj().members();
            Map<String, Json> last = details.isEmpty() ? Map.of() : details.get(details.size() - 1);
            boolean goesOn = same(last, members, "index") && same(last, members, "type") && !otherId(last, members);
            if (!whole && !details.isEmpty() && goesOn) {
                merge(last, members);
            } else {
                details.add(new LinkedHashMap<>(members));
            }
        }
    }

    private static boolean same(Map<String, Json> one, Map<String, Json> other, String name) {
        return one.getOrDefault(name, Json.NULL).equals(other.getOrDefault(name, Json.NULL));
    }

    /** Pieces after the first may leave out the id. */
    private static boolean otherId(Map<String, Json> one, Map<String, Json> other) {
        return one.get("id") instanceof Json.Str id && other.get("id") instanceof Json.Str more && !id.equals(more);
    }

    private static void merge(Map<String, Json> last, Map<String, Json> more) {
        more.forEach((name, value) -> {
            if (GROWING.contains(name)
                    && value instanceof Json.Str piece
                    && last.get(name) instanceof Json.Str before) {
                last.put(name, Json.of(before.value() + piece.value()));
            } else if (!value.isNull() || !last.containsKey(name)) {
                last.put(name, value);
            }
        });
    }

    /**
     * The thinking: a part a detail. The text is what the host shows beside them, as one text; it is parted among the details where it is made of
     * theirs, else it stands at the first.
     */
    void thinking(String shown, List<Content.OfAssistant> parts) {
        if (details.isEmpty()) {
            if (!shown.isEmpty()) parts.add(new Content.Thinking(shown, false, ToolCalls.PLAIN, Map.of()));
            return;
        }
        List<String> texts = new ArrayList<>(details.size());
        StringBuilder joined = new StringBuilder();
        for (Map<String, Json> detail : details) {
            String text = textOf(detail);
            texts.add(text);
            joined.append(text);
        }
        boolean parted = joined.toString().equals(shown);
        for (int i = 0; i < texts.size(); i++) {
            Map<String, Json> detail = details.get(i);
            boolean hidden = Json.of("reasoning.encrypted").equals(detail.get("type"));
            String text = parted ? texts.get(i) : i == 0 ? shown : "";
            if (i == 0 && hidden && !text.isEmpty() && !parted) {
                parts.add(new Content.Thinking(text, false, ToolCalls.PLAIN, Map.of()));
                text = "";
            }
            parts.add(new Content.Thinking(text, hidden, new Origin(OpenAi.WIRE, Json.Obj.of(detail)), Map.of()));
        }
    }

    private static String textOf(Map<String, Json> detail) {
        Json text = detail.getOrDefault("text", detail.getOrDefault("summary", Json.NULL));
        return text instanceof Json.Str said ? said.value() : "";
    }
}
