package dev.tenon.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.tenon.json.Json;
import dev.tenon.provider.Embedding;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorMatch;
import dev.tenon.vector.VectorStore;
import dev.tenon.vector.Where;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link VectorStore} does. Give a new, empty store for each test. One that outlasts its object says so by {@link #durable}, and is then tried across openings as well.
 */
@SuppressWarnings({"exports", "NullAway.Init"}) // JUnit is named in no signature; whoever extends this has it.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class VectorStoreContract {
    private VectorStore store;

    /** For the classes that extend this one. */
    protected VectorStoreContract() {}

    /** Opens the store of this test: empty when it is first asked for. */
    protected abstract VectorStore store();

    /** Whether what was changed is there when the store is closed and {@link #store} opens it again. */
    protected boolean durable() {
        return false;
    }

    @BeforeEach
    void open() {
        store = store();
    }

    @AfterEach
    void close() {
        store.close();
        store.close();
    }

    /** An entry that says which it is. */
    protected static VectorEntry entry(String id, float... vector) {
        return new VectorEntry(id, Embedding.of(vector), "text of " + id);
    }

    /** A vector that is as likely in every direction. */
    protected static Embedding random(Random random, int dimensions) {
        Objects.requireNonNull(random, "random");
        if (dimensions < 1) {
            throw new IllegalArgumentException("dimensions < 1: " + dimensions);
        }
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return Embedding.of(vector);
    }

    /** What was found, by name. */
    protected static List<String> ids(List<VectorMatch> matches) {
        Objects.requireNonNull(matches, "matches");
        return matches.stream().map(VectorMatch::id).toList();
    }

    @Test
    void findsTheNearestFirstWithItsCosine() {
        store.add(List.of(entry("east", 1, 0), entry("north", 0, 2), entry("west", -3, 0)));
        List<VectorMatch> found = store.search(Embedding.of(4, 3), 3);
        assertThat(ids(found)).containsExactly("east", "north", "west");
        assertThat(found.stream().map(VectorMatch::score)).containsExactly(0.8, 0.6, -0.8);
        assertThat(found.getFirst().text()).isEqualTo("text of east");
    }

    @Test
    void ofEqualsThatWithTheSmallerIdIsFirst() {
        store.add(List.of(entry("c", 1, 0), entry("a", 2, 0), entry("b", 1, 0)));
        assertThat(ids(store.search(Embedding.of(1, 0), 2))).containsExactly("a", "b");
    }

    @Test
    void findsExactlyWhatComparingAllFinds() {
        for (int dimensions : new int[] {1, 3, 7, 8, 9, 33, 384}) {
            Random random = new Random(dimensions);
            List<VectorEntry> all = new ArrayList<>();
            for (int i = 0; i < 1_300; i++) {
                // Some are equal, some nearly, some zero, some of another size altogether.
                Embedding vector = i % 50 == 7
                        ? all.get(i - 3).vector()
                        : i % 97 == 5
                                ? Embedding.of(new float[dimensions])
                                : scaled(random(random, dimensions), i % 41 == 3 ? 1e30f : i % 43 == 4 ? 1e-35f : 1);
                all.add(new VectorEntry("v" + i, vector, "text " + i, Json.object("third", i % 3)));
            }
            store.add(all);
            for (int most : new int[] {1, 10, 2_000}) {
                for (Where where : List.of(Where.ANY, Where.is("third", 1))) {
                    Embedding query = random(random, dimensions);
                    assertThat(store.search(query, most, where)).isEqualTo(byComparingAll(all, query, most, where));
                }
            }
            assertThat(store.delete(Where.ANY)).isEqualTo(1_300);
        }
    }

    @Test
    void whatWasChangedIsThereWhenItIsOpenedAgain() {
        Assumptions.assumeTrue(durable(), "a store that does not outlast its object");
        store.add(List.of(entry("a", 1, 0), entry("b", 0, 1), entry("c", 1, 1)));
        store.upsert(List.of(entry("b", 2, 1)));
        store.delete(List.of("c"));
        store.close();
        store = store();
        assertThat(store.size()).isEqualTo(2);
        assertThat(store.get("b")).contains(entry("b", 2, 1));
        assertThat(ids(store.search(Embedding.of(1, 0), 9))).containsExactly("a", "b");
    }

    /** What a store holds goes with its conversations: whoever deletes wants nothing left of it to be found. */
    @Test
    void findsNothingOfWhatWasDeletedOrReplaced() {
        store.add(List.of(entry("a", 1, 0), entry("b", 0, 1)));
        store.upsert(List.of(new VectorEntry("a", Embedding.of(-1, 0), "another text")));
        store.delete(List.of("b"));
        assertThat(store.search(Embedding.of(0, 1), 9).stream().map(VectorMatch::text))
                .containsExactly("another text");
        assertThat(store.get("b")).isEmpty();
        List<String> left = new ArrayList<>();
        store.forEach(Where.ANY, entry -> left.add(entry.text()));
        assertThat(left).containsExactly("another text");
    }

    private static Embedding scaled(Embedding vector, float by) {
        float[] numbers = vector.toArray();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= by;
        }
        return Embedding.of(numbers);
    }

    /** What a search finds: it is the reference. */
    protected static List<VectorMatch> byComparingAll(List<VectorEntry> all, Embedding query, int most, Where where) {
        Objects.requireNonNull(all, "all");
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(where, "where");
        return all.stream()
                .filter(entry -> where.matches(entry.metadata()))
                .map(entry -> new VectorMatch(entry.id(), query.cosine(entry.vector()), entry.text(), entry.metadata()))
                .sorted(Comparator.comparingDouble(VectorMatch::score)
                        .reversed()
                        .thenComparing(VectorMatch::id))
                .limit(most)
                .toList();
    }

    @Test
    void isWhatAMapWouldBeAfterAnyChanges() {
        Random random = new Random(7);
        Map<String, VectorEntry> wanted = new HashMap<>();
        for (int step = 0; step < 400; step++) {
            List<VectorEntry> batch = new ArrayList<>();
            for (int id : random.ints(random.nextInt(6), 0, 700).distinct().toArray()) {
                batch.add(new VectorEntry(
                        "v" + id, random(random, 12), "step " + step, Json.object("even", id % 2 == 0)));
            }
            switch (random.nextInt(5)) {
                case 0 -> {
                    List<String> ids = batch.stream().map(VectorEntry::id).toList();
                    int before = wanted.size();
                    wanted.keySet().removeAll(ids);
                    assertThat(store.delete(ids)).isEqualTo(before - wanted.size());
                }
                case 1 -> {
                    batch.removeIf(entry -> wanted.containsKey(entry.id()));
                    store.add(batch);
                    batch.forEach(entry -> wanted.put(entry.id(), entry));
                }
                default -> {
                    store.upsert(batch);
                    batch.forEach(entry -> wanted.put(entry.id(), entry));
                }
            }
            if (step == 300) {
                assertThat(store.delete(Where.is("even", true))).isEqualTo((int) wanted.values().stream()
                        .filter(entry -> Where.is("even", true).matches(entry.metadata()))
                        .count());
                wanted.values().removeIf(entry -> Where.is("even", true).matches(entry.metadata()));
            }
            assertThat(store.size()).isEqualTo(wanted.size());
            Embedding query = random(random, 12);
            assertThat(store.search(query, 5))
                    .isEqualTo(byComparingAll(List.copyOf(wanted.values()), query, 5, Where.ANY));
        }
        Map<String, VectorEntry> held = new HashMap<>();
        store.forEach(Where.ANY, entry -> held.put(entry.id(), entry));
        assertThat(held).isEqualTo(wanted);
    }

    @Test
    void givesBackWhatItWasGiven() {
        VectorEntry entry = new VectorEntry(
                "\ud800 half, \0 and \uD83D\uDE00",
                Embedding.of(1e-42f, 3e38f, -0.1f),
                "a text with half \udc00 a pair",
                Json.object()
                        .put("path", List.of("A", "B"))
                        .put("half", "\ud800")
                        .build());
        store.add(List.of(entry));
        assertThat(store.get(entry.id())).contains(entry);
        assertThat(store.get("other")).isEmpty();
    }

    @Test
    void addsAllOrNone() {
        store.add(List.of(entry("a", 1, 0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.add(List.of(entry("b", 1, 0), entry("a", 0, 1))))
                .withMessageContaining("\"a\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.upsert(List.of(entry("b", 1, 0), entry("b", 0, 1))))
                .withMessageContaining("\"b\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.upsert(List.of(entry("b", 1, 0), entry("c", 0, 1, 2))))
                .withMessageContaining("\"c\"");
        assertThat(store.size()).isEqualTo(1);
        assertThat(store.get("a")).contains(entry("a", 1, 0));
    }

    @Test
    void refusesAVectorOfAnotherModel() {
        store.add(List.of(entry("a", 1, 0)));
        assertThatIllegalArgumentException().isThrownBy(() -> store.search(Embedding.of(1, 2, 3), 1));
    }

    @Test
    void takesAnotherLengthWhenItIsEmptyAgain() {
        store.add(List.of(entry("a", 1, 0)));
        assertThat(store.delete(List.of("a", "a", "b"))).isEqualTo(1);
        assertThat(store.search(Embedding.of(1, 2, 3), 1)).isEmpty();
        store.add(List.of(entry("a", 1, 0, 0)));
        assertThat(ids(store.search(Embedding.of(1, 2, 3), 9))).containsExactly("a");
    }

    @Test
    void doesNothingForNothing() {
        store.add(List.of());
        store.upsert(List.of());
        assertThat(store.delete(List.of())).isZero();
        assertThat(store.delete(Where.ANY)).isZero();
        assertThat(store.search(Embedding.of(1), 5)).isEmpty();
        assertThat(store.size()).isZero();
    }

    @Test
    void refusesASearchForNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.search(Embedding.of(1), 0))
                .withMessageContaining("0");
    }

    @Test
    @SuppressWarnings("NullAway") // That is what is tried.
    void refusesNullByName() {
        assertThatNullPointerException().isThrownBy(() -> store.search(null, 1)).withMessage("query");
        assertThatNullPointerException()
                .isThrownBy(() -> store.search(Embedding.of(1), 1, null))
                .withMessage("where");
        assertThatNullPointerException().isThrownBy(() -> store.add(null)).withMessage("entries");
        assertThatNullPointerException().isThrownBy(() -> store.upsert(null)).withMessage("entries");
        assertThatNullPointerException()
                .isThrownBy(() -> store.delete((List<String>) null))
                .withMessage("ids");
        assertThatNullPointerException()
                .isThrownBy(() -> store.delete((Where) null))
                .withMessage("where");
        assertThatNullPointerException().isThrownBy(() -> store.get(null)).withMessage("id");
        assertThatNullPointerException()
                .isThrownBy(() -> store.forEach(null, entry -> {}))
                .withMessage("where");
        assertThatNullPointerException()
                .isThrownBy(() -> store.forEach(Where.ANY, null))
                .withMessage("consumer");
        assertThatNullPointerException().isThrownBy(() -> store.add(Collections.singletonList(null)));
    }

    @Test
    void saysThatItCannotBeChangedWhileItIsLookedThrough() {
        store.add(List.of(entry("a", 1, 0)));
        assertThatIllegalStateException()
                .isThrownBy(() -> store.forEach(Where.ANY, entry -> store.delete(List.of(entry.id()))));
        assertThat(store.size()).isEqualTo(1);
    }

    @Test
    void takesAsManyAsThereAreWhereMoreAreWanted() {
        store.add(List.of(entry("a", 1, 0), entry("b", 0, 1)));
        assertThat(ids(store.search(Embedding.of(1, 0), Integer.MAX_VALUE))).containsExactly("a", "b");
    }

    @Test
    void showsAChangeWholeOrNotAtAllToThoseWhoSearchMeanwhile() throws Exception {
        Embedding point = Embedding.of(1, 2, 3, 4);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                String name = "w" + writer;
                running.add(threads.submit(() -> {
                    for (int round = 0; round < 40; round++) {
                        Json.Obj metadata = Json.object()
                                .put("writer", name)
                                .put("round", round)
                                .build();
                        store.upsert(List.of(
                                new VectorEntry(name + "a", point, name, metadata),
                                new VectorEntry(name + "b", point, name, metadata)));
                    }
                    return true;
                }));
                running.add(threads.submit(() -> {
                    for (int round = 0; round < 80; round++) {
                        List<VectorMatch> pair = store.search(point, 10, Where.is("writer", name));
                        assertThat(pair.size()).isIn(0, 2);
                        assertThat(pair.stream().map(VectorMatch::metadata).distinct())
                                .hasSizeLessThan(2);
                    }
                    return true;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        assertThat(store.size()).isEqualTo(8);
    }
}
