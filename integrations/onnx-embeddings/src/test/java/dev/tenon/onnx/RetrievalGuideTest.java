package dev.tenon.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.agent.Agent;
import dev.tenon.agent.RunRequest;
import dev.tenon.checks.Docs;
import dev.tenon.json.Json;
import dev.tenon.message.Message;
import dev.tenon.provider.Call;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.TokenCounter;
import dev.tenon.recall.ConversationMemory;
import dev.tenon.recall.passage.Passage;
import dev.tenon.recall.passage.Passages;
import dev.tenon.recall.passage.Retriever;
import dev.tenon.recall.passage.RetrievingMemory;
import dev.tenon.recall.passage.SemanticMemory;
import dev.tenon.recall.passage.Splitter;
import dev.tenon.recall.vector.FileVectorStore;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorMatch;
import dev.tenon.vector.VectorStore;
import dev.tenon.vector.Where;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/retrieval.md shows. */
class RetrievalGuideTest {
    private static final String GUIDE = """
        # Guide

        ## Orders
        An order is placed with a click on the basket.

        ## Refunds
        Customers are paid back within two weeks.
        """;

    @TempDir
    Path folder;

    private static ScriptedProvider scripted() {
        return ScriptedProvider.of().always(asked -> Reply.reply("Noted."));
    }

    @Test
    void everyExampleOfThePageIsHere() {
        assertThat(Docs.examplesStandIn("retrieval.md", RetrievalGuideTest.class))
                .isEqualTo(5);
    }

    @Test
    void passages() {
        Path path = folder.resolve("guide.passages");
        String text = GUIDE;
        try (MiniLm embeddings = MiniLm.load();
                VectorStore store = FileVectorStore.open(path)) {
            Passages passages = Passages.of(store, embeddings);
            passages.put("guide.md", text);

            List<Retriever.Found> found = passages.retrieve("When do I get my money?", 5);
            assertThat(found.getFirst().passage().source()).isEqualTo("guide.md > Guide > Refunds");
            asAToolAndAView(passages);
        }
    }

    private static void asAToolAndAView(Passages passages) {
        ScriptedProvider model = scripted();
        Agent asks = Agent.builder(model)
                .tools(passages.asTool("search_guide", "Searches the guide for customers."))
                .build();
        Agent isTold = Agent.builder(model)
                .memory(RetrievingMemory.of(ConversationMemory.inMemory(), passages))
                .build();
        asks.run("When?");
        isTold.run("When do I get my money?");
        assertThat(model.requests().getFirst().offers("search_guide")).isTrue();
        assertThat(model.requests().getLast().chat().messages().getLast().text())
                .contains("[guide.md > Guide > Refunds, from character");
    }

    @Test
    void otherConversations() {
        Path path = folder.resolve("ann.vectors");
        ScriptedProvider model = scripted();
        try (MiniLm embeddings = MiniLm.load();
                VectorStore store = FileVectorStore.open(path)) {
            SemanticMemory memory = SemanticMemory.of(ConversationMemory.inMemory(), store, embeddings);
            Agent agent = Agent.builder(model).memory(memory).build();

            agent.run(RunRequest.of("I am allergic to nuts.").session("monday").user("ann"));
            agent.run(RunRequest.of("Is there a cake for me without an allergy to nuts?")
                    .session("friday")
                    .user("ann"));
            int forgotten = memory.forgetUser("ann");
            assertThat(forgotten).isEqualTo(2);
        }
        List<Message> sent = model.requests().getLast().chat().messages();
        assertThat(sent.getFirst().text()).contains("[session monday]\nUser: I am allergic to nuts.");
    }

    @Test
    void splitting() {
        String text = GUIDE;
        Splitter splitter = Splitter.markdown(120, 20, TokenCounter.ESTIMATE);
        List<Passage> split = splitter.split("guide.md", text);
        assertThat(split).hasSize(3);
    }

    @Test
    void vectors() {
        try (MiniLm model = MiniLm.load();
                VectorStore store = FileVectorStore.open(folder.resolve("v"))) {
            Embedding vector = model.embed(EmbeddingRequest.documents(List.of("An answer")), Call.unwatched())
                    .embeddings()
                    .getFirst();
            store.upsert(List.of(new VectorEntry("a1", vector, "An answer", Json.object("year", 2025))));
            List<VectorMatch> near = store.search(model.query("A question"), 10, Where.atLeast("year", 2024));
            assertThat(near).hasSize(1);
        }
    }
}
