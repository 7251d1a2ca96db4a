package dev.tenon.recall.store;

import dev.tenon.memory.MemoryException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;

/**
 * The tables, and how older ones are brought up. Immutable.
 *
 * @param steps what makes version 1 of nothing, version 2 of version 1 and so on; steps are added, never changed. Some databases keep a table whose transaction did not come to its end,
 *     so a step is written so that it may run again
 */
record JdbcSchema(DataSource source, List<List<String>> steps) {
    static final List<List<String>> STEPS = List.of(List.of(
            "create table if not exists tenon_session (session_key varchar(64) not null primary key, session_name text"
                + " not null, user_key varchar(64) not null, user_name text not null, id varchar(64) not null, version"
                + " bigint not null, created bigint not null, updated bigint not null)",
            "create index if not exists tenon_session_user on tenon_session (user_key)",
            "create table if not exists tenon_entry (session_key varchar(64) not null, seq bigint not null,"
                    + " entry_key varchar(64) not null, body text not null, primary key (session_key, seq),"
                    + " unique (session_key, entry_key))"));

    /** Two processes that open a new database at once: one of them is second, and finds the tables there. */
    private static final int TRIES = 3;

    void bringUp() {
        for (int tries = 1; ; tries++) {
            try {
                once();
                return;
            } catch (MemoryException e) {
                if (tries == TRIES || !e.code().equals("memory.store")) {
                    throw e;
                }
            }
        }
    }

    private void once() {
        JdbcMemoryStore.transaction(source, "to make its tables", connection -> {
            execute(connection, "create table if not exists tenon_memory_schema (version integer not null)");
            return true;
        });
        JdbcMemoryStore.transaction(source, "to make its tables", connection -> {
            int version = version(connection);
            if (version > steps.size()) {
                throw MemoryException.newer("the database of sessions", version, steps.size());
            }
            for (List<String> step : steps.subList(version, steps.size())) {
                for (String sql : step) {
                    execute(connection, sql);
                }
            }
            if (version < steps.size()) {
                execute(connection, "delete from tenon_memory_schema");
                execute(connection, "insert into tenon_memory_schema (version) values (" + steps.size() + ")");
            }
            return true;
        });
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select max(version) from tenon_memory_schema")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
