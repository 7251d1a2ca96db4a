package dev.tenon.recall.passage;

import static dev.tenon.testing.Reply.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.json.Json;
import dev.tenon.memory.Memory;
import dev.tenon.memory.Recall;
import dev.tenon.memory.Recalled;
import dev.tenon.memory.Turn;
import dev.tenon.message.Message;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ProviderException;
import dev.tenon.recall.ConversationMemory;
import dev.tenon.recall.RingBufferMemory;
import dev.tenon.recall.vector.FileVectorStore;
import dev.tenon.recall.vector.InMemoryVectorStore;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.vector.VectorStore;
import dev.tenon.vector.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memories that put into a request what they find. */
class RetrievingMemoryTest {
    private final WordVectors vectors = new WordVectors();

    private Passages guide() {
        Passages passages = Passages.of(new InMemoryVectorStore(), vectors);
        passages.put("guide.md", "# Guide\n\n## Refunds\nMoney comes back within two weeks.\n");
        return passages;
    }

    private static List<String> texts(ScriptedProvider model, int request) {
        return model.requests().get(request).chat().messages().stream()
                .map(Message::text)
                .toList();
    }

    @Test
    void whatWasFoundStandsBeforeWhatTheUserSaysWithItsSource() {
        for (Memory memory : List.of(ConversationMemory.inMemory(), RingBufferMemory.messages(20))) {
            ScriptedProvider model = ScriptedProvider.of(reply("In two weeks."), reply("Yes."));
            Agent agent = Agent.builder(model)
                    .memory(RetrievingMemory.of(memory, guide(), 1))
                    .build();
            agent.run(RunRequest.of("When does money come back?").session("s"));
            agent.run(RunRequest.of("Money, really?").session("s"));

            String passage = "Passages that may help to answer, each under its source:\n\n"
                    + "[guide.md > Guide > Refunds, from character 9]\n"
                    + "## Refunds\n"
                    + "Money comes back within two weeks.\n\n";
            assertThat(texts(model, 0)).containsExactly(passage + "When does money come back?");
            // It was shown for that turn, and is no part of what was said.
            assertThat(texts(model, 1))
                    .containsExactly("When does money come back?", "In two weeks.", passage + "Money, really?");
        }
    }

    @Test
    void theMemoryWithinCountsItAndKeepsItsBudget() {
        ConversationMemory memory = ConversationMemory.inMemory();
        Memory retrieving = RetrievingMemory.of(
                memory,
                (question, most) ->
                        List.of(new Retriever.Found(new Passage("d", List.of(), 0, 4_000, "word ".repeat(800)), 1)));
        for (int i = 0; i < 20; i++) {
            retrieving.append(
                    "s",
                    new Turn("r" + i, List.of(Message.user("u" + i + " text".repeat(50)), Message.assistant("a" + i))));
        }
        ModelInfo model = new ModelInfo("p", "m", 2_000, 0, Set.of(), List.of());
        Recalled recalled = retrieving.recall(Recall.of("s", "next", List.of(Message.user("now?")), model));
        assertThat(recalled.receipts()).hasSize(1);
        assertThat(recalled.messages()).hasSizeLessThan(40);
        assertThat(recalled.input()).hasSize(1);
        assertThat(recalled.input().getFirst().text()).contains("word word").endsWith("now?");
    }

    @Test
    void aRequestThatWasTooLongIsSentWithoutPassages() {
        Memory memory = RetrievingMemory.of(RingBufferMemory.messages(5), guide());
        Recall first = Recall.of("s", "r", List.of(Message.user("money?")), ModelInfo.UNKNOWN);
        assertThat(memory.recall(first).input()).hasSize(1);
        Recall again = new Recall("s", "r", first.input(), first.around(), first.model(), List.of(), true, "");
        assertThat(memory.recall(again).input()).isEmpty();
    }

    @Test
    void aRetrieverThatFailsFailsTheRun() {
        Memory memory = RetrievingMemory.of(Memory.NONE, (question, most) -> {
            throw new IllegalStateException("the index is closed");
        });
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> memory.recall(Recall.of("s", "r", List.of(Message.user("x")), ModelInfo.UNKNOWN)))
                .withMessage("the index is closed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RetrievingMemory.of(Memory.NONE, guide(), 0))
                .withMessage("most < 1: 0");
    }

    // Semantic memory

    private static RunRequest said(String text, String session, String user) {
        return RunRequest.of(text).session(session).user(user);
    }

