package dev.tenon.journal.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The segments of an open journal, in order. Thread-safe. Whoever reads one holds {@link #reading}, so that it is not closed meanwhile. */
final class Segments {
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final List<Segment> segments = new ArrayList<>();

    Segments(Collection<Segment> first) {
        segments.addAll(first);
    }

    /** Held while segments are read. */
    ReentrantReadWriteLock.ReadLock reading() {
        return use.readLock();
    }

    /** Held while segments are closed. */
    ReentrantReadWriteLock.WriteLock closing() {
        return use.writeLock();
    }

    void add(Segment segment) {
        lock.lock();
        try {
            segments.add(segment);
        } finally {
            lock.unlock();
        }
    }

    /** Puts one segment in the place of some that follow one another. */
    void merge(List<Segment> some, Segment one) {
        lock.lock();
        try {
            int at = segments.indexOf(some.getFirst());
            segments.subList(at, at + some.size()).clear();
            segments.add(at, one);
        } finally {
            lock.unlock();
        }
    }

    /** All, in order. */
    List<Segment> all() {
        lock.lock();
        try {
            return List.copyOf(segments);
        } finally {
            lock.unlock();
        }
    }

    /** Closes all. */
    void close() throws IOException {
        closing().lock();
        try {
            closeAll(all());
        } finally {
            closing().unlock();
        }
    }

    /** Closes each, whatever becomes of the others. */
    static void closeAll(List<Segment> segments) throws IOException {
        IOException failed = null;
        for (Segment segment : segments) {
            try {
                segment.close();
            } catch (IOException e) {
                if (failed == null) {
                    failed = e;
                } else {
                    failed.addSuppressed(e);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
