package dev.tenon.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Texts in memory, found by the words in them and ranked by BM25. Thread-safe: searches run side by side, a change waits for them.
 *
 * {@snippet lang=java :
 * Bm25<String> index = new Bm25<>(Tokenizer.WORDS, 3, 1);            // the title counts three times the body
 * index.add("refund", "Refunds", "How to give a customer the money back");
 * List<Bm25.Hit<String>> hits = index.search("money for customers", 5);
 * }
 *
 * <p>A text has one or more fields. They are weighed and joined before the frequency of a word is damped, as in BM25F: a word in a title and in a body is one word that counts
 * more, not two finds. What is removed is only marked, and swept when half of the index is so marked; the ranking forgets it at once.
 *
 * <p>A search takes time in proportion to the occurrences of its words, and four bytes for each text that is kept.
 *
 * <p>Sources: S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), 3.5 and 3.6 for the formula of fields. The weight of a rare word is
 * {@code ln(1 + (N - n + 0.5) / (n + 0.5))}, which unlike the original's is never negative for a word that is in most texts.
 *
 * @param <K> what stands for a text: an id with {@code equals} and {@code hashCode}
 */
public final class Bm25<K> {
    /** How soon a repeated word stops counting more: the low end of the range 1.2 to 2 of section 3.5, since texts here are short. */
    private static final float DAMPING = 1.2f;

    /** How much a long field is discounted: 0.75, within the range 0.5 to 0.8 of section 3.5. */
    private static final float LENGTH = 0.75f;

    /** Below so many removed texts nothing is swept. */
    private static final int FEW = 64;

    /**
     * A text that was found. Immutable.
     *
     * @param score above 0, greater is better; comes from this index as it is now and says nothing beside the score of another
     */
    public record Hit<K>(K key, double score) {

        public Hit {
            Objects.requireNonNull(key, "key");
        }
    }

    private final Tokenizer tokenizer;
    private final float[] weights;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<K, Integer> slots = new HashMap<>();
    private final List<@Nullable Text<K>> texts = new ArrayList<>();
    private final Map<String, Postings> words = new HashMap<>();
    private final long[] lengths;

