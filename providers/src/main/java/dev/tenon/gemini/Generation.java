package dev.tenon.gemini;

/**
 * What a generation of models needs to be told differently, by the name of the model: the wire has no other sign of it. A name that says no
 * generation, such as {@code gemini-flash-latest}, is of the newest.
 */
enum Generation {
    /** Gemini 1 and 2.0: they do not think. */
    WITHOUT_THINKING,
    /** Gemini 2.5: thinks as many tokens as it is told. */
    BUDGET,
    /** Gemini 3: thinks at a level, wants its calls signed, and sees media in what a tool returns. */
    LEVEL,
    /** No Gemini, or a model with a name of the user's own. */
    OTHER;

    /** The generation of a model. */
    static Generation of(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1);
        if (!name.startsWith("gemini-")) return OTHER;
        if (name.startsWith("gemini-2.5")) return BUDGET;
        return name.startsWith("gemini-1") || name.startsWith("gemini-2") ? WITHOUT_THINKING : LEVEL;
    }
}
