package dev.tenon.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.checks.Docs;
import dev.tenon.checks.Fixtures;
import dev.tenon.recall.passage.Passage;
import dev.tenon.recall.passage.Passages;
import dev.tenon.recall.passage.Retriever;
import dev.tenon.recall.passage.Splitter;
import dev.tenon.recall.vector.InMemoryVectorStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How much is found in a small real corpus: this project's pages and the Markdown of {@code ../shared/specs}, with questions whose sections are known. The questions were written before anything was measured, in other words than the
 * sections use. {@code -Dtenon.retrieval=true} prints the figures of docs/retrieval.md and what was missed.
 */
class RetrievalTest {
    /** One question of questions.tsv. */
    private record Question(String document, String section, String words) {
        boolean isAnsweredBy(Retriever.Found found) {
            Passage passage = found.passage();
            return passage.document().equals(document) && passage.section().contains(section);
        }
    }

    private static MiniLm model;
    private static Passages passages;
    private static List<Question> questions;
    private static final List<Passage> sections = new ArrayList<>();

    @BeforeAll
    static void read() throws IOException {
        Path specs = Fixtures.spec("README.md").getParent();
        model = MiniLm.load();
        passages = Passages.of(new InMemoryVectorStore(), model);
        for (Map.Entry<String, Path> document : documents(specs).entrySet()) {
            String text = Files.readString(document.getValue());
            passages.put(document.getKey(), text);
            sections.addAll(Splitter.markdown().split(document.getKey(), text));
        }
        questions = new ArrayList<>();
        try (InputStream in = RetrievalTest.class.getResourceAsStream("questions.tsv")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                String[] parts = line.split("\t");
                questions.add(new Question(parts[0], parts[1], parts[2]));
            }
        }
    }

    @AfterAll
    static void close() {
        if (model != null) {
            model.close();
        }
    }

    private static Map<String, Path> documents(Path specs) throws IOException {
        Map<String, Path> documents = new LinkedHashMap<>();
        Path docs = Docs.folder();
        try (Stream<Path> pages = Files.list(docs);
                Stream<Path> others = Files.walk(specs)) {
            pages.filter(page -> page.toString().endsWith(".md"))
                    // It quotes the questions.
                    .filter(page -> !page.endsWith("retrieval.md"))
                    .sorted()
                    .forEach(page -> documents.put("docs/" + page.getFileName(), page));
            others.filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .forEach(page -> documents.put(
                            "specs/" + specs.relativize(page).toString().replace('\\', '/'), page));
        }
        return documents;
    }

    private static double recall(Retriever retriever, String name) {
        int found = 0;
        List<String> missed = new ArrayList<>();
        for (Question question : questions) {
            if (retriever.retrieve(question.words(), 5).stream().anyMatch(question::isAnsweredBy)) {
                found++;
            } else {
                missed.add(question.words());
            }
        }
        if (Boolean.getBoolean("tenon.retrieval")) {
            System.out.printf(
                    "%s: %d of %d, %.3f; of %d passages; missed: %s%n",
                    name, found, questions.size(), (double) found / questions.size(), passages.size(), missed);
        }
        return (double) found / questions.size();
    }

    @Test
    void everyQuestionHasItsSection() {
        assertThat(questions).hasSizeGreaterThanOrEqualTo(60);
        for (Question question : questions) {
            assertThat(sections)
                    .as(
                            "a passage of %s > %s, where questions.tsv says that \"%s\" is answered; where the section"
                                    + " has a new name, write that there",
                            question.document(), question.section(), question.words())
                    .anyMatch(passage -> question.isAnsweredBy(new Retriever.Found(passage, 0)));
        }
    }

    @Test
    void findsBySeveralWaysWhatIsAsked() {
        double meaning = recall(passages.byMeaning(), "MiniLM");
        double words = recall(passages.byWords(), "BM25");
        double both = recall(passages, "both");
        // As measured when docs/retrieval.md was written (0.740, 0.562, 0.767), less four questions: every page of the
        // docs that changes is another corpus.
        assertThat(meaning).isGreaterThan(0.68);
        assertThat(words).isGreaterThan(0.50);
        assertThat(both).isGreaterThan(0.71);
    }
}
