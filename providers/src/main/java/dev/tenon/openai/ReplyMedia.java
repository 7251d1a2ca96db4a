package dev.tenon.openai;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
import dev.tenon.wire.DataUrl;
import java.util.Map;

/** Media and unknown parts of a reply. */
final class ReplyMedia {
    private ReplyMedia() {}

    /** {@code image_url}, an object or a text: a data URL (RFC 2397) or an address. */
    static Content.Media image(Json.Obj part) {
        Json place = part.get("image_url").orElse(Json.NULL);
        String url = place instanceof Json.Str text
                ? text.value()
                : place instanceof Json.Obj object ? object.string("url").orElse("") : "";
        return new Content.Media(
                Content.Media.Kind.IMAGE,
                DataUrl.mimeType(url),
                DataUrl.source(url),
                "",
                new Origin(OpenAi.WIRE, Json.NULL),
                Map.of());
    }

    /** The part as it came. */
    static Json opaque(Piece.Part part) {
        Json.ObjBuilder object = Json.object();
        object.put("type", part.type());
        if (!part.text().isEmpty()) object.put("text", part.text());
        return object.putAll(Json.Obj.of(part.rest())).build();
    }
}
