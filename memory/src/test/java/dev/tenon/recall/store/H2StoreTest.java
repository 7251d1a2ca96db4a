package dev.tenon.recall.store;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class H2StoreTest extends JdbcStoreContract {
    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway") // set before all
    private static JdbcConnectionPool pool;

    @BeforeAll
    static void open() {
        pool = JdbcConnectionPool.create("jdbc:h2:" + folder.resolve("sessions") + ";LOCK_TIMEOUT=20000", "sa", "");
        pool.setMaxConnections(8);
    }

    @AfterAll
    static void close() {
        pool.dispose();
    }

    @Override
    DataSource source() {
        return pool;
    }
}
