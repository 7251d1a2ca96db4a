package dev.tenon.benchmarks.calls;

import java.util.List;

/** The same work done in several ways. Thread-safe. Each answer is taken from what the model sent. */
interface Candidate {
    /** In the order in which they are shown; all others are compared with the first. */
    List<String> NAMES = List.of("hand", "tenon", "langchain4j");

    String QUESTION = "Do I need an umbrella in Lisbon?";

    String WEATHER = "The weather now";

    /** What a typed answer is read into. */
    record Advice(String city, double celsius, boolean umbrella) {}

    /** A question, and the text of the answer. */
    String chat();

    /** A question whose answer is streamed; returns how many characters came in pieces. */
    int stream();

    /** A question, a tool call, its result, and the text of the answer. */
    String toolRound();

    /** A question, and the answer as a record. */
    Advice typed();

    /** A question, four calls of a tool that takes 50 ms, at once, and the text of the answer. */
    String fourTools();

    /** What the tool does. */
    static String weather(String city) {
        return "14 degrees and rain in " + city;
    }

    /** What the slow one does. */
    static String slowly(String what) {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return what + " is fine";
    }

    /** One of {@link #NAMES}, for a model at this base URL. */
    static Candidate of(String name, String url) {
        return switch (name) {
            case "hand" -> new ByHand(url);
            case "tenon" -> new ByTenon(url);
            case "langchain4j" -> new ByLangChain(url);
            default -> throw new IllegalArgumentException("expected one of " + NAMES + ", got " + name);
        };
    }
}
