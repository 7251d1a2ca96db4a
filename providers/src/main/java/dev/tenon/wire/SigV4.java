package dev.tenon.wire;

import dev.tenon.http.RequestSigner;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Amazon's signature of a request, version 4 (docs.aws.amazon.com, "Create a signed AWS API request", 2026): an HMAC of what is canonical in method, path,
 * query, headers and body, with a key that is derived from the secret for one day, region and service. Immutable, thread-safe.
 */
public final class SigV4 implements RequestSigner {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final HexFormat HEX = HexFormat.of();

    private final String accessKeyId;
    private final String secretAccessKey;
    private final String sessionToken;
    private final String region;
    private final String service;
    private final Instant now;

    /**
     * The signatures of one moment.
     *
     * @param sessionToken empty where the keys are those of a user
     */
    public SigV4(
            String accessKeyId,
            String secretAccessKey,
            String sessionToken,
            String region,
            String service,
            Instant now) {
        this.accessKeyId = accessKeyId;
        this.secretAccessKey = secretAccessKey;
        this.sessionToken = sessionToken;
        this.region = region;
        this.service = service;
        this.now = now;
    }

    @Override
    public Map<String, String> sign(Unsigned request) {
        String time = TIME.format(now);
        Map<String, String> added = new LinkedHashMap<>();
        added.put("X-Amz-Date", time);
        if (!sessionToken.isEmpty()) added.put("X-Amz-Security-Token", sessionToken);
        Map<String, String> signed = signedHeaders(request, added);
        String names = String.join(";", signed.keySet());
        StringBuilder canonical = new StringBuilder(request.method())
                .append('\n')
                .append(path(request.address()))
                .append('\n')
                .append(query(request.address()))
                .append('\n');
        signed.forEach((name, value) ->
                canonical.append(name).append(':').append(value).append('\n'));
        canonical.append('\n').append(names).append('\n').append(request.bodySha256());
        String scope = time.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
        String text = ALGORITHM + "\n" + time + "\n" + scope + "\n"
                + HEX.formatHex(sha256(canonical.toString().getBytes(StandardCharsets.UTF_8)));
        String signature = HEX.formatHex(hmac(key(time.substring(0, 8)), text));
        added.put(
                "Authorization",
                ALGORITHM + " Credential=" + accessKeyId + "/" + scope + ", SignedHeaders=" + names + ", Signature="
                        + signature);
        return added;
    }

    /** The host, what is Amazon's own and what says how the body is to be read: a proxy may change others. */
    private static Map<String, String> signedHeaders(Unsigned request, Map<String, String> added) {
        Map<String, String> signed = new TreeMap<>();
        signed.put("host", host(request.address()));
        request.headers().forEach((name, value) -> sign(name, value, signed));
        added.forEach((name, value) -> sign(name, value, signed));
        return signed;
    }

    private static void sign(String name, String value, Map<String, String> signed) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("x-amz-") || lower.equals("content-type")) {
            signed.put(lower, value.strip().replaceAll(" +", " "));
        }
    }

    private static String host(URI address) {
        String host = address.getHost();
        int port = address.getPort();
        int usual = address.getScheme().equals("https") ? 443 : 80;
        return port < 0 || port == usual ? host : host + ":" + port;
    }

    /** The path as it is sent, each segment encoded once more: all of Amazon's services but S3 want it so. */
    private static String path(URI address) {
        String path = address.getRawPath();
        if (path == null || path.isEmpty()) return "/";
        StringBuilder encoded = new StringBuilder();
        for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
            if (b == '/') {
                encoded.append('/');
            } else {
                encode(b, encoded);
            }
        }
        return encoded.toString();
    }

    /** The parameters in the order of their encoded names and values. */
    private static String query(URI address) {
        String query = address.getRawQuery();
        if (query == null || query.isEmpty()) return "";
        List<String> parameters = new ArrayList<>();
        for (String parameter : query.split("&")) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            // A character below every other stands between them, so that a name comes before those that begin with it.
            parameters.add(recoded(name) + "\u0000" + recoded(value));
        }
        parameters.sort(null);
        return String.join("&", parameters).replace('\u0000', '=');
    }

    /** Whatever may be encoded in several ways is so in one. */
    private static String recoded(String text) {
        java.io.ByteArrayOutputStream plain = new java.io.ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            boolean escape = bytes[i] == '%'
                    && i + 2 < bytes.length
                    && HexFormat.isHexDigit(bytes[i + 1])
                    && HexFormat.isHexDigit(bytes[i + 2]);
            if (escape) {
                plain.write(HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
                i += 2;
            } else {
                plain.write(bytes[i]);
            }
        }
        StringBuilder encoded = new StringBuilder();
        for (byte b : plain.toByteArray()) {
            encode(b, encoded);
        }
        return encoded.toString();
    }

    private static void encode(byte b, StringBuilder out) {
        boolean unreserved =
                b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || "-._~".indexOf(b) >= 0;
        if (unreserved) {
            out.append((char) b);
        } else {
            out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
        }
    }

    private byte[] key(String day) {
        byte[] ofDay = hmac(("AWS4" + secretAccessKey).getBytes(StandardCharsets.UTF_8), day);
        return hmac(hmac(hmac(ofDay, region), service), "aws4_request");
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public List<String> secrets() {
        return sessionToken.isEmpty() ? List.of(secretAccessKey) : List.of(secretAccessKey, sessionToken);
    }

    /** Region and service; nothing of the keys. */
    @Override
    public String toString() {
        return "SigV4[" + region + ", " + service + "]";
    }
}
