package dev.tenon.wire;

import dev.tenon.http.HttpClient;
import dev.tenon.http.HttpEndpoint;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a host is, and what every request to it carries. Immutable, thread-safe. */
public final class Address {
    private final String baseUrl;
    private final Map<String, String> headers;
    private final HttpClient http;

    /** A host's base URL, with or without a slash at its end. */
    public Address(String baseUrl, Map<String, String> headers, HttpClient http) {
        String bare = baseUrl;
        while (bare.endsWith("/")) bare = bare.substring(0, bare.length() - 1);
        this.baseUrl = bare;
        this.headers = new LinkedHashMap<>(headers);
        this.http = http;
    }

    /**
     * A place at this host.
     *
     * @param path after the base URL, with its slash; may have a query
     * @param query more parameters, as text
     * @throws IllegalArgumentException where the URL or a header is none
     */
    public HttpEndpoint at(String path, Map<String, String> query) {
        StringBuilder url = new StringBuilder(baseUrl).append(path);
        char next = url.indexOf("?") < 0 ? '?' : '&';
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            url.append(next).append(encoded(parameter.getKey())).append('=').append(encoded(parameter.getValue()));
            next = '&';
        }
        return http.endpoint(url.toString(), headers);
    }

    /** A text as one segment of a path, or as the name or value of a parameter. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The base URL without anything secret. */
    @Override
    public String toString() {
        return HttpEndpoint.withoutSecrets(baseUrl);
    }
}
