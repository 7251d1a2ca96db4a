package dev.tenon.benchmarks;

import dev.tenon.benchmarks.calls.Comparison;
import dev.tenon.benchmarks.calls.PerOperation;
import java.io.IOException;
import java.util.Collection;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The program: JMH with its own options, {@code -l} to list, {@code -h} for help. Where answers were read, it says afterwards how many
 * megabytes a second that was, beside npm's jsonrepair on the same texts.
 */
public final class Bench {
    private Bench() {}

    /** Runs the benchmarks that match the first argument. */
    public static void main(String... args)
            throws CommandLineOptionException, RunnerException, IOException, InterruptedException {
        CommandLineOptions options = new CommandLineOptions(args);
        boolean asks = options.shouldHelp()
                || options.shouldList()
                || options.shouldListWithParams()
                || options.shouldListProfilers()
                || options.shouldListResultFormats();
        if (asks) {
            Main.main(args);
            return;
        }
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .parent(options)
                        .addProfiler(PerOperation.class)
                        .build())
                .run();
        new Throughput(System.out).print(results);
        new Comparison(System.out).print(results);
    }
}
