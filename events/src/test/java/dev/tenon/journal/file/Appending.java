package dev.tenon.journal.file;

import dev.tenon.journal.JournalException;
import dev.tenon.journal.RunJournal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that appends to the runs {@code run-0}, {@code run-1} … until it is killed or an append fails, and prints {@code run step} for each append that was
 * acknowledged. After a failure it prints {@code failed code message}, then how many records can be read.
 */
final class Appending {
    private Appending() {}

    /** Folder, fsync, how many runs. */
    public static void main(String[] arguments) throws InterruptedException {
        Path folder = Path.of(arguments[0]);
        Fsync fsync = Fsync.valueOf(arguments[1]);
        try (FileJournal journal =
                FileJournal.builder(folder).fsync(fsync).segmentBytes(1 << 20).open()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                String run = "run-" + i;
                threads.add(Thread.ofVirtual().start(() -> append(journal, run)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            say("readable "
                    + journal.runs().stream()
                            .mapToInt(run -> journal.read(run).size())
                            .sum());
        } catch (JournalException e) {
            say("failed " + e.code() + " " + e.getMessage());
        }
    }

    private static void append(FileJournal journal, String run) {
        try (RunJournal owner = journal.own(run)) {
            for (int step = owner.records().size() / 2; ; step++) {
                owner.append(List.of(Story.started(step), Story.ended(step)));
                say(run + " " + step);
            }
        } catch (JournalException e) {
            say("failed " + e.code() + " " + e.getMessage());
        }
    }

    private static void say(String line) {
        System.out.print(line + "\n");
        System.out.flush();
    }

    /** The program in a process of its own, started by a shell after some words. */
    static Process start(String before, Path folder, Fsync fsync, int runs) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        "bash",
                        "-c",
                        before + " exec \"$@\"",
                        "bash",
                        java,
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Appending.class.getName(),
                        folder.toString(),
                        fsync.name(),
                        Integer.toString(runs))
                .redirectErrorStream(true)
                .start();
    }

    /** What a process prints, line by line, until it ends. A line that was cut short is left out. */
    static Stream<String> lines(Process process) {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder line = new StringBuilder();
        return Stream.generate(() -> next(out, line)).takeWhile(text -> !text.isEmpty());
    }

    private static String next(BufferedReader out, StringBuilder line) {
        line.setLength(0);
        try {
            for (int c = out.read(); c >= 0; c = out.read()) {
                if (c == '\n') {
                    return line.toString();
                }
                line.append((char) c);
            }
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
