package dev.tenon.toolbox.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder that a model may work under. Immutable.
 *
 * @param name by which paths name it; empty where it is the only one
 * @param path its real path
 */
record Root(String name, Path path) {
    Folder open() throws IOException {
        return Folder.open(path);
    }

    /** The folder at the end of these names, opened one by one. */
    Folder walk(List<String> segments) throws IOException {
        Folder at = open();
        for (String segment : segments) {
            try (Folder above = at) {
                at = above.child(segment);
            }
        }
        return at;
    }

    /** The folder that the last of these names stands in. */
    Folder above(List<String> segments) throws IOException {
        return walk(segments.subList(0, segments.size() - 1));
    }
}
