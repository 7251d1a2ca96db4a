package dev.tenon.openai;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.wire.Growing;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Audio that the model made. In streams data and transcript come in pieces, each piece of the data base64 by itself. Not thread-safe. */
final class Audio {
    private String id = "";
    private Json expires = Json.NULL;
    private final Growing transcript = new Growing();
    private final List<String> data = new ArrayList<>(0);

    void add(Json audio) {
        if (!(audio instanceof Json.Obj piece)) return;
        if (id.isEmpty()) id = piece.string("id").orElse("");
        if (piece.get("expires_at").orElse(Json.NULL) instanceof Json.Num at) expires = at;
        transcript.add(piece.string("transcript").orElse(""));
        piece.string("data").filter(text -> !text.isEmpty()).ifPresent(data::add);
    }

    /** The audio; empty where there is none, as with hosts that send the member without a value. */
    Optional<Content.Media> media() {
        if (data.isEmpty() && transcript.isEmpty()) return Optional.empty();
        Json.ObjBuilder back = Json.object().put("id", id);
        if (!expires.isNull()) back.put("expires_at", expires);
        if (!transcript.isEmpty()) back.put("transcript", transcript.toString());
        return Optional.of(new Content.Media(
                Content.Media.Kind.AUDIO,
                "",
                new Content.Media.Inline(joined()),
                "",
                new Origin(OpenAi.WIRE, back.build()),
                Map.of()));
    }

    private String joined() {
        boolean padded = data.stream()
                .limit(Math.max(0, data.size() - 1))
                .anyMatch(it -> it.endsWith("=") || it.length() % 4 != 0);
        if (!padded) return String.join("", data);
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (String piece : data) {
                bytes.writeBytes(Base64.getDecoder().decode(piece));
            }
            return Base64.getEncoder().encodeToString(bytes.toByteArray());
        } catch (IllegalArgumentException e) {
            // Cut anywhere, then: one text in pieces.
            return String.join("", data);
        }
    }
}
