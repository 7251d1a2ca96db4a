package dev.tenon.journal.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A part of an array, not copied: numbers, and blocks that begin with their length.
 *
 * <p>Every method throws {@link IndexOutOfBoundsException} where what it is asked for does not lie within the part.
 */
final class Bytes {
    private final byte[] array;
    private final int from;
    private final int length;

    Bytes(byte[] array, int from, int length) {
        this.array = array;
        this.from = from;
        this.length = length;
    }

    int length() {
        return length;
    }

    /** Copies the whole part to a place in another array. */
    void copyTo(byte[] other, int at) {
        System.arraycopy(array, from, other, at, length);
    }

    /** The whole number of 64 bits at a place. */
    long number(int at) {
        Objects.checkFromIndexSize(at, Long.BYTES, length);
        return (long) Frame.LONG.get(array, from + at);
    }

    /** The whole number of 32 bits at a place: how many follow. */
    int count(int at) {
        Objects.checkFromIndexSize(at, Integer.BYTES, length);
        return (int) Frame.INT.get(array, from + at);
    }

    /** How many bytes the block at a place takes, its length included. */
    int blockAt(int at) {
        int size = count(at);
        Objects.checkFromIndexSize(at + Integer.BYTES, size, length);
        return Integer.BYTES + size;
    }

    /** The block at a place, copied. */
    byte[] block(int at) {
        int end = from + at + blockAt(at);
        return Arrays.copyOfRange(array, from + at + Integer.BYTES, end);
    }

    /** The block at a place as a text. */
    String text(int at) {
        return new String(array, from + at + Integer.BYTES, blockAt(at) - Integer.BYTES, StandardCharsets.UTF_8);
    }
}
