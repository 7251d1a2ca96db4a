package dev.tenon.recall.store;

import dev.tenon.error.Recovery;
import dev.tenon.json.Json;
import dev.tenon.memory.MemoryException;
import dev.tenon.memory.MemoryStore;
import dev.tenon.memory.SessionEntry;
import dev.tenon.memory.SessionInfo;
import dev.tenon.memory.StoredSession;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what another store keeps, by AES-256-GCM (NIST SP 800-38D) under a key that the caller supplies. Thread-safe.
 *
 * <p>Bodies, kinds and keys of entries, the names of sessions and of users are sealed or stand there as keyed hashes. What whoever has the store still sees is how many sessions there are, which belong to
 * one user, how many entries each has, how long these are and when they were written. Each session is sealed under a key of its own, derived from the supplied one; an entry that was altered, or moved to
 * another session or another key, does not open. Each also holds its number in the session: where entries were taken away before it, doubled or put in another order, reading fails with code
 * {@code memory.damaged}. That the last ones were taken away, or that a whole session was put back as it was before, cannot be seen without something that is kept elsewhere.
 *
 * <p>Entries of the older form 1 hold no number. They are read where they stand before those that do; the order among them is not seen.
 */
public final class EncryptedMemoryStore implements MemoryStore {
    private static final int KEY = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final String SEALED = "sealed";
    /** From 2 on an entry holds its number in the session. */
    private static final int FORM = 2;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final MemoryStore store;
    private final byte[] names;
    private final byte[] bodies;

    private EncryptedMemoryStore(MemoryStore store, byte[] key) {
        this.store = store;
        this.names = mac(key, "tenon-memory-1 names");
        this.bodies = mac(key, "tenon-memory-1 bodies");
    }

