package dev.tenon.benchmarks;

import dev.tenon.bus.EventBus;
import dev.tenon.bus.Interest;
import dev.tenon.bus.WhenFull;
import dev.tenon.event.Event;
import dev.tenon.event.Listener;
import dev.tenon.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** How many events a second go through the bus? A plain loop over a list of listeners is the measure. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BusThroughput {
    private final Event event = Event.of("tool.call.finished", Instant.EPOCH, Json.object("tool", "search"));
    private final List<Listener> listeners = new ArrayList<>();
    private final EventBus bus = new EventBus();
    private final EventBus unwanted = new EventBus();
    private final EventBus queues = new EventBus();

    /** Subscribers that want the event. */
    @Param({"0", "1", "10"})
    public int subscribers;

    /** Something that a listener does, and no compiler leaves out. */
    private static final class Counter implements Listener {
        private long seen;

        @Override
        public void on(Event told) {
            seen += told.sequence() + 1;
        }

        @Override
        public String toString() {
            return "Counter[" + seen + "]";
        }
    }

    @Setup
    public void subscribe() {
        for (int i = 0; i < subscribers; i++) {
            listeners.add(new Counter());
            bus.subscribe("tool.**", new Counter());
            unwanted.subscribe("model.**", new Counter());
            queues.subscribe(Interest.in("tool.**").queued(1_024, WhenFull.BLOCK), new Counter());
        }
    }

    @TearDown
    public void close() {
        bus.close();
        unwanted.close();
        queues.close();
    }

    @Benchmark
    public Object listOfListeners() {
        for (Listener listener : listeners) {
            listener.on(event);
        }
        return listeners;
    }

    @Benchmark
    public Object onTheCallersThread() {
        bus.on(event);
        return bus;
    }

    /** As many subscribers, who want other events. */
    @Benchmark
    public Object wantedByNobody() {
        unwanted.on(event);
        return unwanted;
    }

    /** The publisher waits where a queue is full, so this is what subscribers take, not what is thrown at them. */
    @Benchmark
    public Object fromQueues() {
        queues.on(event);
        return queues;
    }
}
