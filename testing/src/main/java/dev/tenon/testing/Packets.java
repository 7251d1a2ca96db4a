package dev.tenon.testing;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A streamed body in packets, one a piece of the reply: what a wire format says around the pieces goes with the next of them, or with the last, so that
 * pauses stand only between pieces. Not thread-safe.
 */
final class Packets {
    private final List<byte[]> packets = new ArrayList<>();
    private final ByteArrayOutputStream next = new ByteArrayOutputStream();

    /** What says nothing by itself. */
    void around(byte[] bytes) {
        next.writeBytes(bytes);
    }

    /** A piece of the reply. */
    void piece(byte[] bytes) {
        next.writeBytes(bytes);
        packets.add(next.toByteArray());
        next.reset();
    }

    /** The packets, of which there is at least one. */
    List<byte[]> list() {
        return with(packets, next.toByteArray());
    }

    /** These packets, the last of them with more at its end. */
    static List<byte[]> with(List<byte[]> packets, byte[] more) {
        if (packets.isEmpty()) {
            return List.of(more);
        }
        List<byte[]> all = new ArrayList<>(packets);
        byte[] last = all.getLast();
        byte[] longer = Arrays.copyOf(last, last.length + more.length);
        System.arraycopy(more, 0, longer, last.length, more.length);
        all.set(all.size() - 1, longer);
        return all;
    }
}
