package dev.tenon.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class Bm25Test {
    private final Bm25<String> index = new Bm25<>(Tokenizer.WORDS, 1);

    private static List<String> keys(List<Bm25.Hit<String>> hits) {
        return hits.stream().map(Bm25.Hit::key).toList();
    }

    @Test
    void findsTextsByTheirWordsTheRarerTheBetter() {
        index.add("a", "send an invoice to a customer");
        index.add("b", "send a letter to a customer");
        index.add("c", "count the stars");

        assertThat(keys(index.search("send the invoices", 10))).containsExactly("a", "c", "b");
        assertThat(index.search("nothing of this", 10)).isEmpty();
        assertThat(index.search("?!", 10)).isEmpty();
    }

    @Test
    void scoresAreThoseOfTheFormula() {
        index.add("a", "red red blue");
        index.add("b", "blue");
        // "red": N=2, n=1; tf 2; length 3, mean 2
        double rare = Math.log(1 + (2 - 1 + 0.5) / (1 + 0.5));
        double often = 2 / (1 - 0.75 + 0.75 * 3 / 2.0);

        assertThat(index.search("red", 1).getFirst().score())
                .isCloseTo(rare * 2.2 * often / (1.2 + often), within(1e-5));
    }

    @Test
    void fieldsAreWeighed() {
        Bm25<String> fields = new Bm25<>(Tokenizer.WORDS, 3, 1);
        fields.add("body", "weather report", "where a train is");
        fields.add("title", "train", "a thing on rails");

        assertThat(keys(fields.search("train", 10))).containsExactly("title", "body");
    }

    @Test
    void ofEqualOnesTheFirstAddedIsFirst() {
        for (int i = 0; i < 20; i++) {
            index.add("k" + i, "the same words");
        }

        assertThat(keys(index.search("words", 3))).containsExactly("k0", "k1", "k2");
    }

    @Test
    void aNewTextTakesThePlaceOfTheOld() {
        index.add("a", "cats");
        index.add("a", "dogs");

        assertThat(index.search("cats", 1)).isEmpty();
        assertThat(keys(index.search("dog", 1))).containsExactly("a");
        assertThat(index.size()).isEqualTo(1);
    }

    @Test
    void whatIsRemovedIsForgottenAlsoByTheRanking() {
        Bm25<String> fresh = new Bm25<>(Tokenizer.WORDS, 1);
        Random random = new Random(7);
        Map<String, String> kept = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            String text =
                    "word" + random.nextInt(50) + " other" + random.nextInt(20) + " more".repeat(random.nextInt(9));
            index.add("k" + i, text);
            kept.put("k" + i, text);
            if (random.nextInt(10) < 7) {
                String old = "k" + random.nextInt(i + 1);
                assertThat(index.remove(old)).isEqualTo(kept.remove(old) != null);
            }
        }
        kept.forEach(fresh::add);

        assertThat(index.size()).isEqualTo(kept.size());
        for (String query : List.of("word3 other2", "more", "word7 word8 word9", "other1 more")) {
            assertThat(index.search(query, 100)).as(query).isNotEmpty().isEqualTo(fresh.search(query, 100));
        }
    }

    @Test
    void onlyWantedKeysAreFound() {
        index.add("mine", "a note");
        index.add("yours", "a note");

        assertThat(keys(index.search("note", 5, key -> key.equals("yours")))).containsExactly("yours");
    }

    @Test
    void manyMaySearchWhileOthersChangeIt() throws Exception {
        index.add("always", "needle");
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                int own = i;
                all.add(threads.submit(() -> {
                    for (int k = 0; k < 500; k++) {
                        index.add(own + "-" + k % 90, "straw " + k);
                        index.remove(own + "-" + (k * 7) % 90);
                    }
                }));
                all.add(threads.submit(() -> {
                    for (int k = 0; k < 500; k++) {
                        assertThat(keys(index.search("needle", 3))).containsExactly("always");
                    }
                }));
            }
        }
        for (Future<?> one : all) {
            one.get();
        }
    }

    @Test
    void identifiersAreFoundByTheirPartsAndAsAWhole() {
        assertThat(Tokenizer.WORDS.tokens("sendInvoice_PDFFile mp3"))
                .containsExactly("send", "invoice", "sendinvoice", "pdf", "file", "pdffile", "mp", "3", "mp3");
        assertThat(Tokenizer.WORDS.tokens("GitHub")).contains("github");
        assertThat(Tokenizer.WORDS.tokens("queries classes bus glass Cafés ties is"))
                .containsExactly("query", "classe", "bus", "glass", "cafe", "ty", "is");
    }

    @Test
    void otherScriptsHaveWordsToo() {
        assertThat(Tokenizer.WORDS.tokens("天気予報")).containsExactly("天", "気", "天気", "予", "気予", "報", "予報");
        assertThat(Tokenizer.WORDS.tokens("हिन्दी में")).containsExactly("हिन्दी", "में");
        assertThat(Tokenizer.WORDS.tokens("Straße Ёлка ﬁn 𝐁old")).containsExactly("straße", "елка", "fin", "bold");
        assertThat(Tokenizer.WORDS.tokens("\ud800 lone")).containsExactly("lone");

        index.add("jp", "黒猫が好き");
        assertThat(index.search("猫", 1)).hasSize(1);
        index.add("ko", "날씨가 좋다");
        assertThat(keys(index.search("날씨", 1))).containsExactly("ko");
    }

    @Test
    void hugeTextsAreRead() {
        index.add("long", "x".repeat(5_000_000));
        index.add("many", "word ".repeat(500_000));

        assertThat(keys(index.search("x".repeat(100), 1))).containsExactly("long");
        assertThat(keys(index.search("word ".repeat(100_000), 1))).containsExactly("many");
    }

    @Test
    void whatCannotBeIsSaid() {
        assertThatThrownBy(() -> index.add("a", "one", "two"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this index has 1 fields, got 2 texts for a");
        assertThatThrownBy(() -> index.search("a", 0)).hasMessage("most < 1: 0");
        assertThatThrownBy(() -> new Bm25<String>(Tokenizer.WORDS))
                .hasMessage("an index has 1 to 127 fields, got 0 weights");
        assertThatThrownBy(() -> new Bm25<String>(Tokenizer.WORDS, 1, Double.NaN))
                .hasMessage("the weight of a field is above 0 and at most 1000000, got [1.0, NaN]");
        assertThatThrownBy(() -> index.search(null, 1))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("query");
        assertThatThrownBy(() -> index.add(null, "a")).hasMessage("key");
    }
}
