package dev.tenon.recall.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.memory.MemoryException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that gives a transaction up in favour of another one is asked again; every other failure is told at once. */
class GivesWayTest {
    private final Deque<SQLException> failures = new ArrayDeque<>();
    private JdbcMemoryStore store;

    @BeforeEach
    void open() {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:gives-way-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
        store = JdbcMemoryStore.of((DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    SQLException failure = failures.poll();
                    if (failure != null) {
                        throw failure;
                    }
                    return h2.getConnection();
                }));
    }

    @Test
    void whatGaveWayIsDoneAgain() {
        failures.addAll(List.of(
                new SQLException("serialization failure", "40001"),
                new SQLException("[SQLITE_BUSY] The database file is locked", null, 5),
                new SQLException("[SQLITE_LOCKED]", null, 6)));

        assertThat(store.read("s", 0).entries()).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void notForEver() {
        for (int i = 0; i < 20; i++) {
            failures.add(new SQLException("deadlock detected", "40P01"));
        }

        assertThatThrownBy(() -> store.read("s", 0)).isInstanceOf(MemoryException.class);
        assertThat(failures).hasSize(14);
    }

    @Test
    void anotherFailureIsToldAtOnce() {
        failures.add(new SQLException("connection refused", "08001"));
        failures.add(new SQLException("never met", "08001"));

        assertThatThrownBy(() -> store.read("s", 0)).isInstanceOf(MemoryException.class);
        assertThat(failures).hasSize(1);
    }

    @Test
    void whoIsInterruptedDoesNotTryAgain() {
        failures.add(new SQLException("serialization failure", "40001"));
        failures.add(new SQLException("never met", "40001"));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> store.read("s", 0)).isInstanceOf(MemoryException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failures).hasSize(1);
    }
}
