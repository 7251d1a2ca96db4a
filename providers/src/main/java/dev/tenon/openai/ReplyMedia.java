package dev.tenon.openai;

import dev.tenon.json.Json;
import dev.tenon.message.Content;
import dev.tenon.message.Origin;
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
                Content.Media.Kind.IMAGE, mimeType(url), source(url), "", new Origin(OpenAi.WIRE, Json.NULL), Map.of());
    }

    private static Content.Media.Source source(String url) {
        int comma = url.indexOf(',');
        return url.startsWith("data:") && comma > 0 && url.substring(0, comma).endsWith(";base64")
                ? new Content.Media.Inline(url.substring(comma + 1))
                : new Content.Media.At(url);
    }

    private static String mimeType(String url) {
        if (!url.startsWith("data:")) return "";
        int end = "data:".length();
        while (end < url.length() && url.charAt(end) != ';' && url.charAt(end) != ',') end++;
        return url.substring("data:".length(), end);
    }

    /** The part as it came. */
    static Json opaque(Piece.Part part) {
        Json.ObjBuilder object = Json.object();
        object.put("type", part.type());
        if (!part.text().isEmpty()) object.put("text", part.text());
        return object.putAll(Json.Obj.of(part.rest())).build();
    }
}
