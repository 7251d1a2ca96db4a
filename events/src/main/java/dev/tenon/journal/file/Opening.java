package dev.tenon.journal.file;

import dev.tenon.journal.JournalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a journal's files in order, mends what a stopped process left, and makes the index.
 *
 * <p>What is mended: a segment that never got its name, one whose frames are in a merged one, the seal that is missing where the next segment was just begun, and
 * the torn tail of the last segment. Anything else that cannot be read is damage.
 */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);

    private final Disk disk;
    private final boolean writable;
    private final RunIndex index;
    private final List<Cut> cuts = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private final List<String> damage = new ArrayList<>();
    private long epoch;
    private boolean closed = true;

    Opening(Disk disk, boolean writable, RunIndex index) {
        this.disk = disk;
        this.writable = writable;
        this.index = index;
    }

    /** The segments, open, in order. Empty where there is no journal yet. */
    List<Segment> segments() {
        return segments;
    }

    /** The greatest epoch of any writer before. */
    long epoch() {
        return epoch;
    }

    OpenReport report() {
        long bytes = segments.stream().mapToLong(Segment::end).sum();
        return new OpenReport(segments.size(), bytes, index.runs().size(), closed, cuts, damage);
    }

    /**
     * Reads everything.
     *
     * @throws JournalException of code {@code journal.damaged}, unless the journal is only read
     */
    void read() throws IOException {
        try {
            for (String name : names()) {
                add(name);
            }
            for (int i = 0; i < segments.size(); i++) {
                scan(i);
            }
        } catch (JournalException e) {
            if (writable || !e.code().equals("journal.damaged")) {
                throw e;
            }
            damage.add(String.valueOf(e.getMessage()));
            closed = false;
        }
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : disk.names()) {
            if (Segment.isName(name)) {
                names.add(name);
            } else if (writable && Segment.isUnfinished(name)) {
                disk.delete(name);
            }
        }
        names.sort(null);
        return names;
    }

    /** Opens a segment, unless its frames are in the one before. */
    private void add(String name) throws IOException {
        long before = segments.isEmpty() ? 0 : segments.getLast().head.through();
        long number = Segment.number(name);
        if (number <= before) {
            if (writable) {
                disk.delete(name);
            }
            return;
        }
        if (number != before + 1) {
            throw Segment.damaged(disk, Segment.name(before + 1), 0, "the file is missing");
        }
        Segment segment = Segment.open(disk, name);
        segments.add(segment);
        epoch = Math.max(epoch, segment.head.epoch());
    }

    private void scan(int at) throws IOException {
        Segment segment = segments.get(at);
        boolean last = at == segments.size() - 1;
        boolean[] properly = {false};
        Segment.Read read = segment.scan((offset, kind, flags, body) -> {
            properly[0] = kind == Frame.CLOSED;
            apply(segment, offset, kind, body);
        });
        if (last && read.sealed()) {
            throw Segment.damaged(disk, Segment.name(segment.head.through() + 1), 0, "the file is missing");
        }
        if (read.sealed() && !read.flaw().isEmpty()) {
            throw segment.damaged(read.end(), read.flaw());
        }
        boolean ends = last || (at == segments.size() - 2 && segments.getLast().end() == Segment.HEADER);
        if (!ends && !read.sealed()) {
            throw segment.damaged(read.end(), read.flaw().isEmpty() ? "the seal is missing" : read.flaw());
        }
        if (!read.sealed()) {
            tail(segment, read, last);
        }
        if (last) {
            closed = properly[0] && cuts.isEmpty();
        }
    }

    private void apply(Segment segment, long offset, byte kind, Bytes body) {
        switch (kind) {
            case Frame.APPEND ->
                index.add(
                        Append.run(body),
                        new RunIndex.Place(segment, offset, Frame.HEADER + body.length()),
                        Append.closedAt(body));
            case Frame.DELETE -> index.remove(Deletion.runs(body));
            case Frame.OPENED -> epoch = Math.max(epoch, body.number(0));
            default -> {}
        }
    }

    private void tail(Segment segment, Segment.Read read, boolean last) throws IOException {
        long behind = segment.end() - read.end();
        if (behind > 0) {
            if (segment.forcedOnce(read.end())) {
                throw segment.damaged(read.end(), read.flaw());
            }
            cut(segment, read, behind);
        }
        if (!last && writable) {
            seal(segment);
        }
    }

    private void cut(Segment segment, Segment.Read read, long behind) throws IOException {
        Cut cut = new Cut(disk.path(segment.name()), read.end(), behind, read.flaw());
        cuts.add(cut);
        segment.end(read.end());
        if (!writable) {
            return;
        }
        try (DiskFile file = disk.open(segment.name())) {
            file.truncate(read.end());
            file.force();
        }
        LOG.warn(
                "{}: {} bytes at {} cut off, of a write that did not end: {}",
                cut.segment(),
                cut.bytes(),
                cut.offset(),
                cut.flaw());
    }

    private void seal(Segment segment) throws IOException {
        Frame seal = Frame.of(Frame.SEAL);
        seal.place(segment.head.salt(), segment.end(), segment.end());
        try (DiskFile file = disk.open(segment.name())) {
            file.write(segment.end(), seal.bytes(), seal.length());
            file.force();
        }
        segment.end(segment.end() + seal.length());
    }
}
