package dev.tenon.wire;

import dev.tenon.message.Content;
import java.io.Reader;
import tools.jackson.core.JsonGenerator;

/** {@code data:TYPE;base64,DATA} (RFC 2397) as it is read, so that an image is not copied to put a few letters before it. */
public final class DataUrl extends Reader {
    private final String prefix;
    private final String base64;
    private int at;

    private DataUrl(String mimeType, String base64) {
        this.prefix = "data:" + mimeType + ";base64,";
        this.base64 = base64;
    }

    /** Writes the bytes as such a URL. */
    public static void write(String mimeType, Content.Media.Inline bytes, JsonGenerator out) {
        DataUrl url = new DataUrl(mimeType, bytes.base64());
        out.writeString(url, url.length());
    }

    /** What a URL says: the bytes of a data URL, or the address. */
    public static Content.Media.Source source(String url) {
        int comma = url.indexOf(',');
        return url.startsWith("data:") && comma > 0 && url.substring(0, comma).endsWith(";base64")
                ? new Content.Media.Inline(url.substring(comma + 1))
                : new Content.Media.At(url);
    }

    /** The MIME type that a data URL names; empty for any other. */
    public static String mimeType(String url) {
        if (!url.startsWith("data:")) return "";
        int end = "data:".length();
        while (end < url.length() && url.charAt(end) != ';' && url.charAt(end) != ',') end++;
        return url.substring("data:".length(), end);
    }

    /** Characters in all. */
    private int length() {
        return prefix.length() + base64.length();
    }

    @Override
    public int read(char[] chars, int offset, int length) {
        if (at == length()) return -1;
        boolean first = at < prefix.length();
        String from = first ? prefix : base64;
        int start = first ? at : at - prefix.length();
        int count = Math.min(length, from.length() - start);
        from.getChars(start, start + count, chars, offset);
        at += count;
        return count;
    }

    @Override
    public void close() {}
}
