package dev.tenon.recall.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.tenon.json.Json;
import dev.tenon.provider.Embedding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store of vectors must do. */
abstract class VectorStoreContract {
    private VectorStore store;

    abstract VectorStore store();

    @BeforeEach
    void open() {
        store = store();
    }

    @AfterEach
    void close() {
        store.close();
    }

    static VectorEntry entry(String id, float... vector) {
        return new VectorEntry(id, Embedding.of(vector), "text of " + id);
    }

    static Embedding random(Random random, int dimensions) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return Embedding.of(vector);
    }

    static List<String> ids(List<VectorMatch> matches) {
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

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 33, 384})
    void findsExactlyWhatComparingAllFinds(int dimensions) {
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
    }

    private static Embedding scaled(Embedding vector, float by) {
        float[] numbers = vector.toArray();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= by;
        }
        return Embedding.of(numbers);
    }

    static List<VectorMatch> byComparingAll(List<VectorEntry> all, Embedding query, int most, Where where) {
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
                .withMessage(
                        "there is an entry with the id \"a\" already; use upsert to replace it. Nothing was added");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.upsert(List.of(entry("b", 1, 0), entry("b", 0, 1))))
                .withMessage("two entries of one batch have the id \"b\"; nothing was added");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.upsert(List.of(entry("b", 1, 0), entry("c", 0, 1, 2))))
                .withMessage(
                        "the vector of \"c\" has 3 numbers, and the others have 2; embed all texts of a store with one"
                                + " model. Nothing was added");
        assertThat(store.size()).isEqualTo(1);
        assertThat(store.get("a")).contains(entry("a", 1, 0));
    }

    @Test
    void namesAVectorOfAnotherModel() {
        store.add(List.of(entry("a", 1, 0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.search(Embedding.of(1, 2, 3), 1))
                .withMessage(
                        "the vector that was asked for has 3 numbers, and those of the store have 2; embed the question"
                                + " with the model that the texts were embedded with");
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
    void refusesWhatIsNoQuestion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.search(Embedding.of(1), 0))
                .withMessage("most < 1: 0");
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
                .isThrownBy(() -> store.forEach(Where.ANY, entry -> store.delete(List.of(entry.id()))))
                .withMessage(
                        "a store cannot be changed from within forEach; collect what to change, and change it after");
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