    @Test
    void whatAUserSaidInAnotherConversationIsRemembered() {
        ScriptedProvider model =
                ScriptedProvider.of(reply("I see."), reply("Without nuts."), reply("Anything."), reply("A pie."));
        VectorStore store = new InMemoryVectorStore();
        SemanticMemory memory = SemanticMemory.of(ConversationMemory.inMemory(), store, vectors, 0.2, 3);
        Agent agent = Agent.builder(model).memory(memory).build();
        agent.run(said("I am allergic to nuts in a cake", "monday", "ann"));
        agent.run(said("Which cake for me, allergic as I am?", "friday", "ann"));
        agent.run(said("Which cake for me, allergic as I am?", "sunday", "bob"));
        agent.run(said("Zebras?", "tuesday", "ann"));

        assertThat(texts(model, 1))
                .containsExactly("From earlier conversations with this user:\n\n[session monday]\n"
                        + "User: I am allergic to nuts in a cake\nAssistant: I see.\n\n"
                        + "Which cake for me, allergic as I am?");
        assertThat(texts(model, 2)).containsExactly("Which cake for me, allergic as I am?");
        assertThat(texts(model, 3).getLast()).isEqualTo("Zebras?");
        assertThat(memory.forgetUser("ann")).isEqualTo(3);
        assertThat(store.size()).isEqualTo(1);
        assertThat(memory.forgetSession("sunday")).isEqualTo(1);
    }

    /** Whatever sessions and runs are called, no turn takes the place of another. */
    @Test
    void sessionsWithSlashesInTheirNamesAreKeptApart() {
        VectorStore store = new InMemoryVectorStore();
        SemanticMemory memory = SemanticMemory.of(Memory.NONE, store, vectors);
        memory.append("a", new Turn("b/c", List.of(Message.user("tea")), "ann"));
        memory.append("a/b", new Turn("c", List.of(Message.user("milk")), "bob"));
        assertThat(store.size()).isEqualTo(2);
        assertThat(memory.forgetUser("bob")).isEqualTo(1);
        assertThat(memory.forgetUser("ann")).isEqualTo(1);
    }

    @Test
    void nothingOfAForgottenUserIsLeftInTheFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.vectors");
        try (FileVectorStore store = FileVectorStore.open(file)) {
            SemanticMemory memory = SemanticMemory.of(Memory.NONE, store, vectors);
            for (int i = 0; i < 20; i++) {
                memory.append("s" + i, new Turn("r" + i, List.of(Message.user("plain words " + i)), "bob"));
            }
            memory.append("a", new Turn("r", List.of(Message.user("mandragora")), "ann"));
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("mandragora");

            assertThat(memory.forgetUser("ann")).isEqualTo(1);

            try (Stream<Path> files = Files.list(folder)) {
                for (Path left : files.toList()) {
                    assertThat(Files.readString(left, StandardCharsets.ISO_8859_1))
                            .as(left.toString())
                            .doesNotContain("mandragora", "ann");
                }
            }
            assertThat(store.size()).isEqualTo(20);
        }
    }

    @Test
    void aRunWithoutAUserAddsNothingAndIsShownNothing() {
        VectorStore store = new InMemoryVectorStore();
        ScriptedProvider model = ScriptedProvider.of(reply("a"), reply("b"));
        Agent agent = Agent.builder(model)
                .memory(SemanticMemory.of(ConversationMemory.inMemory(), store, vectors, -1, 3))
                .build();
        agent.run(RunRequest.of("I like tea").session("one"));
        agent.run(RunRequest.of("What do I like?").session("two"));
        assertThat(store.size()).isZero();
        assertThat(texts(model, 1)).containsExactly("What do I like?");
    }

    @Test
    void aTurnThatIsHandedOverAgainIsRememberedOnce() {
        VectorStore store = new InMemoryVectorStore();
        SemanticMemory memory = SemanticMemory.of(Memory.NONE, store, vectors);
        Turn turn = new Turn("r", List.of(Message.user("tea"), Message.assistant("noted")), "ann");
        memory.append("s", turn);
        memory.append("s", turn);
        memory.append("s", new Turn("r2", List.of(Message.assistant("nobody asked")), "ann"));
        List<Json> kept = new ArrayList<>();
        store.forEach(Where.ANY, entry -> kept.add(entry.metadata()));
        assertThat(kept)
                .containsExactly(
                        Json.object().put("user", "ann").put("session", "s").build());
    }

    @Test
    void aRunGoesOnWhereEmbeddingsFail() {
        ConversationMemory within = ConversationMemory.inMemory();
        SemanticMemory memory = SemanticMemory.of(within, new InMemoryVectorStore(), (request, call) -> {
            throw ProviderException.of(ProviderException.Kind.NETWORK, "down").build();
        });
        ScriptedProvider model = ScriptedProvider.of(reply("a"), reply("b"));
        Agent agent = Agent.builder(model).memory(memory).build();
        agent.run(said("one", "s", "ann"));
        agent.run(said("two", "s", "ann"));
        assertThat(texts(model, 1)).containsExactly("one", "a", "two");
    }
}
