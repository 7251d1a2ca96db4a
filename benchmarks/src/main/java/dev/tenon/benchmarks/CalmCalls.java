package dev.tenon.benchmarks;

import dev.tenon.message.AssistantMessage;
import dev.tenon.provider.Call;
import dev.tenon.provider.ChatRequest;
import dev.tenon.provider.ChatResponse;
import dev.tenon.provider.CircuitBreaker;
import dev.tenon.provider.FinishReason;
import dev.tenon.provider.Provider;
import dev.tenon.provider.RateLimit;
import dev.tenon.provider.Retry;
import dev.tenon.provider.Usage;
import dev.tenon.scope.Cancellation;
import dev.tenon.scope.Registration;
import dev.tenon.scope.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What retry, limit and breaker add to a call that succeeds: the model answers at once, so that what is left is theirs. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CalmCalls {
    private static final ChatResponse ANSWER = ChatResponse.of(
            AssistantMessage.of("Lisbon."), new FinishReason(FinishReason.Kind.STOP, "stop"), Usage.of(12, 3));

    private final ChatRequest request = ChatRequest.of("The capital of Portugal?");
    private final Call call = Call.of(new Cancellation(new Ticking()));
    private final Provider bare = (asked, by) -> ANSWER;
    private final Provider retrying = bare.retrying(Retry.DEFAULT);
    private final Provider breaking = bare.circuitBreaker(CircuitBreaker.standard());

    private final Provider calm = bare.rateLimited(RateLimit.perMinute(2_000, 10_000_000))
            .circuitBreaker(CircuitBreaker.standard())
            .retrying(Retry.DEFAULT);

    /** A clock by which a thousand calls take a minute, so that the window of the limit is as full as in a busy program, and nobody waits. */
    private static final class Ticking implements TimeSource {
        private final AtomicLong nanos = new AtomicLong();

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos.get());
        }

        @Override
        public long nanos() {
            return nanos.addAndGet(60_000_000);
        }

        @Override
        public Registration after(Duration delay, Runnable action) {
            throw new IllegalStateException("nobody waits here");
        }
    }

    /** The model alone. */
    @Benchmark
    public ChatResponse bare(Cpu cpu) {
        return cpu.count(bare.chat(request, call));
    }

    /** With retry. */
    @Benchmark
    public ChatResponse retrying(Cpu cpu) {
        return cpu.count(retrying.chat(request, call));
    }

    /** With a breaker. */
    @Benchmark
    public ChatResponse breaking(Cpu cpu) {
        return cpu.count(breaking.chat(request, call));
    }

    /** With limit, breaker and retry. */
    @Benchmark
    public ChatResponse calm(Cpu cpu) {
        return cpu.count(calm.chat(request, call));
    }
}
