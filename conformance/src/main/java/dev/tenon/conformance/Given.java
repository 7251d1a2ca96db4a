package dev.tenon.conformance;

import dev.tenon.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A case as its reader sees it: without what is wanted. Immutable.
 *
 * @param members the members that the kind may see
 * @param folder where the files are that the case names
 */
record Given(String id, Json.Obj members, Path folder) {
    /** The text of a member; empty where it is missing or no text. */
    Optional<String> text(String member) {
        return members.string(member);
    }

    /** The text of a member that must be there. */
    String needed(String member) {
        return text(member)
                .orElseThrow(() -> new IllegalArgumentException("case " + id + " has no text \"" + member + "\""));
    }

    /** The bytes of the file that a member names. */
    byte[] file(String member) throws IOException {
        return Files.readAllBytes(folder.resolve(needed(member)));
    }
}
