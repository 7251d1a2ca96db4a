package dev.tenon.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.message.UserMessage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pictures, sound and files count in a request. */
class MediaTokensTest {
    private static byte[] image(String format, int width, int height) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out))
                .isTrue();
        return out.toByteArray();
    }

    private static long tokens(Content.Media media) {
        return TokenCounter.ESTIMATE.tokens(media);
    }

    /** A token for 750 pixels, within bounds. */
    @ParameterizedTest
    @CsvSource({
        "png, 750, 300, 300",
        "gif, 750, 300, 300",
        "jpg, 750, 300, 300",
        "png, 10, 10, 85",
        "jpg, 3000, 2000, 1600",
        "png, 65600, 3, 262",
        "jpg, 1, 1, 85"
    })
    void anImageCountsByItsPixels(String format, int width, int height, long wanted) throws IOException {
        assertThat(tokens(Content.Media.of(image(format, width, height), "image/" + format)))
                .isEqualTo(wanted);
    }

    @Test
    void anImageOfUnknownSizeCountsAsALargeOne() throws IOException {
        byte[] cut = java.util.Arrays.copyOf(image("jpg", 100, 100), 20);
        for (byte[] bytes :
                List.of(new byte[0], new byte[] {1}, new byte[100], cut, new byte[] {(byte) 0xFF, (byte) 0xD8})) {
            assertThat(tokens(Content.Media.of(bytes, "image/png"))).isEqualTo(1_600);
        }
        assertThat(tokens(Content.Media.of(URI.create("https://example.com/a.png"), "image/png")))
                .isEqualTo(1_600);
    }

    @Test
    void noBytesMakeItFail() {
        Random random = new Random(3);
        byte[][] heads = {
            {(byte) 0x89, 'P', 'N', 'G'},
            {'G', 'I', 'F'},
            {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF},
            "RIFFxxxxWEBPVP8X".getBytes(StandardCharsets.US_ASCII)
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            byte[] head = heads[i % heads.length];
            System.arraycopy(head, 0, bytes, 0, Math.min(head.length, bytes.length));
            assertThat(tokens(Content.Media.of(bytes, "image/png"))).isBetween(85L, 1_600L);
        }
    }

    @Test
    void soundCountsBySecondsAndFilmBySecondsAndAFileByPagesOrItsText() {
        assertThat(tokens(Content.Media.of(new byte[160_000], "audio/mp3"))).isEqualTo(320);
        assertThat(tokens(Content.Media.of(URI.create("https://example.com/a.mp3"), "audio/mp3")))
                .isEqualTo(32 * 60);
        assertThat(tokens(Content.Media.of(new byte[2_500_000], "video/mp4"))).isEqualTo(2_630);
        assertThat(tokens(Content.Media.of(new byte[160_000], "application/pdf")))
                .isEqualTo(3 * 1_600);
        assertThat(tokens(Content.Media.of(new byte[10], "application/pdf"))).isEqualTo(1_600);
        String text = "How many words are in this file? ".repeat(40);
        assertThat(tokens(Content.Media.of(text.getBytes(StandardCharsets.UTF_8), "text/plain")))
                .isEqualTo(TokenCounter.ESTIMATE.tokens(text));
    }

    @Test
    void theyCountInMessagesAndResultsAndNeverLessFromAbove() throws IOException {
        Content.Media picture = Content.Media.of(image("png", 750, 300), "image/png");
        UserMessage user = new UserMessage(List.of(Content.text("Look"), picture), Map.of());
        assertThat(TokenCounter.ESTIMATE.tokens(user) - TokenCounter.ESTIMATE.tokens(Message.user("Look")))
                .isEqualTo(300);
        Content.ToolResult result =
                new Content.ToolResult("1", "look", List.of(picture), false, dev.tenon.message.Origin.NONE, Map.of());
        assertThat(TokenCounter.ESTIMATE.tokens(List.of(result))).isGreaterThanOrEqualTo(300);
        assertThat(TokenCounter.CEILING.tokens(picture)).isEqualTo(1_600);
    }
}
