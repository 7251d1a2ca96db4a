package dev.tenon.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The CPU time of the measuring thread, which other work on the machine does not lengthen as it does wall time. A benchmark takes one as
 * an argument and counts its calls; JMH then reports both beside its own figures. What the collector does on its threads is not in it.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Cpu {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Nanoseconds of the iteration. */
    public long nanos;

    /** Calls in the iteration. */
    public long calls;

    private long begun;

    @Setup(Level.Iteration)
    public void begin() {
        begun = THREADS.getCurrentThreadCpuTime();
    }

    @TearDown(Level.Iteration)
    public void end() {
        nanos = THREADS.getCurrentThreadCpuTime() - begun;
    }

    /** Counts a call, and hands on what it gave. */
    <T> T count(T result) {
        calls++;
        return result;
    }
}
