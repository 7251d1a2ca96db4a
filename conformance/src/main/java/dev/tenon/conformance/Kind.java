package dev.tenon.conformance;

import dev.tenon.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** A kind of cases: how they are read, and how what was read is compared. */
interface Kind {
    /** What the program calls it. */
    String name();

    /** The members of a case that the reader may see, beside its id: what a client sees, and what a user of one knows. */
    Set<String> given();

    /** Reads the cases, in order, and gives every line that came of them; each has the {@code id} of its case. */
    void read(List<Given> cases, Lines lines) throws IOException;

    /**
     * What differs between a whole case and the lines that came of it; empty where it is as wanted.
     *
     * @param wanted the case as it stands in its file
     * @param came the lines, as they were given or read back from a file
     */
    List<String> compare(Json.Obj wanted, List<Json.Obj> came);

    /** Where lines go. */
    @FunctionalInterface
    interface Lines {
        /** Takes the next. */
        void add(Json.Obj line) throws IOException;
    }
}
