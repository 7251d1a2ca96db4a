package dev.tenon.recall.passage;

import static dev.tenon.testing.Reply.reply;
import static dev.tenon.testing.Reply.toolCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.tenon.agent.Agent;
import dev.tenon.message.ToolMessage;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.recall.vector.FileVectorStore;
import dev.tenon.recall.vector.InMemoryVectorStore;
import dev.tenon.testing.ScriptedProvider;
import dev.tenon.vector.VectorStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassagesTest {
    private static final String GUIDE = """
        # Guide

        ## Orders
        An order is placed with a click.

        ## Refunds
        Money comes back within two weeks.
        """;

    private final WordVectors vectors = new WordVectors();

    @TempDir
    Path folder;

    private static List<String> sources(List<Retriever.Found> found) {
        return found.stream().map(one -> one.passage().source()).toList();
    }

    @Test
    void findsByMeaningByWordsAndByBoth() {
        Passages passages = Passages.of(new InMemoryVectorStore(), vectors);
        passages.put("guide.md", GUIDE);
        passages.put("other.md", "Nothing about any of it.");
        for (Retriever retriever : List.of(passages, passages.byMeaning(), passages.byWords())) {
            assertThat(sources(retriever.retrieve("When does the money come back?", 1)))
                    .containsExactly("guide.md > Guide > Refunds");
        }
        assertThat(passages.documents()).containsExactly("guide.md", "other.md");
    }

    @Test
    void bothAreJoinedByTheirRanks() {
        Passage a = new Passage("d", List.of(), 0, 1, "a");
        Passage b = new Passage("d", List.of(), 1, 2, "b");
        Passage c = new Passage("d", List.of(), 2, 3, "c");
        Retriever first = (question, most) -> List.of(new Retriever.Found(a, 900), new Retriever.Found(b, 800));
        Retriever second = (question, most) -> List.of(new Retriever.Found(b, 0.2), new Retriever.Found(c, 0.1));
        List<Retriever.Found> found = Retriever.fused(first, second).retrieve("?", 2);
        assertThat(found.stream().map(Retriever.Found::passage)).containsExactly(b, a);
        assertThat(found.getFirst().score()).isCloseTo(1 / 62.0 + 1 / 61.0, within(1e-12));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Retriever.fused(first).retrieve("?", 0))
                .withMessage("most < 1: 0");
    }

    @Test
    void onlyWhatChangedIsEmbeddedAgainAndWhatIsGoneIsNotFound() {
        Passages passages = Passages.of(new InMemoryVectorStore(), vectors);
        assertThat(passages.put("guide.md", GUIDE)).isEqualTo(3);
        assertThat(passages.put("guide.md", GUIDE)).isZero();
        assertThat(passages.put("guide.md", GUIDE.replace("two weeks", "ten days")))
                .isEqualTo(1);
        assertThat(vectors.texts).hasValue(4);
        assertThat(sources(passages.byWords().retrieve("weeks", 5))).isEmpty();
        passages.put("guide.md", "# Guide\n");
        assertThat(passages.size()).isEqualTo(1);
        assertThat(passages.byWords().retrieve("money", 5)).isEmpty();
        assertThat(passages.delete("guide.md")).isEqualTo(1);
        assertThat(passages.delete("guide.md")).isZero();
        assertThat(passages.retrieve("money", 5)).isEmpty();
    }

    @Test
    void isThereAgainFromAFile() {
        Path file = folder.resolve("guide.vectors");
        try (VectorStore store = FileVectorStore.open(file)) {
            Passages.of(store, vectors).put("guide.md", GUIDE);
        }
        try (VectorStore store = FileVectorStore.open(file)) {
            Passages passages = Passages.of(store, vectors);
            assertThat(sources(passages.byWords().retrieve("money", 1))).containsExactly("guide.md > Guide > Refunds");
            assertThat(passages.put("guide.md", GUIDE)).isZero();
            assertThat(passages.retrieve("placed with a click", 1)
                            .getFirst()
                            .passage()
                            .text())
                    .isEqualTo("## Orders\nAn order is placed with a click.");
        }
    }

    @Test
    void aBlankQuestionFindsNothing() {
        Passages passages = Passages.of(new InMemoryVectorStore(), vectors);
        assertThat(passages.retrieve("anything", 5)).isEmpty();
        passages.put("guide.md", GUIDE);
        assertThat(passages.retrieve(" \n", 5)).isEmpty();
    }

    @Test
    void saysWhereAProviderGivesTooFew() {
        Passages passages = Passages.of(new InMemoryVectorStore(), (request, call) -> EmbeddingResponse.of(List.of()));
        assertThatIllegalStateException()
                .isThrownBy(() -> passages.put("guide.md", GUIDE))
                .withMessage("wanted 3 embeddings, one a text, and the provider gave 0");
        assertThat(passages.size()).isZero();
    }

    @Test
    void aModelAsksByATool() {
        Passages passages = Passages.of(new InMemoryVectorStore(), vectors);
        passages.put("guide.md", GUIDE);
        ScriptedProvider model = ScriptedProvider.of(
                toolCall("search_guide", "{\"question\": \"when is money paid back\"}"), reply("Within two weeks."));
        Agent agent = Agent.builder(model)
                .tools(passages.asTool("search_guide", "Searches the guide."))
                .build();
        agent.run("When do I get my money?");
        String result = ((ToolMessage)
                        model.requests().getLast().chat().messages().getLast())
                .content()
                .getFirst()
                .text();
        assertThat(result)
                .startsWith("[guide.md > Guide > Refunds, from character " + GUIDE.indexOf("## Refunds")
                        + "]\n## Refunds\nMoney comes back within two weeks.\n\n[guide.md > Guide");
    }
}
