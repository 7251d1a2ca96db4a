package dev.tenon.toolbox.guard;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import dev.tenon.run.Effect;
import dev.tenon.run.Interceptor;
import dev.tenon.run.Outcome;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.scope.TimeSource;
import dev.tenon.tool.ToolDecision;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was decided and done in a file that only grows: JSON Lines, each with the number of the one before plus one, and a digest over itself and the digest before. So nothing can be changed,
 * taken out or put in between without {@link #verify} seeing it. Each line is forced to the disk before the act that it tells of. Thread-safe; one process at a time.
 *
 * <p>What a chain alone cannot show is that its end is missing, or that all of it was written anew: keep {@link Verified#digest} elsewhere from time to time. Arguments stand here as a digest, not as
 * they are. A log that cannot be written, or that is no more as it was left, ends the run: what is not on record is not done.
 */
public final class AuditLog implements AutoCloseable {
    private static final String FIRST = "0".repeat(64);

    /** Bytes of a line. */
    private static final int LONGEST = 16 << 20;

    private final Path path;
    private final TimeSource time;
    private final FileOutputStream file;
    private final FileLock held;
    private final @Nullable Object key;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private long number;
    private String digest;
    private long bytes;
    private boolean broken;

    private AuditLog(
            Path path, TimeSource time, FileOutputStream file, FileLock held, BasicFileAttributes seen, Verified end) {
        this.path = path;
        this.time = time;
        this.file = file;
        this.held = held;
        this.key = seen.fileKey();
        this.bytes = seen.size();
        this.number = end.lines();
        this.digest = end.digest();
    }

    /**
     * What a whole log is found to be.
     *
     * @param lines how many there are
     * @param digest of the last; 64 zeros of an empty log
     */
    public record Verified(long lines, String digest) {

        public Verified {
            Objects.requireNonNull(digest, "digest");
        }
    }

    /** Up to the end of the last line that has one: what follows was cut off while it was written, so its act was not begun. */
    private static long wholeBytes(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            for (long at = file.length() - 1; at >= 0; at--) {
                file.seek(at);
                if (file.read() == '\n') {
                    return at + 1;
                }
            }
            return 0;
        }
    }

    /**
     * A log in this file, which is verified first. A last line without an end is what a crash leaves; it is taken off, and a line of act {@code recovered} says so.
     */
    public static AuditLog open(Path path) {
        Objects.requireNonNull(path, "path");
        return open(path, TimeSource.SYSTEM);
    }

    /** As {@link #open(Path)}, by another clock. */
    @SuppressWarnings("resource") // the log holds them, and is closed
    public static AuditLog open(Path path, TimeSource time) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(time, "time");
        try {
            // Not a channel of its own: an interrupt, which ends one call, would close it for all.
            FileOutputStream file = new FileOutputStream(path.toFile(), true);
            try {
                FileLock held = locked(file.getChannel(), path);
                long whole = wholeBytes(path);
                long torn = Files.size(path) - whole;
                if (torn > 0) {
                    file.getChannel().truncate(whole);
                }
                AuditLog log = new AuditLog(path, time, file, held, seen(path), verify(path));
                if (torn > 0) {
                    log.append("", "recovered", "", "", Json.NULL, "", torn + " bytes of a line that was cut off");
                }
                return log;
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log " + path + " cannot be opened", e);
        }
    }

    /** By the path, and not by the open file: whoever reads the log will read what has this name. */
    private static BasicFileAttributes seen(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class);
    }

    /** Whether what has the log's name is still this log, as it was left after the line before. */
    private boolean isMine() throws IOException {
        BasicFileAttributes now = seen(path);
        return now.size() == bytes && Objects.equals(now.fileKey(), key);
    }

    private static FileLock locked(FileChannel channel, Path path) throws IOException {
        FileLock held;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            held = null;
        }
        if (held == null) {
            throw new TenonException(
                    "audit.busy", "the audit log " + path + " is written by another; give each its own file");
        }
        return held;
    }

    /**
     * Records the decision about each tool call of a run, that it begins, and how it ended. Add it as the agent's last interceptor, so that it stands next to the call.
     *
     * @param who on whose behalf the runs are made
     */
    public Interceptor interceptor(String who) {
        Objects.requireNonNull(who, "who");
        return (effect, call, chain) -> switch (effect) {
            case Effect.Interpret interpret -> {
                Outcome outcome = chain.proceed(effect);
                if (outcome instanceof Outcome.Interpreted interpreted) {
                    for (Outcome.PlannedCall planned : interpreted.calls()) {
                        decided(who, call, planned);
                    }
                }
                yield outcome;
            }
            case Effect.CallTool tool -> called(who, tool, call, chain);
            default -> chain.proceed(effect);
        };
    }

    private void decided(String who, EffectCall call, Outcome.PlannedCall planned) {
        String why = switch (planned.decision()) {
            case ToolDecision.Run run -> "";
            case ToolDecision.Ask ask -> ask.reason();
            case ToolDecision.Deny deny -> deny.message();
            case ToolDecision.Rewrite rewrite -> "";
            case ToolDecision.Defer defer -> defer.reason();
        };
        String word = switch (planned.decision()) {
            case ToolDecision.Run run -> "run";
            case ToolDecision.Ask ask -> "ask";
            case ToolDecision.Deny deny -> "deny";
            case ToolDecision.Rewrite rewrite -> "rewrite";
            case ToolDecision.Defer defer -> "defer";
        };
        append(who, "decided", call.id() + "/" + planned.callId(), planned.tool(), planned.arguments(), word, why);
    }

    private Outcome called(String who, Effect.CallTool tool, EffectCall call, Interceptor.Chain chain) {
        String decision = tool.approved() ? "approved" : "run";
        append(who, "began", call.id(), tool.tool(), tool.arguments(), decision, "");
        Outcome outcome;
        try {
            outcome = chain.proceed(tool);
        } catch (RuntimeException e) {
            append(
                    who,
                    "ended",
                    call.id(),
                    tool.tool(),
                    tool.arguments(),
                    decision,
                    "threw " + e.getClass().getSimpleName());
            throw e;
        }
        String how = switch (outcome) {
            case Outcome.Returned returned -> returned.error() ? "failed" : "done";
            case Outcome.Failed failed -> "ended the run";
            case Outcome.Stopped stopped -> "stopped";
            default -> outcome.getClass().getSimpleName();
        };
        append(who, "ended", call.id(), tool.tool(), tool.arguments(), decision, how);
        return outcome;
    }

    /** Records an act of a program's own. On the disk when this returns. */
    public void append(
            String who, String act, String where, String what, Json arguments, String decision, String outcome) {
        Objects.requireNonNull(who, "who");
        Objects.requireNonNull(act, "act");
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(decision, "decision");
        Objects.requireNonNull(outcome, "outcome");
        lock.lock();
        try {
            Json.Obj line = Json.object()
                    .put("number", number + 1)
                    .put("time", time.now().toString())
                    .put("who", who)
                    .put("act", act)
                    .put("where", where)
                    .put("what", what)
                    .put("arguments", arguments.digest())
                    .put("decision", decision)
                    .put("outcome", outcome)
                    .put("before", digest)
                    .build();
            String own = line.digest();
            if (broken) {
                throw new IOException("a line before could not be written");
            }
            broken = true; // until it is on the disk: what would follow half a line could not be read
            if (!isMine()) {
                throw new IOException("it was exchanged, cut or written to by another");
            }
            byte[] written = (line.with("digest", own) + "\n").getBytes(StandardCharsets.UTF_8);
            file.write(written);
            file.getFD().sync();
            broken = false;
            bytes += written.length;
            number++;
            digest = own;
        } catch (IOException e) {
            throw new TenonException(
                    "audit.failed", "the audit log " + path + " cannot be written, so nothing more is done", e);
        } finally {
            lock.unlock();
        }
    }

    /** The digest of the newest line: kept elsewhere, it shows later that the end is not missing. */
    public Verified end() {
        lock.lock();
        try {
            return new Verified(number, digest);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads a whole log.
     *
     * @throws TenonException of code {@code audit.broken} naming the first line that does not follow from the one before
     */
    public static Verified verify(Path path) {
        Objects.requireNonNull(path, "path");
        String before = FIRST;
        long lines = 0;
        try {
            if (wholeBytes(path) < Files.size(path)) {
                long number = wholeLines(path) + 1;
                throw broken(path, number, "it was cut off; opening the log takes it off and says so");
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            for (Optional<String> line = line(in); line.isPresent(); line = line(in)) {
                lines++;
                before = followed(path, lines, line.get(), before);
            }
        } catch (CharacterCodingException e) {
            throw broken(path, lines + 1, "it is no text");
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        return new Verified(lines, before);
    }

    /** A line ends with a line feed and with nothing else; one without measure is read as far as no record goes. */
    private static Optional<String> line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int b = in.read();
        if (b < 0) {
            return Optional.empty();
        }
        for (; b >= 0 && b != '\n' && line.size() <= LONGEST; b = in.read()) {
            line.write(b);
        }
        return Optional.of(StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(line.toByteArray()))
                .toString());
    }

    private static long wholeLines(Path path) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            long lines = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                lines += b == '\n' ? 1 : 0;
            }
            return lines;
        }
    }

    private static TenonException unreadable(Path path, IOException e) {
        return new TenonException(
                "audit.unreadable",
                "the audit log " + path + " cannot be read: " + e.getClass().getSimpleName(),
                e);
    }

    private static String followed(Path path, long number, String line, String before) {
        Json.Obj read;
        try {
            read = Json.parse(line).asObj();
        } catch (JsonException e) {
            throw broken(path, number, "it is no record");
        }
        if (!read.toString().equals(line)) {
            throw broken(path, number, "it is not written as this log writes");
        }
        Optional<Json> own = read.get("number");
        if (own.isEmpty() || !own.get().equals(Json.of(number))) {
            throw broken(
                    path, number, "its number is " + own.map(Json::toString).orElse("missing"));
        }
        if (!read.string("before").orElse("").equals(before)) {
            throw broken(path, number, "it does not follow from the line before");
        }
        String digest = read.string("digest").orElse("");
        if (!read.without("digest").digest().equals(digest)) {
            throw broken(path, number, "it was altered");
        }
        return digest;
    }

    private static TenonException broken(Path path, long number, String why) {
        return new TenonException(
                "audit.broken", "the audit log " + path + " is broken at line " + number + ": " + why);
    }

    @Override
    public void close() {
        try {
            held.release();
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log " + path + " cannot be closed", e);
        }
    }

    /** {@code java … dev.tenon.toolbox.guard.AuditLog FILE [DIGEST]}: verifies a log, and that it ends with or goes on from that digest. Exit status 1 where it is broken. */
    public static void main(String[] arguments) {
        Objects.requireNonNull(arguments, "arguments");
        int status = command(arguments, System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int command(String[] arguments, PrintStream out, PrintStream err) {
        if (arguments.length < 1 || arguments.length > 2) {
            err.println("usage: AuditLog FILE [DIGEST]");
            return 2;
        }
        Path path = Path.of(arguments[0]);
        try {
            Verified verified = verify(path);
            if (arguments.length == 2 && !holds(path, arguments[1])) {
                err.println("the audit log " + path + " does not hold the digest " + arguments[1]
                        + ": its end is missing, or it was written anew");
                return 1;
            }
            out.println(verified.lines() + " lines, the last " + verified.digest());
            return 0;
        } catch (TenonException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private static boolean holds(Path path, String digest) {
        if (digest.equals(FIRST)) {
            return true;
        }
        try (BufferedReader reader = Files.newBufferedReader(path)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (Json.parse(line).asObj().string("digest").orElse("").equals(digest)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("the audit log " + path + " cannot be read", e);
        }
    }
}
