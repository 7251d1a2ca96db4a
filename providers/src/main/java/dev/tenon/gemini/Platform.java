package dev.tenon.gemini;

/**
 * Where Gemini is served.
 *
 * @param host its name, for messages and {@link dev.tenon.provider.ModelInfo#provider()}
 * @param models what stands before a model's name in its path
 * @param files what stands before a file's id in its address; empty where there are none
 */
record Platform(String host, String models, String files) {
    /** Google's own. */
    static final Platform GEMINI_API = new Platform("gemini", "models/", Gemini.ADDRESS + "/");

    /** Vertex AI: files are in Google's cloud storage, and have addresses. */
    static final Platform VERTEX_AI = new Platform("vertex-ai", "publishers/google/models/", "");

    boolean isVertex() {
        return files.isEmpty();
    }
}
