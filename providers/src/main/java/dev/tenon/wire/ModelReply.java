package dev.tenon.wire;

import dev.tenon.json.Json;
import dev.tenon.provider.ChatResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** A reply of one wire format while it is read, from one object or from the chunks of a stream. Members that are not known are skipped. Not thread-safe. */
public interface ModelReply {
    /** Reads a whole reply; the parser stands at its opening brace, and afterwards at its closing one. A watcher is told of all of it at once. */
    void whole(JsonParser parser);

    /** A stream has begun: from now on what has arrived is part of an answer, even if it is nothing. */
    void begin();

    /**
     * Reads one chunk of a stream; the parser stands at its opening brace, and afterwards at its closing one.
     *
     * @param event the event's name; {@code message} where it has none
     */
    void chunk(String event, JsonParser parser);

    /** What the host reported as an error: the object, or the one that holds it. Null where it did not. */
    @Nullable
    Json error();

    /** Whether a member for errors has one: some hosts always have the member, with nothing in it. */
    static boolean isError(Json reported) {
        return !reported.isNull() && !reported.equals(Json.Obj.EMPTY) && !reported.equals(Json.of(""));
    }

    /** Whether nothing more of a stream is wanted, whatever comes; by default where the host reported an error. */
    default boolean over() {
        return error() != null;
    }

    /** Whether anything of an answer has come. */
    boolean answered();

    /** Whether the answer has come to its end. */
    boolean finished();

    /** Whether it has, and what might still come is no part of it: then a connection that breaks takes nothing away. */
    default boolean complete() {
        return finished();
    }

    /** Whether what came as a whole reply was only the first object of a stream of them. */
    default boolean goesOn() {
        return false;
    }

    /** What the wire calls that which an answer cannot be without, for example {@code choices}: for messages. */
    String answer();

    /** What has arrived of an answer that did not come to its end; null where it had not begun. */
    @Nullable
    ChatResponse partial();

    /** What has been read so far. */
    ChatResponse response();
}
