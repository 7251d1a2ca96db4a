package dev.tenon.http;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Proves whose request it is by what is in it: a signature over address, headers and body. Implementations must be thread-safe. */
@FunctionalInterface
public interface RequestSigner {
    /** The headers to add. Asked once a request, when all of it is known. */
    Map<String, String> sign(Unsigned request);

    /** What must not be seen where a host quotes it in an error. */
    default List<String> secrets() {
        return List.of();
    }

    /**
     * A request to be signed. Immutable.
     *
     * @param bodySha256 64 lower-case hexadecimal digits
     */
    record Unsigned(String method, URI address, Map<String, String> headers, String bodySha256) {
        public Unsigned {
            Objects.requireNonNull(method, "method");
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(headers, "headers");
            Objects.requireNonNull(bodySha256, "bodySha256");
            headers = Map.copyOf(headers);
        }

        /** Method and host. */
        @Override
        public String toString() {
            return method + " " + address.getHost();
        }
    }
}
