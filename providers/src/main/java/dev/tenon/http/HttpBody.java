package dev.tenon.http;

import java.io.IOException;
import java.io.OutputStream;

/** What a request sends, written as it is made: no tree, no text of the whole. */
@FunctionalInterface
public interface HttpBody {
    /** Writes all of it, and leaves the stream open. Called once a request, before anything is sent: what it throws costs no connection. */
    void writeTo(OutputStream out) throws IOException;
}
