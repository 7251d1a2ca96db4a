package dev.tenon.ollama;

import java.util.Objects;

/**
 * How far the fetching of a model has come. Immutable.
 *
 * @param status in Ollama's words, for example {@code pulling manifest}; the last is {@code success}
 * @param digest of the part that is being fetched; empty where it is none
 * @param total bytes of that part; 0 where it is not known
 * @param completed bytes of it that are here
 */
public record PullProgress(String status, String digest, long total, long completed) {

    public PullProgress {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(digest, "digest");
    }
}
