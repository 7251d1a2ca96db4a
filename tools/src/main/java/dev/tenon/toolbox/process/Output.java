package dev.tenon.toolbox.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** Takes what a process writes: the beginning and the end are kept, all is counted, none of it stops the process from writing. Thread-safe. */
final class Output {
    private final int half;
    private final byte[] head;
    private final byte[] tail;
    private final AtomicLong all;
    private final long most;
    private final Runnable flooded;

    // Guarded by this.
    private long count;

    /**
     * @param all bytes of this and of its twin
     * @param flooded called once more than the most was written
     */
    Output(int shown, AtomicLong all, long most, Runnable flooded) {
        this.half = shown / 2;
        this.head = new byte[half];
        this.tail = new byte[half];
        this.all = all;
        this.most = most;
        this.flooded = flooded;
    }

    void read(InputStream from) {
        byte[] buffer = new byte[8192];
        try {
            while (true) {
                int read = from.read(buffer);
                if (read < 0) {
                    return;
                }
                take(buffer, read);
                if (all.addAndGet(read) > most) {
                    flooded.run();
                    return;
                }
            }
        } catch (IOException e) {
            // The process was ended, and its pipe with it: what came is what there is.
        }
    }

    private synchronized void take(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (count < half) {
                head[(int) count] = bytes[i];
            } else {
                tail[(int) ((count - half) % half)] = bytes[i];
            }
            count++;
        }
    }

    synchronized String text() {
        int first = (int) Math.min(count, half);
        long rest = count - first;
        int kept = (int) Math.min(rest, half);
        byte[] end = new byte[kept];
        for (int i = 0; i < kept; i++) {
            end[i] = tail[(int) ((rest - kept + i) % half)];
        }
        if (rest > half) {
            return new String(head, 0, first, StandardCharsets.UTF_8) + "\n[" + (rest - kept) + " bytes left out]\n"
                    + new String(end, StandardCharsets.UTF_8);
        }
        byte[] whole = new byte[first + kept];
        System.arraycopy(head, 0, whole, 0, first);
        System.arraycopy(end, 0, whole, first, kept);
        return new String(whole, StandardCharsets.UTF_8);
    }
}
