package dev.tenon.recall.passage;

import dev.tenon.provider.Call;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.search.Bm25;
import dev.tenon.search.Tokenizer;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorStore;
import dev.tenon.vector.Where;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Documents, cut into passages that are found by meaning and by words. Thread-safe.
 *
 * {@snippet lang=java :
 * Passages passages = Passages.of(new InMemoryVectorStore(), MiniLm.load());
 * passages.put("guide.md", Files.readString(guide));
 * List<Retriever.Found> found = passages.retrieve("How do I cancel an order?", 5);
 * }
 *
 * <p>Vectors and texts are in the store; the index of words is in memory, and is made of the store when this object is. It is itself the retriever that joins both; {@link #byMeaning} and {@link #byWords} are
 * each alone.
 */
public final class Passages implements Retriever {
    /** A heading counts so much more than a word of the text. */
    private static final double HEADINGS = 2;

    private final VectorStore store;
    private final EmbeddingProvider embeddings;
    private final Splitter splitter;
    private final Bm25<String> words = new Bm25<>(Tokenizer.WORDS, HEADINGS, 1);
    private final Map<String, Passage> known = new ConcurrentHashMap<>();
    private final Retriever both = Retriever.fused(byMeaning(), byWords());
    // Held while a document is replaced, so that two do not mix.
    private final ReentrantLock lock = new ReentrantLock();

    private Passages(VectorStore store, EmbeddingProvider embeddings, Splitter splitter) {
        this.store = store;
        this.embeddings = embeddings;
        this.splitter = splitter;
    }

    /** Of a store and a model of embeddings, with Markdown's structure to split by. What is in the store is read. */
    public static Passages of(VectorStore store, EmbeddingProvider embeddings) {
        return of(store, embeddings, Splitter.markdown());
    }

    /** Of a store, a model of embeddings, and a way to split. What is in the store is read. */
    public static Passages of(VectorStore store, EmbeddingProvider embeddings, Splitter splitter) {
        Passages passages = new Passages(
                Objects.requireNonNull(store, "store"),
                Objects.requireNonNull(embeddings, "embeddings"),
                Objects.requireNonNull(splitter, "splitter"));
        store.forEach(Where.ANY, entry -> passages.index(Passage.of(entry.text(), entry.metadata())));
        return passages;
    }

    private void index(Passage passage) {
        known.put(passage.id(), passage);
        words.add(passage.id(), String.join(" ", passage.section()), passage.text());
    }

    /**
     * Puts a document, in place of that of the same name. Only passages that are new or changed are embedded. Blocks. Where it fails, the document is partly the old one, and putting it again mends that.
     *
     * @param document its name, for example its path
     * @return how many passages were embedded
     */
    public int put(String document, String text) {
        List<Passage> split = splitter.split(document, text);
        lock.lock();
        try {
            List<Passage> fresh = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            for (Passage passage : split) {
                ids.add(passage.id());
                if (!passage.equals(known.get(passage.id()))) {
                    fresh.add(passage);
                }
            }
            add(fresh);
            remove(document, ids);
            return fresh.size();
        } finally {
            lock.unlock();
        }
    }

    private void add(List<Passage> fresh) {
        if (fresh.isEmpty()) {
            return;
        }
        List<Embedding> vectors = embeddings
                .embed(
                        EmbeddingRequest.documents(
                                fresh.stream().map(Passage::titled).toList()),
                        Call.unwatched())
                .embeddings();
        if (vectors.size() != fresh.size()) {
            throw new IllegalStateException(
                    "wanted " + fresh.size() + " embeddings, one a text, and the provider gave " + vectors.size());
        }
        List<VectorEntry> entries = new ArrayList<>(fresh.size());
        for (int i = 0; i < fresh.size(); i++) {
            Passage passage = fresh.get(i);
            entries.add(new VectorEntry(passage.id(), vectors.get(i), passage.text(), passage.metadata()));
        }
        store.upsert(entries);
        fresh.forEach(this::index);
    }

    /** Removes what there is of a document but for some passages. */
    private int remove(String document, Set<String> but) {
        List<String> gone = known.values().stream()
                .filter(passage -> passage.document().equals(document) && !but.contains(passage.id()))
                .map(Passage::id)
                .toList();
        store.delete(gone);
        for (String id : gone) {
            words.remove(id);
            known.remove(id);
        }
        return gone.size();
    }

    /** Deletes a document, and gives how many passages it had. Blocks. */
    public int delete(String document) {
        Objects.requireNonNull(document, "document");
        lock.lock();
        try {
            return remove(document, Set.of());
        } finally {
            lock.unlock();
        }
    }

    /** How many passages there are. */
    public int size() {
        return known.size();
    }

    /** The names of the documents, in order. */
    public List<String> documents() {
        return known.values().stream()
                .map(Passage::document)
                .distinct()
                .sorted()
                .toList();
    }

    /** What both find, by {@linkplain Retriever#fused reciprocal rank fusion}. */
    @Override
    public List<Found> retrieve(String question, int most) {
        return both.retrieve(Objects.requireNonNull(question, "question"), most);
    }

    /** By the nearness of embeddings; the score is the cosine. */
    public Retriever byMeaning() {
        return (question, most) -> question.isBlank() || store.size() == 0
                ? List.of()
                : store.search(embeddings.query(question), most).stream()
                        .map(match -> new Found(Passage.of(match.text(), match.metadata()), match.score()))
                        .toList();
    }

    /** By words, headings and text; the score is that of BM25. */
    public Retriever byWords() {
        return (question, most) -> {
            List<Found> found = new ArrayList<>();
            for (Bm25.Hit<String> hit : words.search(question, most)) {
                Passage passage = known.get(hit.key());
                if (passage != null) {
                    found.add(new Found(passage, hit.score()));
                }
            }
            return found;
        };
    }

    @Override
    public String toString() {
        return "Passages[" + size() + " passages in " + store + "]";
    }
}