    /**
     * A store that seals what this one keeps.
     *
     * @param key 32 random bytes, from wherever the program keeps its secrets; without them nothing can be read again
     */
    public static EncryptedMemoryStore of(MemoryStore store, byte[] key) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(store, "store");
        if (key.length != KEY) {
            throw new IllegalArgumentException("AES-256 needs a key of 32 bytes, got " + key.length);
        }
        return new EncryptedMemoryStore(store, key);
    }

    private String sealedSession(String session) {
        return hex(mac(names, "session " + Objects.requireNonNull(session, "session")));
    }

    private String sealedUser(String user) {
        return user.isEmpty() ? "" : hex(mac(names, "user " + user));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public StoredSession read(String session, long after) {
        String sealed = sealedSession(session);
        StoredSession stored = store.read(sealed, after);
        List<SessionEntry> entries = new ArrayList<>(stored.entries().size());
        Cursor cursor = new Cursor(sealed, Math.max(0, after));
        for (SessionEntry entry : stored.entries()) {
            entries.add(cursor.open(entry).entry());
        }
        return new StoredSession(info(session, stored.info()), entries);
    }

    private SessionInfo info(String session, SessionInfo sealed) {
        return sealed.version() == 0
                ? SessionInfo.none(session)
                : new SessionInfo(
                        session, user(sealed), sealed.id(), sealed.version(), sealed.created(), sealed.updated());
    }

    /** The user's name stands in the entries that were appended in it. */
    private String user(SessionInfo sealed) {
        if (sealed.user().isEmpty()) {
            return "";
        }
        Cursor cursor = new Cursor(sealed.session(), 0);
        for (SessionEntry entry : store.read(sealed.session(), 0).entries()) {
            String user = cursor.open(entry).user();
            if (!user.isEmpty()) {
                return user;
            }
        }
        return "";
    }

    @Override
    public long append(String session, String user, long expected, List<SessionEntry> entries) {
        Objects.requireNonNull(entries, "entries");
        List<SessionEntry> checked = Appends.checked(session, user, entries);
        String sealed = sealedSession(session);
        // Of several some may be there already, and take no place.
        Set<String> known = checked.size() > 1 ? keys(sealed) : Set.of();
        List<SessionEntry> shut = new ArrayList<>(checked.size());
        long number = expected;
        for (SessionEntry entry : checked) {
            String key = sealedKey(sealed, entry.key());
            number += known.contains(key) ? 0 : 1;
            shut.add(seal(sealed, key, new Opened(session, user, entry, number)));
        }
        try {
            return store.append(sealed, sealedUser(user), expected, shut);
        } catch (MemoryException e) {
            // The names in its message are sealed.
            if (e.code().equals(MemoryException.CONFLICT)) {
                throw MemoryException.conflict(
                        session, expected, store.info(sealed).version());
            }
            if (e.code().equals("memory.other_user")) {
                throw MemoryException.otherUser(session);
            }
            throw e;
        }
    }

    private Set<String> keys(String sealed) {
        return store.read(sealed, 0).entries().stream().map(SessionEntry::key).collect(Collectors.toSet());
    }

    @Override
    public List<SessionInfo> sessions() {
        List<SessionInfo> infos = new ArrayList<>();
        for (SessionInfo sealed : store.sessions()) {
            String name = "";
            String user = "";
            Cursor cursor = new Cursor(sealed.session(), 0);
            for (SessionEntry entry : store.read(sealed.session(), 0).entries()) {
                Opened opened = cursor.open(entry);
                name = opened.session();
                user = user.isEmpty() ? opened.user() : user;
                if (!user.isEmpty() || sealed.user().isEmpty()) {
                    break;
                }
            }
            infos.add(new SessionInfo(name, user, sealed.id(), sealed.version(), sealed.created(), sealed.updated()));
        }
        return infos;
    }

    @Override
    public boolean delete(String session) {
        return store.delete(sealedSession(session));
    }

    @Override
    public int deleteUser(String user) {
        Objects.requireNonNull(user, "user");
        if (user.isEmpty()) {
            throw new IllegalArgumentException("a user needs a name; sessions of nobody are deleted one by one");
        }
        return store.deleteUser(sealedUser(user));
    }

    @Override
    public void close() {
        store.close();
    }

    // Sealing

    /**
     * What is sealed in one entry.
     *
     * @param number of the entry in its session, from 1; 0 in those of form 1
     */
    record Opened(String session, String user, SessionEntry entry, long number) {}

    /** Opens the entries of a session one after the other, and sees that each stands where it was written. */
    private final class Cursor {
        private final String sealed;
        private long number;
        private boolean numbered;

        Cursor(String sealed, long after) {
            this.sealed = sealed;
            this.number = after;
        }

        Opened open(SessionEntry entry) {
            Opened opened = EncryptedMemoryStore.this.open(sealed, entry);
            number++;
            if (opened.number() != number && (numbered || opened.number() != 0)) {
                throw MemoryException.damaged(
                        "a session",
                        "entry " + number + " was not written there"
                                + (opened.number() == 0 ? "" : " but as entry " + opened.number())
                                + "; entries were taken away, doubled or put in another order");
            }
            numbered = opened.number() != 0;
            return opened;
        }
    }

    private String sealedKey(String session, String key) {
        return hex(mac(names, "entry " + session + " " + key));
    }

    private SessionEntry seal(String session, String key, Opened opened) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, session, key, FORM, nonce);
            byte[] sealed = cipher.doFinal(Appends.text(Json.of(opened)).getBytes(StandardCharsets.UTF_8));
            byte[] both = new byte[NONCE + sealed.length];
            System.arraycopy(nonce, 0, both, 0, NONCE);
            System.arraycopy(sealed, 0, both, NONCE, sealed.length);
            return new SessionEntry(
                    key,
                    SEALED,
                    FORM,
                    opened.entry().at(),
                    Json.of(Base64.getEncoder().encodeToString(both)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has AES/GCM/NoPadding", e);
        }
    }

    private Opened open(String session, SessionEntry entry) {
        if (!entry.kind().equals(SEALED) || !(entry.body() instanceof Json.Str text)) {
            throw MemoryException.damaged("a session", "an entry of it is not sealed");
        }
        if (entry.form() > FORM) {
            throw MemoryException.newer("a sealed entry", entry.form(), FORM);
        }
        try {
            byte[] both = Base64.getDecoder().decode(text.value());
            if (both.length < NONCE) {
                throw new IllegalArgumentException("too short");
            }
            byte[] nonce = java.util.Arrays.copyOf(both, NONCE);
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, session, entry.key(), entry.form(), nonce);
            byte[] opened = cipher.doFinal(both, NONCE, both.length - NONCE);
            return Json.parse(opened).as(Opened.class);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new MemoryException(
                    "memory.key",
                    "a session does not open under this key: it was sealed under another one, or was altered",
                    Recovery.NONE,
                    e);
        }
    }

    private Cipher cipher(int mode, String session, String key, int form, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(mac(bodies, session), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        // Form 1 did not say so; what is of another form cannot be passed off as of that one.
        String place = session + " " + key + (form == 1 ? "" : " " + form);
        cipher.updateAAD(place.getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    private static byte[] mac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            // UTF-16, since UTF-8 has no form for half a pair of surrogates.
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_16BE));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has HmacSHA256", e);
        }
    }

    /** The store, never the key. */
    @Override
    public String toString() {
        return "EncryptedMemoryStore[" + store + "]";
    }
}
