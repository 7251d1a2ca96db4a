package dev.tenon.toolbox.guard;

import dev.tenon.error.Recovery;
import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import dev.tenon.json.JsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Secrets in a file that is encrypted with AES-256-GCM (NIST SP 800-38D), names included. The key comes of a password by PBKDF2 with HMAC-SHA-256 (RFC 8018; {@value #ROUNDS} rounds, as OWASP
 * advised in 2023, and a salt of 16 bytes a file), or is given. A file that was altered by a bit, and one under another key, is refused. Each writing has a new nonce and replaces the file as a whole.
 * Thread-safe; several may write to one file, also in several processes, and each keeps what the others wrote. What others wrote is seen after a writing of one's own, or when the file is opened again.
 *
 * <p>The file's head is JSON: format, rounds, salt, nonce, and the sealed text; the head is authenticated with it.
 */
public final class SecretFile implements SecretStore {
    /** Rounds of PBKDF2. */
    public static final int ROUNDS = 600_000;

    /** A file that asks for more is refused: it would keep this machine busy. */
    private static final int MOST_ROUNDS = 10_000_000;

    private static final int LEAST_ROUNDS = 100_000;
    private static final String FORMAT = "tenon-secrets-1";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A larger file holds no secrets. */
    private static final long LARGEST = 64 << 20;

    /** In this process a lock of a file is one for all. */
    private static final ReentrantLock WRITING = new ReentrantLock();

    private final Path path;
    private final SecretKeySpec key;
    private final byte[] salt;
    private final int rounds;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private Map<String, String> secrets;

    private SecretFile(Path path, SecretKeySpec key, byte[] salt, int rounds, Map<String, String> secrets) {
        this.path = path;
        this.key = key;
        this.salt = salt;
        this.rounds = rounds;
        this.secrets = secrets;
    }

    /**
     * A file under a password, which is wiped; a new one where there is none.
     *
     * @throws TenonException of code {@code secret.file} where the password is another, or the file was altered
     */
    public static SecretFile open(Path path, char[] password) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(password, "password");
        try {
            if (password.length == 0) {
                throw new IllegalArgumentException("the password is empty");
            }
            Optional<Json.Obj> head = head(path);
            byte[] salt = head.isPresent() ? bytes(head.get(), "salt") : random(16);
            int rounds = head.isPresent() ? rounds(head.get()) : ROUNDS;
            return opened(path, head, derived(password, salt, rounds), salt, rounds);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /** A file under a key of 32 random bytes. */
    public static SecretFile open(Path path, byte[] key) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(key, "key");
        if (key.length != 32) {
            throw new IllegalArgumentException("AES-256 needs a key of 32 bytes, got " + key.length);
        }
        return opened(path, head(path), new SecretKeySpec(key, "AES"), new byte[0], 0);
    }

    private static SecretFile opened(Path path, Optional<Json.Obj> head, SecretKeySpec key, byte[] salt, int rounds) {
        Map<String, String> secrets = head.isPresent() ? secrets(head.get(), key, salt, rounds) : new LinkedHashMap<>();
        return new SecretFile(path, key, salt, rounds, secrets);
    }

    private static Map<String, String> secrets(Json.Obj head, SecretKeySpec key, byte[] salt, int rounds) {
        Map<String, String> secrets = new LinkedHashMap<>();
        byte[] plain = unsealed(head, key, salt, rounds);
        Json.parse(plain).asObj().forEach((name, value) -> secrets.put(name, value.asString()));
        Arrays.fill(plain, (byte) 0);
        return secrets;
    }

    @Override
    public Optional<Secret> find(String name) {
        Objects.requireNonNull(name, "name");
        lock.lock();
        try {
            return Optional.ofNullable(secrets.get(name)).map(value -> new Secret(name, value));
        } finally {
            lock.unlock();
        }
    }

    /** The names, which are no secrets to who has the key. */
    public Set<String> names() {
        lock.lock();
        try {
            return new TreeSet<>(secrets.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a secret, in place of one of the same name. On the disk when this returns. */
    public void put(Secret secret) {
        Objects.requireNonNull(secret, "secret");
        change(secret.name(), secret.reveal());
    }

    /** Forgets a secret. */
    public void remove(String name) {
        Objects.requireNonNull(name, "name");
        change(name, null);
    }

    private void change(String name, @Nullable String value) {
        lock.lock();
        WRITING.lock();
        try (FileChannel channel = FileChannel.open(beside(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            // Another may have written meanwhile; what it wrote stays.
            Optional<Json.Obj> head = head(path);
            Map<String, String> more = head.isPresent() && held.isValid()
                    ? secrets(head.get(), key, salt, rounds)
                    : new LinkedHashMap<>(secrets);
            if (value == null) {
                more.remove(name);
            } else {
                more.put(name, value);
            }
            write(more);
            secrets = more;
        } catch (IOException e) {
            throw new UncheckedIOException("the secrets in " + path + " cannot be changed", e);
        } finally {
            WRITING.unlock();
            lock.unlock();
        }
    }

    /** The file by which writers, also of other processes, wait for one another: the secrets' own is exchanged with each writing. */
    private Path beside() {
        return path.resolveSibling(path.getFileName() + ".lock");
    }

    private void write(Map<String, String> all) {
        byte[] nonce = random(12);
        byte[] plain = Json.of(all).toString().getBytes(StandardCharsets.UTF_8);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, salt, rounds);
            byte[] sealed = cipher.doFinal(plain);
            Json.Obj file = form(rounds, salt, nonce, sealed);
            replace(file.toString().getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot encrypt with AES-256-GCM", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the secrets cannot be written to " + path, e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static Json.Obj form(int rounds, byte[] salt, byte[] nonce, byte[] sealed) {
        return Json.object()
                .put("format", FORMAT)
                .put("rounds", rounds)
                .put("salt", Base64.getEncoder().encodeToString(salt))
                .put("nonce", Base64.getEncoder().encodeToString(nonce))
                .put("sealed", Base64.getEncoder().encodeToString(sealed))
                .build();
    }

    private void replace(byte[] content) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        Path next = posix
                ? Files.createTempFile(
                        folder,
                        ".secrets",
                        ".new",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                : Files.createTempFile(folder, ".secrets", ".new");
        try {
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private static Optional<Json.Obj> head(Path path) {
        try {
            if (Files.size(path) > LARGEST) {
                throw damaged(path, null);
            }
            Json.Obj head = Json.parse(Files.readAllBytes(path)).asObj();
            if (!head.string("format").orElse("").equals(FORMAT)) {
                throw damaged(path, null);
            }
            return Optional.of(head);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonException e) {
            throw damaged(path, null);
        } catch (IOException e) {
            throw new UncheckedIOException("the secrets in " + path + " cannot be read", e);
        }
    }

    private static byte[] unsealed(Json.Obj head, SecretKeySpec key, byte[] salt, int rounds) {
        try {
            byte[] nonce = bytes(head, "nonce");
            byte[] sealed = bytes(head, "sealed");
            if (!head.equals(form(rounds, salt, nonce, sealed))) {
                throw damaged(null, null); // also what has no meaning was altered
            }
            return cipher(Cipher.DECRYPT_MODE, key, nonce, salt, rounds).doFinal(sealed);
        } catch (GeneralSecurityException e) {
            throw damaged(null, e);
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, byte[] salt, int rounds)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(128, nonce));
        cipher.updateAAD((FORMAT + "/" + rounds + "/" + Base64.getEncoder().encodeToString(salt))
                .getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    private static SecretKeySpec derived(char[] password, byte[] salt, int rounds) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, rounds, 256);
        try {
            byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            return new SecretKeySpec(key, "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PBKDF2 with HMAC-SHA-256", e);
        } finally {
            spec.clearPassword();
        }
    }

    private static int rounds(Json.Obj head) {
        long rounds;
        try {
            rounds = head.get("rounds").map(Json::asLong).orElse(0L);
        } catch (JsonException e) {
            throw damaged(null, null);
        }
        if (rounds < LEAST_ROUNDS || rounds > MOST_ROUNDS) {
            throw damaged(null, null);
        }
        return (int) rounds;
    }

    private static byte[] bytes(Json.Obj head, String name) {
        try {
            byte[] bytes = Base64.getDecoder().decode(head.string(name).orElse(""));
            if (bytes.length == 0) {
                throw damaged(null, null);
            }
            return bytes;
        } catch (IllegalArgumentException e) {
            throw damaged(null, null);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static TenonException damaged(@Nullable Path path, @Nullable Throwable cause) {
        return new TenonException(
                "secret.file",
                "the secrets" + (path == null ? "" : " in " + path)
                        + " cannot be opened: the key or password is another, or the file was altered",
                Recovery.NONE,
                Map.of(),
                cause);
    }

    @Override
    public String toString() {
        return "SecretFile[" + path + "]";
    }
}
