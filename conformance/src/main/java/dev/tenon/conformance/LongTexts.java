package dev.tenon.conformance;

import dev.tenon.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Long texts stand in cases as digest, number of code points and beginning. */
final class LongTexts {
    private static final String SHA256 = "_sha256";
    private static final String CHARS = "_chars";
    private static final String HEAD = "_head";

    private LongTexts() {}

    /** What was read, with the texts in the form in which they are expected. */
    static Json.Obj digested(Json.Obj read, Json.Obj expected) {
        Map<String, Json> members = new LinkedHashMap<>();
        read.forEach((name, value) -> {
            if (expected.has(name) || !expected.has(name + SHA256)) {
                members.put(name, value);
            } else if (value instanceof Json.Str text) {
                digest(name, text.value(), expected, members);
            } else if (value instanceof Json.Arr texts) {
                members.put(
                        name + SHA256,
                        Json.of(texts.items().stream()
                                .map(text -> sha256(text.asString()))
                                .toList()));
            } else {
                members.put(name, value);
            }
        });
        return Json.Obj.of(members);
    }

    private static void digest(String name, String text, Json.Obj expected, Map<String, Json> members) {
        members.put(name + SHA256, Json.of(sha256(text)));
        int length = text.codePointCount(0, text.length());
        if (expected.has(name + CHARS)) {
            members.put(name + CHARS, Json.of(length));
        }
        expected.string(name + HEAD).ifPresent(head -> {
            int wanted = Math.min(length, head.codePointCount(0, head.length()));
            members.put(name + HEAD, Json.of(text.substring(0, text.offsetByCodePoints(0, wanted))));
        });
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
