package dev.tenon.provider;

import dev.tenon.message.Content;

/** Counts from above. Immutable. */
final class TokenCeiling implements TokenCounter {
    /** The most that Anthropic's guide gives for one image. */
    private static final long IMAGE = 1_600;

    /**
     * What hosts put around a request that no request shows. How tools are to be called: up to 684 tokens at Anthropic, 639 at Groq, 588 through OpenRouter; how an answer is to look: up to 191. A system prompt of the host's own:
     * mostly up to 65, at xAI 180 (recorded requests, 2026, {@code TokenErrorTest}). What a host's own tools bring in by themselves is in no bound.
     */
    private static final long ROUND_TOOLS = 700;

    private static final long ROUND_SCHEMA = 200;
    private static final long ROUND_MESSAGES = 180;

    @Override
    public long tokens(ChatRequest request) {
        long around =
                !request.tools().isEmpty() ? ROUND_TOOLS : request.format().isText() ? ROUND_MESSAGES : ROUND_SCHEMA;
        return TokenCounter.super.tokens(request) + around;
    }

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
