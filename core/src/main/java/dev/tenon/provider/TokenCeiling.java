package dev.tenon.provider;

import dev.tenon.message.Content;

/** Counts from above. Immutable. */
final class TokenCeiling implements TokenCounter {
    /** The most that Anthropic's guide gives for one image. */
    private static final long IMAGE = 1_600;

    @Override
    public int marks() {
        return 8;
    }

    @Override
    public long tokens(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return (bytes + 2) / 3;
    }

    @Override
    public long tokens(Content.Media media) {
        return Math.max(IMAGE, TokenCounter.super.tokens(media));
    }

    @Override
    public String toString() {
        return "TokenCounter.CEILING";
    }
}
