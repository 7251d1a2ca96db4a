package dev.tenon.examples.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskTest {
    private static final String GUIDE = """
        # Guide

        ## Orders
        An order is placed with a click on the basket.

        ## Refunds
        Customers are paid back within two weeks.
        """;

    @TempDir
    Path folder;

    @Test
    void theProgramAnswersAndEmbedsOnlyWhatChanged() throws IOException {
        Files.writeString(folder.resolve("guide.md"), GUIDE);
        Files.writeString(folder.resolve("other.md"), "# Other\n\nNothing of interest.\n");
        assertThat(Ask.answers(folder, List.of("When do customers get their money?")))
                .startsWith("2 documents, 4 passages, 4 of them embedded now\n")
                .contains("> When do customers get their money?\n[guide.md > Guide > Refunds, from character "
                        + GUIDE.indexOf("## Refunds") + "]\n## Refunds\nCustomers are paid back");
        Files.delete(folder.resolve("other.md"));
        Files.writeString(folder.resolve("guide.md"), GUIDE.replace("two weeks", "ten days"));
        assertThat(Ask.answers(folder, List.of("When are customers paid back?")))
                .startsWith("1 documents, 3 passages, 1 of them embedded now\n")
                .contains("ten days");
    }
}
