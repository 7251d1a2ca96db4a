package dev.tenon.examples.guarded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GuardedFilesTest {
    @TempDir
    Path base;

    @Test
    void aPersonLetsOneFileBeDeletedAndNotTheOther() throws Exception {
        Path folder = Files.createDirectory(base.resolve("notes"));
        Files.writeString(folder.resolve("old.txt"), "old");
        Files.writeString(folder.resolve("keep.txt"), "mine");
        Files.writeString(base.resolve("secret.txt"), "secret");
        InputStream in = System.in;
        PrintStream out = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream("y\nI need that one\n".getBytes(StandardCharsets.UTF_8)));
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            GuardedFiles.main(new String[] {folder.toString()});
        } finally {
            System.setIn(in);
            System.setOut(out);
        }

        assertThat(said.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "files_delete {\"path\":\"old.txt\"}? (files_delete can destroy or overwrite)",
                        "files_delete {\"path\":\"keep.txt\"}? (files_delete can destroy or overwrite)",
                        "It is tidy.",
                        "13 lines on record");
        assertThat(folder.resolve("old.txt")).doesNotExist();
        assertThat(folder.resolve("keep.txt")).hasContent("mine");
        assertThat(folder.resolve("README.md")).hasContent("# Notes\n");
    }
}
