package dev.tenon.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.journal.Journal;
import dev.tenon.json.Json;
import dev.tenon.workflow.Workflow;
import dev.tenon.workflow.WorkflowRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example as a user runs it: each part in a process of its own, in Java and in YAML. */
@Timeout(120)
class PublishingTest {
    @TempDir
    Path folder;

    private static List<String> run(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Publishing.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines;
        try (BufferedReader said = process.inputReader()) {
            lines = said.lines().toList();
        }
        assertThat(process.waitFor()).as(() -> String.join("\n", lines)).isZero();
        return lines;
    }

    @Test
    void bothAreOneDefinition() {
        assertThat(Publishing.inYaml().definition())
                .isEqualTo(Publishing.inJava().definition());
        assertThat(Publishing.inYaml().definition().json())
                .isEqualTo(Publishing.inJava().definition().json());
    }

    @Test
    void anArticleIsPublishedWhereAPersonSaysYesInAnotherProcess() throws Exception {
        for (String how : List.of("java", "yaml")) {
            String journal = folder.resolve(how).toString();

            assertThat(run("start", journal, how))
                    .containsExactly(
                            "PRINTED {\"cover\":\"a picture of tenons\",\"index\":\"Tenons\"}",
                            "WAITING for Publish tenons? \"Tenons hold joints together.\"");
            assertThat(run("yes", journal, how))
                    .as("nothing that was done is done again")
                    .containsExactly(
                            "PUBLISHED Tenons hold joints together.",
                            "{\"text\":\"Tenons hold joints together.\",\"pages\":2,\"end\":\"published\"}");
        }
    }

    @Test
    void whatBeganInJavaGoesOnInYaml() throws Exception {
        String journal = folder.resolve("journal").toString();
        run("start", journal);
        assertThat(run("yes", journal, "yaml")).hasSize(2).first().isEqualTo("PUBLISHED Tenons hold joints together.");
    }

    @Test
    void aNoIsTheEndOfIt() {
        Journal journal = Journal.inMemory();
        Workflow workflow = Publishing.inYaml();
        Publishing.run("start", workflow, journal);
        assertThat(Publishing.run("no", workflow, journal))
                .contains("workflow.denied")
                .contains("not this week");
        assertThatThrownBy(() -> Publishing.run("yes", workflow, journal)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void aPictureIsAWorkflowOfItsOwn() {
        assertThat(Publishing.picture(Publishing.names())
                        .run(WorkflowRequest.empty().with("of", "a saw"))
                        .output())
                .isEqualTo(Json.of("a picture of a saw"));
    }
}
