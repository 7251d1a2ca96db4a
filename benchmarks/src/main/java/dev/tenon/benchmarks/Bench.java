package dev.tenon.benchmarks;

import java.io.IOException;
import org.openjdk.jmh.Main;

/** The program: JMH with its own options, {@code -l} to list, {@code -h} for help. */
public final class Bench {
    private Bench() {}

    /** Runs the benchmarks that match the first argument. */
    public static void main(String... args) throws IOException {
        Main.main(args);
    }
}
