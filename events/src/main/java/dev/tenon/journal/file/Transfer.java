package dev.tenon.journal.file;

import dev.tenon.error.Recovery;
import dev.tenon.journal.Journal;
import dev.tenon.journal.JournalException;
import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.RunJournal;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Journals as JSON Lines: {@code {"run":"order-17","append":0,"record":{…}}}, run by run, the records that were appended together under one number. */
final class Transfer {
    private Transfer() {}

    /** Gives the appends of a run, in order. */
    interface Source {
        List<List<JournalRecord>> appends(String run) throws IOException;
    }

    /** Writes runs to a file, which has its name when it is complete. Returns how many records there were. */
    static long write(List<String> runs, Source source, Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        long records = 0;
        try {
            try (BufferedWriter out = Files.newBufferedWriter(unfinished)) {
                for (String run : runs) {
                    records += write(run, source.appends(run), out);
                }
            }
            FolderDisk.uninterrupted(() -> {
                try (FileChannel written = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
                    written.force(true);
                }
            });
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return records;
    }

    private static long write(String run, List<List<JournalRecord>> appends, BufferedWriter out) throws IOException {
        long records = 0;
        for (int append = 0; append < appends.size(); append++) {
            for (JournalRecord record : appends.get(append)) {
                Json line = Json.object()
                        .put("run", run)
                        .put("append", append)
                        .put("record", RecordJson.of(record))
                        .build();
                out.write(line.toString());
                out.write('\n');
                records++;
            }
        }
        return records;
    }

    /** A line of a file. */
    private record Line(int number, String run, long append, JournalRecord record) {}

    /**
     * Appends what a file holds to a journal. All lines are looked at before the first is written; where writing fails, the runs that this began are deleted.
     *
     * @return how many records
     */
    static long read(Path file, Journal journal) throws IOException {
        Map<String, Long> appends = new LinkedHashMap<>();
        lines(file, line -> {
            @Nullable Long before = appends.get(line.run);
            if (before == null && !journal.read(line.run).isEmpty()) {
                throw refused(
                        file,
                        line.number,
                        "run \"" + line.run
                                + "\" is in this journal; delete it there first, or leave it out of the file");
            }
            if (before != null && line.append < before) {
                throw refused(
                        file,
                        line.number,
                        "append " + line.append + " of run \"" + line.run + "\" comes after append " + before);
            }
            appends.put(line.run, line.append);
        });
        List<String> begun = new ArrayList<>();
        try {
            return append(file, journal, begun);
        } catch (IOException | RuntimeException e) {
            for (String run : begun) {
                undo(journal, run, e);
            }
            throw e;
        }
    }

    private static void undo(Journal journal, String run, Exception why) {
        try {
            journal.delete(run);
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private static long append(Path file, Journal journal, List<String> begun) throws IOException {
        try (Target target = new Target(journal, begun)) {
            lines(file, target::add);
            target.flush();
            return target.records;
        }
    }

    /** Collects the records of one append. */
    private static final class Target implements AutoCloseable {
        private final Journal journal;
        private final List<String> begun;
        private final Map<String, RunJournal> owned = new LinkedHashMap<>();
        private final List<JournalRecord> batch = new ArrayList<>();
        private String run = "";
        private long append;
        private long records;

        Target(Journal journal, List<String> begun) {
            this.journal = journal;
            this.begun = begun;
        }

        void add(Line line) {
            if (!line.run.equals(run) || line.append != append) {
                flush();
                run = line.run;
                append = line.append;
            }
            batch.add(line.record);
            records++;
        }

        void flush() {
            if (!batch.isEmpty()) {
                owner(run).append(batch);
                batch.clear();
            }
        }

        private RunJournal owner(String id) {
            RunJournal owner = owned.get(id);
            if (owner == null) {
                owner = journal.own(id);
                owned.put(id, owner);
                if (!owner.records().isEmpty()) {
                    throw new JournalException(
                            "journal.import",
                            "run \"" + id + "\" was begun by somebody else meanwhile; nothing was imported",
                            Recovery.NONE,
                            null);
                }
                begun.add(id);
            }
            return owner;
        }

        @Override
        public void close() {
            owned.values().forEach(RunJournal::close);
        }
    }

    private interface Reader {
        void line(Line line);
    }

    private static void lines(Path file, Reader reader) throws IOException {
        int number = 0;
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                number++;
                if (!text.isBlank()) {
                    reader.line(line(file, number, text));
                }
            }
        } catch (CharacterCodingException e) {
            throw refused(file, number + 1, "not UTF-8");
        }
    }

    private static Line line(Path file, int number, String text) {
        try {
            Json.Obj line = Json.parse(text).asObj();
            String run = member(line, "run").asString();
            FileJournal.checkId(run);
            long append = member(line, "append").asLong();
            if (append < 0) {
                throw new IllegalArgumentException("member \"append\": 0 or more is wanted, got " + append);
            }
            return new Line(number, run, append, RecordJson.read(member(line, "record")));
        } catch (JsonException | IllegalArgumentException e) {
            throw refused(file, number, String.valueOf(e.getMessage()));
        }
    }

    private static Json member(Json.Obj line, String name) {
        return line.get(name).orElseThrow(() -> new IllegalArgumentException("member \"" + name + "\" is missing"));
    }

    private static JournalException refused(Path file, int line, String why) {
        return new JournalException(
                "journal.import", file + ", line " + line + ": " + why + "; nothing was imported", Recovery.NONE, null);
    }
}
