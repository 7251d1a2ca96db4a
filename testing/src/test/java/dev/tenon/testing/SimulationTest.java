package dev.tenon.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** These need {@code --add-opens java.base/java.lang=ALL-UNNAMED}, as the build gives it to all tests. */
class SimulationTest {
    /** Three threads, each with two letters for a queue. */
    private static List<String> letters(Simulation simulation) throws Exception {
        return simulation.run(() -> {
            LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
            for (String name : List.of("a", "b", "c")) {
                Thread.ofVirtual().name(name).start(() -> {
                    queue.add(name + 1);
                    simulation.giveWay();
                    queue.add(name + 2);
                });
            }
            List<String> read = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                read.add(queue.take());
            }
            return read;
        });
    }

    @Test
    void theSameSeedGivesTheSameOrderAndOthersGiveOthers() throws Exception {
        Set<List<String>> orders = new HashSet<>();
        for (long seed = 1; seed <= 50; seed++) {
            Simulation first = new Simulation(seed);
            Simulation second = new Simulation(seed);
            List<String> letters = letters(first);

            assertThat(letters(second)).isEqualTo(letters);
            assertThat(second.trace()).isEqualTo(first.trace());
            assertThat(letters).containsExactlyInAnyOrder("a1", "a2", "b1", "b2", "c1", "c2");
            orders.add(letters);
        }
        assertThat(orders).hasSizeGreaterThan(20);
    }

    @Test
    void timePassesWhenAllThreadsWait() throws Exception {
        Simulation simulation = new Simulation(1);
        String when = simulation.run(() -> {
            CountDownLatch both = new CountDownLatch(2);
            for (int hours : List.of(30, 2)) {
                Thread.ofVirtual().start(() -> {
                    pause(simulation, Duration.ofHours(hours));
                    simulation.note("woke after " + hours + " hours");
                    both.countDown();
                });
            }
            both.await();
            return simulation.clock().now().toString();
        });

        assertThat(when).isEqualTo("2000-01-02T06:00:00Z");
        assertThat(simulation.trace().stream().filter(line -> line.startsWith("woke")))
                .containsExactly("woke after 2 hours", "woke after 30 hours");
    }

    @Test
    void onASlowMachineTimePassesWhileThreadsCouldGoOn() {
        int late = 0;
        for (long seed = 1; seed <= 50; seed++) {
            List<String> seen = race(new Simulation(seed).lagging(4));
            late += seen.getFirst().equals("time is up") ? 1 : 0;
            assertThat(race(new Simulation(seed)).getFirst()).isEqualTo("done");
        }
        assertThat(late).isBetween(1, 49);
    }

    private static List<String> race(Simulation simulation) {
        List<String> seen = new ArrayList<>();
        try {
            simulation.run(() -> {
                simulation.clock().after(Duration.ofSeconds(1), () -> seen.add("time is up"));
                for (int i = 0; i < 4; i++) {
                    simulation.giveWay();
                }
                return seen.add("done");
            });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return seen;
    }

    @Test
    void whatWouldHangFailsAndSaysWhere() {
        ReentrantLock one = new ReentrantLock();
        ReentrantLock two = new ReentrantLock();

        assertThatThrownBy(() -> Simulation.forAll(100, simulation -> {
                    Thread other = Thread.ofVirtual().name("other").start(() -> both(simulation, two, one));
                    both(simulation, one, two);
                    other.join();
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("nothing can go on, and these threads have not ended:\n")
                .hasMessageContaining("SimulationTest.both(")
                .hasMessageContaining("; this order comes first with -Dtenon.seed=");
    }

    private static void both(Simulation simulation, ReentrantLock first, ReentrantLock second) {
        try {
            first.lockInterruptibly();
            try {
                simulation.giveWay();
                second.lockInterruptibly();
                second.unlock();
            } finally {
                first.unlock();
            }
        } catch (InterruptedException e) {
            // The simulation is over.
        }
    }

    @Test
    void aThreadThatOutlivesTheCodeIsWaitedForAndNamedWhereItDoesNotEnd() throws Exception {
        Simulation patient = new Simulation(1);
        patient.run(() -> Thread.ofVirtual().start(() -> pause(patient, Duration.ofDays(1))));
        assertThat(patient.clock().now()).isEqualTo(VirtualClock.START.plus(Duration.ofDays(1)));

        Simulation left = new Simulation(1);
        assertThatThrownBy(() ->
                        left.run(() -> Thread.ofVirtual().name("left behind").start(() -> {
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                left.note("interrupted");
                            }
                        })))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(" left behind\n");
        assertThat(left.trace()).contains("interrupted");
    }

    @Test
    void whatTheCodeThrowsIsThrown() {
        assertThatThrownBy(() -> new Simulation(1).run(() -> {
                    throw new java.io.IOException("no room");
                }))
                .isInstanceOf(java.io.IOException.class)
                .hasMessage("no room");
        assertThatThrownBy(() -> {
                    Simulation simulation = new Simulation(1);
                    simulation.run(() -> "once");
                    simulation.run(() -> "twice");
                })
                .hasMessage("a simulation runs once; make a new one of the same seed");
        assertThatThrownBy(() -> new Simulation(1).lagging(1)).hasMessage("onceIn < 2: 1");
    }

    private static void pause(Simulation simulation, Duration duration) {
        try {
            simulation.pause(duration);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
