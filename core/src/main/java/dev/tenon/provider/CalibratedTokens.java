package dev.tenon.provider;

import dev.tenon.message.Content;
import dev.tenon.message.Message;
import dev.tenon.tool.ToolSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A counter that is corrected by what a model reports. Thread-safe; for one model, since each cuts text its own way.
 *
 * <p>What the other counter says of a request has three parts, texts, tools and media, and each is multiplied by a factor of its own: a provider writes tools in its own words, and counts images by its own
 * tiles. Three constants are added: one to every request, one where tools are offered, which a provider explains to the model, and one where the answer has a schema. So a request with tools says
 * nothing wrong of one without. The factors begin at 1 and the constants at 0. All are fitted to what was reported, by least squares of the relative error, where older reports count less and what was
 * believed before goes on counting.
 */
public final class CalibratedTokens implements TokenCounter {
    private static final int TEXTS = 0;
    private static final int TOOLS = 1;
    private static final int MEDIA = 2;
    private static final int ALWAYS = 3;
    private static final int WITH_TOOLS = 4;
    private static final int WITH_SCHEMA = 5;
    private static final int TERMS = 6;

    /** What is believed before anything was reported. */
    private static final double[] BEFORE = {1, 1, 1, 0, 0, 0};

    /** Give or take so much; constants in tokens. */
    private static final double[] DEVIATION = {0.25, 0.5, 0.5, 50, 200, 100};

    /** One request is counted right give or take such a share, and {@link #SMALL} tokens. */
    private static final double SHARE = 0.1;

    private static final double SMALL = 5;

    /** So much of a report is left when the next comes: the last fifty count most. */
    private static final double FADING = 0.98;

    private static final double LEAST_FACTOR = 0.2;
    private static final double MOST_FACTOR = 5;

    /** More than any host puts around a request. */
    private static final double MOST_CONSTANT = 100_000;

    /** Each brings a term nearer to where it fits best beside the others; they begin where they were. */
    private static final int SWEEPS = 60;

    private final TokenCounter base;

    // Guarded by this: the normal equations of the fit, without what was believed before.
    private final double[][] products = new double[TERMS][TERMS];
    private final double[] reports = new double[TERMS];

    /** What the terms of a request are multiplied by. Replaced as a whole. */
    private volatile List<Double> terms = List.of(1.0, 1.0, 1.0, 0.0, 0.0, 0.0);

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
        double[] counted = counted(request);
        double all = counted[TEXTS] + counted[TOOLS] + counted[MEDIA];
        double weight = 1 / Math.pow(SHARE * all + SMALL, 2);
        // Beyond these bounds it is no count of this request: a gateway that reports something else must not bend what
        // follows.
        double room = DEVIATION[ALWAYS]
                + counted[WITH_TOOLS] * DEVIATION[WITH_TOOLS]
                + counted[WITH_SCHEMA] * DEVIATION[WITH_SCHEMA];
        double reported = Math.clamp((double) usage.input(), all * LEAST_FACTOR, all * MOST_FACTOR + 10 * room);
        synchronized (this) {
            for (int i = 0; i < TERMS; i++) {
                for (int j = 0; j < TERMS; j++) {
                    products[i][j] = products[i][j] * FADING + weight * counted[i] * counted[j];
                }
                reports[i] = reports[i] * FADING + weight * counted[i] * reported;
            }
            terms = fitted(terms);
        }
    }

    /** The terms of least error within their bounds, found from these on, one after the other. */
    private List<Double> fitted(List<Double> from) {
        double[] by = from.stream().mapToDouble(Double::doubleValue).toArray();
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int i = 0; i < TERMS; i++) {
                double belief = 1 / (DEVIATION[i] * DEVIATION[i]);
                double wanted = belief * BEFORE[i] + reports[i];
                for (int j = 0; j < TERMS; j++) {
                    wanted -= j == i ? 0 : products[i][j] * by[j];
                }
                by[i] = Math.clamp(
                        wanted / (belief + products[i][i]),
                        i < ALWAYS ? LEAST_FACTOR : 0,
                        i < ALWAYS ? MOST_FACTOR : MOST_CONSTANT);
            }
        }
        return Arrays.stream(by).boxed().toList();
    }

    /** What the other counter says, by terms. */
    private double[] counted(ChatRequest request) {
        double[] counted = new double[TERMS];
        for (ToolSpec tool : request.tools()) {
            counted[TOOLS] += base.tokens(tool);
        }
        for (Message message : request.messages()) {
            counted[MEDIA] += media(message.content());
        }
        counted[TEXTS] = Math.max(0, base.tokens(request) - counted[TOOLS] - counted[MEDIA]);
        counted[ALWAYS] = 1;
        counted[WITH_TOOLS] = request.tools().isEmpty() ? 0 : 1;
        counted[WITH_SCHEMA] = request.format().isText() ? 0 : 1;
        return counted;
    }

    private long media(List<? extends Content> parts) {
        long tokens = 0;
        for (Content part : parts) {
            tokens += switch (part) {
                case Content.Media media -> base.tokens(media);
                case Content.ToolResult result -> media(result.content());
                case Content.Text text -> 0;
                case Content.Thinking thinking -> 0;
                case Content.ToolCall call -> 0;
                case Content.Opaque opaque -> 0;
            };
        }
        return tokens;
    }

    /** What the count of a text is multiplied by. */
    public double factor() {
        return terms.get(TEXTS);
    }

    /** Tokens that are added to every request, whatever is in it. */
    public double constant() {
        return terms.get(ALWAYS);
    }

    @Override
    public int marks() {
        return base.marks();
    }

    @Override
    public long tokens(String text) {
        Objects.requireNonNull(text, "text");
        return scaled(base.tokens(text), TEXTS);
    }

    @Override
    public long tokens(Message message) {
        Objects.requireNonNull(message, "message");
        long media = media(message.content());
        List<Double> by = terms;
        return Math.round(by.get(TEXTS) * (base.tokens(message) - media) + by.get(MEDIA) * media);
    }

    @Override
    public long tokens(ToolSpec tool) {
        Objects.requireNonNull(tool, "tool");
        return scaled(base.tokens(tool), TOOLS);
    }

    @Override
    public long tokens(Content.Media media) {
        Objects.requireNonNull(media, "media");
        return scaled(base.tokens(media), MEDIA);
    }

    @Override
    public long tokens(ChatRequest request) {
        Objects.requireNonNull(request, "request");
        double[] counted = counted(request);
        List<Double> by = terms;
        double sum = 0;
        for (int i = 0; i < TERMS; i++) {
            sum += by.get(i) * counted[i];
        }
        return Math.round(sum);
    }

    private long scaled(long tokens, int term) {
        return Math.round(terms.get(term) * tokens);
    }

    @Override
    public String toString() {
        List<Double> by = terms;
        return String.format(
                Locale.ROOT,
                "CalibratedTokens[%s: texts × %.2f, tools × %.2f + %.0f, media × %.2f, schema + %.0f, always + %.0f]",
                base,
                by.get(TEXTS),
                by.get(TOOLS),
                by.get(WITH_TOOLS),
                by.get(MEDIA),
                by.get(WITH_SCHEMA),
                by.get(ALWAYS));
    }
}
