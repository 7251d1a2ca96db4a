package dev.tenon.recall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.memory.Turn;
import dev.tenon.message.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryToolsTest {
    private final ConversationMemory memory = ConversationMemory.inMemory();

    private void said(String run, String text) {
        memory.append("s", new Turn(run, List.of(Message.user(text), Message.assistant("I see."))));
    }

    private List<String> found(String query) {
        return HistoryTools.search(memory.view("s"), query).stream()
                .map(HistoryTools.Found::text)
                .toList();
    }

    @Test
    void findsWordsOfScriptsWithoutBlanks() {
        said("1", "来週は東京に行きます。");
        said("2", "明日は京都で会議があります。");
        said("3", "다음 주에 서울에서 만나요.");
        assertThat(found("東京").getFirst()).contains("東京に行きます");
        assertThat(found("会議").getFirst()).contains("京都で会議");
        assertThat(found("서울").getFirst()).contains("서울에서");
    }

    @Test
    void findsWordsWhateverTheirEndingAndTheirAccents() {
        said("1", "We saw three cities and a CAFÉ called getInvoiceTotal.");
        said("2", "Nothing of note.");
        for (String query : List.of("city", "Cities", "cafe", "café", "invoice")) {
            assertThat(found(query)).as(query).hasSize(1);
        }
        assertThat(found("zebra")).isEmpty();
    }

    @Test
    void cutsNoCharacterInTwo() {
        for (int i = 55; i < 62; i++) {
            String words = HistoryTools.words(List.of(Message.user("a".repeat(i) + "\uD83D\uDE00".repeat(9))), 60);
            assertThat(words.codePoints().noneMatch(c -> c >= 0xd800 && c < 0xe000))
                    .isTrue();
        }
    }
}
