package dev.tenon.recall.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.memory.MemoryException;
import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.SessionEntry;
import dev.tenon.testing.contract.MemoryStoreContract;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store in a database does, in each of them. */
abstract class JdbcStoreContract extends MemoryStoreContract {
    private @Nullable MemoryStore store;

    abstract DataSource source();

    @BeforeEach
    void empty() throws SQLException {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : List.of("tenon_entry", "tenon_session", "tenon_memory_schema", "tenon_extra")) {
                statement.executeUpdate("drop table if exists " + table);
            }
        }
    }

    @Override
    protected MemoryStore store() {
        MemoryStore open = store == null ? JdbcMemoryStore.of(source()) : store;
        store = open;
        return open;
    }

    @Override
    protected boolean durable() {
        return true;
    }

    @Override
    protected MemoryStore reopened() {
        store = null;
        return store();
    }

    private static List<String> keys(MemoryStore store) {
        return store.read("s", 0).entries().stream().map(SessionEntry::key).toList();
    }

    /** A connection that breaks at the n-th call that reaches the database; what it did before stands or falls as the database says. */
    private DataSource breakingAt(int[] left) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    Connection connection = source().getConnection();
                    return broken(Connection.class, connection, connection, left);
                });
    }

    private static Object broken(Class<?> type, Object real, Connection connection, int[] left) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            boolean works = method.getName().startsWith("execute")
                    || method.getName().equals("commit")
                    || method.getName().equals("addBatch");
            if (works && left[0]-- == 0) {
                connection.close();
                throw new SQLException("the connection broke");
            }
            try {
                Object result = method.invoke(real, args);
                return method.getName().equals("prepareStatement")
                        ? broken(java.sql.PreparedStatement.class, result, connection, left)
                        : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    @Test
    void aConnectionThatBreaksAtAnyStatementLeavesASessionAsBeforeOrAfter() {
        store().append("s", "ann", 0, List.of(entry("a")));
        int broke = 0;
        for (int at = 0; at < 40; at++) {
            long version = store().info("s").version();
            int[] left = {at};
            JdbcMemoryStore breaking = JdbcMemoryStore.on(breakingAt(left));
            List<SessionEntry> more = List.of(entry("x" + version), entry("y" + version));
            boolean done;
            try {
                breaking.append("s", "", version, more);
                done = true;
            } catch (MemoryException e) {
                done = false;
                broke++;
            }
            List<String> keys = keys(store());
            assertThat(keys.size()).isIn((int) version, (int) version + 2);
            if (done) {
                assertThat(keys).hasSize((int) version + 2);
                break;
            }
        }
        assertThat(broke).isPositive();
    }

    @Test
    void anOlderSchemaIsBroughtUpAndANewerOneRefused() {
        store().append("s", "", 0, List.of(entry("a")));
        List<List<String>> steps = new ArrayList<>(JdbcSchema.STEPS);
        steps.add(List.of("create table tenon_extra (one integer)", "insert into tenon_extra (one) values (1)"));

        new JdbcSchema(source(), steps).bringUp();
        new JdbcSchema(source(), steps).bringUp();

        assertThatThrownBy(this::reopened)
                .isInstanceOf(MemoryException.class)
                .hasMessage("the database of sessions has form 2, and this version knows forms up to 1; open it with a"
                        + " newer version of the library");
        assertThat(keys(JdbcMemoryStore.on(source()))).containsExactly("a");
    }
}
