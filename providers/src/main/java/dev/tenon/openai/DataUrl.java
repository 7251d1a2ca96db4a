package dev.tenon.openai;

import java.io.Reader;

/** {@code data:TYPE;base64,DATA} (RFC 2397) as it is read, so that an image is not copied to put a few letters before it. */
final class DataUrl extends Reader {
    private final String prefix;
    private final String base64;
    private int at;

    DataUrl(String mimeType, String base64) {
        this.prefix = "data:" + mimeType + ";base64,";
        this.base64 = base64;
    }

    /** Characters in all. */
    int length() {
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
