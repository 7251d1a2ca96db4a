package dev.tenon.recall.store;

import dev.tenon.error.Recovery;
import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.SessionInfo;
import dev.tenon.memory.StoredSession;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions in a database: PostgreSQL, H2 and SQLite are tried, with one set of standard statements. Thread-safe as far as the data source is, and safe for any number of processes.
 *
 * <p>Each call takes one connection and gives it back; give a data source that pools them. SQLite needs {@code busy_timeout}, so that writers wait for one another. The tables {@code tenon_session},
 * {@code tenon_entry} and {@code tenon_memory_schema} are made where they are not there, and brought up to this version's form where they are older.
 */
public final class JdbcMemoryStore implements MemoryStore {
    /** So many rows are asked for by their keys at once. */
    private static final int KEYS_AT_ONCE = 100;

    /** A read that met a deletion is made again. */
    private static final int MOST_READS = 5;

    /** A transaction that gave way to others is tried so often; between, 5 to 320 ms. */
    private static final int MOST_TIMES = 6;

    private final DataSource source;

    private JdbcMemoryStore(DataSource source) {
        this.source = source;
    }

    /**
     * The store in a database.
     *
     * @throws MemoryException where it cannot be reached, or was made by a newer version
     */
    public static JdbcMemoryStore of(DataSource source) {
        new JdbcSchema(Objects.requireNonNull(source, "source"), JdbcSchema.STEPS).bringUp();
        return on(source);
    }

    /** On tables that are there. */
    static JdbcMemoryStore on(DataSource source) {
        return new JdbcMemoryStore(source);
    }

    /** What is done with a connection, in one transaction. */
    interface Work<T extends @Nullable Object> {
        T with(Connection connection) throws SQLException;
    }

    /** As {@link #once}; what a database gave up because others were at it, and asks to do again, is done again. */
    static <T extends @Nullable Object> T transaction(DataSource source, String what, Work<T> work) {
        for (int times = 1; ; times++) {
            try {
                return once(source, work);
            } catch (SQLException e) {
                if (times == MOST_TIMES || !givesWay(e) || !paused(times)) {
                    throw MemoryException.failed(what, e);
                }
            }
        }
    }

    /**
     * Whether a transaction was given up in favour of another one, and nothing of it is done: serialisation failures and deadlocks by their class 40 of SQLSTATE, and
     * SQLite's BUSY (5) and LOCKED (6), which it also says, without waiting, while the last connection of another process or thread tidies up (sqlite.org/wal.html,
     * "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
     */
    private static boolean givesWay(SQLException e) {
        String state = e.getSQLState();
        return state == null ? e.getErrorCode() == 5 || e.getErrorCode() == 6 : state.startsWith("40");
    }

