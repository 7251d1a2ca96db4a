package dev.tenon.journal.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes full segments anew, without deleted runs and with small neighbours merged. Not thread-safe: one at a time. Runs go on being read and written meanwhile.
 *
 * <p>It goes from the first segment to the last, one group of neighbours at a time. The new file takes the name of the group's first in one step, and says in its
 * header which numbers it stands for; the others are deleted when that is on the disk for good. Wherever this stops, each frame is there once: in the old files,
 * or in the new one, by whose header the old ones are known as left over.
 *
 * <p>The mark of a deletion may go with its segment, because by then nothing of what it deleted is in this or an earlier one.
 */
final class Compaction {
    private final Disk disk;
    private final Segments segments;
    private final RunIndex index;
    private final long segmentBytes;

    Compaction(Disk disk, Segments segments, RunIndex index, long segmentBytes) {
        this.disk = disk;
        this.segments = segments;
        this.index = index;
        this.segmentBytes = segmentBytes;
    }

    /** Where an append lay and where it lies now. */
    private record Move(String run, Segment from, long offset, long to, int length) {}

    /** A segment that was written and not yet put in its place. */
    private record Copied(Segment.Head head, List<Move> moves) {}

    /**
     * Compacts all segments but the one that grows.
     *
     * @throws dev.tenon.journal.JournalException of code {@code journal.damaged} where a segment cannot be read; it and what follows stay as they were
     */
    void run(Segment growing) throws IOException {
        for (List<Segment> group : groups(growing)) {
            merge(group);
        }
    }

    /** Neighbours that fit together into one segment; without segments that stand alone and have nothing to drop. */
    private List<List<Segment>> groups(Segment growing) {
        List<List<Segment>> groups = new ArrayList<>();
        long size = Long.MAX_VALUE;
        for (Segment segment : segments.all()) {
            if (segment == growing) {
                break;
            }
            long live = index.live(segment);
            if (size > segmentBytes - live) {
                groups.add(new ArrayList<>());
                size = 0;
            }
            groups.getLast().add(segment);
            size += live;
        }
        groups.removeIf(group -> group.size() == 1 && nothingToDrop(group.getFirst()));
        return groups;
    }

    private boolean nothingToDrop(Segment segment) {
        return segment.end() == Segment.HEADER + index.live(segment) + Frame.HEADER;
    }

    private void merge(List<Segment> group) throws IOException {
        Copied copied;
        try {
            copied = copy(group);
        } catch (IOException | RuntimeException e) {
            // Where the disk is full, its room is wanted back.
            try {
                disk.delete(Segment.unfinished(group.getFirst().head.number()));
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        String unfinished = Segment.unfinished(copied.head.number());
        String name = Segment.name(copied.head.number());
        segments.closing().lock();
        try {
            // Closed first, for those systems where an open file keeps its name.
            Segments.closeAll(group);
            try {
                disk.rename(unfinished, name);
            } catch (IOException e) {
                for (Segment old : group) {
                    old.reopen();
                }
                throw e;
            }
            Segment merged = Segment.open(disk, name);
            segments.merge(group, merged);
            for (Move move : copied.moves) {
                index.move(move.run, move.from, move.offset, new RunIndex.Place(merged, move.to, move.length));
            }
        } finally {
            segments.closing().unlock();
        }
        disk.force();
        for (Segment old : group.subList(1, group.size())) {
            disk.delete(old.name());
        }
        disk.force();
    }

    private Copied copy(List<Segment> group) throws IOException {
        long epoch = 0;
        for (Segment segment : group) {
            epoch = Math.max(epoch, greatestEpoch(segment));
        }
        Segment.Head head = new Segment.Head(
                group.getFirst().head.number(), group.getLast().head.through(), epoch, Tail.salt());
        List<Move> moves = new ArrayList<>();
        try (DiskFile file = disk.create(Segment.unfinished(head.number()))) {
            file.write(0, Segment.header(head), Segment.HEADER);
            Sink sink = new Sink(file, head.salt());
            for (Segment segment : group) {
                copy(segment, sink, moves);
            }
            sink.put(Frame.of(Frame.SEAL));
            sink.flush();
            file.force();
        }
        return new Copied(head, moves);
    }

    private static long greatestEpoch(Segment segment) throws IOException {
        long[] epoch = {segment.head.epoch()};
        segment.scan((offset, kind, flags, body) -> {
            if (kind == Frame.OPENED) {
                epoch[0] = Math.max(epoch[0], body.number(0));
            }
        });
        return epoch[0];
    }

    private void copy(Segment segment, Sink sink, List<Move> moves) throws IOException {
        Segment.Read read = segment.scan((offset, kind, flags, body) -> {
            if (kind != Frame.APPEND || !index.isThere(Append.run(body), segment, offset)) {
                return;
            }
            byte[] bytes = new byte[Frame.HEADER + body.length()];
            body.copyTo(bytes, Frame.HEADER);
            Frame frame = new Frame(Frame.APPEND, flags, bytes, bytes.length);
            moves.add(new Move(Append.run(body), segment, offset, sink.put(frame), frame.length()));
        });
        if (!read.sealed() || !read.flaw().isEmpty()) {
            throw segment.damaged(read.end(), read.flaw());
        }
    }

    /** Writes frames one after the other, many at once. */
    private static final class Sink {
        private final DiskFile file;
        private final long salt;
        private final byte[] buffer = new byte[Segment.MANY];
        private int filled;
        private long end = Segment.HEADER;

        Sink(DiskFile file, long salt) {
            this.file = file;
            this.salt = salt;
        }

        /** Returns the frame's offset. */
        long put(Frame frame) throws IOException {
            long offset = end + filled;
            // The file is forced before it has its name.
            frame.place(salt, offset, offset);
            if (filled + frame.length() > buffer.length) {
                flush();
            }
            if (frame.length() > buffer.length) {
                file.write(end, frame.bytes(), frame.length());
                end += frame.length();
            } else {
                System.arraycopy(frame.bytes(), 0, buffer, filled, frame.length());
                filled += frame.length();
            }
            return offset;
        }

        void flush() throws IOException {
            file.write(end, buffer, filled);
            end += filled;
            filled = 0;
        }
    }
}
