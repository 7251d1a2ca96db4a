package dev.tenon.run;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens by which an approval can leave the process: in a mail, in a link. A token approves one question with just the arguments that it was made for, until it expires, once. Thread-safe.
 *
 * <p>A token is the canonical JSON of what it approves and HMAC-SHA-256 (RFC 2104) over it, both in base64url (RFC 4648, section 5): whoever has one can read it, and whoever has no
 * key can make none. One that is altered by a single bit is refused. That it is used once is remembered here until it expires; beyond this process the run itself sees to it, since a
 * question is answered once, and a call that comes into doubt again asks about another attempt.
 */
public final class ApprovalTokens {
    /** Keys shorter than the hash are weaker than it (RFC 2104, section 3). */
    private static final int LEAST_KEY = 32;

    private static final String PURPOSE = "tenon-approval-1";
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String current;
    private final Map<String, byte[]> keys;
    private final Used used;

    private ApprovalTokens(String current, Map<String, byte[]> keys, Used used) {
        this.current = current;
        this.keys = keys;
        this.used = used;
    }

    /**
     * Tokens under one key.
     *
     * @param id of the key, which stands in the tokens, so that keys can be replaced
     * @param key at least {@value #LEAST_KEY} random bytes
     */
    public static ApprovalTokens of(String id, byte[] key) {
        return new ApprovalTokens(id, Map.of(checked(id), checked(key)), new Used());
    }

    /**
     * Tokens that are made under the key of this, and also accepted where they were made under an older one. What was used here is used there, and the other way
     * round.
     */
    public ApprovalTokens accepting(String id, byte[] older) {
        Objects.requireNonNull(older, "older");
        Map<String, byte[]> more = new LinkedHashMap<>(keys);
        if (more.putIfAbsent(checked(id), checked(older)) != null) {
            throw new IllegalArgumentException("there is a key \"" + id + "\" already");
        }
        return new ApprovalTokens(current, more, used);
    }

    private static String checked(String id) {
        if (Objects.requireNonNull(id, "id").isBlank()) {
            throw new IllegalArgumentException("a key needs an id, got \"" + id + "\"");
        }
        return id;
    }

    private static byte[] checked(byte[] key) {
        if (Objects.requireNonNull(key, "key").length < LEAST_KEY) {
            throw new IllegalArgumentException(
                    "a key needs at least " + LEAST_KEY + " random bytes, got " + key.length);
        }
        return key.clone();
    }

    /** A token that approves a question as it is. */
    public String issue(Question question, Instant now, Duration valid) {
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(now, "now");
        Objects.requireNonNull(valid, "valid");
        if (question.kind() != Question.Kind.APPROVAL && question.kind() != Question.Kind.DOUBT) {
            throw new IllegalArgumentException("only a call can be approved; question \"" + question.id() + "\" wants "
                    + question.kind().name().toLowerCase(java.util.Locale.ROOT));
        }
        if (valid.isNegative() || valid.isZero()) {
            throw new IllegalArgumentException("valid <= 0: " + valid);
        }
        long expires = expiry(now, valid);
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        String payload = Json.object()
                .put("purpose", PURPOSE)
                .put("key", current)
                .put("question", question.id())
                .put("subject", question.subject())
                .put("arguments", question.arguments().digest())
                .put("attempt", question.attempt())
                .put("expires", expires)
                .put("nonce", ENCODER.encodeToString(nonce))
                .build()
                .canonical();
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return ENCODER.encodeToString(bytes) + "."
                + ENCODER.encodeToString(mac(Objects.requireNonNull(keys.get(current)), bytes));
    }

    /**
     * The approval that a token holds, for the question as it is open now.
     *
     * @throws TenonException of code {@code approval.refused} where the token is not one of these keys, was altered, has expired, was used before, or is for another question or other
     *     arguments
     */
    public Answer redeem(String token, Question open, Instant now) {
        Objects.requireNonNull(open, "open");
        Objects.requireNonNull(now, "now");
        Json.Obj payload = opened(Objects.requireNonNull(token, "token"));
        Instant expires =
                Instant.ofEpochMilli(payload.get("expires").orElse(Json.NULL).asLong());
        if (!now.isBefore(expires)) {
            throw refused("it expired at " + expires);
        }
        if (!payload.string("question").orElse("").equals(open.id())
                || !payload.string("subject").orElse("").equals(open.subject())) {
            throw refused("it is for another question than \"" + open.id() + "\"");
        }
        if (payload.get("attempt").map(Json::asLong).orElse(1L) != open.attempt()) {
            throw refused("it was made for another attempt at \"" + open.id() + "\" than the one in doubt now");
        }
        if (!payload.string("arguments").orElse("").equals(open.arguments().digest())) {
            throw refused("the arguments of \"" + open.id() + "\" are not those it was made for");
        }
        used.take(payload.string("nonce").orElse(""), expires, now);
        return Answer.approve(open);
    }

    /** What was used, each until it expires. Thread-safe. */
    private static final class Used {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<String, Instant> until = new HashMap<>();
        /** Of what expired until then it is not known any more whether it was used: it stays expired, should the clock go back. */
        private Instant forgotten = Instant.MIN;

        void take(String nonce, Instant expires, Instant now) {
            lock.lock();
            try {
                for (Instant other : until.values()) {
                    if (!now.isBefore(other) && forgotten.isBefore(other)) {
                        forgotten = other;
                    }
                }
                until.values().removeIf(other -> !forgotten.isBefore(other));
                if (!forgotten.isBefore(expires)) {
                    throw refused("it expired at " + expires);
                }
                if (until.putIfAbsent(nonce, expires) != null) {
                    throw refused("it was used before");
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private Json.Obj opened(String token) {
        int dot = token.indexOf('.');
        if (dot < 0) {
            throw refused("it is no token");
        }
        byte[] bytes = decoded(token.substring(0, dot));
        byte[] mac = decoded(token.substring(dot + 1));
        Json.Obj payload;
        try {
            payload = Json.parse(bytes) instanceof Json.Obj object ? object : Json.Obj.EMPTY;
        } catch (JsonException e) {
            throw refused("it is no token");
        }
        byte[] key = keys.get(payload.string("key").orElse(""));
        if (key == null
                || !MessageDigest.isEqual(mac(key, bytes), mac)
                || !payload.string("purpose").orElse("").equals(PURPOSE)) {
            throw refused("it was not made under a key that is known here, or was altered");
        }
        return payload;
    }

    /** Strict: of the texts that decode to the same bytes only the one that they are written as. */
    private static byte[] decoded(String text) {
        try {
            byte[] bytes = DECODER.decode(text);
            if (ENCODER.encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw refused("it is no token");
        }
        throw refused("it is no token");
    }

    private static TenonException refused(String why) {
        return new TenonException("approval.refused", "the approval token is refused: " + why + "; ask for a new one");
    }

    private static long expiry(Instant now, Duration valid) {
        try {
            return now.plus(valid).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("out of all measure: now " + now + ", valid " + valid, e);
        }
    }

    private static byte[] mac(byte[] key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has HmacSHA256", e);
        }
    }

    /** The ids of the keys, never the keys. */
    @Override
    public String toString() {
        return "ApprovalTokens[key " + current + ", accepted " + keys.keySet() + "]";
    }
}
