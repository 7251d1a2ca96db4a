package dev.tenon.output;

import java.util.Arrays;

/** The text so far. Everything that reads it decides by what is there and by {@link #last}, never by where a piece ended. */
final class Feed {
    char[] chars;
    int end;

    /** No more will come. */
    boolean last;

    Feed(int capacity) {
        chars = new char[capacity];
    }

    /** The whole text at once. */
    Feed(String whole) {
        chars = whole.toCharArray();
        end = chars.length;
    }

    void append(CharSequence piece) {
        int size = piece.length();
        room(size);
        if (piece instanceof String text) {
            text.getChars(0, size, chars, end);
        } else {
            for (int i = 0; i < size; i++) {
                chars[end + i] = piece.charAt(i);
            }
        }
        end += size;
    }

    void append(char c) {
        room(1);
        chars[end++] = c;
    }

    private void room(int more) {
        if (end + more > chars.length) {
            chars = Arrays.copyOf(chars, Math.max(end + more, chars.length * 2));
        }
    }

    String text(int from, int to) {
        return new String(chars, from, to - from);
    }

    String clip(int from, int to) {
        return to - from <= 60 ? text(from, to) : text(from, from + 60) + "…";
    }
}