    /**
     * An empty index.
     *
     * @param weights one a field, above 0: how much a word counts that is found there
     */
    public Bm25(Tokenizer tokenizer, double... weights) {
        this.tokenizer = Objects.requireNonNull(tokenizer, "tokenizer");
        Objects.requireNonNull(weights, "weights");
        if (weights.length == 0 || weights.length > Byte.MAX_VALUE) {
            throw new IllegalArgumentException("an index has 1 to 127 fields, got " + weights.length + " weights");
        }
        this.weights = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] > 0) || weights[i] > 1e6) {
                throw new IllegalArgumentException(
                        "the weight of a field is above 0 and at most 1000000, got " + Arrays.toString(weights));
            }
            this.weights[i] = (float) weights[i];
        }
        lengths = new long[weights.length];
    }

    /** A text that is kept: how long its fields are, and which words are in it. */
    private static final class Text<K> {
        final K key;
        final int[] lengths;
        final String[] words;

        Text(K key, int[] lengths, String[] words) {
            this.key = key;
            this.lengths = lengths;
            this.words = words;
        }
    }

    /** Where a word is: texts in the order they were added, and for each a count a field. */
    private static final class Postings {
        private final int fields;
        private int[] slots = new int[4];
        private int[] counts;
        private int size;
        private int live;

        Postings(int fields) {
            this.fields = fields;
            counts = new int[4 * fields];
        }

        void add(int slot, int[] each) {
            if (size == slots.length) {
                slots = Arrays.copyOf(slots, size * 2);
                counts = Arrays.copyOf(counts, size * 2 * fields);
            }
            slots[size] = slot;
            System.arraycopy(each, 0, counts, size * fields, fields);
            size++;
            live++;
        }
    }

    /**
     * Keeps a text. Where the key is known, the new text takes the place of the old one and counts as the last that was added.
     *
     * @param fields one a weight, in their order; empty where a text has none
     */
    public void add(K key, String... fields) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(fields, "fields");
        if (fields.length != weights.length) {
            throw new IllegalArgumentException(
                    "this index has " + weights.length + " fields, got " + fields.length + " texts for " + key);
        }
        int[] lengthOf = new int[fields.length];
        Map<String, int[]> counts = new LinkedHashMap<>();
        for (int field = 0; field < fields.length; field++) {
            for (String word : tokenizer.tokens(Objects.requireNonNull(fields[field], "fields"))) {
                counts.computeIfAbsent(word, w -> new int[weights.length])[field]++;
                lengthOf[field]++;
            }
        }
        lock.writeLock().lock();
        try {
            drop(key);
            int slot = texts.size();
            String[] own = new String[counts.size()];
            int at = 0;
            for (Map.Entry<String, int[]> count : counts.entrySet()) {
                // The word as the index has it, so that it is kept once.
                Postings postings = words.computeIfAbsent(count.getKey(), w -> new Postings(weights.length));
                postings.add(slot, count.getValue());
                own[at++] = count.getKey();
            }
            texts.add(new Text<>(key, lengthOf, own));
            slots.put(key, slot);
            for (int field = 0; field < lengths.length; field++) {
                lengths[field] += lengthOf[field];
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Forgets a text; false where it was not there. */
    public boolean remove(K key) {
        Objects.requireNonNull(key, "key");
        lock.writeLock().lock();
        try {
            boolean there = drop(key);
            int dead = texts.size() - slots.size();
            if (dead > FEW && dead > slots.size()) {
                sweep();
            }
            return there;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private boolean drop(K key) {
        Integer slot = slots.remove(key);
        if (slot == null) {
            return false;
        }
        Text<K> text = Objects.requireNonNull(texts.set(slot, null), "a kept text");
        for (String word : text.words) {
            Postings postings = Objects.requireNonNull(words.get(word), "a kept word");
            if (--postings.live == 0) {
                words.remove(word);
            }
        }
        for (int field = 0; field < lengths.length; field++) {
            lengths[field] -= text.lengths[field];
        }
        return true;
    }

    private void sweep() {
        int[] moved = new int[texts.size()];
        int next = 0;
        for (int slot = 0; slot < moved.length; slot++) {
            Text<K> text = texts.get(slot);
            moved[slot] = text == null ? -1 : next++;
            if (text != null) {
                slots.put(text.key, moved[slot]);
            }
        }
        texts.removeIf(Objects::isNull);
        for (Postings postings : words.values()) {
            int kept = 0;
            for (int i = 0; i < postings.size; i++) {
                int slot = moved[postings.slots[i]];
                if (slot >= 0) {
                    postings.slots[kept] = slot;
                    System.arraycopy(
                            postings.counts,
                            i * postings.fields,
                            postings.counts,
                            kept * postings.fields,
                            postings.fields);
                    kept++;
                }
            }
            postings.size = kept;
        }
    }

    /** How many texts are kept. */
    public int size() {
        lock.readLock().lock();
        try {
            return slots.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * The texts with at least one of these words, the best first; of equal ones the one that was added first. Nothing where the query has no words.
     *
     * @param most how many at most
     */
    public List<Hit<K>> search(String query, int most) {
        return search(query, most, key -> true);
    }

    /** As {@link #search(String, int)}, among the texts whose keys are wanted. The predicate is asked while a change waits, so it is quick and does not touch the index. */
    public List<Hit<K>> search(String query, int most, Predicate<? super K> wanted) {
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(wanted, "wanted");
        if (most < 1) {
            throw new IllegalArgumentException("most < 1: " + most);
        }
        Map<String, Integer> asked = new LinkedHashMap<>();
        for (String word : tokenizer.tokens(query)) {
            asked.merge(word, 1, Integer::sum);
        }
        lock.readLock().lock();
        try {
            float[] scores = scores(asked);
            return best(scores, most, wanted);
        } finally {
            lock.readLock().unlock();
        }
    }

    private float[] scores(Map<String, Integer> asked) {
        float[] scores = new float[texts.size()];
        int fields = weights.length;
        // A field's length counts as plain + slope * length.
        float[] slope = new float[fields];
        for (int field = 0; field < fields; field++) {
            slope[field] = lengths[field] == 0 ? 0 : LENGTH * slots.size() / lengths[field];
        }
        for (Map.Entry<String, Integer> word : asked.entrySet()) {
            Postings postings = words.get(word.getKey());
            if (postings == null) {
                continue;
            }
            float rare = word.getValue()
                    * (float) Math.log1p((slots.size() - postings.live + 0.5) / (postings.live + 0.5))
                    * (DAMPING + 1);
            for (int i = 0; i < postings.size; i++) {
                Text<K> text = texts.get(postings.slots[i]);
                if (text != null) {
                    float often = 0;
                    for (int field = 0; field < fields; field++) {
                        int count = postings.counts[i * fields + field];
                        if (count != 0) {
                            often += weights[field] * count / (1 - LENGTH + slope[field] * text.lengths[field]);
                        }
                    }
                    scores[postings.slots[i]] += rare * often / (DAMPING + often);
                }
            }
        }
        return scores;
    }

    private List<Hit<K>> best(float[] scores, int most, Predicate<? super K> wanted) {
        // The worst on top: of equal scores the later one, so that it goes first.
        PriorityQueue<Integer> heap = new PriorityQueue<>(
                Comparator.<Integer>comparingDouble(slot -> scores[slot]).thenComparing(Comparator.reverseOrder()));
        for (int slot = 0; slot < scores.length; slot++) {
            if (scores[slot] > 0) {
                Integer worst = heap.size() < most ? null : heap.peek();
                Text<K> text = texts.get(slot);
                if ((worst == null || scores[slot] > scores[worst]) && text != null && wanted.test(text.key)) {
                    if (worst != null) {
                        heap.poll();
                    }
                    heap.add(slot);
                }
            }
        }
        List<Hit<K>> hits = new ArrayList<>(heap.size());
        for (Integer slot = heap.poll(); slot != null; slot = heap.poll()) {
            Text<K> text = Objects.requireNonNull(texts.get(slot), "a text with a score");
            hits.add(new Hit<>(text.key, scores[slot]));
        }
        Collections.reverse(hits);
        return List.copyOf(hits);
    }
}
