package dev.tenon.provider;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.tool.ToolSpec;
import java.util.Objects;

/**
 * A counter that is corrected by what a model reports. Thread-safe; for one model, since each cuts text its own way.
 *
 * <p>A request is taken to have {@code factor × what the other counter says + constant} tokens. The constant is what a provider adds to every request, such as the words by which it explains tools
 * to the model; without it, small requests would spoil the count of large ones. Both are fitted to what was reported, by least squares of the relative error, where older reports count less, and
 * begin at 1 and 0.
 */
public final class CalibratedTokens implements TokenCounter {
    /** The factor is 1 give or take so much, before anything was reported. */
    private static final double FACTOR_DEVIATION = 0.25;

    /** The constant is 0 give or take so many tokens, before anything was reported. */
    private static final double CONSTANT_DEVIATION = 150;

    /** One request is counted right give or take such a share, and {@link #SMALL} tokens. */
    private static final double DEVIATION = 0.1;

    private static final double SMALL = 30;

    /** So much of a report is left when the next comes: the last fifty count most. */
    private static final double FADING = 0.98;

    private static final double LEAST_FACTOR = 0.2;
    private static final double MOST_FACTOR = 5;

    private final TokenCounter base;

    // Guarded by this: the normal equations of the fit, beginning at what is believed before.
    private double xx = 1 / (FACTOR_DEVIATION * FACTOR_DEVIATION);
    private double x1;
    private double one = 1 / (CONSTANT_DEVIATION * CONSTANT_DEVIATION);
    private double xy = xx;
    private double y;
    private volatile Line line = new Line(1, 0);

    private record Line(double factor, double constant) {}

    private CalibratedTokens(TokenCounter base) {
        this.base = Objects.requireNonNull(base, "base");
    }

    /** A counter that begins as this one. */
    public static CalibratedTokens of(TokenCounter base) {
        return new CalibratedTokens(base);
    }

    /** A counter that begins as {@link TokenCounter#ESTIMATE}. */
    public static CalibratedTokens estimate() {
        return of(TokenCounter.ESTIMATE);
    }

    /** Takes what was reported of a request. A usage that was not reported, or is of no tokens, says nothing. */
    public void learn(ChatRequest request, Usage usage) {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(usage, "usage");
        if (usage.unreported() > 0 || usage.input() <= 0) {
            return;
        }
        double counted = base.tokens(request);
        double weight = 1 / Math.pow(DEVIATION * counted + SMALL, 2);
        // Beyond these bounds it is no count of this request: a gateway that reports something else must not bend what
        // follows.
        double reported =
                Math.clamp((double) usage.input(), counted * LEAST_FACTOR, counted * MOST_FACTOR + 10 * SMALL);
        synchronized (this) {
            double priorFactor = 1 / (FACTOR_DEVIATION * FACTOR_DEVIATION);
            double priorConstant = 1 / (CONSTANT_DEVIATION * CONSTANT_DEVIATION);
            xx = priorFactor + (xx - priorFactor) * FADING + weight * counted * counted;
            xy = priorFactor + (xy - priorFactor) * FADING + weight * counted * reported;
            one = priorConstant + (one - priorConstant) * FADING + weight;
            x1 = x1 * FADING + weight * counted;
            y = y * FADING + weight * reported;
            double constant = Math.max(0, (xx * y - x1 * xy) / (xx * one - x1 * x1));
            double factor = Math.clamp((xy - constant * x1) / xx, LEAST_FACTOR, MOST_FACTOR);
            line = new Line(factor, constant);
        }
    }

    /** What a count is multiplied by. */
    public double factor() {
        return line.factor();
    }

    /** Tokens that are added to every request. */
    public double constant() {
        return line.constant();
    }

    @Override
    public int marks() {
        return base.marks();
    }

    @Override
    public long tokens(String text) {
        Objects.requireNonNull(text, "text");
        return scaled(base.tokens(text));
    }

    @Override
    public long tokens(Message message) {
        Objects.requireNonNull(message, "message");
        return scaled(base.tokens(message));
    }

    @Override
    public long tokens(ToolSpec tool) {
        Objects.requireNonNull(tool, "tool");
        return scaled(base.tokens(tool));
    }

    @Override
    public long tokens(Content.Media media) {
        Objects.requireNonNull(media, "media");
        return scaled(base.tokens(media));
    }

    @Override
    public long tokens(ChatRequest request) {
        Objects.requireNonNull(request, "request");
        Line now = line;
        return Math.round(now.factor() * base.tokens(request) + now.constant());
    }

    private long scaled(long tokens) {
        return Math.round(line.factor() * tokens);
    }

    @Override
    public String toString() {
        Line now = line;
        return "CalibratedTokens[" + base + " × " + Math.round(now.factor() * 100) / 100.0 + " + "
                + Math.round(now.constant()) + "]";
    }
}
