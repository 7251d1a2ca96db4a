package dev.tenon.examples.memory;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.message.SystemMessage;
import dev.tenon.provider.ModelInfo;
import dev.tenon.recall.ConversationMemory;
import dev.tenon.recall.Pin;
import dev.tenon.recall.Summarise;
import dev.tenon.recall.Tier;
import dev.tenon.recall.store.FileMemoryStore;
import dev.tenon.run.Watch;
import dev.tenon.testing.ModelRequest;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A session in a folder, of a model with a small window. Each compaction is told when it happens; at the end stands what the model sees and why, and what it found again by searching. A scripted model plays
 * the model, so neither key nor network is needed: put another provider in its place.
 */
public final class Sessions {
    private static final String SESSION = "trip to lisbon";
    private static final String SMALL_TALK =
            "The weather was fine, and we walked along the river for a while. ".repeat(6);

    private Sessions() {}

    /** Prints what happens. The folder is the first argument; without one, a new folder. */
    @SuppressWarnings("SystemOut") // a program for the terminal
    public static void main(String[] args) throws IOException {
        Path folder = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("sessions");
        System.out.println(talk(folder, 30));
    }

    /** Talks for so many turns, asks for something from the beginning, and says what happened. */
    static String talk(Path folder, int turns) {
        StringBuilder told = new StringBuilder();
        try (FileMemoryStore store = FileMemoryStore.at(folder)) {
            ConversationMemory memory = ConversationMemory.builder(store)
                    .tiers(Tier.clearToolResults(3), Summarise.allButLast(2))
                    .build();
            Agent agent = Agent.builder(model())
                    .instructions("You plan trips.")
                    .memory(memory)
                    .tools(memory.tools())
                    .build();
            Watch compactions = Watch.events(event -> {
                if (event.name().equals("memory.compacted")) {
                    told.append(event.payload()).append('\n');
                }
            });
            agent.run(
                    RunRequest.of(Pin.mark(Message.user("I am allergic to nuts.")))
                            .session(SESSION)
                            .user("ann"),
                    compactions);
            agent.run(
                    RunRequest.of("The door code of the flat is 4711.")
                            .session(SESSION)
                            .user("ann"),
                    compactions);
            for (int day = 1; day <= turns; day++) {
                agent.run(
                        RunRequest.of("Day " + day + ". " + SMALL_TALK)
                                .session(SESSION)
                                .user("ann"),
                        compactions);
            }
            String answer = agent.run(
                            RunRequest.of("What was the door code?")
                                    .session(SESSION)
                                    .user("ann"),
                            compactions)
                    .text();
            return told + "\n" + memory.explain(SESSION) + "\n\n" + answer;
        }
    }

    private static ScriptedProvider model() {
        ModelInfo small = new ModelInfo("scripted", "small", 2_000, 300, Set.of(), List.of());
        return ScriptedProvider.of(small)
                .when(
                        asked -> asked.chat().messages().getFirst() instanceof SystemMessage system
                                && system.text().startsWith("You keep the notes"),
                        Reply.json(Json.object()
                                .put("summary", "They travel through Lisbon.")
                                .put("facts", List.of("Ann is allergic to nuts."))
                                .put("openTasks", List.of())
                                .build()))
                .when(
                        asked -> asksForTheCode(asked)
                                && asked.toolResult("search_history").isEmpty(),
                        Reply.toolCall("search_history", Json.object("query", "door code")))
                .when(
                        Sessions::asksForTheCode,
                        asked -> Reply.reply("I looked it up: "
                                + asked.toolResult("search_history").orElseThrow()))
                .always(asked -> Reply.reply("Noted."));
    }

    private static boolean asksForTheCode(ModelRequest asked) {
        return asked.lastUserText().contains("What was the door code?");
    }
}
