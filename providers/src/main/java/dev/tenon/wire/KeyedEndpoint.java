package dev.tenon.wire;

import dev.tenon.http.HttpEndpoint;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An endpoint whose key is asked for before each call, because it may change: a token that expires. Thread-safe. */
public final class KeyedEndpoint {
    private final HttpEndpoint endpoint;
    private final @Nullable Supplier<String> key;
    private final String header;
    private final String prefix;

    /** The endpoint with the key that was asked for last: it seldom changes. */
    private volatile @Nullable Keyed keyed;

    private record Keyed(String key, HttpEndpoint endpoint) {}

    /**
     * An endpoint and where its key comes from.
     *
     * @param key null where the host needs none
     * @param header the header the key goes in
     * @param prefix what stands before it there
     */
    public KeyedEndpoint(HttpEndpoint endpoint, @Nullable Supplier<String> key, String header, String prefix) {
        this.endpoint = endpoint;
        this.key = key;
        this.header = header;
        this.prefix = prefix;
    }

    /** The endpoint with the key of now. */
    public HttpEndpoint now() {
        if (key == null) return endpoint;
        String now = key.get();
        Keyed known = keyed;
        if (known == null || !known.key.equals(now)) {
            known = new Keyed(now, endpoint.withHeader(header, prefix + now));
            keyed = known;
        }
        return known.endpoint;
    }
}
