package dev.tenon.examples.retrieval;

import dev.tenon.agent.Agent;
import dev.tenon.json.Json;
import dev.tenon.onnx.MiniLm;
import dev.tenon.recall.passage.Passages;
import dev.tenon.recall.vector.FileVectorStore;
import dev.tenon.testing.Reply;
import dev.tenon.testing.ScriptedProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Questions over a folder of Markdown. The documents are split, embedded by a model inside this process and kept in a file beside them, so that the next start embeds only what has changed. A scripted model plays the one that
 * answers: it asks the search and gives the first passage. Put another provider in its place, and nothing else changes.
 */
public final class Ask {
    private static final String INDEX = ".passages";

    private Ask() {}

    /** The first argument is the folder, each of the others a question. */
    @SuppressWarnings("SystemOut") // a program for the terminal
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            System.err.println("usage: bin/ask FOLDER QUESTION…, for example bin/ask docs \"How do I cancel a run?\"");
            System.exit(2);
        }
        System.out.println(answers(Path.of(args[0]), List.of(args).subList(1, args.length)));
    }

    /** The answer to each question, and how much was embedded. */
    static String answers(Path folder, List<String> questions) throws IOException {
        StringBuilder told = new StringBuilder();
        try (MiniLm embeddings = MiniLm.load();
                FileVectorStore store = FileVectorStore.open(folder.resolve(INDEX))) {
            Passages passages = Passages.of(store, embeddings);
            int embedded = read(folder, passages);
            told.append(passages.documents().size())
                    .append(" documents, ")
                    .append(passages.size())
                    .append(" passages, ")
                    .append(embedded)
                    .append(" of them embedded now\n");
            Agent agent = Agent.builder(model())
                    .instructions("Answer from the documents, and say where it stands.")
                    .tools(passages.asTool("search_documents", "Searches the documents of this folder."))
                    .build();
            for (String question : questions) {
                told.append("\n> ").append(question).append('\n');
                told.append(agent.run(question).text()).append('\n');
            }
        }
        return told.toString();
    }

    private static int read(Path folder, Passages passages) throws IOException {
        List<Path> documents;
        try (Stream<Path> files = Files.walk(folder)) {
            documents = files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
        int embedded = 0;
        List<String> names = documents.stream()
                .map(document -> folder.relativize(document).toString())
                .toList();
        for (String gone : passages.documents()) {
            if (!names.contains(gone)) {
                passages.delete(gone);
            }
        }
        for (int i = 0; i < names.size(); i++) {
            embedded += passages.put(names.get(i), Files.readString(documents.get(i)));
        }
        return embedded;
    }

    private static ScriptedProvider model() {
        return ScriptedProvider.of()
                .when(
                        asked -> asked.toolResult("search_documents").isEmpty(),
                        asked -> Reply.toolCall("search_documents", Json.object("question", asked.lastUserText())))
                .always(asked ->
                        Reply.reply(first(asked.toolResult("search_documents").orElseThrow())));
    }

    /** The first passage with its source. */
    private static String first(String found) {
        int next = found.indexOf("\n\n[");
        return next < 0 ? found : found.substring(0, next);
    }
}
