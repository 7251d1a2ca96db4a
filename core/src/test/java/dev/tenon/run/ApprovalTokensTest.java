package dev.tenon.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ApprovalTokensTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final Question question =
            new Question("r", "1/0/ask", Question.Kind.APPROVAL, "pay", Json.object("amount", 7), "money");
    private final ApprovalTokens tokens = ApprovalTokens.of("k1", key(1));

    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    @Test
    void approvesTheQuestionItWasMadeForOnce() {
        String token = tokens.issue(question, NOW, HOUR);

        assertThat(tokens.redeem(token, question, NOW.plusSeconds(60))).isEqualTo(Answer.approve(question));
        assertThatThrownBy(() -> tokens.redeem(token, question, NOW.plusSeconds(61)))
                .hasMessage("the approval token is refused: it was used before; ask for a new one");
    }

    @Test
    void isRefusedWhereAnyCharacterOfItIsAltered() {
        String token = tokens.issue(question, NOW, HOUR);
        for (int i = 0; i < token.length(); i++) {
            for (char other : "AZaz09-_.=+ \u0000é".toCharArray()) {
                if (token.charAt(i) == other) {
                    continue;
                }
                String altered = token.substring(0, i) + other + token.substring(i + 1);
                assertThatThrownBy(() -> tokens.redeem(altered, question, NOW))
                        .as(altered)
                        .isInstanceOf(TenonException.class)
                        .hasMessageStartingWith("the approval token is refused: ");
            }
            String cut = token.substring(0, i);
            assertThatThrownBy(() -> tokens.redeem(cut, question, NOW)).isInstanceOf(TenonException.class);
        }
        assertThat(tokens.redeem(token, question, NOW)).isEqualTo(Answer.approve(question));
    }

    @Test
    void isRefusedForOtherArgumentsAnotherQuestionAndWhenItHasExpired() {
        String token = tokens.issue(question, NOW, HOUR);
        Question dearer =
                new Question("r", "1/0/ask", Question.Kind.APPROVAL, "pay", Json.object("amount", 7_000), "money");
        Question other = new Question("r", "2/0/ask", Question.Kind.APPROVAL, "pay", Json.object("amount", 7), "money");

        assertThatThrownBy(() -> tokens.redeem(token, dearer, NOW))
                .hasMessageContaining("the arguments of \"r/1/0/ask\" are not those it was made for");
        assertThatThrownBy(() -> tokens.redeem(token, other, NOW))
                .hasMessageContaining("it is for another question than \"r/2/0/ask\"");
        assertThatThrownBy(() -> tokens.redeem(token, question, NOW.plus(HOUR)))
                .hasMessageContaining("it expired at 2026-01-01T13:00:00Z");
    }

    @Test
    void whatWasUsedStaysUsedWhenAnotherKeyIsAccepted() {
        String before = tokens.issue(question, NOW, HOUR);
        tokens.redeem(before, question, NOW);
        ApprovalTokens more = tokens.accepting("k0", key(3));
        String after = more.issue(question, NOW, HOUR);
        more.redeem(after, question, NOW);

        assertThatThrownBy(() -> more.redeem(before, question, NOW)).hasMessageContaining("it was used before");
        assertThatThrownBy(() -> tokens.redeem(after, question, NOW)).hasMessageContaining("it was used before");
    }

    @Test
    void whatWasUsedStaysUsedWhenTheClockGoesBack() {
        String token = tokens.issue(question, NOW, HOUR);
        String later = tokens.issue(question, NOW, HOUR.multipliedBy(3));
        tokens.redeem(token, question, NOW);
        tokens.redeem(later, question, NOW.plus(HOUR));

        assertThatThrownBy(() -> tokens.redeem(token, question, NOW.plus(HOUR).minusMillis(1)))
                .hasMessageStartingWith("the approval token is refused: it expired at ");
    }

    @Test
    void ofManyAtOnceOneIsTaken() throws InterruptedException {
        String token = tokens.issue(question, NOW, HOUR);
        AtomicInteger taken = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    tokens.redeem(token, question, NOW);
                    taken.incrementAndGet();
                } catch (TenonException refused) {
                    assertThat(refused.code()).isEqualTo("approval.refused");
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(taken).hasValue(1);
    }

    @Test
    void everyBitOfItsBytesCounts() {
        String[] parts = tokens.issue(question, NOW, HOUR).split("\\.");
        for (int part = 0; part < 2; part++) {
            byte[] bytes = Base64.getUrlDecoder().decode(parts[part]);
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] flipped = bytes.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                String other = Base64.getUrlEncoder().withoutPadding().encodeToString(flipped);
                String altered = part == 0 ? other + "." + parts[1] : parts[0] + "." + other;

                assertThatThrownBy(() -> tokens.redeem(altered, question, NOW))
                        .as("part %d, bit %d", part, bit)
                        .isInstanceOf(TenonException.class)
                        .extracting(refused -> ((TenonException) refused).code())
                        .isEqualTo("approval.refused");
            }
        }
    }

    @Test
    void keysCanBeReplaced() {
        String old = tokens.issue(question, NOW, HOUR);
        ApprovalTokens next = ApprovalTokens.of("k2", key(2)).accepting("k1", key(1));

        assertThat(next.redeem(old, question, NOW)).isEqualTo(Answer.approve(question));
        assertThatThrownBy(() -> tokens.redeem(next.issue(question, NOW, HOUR), question, NOW))
                .hasMessageContaining("not made under a key that is known here, or was altered");
        assertThatThrownBy(() -> ApprovalTokens.of("k", new byte[8]))
                .hasMessage("a key needs at least 32 random bytes, got 8");
        assertThat(next.toString()).isEqualTo("ApprovalTokens[key k2, accepted [k2, k1]]");
    }
}
