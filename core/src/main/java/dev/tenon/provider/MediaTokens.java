package dev.tenon.provider;

import dev.tenon.message.Content;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Tokens of media, by their size. An image has one for 750 pixels, from 85 to 1,600 (Anthropic's guide, "Vision", 2025; OpenAI's and Google's tiles come out within a factor of two). A text in a
 * file is counted as text. A page of a PDF has 1,600, and is taken for 50,000 bytes. A second of sound has 32 (Google's guide, 2025), and is taken for 16,000 bytes; one of video 263. What is not
 * inline, and so of unknown size, counts as one image, one page or a minute.
 */
final class MediaTokens {
    private static final int PIXELS_A_TOKEN = 750;
    private static final long LEAST_IMAGE = 85;
    private static final long MOST_IMAGE = 1_600;
    private static final long PAGE = 1_600;
    private static final long BYTES_A_PAGE = 50_000;
    private static final long SECOND_OF_SOUND = 32;
    private static final long SECOND_OF_VIDEO = 263;
    private static final long BYTES_A_SECOND_OF_SOUND = 16_000;
    private static final long BYTES_A_SECOND_OF_VIDEO = 250_000;
    private static final long MINUTE = 60;

    /** So many bytes hold the size of an image, in any common file. */
    private static final int HEAD = 64 * 1024;

    private MediaTokens() {}

    static long of(Content.Media media, TokenCounter counter) {
        String base64 = media.source() instanceof Content.Media.Inline inline ? inline.base64() : "";
        long bytes = base64.length() / 4L * 3;
        return switch (media.kind()) {
            case IMAGE -> base64.isEmpty() ? MOST_IMAGE : image(head(base64));
            case AUDIO -> SECOND_OF_SOUND * seconds(bytes, BYTES_A_SECOND_OF_SOUND);
            case VIDEO -> SECOND_OF_VIDEO * seconds(bytes, BYTES_A_SECOND_OF_VIDEO);
            case DOCUMENT ->
                media.mimeType().startsWith("text/") && !base64.isEmpty()
                        ? counter.tokens(text(base64))
                        : PAGE * Math.max(1, bytes / BYTES_A_PAGE);
        };
    }

    private static long seconds(long bytes, long each) {
        return bytes == 0 ? MINUTE : Math.max(1, bytes / each);
    }

    private static String text(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return base64;
        }
    }

    private static byte[] head(String base64) {
        int letters = Math.min(base64.length() / 4 * 4, HEAD / 3 * 4);
        try {
            return Base64.getDecoder().decode(base64.substring(0, letters));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static long image(byte[] head) {
        long pixels = pixels(head);
        return pixels == 0 ? MOST_IMAGE : Math.clamp(pixels / PIXELS_A_TOKEN, LEAST_IMAGE, MOST_IMAGE);
    }

    /** Width times height as the file says; 0 where it is none of PNG, GIF, JPEG, WebP (extended). */
    private static long pixels(byte[] head) {
        if (head.length < 26) {
            return 0;
        }
        if (at(head, 0) == 0x89 && head[1] == 'P' && head[2] == 'N' && head[3] == 'G') {
            return area(big(head, 16) << 16 | big(head, 18), big(head, 20) << 16 | big(head, 22));
        }
        if (head[0] == 'G' && head[1] == 'I' && head[2] == 'F') {
            return area(little(head, 6), little(head, 8));
        }
        if (head.length >= 30 && head[8] == 'W' && head[9] == 'E' && head[12] == 'V' && head[15] == 'X') {
            return area((little(head, 24) | at(head, 26) << 16) + 1L, (little(head, 27) | at(head, 29) << 16) + 1L);
        }
        return at(head, 0) == 0xFF && at(head, 1) == 0xD8 ? jpeg(head) : 0;
    }

    /** The frame header of a JPEG file (ITU-T T.81, section B.2.2) holds its size. */
    private static long jpeg(byte[] head) {
        int at = 2;
        while (at + 9 < head.length && at(head, at) == 0xFF) {
            int marker = at(head, at + 1);
            boolean frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
            if (frame) {
                return area(big(head, at + 5), big(head, at + 7));
            }
            at += 2 + (int) big(head, at + 2);
        }
        return 0;
    }

    private static long area(long width, long height) {
        return Math.min(width, 1L << 30) * Math.min(height, 1L << 30);
    }

    private static int at(byte[] bytes, int index) {
        return bytes[index] & 0xFF;
    }

    private static long big(byte[] bytes, int index) {
        return (long) at(bytes, index) << 8 | at(bytes, index + 1);
    }

    private static long little(byte[] bytes, int index) {
        return (long) at(bytes, index + 1) << 8 | at(bytes, index);
    }
}
