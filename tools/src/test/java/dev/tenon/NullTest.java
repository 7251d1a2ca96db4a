package dev.tenon;

import dev.tenon.checks.NullRules;
import dev.tenon.toolbox.files.FileTools;
import dev.tenon.toolbox.guard.AuditLog;
import dev.tenon.toolbox.guard.Redactor;
import dev.tenon.toolbox.guard.SecretFile;
import dev.tenon.toolbox.process.ProcessTools;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.io.TempDir;

class NullTest extends NullRules {
    @TempDir
    Path folder;

    @Override
    protected Map<Class<?>, Supplier<?>> samples() {
        return Map.of(
                FileTools.Builder.class,
                () -> FileTools.builder(folder),
                ProcessTools.Builder.class,
                () -> ProcessTools.anyProgram(folder),
                AuditLog.class,
                () -> AuditLog.open(folder.resolve("audit.jsonl")),
                SecretFile.class,
                () -> SecretFile.open(folder.resolve("secrets"), new byte[32]),
                Redactor.class,
                () -> Redactor.of(),
                SSLContext.class,
                NullTest::tls);
    }

    private static SSLContext tls() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
