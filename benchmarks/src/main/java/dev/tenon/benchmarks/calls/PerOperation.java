package dev.tenon.benchmarks.calls;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * CPU time of the whole process and bytes allocated by all of its threads, divided by operations: compiler, collector and the threads of libraries are in it, and other
 * work on the machine is not. A profiler of JMH's; {@code bin/bench} turns it on.
 */
public final class PerOperation implements InternalProfiler {
    /** Microseconds of CPU an operation. */
    public static final String CPU = "cpu";

    /** Bytes allocated an operation. */
    public static final String BYTES = "bytes";

    private final OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long cpu;
    private long bytes;

    /** For JMH. */
    public PerOperation() {}

    @Override
    public String getDescription() {
        return "CPU time of the process and bytes allocated, an operation";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        bytes = threads.getTotalThreadAllocatedBytes();
        cpu = process.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double used = process.getProcessCpuTime() - cpu;
        double allocated = threads.getTotalThreadAllocatedBytes() - bytes;
        long operations = result.getMetadata().getAllOps();
        return operations == 0
                ? List.of()
                : List.of(
                        new ScalarResult(CPU, used / 1_000 / operations, "us/op", AggregationPolicy.AVG),
                        new ScalarResult(BYTES, allocated / operations, "B/op", AggregationPolicy.AVG));
    }
}
