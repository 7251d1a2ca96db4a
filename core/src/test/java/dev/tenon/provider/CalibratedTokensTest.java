package dev.tenon.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import dev.tenon.schema.JsonSchema;
import dev.tenon.tool.ToolSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibratedTokensTest {
    private static final ToolSpec TOOL = ToolSpec.of(
            "weather",
            "The weather of a place, now and in the next days.",
            JsonSchema.parse(
                    "{\"type\": \"object\", \"properties\": {\"place\": {\"type\": \"string\"}, \"days\": {\"type\":"
                            + " \"integer\"}}}"));

    private final CalibratedTokens tokens = CalibratedTokens.estimate();

    private static ChatRequest said(int words) {
        return ChatRequest.of(List.of(Message.user("window ".repeat(words))));
    }

    private static ChatRequest withTools(int words, int tools) {
        List<ToolSpec> all = IntStream.range(0, tools)
                .mapToObj(i -> TOOL.withName("weather" + i))
                .toList();
        return said(words).withTools(all);
    }

    private static long estimate(ChatRequest request) {
        return TokenCounter.ESTIMATE.tokens(request);
    }

    private void learn(ChatRequest request, double reported) {
        tokens.learn(request, Usage.of(Math.round(reported), 1));
    }

    @Test
    void beginsAsTheOtherCounter() {
        for (ChatRequest request : List.of(said(1), said(1_000), withTools(3, 4))) {
            assertThat(tokens.tokens(request)).isEqualTo(estimate(request));
        }
    }

    @Test
    void whatToolsCostSaysNothingOfRequestsWithoutThem() {
        for (int i = 1; i <= 10; i++) {
            ChatRequest request = withTools(5 * i, 1);
            learn(request, (double) (estimate(request) + 400));
        }
        assertThat(tokens.tokens(said(5))).isCloseTo(estimate(said(5)), within(30L));
        ChatRequest next = withTools(7, 1);
        assertThat((double) tokens.tokens(next)).isCloseTo((double) (estimate(next) + 400), within(40.0));
    }

    @Test
    void aToolIsCountedInTheWordsOfTheProvider() {
        long one = TokenCounter.ESTIMATE.tokens(TOOL.withName("weather0"));
        for (int i = 1; i <= 20; i++) {
            int tools = 1 + i * 7 % 9;
            ChatRequest request = withTools(20, tools);
            learn(request, estimate(said(20)) + 300 + 1.6 * one * tools);
        }
        assertThat((double) tokens.tokens(TOOL.withName("weather0"))).isCloseTo(1.6 * one, within(0.15 * one));
    }

    @Test
    void aTextIsCountedByTheFactorOfTheModel() {
        for (int i = 1; i <= 20; i++) {
            ChatRequest request = said(i * 100);
            learn(request, 12 + 1.3 * estimate(request));
        }
        assertThat(tokens.factor()).isCloseTo(1.3, within(0.03));
        assertThat((double) tokens.tokens(said(3_000))).isCloseTo(1.3 * estimate(said(3_000)), within(150.0));
        assertThat((double) tokens.tokens("window ".repeat(1_000)))
                .isCloseTo(1.3 * TokenCounter.ESTIMATE.tokens("window ".repeat(1_000)), within(40.0));
    }

    @Test
    void anImageBendsNoText() {
        Message image = new UserMessage(
                List.of(Content.text("What is this?"), Content.Media.of(new byte[9_000], "image/png")), Map.of());
        ChatRequest shown = ChatRequest.of(List.of(image));
        for (int i = 0; i < 20; i++) {
            learn(shown, 270);
            learn(said(50), (double) estimate(said(50)));
        }
        assertThat((double) tokens.tokens(shown)).isCloseTo(270, within(80.0));
        assertThat(tokens.factor()).isCloseTo(1, within(0.1));
    }

    /** Whatever a gateway reports, a count stays one. */
    @Test
    void reportsWithoutMeasureBendNothingOutOfIt() {
        for (long reported : new long[] {1, Long.MAX_VALUE, 0, -5, 1L << 60}) {
            for (ChatRequest request : List.of(said(0), said(10), said(100_000), withTools(1, 30))) {
                tokens.learn(request, Usage.of(Math.max(0, reported), 0));
                for (ChatRequest other : List.of(said(0), said(10), said(100_000), withTools(1, 30))) {
                    assertThat(tokens.tokens(other)).isBetween(0L, 6 * estimate(other) + 200_000);
                }
                assertThat(tokens.factor()).isBetween(0.2, 5.0);
                assertThat(tokens.constant()).isNotNegative();
            }
        }
        CalibratedTokens untaught = CalibratedTokens.estimate();
        untaught.learn(said(10), Usage.of(0, 0));
        assertThat(untaught.factor()).isEqualTo(1);
        assertThat(untaught.constant()).isZero();
        assertThat(untaught)
                .hasToString("CalibratedTokens[TokenCounter.ESTIMATE: texts × 1.00, tools × 1.00 + 0, media × 1.00,"
                        + " schema + 0, always + 0]");
    }
}
