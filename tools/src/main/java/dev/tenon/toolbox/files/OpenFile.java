package dev.tenon.toolbox.files;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Says which file a channel has open, whatever its name has come to mean. The JDK does not tell ({@code fstat} of a channel gives the size alone), and Linux does not know channels: so the channel is put
 * to a place that no other has, and the file whose descriptor stands there, as {@code /proc/self/fdinfo} says, is the one.
 */
final class OpenFile {
    private static final Path INFO = Path.of("/proc/self/fdinfo");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private static final boolean TOLD = Files.isDirectory(INFO)
            && INFO.getFileSystem().supportedFileAttributeViews().contains("unix");

    /** Looked at first: the lowest free number is given again, so that one file after another has the same. */
    private static volatile String last = "3";

    private OpenFile() {}

    /**
     * Its {@code fileKey} and {@code nlink}; empty where the system does not tell. The channel stands at its beginning then.
     *
     * @throws IOException also where it has no position, as a pipe
     */
    static Optional<Map<String, Object>> attributes(SeekableByteChannel channel) throws IOException {
        if (!TOLD) {
            channel.position(); // A pipe has none.
            return Optional.empty();
        }
        // Within what the smallest of file systems allows.
        long place = ThreadLocalRandom.current().nextLong(1L << 30, 1L << 31);
        channel.position(place);
        Optional<String> number = number("pos:\t" + place + "\n");
        channel.position(0);
        if (number.isEmpty()) {
            return Optional.empty();
        }
        last = number.get();
        return Optional.of(Files.readAttributes(DESCRIPTORS.resolve(number.get()), "unix:fileKey,nlink"));
    }

    private static Optional<String> number(String line) throws IOException {
        String likely = last;
        if (stands(likely, line)) {
            return Optional.of(likely);
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(INFO)) {
            for (Path each : all) {
                String number = each.getFileName().toString();
                if (stands(number, line)) {
                    return Optional.of(number);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean stands(String number, String line) throws IOException {
        try {
            return new String(Files.readAllBytes(INFO.resolve(number)), StandardCharsets.US_ASCII).startsWith(line);
        } catch (NoSuchFileException e) {
            return false; // It was closed.
        }
    }
}
