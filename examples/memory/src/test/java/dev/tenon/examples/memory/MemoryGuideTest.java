package dev.tenon.examples.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.checks.Docs;
import dev.tenon.memory.MemoryStore;
import dev.tenon.message.Message;
import dev.tenon.recall.ConversationMemory;
import dev.tenon.recall.Explanation;
import dev.tenon.recall.Pin;
import dev.tenon.recall.RingBufferMemory;
import dev.tenon.recall.Summarise;
import dev.tenon.recall.Tier;
import dev.tenon.recall.store.EncryptedMemoryStore;
import dev.tenon.recall.store.FileMemoryStore;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/memory.md shows. */
class MemoryGuideTest {
    @TempDir
    Path folder;

    private static ScriptedProvider model() {
        return ScriptedProvider.of().always(asked -> Reply.reply("Noted."));
    }

    @Test
    void everyExampleOfThePageIsHere() {
        assertThat(Docs.examplesStandIn("memory.md", MemoryGuideTest.class)).isEqualTo(4);
    }

    @Test
    void theNewestMessages() {
        ScriptedProvider model = model();
        Agent agent = Agent.builder(model)
                .memory(RingBufferMemory.turns(50).pinFirst())
                .build();
        agent.run(RunRequest.of("My name is Ann.").session("a"));
        assertThat(agent.run(RunRequest.of("Who am I?").session("a")).text()).isEqualTo("Noted.");
        assertThat(model.requests().getLast().chat().messages()).hasSize(3);
    }

    @Test
    void wholeConversations() {
        ScriptedProvider model = model();
        try (FileMemoryStore store = FileMemoryStore.at(folder)) {
            ConversationMemory memory = ConversationMemory.builder(store)
                    .tiers(
                            Tier.dropRepeatedReads("read_file"),
                            Tier.clearToolResults(5),
                            Tier.dropThinking(),
                            Summarise.allButLast(4))
                    .pinFirst()
                    .build();
            Agent agent =
                    Agent.builder(model).memory(memory).tools(memory.tools()).build();

            agent.run(RunRequest.of("Where were we?").session("lisbon").user("ann"));
            agent.run(RunRequest.of(Pin.mark(Message.user("I am allergic to nuts.")))
                    .session("lisbon")
                    .user("ann"));

            Explanation explained = memory.explain("lisbon");
            assertThat(explained.groups()).hasSize(4);
            assertThat(explained.groups().get(2).why()).containsExactly("pinned");
        }
    }

    @Test
    void aStoreOfItsOwn() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        int forgotten;
        try (MemoryStore store = EncryptedMemoryStore.of(FileMemoryStore.at(folder), key)) {
            Agent agent = Agent.builder(model())
                    .memory(ConversationMemory.builder(store).build())
                    .build();
            agent.run(RunRequest.of("Hello").session("lisbon").user("ann"));

            store.fork("lisbon", "what if", Long.MAX_VALUE);
            store.deleteBefore(Instant.now().minus(Duration.ofDays(365)));
            forgotten = store.deleteUser("ann");
        }
        assertThat(forgotten).isEqualTo(2);
    }

    @Test
    void theProgramShowsItsReceipts() {
        String told = Sessions.talk(folder, 30);

        assertThat(told)
                .contains("\"how\":\"summarise\"")
                .contains("session trip to lisbon: about ")
                .contains("I looked it up: id ")
                .contains("The door code of the flat is 4711.")
                .contains("(pinned)");
        assertThat(Sessions.talk(folder, 3)).as("the same session goes on").contains("I looked it up");
    }
}
