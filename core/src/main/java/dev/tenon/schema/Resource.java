package dev.tenon.schema;

import java.util.HashMap;
import java.util.Map;

/** One schema resource: a document, or a part of one that has its own {@code $id}. Filled while documents are loaded. */
final class Resource {
    final Uri uri;
    final Document document;
    final String pointer;
    final Dialect dialect;

    /** Where in the document the anchors stand, by name. */
    final Map<String, String> anchors = new HashMap<>();

    final Map<String, String> dynamicAnchors = new HashMap<>();
    final Map<String, Node> dynamicNodes = new HashMap<>();

    Resource(Uri uri, Document document, String pointer, Dialect dialect) {
        this.uri = uri;
        this.document = document;
        this.pointer = pointer;
        this.dialect = dialect;
    }
}
