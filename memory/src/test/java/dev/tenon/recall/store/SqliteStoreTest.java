package dev.tenon.recall.store;

import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

class SqliteStoreTest extends JdbcStoreContract {
    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway") // set before all
    private static SQLiteDataSource source;

    @BeforeAll
    static void open() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(20_000);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + folder.resolve("sessions.db"));
    }

    @Override
    DataSource source() {
        return source;
    }
}
