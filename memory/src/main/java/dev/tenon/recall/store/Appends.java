package dev.tenon.recall.store;

import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.SessionEntry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What an append means, whatever it is written to. */
final class Appends {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Appends() {}

    /** The entries of one append, checked. */
    static List<SessionEntry> checked(String session, String user, List<SessionEntry> entries) {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(user, "user");
        List<SessionEntry> all = List.copyOf(entries);
        Set<String> keys = new HashSet<>();
        for (SessionEntry entry : all) {
            if (!keys.add(entry.key())) {
                throw new IllegalArgumentException("two entries of one append have the key \"" + entry.key() + "\"");
            }
        }
        return all;
    }

    /**
     * Those entries that are not there yet.
     *
     * @throws MemoryException where there are any and the session is at another version or of another user
     */
    static List<SessionEntry> fresh(
            String session,
            String user,
            long expected,
            List<SessionEntry> entries,
            Set<String> known,
            long version,
            String owner) {
        List<SessionEntry> fresh = new ArrayList<>(entries.size());
        for (SessionEntry entry : entries) {
            if (!known.contains(entry.key())) {
                fresh.add(entry);
            }
        }
        if (!fresh.isEmpty() || entries.isEmpty()) {
            if (version != expected) {
                throw MemoryException.conflict(session, expected, version);
            }
            if (!user.isEmpty() && !owner.isEmpty() && !user.equals(owner)) {
                throw MemoryException.otherUser(session);
            }
        }
        return fresh;
    }

    /** An id that no other session has. */
    static String newId() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** A name of fixed length for any text; of texts that differ in any bit, another. */
    static String hash(String text) {
        try {
            // UTF-16, since UTF-8 has no form for half a pair of surrogates.
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_16BE)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** JSON that any file and any database takes: no half of a pair of surrogates stands in it, and no zero. */
    static String text(Json json) {
        String text = json.toString();
        for (int i = 0; i < text.length(); i++) {
            if (isHalf(text, i)) {
                return escaped(text);
            }
            i += Character.isHighSurrogate(text.charAt(i)) ? 1 : 0;
        }
        return text;
    }

    private static boolean isHalf(String text, int at) {
        char c = text.charAt(at);
        return Character.isSurrogate(c)
                && !(Character.isHighSurrogate(c)
                        && at + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(at + 1)));
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            if (isHalf(text, i)) {
                out.append(String.format("\\u%04x", (int) text.charAt(i)));
            } else {
                out.append(text.charAt(i));
                if (Character.isHighSurrogate(text.charAt(i))) {
                    out.append(text.charAt(++i));
                }
            }
        }
        return out.toString();
    }
}
