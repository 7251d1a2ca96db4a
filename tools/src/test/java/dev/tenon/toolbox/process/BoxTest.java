package dev.tenon.toolbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tenon.json.Json;
import dev.tenon.toolbox.Calls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a box holds. Needs bubblewrap in the search path, or its path in {@code -Dtenon.bwrap}; without, these are skipped. */
@Timeout(120)
class BoxTest {
    @TempDir
    Path base;

    private Path folder;
    private Calls calls;

    @BeforeEach
    void open() throws IOException {
        folder = Files.createDirectories(base.resolve("work"));
        String given = System.getProperty("tenon.bwrap");
        Optional<Path> bwrap = given == null
                ? new Programs(java.util.Map.of(), java.util.Set.of(), Programs.searchPath(folder)).locate("bwrap")
                : Optional.of(Path.of(given));
        assumeTrue(
                bwrap.isPresent() && Bubblewrap.probe(bwrap.get(), folder).isPresent(),
                "bubblewrap is not here, or does not work here");
        calls = new Calls(ProcessTools.allowing(folder, "sh", "bash", "cat", "ls")
                .containment(Containment.REQUIRED)
                .bubblewrap(bwrap.get())
                .build()
                .tools());
    }

    private String sh(String line) throws Exception {
        return calls.output("process_run", "command", Json.array("sh", "-c", line))
                .text();
    }

    @Test
    void itRunsAndSaysNothingOfNotBeingContained() throws Exception {
        assertThat(sh("echo hello; echo new > made; pwd")).isEqualTo("exit 0\nhello\n" + folder.toRealPath() + "\n");
        assertThat(folder.resolve("made")).hasContent("new\n");
    }

    @Test
    void theSystemIsReadOnlyAndOtherFilesAreNotThere() throws Exception {
        Files.writeString(base.resolve("secret"), "SECRET");

        assertThat(sh("touch /usr/x || touch /etc/x || touch /bin/x; echo $?")).contains("Read-only file system");
        assertThat(sh("cat " + base.resolve("secret"))).contains("No such file").doesNotContain("SECRET\n");
        assertThat(sh("cat ../secret; ls " + base)).doesNotContain("secret\n");
        assertThat(sh("ls -A /root /home /run /var 2>&1")).doesNotContain("exit 0");
        assertThat(sh("cat /etc/shadow")).matches("(?s)exit 0\n|exit 1\n.*Permission denied\n");
        assertThat(sh("ln -s /etc/hostname here && ls -l here && ls /proc | grep -c '^[0-9]'"))
                .startsWith("exit 0");
    }

    @Test
    void thereIsNoNetwork() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(sh("bash -c 'exec 3<>/dev/tcp/127.0.0.1/" + server.getLocalPort() + " && echo reached'"))
                    .contains("/dev/tcp")
                    .doesNotContain("reached\n");
            assertThat(sh("cat /proc/net/dev | wc -l")).isEqualTo("exit 0\n3\n");
        }
    }

    @Test
    void noProcessOutlivesIt() throws Exception {
        assertThat(sh("env -i setsid sh -c 'while true; do echo x >> alive; sleep 0.02; done' >/dev/null"
                        + " 2>&1 & while [ ! -s alive ]; do sleep 0.05; done; echo ok"))
                .startsWith("exit 0\nok");
        long before = Files.size(folder.resolve("alive"));
        assertThat(sh("sleep 0.3")).startsWith("exit 0");
        assertThat(Files.size(folder.resolve("alive"))).isLessThanOrEqualTo(before + 4);
    }
}
