package dev.tenon.recall.vector;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tenon.provider.Embedding;
import dev.tenon.vector.VectorEntry;
import dev.tenon.vector.VectorStore;
import dev.tenon.vector.Where;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorErrorsTest {
    private final VectorStore store = new InMemoryVectorStore();

    private static VectorEntry entry(String id, float... vector) {
        return new VectorEntry(id, Embedding.of(vector), "text of " + id);
    }

    @Test
    void saysWhatIsWrongWithABatch() {
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
    }

    @Test
    void saysWhatIsWrongWithAQuestion() {
        store.add(List.of(entry("a", 1, 0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.search(Embedding.of(1, 2, 3), 1))
                .withMessage(
                        "the vector that was asked for has 3 numbers, and those of the store have 2; embed the question"
                                + " with the model that the texts were embedded with");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.search(Embedding.of(1), 0))
                .withMessage("most < 1: 0");
    }

    @Test
    void saysThatItCannotBeChangedWhileItIsLookedThrough() {
        store.add(List.of(entry("a", 1, 0)));
        assertThatIllegalStateException()
                .isThrownBy(() -> store.forEach(Where.ANY, entry -> store.delete(List.of(entry.id()))))
                .withMessage(
                        "a store cannot be changed from within forEach; collect what to change, and change it after");
    }
}
