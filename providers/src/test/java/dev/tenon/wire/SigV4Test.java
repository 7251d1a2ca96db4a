package dev.tenon.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.http.RequestSigner.Unsigned;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Cases of Amazon's own test suite for signature version 4, by their names there. */
class SigV4Test {
    private static final String TOKEN =
            "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    private static SigV4 signer(String token) {
        return new SigV4(
                "AKIDEXAMPLE",
                "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                token,
                "us-east-1",
                "service",
                Instant.parse("2015-08-30T12:36:00Z"));
    }

    private static String signature(String method, String pathAndQuery, Map<String, String> headers, String body) {
        return signed(method, pathAndQuery, headers, body, "").get("Authorization");
    }

    private static Map<String, String> signed(
            String method, String pathAndQuery, Map<String, String> headers, String body, String token) {
        return signer(token)
                .sign(new Unsigned(
                        method, URI.create("https://example.amazonaws.com" + pathAndQuery), headers, sha256(body)));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void getVanilla() {
        assertThat(signature("GET", "/", Map.of(), ""))
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                        + " SignedHeaders=host;x-amz-date,"
                        + " Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    }

    @Test
    void postVanilla() {
        assertThat(signature("POST", "/", Map.of(), ""))
                .endsWith("Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    }

    @Test
    void getVanillaQueryOrderKeyCase() {
        assertThat(signature("GET", "/?Param2=value2&Param1=value1", Map.of(), ""))
                .endsWith("Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    }

    @Test
    void getVanillaEmptyQueryKey() {
        assertThat(signature("GET", "/?Param1=value1", Map.of(), ""))
                .endsWith("Signature=a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb");
    }

    @Test
    void getUtf8() {
        // The suite has the character as it is in the request line, and it encoded once in the canonical path: it is
        // what the path encodes to that counts.
        assertThat(signature("GET", "/\u1234", Map.of(), ""))
                .endsWith("Signature=8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
    }

    @Test
    void postXWwwFormUrlencoded() {
        assertThat(signature("POST", "/", Map.of("Content-Type", "application/x-www-form-urlencoded"), "Param1=value1"))
                .contains("SignedHeaders=content-type;host;x-amz-date,")
                .endsWith("Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    @Test
    void postStsHeaderBefore() {
        Map<String, String> signed = signed("POST", "/", Map.of(), "", TOKEN);

        assertThat(signed).containsEntry("X-Amz-Date", "20150830T123600Z").containsEntry("X-Amz-Security-Token", TOKEN);
        assertThat(signed.get("Authorization"))
                .contains("SignedHeaders=host;x-amz-date;x-amz-security-token,")
                .endsWith("Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
    }

    /** Not of the suite: what a path has encoded already is encoded again, as all services but S3 want it. */
    @Test
    void whatIsEncodedInAPathIsEncodedAgain() {
        assertThat(signature("POST", "/model/a.b-v1%3A0/converse", Map.of(), "{}"))
                .isNotEqualTo(signature("POST", "/model/a.b-v1:0/converse", Map.of(), "{}"));
    }

    @Test
    void headersThatAProxyMayChangeAreNotSigned() {
        assertThat(signature("GET", "/", Map.of("User-Agent", "tenon", "Accept-Encoding", "gzip"), ""))
                .isEqualTo(signature("GET", "/", Map.of(), ""));
    }

    @Test
    void aPortIsPartOfTheHost() {
        URI there = URI.create("http://127.0.0.1:8080/");
        String hash = sha256("");
        assertThat(signer("").sign(new Unsigned("GET", there, Map.of(), hash)))
                .isNotEqualTo(signer("").sign(new Unsigned("GET", URI.create("http://127.0.0.1/"), Map.of(), hash)));
    }

    @Test
    void nothingOfTheKeysIsShown() {
        assertThat(signer(TOKEN)).hasToString("SigV4[us-east-1, service]");
        assertThat(signer(TOKEN).secrets()).hasSize(2);
        assertThat(new Unsigned("GET", URI.create("https://a.example/?key=s"), Map.of("X-Key", "s"), "00"))
                .hasToString("GET a.example");
    }
}