    /** Lets the others go first, the longer the more often it was their turn; false where somebody wants this thread to stop. */
    private static boolean paused(int times) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(5, 10) << times);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static <T extends @Nullable Object> T once(DataSource source, Work<T> work) throws SQLException {
        try (Connection connection = source.getConnection()) {
            boolean before = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                T result = work.with(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            } finally {
                connection.setAutoCommit(before);
            }
        }
    }

    private static void rollback(Connection connection, Exception why) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    // Reading

    @Override
    public StoredSession read(String session, long after) {
        String key = Appends.hash(Objects.requireNonNull(session, "session"));
        for (int reads = 1; ; reads++) {
            @Nullable
            StoredSession stored = JdbcMemoryStore.<@Nullable StoredSession>transaction(
                    source, "to read a session", connection -> read(connection, session, key, after));
            if (stored != null) {
                return stored;
            }
            if (reads == MOST_READS) {
                throw MemoryException.damaged("table tenon_entry", "entries of a session are missing");
            }
        }
    }

    /** The session; null where its head and its entries are of two moments. */
    private static @Nullable StoredSession read(Connection connection, String session, String key, long after)
            throws SQLException {
        @Nullable SessionInfo info = info(connection, session, key);
        if (info == null) {
            return new StoredSession(SessionInfo.none(session), List.of());
        }
        long from = Math.max(0, after);
        List<SessionEntry> entries = new ArrayList<>();
        if (from < info.version()) {
            try (PreparedStatement select = connection.prepareStatement(
                    "select body from tenon_entry where session_key = ? and seq > ? and seq <= ? order by seq")) {
                select.setString(1, key);
                select.setLong(2, from);
                select.setLong(3, info.version());
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        entries.add(Json.parse(rows.getString(1)).as(SessionEntry.class));
                    }
                }
            }
            if (entries.size() != info.version() - from) {
                return null;
            }
        }
        return new StoredSession(info, entries);
    }

    private static @Nullable SessionInfo info(Connection connection, String session, String key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select user_name, id, version, created, updated from tenon_session where session_key = ?")) {
            select.setString(1, key);
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? info(session, rows, 1) : null;
            }
        }
    }

    private static SessionInfo info(String session, ResultSet rows, int from) throws SQLException {
        return new SessionInfo(
                session,
                Json.parse(rows.getString(from)).asString(),
                rows.getString(from + 1),
                rows.getLong(from + 2),
                Instant.ofEpochMilli(rows.getLong(from + 3)),
                Instant.ofEpochMilli(rows.getLong(from + 4)));
    }

    @Override
    public List<SessionInfo> sessions() {
        return transaction(source, "to list sessions", connection -> {
            List<SessionInfo> infos = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement(
                            "select session_name, user_name, id, version, created, updated from tenon_session"
                                    + " order by updated desc");
                    ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    infos.add(info(Json.parse(rows.getString(1)).asString(), rows, 2));
                }
            }
            return infos;
        });
    }

    // Writing

    /** Somebody else was faster. */
    private static final class Faster extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Faster(@Nullable Throwable cause) {
            super("somebody else was faster", cause, false, false);
        }
    }

    @Override
    public long append(String session, String user, long expected, List<SessionEntry> entries) {
        Objects.requireNonNull(entries, "entries");
        List<SessionEntry> checked = Appends.checked(session, user, entries);
        String key = Appends.hash(session);
        try {
            return transaction(
                    source,
                    "to append to a session",
                    connection -> append(connection, session, key, user, expected, checked));
        } catch (Faster e) {
            // Read afresh: what was faster may have been this very append, of which the answer was lost.
            return transaction(source, "to append to a session", connection -> {
                @Nullable SessionInfo info = info(connection, session, key);
                long version = info == null ? 0 : info.version();
                List<SessionEntry> fresh = Appends.fresh(
                        session,
                        user,
                        expected,
                        checked,
                        keys(connection, key, checked),
                        version,
                        info == null ? "" : info.user());
                if (fresh.isEmpty()) {
                    return version;
                }
                throw new MemoryException(
                        "memory.store",
                        "the store of sessions failed to append to a session: the database refused the rows",
                        Recovery.BACK_OFF,
                        e.getCause());
            });
        }
    }

    private static long append(
            Connection connection, String session, String key, String user, long expected, List<SessionEntry> entries)
            throws SQLException {
        // The first statement writes, so that whoever comes second waits here, and sees what the first has done.
        if (entries.isEmpty() || !take(connection, session, key, user, expected, entries)) {
            throw new Faster(null);
        }
        @Nullable SessionInfo info = info(connection, session, key);
        String owner = info == null ? "" : info.user();
        List<SessionEntry> fresh =
                Appends.fresh(session, user, expected, entries, keys(connection, key, entries), expected, owner);
        long version = expected;
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into tenon_entry (session_key, seq, entry_key, body) values (?, ?, ?, ?)")) {
            for (SessionEntry entry : fresh) {
                insert.setString(1, key);
                insert.setLong(2, ++version);
                insert.setString(3, Appends.hash(entry.key()));
                insert.setString(4, Appends.text(Json.of(entry)));
                insert.addBatch();
            }
            if (!fresh.isEmpty()) {
                insert.executeBatch();
            }
        }
        if (!fresh.isEmpty()) {
            String whose = owner.isEmpty() ? user : owner;
            try (PreparedStatement update = connection.prepareStatement(
                    "update tenon_session set version = ?, updated = ?, user_name = ?, user_key = ? where session_key"
                            + " = ?")) {
                update.setLong(1, version);
                update.setLong(2, fresh.getLast().at().toEpochMilli());
                update.setString(3, Appends.text(Json.of(whose)));
                update.setString(4, Appends.hash(whose));
                update.setString(5, key);
                update.executeUpdate();
            }
        }
        return version;
    }

    /** Takes the row of the session for this transaction; false where it is not as expected. */
    private static boolean take(
            Connection connection, String session, String key, String user, long expected, List<SessionEntry> entries)
            throws SQLException {
        if (expected != 0) {
            try (PreparedStatement update = connection.prepareStatement(
                    "update tenon_session set version = version where session_key = ? and version = ?")) {
                update.setString(1, key);
                update.setLong(2, expected);
                return update.executeUpdate() == 1;
            }
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into tenon_session (session_key, session_name, user_key, user_name, id, version, created,"
                        + " updated) values (?, ?, ?, ?, ?, 0, ?, ?)")) {
            insert.setString(1, key);
            insert.setString(2, Appends.text(Json.of(session)));
            insert.setString(3, Appends.hash(user));
            insert.setString(4, Appends.text(Json.of(user)));
            insert.setString(5, Appends.newId());
            insert.setLong(6, entries.getFirst().at().toEpochMilli());
            insert.setLong(7, entries.getLast().at().toEpochMilli());
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (givesWay(e)) {
                throw e;
            }
            // Databases say in different ways that the row is there; whether it is, the caller sees.
            throw new Faster(e);
        }
    }

    /** The keys of those entries that are there. */
    private static Set<String> keys(Connection connection, String key, List<SessionEntry> entries) throws SQLException {
        Set<String> known = new HashSet<>();
        for (int from = 0; from < entries.size(); from += KEYS_AT_ONCE) {
            List<SessionEntry> some = entries.subList(from, Math.min(entries.size(), from + KEYS_AT_ONCE));
            Set<String> found = new HashSet<>();
            try (PreparedStatement select = connection.prepareStatement(
                    "select entry_key from tenon_entry where session_key = ? and entry_key in (?"
                            + ", ?".repeat(some.size() - 1) + ")")) {
                select.setString(1, key);
                for (int i = 0; i < some.size(); i++) {
                    select.setString(i + 2, Appends.hash(some.get(i).key()));
                }
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                }
            }
            for (SessionEntry entry : some) {
                if (found.contains(Appends.hash(entry.key()))) {
                    known.add(entry.key());
                }
            }
        }
        return known;
    }

    // Deleting

    @Override
    public boolean delete(String session) {
        return delete("session_key", Appends.hash(Objects.requireNonNull(session, "session"))) > 0;
    }

    @Override
    public int deleteUser(String user) {
        Objects.requireNonNull(user, "user");
        if (user.isEmpty()) {
            throw new IllegalArgumentException("a user needs a name; sessions of nobody are deleted one by one");
        }
        return delete("user_key", Appends.hash(user));
    }

    private int delete(String column, String value) {
        return transaction(source, "to delete sessions", connection -> {
            // Taken first, so that no append comes between the two.
            execute(connection, "update tenon_session set version = version where " + column + " = ?", value);
            execute(
                    connection,
                    "delete from tenon_entry where session_key in (select session_key from tenon_session where "
                            + column + " = ?)",
                    value);
            return execute(connection, "delete from tenon_session where " + column + " = ?", value);
        });
    }

    private static int execute(Connection connection, String sql, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            return statement.executeUpdate();
        }
    }

    @Override
    public String toString() {
        return "JdbcMemoryStore";
    }
}
