package dev.tenon.workflow.document;

import java.util.Objects;

/**
 * Something that is wrong with a text before it is known what it means. Immutable.
 *
 * @param source where: {@code file:line:column}, or the file where it is of all of it
 * @param offset in the text; 0 of all of it
 * @param message what was given and what was wanted
 * @param hint what to do; empty where the message says it
 */
public record Flaw(Rule rule, String source, int offset, String message, String hint) {
    /** What a text must keep to. */
    public enum Rule {
        /** At most {@link Document#MAX_BYTES} bytes. */
        LARGE("file.too_large"),
        /** UTF-8. */
        ENCODING("file.encoding"),
        /** Only signs that a document may hold. */
        SIGN("file.sign"),
        /** Something is in it. */
        EMPTY("file.empty"),
        /** It can be read. */
        SYNTAX("file.syntax"),
        /** One document. */
        ONE("file.two_documents"),
        /** No name twice in an object. */
        TWICE("file.twice"),
        /** Names are texts. */
        NAME("file.name"),
        /** At most {@link Document#MAX_DEPTH} levels. */
        DEEP("file.too_deep"),
        /** At most {@link Document#MAX_VALUES} values, those that aliases repeat included. */
        MANY("file.too_many"),
        /** No alias to what it is in. */
        RECURSIVE("file.recursive"),
        /** No tags but those of the core schema. */
        TAG("file.tag"),
        /** Numbers are finite and of a size that can be used. */
        NUMBER("file.number");

        private final String code;

        Rule(String code) {
            this.code = code;
        }

        /** Dotted, as problems say it. */
        public String code() {
            return code;
        }
    }

    public Flaw {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(hint, "hint");
    }
}
