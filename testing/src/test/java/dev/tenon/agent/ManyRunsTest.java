package dev.tenon.agent;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One agent, one JVM, very many runs: nothing of a run stays behind. With {@code -Dtenon.runs=100000} as many as that. */
class ManyRunsTest {
    record City(String city) {}

    private static final int RUNS = Integer.getInteger("tenon.runs", 4_000);

    /** Far more than a run could be known by, far less than what {@link #RUNS} runs would leave if each left its messages. */
    private static final long BYTES_A_RUN = 50;

    private static final long NOISE = 2 << 20;

    @Test
    @Timeout(600)
    void theHeapIsFlat() throws Exception {
        ScriptedProvider model = ScriptedProvider.of()
                .always(asked ->
                        asked.toolResults().isEmpty() ? toolCall("weather", "{\"city\":\"Oslo\"}") : reply("Sunny."));
        Agent agent = Agent.builder(model.keeping(0))
                .tools(Tool.of("weather", "The weather now", City.class, city -> "sunny in " + city.city()))
                .build();
        runs(agent, RUNS / 4);
        long before = used();
        List<Long> seen = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            runs(agent, RUNS / 4);
            seen.add(used() - before);
        }
        assertThat(seen.getLast())
                .as("bytes more on the heap after each quarter of %d runs: %s", RUNS, seen)
                .isLessThan(NOISE + RUNS * BYTES_A_RUN);
        if (RUNS >= 100_000) {
            System.out.println("bytes more on the heap after each quarter of " + RUNS + " runs: " + seen);
        }
    }

    private static void runs(Agent agent, int count) throws InterruptedException {
        Semaphore atOnce = new Semaphore(100);
        AtomicInteger answered = new AtomicInteger();
        List<Thread> threads = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            atOnce.acquire();
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    if (agent.run("The weather in Oslo?").text().equals("Sunny.")) {
                        answered.incrementAndGet();
                    }
                } finally {
                    atOnce.release();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(answered).hasValue(count);
    }

    private static long used() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
