package dev.tenon.wire;

import dev.tenon.message.Content.Media;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Documents that are text: they are sent as text, which every model reads. */
public final class TextDocument {
    /** Besides {@code text/…}. */
    private static final Set<String> TEXTS = Set.of(
            "application/json",
            "application/xml",
            "application/yaml",
            "application/javascript",
            "application/x-ndjson");

    private TextDocument() {}

    /** Whether this is one, with its bytes at hand. */
    public static boolean is(Media media) {
        String bare = bare(media.mimeType());
        return media.kind() == Media.Kind.DOCUMENT
                && media.source() instanceof Media.Inline
                && (bare.startsWith("text/") || TEXTS.contains(bare));
    }

    /** Its text. What is no UTF-8 is U+FFFD. */
    public static String text(Media media) {
        return new String(((Media.Inline) media.source()).bytes(), StandardCharsets.UTF_8);
    }

    /** Its text after its name, where it has one. */
    public static String named(Media media) {
        return media.name().isEmpty() ? text(media) : media.name() + ":\n\n" + text(media);
    }

    /** A MIME type in lower case without its parameters. */
    public static String bare(String mimeType) {
        String type = mimeType.toLowerCase(Locale.ROOT);
        int end = type.indexOf(';');
        return end < 0 ? type : type.substring(0, end).strip();
    }
}
