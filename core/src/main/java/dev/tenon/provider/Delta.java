package dev.tenon.provider;

import java.util.Objects;

/** A piece of a reply while it streams. Immutable. Transient: never on record. */
public sealed interface Delta {
    /** More of the answer's text. */
    record Text(String text) implements Delta {

        public Text {
            Objects.requireNonNull(text, "text");
        }
    }

    /** More of the thinking. */
    record Thinking(String text) implements Delta {

        public Thinking {
            Objects.requireNonNull(text, "text");
        }
    }

    /**
     * A tool call begins.
     *
     * @param index which call of this reply, from 0
     * @param id as the provider gave it, may be empty
     */
    record ToolCallStarted(int index, String id, String name) implements Delta {

        public ToolCallStarted {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(name, "name");
        }
    }

    /**
     * More of the text of a call's arguments.
     *
     * @param index which call of this reply, from 0
     */
    record ToolCallArguments(int index, String fragment) implements Delta {

        public ToolCallArguments {
            Objects.requireNonNull(fragment, "fragment");
        }
    }

    /**
     * What was given of this reply so far counts no more: the call is made again.
     *
     * @param reason for people
     */
    record Discarded(String reason) implements Delta {

        public Discarded {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
