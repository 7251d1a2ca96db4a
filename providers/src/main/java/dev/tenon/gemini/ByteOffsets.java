package dev.tenon.gemini;

import org.jspecify.annotations.Nullable;

/** Where a byte of a text's UTF-8 is among its characters. Not thread-safe. */
final class ByteOffsets {
    private final String text;
    /** Bytes before each character and before the end; made when it is first wanted. */
    private int @Nullable [] before;

    ByteOffsets(String text) {
        this.text = text;
    }

    /** The first character that does not begin before this byte, at most the end; -1 for -1. O(log n) after the first. */
    int character(int offset) {
        if (offset < 0) return -1;
        int[] bytes = bytes();
        int found = java.util.Arrays.binarySearch(bytes, offset);
        if (found < 0) return Math.min(-found - 1, text.length());
        // Both halves of a pair begin at one byte.
        while (found > 0 && bytes[found - 1] == offset) found--;
        return found;
    }

    private int[] bytes() {
        int[] known = before;
        if (known != null) return known;
        int[] made = new int[text.length() + 1];
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            made[i] = count;
            // A pair is counted at its second half.
            if (!Character.isHighSurrogate(c))
                count += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isLowSurrogate(c) ? 4 : 3;
        }
        made[text.length()] = count;
        before = made;
        return made;
    }
}
