package dev.tenon.examples.tools;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;

import dev.tenon.agent.Agent;
import dev.tenon.json.Json;
import dev.tenon.provider.Provider;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.toolbox.foreign.LineTools;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A tool in another language: {@code java … dev.tenon.examples.tools.OtherLanguages python3 words.py}, or {@code node colours.mjs}. The process is started once, kept, and ended with the agent. The model is a
 * scripted one; put a real one in its place.
 */
public final class OtherLanguages {
    private OtherLanguages() {}

    public static void main(String[] command) throws IOException {
        LineTools tools =
                LineTools.of(command).folder(Path.of("").toAbsolutePath()).start();
        try (Agent agent = Agent.builder(model()).tools(tools.tools()).build()) {
            System.out.println(agent.run("Which words, which colours?").text());
        }
    }

    private static Provider model() {
        return ScriptedProvider.of().always(asked -> {
            if (!asked.toolResults().isEmpty()) {
                return reply(asked.toolResults().getFirst().text());
            }
            return asked.chat().tools().getFirst().name().equals("count_words")
                    ? toolCall(
                            "count_words",
                            Json.object("text", "the cat and the dog").with("most", Json.of(2)))
                    : toolCall("mix_colours", Json.object("one", "#ff0000").with("other", Json.of("#0000ff")));
        });
    }
}
