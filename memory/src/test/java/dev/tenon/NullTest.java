package dev.tenon;

import dev.tenon.checks.NullRules;
import java.util.List;

class NullTest extends NullRules {
    @Override
    protected List<String> notTried() {
        // Views make slots themselves: nothing else gives an edit. A store of vectors would want a file of its own for
        // each call.
        return List.of(
                "dev.tenon.recall.View$Slot(Group group, Edit edit, boolean open, boolean pinned, List shown, long"
                        + " tokens)",
                "dev.tenon.recall.vector.FileVectorStore.add(List entries)",
                "dev.tenon.recall.vector.FileVectorStore.delete(Collection ids)",
                "dev.tenon.recall.vector.FileVectorStore.delete(Where where)",
                "dev.tenon.recall.vector.FileVectorStore.forEach(Where where, Consumer consumer)",
                "dev.tenon.recall.vector.FileVectorStore.get(String id)",
                "dev.tenon.recall.vector.FileVectorStore.search(Embedding query, int most, Where where)",
                "dev.tenon.recall.vector.FileVectorStore.upsert(List entries)");
    }
}
