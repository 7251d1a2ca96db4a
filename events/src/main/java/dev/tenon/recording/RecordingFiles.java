package dev.tenon.recording;

import dev.tenon.error.TenonException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The files of a recording in its folder: {@code events-00000001.jsonl}, or the same with {@code .gz}, numbered from 1. Immutable. */
record RecordingFiles(Path folder) {
    private static final Pattern NAME = Pattern.compile("events-(\\d{8,9})\\.jsonl(\\.gz)?");

    /** Of a file that is being compressed, until it is whole. */
    static final String PART = ".part";

    Path plain(int number) {
        return folder.resolve("events-%08d.jsonl".formatted(number));
    }

    Path compressed(int number) {
        return folder.resolve("events-%08d.jsonl.gz".formatted(number));
    }

    /** The numbers of all files that are there. */
    NavigableSet<Integer> numbers() throws IOException {
        NavigableSet<Integer> numbers = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    numbers.add(Integer.valueOf(name.group(1)));
                }
            });
        }
        return numbers;
    }

    /**
     * What a file holds, compressed or not; null where it is not there. Of a file that grows, more can be read after its end was reached. Not by a channel: an
     * interrupt would close it.
     */
    @Nullable
    InputStream open(int number) throws IOException {
        // In between it may have been compressed, but never the other way round.
        InputStream found = openPlain(number);
        if (found == null && Files.exists(compressed(number))) {
            InputStream file = new FileInputStream(compressed(number).toFile());
            try {
                found = new GZIPInputStream(file, 1 << 16);
            } finally {
                if (found == null) {
                    file.close();
                }
            }
        }
        return found;
    }

    private @Nullable InputStream openPlain(int number) throws IOException {
        try {
            return new FileInputStream(plain(number).toFile());
        } catch (FileNotFoundException e) {
            if (Files.exists(plain(number))) {
                throw e; // there, but not to be read
            }
            return null;
        }
    }

    TenonException failed(String what, Exception e) {
        return new TenonException("recording.io", "the recording in " + folder + " " + what + ": " + reason(e), e);
    }

    /** What is the matter, and with which file where it is not the folder. */
    private String reason(Exception e) {
        if (!(e instanceof FileSystemException failure)) {
            return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        }
        String why = failure.getReason() == null ? e.getClass().getSimpleName() : failure.getReason();
        String file = failure.getFile();
        return file == null || file.equals(folder.toString()) ? why : file + ": " + why;
    }

    static TenonException closed() {
        return new TenonException(
                "recording.closed",
                "the recording is closed; end its subscription before, so that nothing is lost unseen");
    }
}
