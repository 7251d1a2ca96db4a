package dev.tenon.provider;

/** How many tokens a request and its reply will use, before anybody has counted them: by the estimate, corrected by what earlier ones used. Thread-safe. */
final class TokenGuess {
    /** How much the newest reply counts beside what was known. */
    private static final double NEWEST = 0.2;

    /** No reply has more tokens; sums stay sums. */
    private static final long HUGE = 1L << 40;

    private final CalibratedTokens input = CalibratedTokens.estimate();

    // Guarded by this.
    private double output;

    /** Tokens of the request and its reply: of the reply as many as it may have, where that is set. */
    long of(ChatRequest request) {
        long most = request.settings().maxOutputTokens().orElse(-1);
        return input.tokens(request) + (most < 0 ? (long) Math.ceil(output()) : Math.min(most, HUGE));
    }

    /** What such a request used. */
    void learn(ChatRequest request, Usage usage) {
        input.learn(request, usage);
        synchronized (this) {
            output += NEWEST * (usage.output() - output);
        }
    }

    private synchronized double output() {
        return output;
    }
}
