package dev.tenon.examples.crash;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.journal.file.FileJournal;
import dev.tenon.json.Json;
import dev.tenon.run.Runner;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.tool.Tool;
import dev.tenon.tool.ToolSpec.Trait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Five pages are printed, one after the other. Kill it while it prints ({@code kill -9}) and start it again: it goes on with the page it was at, and asks the model nothing twice. Arguments: a
 * folder, and milliseconds a page.
 */
public final class Crash {
    private static final int PAGES = 5;

    record Page(int number) {}

    private Crash() {}

    public static void main(String... args) {
        Path folder = Path.of(args[0]);
        Path paper = folder.resolve("paper.txt");
        long pause = Long.parseLong(args[1]);
        ScriptedProvider model = ScriptedProvider.of().always(asked -> {
            int printed = asked.toolResults().size();
            System.out.println("the model is asked after " + printed + " pages");
            return printed < PAGES
                    ? toolCall("print", Json.object("number", printed + 1))
                    : reply("All " + printed + " pages are printed.");
        });
        Tool print = Tool.of("print", "Prints a page", Page.class, page -> {
                    Thread.sleep(pause);
                    write(paper, page.number());
                    System.out.println("page " + page.number());
                    return "printed page " + page.number();
                })
                .with(spec -> spec.withTraits(Trait.IDEMPOTENT)); // Printed again where it was in doubt.
        try (FileJournal journal = FileJournal.at(folder.resolve("journal"));
                Agent agent = Agent.builder(model).name("printer").tools(print).build()) {
            System.out.println(Runner.journalled(journal)
                    .run(agent, RunRequest.of("Print the book").id("book"))
                    .text());
        }
    }

    private static void write(Path paper, int page) {
        try {
            Files.writeString(paper, "page " + page + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
